//! Descendants of the processes that we start. On Linux they can be found and ended; elsewhere there is no way to find them.
#![allow(unsafe_code)]

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::process::Command;

use super::Group;

/// The processes, of those that nothing here has started, that are no orphans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spared {
    /// Those of our own group: whatever else this program starts is in it (git, a pager).
    OwnGroup,
    /// None: only groups are started meanwhile.
    Nothing,
}

/// The process that adopts the orphans among the descendants of one that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heir {
    /// The process, so that it can find and end even a daemon. It is started in a way in which a file that the system cannot
    /// execute is taken for a shell script.
    Itself,
    /// This one.
    Us,
}

/// Every process that is the head of a group. Locked while one is being started, lest it be taken for an orphan.
fn leaders() -> MutexGuard<'static, BTreeMap<u32, Heir>> {
    static LEADERS: Mutex<BTreeMap<u32, Heir>> = Mutex::new(BTreeMap::new());
    LEADERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a process. When it dies, this one adopts what descends from it.
pub(super) fn start(
    #[cfg_attr(not(target_os = "linux"), allow(unused_mut))] mut command: Command,
    heir: Heir,
    spawn: impl FnOnce(Command) -> io::Result<Group>,
) -> io::Result<Group> {
    #[cfg(target_os = "linux")]
    adopt_orphans()?;
    #[cfg(target_os = "linux")]
    if heir == Heir::Itself {
        // SAFETY: between fork and exec only prctl(2) is called.
        unsafe {
            command.pre_exec(adopt_orphans);
        }
    }
    let mut leaders = leaders();
    let group = spawn(command)?;
    leaders.extend(group.id.map(|id| (id, heir)));
    Ok(group)
}

/// A process is gone; another may get its number.
pub(super) fn forget(leader: Option<u32>) {
    if let Some(leader) = leader {
        leaders().remove(&leader);
    }
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

/// Ends what dead processes left behind: children of this process that are at the head of no group. Waits for the last of those
/// whose orphans come here while they run, and may need them.
#[cfg(target_os = "linux")]
pub(crate) fn end_orphans(spared: Spared) {
    let leaders = leaders();
    if leaders.values().any(|heir| *heir == Heir::Us) {
        return;
    }
    loop {
        let orphans: Vec<u32> = children()
            .into_iter()
            .filter(|pid| !leaders.contains_key(pid))
            .filter(|pid| spared == Spared::Nothing || !is_in_own_group(*pid))
            .collect();
        // Each round frees the children of those it ends, which are adopted in turn.
        for pid in &orphans {
            tracing::debug!(pid, "ending an orphan");
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

#[cfg(not(target_os = "linux"))]
pub(crate) fn end_orphans(_: Spared) {}

#[cfg(target_os = "linux")]
fn is_in_own_group(pid: u32) -> bool {
    // SAFETY: system calls that touch no memory.
    unsafe { libc::getpgid(pid.cast_signed()) == libc::getpgrp() }
}

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
