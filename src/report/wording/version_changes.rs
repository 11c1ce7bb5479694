//! Changes between two versions, in a sentence.

use crate::compare::version_changes::VersionChanges;
use crate::text::plural;

/// `61 of 290 rows change from 3.9 to 3.13, in 48 scenarios`
pub(in crate::report) fn describe_version_changes(changes: &VersionChanges<'_>) -> String {
    let (from, to) = (name(changes, true), name(changes, false));
    if changes.findings.is_empty() {
        let rows = plural(changes.compared, "row");
        return format!("nothing changes from {from} to {to} in {rows} that both ran");
    }
    let (count, all) = (changes.row_count(), plural(changes.compared, "row"));
    let scenarios = plural(changes.findings.len(), "scenario");
    format!("{count} of {all} change from {from} to {to}, in {scenarios}")
}

/// The feature release of a version, or all of it where the other one is of the same.
fn name(changes: &VersionChanges<'_>, is_from: bool) -> String {
    let key = if is_from { changes.from } else { changes.to };
    if changes.from.series() == changes.to.series() {
        key.to_string()
    } else {
        key.series()
    }
}
