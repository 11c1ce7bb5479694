use super::stored;
use super::*;
use crate::record::{BaselineMatch, BaselineStatus, BehaviourId, Unfinished};
use crate::record::{VariantId, Verdict};

/// The only case of a merge.
fn only(report: &RunReport) -> &CaseReport {
    let [case] = &report.cases[..] else {
        panic!("{:#?}", report.cases)
    };
    case
}

/// A report of one case, which is changed.
fn of(trace: &str, change: impl FnOnce(&mut CaseReport)) -> RunReport {
    let mut report = report("1/1", &[("t", "3.12.1", trace)]);
    change(&mut report.cases[0]);
    report
}

fn seen(trace: &str) -> BehaviourId {
    BehaviourId {
        trace: trace.into(),
        end: "exit 0".into(),
    }
}

#[test]
fn parts_make_the_whole_run() {
    let cells = |rows: &[&'static str]| -> Vec<(&str, &str, &str)> {
        let rows = rows.iter();
        rows.flat_map(|row| [(*row, "2.7.18", "t00"), (*row, "3.12.1", "t01")])
            .collect()
    };
    let rows = ["s[a=2]", "s[a=1]", "s[a=3]"];
    let in_order = |mut report: RunReport| {
        report.scenarios[0].rows = rows.map(VariantId::from).into();
        report
            .traces
            .retain(|digest, _| ["t00", "t01"].contains(&&**digest));
        report
    };
    let whole = in_order(report("1/1", &cells(&["s[a=2]", "s[a=1]", "s[a=3]", "t"])));
    let one = in_order(report("1/2", &cells(&["s[a=3]", "t"])));
    let two = in_order(report("2/2", &cells(&["s[a=2]", "s[a=1]"])));
    // The rows of a matrix stand as it has them, not by their names.
    assert_eq!(stored(&merged(&one, &two)), stored(&whole));
    assert_eq!(stored(&merged(&whole, &two)), stored(&whole));
    assert_eq!(one.partition, "1/2");
}

#[test]
fn rows_of_reports_that_know_no_order_stand_by_their_names() {
    let a = report(
        "1/1",
        &[("s[a=2]", "3.12.1", "t00"), ("t", "3.12.1", "t00")],
    );
    let b = report(
        "1/1",
        &[("s[a=1]", "3.12.1", "t00"), ("s[a=1]", "2.7.18", "t00")],
    );
    let both = merged(&a, &b);
    let names: Vec<String> = both
        .cases
        .iter()
        .map(|case| format!("{} {}", case.case, case.interpreter))
        .collect();
    assert_eq!(
        names,
        [
            "s[a=1] 2.7.18",
            "s[a=1] 3.12.1",
            "s[a=2] 3.12.1",
            "t 3.12.1"
        ]
    );
}

#[test]
fn different_behaviours_are_unstable_and_both_are_kept() {
    let [a, b, c] = ["t01", "t02", "t03"].map(|trace| of(trace, |_| ()));
    let two = merged(&a, &b);
    let case = only(&two);
    assert_eq!(case.verdict, Verdict::Unstable);
    assert_eq!(
        case.reasons,
        ["2 different behaviours in the merged reports"]
    );
    assert_eq!(
        (case.trace.as_deref(), &case.also[..]),
        (Some("t02"), &[seen("t01")][..])
    );
    assert_eq!(two.traces.len(), 2, "those that nobody showed are gone");
    let three = merged(&two, &c);
    let case = only(&three);
    assert_eq!(
        case.reasons,
        ["3 different behaviours in the merged reports"]
    );
    assert_eq!(case.also, [seen("t01"), seen("t02")]);
    // Neither a third report nor the first again makes it stable.
    assert_eq!(stored(&merged(&three, &a)), stored(&three));
    let ended = of("t01", |case| case.end = Some("exit 1".into()));
    assert_eq!(only(&merged(&a, &ended)).verdict, Verdict::Unstable);
}

#[test]
fn what_is_never_twice_the_same_is_kept_so_often_and_no_more() {
    let mut merger = Merger::default();
    for trace in digests() {
        merger.add(of(&trace, |_| ())).unwrap();
    }
    let report = merger.finish();
    let case = only(&report);
    assert_eq!(
        case.reasons,
        ["16 or more different behaviours in the merged reports"]
    );
    assert!(report.traces.len() <= 17, "{}", report.traces.len());
    assert!(report.traces.contains_key(case.trace.as_ref().unwrap()));
}

#[test]
fn repeats_that_were_found_unstable_stay_so_in_their_own_words() {
    let said = "2 different behaviours in 3 repeats: 2 times and 1 times";
    let repeated = of("t05", |case| {
        case.verdict = Verdict::Unstable;
        case.reasons = vec![said.into()];
        case.also = vec![seen("t01")];
    });
    let again = merged(&repeated, &repeated);
    assert_eq!(stored(&again), {
        let mut expected = repeated.clone();
        expected.traces = again.traces.clone();
        stored(&expected)
    });
    let with_one = merged(&repeated, &of("t01", |_| ()));
    assert_eq!(only(&with_one).reasons, [said]);
    let with_other = merged(&repeated, &of("t02", |_| ()));
    assert_eq!(
        only(&with_other).reasons,
        ["3 different behaviours in the merged reports", said]
    );
}

#[test]
fn equal_behaviours_have_the_worst_verdict_and_the_words_of_it() {
    let passed = of("t01", |_| ());
    let drifted = of("t01", |case| {
        case.verdict = Verdict::Drift;
        case.reasons = vec!["was A before; differs in step 1".into()];
        case.step = Some(1);
        case.duration_ms = 9.5;
        case.baseline = Some(Box::new(BaselineMatch {
            status: BaselineStatus::Drift,
            was: Some(seen("t07")),
            neighbour: None,
        }));
    });
    let both = merged(&passed, &drifted);
    let case = only(&both);
    assert_eq!((case.verdict, case.step), (Verdict::Drift, Some(1)));
    assert_eq!(case.reasons, ["was A before; differs in step 1"]);
    assert!((case.duration_ms - 9.5).abs() < f64::EPSILON);
    assert_eq!(case.also, []);
    // What it is held against can still be shown.
    assert!(both.traces.contains_key("t07"), "{:?}", both.traces.keys());
}

#[test]
fn what_ran_anywhere_was_not_skipped_and_a_fault_stays_one() {
    let ran = of("t01", |_| ());
    let without = |verdict: Verdict, reason: &'static str| {
        of("", |case| {
            (case.trace, case.end) = (None, None);
            case.verdict = verdict;
            case.reasons = vec![reason.to_owned()];
        })
    };
    let skipped = without(Verdict::Skipped, "requires numpy");
    let both = merged(&skipped, &ran);
    assert_eq!(only(&both).verdict, Verdict::Pass);
    assert!(only(&both).reasons.is_empty());
    assert_eq!(
        only(&merged(&skipped, &skipped)).reasons,
        ["requires numpy"]
    );
    let faulty = without(Verdict::Error, "the worker ended without an answer");
    let both = merged(&faulty, &ran);
    let case = only(&both);
    assert_eq!(case.verdict, Verdict::Error);
    assert_eq!(case.reasons, ["the worker ended without an answer"]);
    assert_eq!(case.also, [seen("t01")], "what the other saw is kept");
}

#[test]
fn what_another_run_finished_is_not_open() {
    let mut interrupted = of("t01", |_| ());
    interrupted.interrupted = true;
    interrupted.unfinished = ["s[a=1]", "t"]
        .map(|row| Unfinished {
            case: row.into(),
            interpreter: "2.7.18".parse().unwrap(),
        })
        .into();
    let rest = report("1/1", &[("t", "2.7.18", "t01")]);
    let both = merged(&interrupted, &rest);
    let open: Vec<&str> = both.unfinished.iter().map(|case| &*case.case).collect();
    assert_eq!(open, ["s[a=1]"]);
    assert!(!both.interrupted, "nothing of the merge was");
    let done = merged(&both, &report("1/1", &[("s[a=1]", "2.7.18", "t01")]));
    assert!(done.unfinished.is_empty());
}

#[test]
fn machines_and_times_are_joined() {
    let mut linux = of("t01", |_| ());
    let mut mac = of("t01", |_| ());
    linux.started = "2026-11-22T10:00:01Z".into();
    (mac.elapsed_s, mac.platform) = (7.0, "macos-aarch64".into());
    let both = merged(&linux, &mac);
    assert_eq!(both.started, "2026-11-22T10:00:00Z");
    assert!((both.elapsed_s - 7.0).abs() < f64::EPSILON);
    assert_eq!(both.platform, "linux-x86_64, macos-aarch64");
}

#[test]
fn the_baseline_of_parts_is_that_of_the_whole() {
    let known = |versions: &str| {
        let versions: Vec<&str> = versions.split(' ').collect();
        serde_json::from_value(json!([
            {"letter": "A", "trace": "t01", "end": "exit 0", "versions": versions},
        ]))
        .unwrap()
    };
    let (mut a, mut b) = (of("t01", |_| ()), of("t01", |_| ()));
    a.baseline.insert("t".into(), known("2.7.18"));
    b.baseline.insert("t".into(), known("3.12.1 2.7.18"));
    b.baseline.insert("s[a=1]".into(), known("2.7.18"));
    let both = merged(&a, &b);
    assert_eq!(both.baseline, b.baseline);
}

#[test]
fn other_texts_are_refused_by_name() {
    let a = of("t01", |_| ());
    let mut b = a.clone();
    b.scenarios[1].digest = "other".into();
    let error = merge(&[&a, &b]).unwrap_err();
    assert_eq!(
        error,
        MergeError::Texts {
            ids: vec!["t".into()]
        }
    );
    assert!(
        error
            .to_string()
            .starts_with("the scenario t has another text than"),
        "{error}"
    );
    b.scenarios[0].digest = "other".into();
    let error = merge(&[&a, &b]).unwrap_err().to_string();
    assert!(
        error.starts_with("the scenario s and 1 more have another text"),
        "{error}"
    );
    let mut odd = a.clone();
    odd.partition = "half".into();
    let error = merge(&[&a, &odd]).unwrap_err().to_string();
    assert!(
        error.starts_with("its partition: `half` is no shard"),
        "{error}"
    );
}
