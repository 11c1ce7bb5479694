//! Files that may be interpreters, told by their names, and the folders they are looked for in.

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::shim;
use crate::python::facts::printable;
use crate::python::inventory::Rejected;

/// How an interpreter became known; where several ways lead to one, the first of these counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Asked for by path or command.
    Command,
    /// Installed by pyenv.
    Pyenv,
    /// In a folder of `PATH`.
    Path,
    /// In one of the usual system folders.
    System,
}

impl Origin {
    /// The word that tells interpreters with equal keys apart: `3.11.2@system`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Pyenv => "pyenv",
            Self::Path => "path",
            Self::System => "system",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Command => "command line",
            Self::Pyenv => "pyenv",
            Self::Path => "PATH",
            Self::System => "system",
        })
    }
}

/// An executable file with a Python's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Where it is.
    pub path: PathBuf,
    /// Who named it.
    pub origin: Origin,
}

/// Whether a file name is a Python's: `python`, `python3`, `python3.14td`, `python3.11-dbg`, `python.exe`;
/// not `python3-config`.
pub(crate) fn is_python_name(name: &str) -> bool {
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let Some(rest) = name.strip_prefix("python") else {
        return false;
    };
    let rest = rest.strip_suffix("-dbg").unwrap_or(rest);
    let end = rest
        .find(|c: char| c != '.' && !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (version, build) = rest.split_at(end);
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    let version_fits = match major {
        "" => rest.is_empty(),
        "2" | "3" => !minor.is_empty() && minor.chars().all(|c| c.is_ascii_digit()),
        _ => false,
    };
    version_fits && ["", "t", "d", "m", "dm", "td", "u"].contains(&build)
}

/// Whether the last part of a path is a Python's name.
pub(crate) fn is_python_path(path: &Path) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(is_python_name)
}

/// What the sources saw, in the order they saw it.
#[derive(Debug, Default)]
pub(crate) struct Sightings {
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) rejected: Vec<Rejected>,
    /// Folders that were looked at: `/bin` is often `/usr/bin`, and PATH names folders twice.
    folders: HashSet<PathBuf>,
}

impl Sightings {
    /// Takes note of every Python in a folder. One that does not exist or cannot be read holds none.
    pub(crate) fn look(&mut self, folder: &Path, origin: Origin) {
        let real = folder
            .canonicalize()
            .unwrap_or_else(|_| folder.to_path_buf());
        if !self.folders.insert(real) {
            return;
        }
        for path in listed(folder) {
            if !is_python_path(&path) {
                continue;
            }
            match usable(&path) {
                Ok(true) => self.candidates.push(Candidate { path, origin }),
                // A folder or a text that only shares the name.
                Ok(false) => {}
                Err(reason) => self.rejected.push(Rejected {
                    path: printable(&path.to_string_lossy()),
                    reason,
                }),
            }
        }
    }
}

/// Whether an executable file stands there; the reason if it does and must not be started.
pub(super) fn usable(path: &Path) -> Result<bool, String> {
    if path.is_symlink() && !path.exists() {
        return Err("a symbolic link to nothing".to_owned());
    }
    if which::which_in_global(path, None::<&str>).map_or(true, |mut found| found.next().is_none()) {
        return Ok(false);
    }
    if path.to_str().is_none() {
        return Err("the path is not UTF-8".to_owned());
    }
    shim::shim(path).map_or(Ok(true), Err)
}

/// What a folder holds, by name.
pub(crate) fn listed(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn names() {
        for name in [
            "python",
            "python2",
            "python3",
            "python2.7",
            "python3.15",
            "python3.14t",
            "python3.14td",
            "python3.11d",
            "python3.6m",
            "python3.6dm",
            "python2.7u",
            "python3-dbg",
            "python.exe",
        ] {
            assert!(is_python_name(name), "{name}");
        }
        for name in [
            "python3-config",
            "python-argcomplete-tcsh",
            "python3.10-gdb.py",
            "pythonw",
            "pythont",
            "python4",
            "python3.",
            "python3.1.2",
            "python3.x",
            "pypy3",
            "python3.6m-config",
            "ipython",
        ] {
            assert!(!is_python_name(name), "{name}");
        }
    }

    #[test]
    fn a_folder_is_looked_at_once_and_nothing_vanishes() {
        let machine = Machine::new();
        let python = machine.python("usr/bin/python3.9", Answer::cpython("3.9.18"));
        machine.link("usr/bin/python3", Path::new("nowhere"));
        machine.file("usr/bin/python2", "not executable");
        machine.script("usr/bin/python3-config", "echo");
        std::fs::create_dir(machine.at("usr/bin/python")).unwrap();
        machine.link("bin", Path::new("usr/bin"));
        let mut sightings = Sightings::default();
        sightings.look(&machine.at("usr/bin"), Origin::Path);
        sightings.look(&machine.at("bin"), Origin::System);
        sightings.look(&machine.at("missing"), Origin::System);
        assert_eq!(
            sightings.candidates,
            [Candidate {
                path: python,
                origin: Origin::Path
            }]
        );
        assert_eq!(
            sightings.rejected,
            [Rejected {
                path: machine.text("usr/bin/python3"),
                reason: "a symbolic link to nothing".into()
            }]
        );
    }
}
