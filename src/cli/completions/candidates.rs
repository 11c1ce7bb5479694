//! Which values an argument may have: decided by the name that the help gives them.

use std::ffi::OsStr;
use std::path::Path;

use clap::Arg;
use clap_complete::engine::{
    ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};

use super::{as_text, scenarios, values};

/// Returns what completes the values of an argument; none where they are anybody's guess, or clap knows them. `typed` are the words of
/// the command.
pub(super) fn completer(argument: &Arg, typed: &[String]) -> Option<ArgValueCompleter> {
    let id = argument.get_id().as_str();
    let name = argument.get_value_names()?.first()?.as_str();
    let typed = typed.to_vec();
    let completer = match (name, id) {
        ("TAG", _) => ArgValueCompleter::new(move |word: &OsStr| scenarios::tags(word, &typed)),
        ("NAME=VALUE", _) => {
            ArgValueCompleter::new(move |word: &OsStr| scenarios::parameters(word, &typed))
        }
        ("PATH|ID", _) => ArgValueCompleter::new(move |word: &OsStr| ids_and_paths(word, &typed)),
        ("ID|TAG", _) => ArgValueCompleter::new(move |word: &OsStr| {
            let mut found = scenarios::ids(word, &typed);
            if !word.is_empty() {
                found.extend(scenarios::tags(word, &typed));
            }
            found
        }),
        ("ID" | "ID[@VERSION]", _) => {
            ArgValueCompleter::new(move |word: &OsStr| scenarios::ids(word, &typed))
        }
        ("SPEC", _) => ArgValueCompleter::new(move |word: &OsStr| pythons_and_paths(word, &typed)),
        ("SPECS", _) => ArgValueCompleter::new(values::requirements),
        ("VERSION", _) => ArgValueCompleter::new(values::versions),
        ("VERSIONS", _) => ArgValueCompleter::new(values::ranges),
        ("FOLDER", _) => ArgValueCompleter::new(|word: &OsStr| paths(word, is_folder)),
        ("FILE", "output") => ArgValueCompleter::new(|word: &OsStr| paths(word, |_| true)),
        ("FILE", "lists") => ArgValueCompleter::new(|word: &OsStr| paths(word, is_yaml)),
        ("FILE" | "REPORT", _) => ArgValueCompleter::new(|word: &OsStr| paths(word, is_report)),
        ("A" | "B", _) => ArgValueCompleter::new(|word: &OsStr| {
            paths(word, |path| is_report(path) || is_folder(path))
        }),
        ("PACKAGE", _) => ArgValueCompleter::new(|word: &OsStr| {
            paths(word, |path| is_wheel(path) || is_folder(path))
        }),
        _ => return None,
    };
    Some(completer)
}

/// Files that fit, and the folders that lead to them. A name that would steer the terminal is not offered.
fn paths(
    word: &OsStr,
    fits: impl Fn(&Path) -> bool + Send + Sync + 'static,
) -> Vec<CompletionCandidate> {
    let mut found = PathCompleter::any().filter(fits).complete(word);
    found.retain(|candidate| {
        let name = candidate.get_value().to_string_lossy();
        name != "." && !name.chars().any(char::is_control)
    });
    found
}

fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(OsStr::to_str);
    ending.is_some_and(|ending| endings.contains(&ending))
}

fn is_yaml(path: &Path) -> bool {
    has_ending(path, &["yaml", "yml"])
}

fn is_report(path: &Path) -> bool {
    has_ending(path, &["json"])
}

fn is_wheel(path: &Path) -> bool {
    has_ending(path, &["whl"])
}

/// Scenarios by id, and files and folders of scenarios once a word is begun, or where no ids are known.
fn ids_and_paths(word: &OsStr, typed: &[String]) -> Vec<CompletionCandidate> {
    let mut found = scenarios::ids(word, typed);
    if found.is_empty() || !word.is_empty() {
        let known: Vec<_> = found
            .iter()
            .map(|candidate| candidate.get_value().to_owned())
            .collect();
        let paths = paths(word, |path| is_yaml(path) || is_folder(path));
        found.extend(
            paths
                .into_iter()
                .filter(|path| !known.iter().any(|known| known == path.get_value())),
        );
    }
    found
}

/// Pythons that are known, or paths where a path is begun.
fn pythons_and_paths(word: &OsStr, typed: &[String]) -> Vec<CompletionCandidate> {
    let text = as_text(word);
    if text.contains('/') || text.starts_with(['.', '~']) {
        return paths(word, |_| true);
    }
    values::pythons(word, typed)
}
