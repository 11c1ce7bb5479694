//! Cases that do not do the same every time: all that they did is shown, in a run with repeats and in a stored report.
#![cfg(unix)]

use crate::harness::{
    PLAIN, Workspace, assert_code, assert_contains, expect_exit, find_case, newest_python,
    parse_report, stdout_of,
};
use modswap::compare::Comparison;
use modswap::record::RunReport;
use modswap::report::context::{RenderContext, ReportOrigin};
use modswap::report::terminal::show::render_scenario;
use modswap::report::terminal::style::Style;
use modswap::report::terminal::{render_failures, render_report};
use serde_json::{Value, json};

const STYLE: Style = Style {
    width: 80,
    colour: false,
    ..Style::PLAIN
};

fn steps(value: i64) -> Value {
    json!([
        {"step": 1, "action": "import: demo", "facts": {"outcome": "ok", "ran": ["demo"], "demo": "demo#1"}},
        {"step": 2, "action": "eval: demo.answer", "facts": {"outcome": "ok", "value": value, "demo": "demo#1"}},
    ])
}

/// Three Pythons, of which two were seen to do several things; one of these is what the third does.
fn report() -> RunReport {
    let keys = ["3.11.2", "3.12.1", "3.13.0"];
    let case = |key: &str, verdict: &str, trace: &str, also: Value| {
        json!({
            "case": "time/answer", "scenario": "time/answer", "variant": {}, "interpreter": key, "verdict": verdict,
            "reasons": if verdict == "pass" { json!([]) } else { json!(["2 different behaviours in the merged reports"]) },
            "end": "exit 0", "duration_ms": 2.1, "trace": trace, "also": also,
        })
    };
    let seen = |trace: &str, end: &str| json!({"trace": trace, "end": end});
    let cases = [
        case("3.11.2", "pass", "a", json!([])),
        case("3.12.1", "unstable", "b", json!([seen("a", "exit 0")])),
        case(
            "3.13.0",
            "unstable",
            "b",
            json!([seen("c", "signal SIGSEGV"), seen("a", "exit 0")]),
        ),
    ];
    let interpreters = keys.map(|key| {
        json!({
            "key": key, "version": key, "free_threaded": false, "debug": false, "origin": "pyenv",
            "command": [format!("/usr/bin/python{key}")], "build": "main", "flags": ["-s", "-S", "-B"],
        })
    });
    let value = json!({
        "schema_version": 1, "tool": "modswap 0.1.0", "started": "2026-11-22T10:00:00Z", "elapsed_s": 1.93,
        "partition": "1/1", "platform": "linux-x86_64", "interpreters": interpreters, "rejected": [],
        "scenarios": [{"id": "time/answer", "title": "The answer depends on the time", "digest": "v2:00",
            "file": "scenarios/time/answer.yaml"}],
        "cases": cases, "traces": {"a": steps(1), "b": steps(2), "c": [steps(1)[0]]},
    });
    serde_json::from_value(value).expect("the format of reports")
}

#[test]
fn what_unstable_cases_did_is_told_below_the_table() {
    let report = report();
    let context = RenderContext {
        origin: ReportOrigin::Merged { file: None },
        ..RenderContext::STORED
    };
    let (overview, rest) = render_report(&Comparison::new(&report), &context, STYLE);
    insta::assert_snapshot!(format!("{overview}\n\n{rest}"));
}

#[test]
fn what_unstable_cases_did_stands_side_by_side() {
    let report = report();
    let comparison = Comparison::new(&report);
    insta::assert_snapshot!(render_scenario(&comparison, &report.scenarios[0], STYLE));
}

#[test]
fn versions_that_did_different_things_are_told_apart() {
    let mut report = report();
    let told = render_failures(&Comparison::new(&report), STYLE);
    assert_eq!(told.matches("unstable time/answer").count(), 2, "{told}");
    report.cases[2].also = report.cases[1].also.clone();
    let told = render_failures(&Comparison::new(&report), STYLE);
    assert_eq!(told.matches("unstable time/answer").count(), 1, "{told}");
    assert_contains(&told, "on 3.12, 3.13\n");
}

#[test]
fn many_behaviours_are_not_all_shown() {
    let mut report = report();
    let also = (0..20).map(|at| {
        let digest = format!("d{at:02}");
        let steps =
            serde_json::from_value::<Vec<modswap::trace::StepRecord>>(steps(at)).expect("steps");
        report.traces.insert(digest.clone().into(), steps.into());
        serde_json::from_value(json!({"trace": digest, "end": "exit 0"})).expect("a behaviour")
    });
    report.cases[2].also = also.collect();
    let comparison = Comparison::new(&report);
    let told = render_failures(&comparison, STYLE);
    assert_contains(
        &told,
        "  value: 2 or 0 or 1 or 3 or others
",
    );
    let page = render_scenario(&comparison, &report.scenarios[0], STYLE);
    assert!(page.contains("u4: 3.13") && !page.contains("u5"), "{page}");
}

/// A scenario whose answer is another one at each run of a Python: the size of a file beside it.
fn write_counting(workspace: &Workspace) {
    let counter = workspace.path("counter");
    let counts = format!(
        "title: Counts\nmodules:\n  demo: |\n    with open('{0}', 'a') as file: _ = file.write('x')\n    import os\n    \
        answer = os.stat('{0}').st_size\nsteps:\n  - import: demo\n  - eval: demo.answer % 2\n",
        counter.display()
    );
    workspace
        .scenario("counts", &counts)
        .scenario("plain", PLAIN);
}

#[test]
fn repeats_of_a_run_are_told_with_all_that_they_showed() {
    let workspace = Workspace::new();
    write_counting(&workspace);
    let python = newest_python();
    let path = python.path();
    let run = [
        "run", "--python", path, "--repeat", "3", "--output", "r.json",
    ];
    let told = stdout_of(&expect_exit(&mut workspace.modswap(&run), 1));
    assert_contains(&told, "2 different behaviours in 3 repeats: ");
    // 1, 2, 3: which one comes first is the first repeat's.
    let both = "     step 2  eval: demo.answer % 2\n       value: 1 or 0\n";
    assert_contains(&told, both);
    assert_contains(&told, "next: modswap show counts --repeat 10\n");
    let row = told.lines().find(|line| line.starts_with("  u "));
    assert!(row.is_some_and(|row| row.ends_with("unstable")), "{told}");

    let show = ["show", "counts", "--python", path, "--repeat", "4"];
    let shown = stdout_of(&expect_exit(&mut workspace.modswap(&show), 1));
    let head = shown.lines().find(|line| line.starts_with("step "));
    let head = head.unwrap_or_else(|| panic!("{shown}"));
    assert!(head.contains(" u1: ") && head.contains(" u2: "), "{shown}");
    let values = shown.lines().find(|line| line.contains("≠ value"));
    let values: Vec<&str> = values.unwrap_or_default().split_whitespace().collect();
    assert!(
        values == ["≠", "value", "0", "1"] || values == ["≠", "value", "1", "0"],
        "{shown}"
    );

    // Merging says no more of it than it says itself.
    let merged = workspace.run(&["merge", "r.json", "r.json", "--format", "json"]);
    let stored = std::fs::read_to_string(workspace.path("r.json")).expect("a report");
    assert_eq!(stdout_of(&merged), stored);
    assert_code(&merged, 1);
    let unstable = parse_report(&merged);
    let unstable = find_case(&unstable, "counts", &python.key);
    assert_eq!(unstable["verdict"], "unstable");
}
