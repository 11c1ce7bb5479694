//! Versions and Pythons: what is remembered of this machine, what lists beside scenarios name, and which releases there are. None is
//! started.

use std::collections::BTreeMap;
use std::ffi::OsStr;

use clap_complete::engine::CompletionCandidate;

use super::{as_text, scenarios};
use crate::python::environment::Environment;
use crate::python::pythons_yaml::{lists_beside, load_lists};
use crate::python::releases::released_on;
use crate::python::remembered;
use crate::python::version::InterpreterKey;
use crate::text::joined;

/// Pythons that are here, newest first, and the labels of lists beside scenarios. Signs of a specifier may stand before a version.
pub(super) fn pythons(word: &OsStr, typed: &[String]) -> Vec<CompletionCandidate> {
    let word = as_text(word);
    if word.starts_with('@') {
        return labels(word, typed);
    }
    let (before, version) = word.split_at(word.rfind(SIGNS).map_or(0, |at| at + 1));
    let mut found = here(version);
    if found.is_empty() {
        found = releases(version);
    }
    if word.is_empty() {
        found.extend(labels(word, typed));
    }
    add_prefix(found, before)
}

/// Versions of `--require`: several, with commas.
pub(super) fn requirements(word: &OsStr) -> Vec<CompletionCandidate> {
    let word = as_text(word);
    let (before, version) = word.split_at(word.rfind(SIGNS).map_or(0, |at| at + 1));
    add_prefix(releases(version), before)
}

/// A version of a script, which need not be here.
pub(super) fn versions(word: &OsStr) -> Vec<CompletionCandidate> {
    releases(as_text(word))
}

/// A release, or two with `..` between them.
pub(super) fn ranges(word: &OsStr) -> Vec<CompletionCandidate> {
    let word = as_text(word);
    let (before, version) = word.split_at(word.find("..").map_or(0, |at| at + 2));
    add_prefix(releases(version), before)
}

/// Signs that may stand before a version.
const SIGNS: [char; 6] = [',', '<', '>', '=', '!', '~'];

fn add_prefix(found: Vec<CompletionCandidate>, before: &str) -> Vec<CompletionCandidate> {
    let found = found.into_iter();
    found.map(|one| one.add_prefix(before)).collect()
}

/// The series that are here (`3.14t`) and begin with a word; of a series that is typed out, its versions.
fn here(word: &str) -> Vec<CompletionCandidate> {
    let mut by_series: BTreeMap<(InterpreterKey, String), Vec<String>> = BTreeMap::new();
    for key in remembered(&Environment::current()) {
        let mut series = key.clone();
        (series.version.micro, series.version.suffix) = (0, String::new());
        let versions = by_series.entry((series, key.series())).or_default();
        versions.push(key.to_string());
    }
    let mut found = Vec::new();
    for ((_, series), versions) in by_series.iter().rev() {
        if series.starts_with(word) {
            let help = format!("here: {}", joined(versions, ", "));
            found.push(CompletionCandidate::new(series).help(Some(help.into())));
        }
    }
    let versions = by_series.values().flatten().rev();
    let is_typed_out =
        |version: &&String| word.matches('.').count() == 2 && version.starts_with(word);
    found.extend(versions.filter(is_typed_out).map(CompletionCandidate::new));
    found
}

/// The releases of CPython that there are, newest first.
fn releases(word: &str) -> Vec<CompletionCandidate> {
    let today = jiff::Zoned::now().date();
    let mut versions: Vec<_> = released_on(today).map(|release| release.version).collect();
    versions.reverse();
    let names = versions
        .into_iter()
        .map(|(major, minor)| format!("{major}.{minor}"));
    let names = names.filter(|name| name.starts_with(word));
    names.map(CompletionCandidate::new).collect()
}

/// The labels of the lists beside the scenarios. The lists are read, and nothing of them is started.
fn labels(word: &str, typed: &[String]) -> Vec<CompletionCandidate> {
    let listed = load_lists(&lists_beside(&scenarios::roots(typed))).unwrap_or_default();
    let labels = listed.into_iter().filter_map(|python| python.request.label);
    let labels = labels.map(|label| format!("@{label}"));
    let fitting = labels.filter(|label| label.starts_with(word));
    fitting.map(CompletionCandidate::new).collect()
}
