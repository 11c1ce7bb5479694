//! What changes between two versions: the findings whose rows behave otherwise on the newer one.

use serde::Serialize;

use super::{ChangedIn, Comparison, Row, group_by_key};
use crate::python::version::InterpreterKey;
use crate::record::ChangeReport;
use crate::text::listing;

/// Two versions of a report, by the words in which they were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionPair<'a> {
    /// The older version.
    pub from: &'a InterpreterKey,
    /// The newer version.
    pub to: &'a InterpreterKey,
}

/// Why two versions cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionPairError {
    /// The words are no version and no range of two.
    #[error("`{0}` is no version and no range; write 3.14, or 3.9..3.13")]
    Form(String),
    /// Nothing is recorded of a version.
    #[error("nothing is recorded of {version}; there are {known}")]
    Unknown {
        /// As it was typed.
        version: String,
        /// The versions that are recorded.
        known: String,
    },
    /// Nothing is recorded of an older version.
    #[error("{0} is the oldest version that is recorded: there is nothing to compare it with")]
    Oldest(String),
    /// The range goes backwards.
    #[error("{from}..{to} goes backwards; write {to}..{from}")]
    Backwards {
        /// The first version, as it was typed.
        from: String,
        /// The second one.
        to: String,
    },
}

impl<'a> VersionPair<'a> {
    /// Finds the versions that words such as `3.9..3.13` name, or for `3.14` that version and the plain build before it. Of a feature release
    /// the newest build that is recorded counts.
    ///
    /// # Errors
    /// When the words are of another form, or nothing is recorded of a version.
    pub fn find(words: &str, versions: &[&'a InterpreterKey]) -> Result<Self, VersionPairError> {
        let find = |word: &str| find_version(word, versions);
        let Some((first, second)) = words.split_once("..") else {
            let to = find(words)?;
            let is_older = |key: &&&InterpreterKey| {
                key.build_suffix().is_empty() && key.version.feature() < to.version.feature()
            };
            let older = versions.iter().filter(is_older);
            let from = older.max_by_key(|key| **key).copied();
            let from = from.ok_or_else(|| VersionPairError::Oldest(words.to_owned()))?;
            return Ok(Self { from, to });
        };
        let (from, to) = (find(first)?, find(second)?);
        if from.version.feature() > to.version.feature() {
            return Err(VersionPairError::Backwards {
                from: first.to_owned(),
                to: second.to_owned(),
            });
        }
        Ok(Self { from, to })
    }
}

fn find_version<'a>(
    word: &str,
    versions: &[&'a InterpreterKey],
) -> Result<&'a InterpreterKey, VersionPairError> {
    let is_number = |part: &str| part.chars().next().is_some_and(|c| c.is_ascii_digit());
    if word.is_empty() || !word.split('.').all(is_number) {
        return Err(VersionPairError::Form(word.to_owned()));
    }
    let is_meant = |key: &&&InterpreterKey| key.series() == word || key.to_string() == word;
    let found = versions.iter().filter(is_meant).max_by_key(|key| **key);
    found.copied().ok_or_else(|| {
        let mut known: Vec<String> = versions.iter().map(|key| key.series()).collect();
        known.dedup();
        VersionPairError::Unknown {
            version: word.to_owned(),
            known: listing(&known, known.len()),
        }
    })
}

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
    /// The notes on the releases in between that changed them.
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

impl VersionChanges<'_> {
    /// How many rows change.
    pub fn row_count(&self) -> usize {
        let rows = self.findings.iter().flat_map(|finding| &finding.rows);
        rows.map(|rows| rows.variants.len().max(1)).sum()
    }
}

impl<'a> ChangedFinding<'a> {
    /// The subject: the first folder of the id.
    pub fn subject(&self) -> &'a str {
        self.id.split_once('/').map_or("", |(subject, _)| subject)
    }
}

/// Finds what changes between two versions of a comparison.
pub fn find_version_changes<'a>(
    comparison: &Comparison<'a>,
    pair: &VersionPair<'a>,
) -> VersionChanges<'a> {
    let columns = [pair.from, pair.to].map(|wanted| {
        let mut versions = comparison.versions.iter();
        versions.position(|key| *key == wanted)
    });
    let mut changes = VersionChanges {
        from: pair.from,
        to: pair.to,
        compared: 0,
        findings: Vec::new(),
        only_now: Vec::new(),
    };
    let [Some(from), Some(to)] = columns else {
        return changes;
    };
    let rows = comparison.rows.iter();
    for (id, rows) in group_by_key(rows.map(|row| (row.id.scenario(), row))) {
        let shown = |row: &Row<'a>, column: usize| row.cells[column]?.behaviour;
        let both = rows
            .iter()
            .filter_map(|row| Some((*row, shown(row, from)?, shown(row, to)?)));
        let both: Vec<_> = both.collect();
        changes.compared += both.len();
        if both.is_empty() && rows.iter().any(|row| shown(row, to).is_some()) {
            changes.only_now.push(id);
        }
        let differing: Vec<_> = both
            .into_iter()
            .filter(|(_, was, now)| was != now)
            .collect();
        if let (Some(scenario), false) = (comparison.scenario(id), differing.is_empty()) {
            let releases = differing
                .iter()
                .flat_map(|(row, ..)| releases_between(row, pair));
            let mut notes: Vec<_> = releases.filter_map(|release| release.note()).collect();
            let mut seen: Vec<&ChangeReport> = Vec::new();
            notes.retain(|note| {
                !seen.contains(note) && {
                    seen.push(note);
                    true
                }
            });
            changes.findings.push(ChangedFinding {
                id: &scenario.id,
                title: &scenario.title,
                file: &scenario.file,
                rows: group_rows(comparison, pair, differing),
                notes,
                refs: &scenario.refs,
            });
        }
    }
    changes
}

/// The rows that change from one behaviour to another, those that do so alike together.
fn group_rows<'a>(
    comparison: &Comparison<'a>,
    pair: &VersionPair<'a>,
    rows: Vec<(&Row<'a>, usize, usize)>,
) -> Vec<ChangedRows<'a>> {
    let rows = rows.into_iter().map(|(row, was, now)| {
        let [was, now] = comparison.captions_of(row, [was, now]);
        let mut releases: Vec<String> = Vec::new();
        for release in releases_between(row, pair) {
            let name = release.to_string();
            if !releases.contains(&name) {
                releases.push(name);
            }
        }
        ((was, now, releases), row.id.bare_choices())
    });
    let groups = group_by_key(rows).into_iter();
    let groups = groups.map(|((was, now, releases), variants)| ChangedRows {
        variants: variants.into_iter().flatten().collect(),
        was,
        now,
        releases,
    });
    groups.collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn find(words: &str) -> Result<[String; 2], String> {
        let keys = ["2.7.18", "3.6.15", "3.13.0", "3.13.5", "3.14.7t", "3.14.10"];
        let keys: Vec<InterpreterKey> = keys.map(|key| key.parse().unwrap()).into();
        let versions: Vec<&InterpreterKey> = keys.iter().collect();
        let pair = VersionPair::find(words, &versions);
        pair.map(|pair| [pair.from, pair.to].map(ToString::to_string))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn words_name_two_versions() {
        for (words, from, to) in [
            ("3.14", "3.13.5", "3.14.10"),
            ("3.13", "3.6.15", "3.13.5"),
            ("3.13.0..3.14", "3.13.0", "3.14.10"),
            ("3.14..3.14t", "3.14.10", "3.14.7t"),
            ("3.13.0..3.13.5", "3.13.0", "3.13.5"),
        ] {
            assert_eq!(find(words).unwrap(), [from, to], "{words}");
        }
    }

    #[test]
    fn other_words_are_refused_with_the_way_out() {
        for (words, part) in [
            ("abc", "no version and no range; write 3.14, or 3.9..3.13"),
            ("", "write 3.14"),
            ("x..3.13", "write 3.14"),
            (
                "3.9",
                "nothing is recorded of 3.9; there are 2.7, 3.6, 3.13, 3.14t, 3.14",
            ),
            ("2.7", "2.7 is the oldest version"),
            ("3.13..2.7", "goes backwards; write 2.7..3.13"),
        ] {
            let error = find(words).unwrap_err();
            assert!(error.contains(part), "{words}: {error}");
        }
    }
}
