//! Files that may be interpreters by their names, and the folders they are looked for in.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::classify::{self, FileKind, classify};
use super::environment::Environment;
use super::inventory::Rejected;
use super::reject::RejectReason;
use super::shim;
use super::source::{PythonSource, Sources};
use super::sources::CONDA;
use super::sources::conda::NAMES;
use crate::fs::read_file;

/// The most bytes that a file which lists Pythons may have.
const MAX_LIST: u64 = 4 << 20;

/// An executable file with a Python's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Its path.
    pub(super) path: PathBuf,
    /// The sources that named it.
    pub(super) sources: Sources,
}

/// True if a file name is a Python's: `python`, `python3`, `python3.14td`, `python3.11-dbg`, `python.exe`, `python_d.exe`;
/// not `python3-config`, and none beyond 3.99.
pub(super) fn is_python_name(name: &str) -> bool {
    let split = name.len().checked_sub(4);
    let name = match split.and_then(|index| name.split_at_checked(index)) {
        // Debug builds of Windows are `python_d.exe`, `python3.13t_d.exe`.
        Some((stem, end)) if end.eq_ignore_ascii_case(".exe") => {
            &stem.strip_suffix("_d").unwrap_or(stem).to_ascii_lowercase()
        }
        _ => name,
    };
    let Some(rest) = name.strip_prefix("python") else {
        return false;
    };
    // Debian's debug builds before 3.8.
    let rest = rest.strip_suffix("-dbg").unwrap_or(rest);
    let end = rest.find(|c: char| c != '.' && !c.is_ascii_digit());
    let (version, build) = rest.split_at(end.unwrap_or(rest.len()));
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    let is_version = match major {
        "" => rest.is_empty(),
        "2" | "3" => {
            let is_number = minor.chars().all(|c| c.is_ascii_digit()) && minor != "00";
            is_number && matches!(minor.len(), 1 | 2)
        }
        _ => false,
    };
    // `m` (pymalloc) and `u` (wide Unicode) are letters of PEP 3149 and of 2.7's distributors.
    is_version && ["", "t", "d", "m", "dm", "td", "u", "mu", "dmu"].contains(&build)
}

/// True if the last part of a path is a Python's name.
pub(super) fn is_python_path(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(is_python_name)
}

/// Collects what the sources find, in the order they find it.
#[derive(Debug)]
pub(crate) struct Collector<'a> {
    environment: &'a Environment,
    /// The source that is looked through.
    pub(super) source: PythonSource,
    pub(super) candidates: Vec<Candidate>,
    pub(super) rejected: Vec<Rejected>,
    /// The folders that were scanned, and which of the above lie in each: `/bin` is often `/usr/bin`, PATH names folders
    /// twice, and a second source that looks there is a source of the same files.
    scanned: HashMap<PathBuf, (Range<usize>, Range<usize>)>,
    /// The roots of the version managers whose shims were met, in the order they were.
    manager_roots: Vec<PathBuf>,
}

impl<'a> Collector<'a> {
    /// Creates an empty collector, for the source of `PATH` first.
    pub(super) fn new(environment: &'a Environment) -> Self {
        Self {
            environment,
            source: PythonSource::Path,
            candidates: Vec::new(),
            rejected: Vec::new(),
            scanned: HashMap::new(),
            manager_roots: Vec::new(),
        }
    }

    /// Adds every Python in a folder. One that does not exist holds none; one that cannot be read is rejected.
    pub(super) fn scan_dir(&mut self, dir: &Path) {
        let real = match dir.canonicalize() {
            Ok(real) => real,
            Err(error) => return self.reject_unreadable(dir, error),
        };
        if let Some((candidates, rejected)) = self.scanned.get(&real) {
            for candidate in &mut self.candidates[candidates.clone()] {
                candidate.sources.insert(self.source);
            }
            for rejected in &mut self.rejected[rejected.clone()] {
                rejected.sources.insert(self.source);
            }
            return;
        }
        let (candidates, rejected) = (self.candidates.len(), self.rejected.len());
        for path in self.list_matching(dir, is_python_name) {
            self.add_file(path);
        }
        let found = (
            candidates..self.candidates.len(),
            rejected..self.rejected.len(),
        );
        self.scanned.insert(real, found);
    }

    /// Adds the Pythons in the folders below everything that a pattern means; both as [`Collector::expand`] takes them.
    pub(super) fn scan(&mut self, root: &Path, pattern: &str, folders: &[&str]) {
        for place in self.expand(root, pattern) {
            for folder in folders {
                for dir in self.expand(&place, folder) {
                    self.scan_dir(&dir);
                }
            }
        }
    }

    /// Returns the paths below a folder that a pattern means, part by part.
    fn expand(&mut self, root: &Path, pattern: &str) -> Vec<PathBuf> {
        let mut paths = vec![root.to_path_buf()];
        for part in pattern.split('/').filter(|part| !part.is_empty()) {
            let each = paths.iter();
            paths = each.flat_map(|path| self.expand_part(path, part)).collect();
        }
        paths
    }

    /// Returns what a part of a pattern means in a folder. `*` stands for any text, `#` for any name in the order of
    /// [`parse_numbers`], `$NAME` for the value of a variable, `{conda}` for the folders of its installers, and `bin` for
    /// the folder of an installation's executables.
    fn expand_part(&mut self, path: &Path, part: &str) -> Vec<PathBuf> {
        if let Some((start, end)) = part.split_once('*') {
            let is_match =
                |name: &str| name.to_lowercase().starts_with(start) && name.ends_with(end);
            return self.list_matching(path, is_match);
        }
        if let Some(variable) = part.strip_prefix('$') {
            let value = self.environment.variable(variable).into_iter();
            return value.map(|value| path.join(value)).collect();
        }
        match part {
            "{conda}" => NAMES.map(|name| path.join(name)).into(),
            "bin" => vec![self.environment.bin(path)],
            "#" => {
                let mut versions = self.list_matching(path, |_| true);
                versions.sort_by_cached_key(|path| parse_numbers(path));
                versions
            }
            _ => vec![path.join(part)],
        }
    }

    /// Adds a file that a list names, whatever it is called. A list may be older than what became of it.
    pub(super) fn add_candidate(&mut self, path: &Path) {
        match path.symlink_metadata() {
            Err(error) if classify::is_absent(&error) => {
                self.reject(path, &RejectReason::Unregistered);
            }
            _ => self.add_file(path.to_path_buf()),
        }
    }

    /// Adds the root of a version manager that has shims here, wherever the variables say that it is.
    pub(super) fn add_manager_root(&mut self, root: &Path) {
        if !self.manager_roots.iter().any(|known| known == root) {
            self.manager_roots.push(root.to_path_buf());
        }
    }

    /// Adds the Pythons that the shims that were met start.
    pub(super) fn resolve_shims(&mut self) {
        for root in std::mem::take(&mut self.manager_roots) {
            for (dir, source) in shim::install_dirs(&root) {
                self.source = source;
                self.scan(&dir, "*", CONDA);
            }
        }
    }

    /// Returns what a folder holds under matching names, by name; nothing if it does not exist. One that cannot be read is
    /// rejected.
    fn list_matching(&mut self, dir: &Path, is_match: impl Fn(&str) -> bool) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(dir).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = entries.unwrap_or_else(|error| {
            self.reject_unreadable(dir, error);
            Vec::new()
        });
        let entries = entries.iter();
        let mut paths: Vec<_> = entries
            .filter(|entry| is_match(&entry.file_name().to_string_lossy()))
            .map(std::fs::DirEntry::path)
            .collect();
        paths.sort();
        paths
    }

    /// Returns the text of a file that lists Pythons; none if there is no such file. One that cannot be read is rejected.
    pub(super) fn read_text(&mut self, file: &Path) -> Option<String> {
        let read = file.metadata().and_then(|metadata| {
            let bytes = metadata
                .is_file()
                .then(|| read_file(file, MAX_LIST))
                .transpose()?;
            Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
        });
        read.unwrap_or_else(|error| {
            self.reject_unreadable(file, error);
            None
        })
    }

    /// Rejects what is there and cannot be looked into: nobody knows whether a Python is in it.
    fn reject_unreadable(&mut self, path: &Path, error: io::Error) {
        if classify::is_absent(&error) {
            return;
        }
        // A folder that may not be entered hides much; it is rejected itself, once.
        let mut ancestors = path.ancestors();
        let closed = match error.kind() {
            io::ErrorKind::PermissionDenied => {
                ancestors.find(|path| path.symlink_metadata().is_ok())
            }
            _ => None,
        };
        let reason = classify::unreadable_reason(error);
        self.reject(closed.unwrap_or(path), &reason);
    }

    /// Adds a file to the candidates, or to the rejected.
    fn add_file(&mut self, path: PathBuf) {
        match classify(&path, self.environment) {
            Ok(FileKind::Executable) => self.candidates.push(Candidate {
                path,
                sources: self.source.into(),
            }),
            // A folder that only shares the name.
            Ok(FileKind::Other | FileKind::Absent) => {}
            Err(reason) => {
                if let RejectReason::Shim(shim) = &reason
                    && let Some(root) = shim.root()
                {
                    self.add_manager_root(root);
                }
                self.reject(&path, &reason);
            }
        }
    }

    /// Adds a path to the rejected.
    fn reject(&mut self, path: &Path, reason: &RejectReason) {
        let sources = self.source.into();
        let rejected = Rejected::new(path, reason, sources, self.environment);
        self.rejected.push(rejected);
    }
}

/// Returns what versions are sorted by: the numbers that a name begins with, then the name.
pub(super) fn parse_numbers(path: &Path) -> (Vec<u64>, String) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let numbers = name.split('.').map_while(|part| part.parse().ok());
    (numbers.collect(), name.clone().into_owned())
}

#[cfg(test)]
#[path = "collector_tests.rs"]
mod tests;
