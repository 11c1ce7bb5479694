//! A run against the baseline as it is now, which may be another one than when it ran.

use std::collections::BTreeSet;

use super::{ChangeGroup, ChangeKind, ChangedCase, Changes, OnlyIn};
use crate::baseline::{Baseline, ObservedCase, VariantBaseline, compare_with_baseline, refusal};
use crate::python::version::InterpreterKey;
use crate::record::{BaselineStatus, CaseReport, RunReport, VariantId, Verdict};
use crate::trace::TraceView;
use crate::trace::difference::BehaviourTrace;

/// Why a case that the baseline has is not in the report, as far as the report tells.
const MISSING: &str = "it was not run, or not to its end";

/// Finds where a run differs from a baseline, which must have been read for all scenarios that are asked about.
pub fn find_changes_against_baseline<'a>(
    baseline: &'a Baseline,
    report: &'a RunReport,
) -> Changes<'a> {
    let mut changes = Changes {
        versions: report.keys().collect(),
        ..Changes::default()
    };
    for case in &report.cases {
        add_run_case(&mut changes, baseline, report, case);
    }
    add_missing_cases(&mut changes, baseline, report);
    changes.sorted()
}

/// Adds a case of the run, as changed, as the same or as not run.
fn add_run_case<'a>(
    changes: &mut Changes<'a>,
    baseline: &'a Baseline,
    report: &'a RunReport,
    case: &'a CaseReport,
) {
    let known = baseline.row(&case.scenario, &case.case);
    let before = known.and_then(|(_, row)| accepted_for(row, &case.interpreter));
    let mut changed_case = ChangedCase {
        scenario: &case.scenario,
        case: &case.case,
        key: &case.interpreter,
        neighbour: None,
        was: before,
        now: report.behaviour_of(case),
    };
    if case.verdict == Verdict::Skipped {
        if before.is_some() {
            let reason = case.reasons.first().map_or(MISSING, String::as_str);
            changes.add_untested(true, reason, (&case.case, &case.interpreter));
        }
        return;
    }
    let refused = refusal(case);
    let (Some((digest, _)), Some(shown_now)) = (case.behaviour(), changed_case.now) else {
        let group = ChangeGroup {
            refused,
            reason: case.reasons.first().map(String::as_str),
            ..ChangeGroup::of(ChangeKind::Broken, &changed_case)
        };
        changes.add_case(group, changed_case);
        return;
    };
    let mut scenarios = report.scenarios.iter();
    let scenario = scenarios.find(|known| known.id == case.scenario);
    let comparison = compare_with_baseline(
        known,
        ObservedCase {
            scenario: scenario.map_or("", |scenario| &scenario.digest),
            key: &case.interpreter,
            digest,
            shown: shown_now,
        },
    );
    let kind = match comparison.matched.status {
        BaselineStatus::AsBaseline => {
            changes.same += 1;
            return;
        }
        BaselineStatus::Drift => ChangeKind::Drift,
        BaselineStatus::NewScenario => ChangeKind::NewScenario,
        BaselineStatus::Stale | BaselineStatus::OlderForm => ChangeKind::Stale,
        BaselineStatus::NewVersion if comparison.matched.was.is_some() => ChangeKind::NewBehaviour,
        BaselineStatus::NewVersion => ChangeKind::NewVersion,
    };
    if let (Some((_, row)), Some(neighbour)) = (known, &comparison.matched.neighbour) {
        changed_case.neighbour = row.versions().find(|key| *key == neighbour);
        changed_case.was = accepted_for(row, neighbour);
    }
    let is_about_scenario = matches!(kind, ChangeKind::Stale | ChangeKind::NewScenario);
    let group = ChangeGroup {
        scenario: is_about_scenario.then_some(changed_case.scenario),
        version: (kind == ChangeKind::NewVersion).then_some(changed_case.key),
        refused,
        ..ChangeGroup::of(kind, &changed_case)
    };
    changes.add_case(group, changed_case);
}

/// The accepted behaviour of a version of the row.
fn accepted_for<'a>(row: &'a VariantBaseline, key: &InterpreterKey) -> Option<BehaviourTrace<'a>> {
    row.of(key).map(|known| BehaviourTrace {
        trace: TraceView::of_records(&known.trace),
        end: &known.end,
    })
}

/// Adds the rows, versions and cases that the baseline has and the run has not.
fn add_missing_cases<'a>(changes: &mut Changes<'a>, baseline: &'a Baseline, report: &'a RunReport) {
    let both = |key: &InterpreterKey| [key.clone(), key.without_label()];
    let open = report.unfinished.iter().map(|case| &case.case);
    let rows = report.cases.iter().map(|case| &case.case);
    let rows: BTreeSet<&VariantId> = rows.chain(open).collect();
    let here: BTreeSet<InterpreterKey> = report.keys().flat_map(both).collect();
    let cases = report.cases.iter();
    let cases = cases.flat_map(|case| both(&case.interpreter).map(|key| (&case.case, key)));
    let cases: BTreeSet<(&VariantId, InterpreterKey)> = cases.collect();
    let mut only = OnlyIn::default();
    for row in baseline.scenarios.values().flat_map(|file| &file.variants) {
        if !rows.contains(&row.case) {
            only.rows.insert(&row.case);
            continue;
        }
        for key in row.versions() {
            if !here.contains(key) {
                only.versions.insert(key);
            } else if !cases.contains(&(&row.case, key.clone())) {
                changes.add_untested(true, MISSING, (&row.case, key));
            }
        }
    }
    changes.was_only = only;
}
