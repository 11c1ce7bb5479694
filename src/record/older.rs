//! Reports of an older form, whose digests covered the words in which steps are shown.

use std::collections::{BTreeMap, HashMap};

use crate::digest::is_current;
use crate::record::{BehaviourId, RunReport};
use crate::trace::{StepAction, StepRecord, Steps, digest_trace, module_v1};
use smol_str::SmolStr;

/// Gives the traces of an older report digests of the current form, and its rows the words that traces had. The digests of its
/// scenarios stay, and say how old it is: see [`RunReport::is_older`].
pub(super) fn renew(mut report: RunReport) -> RunReport {
    if report.traces.keys().all(|digest| is_current(digest)) {
        return report;
    }
    keep_words(&mut report);
    let old = std::mem::take(&mut report.traces);
    let mut renewed: HashMap<(SmolStr, SmolStr), SmolStr> = HashMap::new();
    let mut traces = BTreeMap::new();
    let mut renew = |trace: &mut SmolStr, end: &SmolStr| {
        let Some(steps) = old.get(trace) else { return };
        let digest = renewed
            .entry((trace.clone(), end.clone()))
            .or_insert_with(|| digest_trace(steps, end).into())
            .clone();
        let kept = traces.entry(digest.clone());
        kept.or_insert_with(|| Steps::from(without_words(steps)));
        *trace = digest;
    };
    let renew_seen = |seen: &mut BehaviourId, renew: &mut dyn FnMut(&mut SmolStr, &SmolStr)| {
        renew(&mut seen.trace, &seen.end);
    };
    for case in &mut report.cases {
        if let (Some(trace), Some(end)) = (&mut case.trace, &case.end) {
            renew(trace, end);
        }
        for seen in &mut case.also {
            renew_seen(seen, &mut renew);
        }
        let standing = case.baseline.as_mut();
        if let Some(seen) = standing.and_then(|standing| standing.was.as_mut()) {
            renew_seen(seen, &mut renew);
        }
    }
    for known in report.baseline.values_mut().flatten() {
        renew(&mut known.trace, &known.end);
    }
    report.traces = traces;
    report
}

/// Moves the words of steps from traces to the rows that show them.
fn keep_words(report: &mut RunReport) {
    for case in &report.cases {
        let steps = case
            .trace
            .as_ref()
            .and_then(|trace| report.traces.get(trace));
        let actions = report.actions.entry(case.case.clone()).or_default();
        for record in steps.into_iter().flat_map(|steps| steps.iter()) {
            actions.entry(record.step).or_insert_with(|| StepAction {
                action: record.action.clone(),
                code: None,
                module: module_v1(record),
            });
        }
    }
}

fn without_words(steps: &[StepRecord]) -> Vec<StepRecord> {
    let records = steps.iter().map(|record| StepRecord {
        action: SmolStr::default(),
        ..record.clone()
    });
    records.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::record::Verdict;
    use crate::record::fake;

    #[test]
    fn words_move_from_traces_to_rows_and_equal_facts_become_one_trace() {
        let cases = [
            ("a[via=x]", "3.13.0", Verdict::Pass, "00"),
            ("a[via=y]", "3.13.0", Verdict::Pass, "01"),
        ];
        let mut report = fake::report(&cases);
        for (digest, words) in [("00", "import: demo via x"), ("01", "import: demo via y")] {
            let steps = json!([
                {"step": 1, "action": words, "facts": {"outcome": "ok"}},
                {"step": 2, "inside": 1, "action": "demo 1: import: other", "facts": {"outcome": "ok"}},
            ]);
            report
                .traces
                .insert(digest.into(), serde_json::from_value(steps).unwrap());
        }
        let report = renew(report);
        assert!(report.is_older());
        assert_eq!(report.traces.len(), 1);
        for (case, words) in report.cases.iter().zip(["x", "y"]) {
            let trace = report.trace_of(case).unwrap();
            let [first, second] = trace.steps else {
                panic!("two steps")
            };
            assert_eq!(trace.action(first), format!("import: demo via {words}"));
            assert_eq!(
                (trace.module(first), trace.module(second)),
                (None, Some("demo"))
            );
        }
    }
}
