//! What unstable cases did: the facts that were not always the same.

use std::collections::BTreeSet;

use super::group_by_key;
use crate::record::{BehaviourId, CaseReport, RunReport};
use crate::trace::TraceView;
use crate::trace::difference::{BehaviourTrace, find_differences};

/// A fact that was not the same in all runs of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaryingFact {
    /// The title of its step, or of the end of the process.
    pub step: String,
    /// Its name.
    pub fact: String,
    /// Its distinct values.
    pub values: Vec<String>,
}

/// The behaviours of a case that showed several, in the order of their digests.
pub(super) fn all_behaviours(case: &CaseReport) -> Option<BTreeSet<BehaviourId>> {
    let all = case.behaviour_id().into_iter();
    (!case.also.is_empty()).then(|| all.chain(case.also.iter().cloned()).collect())
}

/// The facts that were not always the same in a case, in the order of the steps.
pub fn find_varying_facts(report: &RunReport, case: &CaseReport) -> Vec<VaryingFact> {
    if case.also.is_empty() {
        // Traces are packed until somebody looks at them.
        return Vec::new();
    }
    let own = case.behaviour_id();
    let mut shown = own.iter().chain(&case.also).map(|id| BehaviourTrace {
        trace: report
            .trace(&case.case, &id.trace)
            .unwrap_or(TraceView::EMPTY),
        end: &id.end,
    });
    let Some(first) = shown.next() else {
        return Vec::new();
    };
    let found = shown.flat_map(|other| find_differences(first, other));
    let found = found.map(|difference| {
        // The end of the process comes last.
        let number = difference.number().unwrap_or(usize::MAX);
        let step = difference.title();
        (
            (number, step, difference.fact),
            (difference.was, difference.now),
        )
    });
    let mut found = group_by_key(found);
    found.sort_by_key(|((number, ..), _)| *number);
    let facts = found.into_iter().map(|((_, step, fact), pairs)| {
        let mut values = vec![pairs[0].0.clone()];
        for (_, now) in pairs {
            if !values.contains(&now) {
                values.push(now);
            }
        }
        VaryingFact { step, fact, values }
    });
    facts.collect()
}
