//! From folders and files to scenarios.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::model::{Scenario, ScenarioId};
use super::parameters::ValueSource;
use super::parse::parse_scenario;
use crate::builtin::{self, builtin_files};
use crate::python::pythons_yaml::PYTHONS_YAML;
use crate::record::id;
use crate::text;
use crate::yaml::diagnostics::{Diagnostic, LoadErrors, printable};
use crate::yaml::file::{read_text, unreadable_file};

/// Loads every scenario below the given folders and in the given files.
///
/// A folder stands for all `*.yaml` and `*.yml` below it that are neither hidden nor called `pythons.yaml`, sorted by
/// id. An id is the path below the nearest folder called `scenarios`; where there is none, below the folder given, or
/// the bare name of the file given. A file reached twice counts once.
///
/// # Errors
/// Everything that is wrong in every file at once, if anything is.
pub fn load(roots: &[PathBuf]) -> Result<Vec<Scenario>, LoadErrors> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut ids: BTreeMap<ScenarioId, String> = BTreeMap::new();
    for root in roots {
        let mut diagnostics = Vec::new();
        let files = find_files(root, &mut diagnostics);
        let real_root = fs::canonicalize(root).unwrap_or_else(|_| root.clone());
        found.extend(diagnostics.into_iter().map(Err));
        for (id, (path, is_link)) in files {
            let name = text::path(&path);
            if !seen.insert(resolve_path(&path, is_link, root, &real_root)) {
                continue;
            }
            if let Some(reason) = id::unfit(&id.0) {
                let message = format!("`{}` cannot be the id of a scenario", printable(&id.0));
                let help = format!("rename the file or folder: {reason}");
                found.push(Err(Diagnostic::of_file(&name, message, Some(help))));
                continue;
            }
            if let Some(other) = ids.insert(id.clone(), name.clone()) {
                let (id, other) = (printable(&id.0), printable(&other));
                let message = format!("the id `{id}` is already that of {other}");
                let help = "rename one of the files".to_owned();
                found.push(Err(Diagnostic::of_file(&name, message, Some(help))));
            }
            found.push(Ok((id, name, path)));
        }
    }
    // Parsing takes the time; what is found stays in the order of the files.
    let read = found.into_par_iter().map(|found| {
        let (id, name, path) = found.map_err(|diagnostic| vec![diagnostic])?;
        let text = read_text(&name, &path)?;
        parse_scenario(&name, id, &text, ValueSource::Placeholders)
    });
    join_parsed(read)
}

/// Joins what came of each file: all scenarios, or all that is wrong.
fn join_parsed(
    parsed: impl ParallelIterator<Item = Result<Scenario, Vec<Diagnostic>>>,
) -> Result<Vec<Scenario>, LoadErrors> {
    let (diagnostics, scenarios): (Vec<_>, Vec<_>) = parsed.partition_map(Into::into);
    if diagnostics.is_empty() {
        Ok(scenarios)
    } else {
        let diagnostics = diagnostics.concat();
        Err(LoadErrors { diagnostics })
    }
}

/// Loads the scenarios that the program carries, sorted by id.
///
/// # Errors
/// Everything that is wrong in them; a test shows that nothing is.
pub fn load_builtin() -> Result<Vec<Scenario>, LoadErrors> {
    let files: Vec<_> = builtin_files().scenarios.iter().collect();
    let read = files.into_par_iter().map(|(id, text)| {
        let name = format!("{}/{id}.yaml", builtin::SCENARIOS);
        let id = ScenarioId(id.clone());
        parse_scenario(&name, id, text, ValueSource::Placeholders)
    });
    join_parsed(read)
}

/// Parses a scenario from the text of its file, as a report keeps it. Parameters are unset.
///
/// # Errors
/// Everything that is wrong in the text, if anything is.
pub fn parse(file: &str, id: ScenarioId, text: &str) -> Result<Scenario, LoadErrors> {
    parse_scenario(file, id, text, ValueSource::Placeholders)
        .map_err(|diagnostics| LoadErrors { diagnostics })
}

/// Resolves links in the path of a file of a root, so that it has one name. Only its own name and what is above the root can be links,
/// and to ask for each file takes longer than reading it.
fn resolve_path(path: &Path, is_link: bool, root: &Path, real_root: &Path) -> PathBuf {
    let resolved = match path.strip_prefix(root) {
        Ok(below) if !is_link => Some(real_root.join(below)),
        _ => fs::canonicalize(path).ok(),
    };
    resolved.unwrap_or_else(|| path.to_owned())
}

/// A file, and whether its name is a link.
type NamedFile = (PathBuf, bool);

/// Finds the scenario files that a root stands for, each with its id.
fn find_files(root: &Path, diagnostics: &mut Vec<Diagnostic>) -> Vec<(ScenarioId, NamedFile)> {
    let name = text::path(root);
    match fs::metadata(root) {
        Ok(kind) if kind.is_dir() => {}
        // It may be a link: it was named by hand.
        Ok(_) => return vec![(id_in(root, root), (root.to_owned(), true))],
        Err(error) => {
            diagnostics.push(if error.kind() == io::ErrorKind::NotFound {
                let message = "there is no such file or folder".to_owned();
                let help = "expected a folder of scenarios, or one scenario file".to_owned();
                Diagnostic::of_file(&name, message, Some(help))
            } else {
                unreadable_file(root, &error)
            });
            return Vec::new();
        }
    }
    let before = diagnostics.len();
    let mut found = Vec::new();
    collect_files(root, &mut found, diagnostics);
    let files = found.into_iter().map(|file| (id_in(root, &file.0), file));
    let mut files: Vec<_> = files.collect();
    files.sort();
    if files.is_empty() && diagnostics.len() == before {
        let message = "a folder without scenarios".to_owned();
        let help = "expected files called `*.yaml` or `*.yml` in it or below".to_owned();
        diagnostics.push(Diagnostic::of_file(&name, message, Some(help)));
    }
    files
}

/// Collects the scenario files below a folder. Links to folders are not followed, because they may lead in a circle.
fn collect_files(folder: &Path, found: &mut Vec<NamedFile>, diagnostics: &mut Vec<Diagnostic>) {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = match entries {
        Ok(entries) => entries,
        Err(error) => return diagnostics.push(unreadable_file(folder, &error)),
    };
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        let kind = entry.file_type();
        if kind.as_ref().is_ok_and(fs::FileType::is_dir) {
            collect_files(&path, found, diagnostics);
            continue;
        }
        let is_file = kind.is_ok_and(|kind| kind.is_file());
        if is_yaml(&path) && (is_file || !path.is_dir()) && !PYTHONS_YAML.contains(&&*name) {
            found.push((path, !is_file));
        }
    }
}

fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// The id that a file has where this root (a folder above it, or the file itself) is loaded.
pub fn id_in(root: &Path, file: &Path) -> ScenarioId {
    let name = || Path::new(file.file_name().unwrap_or_default());
    let below = file.strip_prefix(root).ok();
    let below = below.filter(|path| !path.as_os_str().is_empty());
    id_of_file(file).unwrap_or_else(|| id_below(below.unwrap_or_else(name)))
}

/// A path below a scenarios folder as an id.
fn id_below(path: &Path) -> ScenarioId {
    let path = path.with_extension("");
    let parts = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    ScenarioId(parts.collect::<Vec<_>>().join("/"))
}

/// The path below the nearest folder called `scenarios`, so that an id does not depend on how much of it is loaded.
fn id_of_file(path: &Path) -> Option<ScenarioId> {
    let parts: Vec<_> = path.components().collect();
    let folders = &parts[..parts.len().saturating_sub(1)];
    let home = Component::Normal(id::FOLDER.as_ref());
    let index = folders.iter().rposition(|part| *part == home)?;
    Some(id_below(&parts[index + 1..].iter().collect::<PathBuf>()))
}
