//! What the harness takes from Python, where a release that it supports has it wrong. Most of those releases are on no machine,
//! so the faults are played.

use std::process::Command;

use modswap::program::protocol::{HELPERS, WORKER};

use crate::harness::pythons;

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/program");
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
        for (name, source) in [("worker.py", WORKER), ("helpers.py", HELPERS)] {
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
    let mut read = 0;
    for entry in std::fs::read_dir(PROGRAM).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|ending| ending != "py") {
            continue;
        }
        read += 1;
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
    assert!(read > 7, "{read} files");
}
