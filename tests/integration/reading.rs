#![cfg(unix)]
//! Only files that end are read, and nothing follows a link when it walks or removes.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::stored::{Project, report};
use crate::harness::{assert_contains, expect_exit};

const PLAIN: &str = "title: t\nsteps:\n  - eval: '1'\n";
const ONE: [(&str, &str, &str, &str); 2] = [
    ("plain", "3.13.0", "pass", "one"),
    ("sub/gone", "3.13.0", "pass", "one"),
];

/// Puts something that is no file where a file is expected: a pipe that nobody writes to, a device without end, or more than is read.
fn spoil(path: &Path, how: &str) {
    let _ = fs::remove_file(path);
    match how {
        "pipe" => {
            let made = Command::new("mkfifo").arg(path).status();
            assert!(made.expect("mkfifo starts").success());
        }
        "device" => symlink("/dev/zero", path).expect("a link"),
        _ => {
            // A hole: it takes no room.
            let file = fs::File::create(path).expect("a file");
            file.set_len(2 << 30).expect("a hole");
        }
    }
}

const SPOILT: [(&str, &str); 3] = [
    ("pipe", "it is a pipe"),
    ("device", "it is a device"),
    ("hole", "it is larger than "),
];

#[test]
fn what_is_no_file_is_refused_by_name_wherever_one_is_read() {
    for (how, said) in SPOILT {
        for (file, arguments) in [
            ("scenarios/odd.yaml", &["check"][..]),
            ("scenarios/odd.yaml", &["list"]),
            ("scenarios/odd.yaml", &["script", "scenarios/odd.yaml"]),
            ("scenarios/pythons.yaml", &["check"]),
            ("scenarios/pythons.yml", &["pythons"]),
            (
                "reports/baseline/plain.yaml",
                &["diff", "first.json", "reports/baseline"],
            ),
            ("reports/baseline/plain.yaml", &["prune", "plain"]),
        ] {
            let project = Project::accepted(&ONE);
            project.write("scenarios/plain.yaml", PLAIN);
            spoil(&project.path(file), how);
            let message = project.fails(arguments, 2);
            assert_contains(&message, said);
            let (line, _) = message.split_once(said).expect("it is there");
            assert!(line.contains(file), "{arguments:?}: {message}");
        }
    }
}

#[test]
fn a_report_comes_from_a_file_or_a_pipe_that_ends() {
    let project = Project::accepted(&ONE);
    project.write("scenarios/plain.yaml", PLAIN);
    for how in ["device", "hole"] {
        spoil(&project.path("odd.json"), how);
        for arguments in [
            &["report", "odd.json"][..],
            &["merge", "odd.json"],
            &["diff", "odd.json"],
            &["accept", "--report", "odd.json"],
            &["run", "--failed-from", "odd.json"],
        ] {
            let message = project.fails(arguments, 2);
            assert_contains(&message, "odd.json: cannot be read: it is ");
        }
    }
    let shell = |line: &str| {
        let mut command = Command::new("bash");
        command
            .arg("-c")
            .arg(line)
            .arg(env!("CARGO_BIN_EXE_modswap"));
        let output = command.current_dir(project.path("")).output();
        output.expect("bash starts")
    };
    for line in [
        "$0 report /dev/stdin <first.json",
        "$0 report - <first.json",
        "cat first.json | $0 report /dev/stdin",
        "$0 merge <(cat first.json)",
    ] {
        let output = shell(line);
        assert!(output.status.success(), "{line}: {output:?}");
    }
    let output = shell("$0 report /dev/stdin </dev/zero");
    assert_eq!(output.status.code(), Some(2));
    assert_contains(&String::from_utf8_lossy(&output.stderr), "it is a device");
}

#[test]
fn the_state_and_the_page_of_others_are_not_waited_for() {
    let project = Project::accepted(&ONE);
    project.write("scenarios/plain.yaml", PLAIN);
    fs::create_dir_all(project.path("pages")).expect("a folder");
    for how in ["pipe", "device"] {
        // A page that is no file is somebody else's.
        spoil(&project.path("pages/other.md"), how);
        project.ends(&["report", "first.json", "--pages", "pages"], 0);
        // Where a report of GitHub's points into the file of a scenario.
        spoil(&project.path("scenarios/plain.yaml"), how);
        let summary = project.path("summary.md");
        let mut command = project.modswap(&["report", "first.json"]);
        command
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_STEP_SUMMARY", summary);
        expect_exit(&mut command, 0);
    }
}

#[test]
fn a_link_to_a_file_is_read_as_the_file() {
    let project = Project::new();
    project.write("elsewhere/x.yaml", PLAIN);
    fs::create_dir_all(project.path("scenarios")).expect("a folder");
    symlink("../elsewhere/x.yaml", project.path("scenarios/linked.yaml")).expect("a link");
    assert_contains(&project.ends(&["list"], 0), "linked");
}

#[test]
fn prune_stays_in_the_baseline() {
    let project = Project::accepted(&ONE);
    project.write("scenarios/plain.yaml", PLAIN);
    let kept = fs::read(project.path("reports/baseline/sub/gone.yaml")).expect("a file");
    project.write("precious/gone.yaml", &String::from_utf8_lossy(&kept));
    for (target, name) in [
        (".", "one"),
        (".", "two"),
        ("../../precious", "away"),
        ("../../precious", "away.yaml"),
    ] {
        symlink(target, project.path("reports/baseline").join(name)).expect("a link");
    }
    // A link to a file is the baseline's own; what it leads to is not.
    let file = project.path("reports/baseline/linked.yaml");
    let text = String::from_utf8_lossy(&kept).replace("sub/gone", "linked");
    project.write("precious/linked.yaml", &text);
    symlink("../../precious/linked.yaml", &file).expect("a link");
    let said = project.ends(&["prune"], 0);
    assert_eq!(
        said,
        "linked: there is no such scenario\nsub/gone: there is no such scenario\nremoved 2 entries\n"
    );
    assert!(!file.is_symlink());
    for name in ["gone", "linked"] {
        assert!(project.path(&format!("precious/{name}.yaml")).is_file());
    }
    assert!(project.path("reports/baseline/away").is_symlink());
}

#[test]
fn accept_writes_nothing_through_a_link() {
    let project = Project::new();
    project.store("first.json", &report(&ONE));
    fs::create_dir_all(project.path("precious")).expect("a folder");
    fs::create_dir_all(project.path("reports/baseline")).expect("a folder");
    symlink("../../precious", project.path("reports/baseline/sub")).expect("a link");
    let said = project.fails(&["accept", "--report", "first.json"], 4);
    assert_contains(
        &said,
        "reports/baseline/sub: a link, and nothing in the baseline",
    );
    assert_eq!(
        fs::read_dir(project.path("precious"))
            .expect("a folder")
            .count(),
        0
    );
    assert!(
        !project.path("reports/baseline/plain.yaml").exists(),
        "nothing was written"
    );
}

#[test]
fn scenarios_and_projects_are_walked_without_their_links() {
    let project = Project::new();
    project.write("scenarios/own.yaml", PLAIN);
    project.write("elsewhere/other.yaml", PLAIN);
    for (target, name) in [
        (".", "one"),
        (".", "two"),
        ("../elsewhere", "away"),
        ("../elsewhere", "away.yaml"),
    ] {
        symlink(target, project.path("scenarios").join(name)).expect("a link");
    }
    assert_contains(&project.ends(&["check"], 0), "1 scenario");
}

/// Calls that read a file or remove one, and the files of the program that may make them: each other goes through `src/fs.rs`, which
/// refuses what is no file, and what is too large.
const READERS: &[(&str, &[&str])] = &[
    ("fs::read(", &[]),
    // The kernel's own, of Linux: whoever can put something else there needs no pipe.
    ("read_to_string", &["process/orphans.rs"]),
    ("read_to_end", &["fs.rs"]),
    // A folder, to hold it.
    ("File::open", &["folders/run_folder.rs"]),
    ("File::options", &["fs.rs"]),
    // To write: files, pipes that were named, and the summary of GitHub.
    (
        "OpenOptions",
        &[
            "fs.rs",
            "fs/write.rs",
            "cli/events.rs",
            "cli/github.rs",
            "cli/outputs.rs",
        ],
    ),
    ("from_reader", &[]),
    ("tokio::fs", &[]),
    // Does not follow a link that it is given or meets.
    (
        "remove_dir_all",
        &[
            "exec/compiled.rs",
            "folders/run_folder.rs",
            "python/cache.rs",
        ],
    ),
    ("follow_links(true", &[]),
];

fn collect_sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect_sources(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn every_file_is_read_by_the_functions_that_have_a_limit() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect_sources(&root, &mut files);
    let mut wrong = Vec::new();
    for file in &files {
        let name = file
            .strip_prefix(&root)
            .expect("below src")
            .display()
            .to_string();
        let is_test = name.contains("tests") || name.ends_with("fake.rs");
        let text = fs::read_to_string(file).expect("a text");
        let text = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        for (call, allowed) in READERS.iter().filter(|_| !is_test) {
            let lines = text
                .lines()
                .map(str::trim)
                .filter(|line| !line.starts_with("//"));
            // `read_limited(` and the like are ours.
            if lines.clone().any(|line| line.contains(call)) && !allowed.contains(&&*name) {
                wrong.push(format!("src/{name}: {call}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "reads a file past src/fs.rs, or removes more than a file:\n{}",
        wrong.join("\n")
    );
}
