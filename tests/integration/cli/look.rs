//! The look of the output: colour and width, and text of others in it.

use super::run_newest;
use crate::harness::{PLAIN, VIOLATED, Workspace, assert_contains, newest_python, stdout_of};

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let workspace = Workspace::with(&[("a", PLAIN), ("b", VIOLATED)]);
    let shown = |more: &[&str]| stdout_of(&run_newest(&workspace, more, 1));
    assert!(!shown(&[]).contains('\x1b'), "plain when piped");
    assert!(!shown(&["--color", "auto"]).contains('\x1b'));
    assert!(!shown(&["--color", "never"]).contains('\x1b'));
    assert!(shown(&["--color", "always"]).contains("\x1b["));
    assert!(
        !shown(&["--color", "always", "--format", "json"]).contains('\x1b'),
        "data has no colours"
    );
    let path = newest_python().path;
    let mut command = workspace.modswap(&["run", "--color", "always", "--python"]);
    let output = command
        .arg(path)
        .env("NO_COLOR", "1")
        .output()
        .expect("the binary starts");
    assert!(
        stdout_of(&output).contains("\x1b["),
        "the flag outranks the variable"
    );
}

#[test]
fn foreign_text_cannot_steer_the_terminal() {
    let loud = "title: \"Loud \\e]0;title\\a\"\nsteps:\n  - run: |\n      import os\n      \
        os.write(1, b'\\x1b[2Jgone\\r\\x07'); os.abort()\n";
    let workspace = Workspace::with(&[("a", loud)]);
    let output = run_newest(&workspace, &["--color", "never"], 1);
    let shown = stdout_of(&output);
    assert_contains(&shown, "gone");
    assert!(
        !shown.contains(|c: char| c.is_control() && c != '\n'),
        "{shown:?}"
    );
}

/// Needs ten columns, whatever is on this machine: one Python under ten names.
#[test]
fn ten_interpreters_fit_80_columns() {
    let workspace = Workspace::with(&[
        ("swap/a-name-of-24-charac", PLAIN),
        ("b/violated-on-all-of-them", VIOLATED),
    ]);
    let path = newest_python().path;
    let requests: Vec<String> = (0..10)
        .map(|number| format!("n{number}={}", path.display()))
        .collect();
    let mut arguments = vec!["run"];
    for request in &requests {
        arguments.extend(["--python", request]);
    }
    let output = workspace
        .modswap(&arguments)
        .env("COLUMNS", "80")
        .output()
        .expect("the binary starts");
    let shown = stdout_of(&output);
    let table = shown.split("\nfail ").next().unwrap_or_default();
    assert!(table.contains("@n0") && table.contains("@n9"), "{shown}");
    for line in table.lines() {
        assert!(
            line.chars().count() <= 80,
            "{} columns: {line}\n{shown}",
            line.chars().count()
        );
    }
}

#[test]
fn every_interpreter_here_fits_80_columns() {
    let workspace = Workspace::with(&[("swap/a-name-of-24-charac", PLAIN)]);
    let output = workspace
        .modswap(&["run"])
        .env("COLUMNS", "80")
        .output()
        .expect("the binary starts");
    let shown = stdout_of(&output);
    let table = shown.split("\n\n").next().unwrap_or_default();
    let widest = table.lines().map(|line| line.chars().count()).max();
    assert!(widest.is_some_and(|widest| widest <= 80), "{shown}");
}
