//! `pythons.yaml`.

use std::fs;
use std::process::Output;

use crate::harness::bench::{Bench, PLAIN, newest, report_of, text};
use crate::harness::{case, trace};

const LOOKS: &str = "\
title: It looks at what the list gives it
steps:
  - run: import os, sys
  - eval: '[sys.flags.optimize, os.environ.get(\"LISTED\"), os.environ.get(\"PYTHONOWN\")]'
";

fn bench(list: &str) -> Bench {
    let bench = Bench::new();
    bench.scenario("looks", LOOKS).scenario("plain", PLAIN);
    let python = newest().path.display().to_string();
    fs::write(
        bench.path("scenarios/pythons.yaml"),
        list.replace("PYTHON_HERE", &python),
    )
    .expect("a file");
    bench
}

const LIST: &str = "\
pythons:
  - label: listed
    command: PYTHON_HERE
    flags: [-O]
    env: {LISTED: two words, PYTHONOWN: '1'}
";

fn run(bench: &Bench, more: &[&str], code: i32) -> Output {
    let output = bench.run(&[&["run", "--format", "json"], more].concat());
    assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
    output
}

#[test]
fn a_list_beside_the_scenarios_adds_columns_with_their_flags_and_variables() {
    let bench = bench(LIST);
    let python = newest();
    let report = report_of(&run(&bench, &["--isolation", "fork"], 0));
    let spawned = report_of(&run(&bench, &["--isolation", "spawn"], 0));
    let key = format!("{}@listed", python.key);
    for report in [&report, &spawned] {
        assert_eq!(case(report, "plain", &key)["verdict"], "pass");
        let seen =
            |key: &str| trace(report, case(report, "looks", key))[1]["facts"]["value"].clone();
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
    let bench = bench(LIST);
    let python = newest();
    let keys = |more: &[&str]| -> Vec<String> {
        let report = report_of(&run(&bench, more, 0));
        let all = report["interpreters"].as_array().expect("a list").iter();
        all.map(|one| one["key"].as_str().expect("a key").to_owned())
            .collect()
    };
    let listed = format!("{}@listed", python.key);
    assert_eq!(
        keys(&["--python", "@listed"]),
        std::slice::from_ref(&listed)
    );
    assert!(keys(&["--python", &python.key]).contains(&listed));
    let path = python.path.to_str().expect("UTF-8");
    assert_eq!(
        keys(&["--python", path]),
        std::slice::from_ref(&python.key),
        "nothing is looked for"
    );
    let said = text(&run(&bench, &["--python", "@other"], 3).stderr);
    assert!(said.contains("no interpreter matches `@other`"), "{said}");
}

#[test]
fn one_that_is_required_must_be_there_and_others_are_rejected() {
    let list = "pythons:\n  - {label: gone, command: ./gone/python3}\n";
    let at = bench(list);
    let output = run(&at, &[], 0);
    let rejected = report_of(&output)["rejected"].to_string();
    let gone = "gone=./gone/python3 (scenarios/pythons.yaml:2)";
    assert!(rejected.contains(gone), "{rejected}");
    let said = text(&output.stderr);
    assert!(
        said.contains(&format!("not used: {gone}: no such file")),
        "{said}"
    );
    let at = bench(&list.replace("python3}", "python3, required: true}"));
    let said = text(&run(&at, &[], 3).stderr);
    assert!(said.contains("scenarios/pythons.yaml:2"), "{said}");
    assert!(said.contains("no such file"), "{said}");
    // The list of what there is shows it, and whoever asks for others gets them.
    let shown = at.run(&["pythons"]);
    let table = text(&shown.stdout);
    assert_eq!(shown.status.code(), Some(3), "{table}");
    assert!(table.contains("gone=./gone/python3"), "{table}");
    run(&at, &["--python", &newest().key], 0);
}

#[test]
fn flags_with_which_an_interpreter_does_not_start_are_the_lists_fault() {
    let bench = bench(&LIST.replace("-O", "-Z"));
    let key = format!("{}@listed", newest().key);
    for isolation in ["fork", "spawn"] {
        let output = bench.run(&["run", "--format", "json", "--isolation", isolation, "plain"]);
        let report = report_of(&output);
        let case = case(&report, "plain", &key);
        if isolation == "fork" {
            let reason = case["reasons"].to_string();
            assert!(
                reason.contains("does not start, or not with these flags"),
                "{reason}"
            );
        }
        assert_ne!(case["verdict"], "pass");
    }
}

#[test]
fn a_list_elsewhere_is_named_and_a_wrong_one_is_refused() {
    let bench = bench("pythons: []");
    let python = newest();
    let list = LIST.replace("PYTHON_HERE", python.path.to_str().expect("UTF-8"));
    fs::write(bench.path("mine.yaml"), list).expect("a file");
    let report = report_of(&run(
        &bench,
        &["--pythons", "mine.yaml", "--python", "@listed"],
        0,
    ));
    assert_eq!(report["interpreters"].as_array().map(Vec::len), Some(1));
    fs::write(bench.path("wrong.yaml"), "pythons: [{comand: x}]").expect("a file");
    for more in [
        &["run", "--pythons", "wrong.yaml"][..],
        &["pythons", "--pythons", "wrong.yaml"],
    ] {
        let output = bench.run(more);
        assert_eq!(output.status.code(), Some(2));
        let said = text(&output.stderr);
        assert!(said.contains("did you mean `command`?"), "{said}");
    }
    let missing = bench.run(&["run", "--pythons", "missing.yaml"]);
    assert_eq!(missing.status.code(), Some(2), "{}", text(&missing.stderr));
    fs::write(
        bench.path("scenarios/pythons.yaml"),
        "pythons: [{comand: x}]",
    )
    .expect("a file");
    let check = bench.run(&["check"]);
    assert_eq!(check.status.code(), Some(2), "{}", text(&check.stderr));
}
