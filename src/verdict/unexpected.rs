//! Exceptions that no expectation mentions. A scenario that expects anything is a claim about all of its steps: one that ends in an
//! exception which no expectation mentions has gone wrong, whatever else holds.

use super::{Mismatch, applies_to, describe_exception};
use crate::python::version::InterpreterKey;
use crate::scenario::model::{NumberedStep, Variant};
use crate::trace::{StepRecord, Trace};

/// Finds the exceptions that no expectation for an interpreter mentions, in the order in which they happened, each where it was raised
/// first.
pub(super) fn find_unexpected_exceptions(
    variant: &Variant,
    key: &InterpreterKey,
    trace: &Trace,
) -> Vec<Mismatch> {
    if !variant.is_judged {
        return Vec::new();
    }
    let numbered = variant.numbered();
    let step = |number: usize| numbered.iter().find(|numbered| numbered.number == number);
    let is_mentioned = |number: usize| step(number).is_some_and(|step| mentions_end(step, key));
    let mut found: Vec<(&StepRecord, Mismatch)> = Vec::new();
    for record in &trace.steps {
        let (Some(numbered), Some(ended)) = (step(record.step), describe_exception(trace, record))
        else {
            continue;
        };
        // An exception that leaves the body of a module is that of the step that imports it, too.
        let within = |other: &&StepRecord| other.inside == Some(record.step);
        let same = |other: &&StepRecord| other.fact("outcome") == record.fact("outcome");
        let mut inner = trace.steps.iter().filter(within).filter(same);
        let is_known = is_mentioned(record.step)
            || record.inside.is_some_and(is_mentioned)
            || inner.any(|other| is_mentioned(other.step));
        let is_reported = found
            .iter()
            .any(|(other, _)| other.step == record.step || (within(other) && same(other)));
        if !is_known && !is_reported {
            let mismatch = Mismatch {
                step: numbered.number,
                reason: format!("{}: unexpected {ended}", numbered.label()),
                xfail_marks: Vec::new(),
            };
            found.push((record, mismatch));
        }
    }
    found.into_iter().map(|(_, mismatch)| mismatch).collect()
}

/// True if a step expects something of how it ends on an interpreter.
fn mentions_end(step: &NumberedStep<'_>, key: &InterpreterKey) -> bool {
    let mut expected = step.step.expect.iter();
    expected.any(|expectation| {
        matches!(expectation.fact.0.as_str(), "outcome" | "message") && applies_to(expectation, key)
    })
}
