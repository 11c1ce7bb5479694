//! Words that are typed: those that name scenarios, wrong ones, help and `--quiet`.

use std::fs;

use clap::CommandFactory as _;

use super::run_newest;
use crate::harness::{PLAIN, Workspace, assert_contains, stderr_of, stdout_of};

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
        (&["run", "--jobs", "x"], 2, "`--jobs x`: expected a number"),
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
