//! Why a file or a command is no interpreter to run on, and what can be done about it.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::binary;
use super::environment::Environment;
use super::probe::ProbeError;
use super::releases::SUPPORTED;
use super::shim::Shim;
use super::version::InterpreterKey;
use crate::text::printable;

/// The reason for which a file or a command is no interpreter to run on.
#[derive(Debug, thiserror::Error)]
pub enum RejectReason {
    /// Nothing that could be started has that name; why, in words.
    #[error("{0}")]
    NoFile(String),
    /// A link whose target is gone.
    #[error("a symbolic link to nothing")]
    Dangling {
        /// The path that does not exist, behind all links.
        missing: PathBuf,
        /// True if the link was made with a virtual environment.
        in_environment: bool,
    },
    /// Links in a circle.
    #[error("a link that leads to itself")]
    Loop,
    /// The file or folder cannot be read, so nobody can tell whether a Python is there.
    #[error("cannot be read: {}", describe_io_error(.0))]
    Unreadable(io::Error),
    /// Registered, and not there.
    #[error("registered, but no such file")]
    Unregistered,
    /// A Python's name on a file that may not be started.
    #[error("not executable")]
    NotExecutable,
    /// A path that cannot be written into a report.
    #[error("the path is not UTF-8")]
    NotUtf8,
    /// A version manager's program under a Python's name.
    #[error("{0}")]
    Shim(Shim),
    /// An alias that opens the Microsoft Store where no Python is installed from it.
    #[error("alias of the Microsoft Store, not started")]
    StoreAlias,
    /// Apple's stub, which pops up a dialog on a Mac without developer tools.
    #[error("Apple's stub for its developer tools, not started")]
    AppleStub,
    /// A program of Windows, which WSL would start on the other side.
    #[error("a program of Windows")]
    Windows,
    /// A Python, or what looks like one, that does not answer the probe.
    #[error(transparent)]
    Probe(#[from] ProbeError),
    /// Not `CPython`.
    #[error("{0}, not CPython")]
    Implementation(String),
    /// Before 2.7, or 3.0 to 3.3.
    #[error("Python {0}, too old: modswap supports {SUPPORTED}")]
    TooOld(InterpreterKey),
    /// A virtual environment whose base is not there, or cannot be used.
    #[error("{}", describe_base(.0.as_deref()))]
    NoBase(Option<String>),
}

/// Returns why the system did not let a file be read.
fn describe_io_error(error: &io::Error) -> String {
    match error.kind() {
        // The same words on every system, without a number.
        kind @ ErrorKind::PermissionDenied => kind.to_string(),
        _ => error.to_string(),
    }
}

/// Returns what is said of a virtual environment with that base.
fn describe_base(base: Option<&str>) -> String {
    match base {
        Some(base) => format!(
            "virtual environment of {}, which cannot be used",
            printable(base)
        ),
        None => "virtual environment whose base is gone".to_owned(),
    }
}

impl RejectReason {
    /// Returns what to do about it, or why nothing has to be done; for a path that stands before it.
    pub fn help(&self, path: &Path, environment: &Environment) -> String {
        match self {
            Self::NoFile(_) => "name a Python with --python PATH".to_owned(),
            Self::Dangling {
                missing,
                in_environment,
            } => {
                let missing = printable(&missing.to_string_lossy());
                if *in_environment {
                    format!(
                        "{missing} is gone: make the environment anew, or install its base again"
                    )
                } else {
                    format!("{missing} is gone: install it again, or remove the link")
                }
            }
            Self::Loop => "remove the link, or let it lead to a Python".to_owned(),
            Self::Unreadable(error) if error.kind() == ErrorKind::PermissionDenied => {
                "whether a Python is there is not known: see who may enter the folder, and those that a link leads \
                 through"
                    .to_owned()
            }
            Self::Unreadable(_) => {
                "whether a Python is there is not known: see its path, and the disk it is on".to_owned()
            }
            Self::Windows => "nothing to do: modswap for Windows finds it".to_owned(),
            Self::Unregistered => {
                "what is left of an uninstalled Python: repair it, or remove its registry key".to_owned()
            }
            Self::NotExecutable => "if it is a Python: chmod +x".to_owned(),
            Self::NotUtf8 => "name a link to it whose path is, with --python PATH".to_owned(),
            Self::Shim(shim) => shim.help(environment),
            Self::StoreAlias => "Pythons from the Store are in its folders \
                PythonSoftwareFoundation.Python.*, and were looked at; the alias can be switched off in \
                the Windows settings (App execution aliases)"
                .to_owned(),
            Self::AppleStub => "starting it can pop up a dialog; the Pythons behind it are those of the \
                Command Line Tools and of Xcode, and were looked at (`xcode-select --install` installs them)"
                .to_owned(),
            Self::Probe(error) => help_for_probe(error, path),
            Self::Implementation(_) => {
                "nothing to do: modswap compares versions of CPython only".to_owned()
            }
            Self::TooOld(_) => "nothing to do".to_owned(),
            Self::NoBase(_) => "make the environment anew, or install its base again".to_owned(),
        }
    }
}

/// Returns what to do about a Python that gave no answer.
fn help_for_probe(error: &ProbeError, path: &Path) -> String {
    match error {
        ProbeError::Start { source, .. } => match (source.kind(), source.raw_os_error()) {
            (ErrorKind::NotFound, _) => match binary::find_loader(path) {
                Some(loader) if !Path::new(&loader).exists() => {
                    format!(
                        "{loader}, which it is started by, is not here: install it, or another build"
                    )
                }
                Some(_) => "start it by hand to see more".to_owned(),
                None => "it, or what starts it, is not here: install it again".to_owned(),
            },
            (ErrorKind::PermissionDenied, _) => {
                "you may not start it: see its permissions, and how its disk is mounted (noexec)"
                    .to_owned()
            }
            // ENOEXEC; EBADARCH of macOS
            (_, Some(8 | 86)) => {
                let made_for = match binary::target_system(path) {
                    Some(system) => format!("made for {system}"),
                    None => "no program of this system".to_owned(),
                };
                format!(
                    "{made_for}: install a build for this one, or name a command that can run it with --python"
                )
            }
            _ => "start it by hand to see more".to_owned(),
        },
        ProbeError::Failed { last, .. } => {
            let last = last.as_deref().unwrap_or_default();
            match parse_missing_library(last) {
                Some(library) => format!(
                    "install {library}, or put its folder into LD_LIBRARY_PATH (macOS: DYLD_LIBRARY_PATH)"
                ),
                None if last.contains("encodings") => {
                    "its standard library is not where it looks for it: install it again".to_owned()
                }
                None => "start it by hand to see more".to_owned(),
            }
        }
        ProbeError::TimedOut(_) => {
            "start it by hand to see what it waits for; the answer must come on standard output"
                .to_owned()
        }
        ProbeError::NoAnswer | ProbeError::Garbage(_) => {
            "if it is a wrapper, it must hand on its arguments and the output of its Python"
                .to_owned()
        }
        ProbeError::Empty => "name a Python with --python PATH".to_owned(),
    }
}

/// Returns the shared library that a dynamic linker did not find, from the line it ended with: glibc's `error while loading
/// shared libraries: NAME: cannot open …`, musl's `Error loading shared library NAME: No such file …`, macOS'
/// `Library not loaded: PATH`.
fn parse_missing_library(line: &str) -> Option<&str> {
    let rest = [
        "error while loading shared libraries: ",
        "Error loading shared library ",
        "Library not loaded: ",
    ]
    .into_iter()
    .find_map(|start| Some(line.split_once(start)?.1))?;
    rest.split(": ").next()?.split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::Machine;

    #[test]
    fn a_loader_that_is_here_is_not_to_be_installed() {
        let machine = Machine::new();
        let help = |path: &Path| {
            let source = ErrorKind::NotFound.into();
            let program = path.display().to_string();
            help_for_probe(&ProbeError::Start { program, source }, path)
        };
        let here = machine.file("python3", "#!/bin/sh\n");
        assert_eq!(help(&here), "start it by hand to see more");
        let gone = machine.file("python2", "#!/no/such/sh\n");
        assert!(help(&gone).starts_with("/no/such/sh, which it is started by, is not here"));
        assert!(help(&machine.at("gone")).contains("install it again"));
    }

    #[test]
    fn missing_libraries() {
        for (line, library) in [
            (
                "python3.8: error while loading shared libraries: libpython3.8.so.1.0: cannot open shared object file: \
                 No such file or directory",
                Some("libpython3.8.so.1.0"),
            ),
            (
                "Error loading shared library libpython3.9.so.1.0: No such file or directory (needed by python3)",
                Some("libpython3.9.so.1.0"),
            ),
            (
                "dyld[12]: Library not loaded: /opt/homebrew/Python",
                Some("/opt/homebrew/Python"),
            ),
            ("no libpython", None),
        ] {
            assert_eq!(parse_missing_library(line), library, "{line}");
        }
    }
}
