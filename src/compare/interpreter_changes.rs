//! Changes of rows between two interpreters that follow each other, and beside the plain build.

use std::collections::BTreeMap;

use super::{Boundary, Cell, Row};
use crate::python::version::InterpreterKey;
use crate::record::VariantId;

/// A row that behaves otherwise than before, or a build that does so.
#[derive(Clone, Copy, Debug)]
pub struct RowChange<'a> {
    /// Id of the row.
    pub row: &'a VariantId,
    /// The last case with the old behaviour, or that of the plain build.
    pub before: Cell<'a>,
    /// The first case with the new one, or that of the other build.
    pub after: Cell<'a>,
}

impl<'a> RowChange<'a> {
    fn new(row: &Row<'a>, boundary: Boundary<Cell<'a>>) -> Self {
        Self {
            row: row.id,
            before: boundary.before,
            after: boundary.after,
        }
    }
}

/// Rows that differ between two interpreters, in their order.
pub struct InterpreterChanges<'a> {
    /// The older interpreter and the newer one, or the plain build and the other one.
    pub keys: [&'a InterpreterKey; 2],
    /// True if the two are builds of one release.
    pub are_builds: bool,
    /// The rows.
    pub changes: Vec<RowChange<'a>>,
}

/// Sorts the changes of rows by the interpreters between which they lie: releases oldest first, then builds.
pub fn sort_by_interpreter<'a>(rows: &[&'a Row<'a>]) -> Vec<InterpreterChanges<'a>> {
    let mut found: BTreeMap<_, Vec<RowChange<'a>>> = BTreeMap::new();
    for row in rows {
        let releases = row.boundaries().into_iter().zip(std::iter::repeat(false));
        let builds = row.beside_plain().into_iter().zip(std::iter::repeat(true));
        for (boundary, are_builds) in releases.chain(builds) {
            let [before, after] = boundary.keys();
            let changes = found.entry((are_builds, after, before)).or_default();
            changes.push(RowChange::new(row, boundary));
        }
    }
    let found = found.into_iter();
    let sorted = found.map(
        |((are_builds, after, before), changes)| InterpreterChanges {
            keys: [before, after],
            are_builds,
            changes,
        },
    );
    sorted.collect()
}
