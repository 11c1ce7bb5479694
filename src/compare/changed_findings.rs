//! Changes as people read them: scenario by scenario, was and now in words, the releases, the reasons and the sources.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Cell, ChangedIn, Comparison, Row, group_by_key};
use crate::python::version::{FeatureVersion, InterpreterKey};
use crate::record::ChangeReport;

/// A scenario with rows that change.
#[derive(Clone, Debug, Serialize)]
pub struct ChangedFinding<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its finding.
    pub title: &'a str,
    /// Its file.
    pub file: &'a str,
    /// The rows, those that change alike together.
    pub rows: Vec<ChangedRows<'a>>,
    /// The notes of the scenario on the releases that changed them.
    pub notes: Vec<&'a ChangeReport>,
    /// Its sources.
    pub refs: &'a [String],
}

/// Rows of a scenario that change alike.
#[derive(Clone, Debug, Serialize)]
pub struct ChangedRows<'a> {
    /// The choices of the matrix; empty for a scenario without one.
    pub variants: Vec<&'a str>,
    /// The caption of the old behaviour.
    pub was: String,
    /// The caption of the new behaviour.
    pub now: String,
    /// The releases that changed them: `3.10`, `≤3.11`.
    pub releases: Vec<String>,
}

impl<'a> ChangedFinding<'a> {
    /// The subject: the first folder of the id.
    pub fn subject(&self) -> &'a str {
        self.id.split_once('/').map_or("", |(subject, _)| subject)
    }
}

impl ChangedRows<'_> {
    /// The releases that none of these notes is about.
    pub fn unexplained(&self, notes: &[&ChangeReport]) -> Vec<&str> {
        let is_noted = |name: &str| notes.iter().any(|note| note.since == name);
        let releases = self.releases.iter().map(String::as_str);
        releases.filter(|name| !is_noted(name)).collect()
    }
}

/// How many rows of these findings change.
pub fn count_rows(findings: &[ChangedFinding<'_>]) -> usize {
    let rows = findings.iter().flat_map(|finding| &finding.rows);
    rows.map(|rows| rows.variants.len().max(1)).sum()
}

/// A row that behaves otherwise on the other side.
pub(super) struct RowTransition<'r, 'a> {
    pub(super) row: &'r Row<'a>,
    pub(super) before: Cell<'a>,
    pub(super) after: Cell<'a>,
    /// The releases that changed it.
    pub(super) releases: Vec<ChangedIn<'a>>,
}

/// The changes of each feature release, or of the last one that they may be of, oldest first.
pub fn find_feature_changes<'a>(
    comparison: &Comparison<'a>,
) -> BTreeMap<FeatureVersion, Vec<ChangedFinding<'a>>> {
    let mut transitions: BTreeMap<FeatureVersion, Vec<RowTransition<'_, 'a>>> = BTreeMap::new();
    for row in &comparison.rows {
        for boundary in row.boundaries() {
            let releases = boundary.changed_in(row.notes).into_iter();
            let releases = releases.map(|release| {
                let [_, [major, minor, _]] = release.span();
                ((major, minor), release)
            });
            for (feature, releases) in group_by_key(releases) {
                let of_feature = transitions.entry(feature).or_default();
                of_feature.push(RowTransition {
                    row,
                    before: boundary.before,
                    after: boundary.after,
                    releases,
                });
            }
        }
    }
    let transitions = transitions.into_iter();
    transitions
        .map(|(feature, changes)| (feature, group_findings(comparison, changes)))
        .collect()
}

/// The findings of builds and labelled interpreters that behave otherwise than the plain build, by interpreter.
pub fn find_build_changes<'a>(
    comparison: &Comparison<'a>,
) -> Vec<(&'a InterpreterKey, Vec<ChangedFinding<'a>>)> {
    let mut transitions: BTreeMap<&InterpreterKey, Vec<RowTransition<'_, 'a>>> = BTreeMap::new();
    for row in &comparison.rows {
        for boundary in row.beside_plain() {
            let [_, build] = boundary.keys();
            transitions.entry(build).or_default().push(RowTransition {
                row,
                before: boundary.before,
                after: boundary.after,
                releases: Vec::new(),
            });
        }
    }
    let transitions = transitions.into_iter();
    transitions
        .map(|(build, changes)| (build, group_findings(comparison, changes)))
        .collect()
}

/// Groups rows that change by their scenarios, in their order.
pub(super) fn group_findings<'a>(
    comparison: &Comparison<'a>,
    transitions: Vec<RowTransition<'_, 'a>>,
) -> Vec<ChangedFinding<'a>> {
    let by_scenario = transitions.into_iter();
    let by_scenario = group_by_key(by_scenario.map(|one| (&*one.after.case.scenario, one)));
    let findings = by_scenario.into_iter().filter_map(|(id, transitions)| {
        let scenario = comparison.scenario(id)?;
        let releases = transitions.iter().flat_map(|one| &one.releases);
        let mut notes: Vec<&ChangeReport> = Vec::new();
        for note in releases.filter_map(ChangedIn::note) {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        Some(ChangedFinding {
            id: &scenario.id,
            title: &scenario.title,
            file: &scenario.file,
            rows: group_rows(comparison, transitions),
            notes,
            refs: &scenario.refs,
        })
    });
    findings.collect()
}

/// Rows that change from one behaviour to another, those that do so alike together.
fn group_rows<'a>(
    comparison: &Comparison<'a>,
    transitions: Vec<RowTransition<'_, 'a>>,
) -> Vec<ChangedRows<'a>> {
    let rows = transitions.into_iter().map(|one| {
        let captions = comparison.change_captions(one.row, one.before, one.after);
        let mut releases: Vec<String> = Vec::new();
        for name in one.releases.iter().map(ToString::to_string) {
            if !releases.contains(&name) {
                releases.push(name);
            }
        }
        ((captions, releases), one.row.id.bare_choices())
    });
    let groups = group_by_key(rows).into_iter();
    let groups = groups.map(|(([was, now], releases), variants)| ChangedRows {
        variants: variants.into_iter().flatten().collect(),
        was,
        now,
        releases,
    });
    groups.collect()
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
        let line = |finding: &ChangedFinding<'_>| {
            let rows = finding.rows.iter().map(|rows| {
                let letters = [&rows.was, &rows.now].map(|text| text.replace("behaviour ", ""));
                format!(
                    "{:?} {} {:?}",
                    rows.variants,
                    letters.join(""),
                    rows.releases
                )
            });
            let notes = finding.notes.iter().map(|note| note.note.clone());
            let told: Vec<_> = rows.chain(notes).collect();
            format!("{}: {}", finding.id, told.join(", "))
        };
        let features = find_feature_changes(&comparison).into_iter();
        let features =
            features.map(|((major, minor), findings)| (format!("{major}.{minor}"), findings));
        let builds = find_build_changes(&comparison).into_iter();
        let builds = builds.map(|(build, findings)| (build.to_string(), findings));
        let all = features.chain(builds).flat_map(|(name, findings)| {
            let lines: Vec<_> = findings
                .iter()
                .map(|known| format!("{name} {}", line(known)))
                .collect();
            lines
        });
        all.collect()
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
                "3.6 a/x: [] AB [\"≤3.6\"]",
                "3.8 a/x: [] BC [\"3.8\"], of all",
                "3.8 b/z: [] AB [\"≤3.8\"]",
                "3.11 a/x: [\"y\"] AB [\"3.11.5\"], of one",
                "3.12 b/z: [] BA [\"≤3.12\"]",
                "3.11.7d a/x: [\"y\"] BC []",
            ]
        );
    }

    #[test]
    fn a_row_stands_at_each_release_that_its_notes_name() {
        assert_eq!(
            describe(&[("a/x", "3.7.16", "a"), ("a/x", "3.12.1", "b")]),
            [
                "3.8 a/x: [] AB [\"3.8\"], of all",
                "3.11 a/x: [] AB [\"3.11.5\"], of one"
            ]
        );
    }

    #[test]
    fn what_does_not_change_is_not_there() {
        assert!(describe(&[("a/x", "3.7.16", "a"), ("a/x", "3.8.18", "a")]).is_empty());
    }
}
