//! What changed in which release: the changes of all rows, by the release that [`changed_in`](Boundary::changed_in) names.

use std::collections::BTreeMap;

use super::{Boundary, Cell, ChangedIn, Row};
use crate::python::version::InterpreterKey;
use crate::record::{ChangeReport, VariantId};

/// A row that behaves otherwise than before, or a build that does so.
#[derive(Clone, Copy, Debug)]
pub struct RowChange<'a> {
    /// Id of the row.
    pub row: &'a VariantId,
    /// The last case with the old behaviour, or that of the plain build.
    pub before: Cell<'a>,
    /// The first case with the new one, or that of the other build.
    pub after: Cell<'a>,
    /// The letters of the two behaviours.
    pub letters: [&'a str; 2],
    /// The note of the scenario about the release.
    pub note: Option<&'a ChangeReport>,
}

impl<'a> RowChange<'a> {
    fn new(row: &'a Row<'a>, boundary: Boundary<Cell<'a>>, note: Option<&'a ChangeReport>) -> Self {
        let Boundary { before, after } = boundary;
        Self {
            row: row.id,
            before,
            after,
            letters: [before, after].map(|cell| row.letter_of(cell)),
            note,
        }
    }
}

/// Rows that changed in one release, or between two versions that ran, in the order of the rows.
#[derive(Clone, Debug)]
pub struct ReleaseChanges<'a> {
    /// The release, or where it must lie: `3.6`, `≤3.6`.
    pub name: String,
    /// Its feature release, or the last one that it may be of.
    pub feature: (u64, u64),
    /// The rows. One stands at each release that its scenario names between two neighbours that differ.
    pub changes: Vec<RowChange<'a>>,
}

/// All changes in a report.
#[derive(Clone, Debug)]
pub struct Releases<'a> {
    /// By release, oldest first.
    pub releases: Vec<ReleaseChanges<'a>>,
    /// Builds and labelled interpreters that differ from the plain build.
    pub builds: Vec<RowChange<'a>>,
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

/// Sorts the changes of rows by release.
pub(super) fn sort_by_release<'a>(rows: &'a [Row<'a>]) -> Releases<'a> {
    let mut found: BTreeMap<_, (_, Vec<RowChange<'a>>)> = BTreeMap::new();
    let mut builds = Vec::new();
    for row in rows {
        for boundary in row.boundaries() {
            for release in boundary.changed_in(row.notes) {
                let key = (release.sort_key(), release.to_string());
                let [_, [major, minor, _]] = release.span();
                let (_, changes) = found
                    .entry(key)
                    .or_insert_with(|| ((major, minor), Vec::new()));
                changes.push(RowChange::new(row, boundary, ChangedIn::note(&release)));
            }
        }
        let beside = row.beside_plain().into_iter();
        builds.extend(beside.map(|boundary| RowChange::new(row, boundary, None)));
    }
    let found = found.into_iter();
    let releases = found.map(|((_, name), (feature, changes))| ReleaseChanges {
        name,
        feature,
        changes,
    });
    Releases {
        releases: releases.collect(),
        builds,
    }
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
            changes.push(RowChange::new(row, boundary, None));
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

/// How many changes are of each subject, the most frequent first.
pub fn count_subjects<'a>(
    changes: impl IntoIterator<Item = &'a RowChange<'a>>,
) -> Vec<(&'a str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for change in changes {
        *counts.entry(change.row.subject()).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(subject, count)| (usize::MAX - count, *subject));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Comparison;
    use crate::record::Verdict;
    use crate::record::fake;

    fn describe(cases: &[(&str, &str, &str)]) -> Vec<String> {
        let cases: Vec<_> = cases
            .iter()
            .map(|(id, key, trace)| (*id, *key, Verdict::Pass, *trace))
            .collect();
        let mut report = fake::report(&cases);
        for (since, note) in [("3.8", "of all"), ("3.11.5", "of one")] {
            report.scenarios[0].changes.push(ChangeReport {
                since: since.into(),
                note: note.into(),
            });
        }
        let comparison = Comparison::new(&report);
        let found = comparison.releases();
        let line = |change: &RowChange<'_>| {
            let note = change.note.map_or("", |one| one.note.as_str());
            format!("{} {} {note}", change.row, change.letters.join(""))
                .trim_end()
                .to_owned()
        };
        let plain = found.releases.iter().map(|release| {
            let lines: Vec<_> = release.changes.iter().map(line).collect();
            format!("{}: {}", release.name, lines.join(", "))
        });
        let builds = found.builds.iter().map(|one| {
            let [before, after] = [one.before, one.after].map(|cell| &cell.case.interpreter);
            format!("{after} unlike {before}: {}", line(one))
        });
        plain.chain(builds).collect()
    }

    #[test]
    fn a_change_lies_where_it_is_known_to_lie() {
        assert_eq!(
            describe(&[
                ("a/x", "2.7.18", "a"),
                ("a/x", "3.6.15", "b"),
                ("a/x", "3.7.16", "b"),
                ("a/x", "3.8.18", "c"),
                ("a/x[y]", "3.7.16", "a"),
                ("a/x[y]", "3.11.2", "a"),
                ("a/x[y]", "3.11.7", "b"),
                ("a/x[y]", "3.11.7d", "c"),
                ("a/x[y]", "3.12.1", "b"),
                ("b/z", "3.7.16", "a"),
                ("b/z", "3.8.18", "b"),
                ("b/z", "3.12.1", "a"),
            ]),
            [
                "≤3.6: a/x AB",
                "≤3.8: b/z AB",
                "3.8: a/x BC of all",
                "3.11.5: a/x[y] AB of one",
                "≤3.12: b/z BA",
                "3.11.7d unlike 3.11.7: a/x[y] BC",
            ]
        );
    }

    #[test]
    fn a_row_stands_at_each_release_that_its_notes_name() {
        assert_eq!(
            describe(&[("a/x", "3.7.16", "a"), ("a/x", "3.12.1", "b")]),
            ["3.8: a/x AB of all", "3.11.5: a/x AB of one"]
        );
    }

    #[test]
    fn what_does_not_change_is_not_there() {
        assert!(describe(&[("a/x", "3.7.16", "a"), ("a/x", "3.8.18", "a")]).is_empty());
    }
}
