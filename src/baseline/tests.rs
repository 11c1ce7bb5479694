use super::*;
use crate::record::Verdict;
use crate::record::fake;
use crate::record::{BaselineStatus, CaseReport, RunReport};
use crate::trace::difference::BehaviourTrace;
use crate::trace::fact::{FactName, FactValue};
use crate::trace::{TraceView, digest_trace};

fn key(text: &str) -> InterpreterKey {
    text.parse().unwrap()
}

fn keys(text: &str) -> BTreeSet<InterpreterKey> {
    text.split_whitespace().map(key).collect()
}

/// A trace of one step, which tells traces apart by a value.
pub(super) fn trace(value: &str) -> Vec<StepRecord> {
    let facts = [("outcome", "ok"), ("value", value)];
    vec![StepRecord {
        step: 1,
        inside: None,
        module: None,
        action: "eval: it".into(),
        facts: facts
            .map(|(name, value)| (FactName(name.into()), FactValue::text(value)))
            .into(),
    }]
}

/// A report of cases `(row, version, verdict, value)` of the scenario `s`, whose text has this digest.
fn report(text: &str, cases: &[(&str, &str, Verdict, &str)]) -> RunReport {
    let digest = |value: &str| digest_trace(&trace(value), "exit 0");
    let digests: Vec<String> = cases.iter().map(|(_, _, _, value)| digest(value)).collect();
    let shown = cases.iter().zip(&digests);
    let shown =
        shown.map(|((row, version, verdict, _), digest)| (*row, *version, *verdict, &**digest));
    let mut report = fake::report(&shown.collect::<Vec<_>>());
    for ((_, _, _, value), digest) in cases.iter().zip(&digests) {
        report.traces.insert(digest.into(), trace(value).into());
    }
    report.scenarios[0].digest = text.into();
    report
}

/// The baseline of a first run, in which all passed.
pub(super) fn accepted(cases: &[(&str, &str)]) -> Baseline {
    let cases: Vec<_> = cases
        .iter()
        .map(|(version, value)| ("s", *version, Verdict::Pass, *value))
        .collect();
    let mut baseline = Baseline::default();
    accept(&mut baseline, &report("v2:text", &cases), &|_| true);
    baseline
}

/// `A 2.7.18 3.6.15; B 3.7.16`, stale ones behind a minus.
fn words(baseline: &Baseline, row: &str) -> String {
    let (_, row) = baseline.row("s", row).unwrap();
    let behaviour = |behaviour: &BehaviourBaseline| {
        let mut words = vec![behaviour.behaviour.clone()];
        words.extend(behaviour.versions.iter().map(ToString::to_string));
        words.extend(behaviour.stale.iter().map(|key| format!("-{key}")));
        words.join(" ")
    };
    let all: Vec<_> = row.behaviours.iter().map(behaviour).collect();
    all.join("; ")
}

/// How a version that shows a value stands to it.
pub(super) fn held(
    baseline: &Baseline,
    text: &str,
    version: &str,
    value: &str,
) -> BaselineComparison {
    let steps = trace(value);
    let case = ObservedCase {
        scenario: text,
        key: &key(version),
        digest: &digest_trace(&steps, "exit 0"),
        shown: BehaviourTrace {
            trace: TraceView::of_records(&steps),
            end: "exit 0",
        },
    };
    compare_with_baseline(baseline.row("s", "s"), case)
}

#[test]
fn what_was_seen_before_is_known() {
    let baseline = accepted(&[("2.7.18", "old"), ("3.6.15", "new"), ("3.13.0", "new")]);
    assert_eq!(words(&baseline, "s"), "A 2.7.18; B 3.6.15 3.13.0");
    let same = held(&baseline, "v2:text", "3.6.15", "new");
    assert_eq!(same.matched.status, BaselineStatus::AsBaseline);
    assert_eq!((same.verdict, same.reason), (None, None));
    let drift = held(&baseline, "v2:text", "3.6.15", "other");
    assert_eq!(drift.matched.status, BaselineStatus::Drift);
    assert_eq!((drift.verdict, drift.step), (Some(Verdict::Drift), Some(1)));
    assert_eq!(
        drift.reason.unwrap(),
        "was B before; differs in step 1: value: new → other"
    );
    assert_eq!(drift.was.unwrap(), trace("new"));
    let back = held(&baseline, "v2:text", "3.6.15", "old");
    assert_eq!(back.verdict, Some(Verdict::Drift));
}

#[test]
fn a_new_version_is_held_against_its_neighbour() {
    let baseline = accepted(&[("2.7.18", "old"), ("3.6.15", "new"), ("3.13.0", "newer")]);
    let like = held(&baseline, "v2:text", "3.13.4", "newer");
    assert_eq!(like.matched.status, BaselineStatus::NewVersion);
    assert_eq!(like.verdict, None);
    assert_eq!(like.reason.unwrap(), "never seen; like 3.13.0");
    let other = held(&baseline, "v2:text", "3.13.4", "newest");
    assert_eq!(other.verdict, Some(Verdict::New));
    assert_eq!(
        other.reason.unwrap(),
        "never seen; new behaviour, differs from 3.13.0 in step 1: value: newer → newest"
    );
    let back = held(&baseline, "v2:text", "3.13.4", "new");
    assert_eq!(
        back.reason.unwrap(),
        "never seen; behaves like B, differs from 3.13.0 in step 1: value: newer → new"
    );
    let between = held(&baseline, "v2:text", "3.12.4", "newer");
    assert_eq!(between.verdict, None);
    assert_eq!(
        between.reason.unwrap(),
        "never seen; like 3.13.0, not like 3.6.15"
    );
    let far = held(&baseline, "v2:text", "3.12.4", "old");
    assert_eq!(far.verdict, Some(Verdict::New));
    let row = compare_with_baseline(
        None,
        ObservedCase {
            scenario: "v2:text",
            key: &key("3.13.0"),
            digest: "",
            shown: BehaviourTrace {
                trace: TraceView::EMPTY,
                end: "exit 0",
            },
        },
    );
    assert_eq!(row.matched.status, BaselineStatus::NewScenario);
    assert_eq!(row.verdict, None);
}

#[test]
fn neighbours() {
    let known = "2.7.18 3.6.15 3.8.0 3.8.18 3.13.0 3.13.0d 3.13.7 3.14.0t";
    let known: Vec<_> = keys(known).into_iter().collect();
    let near = |text: &str| nearest(&key(text), &known).unwrap().to_string();
    for (version, wanted) in [
        ("3.13.2", "3.13.0"),
        ("3.13.5", "3.13.7"),
        ("3.15.0rc1", "3.13.7"),
        ("3.7.4", "3.6.15"),
        ("3.9.0", "3.8.18"),
        // Not 2.7, however near that is in a list.
        ("3.5.1", "3.6.15"),
        ("2.6.9", "2.7.18"),
        ("3.13.2d", "3.13.0d"),
        ("3.15.0t", "3.14.0t"),
        ("3.13.3td", "3.13.0"),
        ("3.13.2@sid", "3.13.0"),
    ] {
        assert_eq!(near(version), wanted, "{version}");
    }
    assert_eq!(nearest(&key("3.13.0"), []), None);
}

#[test]
fn the_nearest_is_the_same_release_then_its_series() {
    let known = "3.12.1d 3.13.0d 3.13.18 3.14.7 3.14.10 3.14.10d 3.15.0a8 3.15.0b4 3.15.0 3.15.0t";
    let known: Vec<_> = keys(known).into_iter().collect();
    let near = |text: &str| nearest(&key(text), &known).unwrap().to_string();
    for (version, wanted) in [
        ("3.13.18d", "3.13.18"),
        ("3.14.7t", "3.14.7"),
        ("3.14.10td", "3.14.10"),
        // The release is not there: its build, in its series.
        ("3.13.17d", "3.13.0d"),
        ("3.14.9t", "3.14.10"),
        // Nor is the series.
        ("3.16.0d", "3.14.10d"),
        ("3.16.0t", "3.15.0t"),
        ("3.15.0rc1", "3.15.0b4"),
        ("3.15.0a9", "3.15.0a8"),
        ("3.15.0b4@sid", "3.15.0b4"),
    ] {
        assert_eq!(near(version), wanted, "{version}");
    }
}

#[test]
fn a_new_build_is_held_against_its_release() {
    let baseline = accepted(&[
        ("3.13.18", "plain"),
        ("3.14.10", "new"),
        ("3.14.10d", "debug"),
    ]);
    let plain = held(&baseline, "v2:text", "3.13.18d", "plain");
    assert_eq!(plain.verdict, None);
    assert_eq!(plain.reason.unwrap(), "never seen; like 3.13.18");
    // It may also be like other releases of its build.
    let debug = held(&baseline, "v2:text", "3.13.18d", "debug");
    assert_eq!(debug.verdict, None);
    assert_eq!(
        debug.reason.unwrap(),
        "never seen; like 3.14.10d, not like 3.13.18"
    );
    let far = held(&baseline, "v2:text", "3.13.18d", "new");
    assert_eq!(far.verdict, Some(Verdict::New));
    let series = held(&baseline, "v2:text", "3.13.17d", "plain");
    assert_eq!(series.reason.unwrap(), "never seen; like 3.13.18");
}

#[test]
fn a_label_is_no_other_version() {
    let baseline = accepted(&[("3.13.0", "a")]);
    let held = held(&baseline, "v2:text", "3.13.0@sid", "b");
    assert_eq!(held.matched.status, BaselineStatus::Drift);
    // Kept only where it tells two apart.
    assert_eq!(words(&accepted(&[("3.13.0@sid", "a")]), "s"), "A 3.13.0");
    let both = accepted(&[("3.13.0", "a"), ("3.13.0@sid", "b")]);
    assert_eq!(words(&both, "s"), "A 3.13.0; B 3.13.0@sid");
    let again = super::tests::held(&both, "v2:text", "3.13.0@sid", "b");
    assert_eq!(again.matched.status, BaselineStatus::AsBaseline);
}

#[test]
fn letters_stay_and_empty_behaviours_go() {
    let mut baseline = accepted(&[("2.7.18", "a"), ("3.6.15", "b"), ("3.13.0", "c")]);
    let all = |_: &CaseReport| true;
    let run = report(
        "v2:text",
        &[
            ("s", "3.6.15", Verdict::Drift, "d"),
            ("s", "3.13.0", Verdict::Pass, "c"),
        ],
    );
    let taken = accept(&mut baseline, &run, &all);
    // B is gone, and nobody else becomes B.
    assert_eq!(words(&baseline, "s"), "A 2.7.18; C 3.13.0; D 3.6.15");
    assert_eq!(taken.taken, [0]);
    let again = accept(&mut baseline, &run, &all);
    assert_eq!(again, Accepted::default());
}

#[test]
fn what_is_violated_is_not_accepted() {
    let mut baseline = Baseline::default();
    let run = report(
        "v2:text",
        &[
            ("s", "2.7.18", Verdict::Skipped, "a"),
            ("s", "3.6.15", Verdict::Fail, "a"),
            ("s", "3.7.16", Verdict::Crashed, "a"),
            ("s", "3.8.18", Verdict::Unstable, "a"),
            ("s", "3.9.18", Verdict::Xfail, "a"),
            ("s", "3.10.13", Verdict::New, "a"),
        ],
    );
    let outcome = accept(&mut baseline, &run, &|_| true);
    assert_eq!(words(&baseline, "s"), "A 3.9.18 3.10.13");
    assert_eq!(
        (outcome.taken, outcome.refused),
        (vec![4, 5], vec![1, 2, 3])
    );
}

#[test]
fn another_text_makes_what_was_not_run_stale() {
    let mut baseline = accepted(&[("2.7.18", "a"), ("3.6.15", "a"), ("3.13.0", "b")]);
    let stale = held(&baseline, "v2:other", "3.6.15", "a");
    assert_eq!(stale.matched.status, BaselineStatus::Stale);
    assert_eq!(stale.verdict, None);
    assert!(stale.reason.unwrap().ends_with("it behaves as before"));
    let run = report(
        "v2:other",
        &[
            ("s", "3.6.15", Verdict::Pass, "a"),
            ("s", "3.13.0", Verdict::Pass, "c"),
        ],
    );
    accept(&mut baseline, &run, &|_| true);
    assert_eq!(words(&baseline, "s"), "A 3.6.15 -2.7.18; C 3.13.0");
    let status = |version, value| held(&baseline, "v2:other", version, value).matched.status;
    assert_eq!(status("3.6.15", "a"), BaselineStatus::AsBaseline);
    assert_eq!(status("2.7.18", "a"), BaselineStatus::Stale);
    // Nothing is a neighbour that was recorded with another text.
    assert_eq!(status("3.4.0", "a"), BaselineStatus::NewVersion);
    assert_eq!(
        held(&baseline, "v2:other", "2.7.17", "x").matched.neighbour,
        Some(key("3.6.15"))
    );
}
