//! Writing scenarios: `modswap check` says what is wrong with them.
#![cfg(unix)]

mod common;

use std::fs;
use std::process::Output;

use common::bench::{Bench, PLAIN, text};
use serde_json::{Value, json};

const TWO_VARIANTS: &str =
    "title: Twice\ntags: [two]\nmatrix: {n: ['1', '2']}\nsteps:\n  - eval: \"${n} + 1\"\n";
const WRONG: &str = "title: Wrong\nsteps:\n  - swop: before\n  - {collect: true, expect: {python: 3.10, outcome: ok}}\n";

/// Runs it where no Python can be found, and insists on an exit code.
fn ended(bench: &Bench, arguments: &[&str], code: i32) -> Output {
    let output = bench
        .modswap(arguments)
        .env("PATH", "")
        .env_remove("PYENV_ROOT")
        .env("HOME", bench.path("tmp"))
        .output()
        .expect("the binary starts");
    let shown = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {shown}");
    output
}

#[test]
fn what_is_right_is_counted() {
    let bench = Bench::new();
    bench.scenario("a", PLAIN).scenario("swap/b", TWO_VARIANTS);
    for (more, counts) in [
        (&[][..], "2 scenarios, 3 variants"),
        (&["scenarios/swap"], "1 scenario, 2 variants"),
        (&["a"], "1 scenario, 1 variant"),
        (&["--tag", "two"], "1 scenario, 2 variants"),
        (&["--id", "swap/b[n=2]"], "1 scenario, 1 variant"),
    ] {
        let output = ended(&bench, &[&["check"], more].concat(), 0);
        assert_eq!(text(&output.stdout), format!("{counts}: all right\n"));
        assert_eq!(text(&output.stderr), "");
    }
    let output = ended(&bench, &["check", "--format", "json"], 0);
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(found, json!({"schema_version": 1, "problems": []}));
    ended(&bench, &["check", "no-such-id"], 3);
    ended(&bench, &["check", "no/such.yaml"], 2);
}

#[test]
fn what_is_wrong_is_told_at_once() {
    let bench = Bench::new();
    bench
        .scenario("a", PLAIN)
        .scenario("wrong", WRONG)
        .scenario("worse", "titel: t\nsteps: [collect: true]\n");
    let output = ended(&bench, &["check"], 2);
    assert_eq!(text(&output.stdout), "");
    let told = text(&output.stderr);
    for part in [
        "scenarios/wrong.yaml:3:5",
        "did you mean `swap`?",
        "scenarios/wrong.yaml:4:38",
        "scenarios/worse.yaml:1:1",
        "4 problems in 2 files",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

#[test]
fn what_is_wrong_for_programs() {
    let bench = Bench::new();
    bench.scenario("wrong", WRONG);
    fs::create_dir(bench.path("empty")).expect("a folder");
    let arguments = ["check", "scenarios", "empty", "--format", "json"];
    let output = ended(&bench, &arguments, 2);
    assert_eq!(text(&output.stderr), "");
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        found,
        json!({
            "schema_version": 1,
            "problems": [
                {
                    "file": "scenarios/wrong.yaml",
                    "line": 3,
                    "column": 5,
                    "message": "unknown key `swop` in a step",
                    "help": "did you mean `swap`?",
                },
                {
                    "file": "scenarios/wrong.yaml",
                    "line": 4,
                    "column": 38,
                    "message": "a version must be quoted: \"3.10\"",
                    "help": "YAML reads 3.10 as the number 3.1",
                },
                {
                    "file": "empty",
                    "line": null,
                    "column": null,
                    "message": "a folder without scenarios",
                    "help": "expected files called `*.yaml` or `*.yml` in it or below",
                },
            ],
        })
    );
}
