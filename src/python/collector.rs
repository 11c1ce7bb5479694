//! Files that may be interpreters, told by their names, and the folders they are looked for in.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::classify::{self, classify};
use super::environment::Environment;
use super::reject::RejectReason;
use super::shim;
use super::source::{PythonSource, Sources};
use crate::python::inventory::Rejected;

/// An executable file with a Python's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Where it is.
    pub path: PathBuf,
    /// Who named it.
    pub sources: Sources,
}

/// Whether a file name is a Python's: `python`, `python3`, `python3.14td`, `python3.11-dbg`, `python.exe`, `python_d.exe`;
/// not `python3-config`, and none beyond 3.99.
pub(crate) fn is_python_name(name: &str) -> bool {
    let name = match name
        .len()
        .checked_sub(4)
        .map(|at| name.split_at_checked(at))
    {
        // Debug builds of Windows are `python_d.exe`, `python3.13t_d.exe`.
        Some(Some((stem, end))) if end.eq_ignore_ascii_case(".exe") => {
            &stem.strip_suffix("_d").unwrap_or(stem).to_ascii_lowercase()
        }
        _ => name,
    };
    let Some(rest) = name.strip_prefix("python") else {
        return false;
    };
    // Debian's debug builds before 3.8.
    let rest = rest.strip_suffix("-dbg").unwrap_or(rest);
    let end = rest
        .find(|c: char| c != '.' && !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (version, build) = rest.split_at(end);
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    let minor_fits =
        matches!(minor.len(), 1 | 2) && minor.chars().all(|c| c.is_ascii_digit()) && minor != "00";
    let version_fits = match major {
        "" => rest.is_empty(),
        "2" | "3" => minor_fits,
        _ => false,
    };
    // `m` (pymalloc) and `u` (wide Unicode) are letters of PEP 3149 and of 2.7's distributors.
    version_fits && ["", "t", "d", "m", "dm", "td", "u", "mu", "dmu"].contains(&build)
}

/// Whether the last part of a path is a Python's name.
pub(crate) fn is_python_path(path: &Path) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(is_python_name)
}

/// What the sources saw, in the order they saw it.
#[derive(Debug)]
pub(crate) struct Collector<'a> {
    environment: &'a Environment,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) rejected: Vec<Rejected>,
    /// The folders that were listed, and what of the above lies in each: `/bin` is often `/usr/bin`, PATH names folders
    /// twice, and a second source that looks there is a source of the same files.
    folders: HashMap<PathBuf, (Range<usize>, Range<usize>)>,
    /// The roots of the version managers whose shims were met, in the order they were.
    roots: Vec<PathBuf>,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(environment: &'a Environment) -> Self {
        Self {
            environment,
            candidates: Vec::new(),
            rejected: Vec::new(),
            folders: HashMap::new(),
            roots: Vec::new(),
        }
    }

    /// Takes note of every Python in a folder. One that does not exist holds none; one that cannot be read is rejected.
    pub(crate) fn scan_dir(&mut self, folder: &Path, source: PythonSource) {
        let real = match folder.canonicalize() {
            Ok(real) => real,
            Err(error) => return self.reject_unreadable(folder, error, source),
        };
        if let Some((candidates, rejected)) = self.folders.get(&real) {
            let sources = Sources::from(source);
            for one in &mut self.candidates[candidates.clone()] {
                one.sources.add(&sources);
            }
            for one in &mut self.rejected[rejected.clone()] {
                one.sources.add(&sources);
            }
            return;
        }
        let before = (self.candidates.len(), self.rejected.len());
        for path in self.list_matching(folder, source, is_python_name) {
            self.classify_file(path, source);
        }
        let seen = (
            before.0..self.candidates.len(),
            before.1..self.rejected.len(),
        );
        self.folders.insert(real, seen);
    }

    /// Takes note of the Pythons in the installations that a folder holds, each with executables where the system has them.
    pub(crate) fn scan_each_prefix(&mut self, folder: &Path, source: PythonSource) {
        for prefix in self.list_dir(folder, source) {
            self.scan_prefix(&prefix, source);
        }
    }

    /// The same for the folder of a version manager: what it installed may be a conda, which has environments.
    pub(crate) fn scan_versions(&mut self, versions: &[PathBuf], source: PythonSource) {
        for version in versions {
            self.scan_prefix(version, source);
            self.scan_each_prefix(&version.join("envs"), source);
        }
    }

    /// Takes note of the Pythons of an installation.
    pub(crate) fn scan_prefix(&mut self, prefix: &Path, source: PythonSource) {
        self.scan_dir(&self.environment.bin(prefix), source);
    }

    /// Takes note of one file that a list names, whatever it is called. A list may be older than what became of it.
    pub(crate) fn add_candidate(&mut self, path: &Path, source: PythonSource) {
        match path.symlink_metadata() {
            Err(error) if classify::is_absent(&error) => {
                self.reject(path, &RejectReason::Unregistered, source);
            }
            _ => self.classify_file(path.to_path_buf(), source),
        }
    }

    /// Takes note of the root of a version manager that has shims here, wherever the variables say that it is.
    pub(super) fn add_manager_root(&mut self, root: &Path) {
        if !self.roots.iter().any(|known| known == root) {
            self.roots.push(root.to_path_buf());
        }
    }

    /// Looks at what the shims that were met start.
    pub(super) fn resolve_shims(&mut self) {
        for root in std::mem::take(&mut self.roots) {
            for (folder, source) in shim::install_dirs(&root) {
                let versions = self.list_dir(&folder, source);
                self.scan_versions(&versions, source);
            }
        }
    }

    /// What a folder holds, by name; nothing if it does not exist. One that cannot be read is rejected.
    pub(crate) fn list_dir(&mut self, folder: &Path, source: PythonSource) -> Vec<PathBuf> {
        self.list_matching(folder, source, |_| true)
    }

    fn list_matching(
        &mut self,
        folder: &Path,
        source: PythonSource,
        fits: impl Fn(&str) -> bool,
    ) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).and_then(|entries| {
            let paths = entries.filter_map(|entry| {
                let fits = |entry: &std::fs::DirEntry| fits(&entry.file_name().to_string_lossy());
                entry
                    .map(|entry| fits(&entry).then(|| entry.path()))
                    .transpose()
            });
            paths.collect::<io::Result<Vec<_>>>()
        });
        let mut paths = entries.unwrap_or_else(|error| {
            self.reject_unreadable(folder, error, source);
            Vec::new()
        });
        paths.sort();
        paths
    }

    /// The text of a file that lists Pythons; none if there is no such file. One that cannot be read is rejected.
    pub(crate) fn read_text(&mut self, file: &Path, source: PythonSource) -> Option<String> {
        let read = file.metadata().and_then(|data| {
            // A pipe would be waited for.
            let bytes = data.is_file().then(|| std::fs::read(file)).transpose()?;
            Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
        });
        read.unwrap_or_else(|error| {
            self.reject_unreadable(file, error, source);
            None
        })
    }

    /// Rejects what is there and cannot be looked into: nobody knows whether a Python is in it.
    fn reject_unreadable(&mut self, path: &Path, error: io::Error, source: PythonSource) {
        if classify::is_absent(&error) {
            return;
        }
        // A folder that may not be entered hides much; it is told itself, once.
        let mut above = path.ancestors();
        let closed = match error.kind() {
            io::ErrorKind::PermissionDenied => above.find(|path| path.symlink_metadata().is_ok()),
            _ => None,
        };
        let reason = classify::unreadable_reason(error);
        self.reject(closed.unwrap_or(path), &reason, source);
    }

    fn classify_file(&mut self, path: PathBuf, source: PythonSource) {
        match classify(&path, self.environment) {
            Ok(true) => self.candidates.push(Candidate {
                path,
                sources: source.into(),
            }),
            // A folder that only shares the name.
            Ok(false) => {}
            Err(reason) => {
                if let RejectReason::Shim(shim) = &reason
                    && let Some(root) = shim.root()
                {
                    self.add_manager_root(root);
                }
                self.reject(&path, &reason, source);
            }
        }
    }

    fn reject(&mut self, path: &Path, reason: &RejectReason, source: PythonSource) {
        let rejected = Rejected::new(path, reason, source.into(), self.environment);
        self.rejected.push(rejected);
    }
}

#[cfg(test)]
#[path = "collector_tests.rs"]
mod tests;
