//! The meaning of a text, by which every view colours it. Colour only ever repeats what a letter or a word says.

use crate::record::{Rating, Verdict};

/// The meaning of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing in particular.
    Plain,
    /// A heading.
    Strong,
    /// There, but not worth a look.
    Faint,
    /// Differs from its neighbour.
    Changed,
    /// As expected.
    Good,
    /// Not as expected.
    Bad,
}

impl From<Verdict> for Tone {
    fn from(verdict: Verdict) -> Self {
        match verdict.rating() {
            Rating::Good => Self::Good,
            Rating::NotRun => Self::Faint,
            Rating::Noted => Self::Changed,
            Rating::Bad => Self::Bad,
        }
    }
}
