//! Starting a command so that no process of its group outlives the value that stands for it.

use std::io;
use std::path::Path;
use std::process::Stdio;

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use tempfile::TempDir;
use tokio::process::Command;

use crate::interrupt::{Undo, on_sudden_end};

/// Variables beside `PYTHON*` that would make the interpreter, or what stands before it, another one.
const MISLEADING_VARIABLES: [&str; 6] = [
    "PYENV_VERSION",
    "PYENV_DIR",
    "PYENV_VIRTUAL_ENV",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "__PYVENV_LAUNCHER__",
];

/// A process at the head of its own group, so that a Ctrl-C at the terminal reaches modswap alone. Dropping it kills the
/// group (`kill_on_drop` alone would spare the children).
pub(crate) struct Group(pub(crate) Box<dyn ChildWrapper>);

impl Group {
    /// Has the group killed when we end suddenly, while the value lives. Not for what ends by itself and cleans up.
    pub(crate) fn kill_on_sudden_end(&self) -> Undo {
        #[cfg(unix)]
        let group = self
            .0
            .id()
            .and_then(|pid| rustix::process::Pid::from_raw(pid.cast_signed()));
        on_sudden_end(move || {
            // On Windows its job ends with us.
            #[cfg(unix)]
            if let Some(group) = group {
                let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            }
        })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Fails when nothing is left to kill.
        let _ = self.0.start_kill();
    }
}

/// A folder for temporary files that is removed whatever ends us, but for a kill.
pub(crate) struct TemporaryFolder {
    folder: TempDir,
    _undo: Undo,
}

impl TemporaryFolder {
    /// Makes one.
    ///
    /// # Errors
    /// When there is no place for it.
    pub(crate) fn create() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("modswap-").tempdir()?;
        let path = folder.path().to_owned();
        let undo = on_sudden_end(move || {
            let _ = std::fs::remove_dir_all(path);
        });
        Ok(Self {
            folder,
            _undo: undo,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// The words as a command that starts in a folder, with its output in pipes, and without the variables that would mislead a
/// Python: `PYTHON*`, and what version managers and virtual environments set.
///
/// # Errors
/// When there are no words.
pub(crate) fn command(words: &[String], folder: &Path, input: Stdio) -> io::Result<Command> {
    let (program, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("PYTHON") || MISLEADING_VARIABLES.contains(&&*text) {
            command.env_remove(&name);
        }
    }
    Ok(command)
}

/// Starts it at the head of a group.
///
/// # Errors
/// When the operating system cannot start it.
pub(crate) fn start(command: Command) -> io::Result<Group> {
    let mut wrap = CommandWrap::from(command);
    wrap.wrap(KillOnDrop);
    #[cfg(unix)]
    wrap.wrap(process_wrap::tokio::ProcessGroup::leader());
    #[cfg(windows)]
    wrap.wrap(process_wrap::tokio::JobObject);
    wrap.spawn().map(Group)
}
