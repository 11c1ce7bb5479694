//! Texts that are recorded of every case and compared only where a scenario asks: they change with the version more often
//! than the behaviour does.

use schemars::JsonSchema;
use serde::Serialize;

use super::facts::{FIXED_FACTS, Fact};

/// A text that is part of a behaviour only where it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[schemars(rename = "Compared", rename_all = "snake_case")]
pub enum Detail {
    /// The message of the exception that a step ended in.
    Message,
    /// Category and text of warnings.
    WarningMessages,
    /// The standard output of the case.
    Stdout,
    /// The standard error of the case.
    Stderr,
}

impl Detail {
    /// Every detail, in the order in which they are shown.
    pub const ALL: [Self; 4] = [
        Self::Message,
        Self::WarningMessages,
        Self::Stdout,
        Self::Stderr,
    ];

    /// The fact that it becomes where it is compared.
    pub fn fact(self) -> &'static str {
        let fact = FIXED_FACTS.iter().find(|fact| fact.detail == Some(self));
        fact.expect("each is one").name
    }

    /// The detail that a fact is.
    pub fn of_fact(name: &str) -> Option<Self> {
        Fact::of(name).detail
    }

    /// True if the text belongs to the whole process and not to a step.
    pub fn is_output(self) -> bool {
        matches!(self, Self::Stdout | Self::Stderr)
    }
}

/// The output of a process as it is compared: without the newlines at its end.
pub fn compared_output(text: &str) -> &str {
    text.trim_end_matches(['\n', '\r'])
}
