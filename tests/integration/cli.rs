//! The manners of the binary: exit codes, signals, colour and width.
#![cfg(unix)]

use clap::CommandFactory as _;
use std::fs;
use std::process::{Child, Command, Output, Stdio};

use crate::harness::{
    PLAIN, VIOLATED, Workspace, assert_contains, newest_python, stderr_of, stdout_of, wait_for,
};

/// A run on the newest Python, and the code it must end with.
fn run_newest(workspace: &Workspace, more: &[&str], code: i32) -> Output {
    workspace.run_newest(code, more)
}

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
fn paths_say_where_and_ids_say_which() {
    let ids = ["swap/none", "swap/other", "delete/os-path"];
    let workspace = Workspace::with(&ids.map(|id| (id, PLAIN)));
    let listed = |what: &[&str], code: i32| {
        let output = workspace.run_to(code, &[&["list"], what].concat());
        stdout_of(&output) + &stderr_of(&output)
    };
    let both = listed(
        &["scenarios/swap/none.yaml", "scenarios/delete/os-path.yaml"],
        0,
    );
    assert_contains(&both, "swap/none");
    assert_contains(&both, "delete/os-path");
    let one = listed(&["scenarios/swap", "swap/none"], 0);
    assert!(
        one.contains("swap/none") && one.matches("swap/").count() == 1,
        "{one}"
    );
    let elsewhere = listed(&["scenarios/swap", "delete/os-path"], 3);
    assert_contains(&elsewhere, "no scenario matches `delete/os-path`");
    // A folder below `scenarios` is all that is in it, unless a scenario has that id.
    assert_eq!(listed(&["swap"], 0), listed(&["swap/*"], 0));
    assert_eq!(listed(&["swap/"], 0), listed(&["swap/*"], 0));
    let missing = listed(&["swap/none", "nosuch/thing"], 3);
    assert_contains(&missing, "no scenario matches `nosuch/thing`");
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
        .stderr(std::process::Stdio::null())
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

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let workspace = Workspace::with(&[("a", PLAIN), ("b", VIOLATED)]);
    let shown = |more: &[&str]| stdout_of(&run_newest(&workspace, more, 1));
    assert!(!shown(&[]).contains('\x1b'), "plain when piped");
    assert!(!shown(&["--color", "auto"]).contains('\x1b'));
    assert!(!shown(&["--color", "never"]).contains('\x1b'));
    assert!(shown(&["--color", "always"]).contains("\x1b["));
    assert!(
        !shown(&["--color", "always", "--format", "json"]).contains('\x1b'),
        "data has no colours"
    );
    let path = newest_python().path;
    let mut command = workspace.modswap(&["run", "--color", "always", "--python"]);
    let output = command
        .arg(path)
        .env("NO_COLOR", "1")
        .output()
        .expect("the binary starts");
    assert!(
        stdout_of(&output).contains("\x1b["),
        "the flag outranks the variable"
    );
}

#[test]
fn foreign_text_cannot_steer_the_terminal() {
    let loud = "title: \"Loud \\e]0;title\\a\"\nsteps:\n  - run: |\n      import os\n      \
        os.write(1, b'\\x1b[2Jgone\\r\\x07'); os.abort()\n";
    let workspace = Workspace::with(&[("a", loud)]);
    let output = run_newest(&workspace, &["--color", "never"], 1);
    let shown = stdout_of(&output);
    assert_contains(&shown, "gone");
    assert!(
        !shown.contains(|c: char| c.is_control() && c != '\n'),
        "{shown:?}"
    );
}

/// Needs ten columns, whatever is on this machine: one Python under ten names.
#[test]
fn ten_interpreters_fit_80_columns() {
    let workspace = Workspace::with(&[
        ("swap/a-name-of-24-charac", PLAIN),
        ("b/violated-on-all-of-them", VIOLATED),
    ]);
    let path = newest_python().path;
    let requests: Vec<String> = (0..10)
        .map(|number| format!("n{number}={}", path.display()))
        .collect();
    let mut arguments = vec!["run"];
    for request in &requests {
        arguments.extend(["--python", request]);
    }
    let output = workspace
        .modswap(&arguments)
        .env("COLUMNS", "80")
        .output()
        .expect("the binary starts");
    let shown = stdout_of(&output);
    let table = shown.split("\nfail ").next().unwrap_or_default();
    assert!(table.contains("@n0") && table.contains("@n9"), "{shown}");
    for line in table.lines() {
        assert!(
            line.chars().count() <= 80,
            "{} columns: {line}\n{shown}",
            line.chars().count()
        );
    }
}

#[test]
fn every_interpreter_here_fits_80_columns() {
    let workspace = Workspace::with(&[("swap/a-name-of-24-charac", PLAIN)]);
    let output = workspace
        .modswap(&["run"])
        .env("COLUMNS", "80")
        .output()
        .expect("the binary starts");
    let shown = stdout_of(&output);
    let table = shown.split("\n\n").next().unwrap_or_default();
    let widest = table.lines().map(|line| line.chars().count()).max();
    assert!(widest.is_some_and(|widest| widest <= 80), "{shown}");
}

#[test]
fn every_usage_error_has_one_form_and_names_what_was_meant() {
    let workspace = Workspace::with(&[("swap/none", &format!("{PLAIN}tags: [swapping]\n"))]);
    workspace.write("report.json", "{}");
    for (words, code, said) in [
        (&["rnu"][..], 2, "no command `rnu`; did you mean `run`?"),
        (
            &["run", "--strikt"],
            2,
            "no option `--strikt`; did you mean `--strict`?",
        ),
        (
            &["run", "--frob"],
            2,
            "no option `--frob`; see `modswap run --help`",
        ),
        (
            &["run", "--format", "jsn"],
            2,
            "`--format jsn`: no such value; did you mean `json`?",
        ),
        (
            &["run", "swap/noen"],
            3,
            "no scenario matches `swap/noen`; did you mean `swap/none`?",
        ),
        (
            &["run", "--tag", "swaping"],
            3,
            "no scenario has the tag `swaping`; did you mean `swapping`?",
        ),
        (
            &["run", "scenarios/swap/non.yaml"],
            2,
            "no such file or folder: scenarios/swap/non.yaml; did you mean `scenarios/swap/none.yaml`?",
        ),
        (&["run", "--output", "x.jsno"], 2, "; did you mean `json`?"),
        (
            &["report", "repotr.json"],
            2,
            "repotr.json: cannot be read: No such file or directory (os error 2); did you mean `report.json`?",
        ),
        (
            &["run", "--python", "3.31"],
            3,
            "no interpreter matches `3.31`; did you mean `3.13`? found: ",
        ),
        (
            &["show"],
            2,
            "`PATH|ID` is missing; see `modswap show --help`",
        ),
        (
            &["run", "--color", "\u{1b}[31m"],
            2,
            "`--color \u{fffd}[31m`: no such value",
        ),
    ] {
        let output = workspace.run_to(code, words);
        let text = stderr_of(&output);
        assert!(text.starts_with("modswap: "), "{words:?}: {text}");
        assert_contains(&text, said);
        assert_eq!(stdout_of(&output), "", "{words:?}");
    }
}

#[test]
fn the_help_of_run_has_headings_and_examples_and_global_options_stand_once() {
    let workspace = Workspace::new();
    let help = stdout_of(&workspace.run_to(0, &["run", "--help"]));
    for heading in [
        "Selection",
        "Pythons",
        "Packages",
        "Execution",
        "Baseline",
        "Output",
        "Global options",
        "Examples",
    ] {
        assert_eq!(
            help.matches(&format!("\n{heading}:\n")).count(),
            1,
            "{heading}: {help}"
        );
    }
    assert!(
        !help.contains("\nOptions:"),
        "each stands under what it is about: {help}"
    );
    assert_eq!(help.matches("\n  modswap run").count(), 3);
    for command in modswap::cli::Cli::command().get_subcommands() {
        let help = stdout_of(&workspace.run_to(0, &[command.get_name(), "-h"]));
        let (own, global) = help.split_once("\nGlobal options:\n").expect("a heading");
        for option in [
            "--color",
            "--ascii",
            "--no-pager",
            "--quiet",
            "--verbose",
            "--help",
        ] {
            assert!(
                !own.contains(option) && global.matches(option).count() == 1,
                "{option}: {help}"
            );
        }
    }
}

#[test]
fn quiet_prints_results_warnings_and_errors_only() {
    let workspace = Workspace::with(&[("a", PLAIN)]);
    let output = workspace.run_to(0, &["new", "b", "--quiet"]);
    assert_eq!(
        (stdout_of(&output), stderr_of(&output)),
        ("scenarios/b.yaml\n".to_owned(), String::new())
    );
    fs::create_dir_all(workspace.path("reports/baseline")).expect("a folder");
    let shown = |quiet: &[&str]| {
        let words = [&["--baseline", "reports/baseline"], quiet].concat();
        stdout_of(&run_newest(&workspace, &words, 0))
    };
    assert_contains(&shown(&[]), "\nnext: ");
    assert!(!shown(&["-q"]).contains("next: "));
    let output = workspace.run_to(3, &["run", "nothing", "-q"]);
    assert_contains(&stderr_of(&output), "no scenario matches `nothing`");
    workspace.run_to(2, &["list", "-q", "-v"]);
}
