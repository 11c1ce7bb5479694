//! What is known of a row, from made-up reports and baselines.

use std::collections::BTreeMap;

use super::history::{History, Observation, Records};
use crate::baseline::{BehaviourBaseline, SCHEMA_VERSION, ScenarioBaseline, VariantBaseline};
use crate::python::version::InterpreterKey;
use crate::record::Verdict::{self, Crashed, Error, Pass, Skipped, Unstable};
use crate::record::fake;
use crate::record::{KnownBehaviour, RunReport};
use crate::text::joined;

const CASE: &str = "swap/a[via=x]";

/// A run of the row, of a scenario with this digest.
fn run(digest: &str, cells: &[(&str, Verdict, &str)]) -> RunReport {
    let cells: Vec<_> = cells
        .iter()
        .map(|(key, verdict, trace)| (CASE, *key, *verdict, *trace))
        .collect();
    let mut report = fake::report(&cells);
    report.scenarios[0].digest = digest.to_owned();
    report
}

fn keys(text: &str) -> std::collections::BTreeSet<InterpreterKey> {
    text.split_whitespace()
        .map(|key| key.parse().unwrap())
        .collect()
}

/// A baseline of the row: letter, trace, versions, stale versions.
fn accepted(digest: &str, behaviours: &[(&str, &str, &str, &str)]) -> ScenarioBaseline {
    let behaviours = behaviours
        .iter()
        .map(|(letter, trace, versions, stale)| BehaviourBaseline {
            behaviour: (*letter).to_owned(),
            versions: keys(versions),
            stale: keys(stale),
            end: "exit 0".into(),
            digest: (*trace).to_owned(),
            trace: vec![],
        });
    ScenarioBaseline {
        schema_version: SCHEMA_VERSION,
        scenario: "swap/a".to_owned(),
        digest: digest.to_owned(),
        variants: vec![VariantBaseline {
            case: CASE.into(),
            behaviours: behaviours.collect(),
        }],
    }
}

/// `2.7.18 A, 3.6.1 crashed`
fn describe(history: &History) -> String {
    let words = history.seen.iter().map(|(key, sighting)| match sighting {
        Observation::Behaviour(seen) => format!("{key} {}", history.letter(seen)),
        Observation::Unclear(why) => format!("{key} {why}"),
    });
    joined(words, ", ")
}

fn known(reports: &[RunReport], baseline: Option<&ScenarioBaseline>) -> History {
    let records = Records { reports, baseline };
    records.history("swap/a", &CASE.into(), "now")
}

#[test]
fn a_run_and_the_baseline_are_known_together() {
    let baseline = accepted(
        "now",
        &[("A", "a", "2.7.18", ""), ("C", "c", "3.8.1 3.9.1", "")],
    );
    let report = run(
        "now",
        &[
            ("3.6.1", Pass, "new"),
            ("3.9.1", Pass, "a"),
            ("3.13.0t", Pass, "c"),
        ],
    );
    let history = known(&[report], Some(&baseline));
    // The run comes first where both know a version, and the baseline's letters stay.
    assert_eq!(
        describe(&history),
        "2.7.18 A, 3.6.1 D, 3.8.1 C, 3.9.1 A, 3.13.0t C"
    );
    assert!(history.stale.is_empty());
}

#[test]
fn what_a_report_tells_of_the_baseline_counts_where_the_folder_is_silent() {
    let baseline = accepted("now", &[("B", "b", "3.8.1", "")]);
    let mut report = run("now", &[("3.6.1", Pass, "a")]);
    let told_of = |letter: &str, trace: &str, versions: &str| KnownBehaviour {
        letter: letter.to_owned(),
        trace: trace.into(),
        end: "exit 0".into(),
        versions: keys(versions),
        stale: keys(""),
    };
    let of_row = vec![
        told_of("A", "a", "2.7.18 3.8.1"),
        told_of("B", "z", "3.9.1"),
    ];
    report.baseline = BTreeMap::from([(CASE.into(), of_row)]);
    // A letter that the folder gave to another behaviour is not given twice.
    assert_eq!(
        describe(&known(&[report], Some(&baseline))),
        "2.7.18 A, 3.6.1 A, 3.8.1 B, 3.9.1 C"
    );
}

#[test]
fn labels_are_names_of_one_machine() {
    let report = run(
        "now",
        &[
            ("3.8.1@a", Pass, "a"),
            ("3.8.1@b", Pass, "a"),
            ("3.9.1@a", Pass, "a"),
            ("3.9.1", Pass, "b"),
        ],
    );
    assert_eq!(
        describe(&known(&[report], None)),
        "3.8.1 A, 3.9.1 behaves in more than one way"
    );
    let baseline = accepted(
        "now",
        &[("A", "a", "3.8.1 3.9.1@a", ""), ("B", "b", "3.9.1", "")],
    );
    assert_eq!(
        describe(&known(&[], Some(&baseline))),
        "3.8.1 A, 3.9.1 behaves in more than one way"
    );
}

#[test]
fn without_a_behaviour_a_run_says_why_unless_it_saw_nothing() {
    let cells = [
        ("3.6.1", Crashed, "a"),
        ("3.7.1", Unstable, "a"),
        ("3.8.1", Skipped, ""),
        ("3.9.1", Error, ""),
        ("3.10.1", Skipped, ""),
    ];
    let report = run("now", &cells);
    let baseline = accepted("now", &[("A", "a", "3.6.1 3.7.1 3.8.1 3.9.1", "")]);
    let history = known(&[report], Some(&baseline));
    assert_eq!(
        describe(&history),
        "3.6.1 crashed, 3.7.1 unstable, 3.8.1 A, 3.9.1 A, 3.10.1 skipped"
    );
}

#[test]
fn reports_that_contradict_each_other_are_unclear_in_either_order() {
    let first = run("now", &[("3.8.1", Pass, "a"), ("3.9.1", Crashed, "")]);
    let second = run("now", &[("3.8.1", Pass, "b"), ("3.9.1", Pass, "b")]);
    let one = known(&[first.clone(), second.clone()], None);
    assert_eq!(
        describe(&one),
        "3.8.1 behaves in more than one way, 3.9.1 A"
    );
    assert_eq!(one, known(&[second, first], None));
}

#[test]
fn another_text_is_left_out_and_describe() {
    let old = run(
        "before",
        &[
            ("3.6.1", Pass, "a"),
            ("3.8.1", Pass, "a"),
            ("3.9.1", Crashed, ""),
        ],
    );
    let new = run("now", &[("3.8.1", Pass, "b")]);
    let baseline = accepted("now", &[("A", "a", "3.10.1", "2.7.18")]);
    let history = known(&[old.clone(), new.clone()], Some(&baseline));
    assert_eq!(describe(&history), "3.8.1 B, 3.10.1 A");
    assert_eq!(history.stale, keys("2.7.18 3.6.1"));
    let baseline = accepted("before", &[("A", "a", "3.10.1", "2.7.18")]);
    let history = known(&[new], Some(&baseline));
    assert_eq!(describe(&history), "3.8.1 B");
    assert_eq!(history.stale, keys("2.7.18 3.10.1"));
}

#[test]
fn the_text_that_counts_is_that_of_the_newest_report() {
    let mut old = run("before", &[("3.6.1", Pass, "a")]);
    old.started = "2026-01-01T00:00:00Z".to_owned();
    let new = run("now", &[("3.8.1", Pass, "b")]);
    let baseline = accepted("accepted", &[]);
    for reports in [[old.clone(), new.clone()], [new, old]] {
        let records = Records {
            reports: &reports,
            baseline: Some(&baseline),
        };
        assert_eq!(records.digest("swap/a"), Some("now"));
        assert_eq!(records.digest("swap/b"), Some("accepted"));
    }
}

#[test]
fn rows_are_those_that_anything_knows() {
    let baseline = accepted("now", &[]);
    let mut report = fake::report(&[
        ("swap/a[via=y]", "3.8.1", Pass, "a"),
        ("swap/ab", "3.8.1", Pass, "a"),
    ]);
    report.baseline.insert("swap/a[via=z]".into(), vec![]);
    let records = Records {
        reports: &[report],
        baseline: Some(&baseline),
    };
    let cases: Vec<_> = records.rows("swap/a").into_iter().collect();
    assert_eq!(cases, ["swap/a[via=x]", "swap/a[via=y]", "swap/a[via=z]"]);
}
