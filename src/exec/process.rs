//! Workers as processes: what descends from them can be found and ended. Starting them so needs `unsafe`.
#![allow(unsafe_code)]

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::process::{self, Group};

/// Starts a worker in a folder, with three pipes. On Linux it adopts the orphans among its descendants, so that it can find
/// and end even a daemon that a scenario let loose; modswap adopts those of a worker that died.
///
/// # Errors
/// When the operating system cannot start it.
pub(super) fn start(words: &[String], folder: &Path) -> io::Result<Group> {
    #[cfg_attr(not(target_os = "linux"), allow(unused_mut))]
    let mut command = process::command(words, folder, Stdio::piped())?;
    #[cfg(target_os = "linux")]
    adopt_orphans()?;
    #[cfg(target_os = "linux")]
    // SAFETY: between fork and exec only prctl(2) is called.
    unsafe {
        command.pre_exec(adopt_orphans);
    }
    let mut known = workers();
    let worker = process::start(command)?;
    known.extend(worker.0.id());
    Ok(worker)
}

/// Every worker that was started. Locked while one is being started, lest it be taken for an orphan.
fn workers() -> MutexGuard<'static, BTreeSet<u32>> {
    static WORKERS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());
    WORKERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes this process adopt the orphans among its descendants. Inherited over exec, not over fork.
#[cfg(target_os = "linux")]
fn adopt_orphans() -> io::Result<()> {
    // SAFETY: a system call that touches no memory; async-signal-safe, as `pre_exec` demands.
    if unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) } == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Ends what a dead worker left behind: children of this process that are no workers. Nothing else may be started by
/// this process meanwhile; discovery is over when workers run.
#[cfg(target_os = "linux")]
pub(super) fn end_orphans() {
    let known = workers();
    loop {
        let orphans: Vec<u32> = children()
            .into_iter()
            .filter(|pid| !known.contains(pid))
            .collect();
        // Each round frees the children of those it ends, which are adopted in turn.
        for pid in &orphans {
            tracing::debug!(pid, "ending an orphan of a worker");
            let pid = pid.cast_signed();
            // SAFETY: system calls that touch no memory. The child is not reaped yet, so its number is its own.
            unsafe {
                libc::kill(pid, libc::SIGKILL);
                libc::waitpid(pid, std::ptr::null_mut(), 0);
            }
        }
        if orphans.is_empty() {
            return;
        }
    }
}

/// Elsewhere there is no way to find them.
#[cfg(not(target_os = "linux"))]
pub(super) fn end_orphans() {}

/// The children of every thread of this process.
#[cfg(target_os = "linux")]
fn children() -> Vec<u32> {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten();
    let lists = threads
        .flatten()
        .filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_whitespace()
                .filter_map(|pid| pid.parse().ok())
                .collect::<Vec<_>>()
        })
        .collect()
}
