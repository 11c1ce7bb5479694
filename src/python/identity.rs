//! Which of many names mean the same interpreter: first by file, before anything is started, then by what the
//! interpreters say.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::collector::Candidate;
use super::inventory::Interpreter;
use super::source::{PythonSource, Sources};

/// A name of an interpreter that is known by another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct MergedName {
    /// The name that was dropped: a path, or the words of a command.
    pub path: String,
    /// The one that was kept.
    pub into: String,
    /// Why they are one.
    pub reason: MergeReason,
    /// Who named it.
    pub sources: Sources,
}

/// Why two names are one interpreter.
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

/// The path to start a file by, and what tells it from other files.
///
/// A link to something that does not have an interpreter's name is kept as it is: such a program looks at the name it is
/// called by (Gentoo's `python-exec2c`), so its links are different interpreters.
fn resolve_file(path: &Path) -> (PathBuf, FileId) {
    let is_interpreter = |real: &PathBuf| {
        let name = real.file_name().unwrap_or_default().to_string_lossy();
        super::collector::is_python_path(real)
            || name.starts_with("pypy")
            || name.starts_with("graalpy")
    };
    let Some(canonical) = path.canonicalize().ok().filter(is_interpreter) else {
        return (path.to_path_buf(), FileId::Path(path.to_path_buf()));
    };
    #[cfg(unix)]
    if let Ok(data) = canonical.metadata() {
        use std::os::unix::fs::MetadataExt as _;
        let id = FileId::Inode(data.dev(), data.ino());
        // What cannot be written into a report is started by the link that leads there.
        let written = canonical.to_str().is_some();
        return (
            if written {
                canonical
            } else {
                path.to_path_buf()
            },
            id,
        );
    }
    let plain = strip_verbatim_prefix(canonical);
    (plain.clone(), FileId::Path(plain))
}

/// `C:\Python27\python.exe` for `\\?\C:\Python27\python.exe`, as Windows writes canonical paths: many a program, CPython's
/// own path finding among them, does not expect the prefix.
pub(crate) fn strip_verbatim_prefix(path: PathBuf) -> PathBuf {
    let text = path.to_str().and_then(|text| text.strip_prefix(r"\\?\"));
    let on_drive = text.filter(|text| text.as_bytes().get(1) == Some(&b':'));
    on_drive.map(PathBuf::from).unwrap_or(path)
}

/// What makes one of several names of a file the best, smallest first: not inside a virtual environment, no build
/// letter (`python3.6` before `python3.6m`), then the most exact version (`python3.6` before `python3`).
fn rank_name(path: &Path) -> (bool, bool, Reverse<usize>, PathBuf) {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let lettered = name
        .strip_prefix("python")
        .is_some_and(|rest| rest.contains(|c: char| c.is_ascii_alphabetic()));
    (
        is_in_virtualenv(path),
        lettered,
        Reverse(name.len()),
        path.to_path_buf(),
    )
}

/// Whether a virtual environment made the name.
pub(crate) fn is_in_virtualenv(path: &Path) -> bool {
    let mut folders = path.ancestors().skip(1).take(2);
    folders.any(|folder| folder.join("pyvenv.cfg").is_file())
}

/// Each file once, by its canonical and plainest path, with the sources of all its names; files in the order of first sight.
pub(crate) fn merge_by_file(candidates: Vec<Candidate>) -> (Vec<Candidate>, Vec<MergedName>) {
    let mut groups: Vec<(Candidate, Vec<Candidate>)> = Vec::new();
    let mut known: HashMap<FileId, usize> = HashMap::new();
    for candidate in candidates {
        let (real, id) = resolve_file(&candidate.path);
        let index = *known.entry(id).or_insert_with(|| {
            let first = Candidate {
                path: real.clone(),
                sources: Sources::default(),
            };
            groups.push((first, Vec::new()));
            groups.len() - 1
        });
        let (best, names) = &mut groups[index];
        best.sources.add(&candidate.sources);
        if real != best.path && rank_name(&real) < rank_name(&best.path) {
            best.path = real;
        }
        match names.iter_mut().find(|name| name.path == candidate.path) {
            Some(name) => name.sources.add(&candidate.sources),
            None => names.push(candidate),
        }
    }
    let mut files = Vec::new();
    let mut merged = Vec::new();
    for (mut best, names) in groups {
        // The folder of a virtual environment is no place of its base, unless the base is known by nothing else.
        let mut own = Sources::default();
        for name in names.iter().filter(|one| !is_in_virtualenv(&one.path)) {
            own.add(&name.sources);
        }
        if own.primary().is_some() {
            best.sources = own;
        }
        let is_environment = is_in_virtualenv(&best.path);
        let others = names.into_iter().filter(|name| name.path != best.path);
        merged.extend(others.map(|name| MergedName {
            path: name.path.display().to_string(),
            into: best.path.display().to_string(),
            reason: if !is_environment && is_in_virtualenv(&name.path) {
                MergeReason::VirtualEnvironment
            } else {
                MergeReason::SameFile
            },
            sources: name.sources,
        }));
        files.push(best);
    }
    (files, merged)
}

/// The candidates whose files are not among the known ones.
pub(crate) fn exclude_known_files(
    candidates: Vec<Candidate>,
    known: &[Candidate],
) -> Vec<Candidate> {
    let known: HashSet<_> = known.iter().map(|one| resolve_file(&one.path).1).collect();
    candidates
        .into_iter()
        .filter(|one| !known.contains(&resolve_file(&one.path).1))
        .collect()
}

/// Each build once. What the user asked for stays as asked for; of others the plainest path stays.
pub(crate) fn merge_by_build(
    mut interpreters: Vec<Interpreter>,
) -> (Vec<Interpreter>, Vec<MergedName>) {
    interpreters.sort_by_cached_key(|one| {
        let path = &one.command[0];
        (
            one.source() > PythonSource::Listed,
            one.info.environment.is_some(),
            *path != one.info.executable,
            rank_name(Path::new(path)),
            one.source(),
        )
    });
    let mut kept: Vec<Interpreter> = Vec::new();
    let mut merged = Vec::new();
    for interpreter in interpreters {
        let Some(same) = kept
            .iter_mut()
            .find(|other| is_same_build(other, &interpreter))
        else {
            kept.push(interpreter);
            continue;
        };
        // The bin folder of a virtual environment is no place of its base.
        if interpreter.info.environment.is_none() {
            same.sources.add(&interpreter.sources);
        }
        let (path, into) = (interpreter.command.join(" "), same.command.join(" "));
        if path != into {
            let reason = match interpreter.info.environment {
                Some(_) => MergeReason::VirtualEnvironment,
                None => MergeReason::SameBuild,
            };
            merged.push(MergedName {
                path,
                into,
                reason,
                sources: interpreter.sources,
            });
        }
    }
    (kept, merged)
}

fn is_same_build(one: &Interpreter, other: &Interpreter) -> bool {
    let labels_fit = match (&one.key.label, &other.key.label) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    let (a, b) = (&one.info, &other.info);
    let builds_fit = match (&one.command[..], &other.command[..]) {
        ([_], [_]) => {
            let same_place = a.base_prefix == b.base_prefix
                || (a.executable == b.executable && !a.executable.is_empty())
                || is_find_base(a, b)
                || is_find_base(b, a);
            let same_machine = a.platform == b.platform && a.libc == b.libc;
            same_place && same_machine && a.key() == b.key() && a.build == b.build
        }
        // What `chroot` or `env` make of a path cannot be told from here.
        (one, other) => one == other,
    };
    labels_fit && builds_fit && one.flags == other.flags && one.env == other.env
}

fn is_find_base(
    base: &super::interpreter_info::InterpreterInfo,
    environment: &super::interpreter_info::InterpreterInfo,
) -> bool {
    environment.base_executable.as_ref() == Some(&base.executable)
}

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;
