//! What changed in which release: the changes of all rows, by the release that [`changed_in`](Boundary::changed_in) names.

use std::collections::BTreeMap;

use super::{Boundary, Cell, ChangedIn, Row};
use crate::record::ChangeReport;
use crate::record::VariantId;

/// A row that behaves otherwise than before, or a build that does so.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// Id of the row.
    pub case: &'a VariantId,
    /// The last case with the old behaviour, or that of the plain build.
    pub before: Cell<'a>,
    /// The first case with the new one, or that of the other build.
    pub after: Cell<'a>,
    /// What the two behaviours are called.
    pub letters: [&'a str; 2],
    /// What the scenario says on the release.
    pub note: Option<&'a ChangeReport>,
}

impl<'a> Change<'a> {
    fn new(row: &'a Row<'a>, boundary: Boundary<Cell<'a>>, note: Option<&'a ChangeReport>) -> Self {
        let letter = |cell: Cell<'a>| {
            let at = cell.behaviour.and_then(|at| row.behaviours.get(at));
            at.map_or("?", |one| one.letter.as_str())
        };
        let Boundary { before, after } = boundary;
        Self {
            case: row.case,
            before,
            after,
            letters: [letter(before), letter(after)],
            note,
        }
    }
}

impl Change<'_> {
    /// The first part of the id.
    pub fn subject(&self) -> &str {
        self.case.split_once('/').map_or("", |(subject, _)| subject)
    }
}

/// What changed in one release, or in one gap, in the order of the rows.
#[derive(Clone, Debug)]
pub struct Changes<'a> {
    /// The release or the gap: `3.6`, `≤3.6`.
    pub name: String,
    /// What. A row stands at each release that its scenario names between two neighbours that differ.
    pub changes: Vec<Change<'a>>,
}

/// What changed in all of a report.
#[derive(Clone, Debug, Default)]
pub struct Releases<'a> {
    /// By release, oldest first.
    pub releases: Vec<Changes<'a>>,
    /// Builds and labelled interpreters that differ from the plain build.
    pub builds: Vec<Change<'a>>,
}

/// Sorts the changes of rows by release.
pub fn releases<'a>(rows: &'a [Row<'a>]) -> Releases<'a> {
    let mut found: BTreeMap<_, Vec<Change<'a>>> = BTreeMap::new();
    let mut builds = Vec::new();
    for row in rows {
        for boundary in row.boundaries() {
            for one in boundary.changed_in(row.notes) {
                let changes = found.entry((one.order(), one.to_string())).or_default();
                changes.push(Change::new(row, boundary, ChangedIn::note(&one)));
            }
        }
        let beside = row.beside_plain().into_iter();
        builds.extend(beside.map(|boundary| Change::new(row, boundary, None)));
    }
    let found = found.into_iter();
    Releases {
        releases: found
            .map(|((_, name), changes)| Changes { name, changes })
            .collect(),
        builds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::rows;
    use crate::record::Verdict;
    use crate::record::fake;

    fn told(cases: &[(&str, &str, &str)]) -> Vec<String> {
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
        let rows = rows(&report);
        let found = releases(&rows);
        let line = |change: &Change<'_>| {
            let note = change.note.map_or("", |one| one.note.as_str());
            format!("{} {} {note}", change.case, change.letters.join(""))
                .trim_end()
                .to_owned()
        };
        let plain = found.releases.iter().map(|one| {
            let lines: Vec<_> = one.changes.iter().map(line).collect();
            format!("{}: {}", one.name, lines.join(", "))
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
            told(&[
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
            told(&[("a/x", "3.7.16", "a"), ("a/x", "3.12.1", "b")]),
            ["3.8: a/x AB of all", "3.11.5: a/x AB of one"]
        );
    }

    #[test]
    fn what_does_not_change_is_not_there() {
        assert!(told(&[("a/x", "3.7.16", "a"), ("a/x", "3.8.18", "a")]).is_empty());
    }
}
