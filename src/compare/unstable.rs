//! What unstable cases did: the facts that were not always the same.

use crate::record::{BehaviourId, CaseReport, RunReport};
use crate::trace::TraceView;
use crate::trace::difference::{BehaviourTrace, differences};

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

/// Whether two cases did the same things, if they did several.
pub(super) fn did_the_same(a: &CaseReport, b: &CaseReport) -> bool {
    let all = |case: &CaseReport| {
        let mut all: Vec<_> = case.behaviour_id().into_iter().collect();
        all.extend(case.also.iter().cloned());
        all.sort();
        all
    };
    (a.also.is_empty() && b.also.is_empty()) || all(a) == all(b)
}

/// The facts that were not always the same in a case, in the order of the steps.
pub fn find_varying_facts(report: &RunReport, case: &CaseReport) -> Vec<VaryingFact> {
    if case.also.is_empty() {
        // Traces are packed until somebody looks at them.
        return Vec::new();
    }
    let own = case.behaviour_id();
    let shown = |id: &'_ BehaviourId| report.trace(&case.case, &id.trace);
    let mut traces = own.iter().chain(&case.also).map(|id| BehaviourTrace {
        trace: shown(id).unwrap_or(TraceView::EMPTY),
        end: &id.end,
    });
    let Some(first) = traces.next() else {
        return Vec::new();
    };
    // With the number of the step, which is last for the end of the process.
    let mut found: Vec<(usize, VaryingFact)> = Vec::new();
    for other in traces {
        for difference in differences(first, other) {
            let number = difference.number().unwrap_or(usize::MAX);
            let step = difference.title();
            let is_known = |(known_number, known): &&mut (usize, VaryingFact)| {
                (*known_number, &known.step, &known.fact) == (number, &step, &difference.fact)
            };
            match found.iter_mut().find(is_known) {
                Some((_, known)) if known.values.contains(&difference.now) => {}
                Some((_, known)) => known.values.push(difference.now),
                None => found.push((
                    number,
                    VaryingFact {
                        step,
                        fact: difference.fact,
                        values: vec![difference.was, difference.now],
                    },
                )),
            }
        }
    }
    found.sort_by_key(|(number, _)| *number);
    found.into_iter().map(|(_, fact)| fact).collect()
}
