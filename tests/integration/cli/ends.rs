//! How it ends: exit codes, signals, and what is left then.

use std::process::{Child, Command, Output, Stdio};

use super::run_newest;
use crate::harness::{
    PLAIN, VIOLATED, Workspace, assert_contains, newest_python, stderr_of, stdout_of, wait_for,
};

#[test]
fn exit_0_as_expected() {
    let output = run_newest(&Workspace::with(&[("a", PLAIN)]), &[], 0);
    assert!(stdout_of(&output).contains("1 pass"));
    assert_eq!(stderr_of(&output), "", "nothing to talk about");
}

#[test]
fn exit_0_when_only_some_are_skipped() {
    let skipped = "title: Old\nrequires: {python: '<2'}\nsteps:\n  - eval: 1 + 1\n";
    run_newest(&Workspace::with(&[("a", PLAIN), ("b", skipped)]), &[], 0);
}

#[test]
fn exit_1_violated_crashed_or_timed_out() {
    for bad in [
        VIOLATED,
        "title: Crashed\nsteps:\n  - run: import os; os.abort()\n",
        "title: Slow\ntimeout: 1s\nsteps:\n  - run: 'while True: pass'\n",
    ] {
        let output = run_newest(&Workspace::with(&[("a", PLAIN), ("b", bad)]), &[], 1);
        assert!(stdout_of(&output).contains("1 pass"), "the rest is shown");
    }
}

#[test]
fn exit_2_wrong_scenario_or_usage() {
    let workspace = Workspace::with(&[
        ("a", PLAIN),
        ("wrong", "title: Wrong\nsteps:\n  - swop: before\n"),
    ]);
    let output = run_newest(&workspace, &[], 2);
    assert!(output.stdout.is_empty(), "nothing ran");
    assert!(
        stderr_of(&output).contains("scenarios/wrong.yaml:3:5"),
        "{}",
        stderr_of(&output)
    );
    for usage in [
        &["--jobs", "0"][..],
        &["--timeout", "soon"],
        &["no/such.yaml"],
        &["--swap"],
    ] {
        run_newest(&workspace, usage, 2);
    }
}

#[test]
fn exit_3_nothing_to_run() {
    let skipped = "title: Old\nrequires: {python: '<2'}\nsteps:\n  - eval: 1 + 1\n";
    run_newest(&Workspace::with(&[("b", skipped)]), &[], 3);
    let workspace = Workspace::with(&[("a", PLAIN)]);
    run_newest(&workspace, &["no-such-id"], 3);
    run_newest(&workspace, &["--tag", "no-such-tag"], 3);
    run_newest(&workspace, &["--python", "2.6"], 3);
    assert_eq!(
        workspace
            .modswap(&["show", "b"])
            .status()
            .expect("starts")
            .code(),
        Some(3)
    );
}

#[test]
fn results_that_cannot_be_written_are_a_fault() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .expect("Linux has it");
    let mut command = crate::harness::modswap();
    let status = command
        .arg("list")
        .stdout(full)
        .stderr(Stdio::null())
        .status();
    assert_eq!(status.expect("it starts").code(), Some(4));
}

#[test]
fn exit_4_outranks_1() {
    let murder = "title: Kills the interpreter above it\nsteps:\n  - run: import os; os.kill(os.getppid(), 9)\n";
    let output = run_newest(
        &Workspace::with(&[("a", VIOLATED), ("b", murder), ("c", PLAIN)]),
        &[],
        4,
    );
    let shown = stdout_of(&output);
    for word in ["1 pass", "1 fail", "1 error"] {
        assert!(shown.contains(word), "{word} in {shown}");
    }
}

/// Sends a signal while a case hangs with children of its own; what had finished is shown, and nothing is left.
fn interrupt_run(signal: &str, isolation: &str) -> Output {
    let workspace = Workspace::with(&[("a", PLAIN)]);
    let flag = workspace.path("hanging");
    let hang = format!(
        "title: Hangs\nsteps:\n  - run: |\n      import os, time\n      if os.fork() == 0: os.setsid()\n      \
         open('{}', 'a').close()\n      time.sleep(3600)\n",
        flag.display()
    );
    workspace.scenario("b-hang", &hang).scenario("c", PLAIN);
    let path = newest_python().path;
    let arguments = ["run", "--jobs", "1", "--isolation", isolation, "--python"];
    let child = workspace
        .modswap(&arguments)
        .arg(path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    wait_for("the hanging case", || flag.exists());
    let output = send_signal(child, signal);
    workspace.assert_clean();
    output
}

fn send_signal(child: Child, signal: &str) -> Output {
    let sent = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status();
    assert!(sent.expect("kill starts").success());
    child.wait_with_output().expect("it ends")
}

#[test]
fn exit_130_interrupted() {
    for (signal, isolation) in [
        ("-INT", "fork"),
        ("-INT", "spawn"),
        ("-TERM", "fork"),
        ("-HUP", "spawn"),
    ] {
        let output = interrupt_run(signal, isolation);
        let shown = stdout_of(&output);
        assert_eq!(
            output.status.code(),
            Some(130),
            "{signal} {isolation}: {shown}{}",
            stderr_of(&output)
        );
        assert_contains(&shown, "1 pass");
        assert_contains(&shown, "interrupted");
    }
}

#[test]
fn a_kill_leaves_no_process() {
    // The folders of the run are lost then; the worker sees its channel close and ends what it started.
    let workspace = Workspace::with(&[]);
    let flag = workspace.path("hanging");
    let hang = format!(
        "title: Hangs\nsteps:\n  - run: |\n      import time\n      open('{}', 'a').close()\n      time.sleep(3600)\n",
        flag.display()
    );
    workspace.scenario("a-hang", &hang);
    let mut command = workspace.modswap(&["run", "--python"]);
    let child = command
        .arg(newest_python().path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    wait_for("the hanging case", || flag.exists());
    assert_eq!(send_signal(child, "-KILL").status.code(), None);
    wait_for("the end of every process", || {
        workspace.processes().is_empty()
    });
}

#[test]
fn an_interrupt_before_anything_runs_leaves_nothing() {
    let workspace = Workspace::with(&[("a", PLAIN)]);
    let flag = workspace.path("started");
    let hang = format!("touch {}; sleep 3600", flag.display());
    let slow = format!("#!/bin/sh\ncase \"$*\" in *worker.py*) {hang};; esac\nexec \"$@\"\n");
    let slow = workspace.script("slow", &slow);
    let request = format!("{slow} {}", newest_python().path.display());
    let mut command = workspace.modswap(&["run", "--python", &request]);
    let child = command
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    wait_for("the worker", || flag.exists());
    assert_eq!(send_signal(child, "-INT").status.code(), Some(130));
    workspace.assert_clean();
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let workspace = Workspace::with(&[("a", PLAIN), ("b", VIOLATED)]);
    let binary = env!("CARGO_BIN_EXE_modswap");
    let python = newest_python().path;
    for what in ["--format json", "--format table"] {
        // The reader is gone long before there is something to read.
        let line = format!(
            "('{binary}' run {what} --python '{}'; echo $? >&2) | true",
            python.display()
        );
        let output = Command::new("sh")
            .args(["-c", &line])
            .current_dir(workspace.path("."))
            .env("TMPDIR", workspace.path("tmp"))
            .output()
            .expect("sh starts");
        assert_eq!(stderr_of(&output), "1\n", "quiet, and the code of the run");
    }
}
