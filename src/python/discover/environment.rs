//! Where to look.

use std::ffi::OsString;
use std::path::PathBuf;

/// The places and variables discovery depends on, as values, so that a test can build a machine in a folder.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// The value of `PATH`.
    pub path: Option<OsString>,
    /// The value of `PYENV_ROOT`; without it pyenv lives in `~/.pyenv`.
    pub pyenv_root: Option<PathBuf>,
    /// The folder the system folders are in: `/`.
    pub root: PathBuf,
    /// What relative paths start from.
    pub working_directory: PathBuf,
}

impl Environment {
    /// That of this process.
    pub fn current() -> Self {
        Self {
            home: std::env::home_dir().filter(|home| !home.as_os_str().is_empty()),
            path: std::env::var_os("PATH"),
            pyenv_root: std::env::var_os("PYENV_ROOT")
                .filter(|root| !root.is_empty())
                .map(PathBuf::from),
            root: PathBuf::from("/"),
            working_directory: std::env::current_dir().unwrap_or_default(),
        }
    }
}
