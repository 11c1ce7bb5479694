//! Special builds, which are named where they differ from the plain one.

use crate::python::version::InterpreterKey;

/// Finds the only plain build of the feature release of a special build (debug, free-threaded), by its index.
pub(in crate::report) fn plain_twin(
    key: &InterpreterKey,
    all: &[&InterpreterKey],
) -> Option<usize> {
    if key.build_suffix().is_empty() {
        return None;
    }
    let is_twin = |other: &&InterpreterKey| {
        other.build_suffix().is_empty()
            && other.version.feature() == key.version.feature()
            && other.label == key.label
    };
    let mut twins = all.iter().enumerate().filter(|(_, other)| is_twin(other));
    let (index, _) = twins.next()?;
    twins.next().is_none().then_some(index)
}
