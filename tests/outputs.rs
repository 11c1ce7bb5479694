//! What a run writes for other programs: JUnit XML and events.
#![cfg(unix)]

mod common;

use std::fs;

use common::bench::{Bench, PLAIN, newest, text};

const VIOLATED: &str = "title: Violated\nsteps:\n  - eval: 1 + 1\n    expect: {value: 3}\n";
const CRASHED: &str = r"title: Crashed
steps:
  - run: import os; os.write(1, b'a\x00\x1b[31m]]>\xff'); os.abort()
";
const NOWHERE: &str = "title: t\nrequires: {python: '>=9'}\nsteps:\n  - eval: 1 + 1\n";

/// A run on the newest Python: how it ended, and what it said.
fn run(bench: &Bench, more: &[&str]) -> (Option<i32>, String) {
    let python = newest();
    let path = python.path.to_str().expect("UTF-8");
    let output = bench.run(&[&["run", "--python", path], more].concat());
    (output.status.code(), text(&output.stderr))
}

#[test]
fn junit_xml_says_what_the_exit_code_says() {
    let bench = Bench::new();
    bench.scenario("a", PLAIN).scenario("nowhere", NOWHERE);
    let file = bench.path("results/junit.xml");
    let counts = |code: i32, more: &[&str]| {
        let arguments = [&["--junit", "results/junit.xml"], more].concat();
        let (status, said) = run(&bench, &arguments);
        assert_eq!(status, Some(code), "{said}");
        let xml = fs::read_to_string(&file).expect("the file");
        let parsed = roxmltree::Document::parse(&xml).expect("XML");
        let root = parsed.root_element();
        ["tests", "failures", "errors", "skipped"].map(|name| {
            let count = root.attribute(name).expect("a count");
            count.parse::<u32>().expect("a number")
        })
    };
    assert_eq!(counts(0, &[]), [2, 0, 0, 1]);
    // Nothing was accepted yet.
    assert_eq!(counts(1, &["--strict"]), [2, 1, 0, 1]);
    let xml = fs::read_to_string(&file).expect("the file");
    assert!(xml.contains("type=\"not-accepted\""), "{xml}");
    bench.scenario("b", VIOLATED).scenario("c", CRASHED);
    assert_eq!(counts(1, &[]), [4, 2, 0, 1]);
    let xml = fs::read_to_string(&file).expect("the file");
    for part in [
        "<testsuite name=\"".to_owned() + &newest().key,
        "<failure message=\"step 1 (eval: 1 + 1): value: expected 3, got 2\" type=\"fail\">"
            .to_owned(),
        "type=\"crashed\"".to_owned(),
        "in scenarios/b.yaml\nmodswap show b</failure>".to_owned(),
        "<system-out>a\u{fffd}\u{fffd}[31m]]&gt;\u{fffd}</system-out>".to_owned(),
        "requires Python &gt;=9".to_owned(),
    ] {
        assert!(xml.contains(&part), "no {part} in {xml}");
    }
}

#[test]
fn a_file_that_cannot_be_written_is_known_before_anything_runs() {
    let bench = Bench::new();
    let mark = bench.path("ran");
    let writes = format!("title: t\nsteps:\n  - run: open({mark:?}, 'w').close()\n");
    bench.scenario("a", &writes);
    fs::write(bench.path("file"), "").expect("a file");
    for option in ["--junit", "--output"] {
        let (status, said) = run(&bench, &[option, "file/x.json"]);
        assert_eq!(status, Some(2), "{said}");
        assert!(said.contains("file/x.json: cannot be written"), "{said}");
    }
    assert!(!mark.exists());
    // The scenario does write when it runs.
    run(&bench, &[]);
    assert!(mark.exists());
}
