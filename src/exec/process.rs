//! Starting a command so that it, and all that descends from it, can be ended: the one place that needs `unsafe`.
#![allow(unsafe_code)]

use std::io;
use std::path::Path;
use std::process::Stdio;

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use tokio::process::Command;

use crate::python::probe::misleading_variables;

/// Starts the words in a folder as a process with three pipes, at the head of its own group: a Ctrl-C at the terminal reaches
/// modswap alone, which then ends its workers in order. On Linux the process adopts the orphans among its descendants,
/// so that a worker can find and end even a daemon that a scenario let loose.
///
/// # Errors
/// When the operating system cannot start it.
pub(super) fn start(words: &[String], folder: &Path) -> io::Result<Box<dyn ChildWrapper>> {
    let (program, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for name in misleading_variables() {
        command.env_remove(name);
    }
    #[cfg(target_os = "linux")]
    // SAFETY: between fork and exec only prctl(2) is called, which is async-signal-safe and touches no memory.
    unsafe {
        command.pre_exec(|| {
            if libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 {
                Ok(())
            } else {
                Err(io::Error::last_os_error())
            }
        });
    }
    let mut wrap = CommandWrap::from(command);
    wrap.wrap(KillOnDrop);
    #[cfg(unix)]
    wrap.wrap(process_wrap::tokio::ProcessGroup::leader());
    #[cfg(windows)]
    wrap.wrap(process_wrap::tokio::JobObject);
    wrap.spawn()
}
