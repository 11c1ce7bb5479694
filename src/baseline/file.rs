//! The files: read whole or refused with the place, written whole or not at all.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use super::error::BaselineError;
use super::{Baseline, SCHEMA_VERSION, ScenarioBaseline, VariantBaseline};
use crate::builtin::{builtin_files, is_builtin_baseline};
use crate::digest::is_current;
use crate::fs::{Readers, read_file, replace_file};
use crate::record::letter::index_of;
use crate::trace::{ProcessEnd, digest_trace, digest_v1, module_v1};
use crate::yaml::cursor::Cursor;
use crate::yaml::diagnostics::{Diagnostic, Diagnostics, Location};
use crate::yaml::file::{decode_text, locate};
use crate::yaml::node::{SyntaxError, parse_document};
use crate::yaml::span::Span;

/// The first line of every file.
const HEADER: &str =
    "# Accepted behaviour, written by `modswap accept`; a run that differs is drift.\n";

/// The most bytes that the file of a scenario may have: a hundred times the largest that was seen, and more.
const MAX_FILE: u64 = 64 << 20;

fn io(path: &Path, verb: &'static str) -> impl FnOnce(io::Error) -> BaselineError {
    let path = path.to_owned();
    move |source| BaselineError::Io { path, verb, source }
}

/// Where the file of a scenario is.
///
/// # Errors
/// When the id is not a plain path below the folder.
pub(super) fn path(folder: &Path, id: &str) -> Result<PathBuf, BaselineError> {
    let parts = Path::new(id).components();
    let plain = parts
        .clone()
        .all(|part| matches!(part, Component::Normal(_)));
    if !plain || parts.count() == 0 || id.contains(['\\', '\0']) {
        return Err(BaselineError::Id(id.to_owned()));
    }
    Ok(folder.join(format!("{id}.yaml")))
}

/// Reads what the baseline has of these scenarios: that in a folder, or that which the program carries. Without a folder there is
/// nothing in it.
///
/// # Errors
/// When a file cannot be read or is damaged.
pub fn read<'a>(
    folder: &Path,
    scenarios: impl IntoIterator<Item = &'a str>,
) -> Result<Baseline, BaselineError> {
    let mut baseline = Baseline {
        folder: folder.to_owned(),
        ..Baseline::default()
    };
    for id in scenarios {
        let path = path(folder, id)?;
        let bytes = if is_builtin_baseline(folder) {
            let text = builtin_files().baseline.get(id);
            text.map(|text| Ok(text.clone().into_bytes()))
        } else {
            let read = read_file(&path, MAX_FILE);
            let is_missing = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
            (!read.as_ref().is_err_and(is_missing)).then_some(read)
        };
        let Some(bytes) = bytes else { continue };
        let bytes = bytes.map_err(io(&path, "read"))?;
        let scenario = parse(&path, id, bytes)?;
        baseline.scenarios.insert(id.to_owned(), scenario);
    }
    Ok(baseline)
}

/// The ids of all files in a baseline's folder, sorted.
///
/// # Errors
/// When a folder cannot be read.
pub fn ids(folder: &Path) -> Result<Vec<String>, BaselineError> {
    if is_builtin_baseline(folder) {
        return Ok(builtin_files().baseline.keys().cloned().collect());
    }
    let mut found = Vec::new();
    if folder.exists() {
        walk(folder, "", &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, above: &str, found: &mut Vec<String>) -> Result<(), BaselineError> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    for entry in entries.map_err(io(folder, "read"))? {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        let kind = entry.file_type().map_err(io(&path, "read"))?;
        // A link to a folder may lead anywhere, and back to where we are.
        let is_linked_folder = kind.is_symlink() && path.is_dir();
        if kind.is_dir() {
            walk(&path, &format!("{above}{name}/"), found)?;
        } else if let Some(stem) = name
            .strip_suffix(".yaml")
            .filter(|stem| !stem.starts_with('.') && !is_linked_folder)
        {
            found.push(format!("{above}{stem}"));
        }
    }
    Ok(())
}

/// The part that must be readable in every format to come.
#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}

/// Parses the file of a scenario.
///
/// # Errors
/// When it is damaged, or of a newer format.
pub(crate) fn parse(
    path: &Path,
    id: &str,
    bytes: Vec<u8>,
) -> Result<ScenarioBaseline, BaselineError> {
    let name = crate::text::path(path);
    let damaged = |location: Option<Location>, message: &str| {
        BaselineError::Damaged(Box::new(Diagnostic {
            file: name.clone(),
            location,
            message: format!("the baseline is damaged: {message}"),
            help: Some(format!(
                "restore the file (`git checkout -- {name}`), or remove it and accept anew"
            )),
            count: 1,
        }))
    };
    let text = decode_text(&name, bytes)
        .map_err(|diagnostic| damaged(diagnostic.location, &diagnostic.message))?;
    let failed = |error: serde_yaml::Error| {
        let SyntaxError {
            offset, message, ..
        } = SyntaxError::new(&text, &error);
        let location = locate(&text, Span { offset, length: 0 });
        damaged(Some(location), &message)
    };
    let version: Version = serde_yaml::from_str(&text).map_err(failed)?;
    if version.schema_version > SCHEMA_VERSION {
        return Err(BaselineError::Newer {
            path: path.to_owned(),
            found: version.schema_version,
        });
    }
    let mut scenario: ScenarioBaseline = serde_yaml::from_str(&text).map_err(failed)?;
    renew_digests(&mut scenario);
    let checked = if scenario.scenario == id {
        check(&scenario)
    } else {
        let message = format!(
            "it is about `{}`, and its name is that of `{id}`",
            scenario.scenario
        );
        let key = "scenario";
        Err((
            Field {
                key,
                ..Field::default()
            },
            message,
        ))
    };
    checked.map_err(|(field, message)| damaged(field.locate(&text), &message))?;
    Ok(scenario)
}

/// Gives traces of the older form, which are what they were, digests of the current one. The digest of the scenario stays:
/// what the scenario did then is not in the file.
fn renew_digests(scenario: &mut ScenarioBaseline) {
    let rows = scenario.variants.iter_mut();
    for behaviour in rows.flat_map(|row| &mut row.behaviours) {
        if !is_current(&behaviour.digest) && digest_v1(&behaviour.trace) == behaviour.digest {
            for record in &mut behaviour.trace {
                record.module = module_v1(record);
            }
            behaviour.digest = digest_trace(&behaviour.trace, &behaviour.end);
        }
    }
}

/// A key of a file.
#[derive(Clone, Copy, Default)]
struct Field {
    /// Index of the row, if it is in one.
    row: Option<usize>,
    /// Index of the behaviour in the row, if it is in one.
    behaviour: Option<usize>,
    key: &'static str,
}

impl Field {
    fn of_row(row: usize) -> Self {
        Self {
            row: Some(row),
            key: "case",
            ..Self::default()
        }
    }

    /// Finds the key in the text of the file.
    fn locate(self, text: &str) -> Option<Location> {
        let document = parse_document(text).ok()?;
        let diagnostics = Diagnostics::new(text);
        let mut cursor = Cursor::root(&document, &diagnostics);
        for (list, index) in [("variants", self.row), ("behaviours", self.behaviour)] {
            if let Some(index) = index {
                cursor = cursor.get(list)?.children().into_iter().nth(index)?;
            }
        }
        let key = cursor.get_key(self.key)?;
        Some(diagnostics.location(&key.path))
    }
}

/// Checks what no schema says: letters once, versions once, and traces that are what they were.
///
/// # Errors
/// The first thing that is wrong, and the key that it is about.
fn check(scenario: &ScenarioBaseline) -> Result<(), (Field, String)> {
    let mut cases = HashSet::new();
    for (index, row) in scenario.variants.iter().enumerate() {
        let wrong = |message: String| Err((Field::of_row(index), message));
        if row.case.scenario() != scenario.scenario {
            return wrong(format!(
                "`{}` is no case of `{}`",
                row.case, scenario.scenario
            ));
        }
        if !cases.insert(&row.case) {
            return wrong(format!("`{}` is there twice", row.case));
        }
        check_row(index, row)?;
    }
    Ok(())
}

fn check_row(row_index: usize, row: &VariantBaseline) -> Result<(), (Field, String)> {
    let mut letters = HashSet::new();
    let mut versions = HashSet::new();
    for (index, known) in row.behaviours.iter().enumerate() {
        let wrong_row = |message: String| Err((Field::of_row(row_index), message));
        let wrong = |key: &'static str, message: String| {
            let (row, behaviour) = (Some(row_index), Some(index));
            Err((
                Field {
                    row,
                    behaviour,
                    key,
                },
                message,
            ))
        };
        let name = format!("behaviour {} of `{}`", known.behaviour, row.case);
        if index_of(&known.behaviour).is_none() {
            let message = format!("`{}` is no letter of a behaviour", known.behaviour);
            return wrong("behaviour", message);
        }
        if !letters.insert(&known.behaviour) {
            return wrong_row(format!("{name} is there twice"));
        }
        if known.versions.is_empty() && known.stale.is_empty() {
            return wrong_row(format!("{name} has no version"));
        }
        for version in known.versions.iter().chain(&known.stale) {
            if !versions.insert(version) {
                return wrong_row(format!("`{}` has {version} twice", row.case));
            }
        }
        if known.end.parse::<ProcessEnd>().is_err() {
            return wrong("end", format!("`{}` is not how a process ends", known.end));
        }
        if digest_trace(&known.trace, &known.end) != known.digest {
            let message = format!("the trace of {name} is not the one that was recorded");
            return wrong("digest", message);
        }
    }
    Ok(())
}

/// The text of a file.
fn text(scenario: &ScenarioBaseline) -> String {
    let body = serde_yaml::to_string(scenario).expect("a baseline has text keys only");
    format!("{HEADER}{body}")
}

/// True if a file of this could be read again. It is asked of everything before the first file is written.
///
/// # Errors
/// The first fault that is found.
pub fn sound(folder: &Path, scenario: &ScenarioBaseline) -> Result<(), BaselineError> {
    refuse_foreign_place(folder, &path(folder, &scenario.scenario)?)?;
    check(scenario).map_err(|(_, message)| BaselineError::Unsound {
        scenario: scenario.scenario.clone(),
        message,
    })
}

/// Writes one file. It gets its name when it is whole and on the disk: whatever happens before leaves what was there.
/// Tells whether there was anything to write.
///
/// # Errors
/// When it cannot be written.
pub fn write(folder: &Path, scenario: &ScenarioBaseline) -> Result<bool, BaselineError> {
    sound(folder, scenario)?;
    let path = path(folder, &scenario.scenario)?;
    let text = text(scenario);
    if read_file(&path, MAX_FILE).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(false);
    }
    let written = replace_file(&path, Readers::All, |file| file.write_all(text.as_bytes()));
    written.map_err(io(&path, "written"))?;
    Ok(true)
}

/// Refuses what the program carries, and a file that is behind a link to a folder: it is elsewhere. The folder of the baseline itself may be one, and a file that is
/// one is replaced or removed, not what it leads to.
fn refuse_foreign_place(folder: &Path, path: &Path) -> Result<(), BaselineError> {
    if is_builtin_baseline(folder) {
        return Err(BaselineError::Builtin);
    }
    let above = path.ancestors().skip(1);
    let mut inside = above.take_while(|above| *above != folder);
    match inside.find(|above| above.is_symlink()) {
        Some(link) => Err(BaselineError::Link(link.to_owned())),
        None => Ok(()),
    }
}

/// Removes the file of a scenario, and the folders that it leaves empty.
///
/// # Errors
/// When it cannot be removed.
pub fn remove(folder: &Path, id: &str) -> Result<(), BaselineError> {
    let path = path(folder, id)?;
    refuse_foreign_place(folder, &path)?;
    fs::remove_file(&path).map_err(io(&path, "removed"))?;
    let mut above = path.parent();
    while let Some(inner) = above.filter(|inner| *inner != folder) {
        // Fails where something else is in it, which is the wish.
        if fs::remove_dir(inner).is_err() {
            break;
        }
        above = inner.parent();
    }
    Ok(())
}
