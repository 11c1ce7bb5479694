//! Where a row changes, and which version to run next to come closer.

use std::collections::BTreeSet;

use super::boundaries::{Boundary, find_along_builds};
use super::history::{History, Observation};
use super::untested_ranges::{UntestedRange, find_untested_ranges};
use crate::python::version::InterpreterKey;
use crate::record::BehaviourId;

/// A version and its behaviour.
pub type VersionBehaviour<'a> = (&'a InterpreterKey, &'a BehaviourId);

/// The change points of a row, build by build, oldest first: neighbours among the versions of one build that have a behaviour, and
/// have not the same.
pub fn find_change_points(history: &History) -> Vec<Boundary<VersionBehaviour<'_>>> {
    find_along_builds(&history.behaviours().collect::<Vec<_>>())
}

impl Boundary<VersionBehaviour<'_>> {
    /// True if a version lies between the two, and is of their build.
    pub fn has(&self, key: &InterpreterKey) -> bool {
        let (before, after) = (self.before.0, self.after.0);
        let key = key.without_label();
        key.build_suffix() == before.build_suffix() && *before < key && key < *after
    }

    /// The releases in between that were not run.
    pub fn untested_ranges(&self, history: &History) -> Vec<UntestedRange> {
        let run = history.seen.keys().filter(|key| self.has(key));
        find_untested_ranges(self.before.0, self.after.0, run)
    }

    /// The given versions in between of which nothing is known, oldest first, each once.
    pub fn candidates<'k>(
        &self,
        history: &History,
        given: impl IntoIterator<Item = &'k InterpreterKey>,
    ) -> Vec<&'k InterpreterKey> {
        let mut keys: Vec<_> = given
            .into_iter()
            .filter(|key| self.has(key) && !history.seen.contains_key(&key.without_label()))
            .collect();
        keys.sort();
        // Labels tell interpreters of one version apart, and one is enough.
        keys.dedup_by_key(|key| key.without_label());
        keys
    }
}

/// The candidate that leaves least to try, whatever it shows.
pub fn choose_middle<'k>(candidates: &[&'k InterpreterKey]) -> Option<&'k InterpreterKey> {
    candidates.get(candidates.len() / 2).copied()
}

/// The version to run next, of those given: the middle of the first hole that has some. Nothing is left when no given version
/// lies in a hole, or all that do were tried. Whoever shows no behaviour is passed by: its neighbours are tried.
pub fn next_version<'k>(
    histories: &[History],
    given: &'k BTreeSet<InterpreterKey>,
    tried: &BTreeSet<InterpreterKey>,
) -> Option<&'k InterpreterKey> {
    let open = || given.iter().filter(|key| !tried.contains(*key));
    histories.iter().find_map(|history| {
        let mut changes = find_change_points(history).into_iter();
        changes.find_map(|change| choose_middle(&change.candidates(history, open())))
    })
}

/// Versions without a behaviour, and why.
pub fn versions_without_behaviour(
    history: &History,
) -> impl Iterator<Item = (&InterpreterKey, &str)> {
    let seen = history.seen.iter();
    seen.filter_map(|(key, observation)| match observation {
        Observation::Unclear(why) => Some((key, why.as_str())),
        Observation::Behaviour(_) => None,
    })
}
