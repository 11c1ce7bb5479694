//! Whoever asks to stop is heard from the start of the process to its end, and what was ignored stays ignored.
#![cfg(unix)]

use std::fs;
use std::io::{PipeReader, PipeWriter, Write};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::harness::stored::{Project, report};
use crate::harness::{PLAIN, Workspace, newest_python, wait_for};

const SIGNALS: [&str; 3] = ["INT", "TERM", "HUP"];

fn send(child: &Child, signal: &str) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-s", signal, &pid]).status();
    assert!(sent.expect("kill starts").success());
}

/// The signals of a kind that a process is in: `SigCgt` are those that it hears.
fn has(child: &Child, kind: &str, number: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix(kind));
    let mask =
        mask.and_then(|mask| u64::from_str_radix(mask.trim_start_matches(':').trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (number - 1) & 1 == 1)
}

/// Waits until it hears all of them.
fn wait_for_handlers(child: &Child) {
    wait_for("the handlers", || {
        [1, 2, 15]
            .iter()
            .all(|number| has(child, "SigCgt", *number))
    });
}

/// True if it is blocked: asleep in a system call that writes or opens.
fn is_blocked(child: &Child) -> bool {
    let tasks = fs::read_dir(format!("/proc/{}/task", child.id()))
        .into_iter()
        .flatten()
        .flatten();
    let calls: Vec<String> = tasks
        .filter_map(|task| fs::read_to_string(task.path().join("syscall")).ok())
        .collect();
    // write, writev, openat on x86_64 and arm64; elsewhere any that waits.
    let is_write = |call: &String| {
        let number = call.split(' ').next().unwrap_or_default();
        if cfg!(target_arch = "x86_64") {
            ["1", "20", "257"].contains(&number)
        } else {
            ["64", "66", "56"].contains(&number)
        }
    };
    calls.iter().any(is_write)
}

fn wait(mut child: Child) -> ExitStatus {
    let stat = format!("/proc/{}/stat", child.id());
    wait_for("its end", || {
        fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") Z"))
    });
    child.wait().expect("it ended")
}

/// A pipe that is full, so that nothing more can be written; and its other end, at which nobody reads.
fn full_pipe() -> (PipeReader, PipeWriter) {
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    writer
        .write_all(&vec![b' '; 1 << 16])
        .expect("what a pipe holds");
    (reader, writer)
}

fn project() -> Project {
    let project = Project::accepted(&[("a", "3.13.0", "pass", "one")]);
    let cases = [
        ("a", "3.12.1", "pass", "one"),
        ("a", "3.13.0", "pass", "two"),
    ];
    project.store("run.json", &report(&cases));
    project
}

/// Each waits for a reader that never reads.
#[test]
fn while_nobody_reads_the_first_request_ends_any_command() {
    let project = project();
    let fifo = project.path("pipe.md");
    assert!(
        Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .expect("mkfifo")
            .success()
    );
    let lines: &[&[&str]] = &[
        &["report", "run.json", "--format", "json"],
        &["merge", "run.json", "--format", "ndjson"],
        &["diff", "run.json", "--full"],
        &["report", "run.json", "--output", "pipe.md"],
    ];
    for (arguments, signal) in lines.iter().zip(SIGNALS.iter().cycle()) {
        let mut command = project.modswap(arguments);
        let (_reader, full) = full_pipe();
        let child = command
            .stdout(full)
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        wait_for("a writer that waits", || is_blocked(&child));
        send(&child, signal);
        assert_eq!(wait(child).code(), Some(130), "{arguments:?} {signal}");
    }
}

#[test]
fn after_a_run_too() {
    let workspace = Workspace::with(&[("a", PLAIN)]);
    for (format, signal) in [("json", "INT"), ("ndjson", "TERM"), ("table", "HUP")] {
        let (_reader, full) = full_pipe();
        let mut command = workspace.modswap(&["run", "--all", "--format", format, "--python"]);
        let child = command
            .arg(newest_python().path)
            .stdout(full)
            .stderr(Stdio::null())
            .spawn();
        let child = child.expect("it starts");
        let is_over = || workspace.state.path().join("runs").exists() && is_blocked(&child);
        wait_for("results that nobody reads", is_over);
        send(&child, signal);
        assert_eq!(wait(child).code(), Some(130), "{format} {signal}");
        fs::remove_dir_all(workspace.state.path().join("runs")).expect("runs");
        workspace.assert_clean();
    }
}

/// From the moment at which they are heard: while arguments are read, files loaded, Pythons found.
#[test]
fn an_early_request_is_heard() {
    let workspace = Workspace::with(&[("a", PLAIN)]);
    let slow = workspace.script("slow-python3", "#!/bin/sh\nsleep 3600\n");
    let lines: &[&[&str]] = &[
        &["run", "--python", &slow],
        &["pythons", "--python", &slow],
        &["bisect", "a", "--run", "--python", &slow],
        &["report", "-"],
        &["show", "a", "--python", &slow],
    ];
    for arguments in lines {
        for signal in SIGNALS {
            let mut command = workspace.modswap(arguments);
            let child = command
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn();
            let child = child.expect("it starts");
            wait_for_handlers(&child);
            send(&child, signal);
            let status = wait(child);
            // A bisection of what nobody knows is over before.
            let is_over = arguments[0] == "bisect" && status.code() == Some(3);
            assert!(
                status.code() == Some(130) || is_over,
                "{arguments:?} {signal}: {status:?}"
            );
            workspace.assert_clean();
        }
    }
}

#[test]
fn what_is_ignored_from_the_start_stays_ignored() {
    let workspace = Workspace::new();
    let flag = workspace.path("running");
    let go = workspace.path("go");
    let text = format!(
        "title: Waits\nsteps:\n  - run: |\n      import os, signal, time\n      open({flag:?}, 'w').close()\n      \
         while not os.path.exists({go:?}): time.sleep(0.01)\n  - eval: signal.getsignal(signal.SIGHUP) == signal.SIG_DFL\n    \
         expect: {{value: true}}\n"
    );
    workspace.scenario("a", &text);
    let python = newest_python();
    for (ignored, sent) in [
        ("HUP", &["HUP"][..]),
        ("INT", &["INT"]),
        ("INT HUP", &["HUP", "INT"]),
    ] {
        for file in [&flag, &go] {
            let _ = fs::remove_file(file);
        }
        let program = workspace.modswap(&[]);
        let line = format!("trap '' {ignored}; exec \"$0\" run --python \"$1\"");
        let mut command = workspace.modswap(&[]);
        let environment: Vec<_> = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect();
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &line])
            .arg(program.get_program())
            .arg(python.path());
        command = shell;
        let child = command
            .envs(environment)
            .current_dir(workspace.path(""))
            .stdout(Stdio::null())
            .spawn();
        let child = child.expect("it starts");
        wait_for("the case", || flag.exists());
        for signal in sent {
            send(&child, signal);
        }
        fs::write(&go, "").expect("a file");
        assert_eq!(wait(child).code(), Some(0), "{ignored}");
        workspace.assert_clean();
    }
    // What is not ignored is heard all the same.
    let _ = fs::remove_file(&flag);
    let _ = fs::remove_file(&go);
    let mut command = workspace.modswap(&["run", "--python", python.path()]);
    let child = command.stdout(Stdio::null()).spawn().expect("it starts");
    wait_for("the case", || flag.exists());
    send(&child, "HUP");
    assert_eq!(wait(child).code(), Some(130));
}

/// A scenario that says that it runs, and never ends.
fn hang(flag: &Path) -> String {
    format!(
        "title: Hangs\nsteps:\n  - run: |\n      import time\n      open('{}', 'w').close()\n      time.sleep(3600)\n",
        flag.display()
    )
}

/// The first is heard by a run that waits for the rest of what it started; the second waits for nothing.
#[test]
fn a_second_request_ends_at_once_and_leaves_no_child() {
    let workspace = Workspace::new();
    let flag = workspace.path("hanging");
    workspace.scenario("a", &hang(&flag));
    let (_reader, full) = full_pipe();
    let mut command = workspace.modswap(&["run", "--format", "json", "--python"]);
    let child = command
        .arg(newest_python().path)
        .stdout(full)
        .spawn()
        .expect("it starts");
    wait_for("the case", || flag.exists());
    send(&child, "INT");
    wait_for("results that nobody reads", || is_blocked(&child));
    send(&child, "INT");
    assert_eq!(wait(child).code(), Some(130));
    workspace.assert_clean();
}

#[test]
fn an_interrupted_stream_of_events_does_not_wait_for_its_reader() {
    let workspace = Workspace::new();
    let flag = workspace.path("hanging");
    let many = format!(
        "title: Many\nmatrix: {{n: [{}]}}\nsteps:\n  - eval: \"${{n}} + 1\"\n",
        (0..50)
            .map(|n| n.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    );
    workspace.scenario("a", &many).scenario("z", &hang(&flag));
    let (_reader, full) = full_pipe();
    let mut command = workspace.modswap(&["run", "--jobs", "1", "--format", "ndjson", "--python"]);
    let child = command
        .arg(newest_python().path)
        .stdout(full)
        .spawn()
        .expect("it starts");
    wait_for("the case", || flag.exists());
    wait_for("a writer that waits", || is_blocked(&child));
    // Once: that is enough.
    send(&child, "TERM");
    let status = wait(child);
    assert_eq!((status.code(), status.signal()), (Some(130), None));
    workspace.assert_clean();
}
