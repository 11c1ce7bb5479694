//! What discovery hands over: the interpreters to run on, and what became of everything else.

use std::collections::HashSet;
use std::path::Path;

use serde::Serialize;

use super::environment::Environment;
pub use super::identity::{MergeReason, MergedName};
pub use super::interpreter_info::InterpreterInfo;
use super::reject::RejectReason;
use super::request::{PythonRequest, is_label};
pub use super::source::{PythonSource, Sources};
use super::version::InterpreterKey;

/// An interpreter that can be run on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Interpreter {
    /// What it is called; unique in its inventory.
    pub key: InterpreterKey,
    /// The words that start it, up to and including the Python. A path is absolute; it is canonical unless the user
    /// gave it.
    pub command: Vec<String>,
    /// Flags of every interpreter that is measured there, before those of a scenario.
    pub flags: Vec<String>,
    /// Variables of every interpreter that is measured there.
    pub env: Vec<(String, String)>,
    /// All ways it became known, those of its other names included; the first names it.
    pub sources: Sources,
    /// What it said about itself.
    pub info: InterpreterInfo,
}

impl Interpreter {
    /// How it became known.
    pub fn source(&self) -> PythonSource {
        self.sources.primary().expect("it became known somehow")
    }
}

/// A file with a Python's name that is not run on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Rejected {
    /// Where it is, as it is: it may hold characters that must not reach a terminal.
    pub path: String,
    /// Why, in words that can stand after its path: `PyPy 7.3, not CPython`.
    pub reason: String,
    /// What to do about it, or why nothing has to be done.
    pub help: String,
    /// Who named it.
    pub sources: Sources,
}

impl Rejected {
    /// One that cannot be used.
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

    /// The label of one that a `pythons.yaml` lists: it stands before its command (`centos=docker …`).
    fn label(&self) -> Option<&str> {
        let is_listed = self
            .sources
            .iter()
            .any(|source| source == PythonSource::Listed);
        let (label, _) = self.path.split_once('=').filter(|_| is_listed)?;
        is_label(label).then_some(label)
    }
}

/// A version that is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MissingVersion {
    /// What is wanted: `3.15`, `>=3.6,<3.12`.
    pub wanted: String,
    /// Who wants it.
    pub reason: MissingReason,
}

/// Why a version is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingReason {
    /// Named with `--python`.
    Asked,
    /// Named with `--require`.
    Required,
    /// CPython's developers support it; up to which month, as `October 2030`.
    Supported {
        /// The last month.
        until: String,
    },
}

impl std::fmt::Display for MissingReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Asked => f.write_str("asked for with --python"),
            Self::Required => f.write_str("required with --require"),
            Self::Supported { until } => write!(f, "supported by its developers until {until}"),
        }
    }
}

/// Everything that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Inventory {
    /// Sorted by key; keys are unique.
    pub interpreters: Vec<Interpreter>,
    /// What is no usable interpreter, sorted by path.
    pub rejected: Vec<Rejected>,
    /// What is another name of one of the interpreters, or of a rejected one; sorted by path.
    pub merged: Vec<MergedName>,
    /// What is wanted and not there.
    pub missing: Vec<MissingVersion>,
    /// How many interpreters were found that no request fits.
    pub unselected: usize,
}

impl Inventory {
    /// Sorts everything and makes the keys unique: interpreters that would share a key all get their origin as label
    /// (so that none is "the" 3.11.2 by accident), and a number where that is not enough.
    pub(crate) fn new(
        mut interpreters: Vec<Interpreter>,
        mut rejected: Vec<Rejected>,
        mut merged: Vec<MergedName>,
    ) -> Self {
        interpreters.sort_by(|a, b| {
            (&a.key, a.source(), &a.command).cmp(&(&b.key, b.source(), &b.command))
        });
        let wanted: Vec<_> = interpreters.iter().map(|one| one.key.clone()).collect();
        // A label the user chose is given before one that is made up.
        let mut order: Vec<_> = (0..wanted.len()).collect();
        order.sort_by_key(|&index| wanted[index].label.is_none());
        let mut taken = HashSet::new();
        for index in order {
            let interpreter = &mut interpreters[index];
            let shared = wanted.iter().filter(|key| **key == wanted[index]).count() > 1;
            let source = interpreter.source().label();
            let key = &mut interpreter.key;
            if shared {
                key.label.get_or_insert_with(|| source.to_owned());
            }
            let label = key.label.clone().unwrap_or_default();
            let mut number = 1;
            while !taken.insert(key.clone()) {
                number += 1;
                key.label = Some(format!("{label}-{number}"));
            }
        }
        interpreters.sort_by(|a, b| a.key.cmp(&b.key));
        rejected.sort();
        rejected.dedup_by(|next, kept| {
            let same = (&next.path, &next.reason) == (&kept.path, &kept.reason);
            if same {
                kept.sources.add(&next.sources);
            }
            same
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

    /// What the requests leave of it: what they name by path or command, and what their versions fit. A version that fits
    /// nothing is missing. Keys were made unique before, so that they do not depend on the selection.
    #[must_use]
    pub fn select(&self, requests: &[PythonRequest]) -> Self {
        let mut selected = self.clone();
        if requests.is_empty() {
            return selected;
        }
        let fits = |one: &Interpreter, request: &PythonRequest| request.matches(&one.key);
        selected.interpreters.retain(|one| {
            one.source() == PythonSource::Command
                || requests.iter().any(|request| fits(one, request))
        });
        selected.unselected += self.interpreters.len() - selected.interpreters.len();
        let unmet = requests.iter().filter(|request| {
            let found = self.interpreters.iter().any(|one| fits(one, request));
            request.is_version() && !found
        });
        selected.missing.extend(unmet.map(|request| MissingVersion {
            wanted: request.to_string(),
            reason: MissingReason::Asked,
        }));
        selected
    }

    /// What was rejected and has, by its path, a version that one of the requests fits, or a label that one names: it would
    /// perhaps be what is missing if it could be used.
    pub fn find_rejected_like(&self, requests: &[PythonRequest]) -> Vec<Rejected> {
        let fits = |one: &&Rejected| {
            let is_shim = one.reason.ends_with("shim");
            let keys = parse_keys_in_path(&one.path);
            let mut pairs = requests
                .iter()
                .flat_map(|request| keys.iter().map(move |key| (request, key)));
            let label = one.label().unwrap_or_default();
            let is_named = requests.iter().any(|request| request.names_label(label));
            !is_shim && (is_named || pairs.any(|(request, key)| request.matches(key)))
        };
        self.rejected.iter().filter(fits).cloned().collect()
    }
}

/// The versions that a path speaks of: `…/versions/3.5.10/bin/python`, `/usr/bin/python3.5`.
fn parse_keys_in_path(path: &str) -> Vec<InterpreterKey> {
    let words = path.split(|c: char| c != '.' && !c.is_ascii_alphanumeric());
    let key = |word: &str| {
        let version = word.trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = version
            .find(|c: char| c != '.' && !c.is_ascii_digit())
            .unwrap_or(version.len());
        let (numbers, build) = version.split_at(end);
        let build = if ["t", "d", "td"].contains(&build) {
            build
        } else {
            ""
        };
        match numbers.split('.').count() {
            2 => format!("{numbers}.0{build}").parse().ok(),
            3 => format!("{numbers}{build}").parse().ok(),
            _ => None,
        }
    };
    words.filter_map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::Answer;

    fn interpreter(key: &str, source: PythonSource, path: &str) -> Interpreter {
        let key: InterpreterKey = key.parse().unwrap();
        Interpreter {
            flags: vec![],
            env: vec![],
            info: Answer::cpython(&key.version.to_string()).info(),
            key,
            command: vec![path.to_owned()],
            sources: source.into(),
        }
    }

    fn keys(interpreters: Vec<Interpreter>) -> Vec<String> {
        let inventory = Inventory::new(interpreters, Vec::new(), Vec::new());
        inventory
            .interpreters
            .iter()
            .map(|one| format!("{} {}", one.key, one.command[0]))
            .collect()
    }

    #[test]
    fn sorted_by_version() {
        let found = vec![
            interpreter("3.13.0", PythonSource::Pyenv, "a"),
            interpreter("2.7.18", PythonSource::Path, "b"),
            interpreter("3.9.18", PythonSource::System, "c"),
        ];
        assert_eq!(keys(found), ["2.7.18 b", "3.9.18 c", "3.13.0 a"]);
    }

    #[test]
    fn equal_keys_get_labels_then_numbers() {
        let found = vec![
            interpreter("3.11.2", PythonSource::System, "d"),
            interpreter("3.11.2", PythonSource::Pyenv, "c"),
            interpreter("3.11.2", PythonSource::System, "b"),
            interpreter("3.11.2d", PythonSource::System, "a"),
        ];
        assert_eq!(
            keys(found),
            [
                "3.11.2@pyenv c",
                "3.11.2@system b",
                "3.11.2@system-2 d",
                "3.11.2d a"
            ]
        );
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
        let inventory = Inventory {
            rejected: vec![
                rejected(centos, PythonSource::Listed),
                rejected("/opt/centos=/python3.8", PythonSource::Path),
                rejected("/usr/bin/python3.8", PythonSource::System),
            ],
            ..Inventory::default()
        };
        let like = |request: &str| {
            let like = inventory.find_rejected_like(&[request.parse().unwrap()]);
            like.into_iter().map(|one| one.path).collect::<Vec<_>>()
        };
        assert_eq!(like("@centos"), [centos]);
        assert_eq!(like("3.6.8@centos"), [centos]);
        assert_eq!(like("@sid"), [""; 0]);
        assert_eq!(like("3.8").len(), 2);
    }

    #[test]
    fn what_no_request_fits_is_counted() {
        let found = ["3.8.1", "3.9.1", "3.10.1"];
        let found = found.map(|key| interpreter(key, PythonSource::Path, key));
        let inventory = Inventory::new(found.into(), Vec::new(), Vec::new());
        let unselected = |requests: &[&str]| {
            let requests: Vec<_> = requests.iter().map(|text| text.parse().unwrap()).collect();
            inventory.select(&requests).unselected
        };
        assert_eq!(unselected(&[]), 0);
        assert_eq!(unselected(&["3.8", "3.10"]), 1);
        assert_eq!(unselected(&["3.98"]), 3);
    }

    #[test]
    fn labels_of_the_user_stay() {
        let found = vec![
            interpreter("3.11.2@system", PythonSource::Command, "a"),
            interpreter("3.11.2@sid", PythonSource::Command, "b"),
            interpreter("3.11.2@sid", PythonSource::Command, "c"),
            interpreter("3.11.2", PythonSource::System, "d"),
            interpreter("3.11.2", PythonSource::System, "e"),
        ];
        assert_eq!(
            keys(found),
            [
                "3.11.2@sid b",
                "3.11.2@sid-2 c",
                "3.11.2@system a",
                "3.11.2@system-2 d",
                "3.11.2@system-3 e"
            ]
        );
    }
}
