//! Archives, checksums, the draft on GitHub and the tag of the action.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use super::{Release, refuse, repository, succeed};
use crate::harness::{assert_contains, write_script};

/// A program that knows what modswap is asked by the scripts.
const MODSWAP: &str = r#"#!/bin/sh
case $1 in
    --version) echo modswap 1.2.3 ;;
    completions) echo "for $2" ;;
    man) echo manual >"$2/modswap.1" ;;
    explain) echo "$2" ;;
    list) echo swap/none ;;
    changes) echo "$2" ;;
esac
"#;

/// The release with a binary and what it wrote, and the path of its archive for a target.
fn make_archive(target: &str) -> Option<(Release, PathBuf)> {
    let release = Release::new()?;
    write_script(&release.path("modswap"), MODSWAP);
    release.run("extras", &["modswap", "extras"]);
    let printed = release.run("archive", &[target, "modswap", "extras", "dist"]);
    let path = release.path(printed.trim());
    Some((release, path))
}

/// The files of a `.tar.gz`, by path; tar is asked for the text of each.
fn list_members(path: &Path) -> Vec<String> {
    let listed = succeed(Command::new("tar").arg("-tzf").arg(path));
    listed.lines().map(str::to_owned).collect()
}

#[test]
fn an_archive_is_one_folder_with_everything() {
    let Some((release, path)) = make_archive("x86_64-unknown-linux-gnu") else {
        return;
    };
    let folder = "modswap-1.2.3-x86_64-unknown-linux-gnu";
    let files = [
        "modswap",
        "README.md",
        "CHANGELOG.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "completions/_modswap",
        "completions/_modswap.ps1",
        "completions/modswap.bash",
        "completions/modswap.fish",
        "man/modswap.1",
    ];
    assert_eq!(
        list_members(&path),
        files.map(|file| format!("{folder}/{file}"))
    );
    let zsh = fs::read_to_string(release.path("extras/completions/_modswap"));
    assert_eq!(zsh.expect("a script"), "for zsh\n");
    // Whoever builds it again gets the same.
    let first = fs::read(&path).expect("the archive");
    let again = ["x86_64-unknown-linux-gnu", "modswap", "extras", "again"];
    let again = release.run("archive", &again);
    assert!(first == fs::read(release.path(again.trim())).expect("the archive"));
}

#[test]
fn cargo_binstall_finds_the_archive_and_the_binary_in_it() {
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).expect("the manifest");
    let manifest: toml::Table = manifest.parse().expect("TOML");
    let package = &manifest["package"];
    let told = &package["metadata"]["binstall"];
    for (target, ending, kind, binary) in [
        ("aarch64-apple-darwin", ".tar.gz", "tgz", "modswap"),
        ("x86_64-pc-windows-msvc", ".zip", "zip", "modswap.exe"),
    ] {
        let Some(release) = Release::new() else {
            return;
        };
        fs::create_dir(release.path("extras")).expect("a folder");
        release.write(binary, "");
        let printed = release.run("archive", &[target, binary, "extras", "dist"]);
        let path = PathBuf::from(printed.trim());
        let expand = |key: &str| {
            let mut text = told[key].as_str().expect("a text").to_owned();
            let (_, binary_ending) = binary.split_at("modswap".len());
            for (name, value) in [
                ("repo", "https://github.com/someone/modswap"),
                ("name", "modswap"),
                ("bin", "modswap"),
                ("version", "1.2.3"),
                ("target", target),
                ("archive-suffix", ending),
                ("binary-ext", binary_ending),
            ] {
                text = text.replace(&format!("{{ {name} }}"), value);
            }
            text
        };
        let name = path.file_name().expect("a name").display();
        assert_eq!(
            expand("pkg-url"),
            format!("https://github.com/someone/modswap/releases/download/v1.2.3/{name}")
        );
        let own = told.get("overrides").and_then(|all| all.get(target));
        let format = own.unwrap_or(told)["pkg-fmt"].as_str();
        assert_eq!(format, Some(kind));
        let mut members = Command::new(&release.python.path);
        let listing = "import shutil, sys, pathlib; shutil.unpack_archive(sys.argv[1], 'un'); \
            print(*pathlib.Path('un').rglob('modswap*'))";
        members.args(["-c", listing]).arg(&path);
        let listed = succeed(members.current_dir(release.folder.path()));
        assert_contains(&listed, &format!("un/{}", expand("bin-dir")));
    }
}

#[test]
fn checksums_are_those_of_sha256sum() {
    let Some(release) = Release::new() else {
        return;
    };
    fs::create_dir(release.path("dist")).expect("a folder");
    refuse(&mut release.script("checksums", &["dist"]));
    let files = [("b.tar.gz", "two"), ("a.whl", "one")];
    for (name, text) in files {
        release.write(&format!("dist/{name}"), text);
    }
    let digest = |text: &str| {
        let digest = Sha256::digest(text);
        let mut text = String::new();
        for byte in digest {
            let _ = write!(text, "{byte:02x}");
        }
        text
    };
    let expected = format!("{}  a.whl\n{}  b.tar.gz\n", digest("one"), digest("two"));
    // A second time, what it wrote before is not among them.
    for _ in 0..2 {
        release.run("checksums", &["dist"]);
        let sums = fs::read_to_string(release.path("dist/SHA256SUMS")).expect("sums");
        assert_eq!(sums, expected);
    }
}

#[test]
fn an_archive_that_works_passes_the_smoke_test() {
    let Some((release, path)) = make_archive("aarch64-unknown-linux-musl") else {
        return;
    };
    let path = path.to_str().expect("UTF-8");
    let said = release.run("smoke", &["1.2.3", path]);
    assert_contains(&said, "$ modswap explain cache/order\ncache/order\n");
    for (part, other, message) in [
        ("modswap 1.2.3", "modswap 1.2.2", "this is not 1.2.3"),
        ("swap/none", "nothing", "nothing about swap/"),
        (
            "explain) ",
            "explain) exit 2;",
            "modswap explain cache/order ended with 2",
        ),
    ] {
        write_script(&release.path("modswap"), &MODSWAP.replace(part, other));
        release.run(
            "archive",
            &["aarch64-unknown-linux-musl", "modswap", "extras", "dist"],
        );
        let said = refuse(&mut release.script("smoke", &["1.2.3", path]));
        assert_contains(&said, &format!("::error title=smoke::{message}"));
    }
}

#[test]
fn a_draft_is_made_once_and_gets_the_files_again() {
    let Some(release) = Release::new() else {
        return;
    };
    fs::create_dir_all(release.path("dist")).expect("a folder");
    release.write("dist/a.whl", "");
    let gh = r#"#!/bin/sh
echo "$*" | sed 's|--notes-file [^ ]*|--notes-file|' >>"$TOLD"
case $2 in
    view) [ -n "$THERE" ] ;;
    create | edit) for one; do case $one in /tmp*) cat "$one" >>"$TOLD.notes" ;; esac; done ;;
esac
"#;
    fs::create_dir(release.path("bin")).expect("a folder");
    write_script(&release.path("bin/gh"), gh);
    write_script(
        &release.path("bin/python3"),
        &format!("#!/bin/sh\nexec {} \"$@\"\n", release.python.path()),
    );
    let told = release.path("told");
    let run = |arguments: &[&str], there: &str| {
        let _ = fs::remove_file(&told);
        let mut script = Command::new("bash");
        script.arg(release.path(".ci/release/github-release"));
        let path = std::env::var("PATH").expect("a path");
        let path = format!("{}:{path}", release.path("bin").display());
        let script = script
            .args(arguments)
            .env("PATH", path)
            .env("TMPDIR", "/tmp");
        succeed(script.env("TOLD", &told).env("THERE", there));
        fs::read_to_string(&told).expect("what gh was told")
    };
    let titled = "--title modswap 1.2.3 --notes-file";
    let draft = ["draft", "v1.2.3", "dist"];
    assert_eq!(
        run(&draft, ""),
        format!(
            "release view v1.2.3\nrelease create v1.2.3 --draft --verify-tag {titled}\nrelease upload v1.2.3 dist/a.whl --clobber\n"
        )
    );
    assert_eq!(
        run(&draft, "yes"),
        format!(
            "release view v1.2.3\nrelease edit v1.2.3 {titled}\nrelease upload v1.2.3 dist/a.whl --clobber\n"
        )
    );
    assert_eq!(
        fs::read_to_string(release.path("told.notes")).expect("notes"),
        "### Added\n\n- It is – “new”.\n".repeat(2)
    );
    assert_eq!(
        run(&["publish", "v1.2.3"], "yes"),
        "release edit v1.2.3 --draft=false\n"
    );
}

#[test]
fn the_tag_of_the_action_follows_releases_and_no_prerelease() {
    let folder = tempfile::tempdir().expect("a folder");
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.current_dir(folder.path()).args(arguments);
        for (name, value) in [("NAME", "A"), ("EMAIL", "a@example.org")] {
            git.env(format!("GIT_AUTHOR_{name}"), value);
            git.env(format!("GIT_COMMITTER_{name}"), value);
        }
        succeed(&mut git).trim().to_owned()
    };
    git(&["init", "--quiet", "--bare", "remote"]);
    git(&["init", "--quiet", "."]);
    let mut commits = BTreeMap::new();
    for tag in ["v1.2.2", "v1.2.3", "v2.0.0-rc.1"] {
        git(&["commit", "--quiet", "--allow-empty", "--message", tag]);
        // One with a message is an object of its own, which the tag of the action must not be.
        git(&["tag", "--annotate", "--message", tag, tag]);
        commits.insert(tag, git(&["rev-parse", "HEAD"]));
    }
    let script = |tag: &str| {
        let mut script = Command::new("bash");
        script.arg(repository().join(".ci/release/major-tag"));
        script.args([tag, "remote"]).current_dir(folder.path());
        script
    };
    let remote = || git(&["ls-remote", "remote"]);
    for tag in ["v1.2.2", "v1.2.3"] {
        succeed(&mut script(tag));
        assert_eq!(remote(), format!("{}\trefs/tags/v1", commits[tag]));
    }
    succeed(&mut script("v2.0.0-rc.1"));
    assert!(!remote().contains("v2"), "{}", remote());
    assert_contains(&refuse(&mut script("v1")), "v1 is no tag of a release");
    assert_contains(
        &refuse(&mut script("v1.9.9")),
        "there is no tag v1.9.9 here",
    );
}
