//! The baseline: which behaviour each version was accepted with, one YAML file per scenario.
//!
//! A file holds what `modswap accept` was told to keep: for each variant its behaviours, for each of these the exact versions
//! that showed it, and its trace. Nothing in it depends on the machine or the time, and its order is fixed: another version
//! that behaves like one before is one more line.

mod accept;
mod compare;
mod error;
mod file;
#[cfg(test)]
mod file_tests;
mod prune;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use accept::{Accepted, accept, refusal};
pub use compare::{BaselineComparison, ObservedCase, compare_with_baseline, nearest};
pub use error::BaselineError;
pub(crate) use file::parse;
pub use file::{ids, read, remove, sound, write};
pub use prune::{Pruned, prune};

use crate::python::version::InterpreterKey;
use crate::record::{KnownBehaviour, VariantId};
use crate::trace::StepRecord;

/// The version of the format that this program writes.
pub const SCHEMA_VERSION: u32 = 1;

/// The accepted behaviours of the scenarios that a command is about.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// Where the files are.
    pub folder: PathBuf,
    /// By id; a scenario that was never accepted is not there.
    pub scenarios: BTreeMap<String, ScenarioBaseline>,
}

/// The accepted behaviours of a scenario: one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioBaseline {
    /// Of this format; a reader refuses a newer one.
    pub schema_version: u32,
    /// Id of the scenario.
    pub scenario: String,
    /// Digest of what the scenario did when it was accepted.
    pub digest: String,
    /// By case.
    pub variants: Vec<VariantBaseline>,
}

/// The accepted behaviours of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantBaseline {
    /// Id of the row: the scenario's, with the choices of its matrix.
    pub case: VariantId,
    /// By letter.
    pub behaviours: Vec<BehaviourBaseline>,
}

/// An accepted behaviour, and the versions that showed it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BehaviourBaseline {
    /// Its letter, which it keeps while it is in the baseline.
    pub behaviour: String,
    /// Versions that showed it.
    pub versions: BTreeSet<InterpreterKey>,
    /// Versions that showed it before the scenario's text changed, and were not run since. A behaviour has one of the two.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stale: BTreeSet<InterpreterKey>,
    /// How the process ended.
    pub end: String,
    /// Digest of the trace, which shows that nobody edited it.
    pub digest: String,
    /// The steps.
    pub trace: Vec<StepRecord>,
}

impl Baseline {
    /// The accepted behaviours of a row, with their file.
    pub fn row(&self, scenario: &str, case: &str) -> Option<(&ScenarioBaseline, &VariantBaseline)> {
        let scenario = self.scenarios.get(scenario)?;
        let row = scenario.variants.iter().find(|row| row.case == case)?;
        Some((scenario, row))
    }

    /// Every version that any row has.
    pub fn versions(&self) -> BTreeSet<&InterpreterKey> {
        let rows = self.scenarios.values().flat_map(|file| &file.variants);
        rows.flat_map(VariantBaseline::versions).collect()
    }
}

impl BehaviourBaseline {
    /// True if a version showed it, lately or before the scenario changed.
    fn has(&self, key: &InterpreterKey) -> bool {
        self.versions.contains(key) || self.stale.contains(key)
    }

    /// True if no version shows it any longer.
    fn is_unused(&self) -> bool {
        self.versions.is_empty() && self.stale.is_empty()
    }
}

impl VariantBaseline {
    /// Every version that it has, stale ones too.
    pub fn versions(&self) -> impl Iterator<Item = &InterpreterKey> {
        let behaviours = self.behaviours.iter();
        behaviours.flat_map(|known| known.versions.iter().chain(&known.stale))
    }

    /// Every version that it has and that is not stale.
    fn current_versions(&self) -> impl Iterator<Item = &InterpreterKey> {
        self.behaviours.iter().flat_map(|known| &known.versions)
    }

    /// The behaviour that a version showed. A label is a name that one machine gave: a version that is not there with it counts as the one
    /// without.
    pub fn of(&self, key: &InterpreterKey) -> Option<&BehaviourBaseline> {
        let (index, _) = self.find_version(key)?;
        Some(&self.behaviours[index])
    }

    /// The index of the behaviour that a version showed, and the key under which it did.
    fn find_version(&self, key: &InterpreterKey) -> Option<(usize, InterpreterKey)> {
        let find = |key: InterpreterKey| {
            let mut behaviours = self.behaviours.iter();
            let index = behaviours.position(|known| known.has(&key))?;
            Some((index, key))
        };
        find(key.clone()).or_else(|| find(key.without_label()))
    }

    /// The behaviours as reports keep them. They are stale beside a scenario of another digest.
    pub fn known(&self, scenario: &ScenarioBaseline, digest: &str) -> Vec<KnownBehaviour> {
        let is_current = scenario.digest == digest;
        let known = self.behaviours.iter().map(|behaviour| {
            let (versions, stale) = if is_current {
                (behaviour.versions.clone(), behaviour.stale.clone())
            } else {
                let all = behaviour.versions.union(&behaviour.stale).cloned();
                (BTreeSet::new(), all.collect())
            };
            KnownBehaviour {
                letter: behaviour.behaviour.clone(),
                trace: behaviour.digest.as_str().into(),
                end: behaviour.end.as_str().into(),
                versions,
                stale,
            }
        });
        known.collect()
    }
}
