//! Traces: what was observed in one case, one step after another.

pub(crate) mod align;
pub mod detail;
pub mod difference;
mod digest;
pub mod fact;
pub mod facts;
pub mod list_change;
pub mod notation;
mod steps;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use digest::{digest_trace, digest_v1, module_v1};
pub use steps::Steps;

use fact::{FactName, FactValue};
use smol_str::SmolStr;

/// The state after one step, in full, and what happened in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// Its number in the scenario, from 1; 0 is the entry, numbers behind the last step are those in module bodies.
    pub step: usize,
    /// For a step in the body of a module: the step that was running when the body was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<usize>,
    /// The module in whose body the step stands, where the words of the row are not beside the trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<SmolStr>,
    /// The step in words; empty where those of its row are beside the trace ([`Actions`]), because rows that behave alike share a trace.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub action: SmolStr,
    /// In the order in which they are shown.
    #[serde(with = "pairs_as_map")]
    pub facts: Vec<(FactName, FactValue)>,
}

impl StepRecord {
    /// The value of a fact, if it was recorded.
    pub fn fact(&self, name: &str) -> Option<&FactValue> {
        let mut facts = self.facts.iter();
        facts.find_map(|(known, value)| (known.0 == name).then_some(value))
    }
}

/// A step of a row as people read it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StepAction {
    /// The step in words: `import: demo`.
    pub action: SmolStr,
    /// The Python text of the step, where it has several lines, of which the words have the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<SmolStr>,
    /// The module in whose body it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<SmolStr>,
}

/// The steps of a row as people read them, by their numbers.
pub type Actions = BTreeMap<usize, StepAction>;

/// A trace with the words for its steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TraceView<'a> {
    /// The records of its steps.
    pub steps: &'a [StepRecord],
    /// The words of its row.
    pub actions: &'a Actions,
}

static NO_ACTIONS: Actions = Actions::new();

impl<'a> TraceView<'a> {
    /// A trace without steps.
    pub const EMPTY: TraceView<'static> = TraceView {
        steps: &[],
        actions: &NO_ACTIONS,
    };

    /// A trace that has the words itself.
    pub fn of_records(steps: &'a [StepRecord]) -> Self {
        Self {
            steps,
            actions: &NO_ACTIONS,
        }
    }

    /// A step in words.
    pub fn action(self, record: &'a StepRecord) -> &'a str {
        let known = self.actions.get(&record.step).map(|known| &*known.action);
        known.unwrap_or(&record.action)
    }

    /// The module in whose body a step stands.
    pub fn module(self, record: &'a StepRecord) -> Option<&'a str> {
        let known = self.actions.get(&record.step);
        let module = known.map_or(&record.module, |known| &known.module);
        module.as_deref()
    }

    /// The steps with their words, to be kept without those of the row.
    pub fn to_records(self) -> Vec<StepRecord> {
        let records = self.steps.iter().map(|record| StepRecord {
            action: self.action(record).into(),
            module: self.module(record).map(SmolStr::from),
            ..record.clone()
        });
        records.collect()
    }
}

/// Everything observed in one case.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Steps that ended, in order.
    pub steps: Vec<StepRecord>,
    /// Messages of exceptions, by step number. See [`detail::Detail`] on what of these is part of the digest.
    pub messages: BTreeMap<usize, String>,
    /// Category and text of warnings, by step number.
    pub warning_messages: BTreeMap<usize, Vec<String>>,
    /// How the process ended.
    pub end: ProcessEnd,
    /// The step that was running when the process ended, if one was.
    pub interrupted: Option<usize>,
    /// The standard output of the case, cut at 64 KiB.
    pub stdout: String,
    /// The standard error of the case, cut at 64 KiB.
    pub stderr: String,
}

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProcessEnd {
    /// `exit 0`
    Exit(i32),
    /// `signal SIGSEGV`
    Signal(String),
    /// The time limit, at which it was ended.
    Timeout,
}

impl ProcessEnd {
    /// The end every case has unless it is expected otherwise.
    pub const REGULAR: Self = Self::Exit(0);
}

impl fmt::Display for ProcessEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(code) => write!(f, "exit {code}"),
            Self::Signal(name) => write!(f, "signal {name}"),
            Self::Timeout => f.write_str("timeout"),
        }
    }
}

/// A text that names no end of a process.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not how a process ends")]
pub struct EndError(String);

impl FromStr for ProcessEnd {
    type Err = EndError;

    fn from_str(text: &str) -> Result<Self, EndError> {
        let error = || EndError(text.to_owned());
        match text.split_once(' ') {
            None if text == "timeout" => Ok(Self::Timeout),
            Some(("exit", code)) => code.parse().map(Self::Exit).map_err(|_| error()),
            Some(("signal", name)) => Ok(Self::Signal(name.to_owned())),
            _ => Err(error()),
        }
    }
}

/// A list of pairs as a JSON object, in the order of the list.
pub(crate) mod pairs_as_map {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::{Map, Value};

    pub(crate) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        pairs: &[(K, V)],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
    }

    pub(crate) fn deserialize<'de, K: From<String>, V: From<Value>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<(K, V)>, D::Error> {
        let pairs = Map::deserialize(deserializer)?.into_iter();
        Ok(pairs
            .map(|(key, value)| (key.into(), value.into()))
            .collect())
    }
}
