use super::good;

#[test]
fn conditions_marks_and_changes() {
    let scenario = good(
        r#"
title: t
changes:
  "3.0": one
  "3.6.3": >
    two
    lines
  "3.15.0rc3": three
  "3.15": four
watch: [json.decoder]
modules:
  demo:
    steps:
      - import: other
        expect: {other: other#1}
  plain: x = 1
xfail: {issue: everywhere}
interpreter:
  flags: ["-X", "dev"]
  env: {A: ""}
  site: true
  entry: -m demo
  expect: {ran: [demo]}
requires: {packages: ["Typing_Extensions >= 4, < 5", six], build: not debug, os: [linux, macos]}
steps:
  - import: demo
    when: ">=3.4"
    xfail: {python: "3.5", issue: a}
    expect:
      - {outcome: ok}
      - {demo: demo#1, xfail: {issue: b}}
"#,
    );
    let changes = scenario.changes.iter();
    let changes: Vec<_> = changes
        .map(|change| (&change.since[..], &change.note[..]))
        .collect();
    assert_eq!(
        changes,
        [
            ("3.0", "one"),
            ("3.6.3", "two lines"),
            ("3.15.0rc3", "three"),
            ("3.15", "four")
        ]
    );
    let variant = &scenario.variants[0];
    assert_eq!(
        variant.watched_modules(),
        ["demo", "plain", "other", "json", "json.decoder"]
    );
    let numbered: Vec<_> = variant
        .numbered()
        .iter()
        .map(|numbered| (numbered.number, numbered.action()))
        .collect();
    assert_eq!(
        numbered,
        [
            (0, "entry: -m demo".to_owned()),
            (1, "import: demo".to_owned()),
            (2, "demo 1: import: other".to_owned())
        ]
    );
    assert!(variant.owns_process());
    assert_eq!(variant.interpreter.env, [("A".to_owned(), String::new())]);
    let packages = variant.requires.packages.iter();
    let packages: Vec<_> = packages.map(ToString::to_string).collect();
    assert_eq!(packages, ["Typing_Extensions >= 4, < 5", "six"]);
    let marks: Vec<_> = variant
        .xfail_marks
        .iter()
        .map(|mark| (&mark.issue[..], mark.whole))
        .collect();
    assert_eq!(marks, [("everywhere", true), ("a", false), ("b", false)]);
    let known: Vec<_> = variant.steps[0]
        .expect
        .iter()
        .map(|expectation| &expectation.xfail_marks[..])
        .collect();
    assert_eq!(known, [&[1][..], &[2, 1]]);
}

#[test]
fn a_scenario_that_starts_threads_owns_its_process() {
    let owns = |text: &str| good(&format!("title: t\n{text}")).variants[0].owns_process();
    assert!(!owns("steps: [{import: demo}]"));
    assert!(owns("steps: [{run: import threading}]"));
    assert!(owns("steps: [{import: threading}]"));
    assert!(owns("steps: [{import: Thread, from: threading}]"));
    assert!(owns("modules: {a: import _thread}\nsteps: [{import: a}]"));
    assert!(owns(
        "steps: [{run: {\"<3\": import thread, \">=3\": pass}}]"
    ));
    assert!(owns(
        "steps: [{import: {'<3': thread, '>=3': _thread}, as: t}]"
    ));
    assert!(!owns(
        "interpreter: {isolation: fork}\nsteps: [{run: import threading}]"
    ));
    assert!(owns(
        "interpreter: {isolation: spawn}\nsteps: [{import: demo}]"
    ));
    assert!(owns("interpreter: {flags: [-v]}\nsteps: [{import: demo}]"));
}
