//! Completions: bash, zsh and fish are started for real, and keys are pressed in them.
#![cfg(unix)]

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Output};

use clap::CommandFactory as _;
use rexpect::session::{PtySession, spawn_command};

use crate::harness::{
    PLAIN, Workspace, assert_contains, expect_exit, newest_python, stderr_of, stdout_of,
};

/// Words typed before the key, and the line after it. `PYTHON` is the one that is remembered, `SPACE` a blank as the shell quotes it,
/// `END` what the shell puts behind a word that is not whole.
const TYPED: &[(&str, &str)] = &[
    ("modswap expl", "modswap explain "),
    ("modswap run --wat", "modswap run --watch "),
    ("modswap show sw", "modswap show swap/"),
    ("modswap show swap/n", "modswap show swap/none "),
    ("modswap show mine lo", "modswap show mine lonely "),
    ("modswap run --tag al", "modswap run --tag alpha "),
    ("modswap run --set pa", "modswap run --set package=END"),
    ("modswap run --python 3.", "modswap run --python PYTHON "),
    ("modswap run --python @f", "modswap run --python @far "),
    ("modswap run --format=js", "modswap run --format=json "),
    (
        "modswap list --format mar",
        "modswap list --format markdown ",
    ),
    ("modswap changes 2", "modswap changes 2.7 "),
    ("modswap report my", "modswap report mySPACEreport.json "),
    ("modswap run ./mi", "modswap run ./mine/"),
];

/// A folder with scenarios, one of them wrong, a list whose command must not run, and a cache that knows one Python.
fn workspace() -> Workspace {
    let tagged = |tag: &str| format!("{PLAIN}tags: [{tag}]\n");
    let workspace = Workspace::with(&[
        ("swap/none", &tagged("alpha")),
        ("swap/other", &tagged("beta")),
        ("delete/os-path", "title: [wrong\n"),
        (
            "vet/import",
            "title: t\nparameters: [package]\nmatrix: {via: [statement, c_api]}\nsteps: [{via: \"${via}\", import: \"${package}\"}]\n",
        ),
    ]);
    workspace.write("mine/lonely.yaml", PLAIN);
    workspace.write("my report.json", "{}");
    workspace.write("my notes.txt", "");
    let far = workspace.script("far-python", "#!/bin/sh\ntouch started\n");
    let list = format!("pythons: [{{label: far, command: '{far}'}}]\n");
    workspace.write("scenarios/pythons.yaml", &list);
    let python = newest_python();
    let mut remembers = workspace.modswap(&["pythons", "--python", python.path()]);
    expect_exit(in_shell(&mut remembers, &workspace), 0);
    workspace
}

/// The environment of a shell: this binary as `modswap`, a cache of its own, and nothing of the user's.
fn in_shell<'a>(command: &'a mut Command, workspace: &Workspace) -> &'a mut Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_modswap"));
    let folder = binary.parent().expect("a folder").to_owned();
    let old = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder).chain(std::env::split_paths(&old));
    command
        .current_dir(workspace.path(""))
        .env("PATH", std::env::join_paths(all).expect("a PATH"))
        .env("MODSWAP_CACHE_DIR", workspace.path("cache"))
        .env("HOME", workspace.path("tmp"))
        .env("TERM", "dumb")
        .env("PS1", "$ ")
}

fn is_here(shell: &str) -> bool {
    let is_here = Command::new(shell).arg("--version").output().is_ok();
    if !is_here {
        println!("not covered: completion in {shell}, which is not here");
    }
    is_here
}

/// The line that is to be there.
fn expected(line: &str, space: &str, end: &str) -> String {
    let version = newest_python().key;
    let series: Vec<&str> = version.split('.').take(2).collect();
    line.replace("PYTHON", &series.join("."))
        .replace("SPACE", space)
        .replace("END", end)
}

/// A shell in a terminal, after the lines that set it up.
fn start(shell: &str, arguments: &[&str], workspace: &Workspace, lines: &[&str]) -> PtySession {
    let mut command = Command::new(shell);
    in_shell(command.args(arguments), workspace);
    let mut session = spawn_command(command, Some(60_000)).expect("the shell starts");
    for line in lines {
        session.send_line(line).expect("typed");
    }
    session.send_line("echo rea''dy").expect("typed");
    session.exp_string("ready").expect("set up");
    session
}

/// Presses the key behind each line, and another one that prints the line in braces and empties it, so that nothing of it runs.
fn press(mut session: PtySession, space: &str, end: &str) {
    for (typed, line) in TYPED {
        session.send(typed).expect("typed");
        session.send("\t\x18").expect("typed");
        session.flush().expect("typed");
        let shown = expected(line, space, end);
        let found = session.exp_string(&format!("{{{shown}}}"));
        found.unwrap_or_else(|error| panic!("{typed:?} is not {shown:?}: {error}"));
    }
    session.send_line("exit").expect("typed");
    session.exp_eof().expect("the end");
}

#[test]
fn bash_completes() {
    let workspace = workspace();
    let lines = [
        "source <(modswap completions bash)",
        "bind 'set bell-style none'; bind 'set enable-bracketed-paste off'",
        "bind -x '\"\\C-x\": echo \"{$READLINE_LINE}\"; READLINE_LINE='",
    ];
    let session = start("bash", &["--norc", "--noprofile", "-i"], &workspace, &lines);
    press(session, "\\ ", "");
    assert!(!workspace.path("started").exists());
}

#[test]
fn zsh_completes() {
    if !is_here("zsh") {
        return;
    }
    let workspace = workspace();
    let lines = [
        "unsetopt beep; autoload -U compinit; compinit -u -D",
        "source <(modswap completions zsh)",
        "show-line() { print -r -- \"{$BUFFER}\"; BUFFER= }; zle -N show-line; bindkey '^X' show-line",
    ];
    let session = start("zsh", &["-f", "-i"], &workspace, &lines);
    press(session, "\\ ", " ");
    assert!(!workspace.path("started").exists());
}

#[test]
fn fish_completes() {
    if !is_here("fish") {
        return;
    }
    let workspace = workspace();
    for (typed, line) in TYPED {
        let script = format!("modswap completions fish | source; complete -C '{typed}'");
        let mut fish = Command::new("fish");
        let output = expect_exit(in_shell(fish.args(["-N", "-c", &script]), &workspace), 0);
        let all = stdout_of(&output);
        let line = expected(line, " ", "");
        let (_, word) = line.trim_end().split_once("modswap ").expect("a line");
        let before = typed.rfind(' ').map_or(0, |at| at + 1) - "modswap ".len();
        let values: Vec<&str> = all
            .lines()
            .filter_map(|row| row.split('\t').next())
            .collect();
        assert_eq!(values, [&word[before..]], "{typed:?}: {all}");
    }
    assert!(!workspace.path("started").exists());
}

#[test]
fn powershell_completes() {
    if !is_here("pwsh") {
        return;
    }
    let workspace = workspace();
    let script = "modswap completions powershell | Out-String | Invoke-Expression; \
                  (TabExpansion2 'modswap expl' 12).CompletionMatches.CompletionText";
    let mut shell = Command::new("pwsh");
    let output = expect_exit(
        in_shell(shell.args(["-NoProfile", "-Command", script]), &workspace),
        0,
    );
    assert_eq!(stdout_of(&output).trim(), "explain");
}

/// Asks as the script of fish does.
fn ask(workspace: &Workspace, words: &[&str]) -> Output {
    let mut command = workspace.modswap(&["--", "modswap"]);
    command.args(words).env("_MODSWAP_COMPLETE", "fish");
    command.env("MODSWAP_CACHE_DIR", workspace.path("cache"));
    command.output().expect("it starts")
}

fn offered(workspace: &Workspace, words: &[&str]) -> Vec<String> {
    let output = ask(workspace, words);
    let values = stdout_of(&output);
    let values = values.lines().filter_map(|row| row.split('\t').next());
    values.map(str::to_owned).collect()
}

#[test]
fn subjects_ids_and_variants_are_offered_step_by_step() {
    let workspace = workspace();
    let both = "title: t\nmatrix: {x: [1, 2]}\nsteps: [{eval: \"${x} + 0\"}]\n";
    workspace.scenario("swap/both", both);
    assert_eq!(
        offered(&workspace, &["show", ""]),
        ["delete/", "swap/", "vet/"]
    );
    assert_eq!(
        offered(&workspace, &["show", "swap/"]),
        ["swap/both", "swap/none", "swap/other"]
    );
    let variants = ["swap/both[x=1]", "swap/both[x=2]"];
    assert_eq!(offered(&workspace, &["show", "swap/both["]), variants);
    assert_eq!(
        offered(&workspace, &["show", "swap/both"]),
        [&["swap/both"], &variants[..]].concat()
    );
    let titled = stdout_of(&ask(&workspace, &["show", "swap/n"]));
    assert_eq!(titled, "swap/none\tNothing special\n");
    assert_eq!(
        offered(&workspace, &["run", "--tag", ""]),
        ["alpha", "beta"]
    );
    let values = stdout_of(&ask(&workspace, &["check", "--set", ""]));
    assert_eq!(values, "package=\t1 scenario\n");
    // Their rows are those of values that nobody has set.
    assert!(offered(&workspace, &["show", "vet/import["]).is_empty());
    // Options are shown where they are asked for, or nothing else fits.
    assert_contains(&offered(&workspace, &["run", "-"]).join(" "), "--strict");
    assert_contains(&offered(&workspace, &["schema", ""]).join(" "), "--quiet");
}

#[test]
fn what_cannot_be_completed_is_silence() {
    let workspace = Workspace::new();
    workspace.write("bad\u{1b}[31m.json", "{}");
    workspace.scenario("a", "title: \"\\e[31m\"\nsteps: [{run: pass}]\n");
    for words in [
        &["show", "\u{1b}[31m"][..],
        &["nonsense", ""],
        &["run", "--nonsense", "x"],
        &["run", "--python", ">=9"],
        &["run", "/nowhere/"],
        &["report", "bad"],
        &["changes", "..", ".."],
        &["show", ""],
        &[],
    ] {
        let output = ask(&workspace, words);
        assert_eq!(stderr_of(&output), "", "{words:?}");
        assert!(!stdout_of(&output).contains('\u{1b}'), "{words:?}");
    }
    let mut unknown = workspace.modswap(&["--", "modswap", "ru"]);
    let output = unknown.env("_MODSWAP_COMPLETE", "csh").output();
    let output = output.expect("it starts");
    assert_eq!((stdout_of(&output), stderr_of(&output)), Default::default());
}

/// Options and arguments whose values are anybody's guess, by the names that the help gives them.
const UNGUESSED: [&str; 9] = [
    "N",
    "DURATION",
    "K/N",
    "PREFIX",
    "DIR",
    "TEXT",
    "PATH=TEXT",
    "NAME",
    "EXPRESSION",
];

#[test]
fn every_value_completes_or_cannot() {
    fn check(command: &clap::Command, workspace: &Workspace, words: &[&str]) {
        for argument in command.get_arguments().filter(|one| !one.is_hide_set()) {
            let names = argument.get_value_names().unwrap_or_default();
            let takes_value = argument.get_action().takes_values();
            let is_known = !argument.get_possible_values().is_empty()
                || names.iter().any(|name| UNGUESSED.contains(&name.as_str()));
            if !takes_value || is_known {
                continue;
            }
            let mut line: Vec<String> = words.iter().map(ToString::to_string).collect();
            match argument.get_long() {
                Some(long) => line.push(format!("--{long}")),
                None => line.extend((1..argument.get_index().unwrap_or(1)).map(|_| "x".into())),
            }
            line.push(String::new());
            let line: Vec<&str> = line.iter().map(String::as_str).collect();
            let offered = offered(workspace, &line);
            assert!(
                offered.first().is_some_and(|value| !value.starts_with('-')),
                "{line:?}: {offered:?}"
            );
        }
        for below in command.get_subcommands().filter(|one| !one.is_hide_set()) {
            check(below, workspace, &[words, &[below.get_name()]].concat());
        }
    }
    let workspace = workspace();
    let mut cli = modswap::cli::Cli::command();
    cli.build();
    check(&cli.disable_help_subcommand(true), &workspace, &[]);
}

#[test]
fn scripts_call_the_command_on_path_and_no_other() {
    let workspace = Workspace::new();
    let folder = Path::new(env!("CARGO_BIN_EXE_modswap")).parent();
    let folder: OsString = folder.expect("a folder").into();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = workspace.stdout(0, &["completions", shell]);
        assert!(!script.contains(&*folder.to_string_lossy()), "{script}");
        assert_contains(&script, "modswap");
    }
}
