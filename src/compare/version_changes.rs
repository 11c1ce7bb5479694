//! Changes between two versions: the findings whose rows behave otherwise on the newer one.

use serde::Serialize;

use super::changed_findings::{ChangedFinding, RowTransition, count_rows, group_findings};
use super::version_pair::VersionPair;
use super::{ChangedIn, Comparison, Row, group_by_key};
use crate::python::version::InterpreterKey;

/// The changes between two versions.
#[derive(Clone, Debug, Serialize)]
pub struct VersionChanges<'a> {
    /// The older version.
    pub from: &'a InterpreterKey,
    /// The newer version.
    pub to: &'a InterpreterKey,
    /// How many rows both versions ran.
    pub compared: usize,
    /// The findings that change, in the order of their ids.
    pub findings: Vec<ChangedFinding<'a>>,
    /// Ids of scenarios that only the newer version can run.
    pub only_now: Vec<&'a str>,
}

impl VersionChanges<'_> {
    /// How many rows change.
    pub fn row_count(&self) -> usize {
        count_rows(&self.findings)
    }
}

/// Finds what changes between two versions of a comparison. A change that was taken back in between is none.
pub fn find_version_changes<'a>(
    comparison: &Comparison<'a>,
    pair: &VersionPair<'a>,
) -> VersionChanges<'a> {
    let [from, to] = [pair.from, pair.to].map(|wanted| {
        let mut versions = comparison.versions.iter();
        versions.position(|key| *key == wanted)
    });
    let shown = |row: &Row<'a>, column: Option<usize>| {
        let cell = row.cells[column?];
        cell.filter(|cell| cell.behaviour.is_some())
    };
    let (mut compared, mut only_now) = (0, Vec::new());
    let mut transitions = Vec::new();
    let rows = comparison.rows.iter();
    for (id, rows) in group_by_key(rows.map(|row| (row.id.scenario(), row))) {
        let both = rows
            .iter()
            .filter_map(|row| Some((*row, shown(row, from)?, shown(row, to)?)));
        let both: Vec<_> = both.collect();
        compared += both.len();
        if both.is_empty() && rows.iter().any(|row| shown(row, to).is_some()) {
            only_now.push(id);
        }
        let differing = both
            .into_iter()
            .filter(|(_, before, after)| before.behaviour != after.behaviour);
        transitions.extend(differing.map(|(row, before, after)| RowTransition {
            row,
            before,
            after,
            releases: releases_between(row, pair),
        }));
    }
    VersionChanges {
        from: pair.from,
        to: pair.to,
        compared,
        findings: group_findings(comparison, transitions),
        only_now,
    }
}

/// The releases behind the older version, up to the newer one, that changed a row.
fn releases_between<'a>(row: &Row<'a>, pair: &VersionPair<'_>) -> Vec<ChangedIn<'a>> {
    let build = |key: &InterpreterKey| (key.free_threaded, key.debug);
    let boundaries = row.boundaries().into_iter();
    let between = boundaries.filter(|boundary| {
        let [before, after] = boundary.keys();
        let is_of_build = build(after) == build(pair.to) || after.build_suffix().is_empty();
        is_of_build && before.version >= pair.from.version && after.version <= pair.to.version
    });
    between
        .flat_map(|boundary| boundary.changed_in(row.notes))
        .collect()
}
