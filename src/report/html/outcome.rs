//! The colours of outcomes, and their words.

use crate::compare::Outcome;

/// The class of blocks with an outcome.
pub(super) fn outcome_class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Raised => "raised",
        Outcome::NotRun => "skipped",
        Outcome::Ended => "ended",
        Outcome::Same => "same",
    }
}

/// The outcome in words, for those who do not see its colour; nothing where the caption of a block says it.
pub(super) fn spoken_outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Raised => "exception",
        Outcome::Ended => "ended early",
        Outcome::Ok | Outcome::NotRun | Outcome::Same => "",
    }
}
