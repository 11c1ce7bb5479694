//! Which of many names mean the same interpreter: first by file, before anything is started, then by what the
//! interpreters say about themselves.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::collector::{Candidate, is_python_path};
use super::interpreter_info::InterpreterInfo;
use super::inventory::Interpreter;
use super::source::{PythonSource, Sources};

/// A name of an interpreter that is known by another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct MergedName {
    /// The name that was dropped: a path, or the words of a command.
    pub path: String,
    /// The one that was kept.
    pub into: String,
    /// The reason for which they are one.
    pub reason: MergeReason,
    /// The sources that named it.
    pub sources: Sources,
}

/// The reason for which two names are one interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MergeReason {
    /// The same file, by a symbolic or a hard link.
    SameFile,
    /// Different files that start the same build in the same place: `python3.6` and `python3.6m`, a wrapper script.
    SameBuild,
    /// Made from it by `venv` or `virtualenv`.
    VirtualEnvironment,
}

impl fmt::Display for MergeReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::SameFile => "same file as",
            Self::SameBuild => "same build as",
            Self::VirtualEnvironment => "virtual environment of",
        })
    }
}

/// A file, however it is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum FileId {
    #[cfg(unix)]
    Inode(u64, u64),
    Path(PathBuf),
}

/// Returns the path to start a file by, and what tells it from other files.
///
/// A link to something that does not have an interpreter's name is kept as it is: such a program looks at the name it is
/// called by (Gentoo's `python-exec2c`), so its links are different interpreters.
fn resolve_file(path: &Path) -> (PathBuf, FileId) {
    let is_interpreter = |real: &PathBuf| {
        let name = real.file_name().unwrap_or_default().to_string_lossy();
        is_python_path(real) || name.starts_with("pypy") || name.starts_with("graalpy")
    };
    let Some(real) = path.canonicalize().ok().filter(is_interpreter) else {
        return (path.to_path_buf(), FileId::Path(path.to_path_buf()));
    };
    #[cfg(unix)]
    if let Ok(metadata) = real.metadata() {
        use std::os::unix::fs::MetadataExt as _;
        let id = FileId::Inode(metadata.dev(), metadata.ino());
        // What cannot be written into a report is started by the link that leads there.
        return match real.to_str() {
            Some(_) => (real, id),
            None => (path.to_path_buf(), id),
        };
    }
    let real = strip_verbatim_prefix(real);
    (real.clone(), FileId::Path(real))
}

/// Returns `C:\Python27\python.exe` for `\\?\C:\Python27\python.exe`, as Windows writes canonical paths: many a program,
/// CPython's own path finding among them, does not expect the prefix.
pub(super) fn strip_verbatim_prefix(path: PathBuf) -> PathBuf {
    let text = path.to_str().and_then(|text| text.strip_prefix(r"\\?\"));
    match text.filter(|text| text.as_bytes().get(1) == Some(&b':')) {
        Some(text) => text.into(),
        None => path,
    }
}

/// Returns what makes one of several names of a file the best, smallest first: not inside a virtual environment, no build
/// letter (`python3.6` before `python3.6m`), then the most exact version (`python3.6` before `python3`).
fn rank_name(path: &Path) -> (bool, bool, Reverse<usize>, PathBuf) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let version = name.strip_prefix("python").unwrap_or_default();
    let has_letter = version.contains(|c: char| c.is_ascii_alphabetic());
    let length = Reverse(name.len());
    (
        is_in_virtualenv(path),
        has_letter,
        length,
        path.to_path_buf(),
    )
}

/// True if a path lies in a virtual environment.
pub(super) fn is_in_virtualenv(path: &Path) -> bool {
    let mut dirs = path.ancestors().skip(1).take(2);
    dirs.any(|dir| dir.join("pyvenv.cfg").is_file())
}

/// Merges candidates that are one file: its canonical and plainest path stays, with the sources of all its names. Files are in
/// the order in which they were found.
pub(super) fn merge_by_file(candidates: Vec<Candidate>) -> (Vec<Candidate>, Vec<MergedName>) {
    // The best path of each file, and all its names.
    let mut files: Vec<(PathBuf, Vec<Candidate>)> = Vec::new();
    let mut indices: HashMap<FileId, usize> = HashMap::new();
    for candidate in candidates {
        let (real, id) = resolve_file(&candidate.path);
        let index = *indices.entry(id).or_insert(files.len());
        if index == files.len() {
            files.push((real.clone(), Vec::new()));
        }
        let (best, names) = &mut files[index];
        if real != *best && rank_name(&real) < rank_name(best) {
            *best = real;
        }
        match names.iter_mut().find(|name| name.path == candidate.path) {
            Some(name) => name.sources.extend(&candidate.sources),
            None => names.push(candidate),
        }
    }
    let mut kept = Vec::new();
    let mut merged = Vec::new();
    for (path, names) in files {
        let (of_virtualenvs, of_file): (Vec<_>, Vec<_>) =
            names.iter().partition(|name| is_in_virtualenv(&name.path));
        // The folder of a virtual environment is no place of its base, unless the base is known by nothing else.
        let naming = if of_file.is_empty() {
            of_virtualenvs
        } else {
            of_file
        };
        let mut sources = Sources::default();
        for name in naming {
            sources.extend(&name.sources);
        }
        let is_virtualenv = is_in_virtualenv(&path);
        let others = names.into_iter().filter(|name| name.path != path);
        merged.extend(others.map(|name| MergedName {
            path: name.path.display().to_string(),
            into: path.display().to_string(),
            reason: if !is_virtualenv && is_in_virtualenv(&name.path) {
                MergeReason::VirtualEnvironment
            } else {
                MergeReason::SameFile
            },
            sources: name.sources,
        }));
        kept.push(Candidate { path, sources });
    }
    (kept, merged)
}

/// Returns the candidates whose files are not among the known ones.
pub(super) fn exclude_known_files(
    mut candidates: Vec<Candidate>,
    known: &[Candidate],
) -> Vec<Candidate> {
    let file_id = |candidate: &Candidate| resolve_file(&candidate.path).1;
    let known: HashSet<_> = known.iter().map(file_id).collect();
    candidates.retain(|candidate| !known.contains(&file_id(candidate)));
    candidates
}

/// Merges interpreters that are one build. What the user asked for stays as asked for; of others the plainest path stays.
pub(super) fn merge_by_build(
    mut interpreters: Vec<Interpreter>,
) -> (Vec<Interpreter>, Vec<MergedName>) {
    interpreters.sort_by_cached_key(|interpreter| {
        let (path, source) = (&interpreter.command[0], interpreter.source());
        (
            source > PythonSource::Listed,
            interpreter.info.environment.is_some(),
            *path != interpreter.info.executable,
            rank_name(Path::new(path)),
            source,
        )
    });
    let mut kept: Vec<Interpreter> = Vec::new();
    let mut merged = Vec::new();
    for interpreter in interpreters {
        let mut known = kept.iter_mut();
        let Some(same) = known.find(|other| is_same_build(other, &interpreter)) else {
            kept.push(interpreter);
            continue;
        };
        let is_virtualenv = interpreter.info.environment.is_some();
        // The bin folder of a virtual environment is no place of its base.
        if !is_virtualenv {
            same.sources.extend(&interpreter.sources);
        }
        if interpreter.command != same.command {
            merged.push(MergedName {
                path: interpreter.command_line(),
                into: same.command_line(),
                reason: if is_virtualenv {
                    MergeReason::VirtualEnvironment
                } else {
                    MergeReason::SameBuild
                },
                sources: interpreter.sources,
            });
        }
    }
    (kept, merged)
}

/// True if two interpreters start the same build in the same place, with the same flags and variables.
fn is_same_build(left: &Interpreter, right: &Interpreter) -> bool {
    let is_same_label = match (&left.key.label, &right.key.label) {
        (Some(left), Some(right)) => left == right,
        _ => true,
    };
    let is_same_program = match (&left.command[..], &right.command[..]) {
        ([_], [_]) => {
            let (a, b) = (&left.info, &right.info);
            let is_base_of = |base: &InterpreterInfo, virtualenv: &InterpreterInfo| {
                virtualenv.base_executable.as_ref() == Some(&base.executable)
            };
            let is_same_place = a.base_prefix == b.base_prefix
                || (a.executable == b.executable && !a.executable.is_empty())
                || is_base_of(a, b)
                || is_base_of(b, a);
            let is_same_machine = a.platform == b.platform && a.libc == b.libc;
            is_same_place && is_same_machine && a.key() == b.key() && a.build == b.build
        }
        // What `chroot` or `env` make of a path cannot be seen from here.
        (left, right) => left == right,
    };
    is_same_label && is_same_program && left.flags == right.flags && left.env == right.env
}

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;
