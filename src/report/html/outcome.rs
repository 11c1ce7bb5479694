//! The outcome of a behaviour, by which its blocks are coloured.

use crate::compare::{Comparison, Row};
use crate::trace::difference::{Difference, find_differences};
use crate::trace::fact::FactValue;

/// How the step ended in which the behaviours of a row begin to differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
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

impl Outcome {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Raised => "raised",
            Self::NotRun => "skipped",
            Self::Ended => "ended",
            Self::Same => "same",
        }
    }

    /// The outcome in words, for those who do not see its colour; nothing where the caption of a block says it.
    pub(super) fn spoken(self) -> &'static str {
        match self {
            Self::Raised => "exception",
            Self::Ended => "ended early",
            Self::Ok | Self::NotRun | Self::Same => "",
        }
    }
}

/// The outcomes of the behaviours of a row.
pub(super) fn find_outcomes(comparison: &Comparison<'_>, row: &Row<'_>) -> Vec<Outcome> {
    let behaviours = row.behaviours.iter();
    let traces = behaviours.map(|behaviour| comparison.report.behaviour_of(behaviour.cases[0]));
    let traces: Vec<_> = traces.collect();
    let [Some(first), others @ ..] = &traces[..] else {
        return vec![Outcome::Same; traces.len()];
    };
    let others = others.iter().flatten();
    let differences =
        others.filter_map(|other| find_differences(*first, *other).into_iter().next());
    let Some(first) =
        differences.min_by_key(|difference: &Difference| difference.number().unwrap_or(usize::MAX))
    else {
        return vec![Outcome::Same; traces.len()];
    };
    let outcomes = traces.iter().map(|behaviour| {
        let Some(behaviour) = behaviour else {
            return Outcome::Ended;
        };
        let mut steps = behaviour.trace.steps.iter();
        let record = match &first.step {
            Some(step) => {
                steps.find(|record| (record.step, record.inside) == (step.number, step.inside))
            }
            None => steps.next_back().filter(|_| behaviour.end == "exit 0"),
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
