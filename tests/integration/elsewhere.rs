//! Recorded behaviours of Pythons that are not here: shown and marked, never judged, in no stored report.

use std::fs;

use crate::harness::{
    PLAIN, Workspace, assert_contains, expect_exit, newest_python, parse_report, stdout_of,
};

/// A project whose baseline has one version more than any machine: 3.99.0, which behaved as the newest one here.
fn project() -> Workspace {
    let workspace = Workspace::with(&[("swap/plain", PLAIN)]);
    let python = newest_python();
    expect_exit(
        &mut workspace.modswap(&["run", "--python", python.path()]),
        0,
    );
    expect_exit(&mut workspace.modswap(&["accept"]), 0);
    let file = workspace.path("reports/baseline/swap/plain.yaml");
    let accepted = fs::read_to_string(&file).expect("a baseline");
    let more = accepted.replacen(&python.key, "3.99.0", 1);
    assert_ne!(accepted, more, "{accepted}");
    fs::write(file, more).expect("written");
    workspace
}

#[test]
fn releases_that_are_not_here_are_shown_as_recorded() {
    let workspace = project();
    for command in ["run", "show", "explain"] {
        let mut words = vec![command];
        words.extend((command != "run").then_some("swap/plain"));
        let shown = stdout_of(&expect_exit(&mut workspace.modswap(&words), 0));
        assert_contains(&shown, "3.99");
        assert_contains(&shown, "they are shown as recorded");
    }
    let run = stdout_of(&expect_exit(&mut workspace.modswap(&["run"]), 0));
    assert_contains(&run, " here)");
    assert!(!run.contains(" recorded in"), "never counted: {run}");
    // Who names Pythons wants no others.
    let python = newest_python();
    let named = workspace.stdout(0, &["run", "--python", python.path()]);
    assert!(!named.contains("as recorded"), "{named}");
    let without = workspace.stdout(0, &["run", "--no-baseline"]);
    assert!(!without.contains("3.99"), "{without}");
}

#[test]
fn what_is_recorded_is_in_no_report() {
    let workspace = project();
    let report = parse_report(&workspace.run(&["run", "--format", "json"]));
    let interpreters = report["interpreters"].as_array().expect("a list");
    assert!(interpreters.iter().all(|one| one["key"] != "3.99.0"));
    let cases = report["cases"].as_array().expect("a list");
    assert!(cases.iter().all(|case| case["verdict"] != "recorded"));
}
