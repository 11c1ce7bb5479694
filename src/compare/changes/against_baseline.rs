//! A run against the baseline as it is now, which may be another one than when it ran.

use std::collections::BTreeSet;

use super::{Changed, Changes, Group, Kind, OnlyIn};
use crate::baseline::{Baseline, ObservedCase, VariantBaseline, compare_with_baseline, refusal};
use crate::python::version::InterpreterKey;
use crate::record::Verdict;
use crate::record::{BaselineStatus, CaseReport, RunReport};
use crate::trace::TraceView;
use crate::trace::difference::BehaviourTrace;

/// Why a case that the baseline has is not in the report, as far as the report tells.
const MISSING: &str = "it was not run, or not to its end";

/// What a run shows otherwise than the baseline, which must have been read for all that is to be said.
pub fn against_baseline<'a>(baseline: &'a Baseline, report: &'a RunReport) -> Changes<'a> {
    let mut changes = Changes {
        versions: report
            .interpreters
            .iter()
            .map(|interpreter| &interpreter.key)
            .collect(),
        ..Changes::default()
    };
    for case in &report.cases {
        judge(&mut changes, baseline, report, case);
    }
    rest(&mut changes, baseline, report);
    changes.sorted()
}

fn judge<'a>(
    changes: &mut Changes<'a>,
    baseline: &'a Baseline,
    report: &'a RunReport,
    case: &'a CaseReport,
) {
    let known = baseline.row(&case.scenario, &case.case);
    let before = known.and_then(|(_, row)| shown(row, &case.interpreter));
    let mut it = Changed {
        scenario: &case.scenario,
        case: &case.case,
        key: &case.interpreter,
        neighbour: None,
        was: before,
        now: now(report, case),
    };
    if case.verdict == Verdict::Skipped {
        if before.is_some() {
            let reason = case.reasons.first().map_or(MISSING, String::as_str);
            changes.add_untested(true, reason, (&case.case, &case.interpreter));
        }
        return;
    }
    let refused = refusal(case);
    let (Some((digest, _)), Some(shown_now)) = (case.behaviour(), it.now) else {
        let group = Group {
            refused,
            reason: case.reasons.first().map(String::as_str),
            ..Group::of(Kind::Broken, &it)
        };
        changes.add_case(group, it);
        return;
    };
    let text = report
        .scenarios
        .iter()
        .find(|known| known.id == case.scenario);
    let held = compare_with_baseline(
        known,
        ObservedCase {
            scenario: text.map_or("", |scenario| &scenario.digest),
            key: &case.interpreter,
            digest,
            shown: shown_now,
        },
    );
    let kind = match held.matched.status {
        BaselineStatus::AsBaseline => {
            changes.same += 1;
            return;
        }
        BaselineStatus::Drift => Kind::Drift,
        BaselineStatus::NewScenario => Kind::NewScenario,
        BaselineStatus::Stale => Kind::Stale,
        BaselineStatus::NewVersion if held.matched.was.is_some() => Kind::NewBehaviour,
        BaselineStatus::NewVersion => Kind::NewVersion,
    };
    if let (Some((_, row)), Some(neighbour)) = (known, &held.matched.neighbour) {
        it.neighbour = row.versions().find(|key| *key == neighbour);
        it.was = shown(row, neighbour);
    }
    let is_own = matches!(kind, Kind::Stale | Kind::NewScenario);
    let group = Group {
        scenario: is_own.then_some(it.scenario),
        version: (kind == Kind::NewVersion).then_some(it.key),
        refused,
        ..Group::of(kind, &it)
    };
    changes.add_case(group, it);
}

/// What a case showed, as far as it came.
fn now<'a>(report: &'a RunReport, case: &'a CaseReport) -> Option<BehaviourTrace<'a>> {
    Some(BehaviourTrace {
        trace: report.trace_of(case)?,
        end: case.end.as_deref()?,
    })
}

/// What a version of the row was accepted with.
fn shown<'a>(row: &'a VariantBaseline, key: &InterpreterKey) -> Option<BehaviourTrace<'a>> {
    row.of(key).map(|known| BehaviourTrace {
        trace: TraceView::of_records(&known.trace),
        end: &known.end,
    })
}

/// What the baseline has and the run has not.
fn rest<'a>(changes: &mut Changes<'a>, baseline: &'a Baseline, report: &'a RunReport) {
    let ran: BTreeSet<&str> = report.cases.iter().map(|case| case.case.as_str()).collect();
    let open = report.unfinished.iter().map(|case| case.case.as_str());
    let ran: BTreeSet<&str> = ran.into_iter().chain(open).collect();
    let here: BTreeSet<InterpreterKey> = report
        .interpreters
        .iter()
        .flat_map(|interpreter| [interpreter.key.clone(), interpreter.key.without_label()])
        .collect();
    let cases: BTreeSet<(&str, InterpreterKey)> = report
        .cases
        .iter()
        .flat_map(|case| {
            let keys = [
                (*case.interpreter).clone(),
                case.interpreter.without_label(),
            ];
            keys.map(|key| (case.case.as_str(), key))
        })
        .collect();
    let mut only = OnlyIn::default();
    for row in baseline.scenarios.values().flat_map(|file| &file.variants) {
        if !ran.contains(row.case.as_str()) {
            only.rows.insert(&row.case);
            continue;
        }
        for key in row.versions() {
            if !here.contains(key) {
                only.versions.insert(key);
            } else if !cases.contains(&(row.case.as_str(), key.clone())) {
                changes.add_untested(true, MISSING, (&row.case, key));
            }
        }
    }
    changes.was_only = only;
}
