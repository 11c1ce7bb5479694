//! Starting a command so that no process of its group outlives the value that stands for it.

use std::io;
use std::path::Path;
use std::process::Stdio;

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use tokio::process::Command;

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

impl Drop for Group {
    fn drop(&mut self) {
        // Fails when nothing is left to kill.
        let _ = self.0.start_kill();
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
