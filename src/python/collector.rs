//! Files that may be interpreters, told by their names, and the folders they are looked for in.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::classify::{self, usable};
use super::environment::Environment;
use super::reject::Unusable;
use super::shim;
use super::source::{Origin, Sources};
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
pub(crate) struct Sightings<'a> {
    environment: &'a Environment,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) rejected: Vec<Rejected>,
    /// The folders that were listed, and what of the above lies in each: `/bin` is often `/usr/bin`, PATH names folders
    /// twice, and a second source that looks there is a source of the same files.
    folders: HashMap<PathBuf, (Range<usize>, Range<usize>)>,
    /// The roots of the version managers whose shims were met, in the order they were.
    roots: Vec<PathBuf>,
}

impl<'a> Sightings<'a> {
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
    pub(crate) fn look(&mut self, folder: &Path, origin: Origin) {
        let real = match folder.canonicalize() {
            Ok(real) => real,
            Err(error) => return self.unreadable(folder, error, origin),
        };
        if let Some((candidates, rejected)) = self.folders.get(&real) {
            let sources = Sources::from(origin);
            for one in &mut self.candidates[candidates.clone()] {
                one.sources.add(&sources);
            }
            for one in &mut self.rejected[rejected.clone()] {
                one.sources.add(&sources);
            }
            return;
        }
        let before = (self.candidates.len(), self.rejected.len());
        for path in self.in_folder(folder, origin, is_python_name) {
            self.judge(path, origin);
        }
        let seen = (
            before.0..self.candidates.len(),
            before.1..self.rejected.len(),
        );
        self.folders.insert(real, seen);
    }

    /// Takes note of the Pythons in the installations that a folder holds, each with executables where the system has them.
    pub(crate) fn look_in_each(&mut self, folder: &Path, origin: Origin) {
        for prefix in self.listed(folder, origin) {
            self.look_below(&prefix, origin);
        }
    }

    /// The same for the folder of a version manager: what it installed may be a conda, which has environments.
    pub(crate) fn look_at_versions(&mut self, versions: &[PathBuf], origin: Origin) {
        for version in versions {
            self.look_below(version, origin);
            self.look_in_each(&version.join("envs"), origin);
        }
    }

    /// Takes note of the Pythons of an installation.
    pub(crate) fn look_below(&mut self, prefix: &Path, origin: Origin) {
        self.look(&self.environment.bin(prefix), origin);
    }

    /// Takes note of one file that a list names, whatever it is called. A list may be older than what became of it.
    pub(crate) fn see(&mut self, path: &Path, origin: Origin) {
        match path.symlink_metadata() {
            Err(error) if classify::is_absent(&error) => {
                self.reject(path, &Unusable::Unregistered, origin);
            }
            _ => self.judge(path.to_path_buf(), origin),
        }
    }

    /// Takes note of the root of a version manager that has shims here, wherever the variables say that it is.
    pub(super) fn manager(&mut self, root: &Path) {
        if !self.roots.iter().any(|known| known == root) {
            self.roots.push(root.to_path_buf());
        }
    }

    /// Looks at what the shims that were met start.
    pub(super) fn look_behind_shims(&mut self) {
        for root in std::mem::take(&mut self.roots) {
            for (folder, origin) in shim::behind(&root) {
                let versions = self.listed(&folder, origin);
                self.look_at_versions(&versions, origin);
            }
        }
    }

    /// What a folder holds, by name; nothing if it does not exist. One that cannot be read is rejected.
    pub(crate) fn listed(&mut self, folder: &Path, origin: Origin) -> Vec<PathBuf> {
        self.in_folder(folder, origin, |_| true)
    }

    fn in_folder(
        &mut self,
        folder: &Path,
        origin: Origin,
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
            self.unreadable(folder, error, origin);
            Vec::new()
        });
        paths.sort();
        paths
    }

    /// The text of a file that lists Pythons; none if there is no such file. One that cannot be read is rejected.
    pub(crate) fn text(&mut self, file: &Path, origin: Origin) -> Option<String> {
        let read = file.metadata().and_then(|data| {
            // A pipe would be waited for.
            let bytes = data.is_file().then(|| std::fs::read(file)).transpose()?;
            Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
        });
        read.unwrap_or_else(|error| {
            self.unreadable(file, error, origin);
            None
        })
    }

    /// Rejects what is there and cannot be looked into: nobody knows whether a Python is in it.
    fn unreadable(&mut self, path: &Path, error: io::Error, origin: Origin) {
        if classify::is_absent(&error) {
            return;
        }
        // A folder that may not be entered hides much; it is told itself, once.
        let mut above = path.ancestors();
        let closed = match error.kind() {
            io::ErrorKind::PermissionDenied => above.find(|path| path.symlink_metadata().is_ok()),
            _ => None,
        };
        let reason = classify::unreadable(error);
        self.reject(closed.unwrap_or(path), &reason, origin);
    }

    fn judge(&mut self, path: PathBuf, origin: Origin) {
        match usable(&path, self.environment) {
            Ok(true) => self.candidates.push(Candidate {
                path,
                sources: origin.into(),
            }),
            // A folder that only shares the name.
            Ok(false) => {}
            Err(reason) => {
                if let Unusable::Shim(shim) = &reason
                    && let Some(root) = shim.root()
                {
                    self.manager(root);
                }
                self.reject(&path, &reason, origin);
            }
        }
    }

    fn reject(&mut self, path: &Path, reason: &Unusable, origin: Origin) {
        let rejected = Rejected::new(path, reason, origin.into(), self.environment);
        self.rejected.push(rejected);
    }
}

#[cfg(test)]
#[path = "collector_tests.rs"]
mod tests;
