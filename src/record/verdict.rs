//! Verdicts: what was seen, held against what was expected, in one word.

use serde::{Deserialize, Serialize};

/// The verdict on one case, in one word; of several, the worst is the last of this list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Not run here: the baseline has it. Never judged, and in no stored report.
    Recorded,
    /// Everything expected was seen.
    Pass,
    /// Not run, with a reason.
    Skipped,
    /// An expectation is violated, as the scenario says it is (`known`).
    #[serde(alias = "known")]
    Xfail,
    /// A version that was never seen before behaves otherwise than its nearest neighbour in the baseline.
    New,
    /// Everything expected was seen, though the scenario says that something is violated there.
    #[serde(alias = "known-fixed")]
    Xpass,
    /// This version behaved otherwise before.
    Drift,
    /// Something else was seen.
    Fail,
    /// The process ended before its last step, or with an error, and nothing was expected of its end.
    Crashed,
    /// The process was ended because its time was up.
    TimedOut,
    /// Repeats, or the machines whose reports were merged, showed different behaviours.
    Unstable,
    /// The harness failed: nothing can be said about the scenario.
    #[serde(alias = "faulty")]
    Error,
}

impl Verdict {
    /// Every verdict, in the order in which they are counted for people: the good ones, the bad ones, those that did not run.
    pub const ALL: [Self; 12] = [
        Self::Pass,
        Self::Xfail,
        Self::New,
        Self::Xpass,
        Self::Drift,
        Self::Fail,
        Self::Crashed,
        Self::TimedOut,
        Self::Unstable,
        Self::Error,
        Self::Skipped,
        Self::Recorded,
    ];

    /// The word, as in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Pass => "pass",
            Self::Skipped => "skipped",
            Self::Xfail => "xfail",
            Self::New => "new",
            Self::Xpass => "xpass",
            Self::Drift => "drift",
            Self::Fail => "fail",
            Self::Crashed => "crashed",
            Self::TimedOut => "timed-out",
            Self::Unstable => "unstable",
            Self::Error => "error",
        }
    }

    /// The meaning for the run.
    pub fn rating(self) -> Rating {
        match self {
            Self::Pass => Rating::Good,
            Self::Xfail => Rating::Noted,
            Self::Skipped | Self::Recorded => Rating::NotRun,
            Self::New
            | Self::Xpass
            | Self::Drift
            | Self::Fail
            | Self::Crashed
            | Self::TimedOut
            | Self::Unstable
            | Self::Error => Rating::Bad,
        }
    }

    /// True if a list says it: not what is as expected, and not what did not run.
    pub fn is_noteworthy(self) -> bool {
        matches!(self.rating(), Rating::Noted | Rating::Bad)
    }

    /// True if a run with such a case fails.
    pub fn fails(self) -> bool {
        self.rating() == Rating::Bad
    }

    /// True if it fails a run by what was seen, and not because nothing could be seen.
    pub fn is_violation(self) -> bool {
        self.fails() && self != Self::Error
    }
}

/// The meaning of a verdict for the run: the exit code and all views go by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rating {
    /// As expected.
    Good,
    /// Not as expected, as it is known to be; fails nothing.
    Noted,
    /// Fails the run.
    Bad,
    /// Says nothing.
    NotRun,
}
