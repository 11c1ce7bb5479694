//! Where to look, as values: the home folder, the variables, the file tree, the registry.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::sources::registry::{self, RegistryEntry};
use crate::folders::{Distrust, find_distrust};

/// Everything discovery depends on, so that a test can build a Linux, macOS or Windows machine in a folder. Nothing else
/// in discovery reads the state of the process.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// The variables by name.
    pub variables: BTreeMap<OsString, OsString>,
    /// The folder the system folders are in: `/`, or `C:\`.
    pub root: PathBuf,
    /// The folder that relative paths start from.
    pub working_directory: PathBuf,
    /// Which layouts and rules apply.
    pub system: System,
    /// The folder for caches; without one nothing is kept between runs.
    pub cache: Option<PathBuf>,
    /// Why a cache folder that is there is not used.
    pub distrust: Option<Distrust>,
    /// The Pythons that the Windows registry knows of.
    pub registry: Vec<RegistryEntry>,
}

/// An operating system, as far as Pythons lie elsewhere on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Linux.
    Linux,
    /// macOS.
    Macos,
    /// Windows.
    Windows,
    /// Another Unix.
    Other,
}

impl System {
    /// Returns the system this program was built for.
    pub fn current() -> Self {
        match std::env::consts::OS {
            "linux" => Self::Linux,
            "macos" => Self::Macos,
            "windows" => Self::Windows,
            _ => Self::Other,
        }
    }
}

impl Environment {
    /// Returns the environment of this process.
    pub fn current() -> Self {
        let variables: BTreeMap<_, _> = std::env::vars_os().collect();
        let system = System::current();
        let drive = variables.get(OsStr::new("SystemDrive"));
        let root = match (system, drive) {
            (System::Windows, Some(drive)) => [drive, OsStr::new("\\")].iter().collect(),
            (System::Windows, None) => PathBuf::from("C:\\"),
            _ => PathBuf::from("/"),
        };
        let mut environment = Self {
            home: std::env::home_dir().filter(|home| !home.as_os_str().is_empty()),
            variables,
            root,
            working_directory: std::env::current_dir().unwrap_or_default(),
            system,
            cache: None,
            distrust: None,
            registry: registry::read_registry(),
        };
        environment.cache = environment
            .folder_variable("MODSWAP_CACHE_DIR")
            .or_else(usual_cache_dir);
        environment.distrust = environment.cache.as_deref().and_then(find_distrust);
        if environment.distrust.is_some() {
            environment.cache = None;
        }
        environment
    }

    /// Sets a variable.
    #[cfg(test)]
    pub(crate) fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.variables.insert(name.into(), value.into());
    }

    /// Returns the value of a variable; an empty one counts as not set. On Windows its name may be written in any case.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        let exact = self.variables.get(OsStr::new(name));
        let in_any_case = || {
            let mut all = self.variables.iter();
            let (_, value) = all.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
            Some(value).filter(|_| self.system == System::Windows)
        };
        let value = exact.or_else(in_any_case).map(OsString::as_os_str);
        value.filter(|value| !value.is_empty())
    }

    /// Returns the folder that a variable names.
    pub fn folder_variable(&self, name: &str) -> Option<PathBuf> {
        Some(self.absolute(Path::new(self.variable(name)?)))
    }

    /// Returns a path of a variable or of a file of settings as an absolute one: it is relative to the working directory, or to
    /// the home folder (`~/envs`).
    pub(super) fn absolute(&self, path: &Path) -> PathBuf {
        self.working_directory.join(self.without_tilde(path))
    }

    /// Returns the folders that the variables name, as far as they are set.
    pub(super) fn folder_variables(&self, names: &[&str]) -> Vec<PathBuf> {
        let folders = names.iter().filter_map(|name| self.folder_variable(name));
        folders.collect()
    }

    /// Splits a place into its root and the rest: `$NAME/…`, `$data/…` (the user's data), `~/…` or `/…`. None without
    /// such a root.
    pub(super) fn locate<'a>(&self, place: &'a str) -> Option<(PathBuf, &'a str)> {
        let (name, rest) = place.split_once('/').unwrap_or((place, ""));
        let root = match name.strip_prefix('$') {
            Some("data") => self.data(),
            Some(variable) => self.folder_variable(variable),
            None if name == "~" => self.home.clone(),
            None => Some(self.root.clone()),
        };
        Some((root?, rest))
    }

    /// Returns a path below the root: `at("usr/bin")` is `/usr/bin`.
    pub fn at(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// Returns a path below the home folder, if there is one.
    pub fn at_home(&self, path: &str) -> Option<PathBuf> {
        Some(self.home.as_ref()?.join(path))
    }

    /// Returns where programs of the user keep their data: `$XDG_DATA_HOME` or `~/.local/share`, on Windows `%APPDATA%`.
    pub(super) fn data(&self) -> Option<PathBuf> {
        match self.system {
            System::Windows => self.folder_variable("APPDATA"),
            _ => self
                .folder_variable("XDG_DATA_HOME")
                .or_else(|| self.at_home(".local/share")),
        }
    }

    /// Returns the folder of an installation's executables: Windows has no `bin`.
    pub(super) fn bin(&self, prefix: &Path) -> PathBuf {
        match self.system {
            System::Windows => prefix.to_path_buf(),
            _ => prefix.join("bin"),
        }
    }

    /// Returns the path with the home folder for `~`. Variables are set by shells, which expand `~`, but also by configuration
    /// files, whose readers do not.
    fn without_tilde(&self, path: &Path) -> PathBuf {
        match (path.strip_prefix("~"), &self.home) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => path.to_path_buf(),
        }
    }
}

/// Returns `~/.cache/modswap`, `~/Library/Caches/modswap`, `%LOCALAPPDATA%\modswap`.
fn usual_cache_dir() -> Option<PathBuf> {
    use etcetera::BaseStrategy as _;
    let strategy = etcetera::base_strategy::choose_native_strategy().ok()?;
    Some(strategy.cache_dir().join("modswap"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::Machine;

    #[test]
    fn variables() {
        let machine = Machine::new();
        let mut environment = machine.environment();
        environment.set("Pyenv_Root", "~/elsewhere");
        environment.set("EMPTY", "");
        assert_eq!(environment.variable("EMPTY"), None);
        assert_eq!(environment.variable("PYENV_ROOT"), None);
        environment.system = System::Windows;
        assert_eq!(
            environment.folder_variable("PYENV_ROOT"),
            Some(machine.at("home/elsewhere"))
        );
    }

    #[test]
    fn data_and_executables_are_where_the_system_has_them() {
        let machine = Machine::new();
        let mut environment = machine.environment();
        assert_eq!(environment.data(), Some(machine.at("home/.local/share")));
        assert_eq!(environment.bin(Path::new("p")), Path::new("p/bin"));
        environment.set("XDG_DATA_HOME", "data");
        assert_eq!(environment.data(), Some(machine.at("data")));
        environment.system = System::Windows;
        assert_eq!(environment.data(), None);
        assert_eq!(environment.bin(Path::new("p")), Path::new("p"));
    }
}
