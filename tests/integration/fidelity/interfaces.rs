//! What the harness takes from Python, where a release that it supports has it wrong. Most of those releases are on no machine,
//! so the faults are played.

use std::path::{Path, PathBuf};
use std::process::Command;

use modswap::harness::{SCRIPT, SUPERVISOR};

use crate::harness::pythons;

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/integration/fidelity/interfaces.py"
);

fn run_to_text(command: &mut Command) -> (bool, String) {
    let output = command.output().expect("a Python");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn the_harness_gets_along_with_faults_of_the_releases_it_supports() {
    for python in pythons() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, source) in [
            ("supervisor.py", SUPERVISOR.as_str()),
            ("recorder.py", SCRIPT.as_str()),
        ] {
            std::fs::write(folder.path().join(name), source).expect("a file");
        }
        let mut command = python.bare();
        command.current_dir(folder.path()).args([FILE, "."]);
        let (is_well, said) = run_to_text(&mut command);
        assert!(
            is_well && said.ends_with("all is well\n"),
            "{}: {said}",
            python.key
        );
    }
}

/// 2.7.0 to 2.7.8 refuse `exec(code, namespace)` in a function that is in a function (bpo-21591); 2.7.9 and later do not.
#[test]
fn our_python_execs_nothing() {
    for path in harness_modules() {
        let source = std::fs::read_to_string(&path).expect("a text");
        for (at, line) in source.lines().enumerate() {
            let code = line.split('#').next().unwrap_or_default();
            let mut words =
                code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '"' && c != '.');
            assert!(
                !words.any(|word| word == "exec"),
                "{}:{}: `eval` a code object instead: {line}",
                path.display(),
                at + 1
            );
        }
    }
}

/// The files of our Python.
pub(super) fn harness_modules() -> Vec<PathBuf> {
    let harness = concat!(env!("CARGO_MANIFEST_DIR"), "/src/harness");
    let folders = ["shared", "supervisor", "recorder"].map(|name| Path::new(harness).join(name));
    let entries = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).expect("a folder"));
    let mut modules: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    modules.retain(|path| path.extension().is_some_and(|ending| ending == "py"));
    assert!(modules.len() > 20, "{modules:?}");
    modules
}
