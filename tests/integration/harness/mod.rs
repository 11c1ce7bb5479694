//! What several test files need: the real binary, the real Pythons, and scenarios in a folder of their own.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

pub mod bench;
pub mod corpus;
pub mod stored;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The binary, in the repository's root, without what the caller's environment would change.
pub fn modswap() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_modswap"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("MODSWAP_STATE_DIR", env!("CARGO_TARGET_TMPDIR"))
        .env_remove("NO_COLOR")
        .env_remove("MODSWAP_LOG");
    hermetic(&mut command);
    command
}

/// Takes away what makes a machine of CI another one, and keeps the user's last runs from being those of the tests.
pub fn hermetic(command: &mut Command) {
    let state = Path::new(env!("CARGO_TARGET_TMPDIR")).join("state");
    command.env("MODSWAP_STATE_DIR", state);
    for name in [
        "CI",
        "GITHUB_ACTIONS",
        "GITHUB_STEP_SUMMARY",
        "GITHUB_WORKSPACE",
    ] {
        command.env_remove(name);
    }
}

/// Runs it and insists on an exit code.
pub fn ends_with(command: &mut Command, code: i32) -> Output {
    let output = command.output().expect("the binary starts");
    assert_eq!(
        output.status.code(),
        Some(code),
        "{command:?}\n--- stdout\n{}\n--- stderr\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Runs it for its JSON.
pub fn json(command: &mut Command, code: i32) -> Value {
    serde_json::from_slice(&ends_with(command.args(["--format", "json"]), code).stdout)
        .expect("JSON")
}

/// An interpreter that `modswap pythons` finds.
#[derive(Clone, Debug)]
pub struct Python {
    pub key: String,
    pub path: PathBuf,
}

impl Python {
    /// It, bare, as cases start it.
    pub fn bare(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(["-s", "-S", "-B"]).env("PYTHONHASHSEED", "0");
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PYTHON")) {
            command.env_remove(name);
        }
        command.env("PYTHONHASHSEED", "0");
        command
    }
}

/// Every Python here. The tests need one at least; which ones they ran on stands in their output.
pub fn pythons() -> Vec<Python> {
    let found = json(modswap().arg("pythons"), 0);
    let list = found["interpreters"].as_array().expect("a list").iter();
    let pythons: Vec<Python> = list
        .map(|one| Python {
            key: one["key"].as_str().expect("a key").to_owned(),
            path: PathBuf::from(one["command"][0].as_str().expect("a path")),
        })
        .collect();
    let keys: Vec<&str> = pythons.iter().map(|python| python.key.as_str()).collect();
    println!("on Python {}; on no other", keys.join(", "));
    pythons
}

/// An executable script. A child writes it: a descriptor of ours that is open for writing could be inherited by a process
/// that another test starts at that moment, and running the script would then fail with `ETXTBSY`.
pub fn script(path: &Path, text: &str) {
    let source = path.with_extension("text");
    std::fs::write(&source, text).expect("a file");
    let copied = Command::new("sh")
        .args(["-c", "cat \"$1\" > \"$2\" && chmod +x \"$2\"", "sh"])
        .args([&source, path])
        .status();
    assert!(copied.expect("sh starts").success());
}

/// The text of a script that is an interpreter which behaves otherwise than this one, which it is but for `-O`.
pub fn otherwise(python: &Python) -> String {
    format!("#!/bin/sh\nexec {} -O \"$@\"\n", python.path.display())
}

/// Scenario files in a folder that goes away with the value.
pub struct Scenarios(pub tempfile::TempDir);

impl Scenarios {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// The case of a report.
pub fn case<'a>(report: &'a Value, id: &str, key: &str) -> &'a Value {
    let cases = report["cases"].as_array().expect("cases");
    let wanted = |case: &&Value| case["case"] == id && case["interpreter"] == key;
    cases
        .iter()
        .find(wanted)
        .unwrap_or_else(|| panic!("no case {id} on {key}"))
}

/// The trace of a case: a list of steps.
pub fn trace<'a>(report: &'a Value, case: &Value) -> &'a [Value] {
    let digest = case["trace"]
        .as_str()
        .unwrap_or_else(|| panic!("no trace: {case}"));
    report["traces"][digest].as_array().expect("steps")
}

/// Runs the scenarios on every Python in both ways of isolation, and hands on each report, which must be as expected.
pub fn both_ways(scenarios: &Scenarios, mut check: impl FnMut(&str, &Value)) {
    for isolation in ["fork", "spawn"] {
        let mut command = modswap();
        command.arg("run").arg(scenarios.path());
        check(
            isolation,
            &json(command.args(["--isolation", isolation]), 0),
        );
    }
}

/// Runs one scenario, called `it`, on every Python, both ways, and hands each trace to the check.
pub fn on_every_python(text: &str, check: impl Fn(&str, &[Value])) {
    let scenarios = Scenarios::new(&[("it.yaml", text)]);
    let pythons = pythons();
    both_ways(&scenarios, |_, report| {
        for python in &pythons {
            check(&python.key, trace(report, case(report, "it", &python.key)));
        }
    });
}

/// A fact of the step of that number.
pub fn fact<'a>(trace: &'a [Value], step: usize, name: &str) -> &'a Value {
    &trace[step - 1]["facts"][name]
}
