//! Outcomes: how the step ended in which the behaviours of a row begin to differ.

use super::caption::{Place, find_distinction, find_record};
use super::step_table::REGULAR_END;
use crate::trace::difference::BehaviourTrace;
use crate::trace::fact::FactValue;

/// How the step ended in which the behaviours of a row begin to differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Without an exception.
    Ok,
    /// With an exception.
    Raised,
    /// The step was not run on purpose, such as one that is for other versions.
    NotRun,
    /// The process did not come so far, or ended otherwise than processes do.
    Ended,
    /// There is one behaviour only.
    Same,
}

/// Finds the outcomes of the behaviours of a row. One whose trace is not kept has ended.
pub(super) fn find_outcomes(behaviours: &[Option<BehaviourTrace<'_>>]) -> Vec<Outcome> {
    let known: Vec<BehaviourTrace<'_>> = behaviours.iter().flatten().copied().collect();
    let Some(distinction) = find_distinction(&known) else {
        return vec![Outcome::Same; behaviours.len()];
    };
    let outcomes = behaviours.iter().map(|behaviour| {
        let Some(behaviour) = behaviour else {
            return Outcome::Ended;
        };
        let record = match &distinction.place {
            Place::Reached(step) | Place::Fact(step, _) => find_record(behaviour.trace, step),
            Place::End if behaviour.end == REGULAR_END => behaviour.trace.steps.last(),
            Place::End => None,
        };
        match record.map(|record| record.fact("outcome")) {
            None => Outcome::Ended,
            Some(Some(FactValue::Text(text))) if text == "not run" => Outcome::NotRun,
            Some(Some(FactValue::Text(text))) if text != "ok" => Outcome::Raised,
            Some(_) => Outcome::Ok,
        }
    });
    outcomes.collect()
}
