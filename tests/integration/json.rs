//! The report as JSON: its fields, and that equal runs give equal ones.
#![cfg(unix)]

use crate::harness::{PLAIN, VIOLATED, Workspace, assert_contains, newest_python, parse_report};
use serde_json::{Value, json};

fn remove_volatile(mut report: Value) -> Value {
    let fields = report.as_object_mut().expect("a map");
    for name in ["started", "elapsed_s"] {
        assert!(fields.remove(name).is_some(), "{name}");
    }
    for case in report["cases"].as_array_mut().expect("a list") {
        let removed = case
            .as_object_mut()
            .and_then(|case| case.remove("duration_ms"));
        assert!(removed.is_some_and(|value| value.is_number()));
    }
    report
}

/// Here with scenarios that tempt a report to differ; the corpus runs with other numbers of jobs in `packages::places`.
#[test]
fn equal_runs_give_equal_reports() {
    let workspace = Workspace::new();
    let files = [
        ("a", PLAIN),
        ("b", VIOLATED),
        (
            "crash",
            "title: Crashed\nsteps:\n  - run: import os; os.write(1, b'out'); os.abort()\n",
        ),
        (
            "sets",
            "title: Sets and dicts\nsteps:\n  - eval: \"[{'a', 'b', 'c'}, str({'x': 1, 'y': 2, 'z': {3, 'q'}})]\"\n",
        ),
        (
            "place",
            "title: Places and addresses\nsteps:\n  - eval: \"[object(), __import__('os').getcwd(), __import__('sys').path[0]]\"\n",
        ),
    ];
    for (id, text) in files {
        workspace.scenario(id, text);
    }
    let of = |more: &[&str]| {
        let output = workspace.run(&[&["run", "--format", "json"], more].concat());
        remove_volatile(parse_report(&output))
    };
    let first = of(&["--jobs", "1"]);
    for other in [&["--jobs", "1"], &["--jobs", "8"]] {
        let again = of(other);
        assert!(
            first == again,
            "{other:?}: {}",
            first_difference(&first, &again)
        );
    }
}

/// The first place where two reports differ, for the message.
fn first_difference(first: &Value, second: &Value) -> String {
    let lines = |value: &Value| {
        let text = serde_json::to_string_pretty(value).unwrap_or_default();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let (first, second) = (lines(first), lines(second));
    let at = first
        .iter()
        .zip(&second)
        .position(|(a, b)| a != b)
        .unwrap_or(first.len().min(second.len()));
    let around =
        |lines: &[String]| lines[at.saturating_sub(8)..(at + 2).min(lines.len())].join("\n");
    format!("{}\n--- against\n{}", around(&first), around(&second))
}

#[test]
fn what_a_failing_case_wrote_is_the_same_every_time() {
    const PRINTS: &str = "title: t\nmodules: {demo: ''}\nsteps:\n  - import: demo\n  \
        - run: print((demo.__file__, object()))\n    expect: {outcome: other}\n";
    let workspace = Workspace::new();
    workspace.scenario("a", PLAIN).scenario("b", PRINTS);
    let of = |jobs: &str| {
        workspace.report(&[newest_python()], &["--jobs", jobs])["cases"][1]["stdout"].clone()
    };
    let written = of("1");
    assert_eq!(written, of("8"));
    let text = written.as_str().expect("output");
    assert_contains(text, "<modules>/demo.py");
    assert_contains(text, "0x...");
}

#[test]
fn the_report_has_the_fields_of_its_format() {
    let workspace = Workspace::new();
    workspace.scenario("a", PLAIN).scenario("b", VIOLATED);
    let report = workspace.report(&[newest_python()], &[]);
    assert_eq!(report["schema_version"], 1);
    assert_eq!(report["partition"], "1/1");
    assert!(
        report["tool"]
            .as_str()
            .is_some_and(|tool| tool.starts_with("modswap "))
    );
    assert!(
        report["started"]
            .as_str()
            .is_some_and(|time| time.len() == 20 && time.ends_with('Z'))
    );
    assert!(
        report["elapsed_s"].is_number()
            && report["platform"].is_string()
            && report["rejected"].is_array()
    );
    let has = |value: &Value, names: &[&str]| {
        for name in names {
            assert!(value.get(name).is_some(), "{name} in {value:#}");
        }
    };
    let interpreter = [
        "key",
        "version",
        "free_threaded",
        "debug",
        "origin",
        "command",
        "build",
        "flags",
    ];
    has(&report["interpreters"][0], &interpreter);
    has(&report["scenarios"][0], &["id", "title", "digest", "file"]);
    let case = [
        "case",
        "scenario",
        "variant",
        "interpreter",
        "verdict",
        "reasons",
        "end",
        "duration_ms",
        "trace",
    ];
    has(&report["cases"][0], &case);
    has(&report["cases"][1], &case);
    assert_eq!(
        [
            &report["cases"][0]["verdict"],
            &report["cases"][1]["verdict"]
        ],
        ["pass", "fail"]
    );
    let digest = report["cases"][0]["trace"].as_str().expect("a digest");
    has(&report["traces"][digest][0], &["step", "facts"]);
    assert_eq!(report["actions"]["a"]["1"]["action"], "import: demo");
    assert_eq!(report["traces"][digest][0]["facts"]["demo"], "demo#1");
}

#[test]
fn scenarios_are_listed_for_programs() {
    let workspace = Workspace::new();
    let text = "title: \"One \\e[31m\"\nabout: Why\ntags: [swap]\nrefs: [gh-1]\nchanges: {'3.6': for a reason}\n\
        requires: {python: '>=3.4', packages: [six], os: [linux]}\nmatrix: {via: [statement, import_module]}\n\
        steps: [{import: json, via: '${via}'}]\n";
    workspace.scenario("swap/one", text).scenario("two", PLAIN);
    let output = workspace.run_to(0, &["list", "--format", "json"]);
    let list = parse_report(&output);
    assert_eq!(list["schema_version"], 1);
    let requires = json!({"python": ">=3.4", "build": null, "os": ["linux"], "modules": [], "packages": ["six"]});
    let variant = |via: &str| json!({"id": format!("swap/one[via={via}]"), "requires": requires});
    assert_eq!(
        list["scenarios"][0],
        json!({
            "id": "swap/one", "file": "scenarios/swap/one.yaml", "title": "One \u{1b}[31m", "about": "Why", "tags": ["swap"],
            "refs": ["gh-1"], "changes": [{"since": "3.6", "note": "for a reason"}], "parameters": [],
            "variants": [variant("statement"), variant("import_module")],
        })
    );
    assert_eq!(list["scenarios"][1]["variants"][0]["id"], "two");
    assert_eq!(list["scenarios"].as_array().map(Vec::len), Some(2));
    let one = workspace.run_to(0, &["list", "two", "--format", "json"]);
    assert_eq!(
        parse_report(&one)["scenarios"].as_array().map(Vec::len),
        Some(1)
    );
}
