//! What the benches share: commands with their wall time, their processor time and their memory, and medians.

#![allow(dead_code, unreachable_pub, reason = "each bench uses some of it")]

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a command took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Wall time.
    pub wall: Duration,
    /// Processor time of the process itself, user and system.
    pub own: Duration,
    /// Processor time of the processes that it started and waited for, and theirs.
    pub children: Duration,
    /// The most memory that the process itself held at once, in MB.
    pub peak: f64,
}

/// Runs a command to its end, whatever its exit code. Only Linux says more than the wall time.
pub fn cost(mut command: Command) -> Cost {
    let clock = Instant::now();
    let mut child = command.stdin(Stdio::null()).spawn().expect("it starts");
    #[cfg(target_os = "linux")]
    let mut cost = linux::follow(&child);
    #[cfg(not(target_os = "linux"))]
    let mut cost = {
        child.wait().expect("a child");
        Cost::default()
    };
    cost.wall = clock.elapsed();
    child.wait().expect("it ended");
    cost
}

#[cfg(target_os = "linux")]
mod linux {
    use std::process::Child;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

    use super::Cost;

    /// How often the memory of a process is looked at; what it held at most the kernel remembers.
    const LOOK: Duration = Duration::from_millis(10);

    /// Waits for the end of a process, and reads what the kernel has counted while it is still there to be read.
    pub(super) fn follow(child: &Child) -> Cost {
        let pid = Pid::from_child(child);
        let over = AtomicBool::new(false);
        let peak = std::thread::scope(|scope| {
            let peak = scope.spawn(|| {
                let mut peak = 0.0;
                while !over.load(Ordering::Relaxed) {
                    peak = memory(pid).unwrap_or(peak);
                    std::thread::park_timeout(LOOK);
                }
                peak
            });
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            rustix::io::retry_on_intr(|| waitid(WaitId::Pid(pid), options)).expect("a child");
            over.store(true, Ordering::Relaxed);
            peak.thread().unpark();
            peak.join().expect("no panic")
        });
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_pid()));
        let stat = stat.expect("Linux's /proc");
        let fields: Vec<u64> = stat[stat.rfind(')').expect("a name") + 2..]
            .split_whitespace()
            .map(|field| field.parse().unwrap_or(0))
            .collect();
        let hertz = rustix::param::clock_ticks_per_second();
        let ticks = |at: usize| Duration::from_millis(fields[at] * 1000 / hertz);
        Cost {
            own: ticks(11) + ticks(12),
            children: ticks(13) + ticks(14),
            peak,
            ..Cost::default()
        }
    }

    /// The most that a process held so far, in MB.
    fn memory(pid: Pid) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_pid())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
        Some(kib * 1024.0 / 1e6)
    }
}

/// The middle of what was measured.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// A number that a variable of the environment may set.
pub fn number(name: &str, usual: usize) -> usize {
    let set = std::env::var(name).ok();
    set.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The program that is measured, with its output thrown away.
pub fn modswap() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_modswap"));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Where a program is, if it is on `PATH`.
pub fn program(name: &str) -> Option<PathBuf> {
    which::which(name).ok()
}
