//! Files that may be interpreters, told by their names, and the folders they are looked for in.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::shim::shim;
use super::{Environment, Origin, Sources, System, Unusable, store, xcode};
use crate::python::inventory::Rejected;

/// An executable file with a Python's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
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
}

impl<'a> Sightings<'a> {
    pub(crate) fn new(environment: &'a Environment) -> Self {
        Self {
            environment,
            candidates: Vec::new(),
            rejected: Vec::new(),
            folders: HashMap::new(),
        }
    }

    /// Takes note of every Python in a folder. One that does not exist or cannot be read holds none.
    pub(crate) fn look(&mut self, folder: &Path, origin: Origin) {
        let Ok(real) = folder.canonicalize() else {
            return;
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
        for path in pythons(folder) {
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
        for prefix in listed(folder) {
            self.look_below(&prefix, origin);
        }
    }

    /// Takes note of the Pythons of an installation.
    pub(crate) fn look_below(&mut self, prefix: &Path, origin: Origin) {
        self.look(&self.environment.bin(prefix), origin);
    }

    /// Takes note of one file that a list names, whatever it is called. A list may be older than what became of it.
    pub(crate) fn see(&mut self, path: &Path, origin: Origin) {
        if path.symlink_metadata().is_err() {
            return self.reject(path, &Unusable::Unregistered, origin);
        }
        self.judge(path.to_path_buf(), origin);
    }

    fn judge(&mut self, path: PathBuf, origin: Origin) {
        match usable(&path, self.environment) {
            Ok(true) => self.candidates.push(Candidate {
                path,
                sources: origin.into(),
            }),
            // A folder that only shares the name.
            Ok(false) => {}
            Err(reason) => self.reject(&path, &reason, origin),
        }
    }

    fn reject(&mut self, path: &Path, reason: &Unusable, origin: Origin) {
        let rejected = Rejected::new(path, reason, origin.into(), self.environment);
        self.rejected.push(rejected);
    }
}

/// Whether an executable file stands there; the reason if a file does and must not be started.
pub(super) fn usable(path: &Path, environment: &Environment) -> Result<bool, Unusable> {
    if store::is_alias(path, environment) {
        return Err(Unusable::StoreAlias);
    }
    let data = match path.metadata() {
        Ok(data) => data,
        // Windows cannot follow the aliases of the Store (error 1920), and they start all the same.
        Err(_) if environment.system == System::Windows => {
            return Ok(path.symlink_metadata().is_ok());
        }
        Err(_) => {
            let target = path.read_link().ok();
            return target.map_or(Ok(false), |target| Err(Unusable::Dangling(target)));
        }
    };
    if !data.is_file() {
        return Ok(false);
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&data.permissions()) & 0o111 == 0 {
        return Err(Unusable::NotExecutable);
    }
    if path.to_str().is_none() {
        return Err(Unusable::NotUtf8);
    }
    if xcode::is_stub(path, environment) {
        return Err(Unusable::AppleStub);
    }
    shim(path).map_or(Ok(true), |shim| Err(Unusable::Shim(shim)))
}

/// What a folder holds, by name.
pub(crate) fn listed(folder: &Path) -> Vec<PathBuf> {
    in_folder(folder, |_| true)
}

/// What a folder holds under a Python's name.
fn pythons(folder: &Path) -> Vec<PathBuf> {
    in_folder(folder, is_python_name)
}

fn in_folder(folder: &Path, fits: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|entry| fits(&entry.file_name().to_string_lossy()))
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths
}

#[cfg(test)]
#[path = "candidate_tests.rs"]
mod tests;
