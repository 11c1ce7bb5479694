//! Starting a command so that nothing that it started outlives the value that stands for it.

use std::io;
use std::path::Path;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use tokio::process::Command;

use crate::interrupt::{Undo, on_sudden_end};

mod orphans;

pub(crate) use orphans::{Heir, Spared, end_orphans};

/// How long a process that was killed may take to be gone.
const KILL_LIMIT: Duration = Duration::from_millis(500);
const KILL_INTERVAL: Duration = Duration::from_millis(1);

/// Variables beside `PYTHON*` that would make the interpreter, or what stands before it, another one.
const MISLEADING_VARIABLES: [&str; 6] = [
    "PYENV_VERSION",
    "PYENV_DIR",
    "PYENV_VIRTUAL_ENV",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "__PYVENV_LAUNCHER__",
];

/// A process at the head of its own group, so that a Ctrl-C at the terminal reaches modswap alone. Dropping it ends the
/// group (`kill_on_drop` alone would spare the children), and on Linux whatever descends from it, wherever that went: when the
/// value is gone, so are they, or with the last of those that ran beside it ([`Heir::Us`]).
pub(crate) struct Group {
    /// The process.
    pub(crate) child: Box<dyn ChildWrapper>,
    id: Option<u32>,
}

impl Group {
    /// Waits for the process alone, whatever it left in its group.
    ///
    /// # Errors
    /// When the system does not tell how it ended.
    pub(crate) async fn wait_for_leader(&mut self) -> io::Result<ExitStatus> {
        self.child.inner_mut().wait().await
    }

    /// Waits for something from the process, or for its end and then for what is left of it: whoever else holds its pipes, a child
    /// that it left behind, is ended.
    pub(crate) async fn wait_while_alive<T>(&mut self, something: impl Future<Output = T>) -> T {
        let mut something = pin!(something);
        tokio::select! {
            biased;
            there = &mut something => return there,
            _ = self.wait_for_leader() => {}
        }
        let _ = self.child.start_kill();
        end_orphans(Spared::OwnGroup);
        something.await
    }

    /// Has the group killed when we end suddenly, while the value lives. Not for what ends by itself and cleans up.
    pub(crate) fn kill_on_sudden_end(&self) -> Undo {
        #[cfg(unix)]
        let group = self.id;
        on_sudden_end(move || {
            // On Windows its job ends with us.
            #[cfg(unix)]
            if let Some(group) =
                group.and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()))
            {
                let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            }
        })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Fails when nothing is left to kill.
        let _ = self.child.start_kill();
        let deadline = Instant::now() + KILL_LIMIT;
        // Only when it is gone do its children become ours.
        while let Ok(None) = self.child.inner_mut().try_wait()
            && Instant::now() < deadline
        {
            sleep(KILL_INTERVAL);
        }
        orphans::forget(self.id);
        end_orphans(Spared::OwnGroup);
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
pub(crate) fn start(command: Command, heir: Heir) -> io::Result<Group> {
    orphans::start(command, heir, |command| {
        let mut wrap = CommandWrap::from(command);
        wrap.wrap(KillOnDrop);
        #[cfg(unix)]
        wrap.wrap(process_wrap::tokio::ProcessGroup::leader());
        #[cfg(windows)]
        wrap.wrap(process_wrap::tokio::JobObject);
        let child = wrap.spawn()?;
        let id = child.id();
        Ok(Group { child, id })
    })
}
