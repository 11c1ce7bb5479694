//! Disks that are full or read-only, and streams that are closed: each file that is written keeps what it had, the error names it,
//! and the exit code is right.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::harness::stored::{Project, report};
use crate::harness::{
    PLAIN, Workspace, assert_code, assert_contains, newest_python, stderr_of, stdout_of,
};
use modswap::report::format::Format;

/// A file system of a megabyte of its own, where we may have one.
struct Disk(PathBuf);

impl Disk {
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir(at).expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "none"])
            .arg(at)
            .output();
        let disk = mounted
            .is_ok_and(|output| output.status.success())
            .then(|| Self(at.to_owned()));
        if disk.is_none() {
            println!("not covered: full and read-only disks, which take the right to mount one");
        }
        disk
    }

    fn fill(&self) {
        let mut file = File::create(self.0.join("filler")).expect("a file");
        while file.write_all(&[0; 512]).is_ok() {}
    }

    fn make_read_only(&self) {
        let done = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(&self.0)
            .status();
        assert!(done.expect("mount").success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// The files on the disk, but for those that fill it.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if entry.file_name() != "filler" {
            found.insert(path.clone(), fs::read(path).expect("a file"));
        }
    }
    found
}

/// The name of a file in each format.
fn names() -> Vec<String> {
    let all = Format::ALL.into_iter();
    all.map(|format| format!("disk/old.{}", format.extensions()[0]))
        .collect()
}

/// Every command that writes, with the file that it must name, and its codes on a full and on a read-only disk.
fn writers() -> Vec<(Vec<String>, String, [i32; 2])> {
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let mut writers = Vec::new();
    for name in names() {
        for command in ["report run.json", "merge run.json"] {
            writers.push((
                words(&format!("{command} --output {name}")),
                name.clone(),
                [4, 2],
            ));
        }
    }
    let pages = "report run.json --pages disk/pages";
    writers.push((words(pages), "disk/pages".to_owned(), [4, 2]));
    writers.push((
        words("accept --report run.json --baseline disk/baseline"),
        "disk/baseline/a.yaml".to_owned(),
        [4, 4],
    ));
    writers.push((
        words("new a/b --scenarios disk/scenarios"),
        "disk/scenarios/a/b.yaml".to_owned(),
        [4, 4],
    ));
    writers
}

#[test]
fn on_a_full_or_read_only_disk_what_was_there_stays() {
    for (at, what) in ["full", "read-only"].into_iter().enumerate() {
        let cases = [
            ("a", "3.13.0", "pass", "one"),
            ("gone", "3.13.0", "pass", "one"),
        ];
        let project = Project::accepted(&cases);
        let Some(disk) = Disk::mount(&project.path("disk")) else {
            return;
        };
        project.store("run.json", &report(&[("a", "3.13.0", "drift", "two")]));
        let copied = Command::new("cp")
            .arg("-r")
            .arg(project.path("reports/baseline"))
            .arg(project.path("disk/baseline"))
            .status();
        assert!(copied.expect("cp").success());
        fs::create_dir_all(project.path("disk/scenarios/a")).expect("a folder");
        project.ends(&["report", "run.json", "--pages", "disk/pages"], 0);
        for name in names() {
            fs::write(project.path(&name), "old").expect("a file");
        }
        match what {
            "full" => disk.fill(),
            _ => disk.make_read_only(),
        }
        let before = files(&project.path("disk"));
        for (arguments, file, codes) in writers() {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let output = project.output(&arguments);
            assert_code(&output, codes[at]);
            let said = stderr_of(&output);
            assert_contains(&said, &file);
            let cause = if at == 0 {
                "No space left"
            } else {
                "Read-only file system"
            };
            assert_contains(&said, cause);
            assert!(
                files(&project.path("disk")) == before,
                "{arguments:?} changed what is there"
            );
        }
        if what == "read-only" {
            fs::create_dir_all(project.path("scenarios")).expect("a folder");
            fs::write(project.path("scenarios/a.yaml"), PLAIN).expect("a file");
            let said = project.fails(&["prune", "--baseline", "disk/baseline", "--allow-ci"], 4);
            assert_contains(&said, "disk/baseline/gone.yaml");
            assert!(files(&project.path("disk")) == before);
        }
    }
}

#[test]
fn a_run_says_all_that_it_can() {
    let workspace = Workspace::with(&[("a", PLAIN)]);
    let Some(disk) = Disk::mount(&workspace.path("disk")) else {
        return;
    };
    fs::write(workspace.path("disk/r.json"), "old").expect("a file");
    disk.fill();
    let python = newest_python();
    let arguments = [
        "run",
        "--python",
        python.path(),
        "--output",
        "disk/r.json",
        "--output",
        "disk/e.ndjson",
        "--pages",
        "disk/pages",
        "--output",
        "good.json",
    ];
    let mut command = workspace.modswap(&arguments);
    command.env("MODSWAP_STATE_DIR", workspace.path("disk/state"));
    let summary = workspace.path("disk/summary.md");
    command
        .env("GITHUB_STEP_SUMMARY", &summary)
        .args(["--github", "always"]);
    let output = command.output().expect("it starts");
    assert_code(&output, 4);
    let said = stderr_of(&output);
    for name in [
        "disk/r.json: cannot be written",
        "disk/e.ndjson: cannot be written",
        "disk/pages",
        "disk/state/runs",
        "disk/summary.md",
    ] {
        assert_contains(&said, name);
    }
    assert_contains(&stdout_of(&output), "1 pass");
    assert!(
        fs::read_to_string(workspace.path("good.json")).is_ok_and(|text| text.ends_with("}\n"))
    );
    assert_eq!(
        fs::read(workspace.path("disk/r.json")).expect("a file"),
        b"old"
    );
    assert!(
        !workspace.path("disk/e.ndjson").exists() && !workspace.path("disk/e.ndjson.part").exists()
    );
    workspace.assert_clean();
}

/// Where nothing may be mounted: no file may become longer than two blocks.
#[test]
fn a_file_that_may_not_grow_leaves_the_old_one() {
    let project = Project::accepted(&[("a", "3.13.0", "pass", "one")]);
    let long = "x".repeat(5000);
    project.store("run.json", &report(&[("a", "3.13.0", "drift", &long)]));
    for name in ["old.json", "old.html"] {
        fs::write(project.path(name), "old").expect("a file");
        for ignored in ["", "trap '' XFSZ; "] {
            let line = format!("{ignored}ulimit -f 2; exec \"$0\" report run.json --output {name}");
            let program = project.modswap(&[]);
            let mut shell = Command::new("sh");
            shell
                .args(["-c", &line])
                .arg(program.get_program())
                .current_dir(project.path(""));
            let output = shell.output().expect("sh");
            assert_code(&output, 4);
            assert_contains(&stderr_of(&output), name);
            assert_eq!(fs::read(project.path(name)).expect("a file"), b"old");
        }
    }
    let left = fs::read_dir(project.path("")).expect("a folder").flatten();
    let left: Vec<_> = left
        .map(|entry| entry.file_name())
        .filter(|name| name.to_string_lossy().starts_with(".modswap"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// A command that is refused changes no file that it was to write.
#[test]
fn a_refused_command_leaves_its_outputs() {
    let workspace = Workspace::with(&[("a", PLAIN)]);
    let python = newest_python();
    let passed = workspace.path("r.json");
    workspace.run_newest(0, &["--output", "r.json"]);
    let report = fs::read(&passed).expect("a report");
    workspace
        .write("b.md", "old")
        .write("e.ndjson", "old")
        .write("broken.json", "{");
    let outputs = [
        "--output", "r.json", "--output", "b.md", "--output", "e.ndjson", "--pages", "pages",
    ];
    for (arguments, code) in [
        (&["run", "--failed-from", "r.json"][..], 0),
        (&["run", "--failed-from", "broken.json"], 2),
        (&["run", "--python", "3.99"], 3),
        (&["run", "--python", "./nowhere"], 3),
        (&["run", "--require", "3.99"], 3),
        (
            &["run", "--with", "./nowhere", "--python", python.path()],
            2,
        ),
        (&["run", "no/such"], 3),
        (&["run", "--output", "x.unknown"], 2),
        (&["run", "--output", "./r.json"], 2),
        (&["merge", "broken.json"], 2),
        (&["report", "broken.json"], 2),
    ] {
        let arguments = match arguments[0] {
            "merge" | "report" | "run" => [arguments, &outputs].concat(),
            _ => arguments.to_vec(),
        };
        workspace.run_to(code, &arguments);
        assert_eq!(
            fs::read(&passed).expect("a report"),
            report,
            "{arguments:?}"
        );
        for name in ["b.md", "e.ndjson"] {
            assert_eq!(
                fs::read(workspace.path(name)).expect("a file"),
                b"old",
                "{arguments:?}"
            );
        }
        assert!(!workspace.path("pages").exists(), "{arguments:?}");
    }
    // It may be written over what it reads.
    workspace.run_to(0, &["report", "r.json", "--output", "r.json"]);
    assert_eq!(fs::read(&passed).expect("a report"), report);
}

#[test]
fn links_lead_where_they_led_and_modes_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let project = Project::accepted(&[("a", "3.13.0", "pass", "one")]);
    project.store("run.json", &report(&[("a", "3.13.0", "pass", "one")]));
    fs::create_dir(project.path("elsewhere")).expect("a folder");
    fs::write(project.path("elsewhere/r.json"), "old").expect("a file");
    fs::set_permissions(
        project.path("elsewhere/r.json"),
        fs::Permissions::from_mode(0o640),
    )
    .expect("a mode");
    symlink("elsewhere/r.json", project.path("latest.json")).expect("a link");
    project.ends(&["report", "run.json", "--output", "latest.json"], 0);
    assert!(
        fs::symlink_metadata(project.path("latest.json"))
            .expect("a link")
            .is_symlink()
    );
    let data = fs::metadata(project.path("elsewhere/r.json")).expect("a file");
    assert_eq!(
        (data.permissions().mode() & 0o777, data.len() > 3),
        (0o640, true)
    );
}

/// A closed stream gets nothing, and the others get all of theirs.
#[test]
fn closed_and_full_streams_change_neither_files_nor_exit_codes() {
    let project = Project::accepted(&[("a", "3.13.0", "pass", "one")]);
    project.store("run.json", &report(&[("a", "3.13.0", "drift", "two")]));
    let program = project.modswap(&[]);
    for (line, code) in [
        ("report run.json --output r.json >&-", 0),
        ("report run.json --output r.json 2>&-", 0),
        ("report run.json --output r.json <&- >&- 2>&-", 0),
        ("report run.json --output r.json | head -n 0; exit 0", 0),
        ("report run.json --output r.json >/dev/full", 4),
        ("report run.json --output r.json 2>/dev/full", 0),
        ("report nothing.json 2>/dev/full", 2),
        ("report nothing.json 2>&-", 2),
        ("diff run.json >/dev/full 2>/dev/full", 4),
        ("check >/dev/full; exit 0", 0),
        ("accept --report run.json >/dev/full", 4),
    ] {
        let _ = fs::remove_file(project.path("r.json"));
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("\"$0\" {line}")])
            .arg(program.get_program())
            .current_dir(project.path(""))
            .env_remove("CI");
        let output = shell.stdin(Stdio::null()).output().expect("sh");
        assert_code(&output, code);
        assert!(
            !stderr_of(&output).contains("panicked"),
            "{line}: {}",
            stderr_of(&output)
        );
        if line.contains("r.json") {
            let text = fs::read_to_string(project.path("r.json")).expect("a file");
            assert!(text.starts_with('{') && text.ends_with("}\n"), "{line}");
        }
    }
    // What was accepted is, although nobody could be told.
    assert_contains(&project.row("a"), "3.13.0");
    project.ends(&["diff", "run.json"], 0);
}

#[test]
fn without_a_home_a_run_is_a_run() {
    let workspace = Workspace::with(&[("a", PLAIN)]);
    for home in [None, Some("/proc/nowhere"), Some(""), Some("relative")] {
        let python = newest_python();
        let mut command =
            workspace.modswap(&["run", "--output", "r.json", "--python", python.path()]);
        for name in [
            "HOME",
            "MODSWAP_STATE_DIR",
            "XDG_STATE_HOME",
            "XDG_CACHE_HOME",
        ] {
            command.env_remove(name);
        }
        if home.is_none() {
            // Where a user has one all the same, tests leave nothing in it.
            command
                .env("XDG_STATE_HOME", workspace.path("state"))
                .env("XDG_CACHE_HOME", workspace.path("cache"));
        }
        command.envs(home.map(|home| ("HOME", home)));
        let output = command.output().expect("it starts");
        assert_code(&output, 0);
        let said = stderr_of(&output);
        if home == Some("/proc/nowhere") {
            assert_contains(&said, "the run cannot be remembered");
            assert_contains(&said, "/proc/nowhere");
        }
        assert!(workspace.path("r.json").is_file());
        workspace.assert_clean();
    }
}
