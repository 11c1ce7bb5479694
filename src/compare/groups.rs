//! Groups of equal things, in the order in which they are met.

use crate::python::version::InterpreterKey;
use crate::record::CaseReport;

/// Groups values by equal keys, in the order in which the keys first appear. Keys are compared one by one: there should be few, or
/// equal ones should follow each other.
pub(crate) fn group_by_key<K: PartialEq, V>(
    pairs: impl IntoIterator<Item = (K, V)>,
) -> Vec<(K, Vec<V>)> {
    let mut groups: Vec<(K, Vec<V>)> = Vec::new();
    for (key, value) in pairs {
        let mut latest_first = groups.iter_mut().rev();
        match latest_first.find(|(known, _)| *known == key) {
            Some((_, values)) => values.push(value),
            None => groups.push((key, vec![value])),
        }
    }
    groups
}

/// The versions of cases, in their order.
pub(super) fn versions_of<'a>(cases: &[&'a CaseReport]) -> Vec<&'a InterpreterKey> {
    cases.iter().map(|case| &*case.interpreter).collect()
}
