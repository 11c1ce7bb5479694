//! Which parts of a run each interpreter has run.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Shard, ShardError};
use crate::python::version::InterpreterKey;
use crate::record::RunReport;

/// Which parts of a run each interpreter has run.
pub(super) type Parts = BTreeMap<InterpreterKey, BTreeSet<Shard>>;

/// Reads the parts of each interpreter: those that the report lists for it, else the partition of the report.
pub(super) fn read_parts(report: &RunReport) -> Result<Parts, ShardError> {
    let common = report.partition.split(',').map(str::parse);
    let common = common.collect::<Result<BTreeSet<Shard>, _>>()?;
    let parts_of = |key: &InterpreterKey| match report.parts.get(key) {
        Some(own) => own.iter().map(|part| part.parse()).collect(),
        None => Ok(common.clone()),
    };
    let keys = report
        .interpreters
        .iter()
        .map(|interpreter| &interpreter.key);
    keys.map(|key| Ok((key.clone(), parts_of(key)?))).collect()
}

/// Replaces parts that make a whole by the whole, whatever other parts there are beside them.
pub(super) fn replace_complete_sets(parts: &mut Parts) {
    for set in parts.values_mut() {
        if count_missing(set).is_none() {
            *set = BTreeSet::from([Shard::WHOLE]);
        }
    }
}

/// Renders parts as a report has them: those in common, and those of interpreters that ran something else.
pub(super) fn render_parts(parts: &Parts) -> (String, BTreeMap<InterpreterKey, BTreeSet<String>>) {
    let words = |set: &BTreeSet<Shard>| -> Vec<String> {
        let mut sorted: Vec<&Shard> = set.iter().collect();
        sorted.sort_by_key(|shard| (shard.of, shard.part));
        sorted.iter().map(ToString::to_string).collect()
    };
    let mut common: BTreeSet<Shard> = parts.values().flatten().copied().collect();
    if common.is_empty() {
        common.insert(Shard::WHOLE);
    }
    let own = parts.iter().filter(|(_, set)| **set != common);
    let own = own.map(|(key, set)| (key.clone(), words(set).into_iter().collect()));
    (words(&common).join(","), own.collect())
}

/// Counts the missing parts of the division of which the fewest are missing; nothing where the parts make a whole.
pub(super) fn count_missing(set: &BTreeSet<Shard>) -> Option<Division> {
    let mut divisions: BTreeMap<u32, u32> = BTreeMap::new();
    for shard in set {
        *divisions.entry(shard.of).or_default() += 1;
    }
    let rest = divisions.iter().map(|(of, there)| (of - there, *of));
    let (missing, of) = rest.min()?;
    (missing > 0).then_some(Division { of, missing })
}

/// A run in so many parts, some of which are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Division {
    /// How many there are.
    pub(super) of: u32,
    /// How many of them are missing.
    pub(super) missing: u32,
}
