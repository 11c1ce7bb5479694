//! The result of discovery: the interpreters to run on, and what became of everything else.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;

use super::environment::Environment;
pub use super::identity::{MergeReason, MergedName};
pub use super::interpreter::Interpreter;
use super::reject::RejectReason;
use super::releases::supported_on;
use super::request::{PythonRequest, is_label};
pub use super::source::{PythonSource, Sources, join_sources};
use super::version::{InterpreterKey, PythonVersion};

/// A file with a Python's name that is not run on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Rejected {
    /// Its path as it is: it may hold characters that must not reach a terminal.
    pub path: String,
    /// The reason, in words that can stand after its path: `PyPy 7.3, not CPython`.
    pub reason: String,
    /// The way out, or why there is nothing to do.
    pub help: String,
    /// The sources that named it.
    pub sources: Sources,
}

impl Rejected {
    /// Creates the entry of a path that cannot be used.
    pub(crate) fn new(
        path: &Path,
        reason: &RejectReason,
        sources: Sources,
        environment: &Environment,
    ) -> Self {
        Self {
            path: path.to_string_lossy().into_owned(),
            reason: reason.to_string(),
            help: reason.help(path, environment),
            sources,
        }
    }

    /// Returns the label of one that a `pythons.yaml` lists: it stands before its command (`centos=docker …`).
    fn label(&self) -> Option<&str> {
        let is_listed = self.sources.contains(&PythonSource::Listed);
        let (label, _) = self.path.split_once('=').filter(|_| is_listed)?;
        is_label(label).then_some(label)
    }
}

/// A version that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingVersion {
    /// The version or the specifier: `3.15`, `>=3.6,<3.12`.
    pub wanted: String,
    /// The option or the rule that wants it.
    pub reason: MissingReason,
}

/// The reason for which a version is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingReason {
    /// Named with `--python`.
    Asked,
    /// Named with `--require`.
    Required,
    /// CPython's developers support it.
    Supported {
        /// The last day on which they do.
        until: Date,
    },
}

impl fmt::Display for MissingReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked => f.write_str("asked for with --python"),
            Self::Required => f.write_str("required with --require"),
            Self::Supported { until } => {
                let month = until.strftime("%B %Y");
                write!(f, "supported by its developers until {month}")
            }
        }
    }
}

/// The result of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Sorted by key; keys are unique.
    pub interpreters: Vec<Interpreter>,
    /// Files and commands that cannot be used, sorted by path.
    pub rejected: Vec<Rejected>,
    /// Other names of the interpreters, and of rejected ones; sorted by path.
    pub merged: Vec<MergedName>,
    /// Versions that are wanted and not there.
    pub missing: Vec<MissingVersion>,
    /// Listed commands that were not started: nobody knows what they lead to.
    pub unprobed: Vec<String>,
    /// The number of interpreters that were found and that no request fits.
    pub unselected: usize,
}

impl Inventory {
    /// Creates an inventory: sorts everything and makes the keys unique.
    pub(crate) fn new(
        mut interpreters: Vec<Interpreter>,
        mut rejected: Vec<Rejected>,
        mut merged: Vec<MergedName>,
    ) -> Self {
        make_keys_unique(&mut interpreters);
        rejected.sort();
        rejected.dedup_by(|next, kept| {
            let is_same = (&next.path, &next.reason) == (&kept.path, &kept.reason);
            if is_same {
                kept.sources.extend(&next.sources);
            }
            is_same
        });
        merged.sort();
        merged.dedup();
        Self {
            interpreters,
            rejected,
            merged,
            ..Self::default()
        }
    }

    /// Returns what the requests leave of it: what they name by path or command, and what their versions fit. A version that
    /// fits nothing is missing. Keys were made unique before, so that they do not depend on the selection.
    #[must_use]
    pub fn select(&self, requests: &[PythonRequest]) -> Self {
        let mut selected = self.clone();
        if requests.is_empty() {
            return selected;
        }
        selected.interpreters.retain(|interpreter| {
            let mut requests = requests.iter();
            interpreter.source() == PythonSource::Command
                || requests.any(|request| request.matches(&interpreter.key))
        });
        selected.unselected += self.interpreters.len() - selected.interpreters.len();
        let is_unmet = |request: &&PythonRequest| {
            let mut keys = self.interpreters.iter().map(|found| &found.key);
            request.is_version() && !keys.any(|key| request.matches(key))
        };
        let unmet = requests.iter().filter(is_unmet);
        selected.missing.extend(unmet.map(|request| MissingVersion {
            wanted: request.to_string(),
            reason: MissingReason::Asked,
        }));
        selected
    }

    /// Returns the feature releases supported on a day that no interpreter has, in whatever build. A prerelease is not its
    /// release; a build of what follows a release is.
    pub fn find_missing_supported(&self, today: Date) -> Vec<MissingVersion> {
        let found: HashSet<_> = (self.interpreters.iter())
            .map(|interpreter| &interpreter.key.version)
            .filter(|version| !version.is_prerelease())
            .map(PythonVersion::feature)
            .collect();
        let missing = supported_on(today).filter(|release| !found.contains(&release.version));
        let entry = |(major, minor), until| MissingVersion {
            wanted: format!("{major}.{minor}"),
            reason: MissingReason::Supported { until },
        };
        missing
            .map(|release| entry(release.version, release.end_of_life))
            .collect()
    }

    /// Returns what was rejected and has, by its path, a version that one of the requests fits, or a label that one names: it
    /// would perhaps be what is missing if it could be used.
    pub fn find_rejected_like(&self, requests: &[PythonRequest]) -> Vec<Rejected> {
        let is_like = |rejected: &&Rejected| {
            let is_shim = rejected.reason.ends_with("shim");
            let label = rejected.label().unwrap_or_default();
            let keys = parse_keys_in_path(&rejected.path);
            let mut requests = requests.iter();
            !is_shim
                && requests.any(|request| {
                    request.names_label(label) || keys.iter().any(|key| request.matches(key))
                })
        };
        self.rejected.iter().filter(is_like).cloned().collect()
    }
}

/// Sorts interpreters by key. Those that would share a key all get their source as label (so that none is "the" 3.11.2 by
/// accident), and a number where that is not enough.
fn make_keys_unique(interpreters: &mut [Interpreter]) {
    interpreters
        .sort_by(|a, b| (&a.key, a.source(), &a.command).cmp(&(&b.key, b.source(), &b.command)));
    let wanted: Vec<_> = interpreters.iter().map(|found| found.key.clone()).collect();
    // A label the user chose is given before one that is made up.
    let mut order: Vec<_> = (0..wanted.len()).collect();
    order.sort_by_key(|&index| wanted[index].label.is_none());
    let mut taken = HashSet::new();
    for index in order {
        let source = interpreters[index].source();
        let key = &mut interpreters[index].key;
        if wanted.iter().filter(|other| **other == *key).count() > 1 {
            key.label.get_or_insert_with(|| source.label());
        }
        let label = key.label.clone().unwrap_or_default();
        let mut number = 1;
        while !taken.insert(key.clone()) {
            number += 1;
            key.label = Some(format!("{label}-{number}"));
        }
    }
    interpreters.sort_by(|a, b| a.key.cmp(&b.key));
}

/// Returns the versions that a path speaks of: `…/versions/3.5.10/bin/python`, `/usr/bin/python3.5`.
fn parse_keys_in_path(path: &str) -> Vec<InterpreterKey> {
    let words = path.split(|c: char| c != '.' && !c.is_ascii_alphanumeric());
    let parse_key = |word: &str| {
        let version = word.trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = version.find(|c: char| c != '.' && !c.is_ascii_digit());
        let (numbers, build) = version.split_at(end.unwrap_or(version.len()));
        let is_build = ["t", "d", "td"].contains(&build);
        let build = if is_build { build } else { "" };
        match numbers.split('.').count() {
            2 => format!("{numbers}.0{build}").parse().ok(),
            3 => format!("{numbers}{build}").parse().ok(),
            _ => None,
        }
    };
    words.filter_map(parse_key).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::python::fake::Answer;

    fn interpreter(key: &str, source: PythonSource, path: &str) -> Interpreter {
        let key: InterpreterKey = key.parse().unwrap();
        let info = Answer::cpython(&key.version.to_string()).info();
        Interpreter {
            key,
            ..Interpreter::new(vec![path.to_owned()], source, info)
        }
    }

    fn inventory(interpreters: &[(&str, PythonSource, &str)]) -> Inventory {
        let interpreters = interpreters
            .iter()
            .map(|(key, source, path)| interpreter(key, *source, path));
        Inventory::new(interpreters.collect(), Vec::new(), Vec::new())
    }

    #[test]
    fn keys_are_sorted_and_unique() {
        use PythonSource::{Command, Path, Pyenv, System};
        for (interpreters, keys) in [
            (
                &[
                    ("3.13.0", Pyenv, "a"),
                    ("2.7.18", Path, "b"),
                    ("3.9.18", System, "c"),
                ][..],
                "2.7.18 b, 3.9.18 c, 3.13.0 a",
            ),
            // Equal ones get labels, then numbers.
            (
                &[
                    ("3.11.2", System, "d"),
                    ("3.11.2", Pyenv, "c"),
                    ("3.11.2", System, "b"),
                    ("3.11.2d", System, "a"),
                ],
                "3.11.2@pyenv c, 3.11.2@system b, 3.11.2@system-2 d, 3.11.2d a",
            ),
            // Labels of the user stay.
            (
                &[
                    ("3.11.2@system", Command, "a"),
                    ("3.11.2@sid", Command, "b"),
                    ("3.11.2@sid", Command, "c"),
                    ("3.11.2", System, "d"),
                    ("3.11.2", System, "e"),
                ],
                "3.11.2@sid b, 3.11.2@sid-2 c, 3.11.2@system a, 3.11.2@system-2 d, 3.11.2@system-3 e",
            ),
        ] {
            let found = inventory(interpreters).interpreters.into_iter();
            let found: Vec<_> = found
                .map(|found| format!("{} {}", found.key, found.command_line()))
                .collect();
            assert_eq!(found.join(", "), keys);
        }
    }

    #[test]
    fn a_rejected_one_is_like_what_names_its_label() {
        let rejected = |path: &str, source: PythonSource| Rejected {
            path: path.into(),
            reason: "exited with 125".into(),
            help: String::new(),
            sources: source.into(),
        };
        let centos = "centos=docker run -i --rm python:3.5 python (scenarios/pythons.yaml:4)";
        let labelled_path = "/opt/centos=/python3.8";
        let system = "/usr/bin/python3.8";
        let inventory = Inventory {
            rejected: vec![
                rejected(centos, PythonSource::Listed),
                rejected(labelled_path, PythonSource::Path),
                rejected(system, PythonSource::System),
            ],
            ..Inventory::default()
        };
        for (request, paths) in [
            ("@centos", &[centos][..]),
            ("3.6.8@centos", &[centos]),
            ("@sid", &[]),
            ("3.8", &[labelled_path, system]),
        ] {
            let like = inventory.find_rejected_like(&[request.parse().unwrap()]);
            let like: Vec<_> = like.iter().map(|rejected| rejected.path.as_str()).collect();
            assert_eq!(like, paths, "{request}");
        }
    }

    #[test]
    fn what_no_request_fits_is_counted() {
        let path = PythonSource::Path;
        let inventory = inventory(&[
            ("3.8.1", path, "a"),
            ("3.9.1", path, "b"),
            ("3.10.1", path, "c"),
        ]);
        for (requests, unselected) in [(&[][..], 0), (&["3.8", "3.10"], 1), (&["3.98"], 3)] {
            let requests: Vec<_> = requests.iter().map(|text| text.parse().unwrap()).collect();
            assert_eq!(inventory.select(&requests).unselected, unselected);
        }
    }

    #[test]
    fn which_supported_releases_are_missing_depends_on_the_day() {
        let path = PythonSource::Path;
        let inventory = inventory(&[("3.13.0+", path, "a"), ("3.15.0b1", path, "b")]);
        for (day, missing) in [
            (date(2026, 9, 30), "3.10 3.11 3.12 3.14"),
            (date(2026, 10, 1), "3.10 3.11 3.12 3.14 3.15"),
            (date(2026, 11, 1), "3.11 3.12 3.14 3.15"),
            (date(2033, 1, 1), ""),
        ] {
            let found = inventory.find_missing_supported(day).into_iter();
            let found: Vec<_> = found.map(|missing| missing.wanted).collect();
            assert_eq!(found.join(" "), missing, "{day}");
        }
        let first = &inventory.find_missing_supported(date(2026, 11, 1))[0];
        let reason = "supported by its developers until October 2027";
        assert_eq!(first.reason.to_string(), reason);
    }
}
