//! `pythons.yaml`.

use std::process::Output;

use crate::harness::{
    PLAIN, Workspace, assert_contains, find_case, newest_python, parse_report, stderr_of,
    stdout_of, trace_of,
};

const LOOKS: &str = "\
title: It looks at what the list gives it
steps:
  - run: import os, sys
  - eval: '[sys.flags.optimize, os.environ.get(\"LISTED\"), os.environ.get(\"PYTHONOWN\")]'
";

fn workspace(list: &str) -> Workspace {
    let workspace = Workspace::new();
    workspace.scenario("looks", LOOKS).scenario("plain", PLAIN);
    let python = newest_python().path.display().to_string();
    workspace.write(
        "scenarios/pythons.yaml",
        &list.replace("PYTHON_HERE", &python),
    );
    workspace
}

const LIST: &str = "\
pythons:
  - label: listed
    command: PYTHON_HERE
    flags: [-O]
    env: {LISTED: two words, PYTHONOWN: '1'}
";

fn run(workspace: &Workspace, more: &[&str], code: i32) -> Output {
    workspace.run_to(code, &[&["run", "--format", "json"], more].concat())
}

#[test]
fn a_list_beside_the_scenarios_adds_columns_with_their_flags_and_variables() {
    let workspace = workspace(LIST);
    let python = newest_python();
    let report = parse_report(&run(&workspace, &["--isolation", "fork"], 0));
    let spawned = parse_report(&run(&workspace, &["--isolation", "spawn"], 0));
    let key = format!("{}@listed", python.key);
    for report in [&report, &spawned] {
        assert_eq!(find_case(report, "plain", &key)["verdict"], "pass");
        let seen = |key: &str| {
            trace_of(report, find_case(report, "looks", key))[1]["facts"]["value"].clone()
        };
        assert_eq!(seen(&key), serde_json::json!([1, "two words", "'1'"]));
        assert_eq!(seen(&python.key), serde_json::json!([0, "None", "None"]));
    }
    let listed = report["interpreters"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|one| one["key"] == key.as_str());
    let listed = listed.expect("a column");
    assert_eq!(listed["origin"], "pythons.yaml");
    assert_eq!(listed["flags"], serde_json::json!(["-s", "-S", "-B", "-O"]));
    assert_eq!(
        listed["env"],
        serde_json::json!({"LISTED": "two words", "PYTHONOWN": "1"})
    );
}

#[test]
fn labels_and_versions_select_among_the_listed() {
    let workspace = workspace(LIST);
    let python = newest_python();
    let keys = |more: &[&str]| -> Vec<String> {
        let report = parse_report(&run(&workspace, more, 0));
        let all = report["interpreters"].as_array().expect("a list").iter();
        all.map(|one| one["key"].as_str().expect("a key").to_owned())
            .collect()
    };
    let listed = format!("{}@listed", python.key);
    assert_eq!(
        keys(&["--python", "@listed"]),
        std::slice::from_ref(&listed)
    );
    // A list that nobody named is not asked for what is here, and one that was named is.
    assert!(!keys(&["--python", &python.key]).contains(&listed));
    let named = [
        "--pythons",
        "scenarios/pythons.yaml",
        "--python",
        &python.key,
    ];
    assert!(keys(&named).contains(&listed));
    let path = python.path();
    assert_eq!(
        keys(&["--python", path]),
        std::slice::from_ref(&python.key),
        "nothing is looked for"
    );
    let said = stderr_of(&run(&workspace, &["--python", "@other"], 3));
    assert_contains(&said, "no interpreter matches `@other`");
}

#[test]
fn one_that_is_required_must_be_there_and_others_are_rejected() {
    let list = "pythons:\n  - {label: gone, command: ./gone/python3}\n";
    let at = workspace(list);
    let output = run(&at, &[], 0);
    let rejected = parse_report(&output)["rejected"].to_string();
    let gone = "gone=./gone/python3 (scenarios/pythons.yaml:2)";
    assert_contains(&rejected, gone);
    let said = stderr_of(&output);
    assert_contains(&said, &format!("not used: {gone}: no such file"));
    let at = workspace(&list.replace("python3}", "python3, required: true}"));
    let said = stderr_of(&run(&at, &[], 3));
    assert_contains(&said, "scenarios/pythons.yaml:2");
    assert_contains(&said, "no such file");
    // The list of what there is shows it, and whoever asks for others gets them.
    for (more, code) in [(&["--probe"][..], 3), (&[], 0)] {
        let shown = at.run(&[&["pythons"], more].concat());
        let table = stdout_of(&shown);
        assert_eq!(shown.status.code(), Some(code), "{table}");
        assert_contains(&table, "gone=./gone/python3");
        assert_eq!(code == 0, table.contains("not started"), "{table}");
    }
    run(&at, &["--python", &newest_python().key], 0);
}

#[test]
fn flags_with_which_an_interpreter_does_not_start_are_the_lists_fault() {
    let workspace = workspace(&LIST.replace("-O", "-Z"));
    let key = format!("{}@listed", newest_python().key);
    for isolation in ["fork", "spawn"] {
        let output = workspace.run(&["run", "--format", "json", "--isolation", isolation, "plain"]);
        let report = parse_report(&output);
        let case = find_case(&report, "plain", &key);
        if isolation == "fork" {
            let reason = case["reasons"].to_string();
            assert_contains(&reason, "does not start, or not with these flags");
        }
        assert_ne!(case["verdict"], "pass");
    }
}

#[test]
fn a_list_elsewhere_is_named_and_a_wrong_one_is_refused() {
    let workspace = workspace("pythons: []");
    let python = newest_python();
    let list = LIST.replace("PYTHON_HERE", python.path());
    workspace.write("mine.yaml", &list);
    let report = parse_report(&run(
        &workspace,
        &["--pythons", "mine.yaml", "--python", "@listed"],
        0,
    ));
    assert_eq!(report["interpreters"].as_array().map(Vec::len), Some(1));
    workspace.write("wrong.yaml", "pythons: [{comand: x}]");
    for more in [
        &["run", "--pythons", "wrong.yaml"][..],
        &["pythons", "--pythons", "wrong.yaml"],
    ] {
        let output = workspace.run_to(2, more);
        let said = stderr_of(&output);
        assert_contains(&said, "did you mean `command`?");
    }
    workspace.run_to(2, &["run", "--pythons", "missing.yaml"]);
    workspace.write("scenarios/pythons.yaml", "pythons: [{comand: x}]");
    workspace.run_to(2, &["check"]);
}
