use serde_json::{Value, json};

use super::*;
use crate::text::joined;
use crate::trace::{StepRecord, digest_trace};

/// A report of cases `(row, version, verdict, value)`, each with a trace of one step.
fn report(cases: &[(&str, &str, &str, &str)]) -> RunReport {
    let keys: BTreeSet<&str> = cases.iter().map(|case| case.1).collect();
    let interpreters = keys.iter().map(|key| {
        json!({
            "key": key, "version": key, "free_threaded": false, "debug": false, "origin": "", "command": [],
            "build": "", "flags": [],
        })
    });
    let mut traces = serde_json::Map::new();
    let cases = cases.iter().map(|(row, key, verdict, value)| {
        let steps = json!([{"step": 1, "action": "eval: it", "facts": {"value": value}}]);
        let read: Vec<StepRecord> = serde_json::from_value(steps.clone()).unwrap();
        let name = digest_trace(&read, "exit 0");
        traces.insert(name.clone(), steps);
        json!({
            "case": row, "scenario": row, "variant": {}, "interpreter": key, "verdict": verdict, "reasons": [],
            "duration_ms": 1.0, "end": "exit 0", "trace": name,
        })
    });
    let cases: Vec<Value> = cases.collect();
    let report = json!({
        "schema_version": 1, "tool": "", "started": "", "elapsed_s": 1.0, "partition": "1/1", "platform": "",
        "interpreters": interpreters.collect::<Vec<_>>(), "rejected": [],
        "scenarios": [{"id": "a", "title": "", "digest": "text", "file": ""}], "cases": cases, "traces": traces,
    });
    serde_json::from_value(report).unwrap()
}

/// `3.13.0 3.13.0@sid`, one version a word.
fn on(versions: &str) -> RunReport {
    let keys = versions.split(' ');
    report(
        &keys
            .map(|key| ("a", key, "pass", "same"))
            .collect::<Vec<_>>(),
    )
}

/// What two reports of these versions, which all behave alike, have in common and alone: `same 1; 3.12.1; 3.13.0`.
fn common(was: &str, now: &str) -> String {
    let (was, now) = (on(was), on(now));
    let found = find_changes(DiffInput::Report(&was), DiffInput::Report(&now));
    assert!(!found.differs() && found.not_run.is_empty());
    let words = |only: &OnlyIn<'_>| joined(&only.versions, " ");
    let (was, now) = (words(&found.was_only), words(&found.now_only));
    format!("same {}; {was}; {now}", found.same)
}

#[test]
fn versions_are_compared_by_key_and_a_label_that_one_side_has_is_none() {
    for (was, now, found) in [
        ("3.13.0", "3.13.0", "same 1; ; "),
        ("3.13.0", "3.13.1", "same 0; 3.13.0; 3.13.1"),
        ("3.13.0", "3.13.0t", "same 0; 3.13.0; 3.13.0t"),
        ("3.13.0", "3.13.0@sid", "same 1; ; "),
        ("3.13.0@sid", "3.13.0", "same 1; ; "),
        ("3.13.0@sid", "3.13.0@sid", "same 1; ; "),
        (
            "3.13.0@conda",
            "3.13.0@sid",
            "same 0; 3.13.0@conda; 3.13.0@sid",
        ),
        // The plain one is the plain one, and what is left has nothing to go with.
        ("3.13.0", "3.13.0 3.13.0@sid", "same 1; ; 3.13.0@sid"),
        // Which of the two it is nobody knows.
        (
            "3.13.0",
            "3.13.0@conda 3.13.0@sid",
            "same 0; 3.13.0; 3.13.0@conda 3.13.0@sid",
        ),
    ] {
        assert_eq!(common(was, now), found, "{was} against {now}");
    }
}

#[test]
fn equal_changes_share_a_group_whatever_row_and_version() {
    let versions = ["3.11.7", "3.12.1", "3.13.0"];
    let run = |values: [&'static str; 6]| {
        let rows = ["a", "b"]
            .into_iter()
            .flat_map(|row| versions.map(|key| (row, key)));
        let cases: Vec<_> = rows
            .zip(values)
            .map(|((row, key), value)| (row, key, "pass", value))
            .collect();
        report(&cases)
    };
    let was = run(["x"; 6]);
    let now = run(["x", "y", "y", "z", "y", "x"]);
    let found = find_changes(DiffInput::Report(&was), DiffInput::Report(&now));
    let groups = found.groups.iter().map(|group| {
        let cases = group.cases.iter();
        joined(cases.map(|case| format!("{}@{}", case.case, case.key)), " ")
    });
    assert_eq!(
        groups.collect::<Vec<_>>(),
        ["a@3.12.1 a@3.13.0 b@3.12.1", "b@3.11.7"]
    );
    assert_eq!(found.same, 2);
    assert!(found.differs());
    let back = find_changes(DiffInput::Report(&now), DiffInput::Report(&was));
    assert_eq!((back.groups.len(), back.same), (2, 2));
}

#[test]
fn a_verdict_is_a_change_of_its_own() {
    let was = report(&[
        ("a", "3.12.1", "pass", "x"),
        ("a", "3.13.0", "pass", "x"),
        ("b", "3.13.0", "fail", "x"),
    ]);
    let now = report(&[
        ("a", "3.12.1", "fail", "x"),
        ("a", "3.13.0", "pass", "x"),
        ("b", "3.13.0", "pass", "x"),
    ]);
    let found = find_changes(DiffInput::Report(&was), DiffInput::Report(&now));
    let verdicts: Vec<_> = found.groups.iter().map(|group| group.verdicts).collect();
    let (pass, fail) = (Verdict::Pass, Verdict::Fail);
    assert_eq!(verdicts, [Some((pass, fail)), Some((fail, pass))]);
    let mut groups = found.groups.iter();
    assert!(groups.all(|group| group.differences.is_empty()));
    assert_eq!(found.same, 1);
}

#[test]
fn a_case_that_only_one_side_has_is_named_and_no_difference() {
    let was = report(&[
        ("a", "3.12.1", "pass", "x"),
        ("a", "3.13.0", "pass", "x"),
        ("b", "3.12.1", "pass", "x"),
    ]);
    let now = report(&[
        ("a", "3.12.1", "pass", "x"),
        ("b", "3.12.1", "pass", "x"),
        ("b", "3.13.0", "pass", "x"),
    ]);
    let found = find_changes(DiffInput::Report(&was), DiffInput::Report(&now));
    assert!(!found.differs());
    let passed = found.not_run.iter();
    let passed = passed.map(|one| (one.now, one.cases[0].0, one.cases[0].1.to_string()));
    let passed: Vec<_> = passed.collect();
    assert_eq!(
        passed,
        [(true, "a", "3.13.0".into()), (false, "b", "3.13.0".into())]
    );
}

#[test]
fn a_run_is_held_against_what_the_baseline_is_now() {
    let first = report(&[("a", "3.12.1", "pass", "x"), ("a", "3.13.0", "pass", "x")]);
    let mut baseline = Baseline::default();
    let kinds = |baseline: &Baseline, report: &RunReport| {
        let found = find_changes_against_baseline(baseline, report);
        let kinds: Vec<_> = found.groups.iter().map(|group| group.kind).collect();
        (kinds, found.same)
    };
    assert_eq!(kinds(&baseline, &first), (vec![ChangeKind::NewScenario], 0));
    crate::baseline::accept(&mut baseline, &first, &|_| true);
    assert_eq!(kinds(&baseline, &first), (vec![], 2));
    let mut second = report(&[
        ("a", "3.12.1", "pass", "y"),
        ("a", "3.14.0", "pass", "x"),
        ("a", "3.15.0", "pass", "y"),
        ("a", "3.11.7", "crashed", "x"),
    ]);
    let expected = vec![
        ChangeKind::Drift,
        ChangeKind::Broken,
        ChangeKind::NewBehaviour,
        ChangeKind::NewVersion,
    ];
    assert_eq!(kinds(&baseline, &second), (expected, 0));
    let found = find_changes_against_baseline(&baseline, &second);
    assert_eq!(joined(found.was_only.versions, " "), "3.13.0");
    second.scenarios[0].digest = "another text".into();
    let (stale, _) = kinds(&baseline, &second);
    assert!(stale.contains(&ChangeKind::Stale) && !stale.contains(&ChangeKind::Drift));
}
