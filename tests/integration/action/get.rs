//! Where the action gets modswap from: the release that it is of or that was asked for, or its own source.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::job::{Job, OWN, TARGET, executable, publish};
use crate::harness::newest_python;

/// A commit.
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// True if modswap was downloaded and has run; otherwise it was built.
fn is_downloaded(job: &Job) -> bool {
    let built = job.told("cargo");
    assert_eq!(built.is_empty(), job.output_of("get.build") != "true");
    built.is_empty()
}

/// Runs the steps, of which one must fail before anything runs or gets on the PATH.
fn expect_refusal(job: &mut Job, message: &str) {
    assert_eq!(job.run(), 1);
    let said = format!("::error title=modswap::{message}");
    assert!(job.log.contains(&said), "no `{said}`");
    assert!(job.on_path().is_empty(), "nothing on the PATH");
    assert!(!job.at("temp/modswap/bin/modswap").exists());
    assert!(job.told("modswap").is_empty() && job.told("cargo").is_empty());
}

#[test]
fn the_binary_of_the_release_is_downloaded_and_stays_on_the_path() {
    let mut job = Job::new(&[]);
    assert_eq!(job.run(), 0);
    assert!(is_downloaded(&job));
    let folder = job.at("temp/modswap/bin");
    assert_eq!(job.on_path(), [folder.display().to_string()]);
    assert!(folder.join("modswap").is_file());
    let left: Vec<_> = fs::read_dir(job.at("temp")).unwrap().collect();
    assert_eq!(left.len(), 2, "what was downloaded is removed: {left:?}");
    assert_eq!(
        job.told("gh")[..2],
        ["attestation", "verify"],
        "its provenance was verified"
    );
    assert_eq!(job.told("gh")[3..], ["--repo", "own/swap"]);
    assert!(job.told("git").is_empty(), "a tag says what it is");
}

#[test]
fn a_release_is_told_by_its_tag_its_major_tag_or_the_commit_of_its_tag() {
    let major = format!("v{}", OWN.split('.').next().unwrap());
    let tags = format!("fedcba98\trefs/tags/v{OWN}\n{COMMIT}\trefs/tags/v{OWN}^{{}}\n");
    for (reference, tags, is_release) in [
        (major.as_str(), "", true),
        (COMMIT, tags.as_str(), true),
        (COMMIT, "fedcba98\trefs/tags/v0\n", false),
        (COMMIT, "", false),
        ("main", tags.as_str(), false),
        ("v99.0.0", tags.as_str(), false),
        ("feature/v0", tags.as_str(), false),
    ] {
        let mut job = Job::at_ref("later", &[]);
        publish(
            &job.at("releases"),
            OWN,
            &fs::read_to_string(job.at("told/modswap.sh")).unwrap(),
        );
        let checkout = job.at("_actions/own/swap").join(reference);
        fs::create_dir_all(checkout.parent().unwrap()).unwrap();
        symlink(env!("CARGO_MANIFEST_DIR"), &checkout).unwrap();
        fs::write(job.at("told/tags"), tags).unwrap();
        let action = format!("{}/.github/actions/modswap", checkout.display());
        job = job.set("GITHUB_ACTION_PATH", &action);
        assert_eq!(job.run(), 0, "{reference}");
        assert_eq!(is_downloaded(&job), is_release, "{reference} {tags}");
        if reference == COMMIT {
            assert_eq!(job.told("git")[1], "https://github.com/own/swap");
        }
    }
}

#[test]
fn a_version_that_was_asked_for_is_downloaded_whatever_the_action_is_of() {
    for version in ["9.8.7", "v9.8.7"] {
        let mut job = Job::at_ref("main", &[("version", version)]);
        publish(
            &job.at("releases"),
            "9.8.7",
            &fs::read_to_string(job.at("told/modswap.sh")).unwrap(),
        );
        assert_eq!(job.run(), 0);
        assert!(is_downloaded(&job));
    }

    let mut job = Job::new(&[("version", "9.8.7")]);
    expect_refusal(&mut job, "There is no release 9.8.7 of modswap at file://");
    // Not built either: nobody knows whether the source is that of the release.
    let mut job = Job::at_ref("main", &[("version", OWN)]);
    expect_refusal(&mut job, &format!("There is no release {OWN} of modswap"));
    for wrong in ["latest", "1.2", "1.2.3 4", "../1.2.3", "1.2.3\n1.2.4"] {
        let mut job = Job::new(&[("version", wrong)]);
        expect_refusal(&mut job, "The input version is no version such as 0.1.0.");
    }
}

#[test]
fn what_is_not_as_the_release_says_is_refused() {
    let mut job = Job::new(&[]);
    let archive = format!("v{OWN}/modswap-{OWN}-{TARGET}.tar.gz");
    let path = job.at("releases").join(&archive);
    let mut bytes = fs::read(&path).unwrap();
    bytes.push(0);
    fs::write(&path, bytes).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    expect_refusal(
        &mut job,
        &format!("{name} is not what SHA256SUMS of the release says"),
    );

    let mut job = Job::new(&[]);
    fs::remove_file(job.at("releases").join(archive)).unwrap();
    expect_refusal(&mut job, "file://");
    assert!(job.log.contains("which SHA256SUMS of the release names"));
}

#[test]
fn what_the_repositorys_workflows_did_not_build_is_refused_where_gh_can_tell() {
    let mut job = Job::new(&[]).set("GH_ENDS_WITH", "1");
    expect_refusal(
        &mut job,
        &format!("modswap-{OWN}-{TARGET}.tar.gz has no valid attestation of own/swap"),
    );
    assert!(job.log.contains("what gh says"));

    for (name, value) in [("GH_CANNOT", "1"), ("GH_TOKEN", "")] {
        let mut job = Job::new(&[]).set("GH_ENDS_WITH", "1").set(name, value);
        assert_eq!(job.run(), 0, "{name}");
        assert!(is_downloaded(&job));
        assert!(job.log.contains("Its provenance is not verified"));
    }
}

#[test]
fn modswap_is_built_where_the_release_has_nothing_that_runs() {
    // Such as one that was linked with a newer C library.
    let mut job = Job::at_ref(&format!("v{OWN}"), &[]);
    publish(&job.at("releases"), OWN, "#!/bin/bash\nexit 127\n");
    assert_eq!(job.run(), 0);
    assert!(!is_downloaded(&job));
    assert_eq!(job.on_path().len(), 1, "only the one that runs");

    let mut job = Job::new(&[]).set("RUNNER_ARCH", "ARM");
    assert_eq!(job.run(), 0);
    assert!(!is_downloaded(&job));
    assert!(job.log.contains("has no binary that runs on Linux-ARM."));

    // The source is that of another version.
    let mut job = Job::at_ref("main", &[("version", "9.8.7")]).set("RUNNER_ARCH", "ARM");
    publish(&job.at("releases"), "9.8.7", "");
    expect_refusal(
        &mut job,
        "modswap 9.8.7 has no binary that runs on Linux-ARM.",
    );

    let mut job = Job::at_ref(&format!("v{OWN}"), &[]);
    assert_eq!(job.run(), 0);
    assert!(!is_downloaded(&job), "the release is not there yet");
}

#[test]
fn on_windows_it_is_a_zip() {
    if which::which("unzip").is_err() {
        println!("not covered: the archive for Windows, no unzip");
        return;
    }
    let job = Job::at_ref(&format!("v{OWN}"), &[]);
    let release = job.at("releases").join(format!("v{OWN}"));
    let name = format!("modswap-{OWN}-x86_64-pc-windows-msvc");
    fs::create_dir_all(release.join(&name)).unwrap();
    let modswap = fs::read_to_string(job.at("told/modswap.sh")).unwrap();
    executable(&release.join(&name).join("modswap.exe"), &modswap);
    let script = "import hashlib, os, sys, zipfile\n\
        name = sys.argv[1]\n\
        with zipfile.ZipFile(name + '.zip', 'w') as archive: archive.write(name + '/modswap.exe')\n\
        digest = hashlib.sha256(open(name + '.zip', 'rb').read()).hexdigest()\n\
        open('SHA256SUMS', 'w').write('%s *%s.zip\\n' % (digest, name))\n";
    let mut python = newest_python().bare();
    let packed = python.args(["-c", script, &name]).current_dir(&release);
    assert!(packed.status().unwrap().success());
    let mut job = job.set("RUNNER_OS", "Windows");
    assert_eq!(job.run(), 0);
    assert!(is_downloaded(&job));
    assert!(job.at("temp/modswap/bin/modswap.exe").is_file());
}

/// Answers each request for a file below a folder, and with 503 those for `broken`.
fn serve(folder: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let folder = folder.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            lines.find(|line| line.as_ref().unwrap().is_empty());
            let path = first.split(' ').nth(1).unwrap();
            let body = fs::read(folder.join(path.trim_start_matches('/')));
            let status = match body {
                Ok(_) => "200 OK",
                Err(_) if path.contains("broken") => "403 Forbidden",
                Err(_) => "404 Not Found",
            };
            let body = body.unwrap_or_default();
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&body).unwrap();
        }
    });
    format!("http://{address}")
}

#[test]
fn a_server_that_does_not_answer_is_not_a_release_that_is_not_there() {
    let job = Job::new(&[]);
    let server = serve(&job.at("releases"));
    let mut job = job.set("MODSWAP_RELEASES", &server);
    assert_eq!(job.run(), 0);
    assert!(is_downloaded(&job));

    let mut job = Job::new(&[]).set("MODSWAP_RELEASES", &format!("{server}/nothing/"));
    assert_eq!(job.run(), 0);
    assert!(!is_downloaded(&job));

    let mut job = Job::new(&[]).set("MODSWAP_RELEASES", &format!("{server}/broken"));
    expect_refusal(
        &mut job,
        &format!("{server}/broken/v{OWN}/SHA256SUMS cannot be downloaded"),
    );
}

#[test]
fn it_is_built_from_the_actions_own_checkout_unless_an_earlier_build_runs() {
    let mut job = Job::at_ref("main", &[]);
    assert_eq!(job.run(), 0);
    let built = job.told("cargo");
    let (place, arguments) = built.split_first().expect("cargo was started");
    assert_eq!(
        fs::canonicalize(place).unwrap(),
        fs::canonicalize(env!("CARGO_MANIFEST_DIR")).unwrap()
    );
    let root = job.output_of("get.root");
    let expected = [
        "install", "--path", ".", "--locked", "--force", "--root", &root,
    ];
    assert_eq!(arguments, expected);

    let mut cached = Job::at_ref("main", &[]);
    fs::create_dir_all(cached.at("temp/modswap/bin")).unwrap();
    let modswap = fs::read_to_string(cached.at("told/modswap.sh")).unwrap();
    executable(&cached.at("temp/modswap/bin/modswap"), &modswap);
    assert_eq!(cached.run(), 0);
    assert!(cached.told("cargo").is_empty(), "nothing to build");
    assert_eq!(cached.on_path().len(), 1);

    let mut broken = Job::at_ref("main", &[]);
    fs::create_dir_all(broken.at("temp/modswap/bin")).unwrap();
    executable(
        &broken.at("temp/modswap/bin/modswap"),
        "#!/bin/bash\nexit 127\n",
    );
    assert_eq!(broken.run(), 0);
    assert!(!broken.told("cargo").is_empty(), "built anew");
}

#[test]
fn without_rust_it_says_what_is_missing() {
    let job = Job::at_ref("main", &[]);
    fs::remove_file(job.at("bin/cargo")).unwrap();
    // Only what the scripts need, by links.
    let tools = "bash cat cut env find head sed sort xargs sha256sum shasum";
    for tool in tools.split(' ') {
        if let Ok(found) = which::which(tool) {
            symlink(found, job.at("bin").join(tool)).unwrap();
        }
    }
    let only = job.at("bin").display().to_string();
    let mut job = job.set("PATH", &only);
    expect_refusal(&mut job, "There is no cargo to build modswap with.");
}
