//! The real binary, as a step of a workflow starts it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::runner::{Obeyed, obeyed, read};
use crate::harness::{
    PLAIN, Workspace, assert_contains, newest_python, parse_report, stderr_of, stdout_of,
};

const VIOLATED: &str = "\
title: Violated
steps:
  - eval: 1 + 1
  # what follows is wrong
  - eval: 2 + 2
    expect: {value: 5}
";

/// `modswap run` on the newest Python, in a step of a workflow.
fn step(workspace: &Workspace, more: &[&str]) -> Command {
    let python = newest_python().path;
    let python = python.to_str().expect("UTF-8");
    let mut command = workspace.modswap(&[&["run", "--python", python], more].concat());
    command
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", summary(workspace))
        .env("GITHUB_WORKSPACE", root(workspace));
    command
}

fn root(workspace: &Workspace) -> PathBuf {
    let folder = workspace.path("scenarios");
    folder.parent().expect("a folder").to_owned()
}

fn summary(workspace: &Workspace) -> PathBuf {
    workspace.path("summary.md")
}

fn ended(command: &mut Command, code: i32) -> Output {
    crate::harness::expect_exit(command, code)
}

/// The annotations of a log.
fn read_annotations(log: &str) -> Vec<Obeyed> {
    let mut commands = obeyed(log);
    commands.retain(|one| ["error", "warning", "notice"].contains(&one.name.as_str()));
    commands
}

#[test]
fn where_no_runner_reads_nothing_is_otherwise() {
    let workspace = Workspace::new();
    workspace.scenario("a", VIOLATED);
    let shown = |more: &[&str], actions: Option<&str>| {
        let mut command = step(&workspace, more);
        match actions {
            Some(value) => command.env("GITHUB_ACTIONS", value),
            None => command.env_remove("GITHUB_ACTIONS"),
        };
        let output = ended(&mut command, 1);
        assert_eq!(stderr_of(&output), "");
        let shown = stdout_of(&output);
        // The time is another one each time.
        let lines = shown
            .lines()
            .filter(|line| !line.contains(" 1 interpreter = "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let plain = shown(&[], None);
    assert!(plain[0].starts_with("not as expected: 1 of "), "{plain:?}");
    assert_eq!(shown(&[], Some("false")), plain);
    assert_eq!(shown(&["--github", "never"], Some("true")), plain);
    assert!(!summary(&workspace).exists());

    let log = shown(&["--github", "always"], None).join("\n");
    assert_eq!(read_annotations(&log).len(), 1);
    assert!(summary(&workspace).exists());
    // No runner, no summary, and nothing to say about it.
    let mut command = step(&workspace, &["--github=always"]);
    let output = ended(command.env_remove("GITHUB_STEP_SUMMARY"), 1);
    assert_eq!(stderr_of(&output), "");
}

#[test]
fn a_violation_is_annotated_on_the_line_of_its_step() {
    let workspace = Workspace::new();
    let inside = "\
title: In the body of a module
modules:
  other: ''
  demo:
    steps:
      - import: other

      - eval: 1 + 1     # here
        expect: {value: 3}
steps:
  - import: demo
";
    let entry = "\
title: In the entry
modules: {demo: x = 1}
interpreter:
  entry: -m demo        # here
  expect: {outcome: KeyError}
steps:
  - eval: 1 + 1
";
    workspace.scenario("swap/violated", VIOLATED);
    workspace.scenario("inside", inside);
    workspace.scenario("entry", entry);
    workspace.scenario("plain", PLAIN);
    let output = ended(&mut step(&workspace, &[]), 1);
    let found = read_annotations(&stdout_of(&output));
    let places: Vec<(&str, &str)> = found
        .iter()
        .map(|one| (one.property("file"), one.property("line")))
        .collect();
    let line = |text: &str| {
        let at = text.lines().position(|line| line.ends_with("# here"));
        (at.expect("a line") + 1).to_string()
    };
    assert_eq!(
        places,
        [
            ("scenarios/entry.yaml", line(entry).as_str()),
            ("scenarios/inside.yaml", line(inside).as_str()),
            ("scenarios/swap/violated.yaml", "5"),
        ]
    );
    assert!(found.iter().all(|one| one.name == "error"));
    assert_eq!(
        found[2].text,
        "step 2 (eval: 2 + 2): value: expected 5, got 4"
    );
    let title = found[2].property("title");
    assert!(title.starts_with("fail in swap/violated on 3."), "{title}");

    // Files are named from the root of the repository, wherever the step runs.
    let mut below = step(&workspace, &["swap/violated.yaml"]);
    let output = ended(below.current_dir(workspace.path("scenarios")), 1);
    let found = read_annotations(&stdout_of(&output));
    assert_eq!(found[0].property("file"), "scenarios/swap/violated.yaml");
    assert_eq!(found[0].property("line"), "5");
    // What is outside of it is named as it is.
    let mut beside = step(&workspace, &["scenarios/swap"]);
    let output = ended(beside.env("GITHUB_WORKSPACE", workspace.path("tmp")), 1);
    let found = read_annotations(&stdout_of(&output));
    assert_eq!(found[0].property("file"), "scenarios/swap/violated.yaml");
}

#[test]
fn a_file_that_is_another_by_now_has_no_line() {
    let workspace = Workspace::new();
    let path = workspace.path("scenarios").join("a.yaml");
    let step_of = |text: &str| {
        format!(
            "open({:?}, 'w').write({text:?})",
            path.to_str().expect("UTF-8")
        )
    };
    for (text, line) in [
        // As it was but for its look.
        (None, "5"),
        (
            Some("title: x\nsteps:\n  - eval: 1 + 1\n  - eval: 2 + 2\n"),
            "",
        ),
        (Some("no scenario"), ""),
    ] {
        let run = text.map_or("pass".to_owned(), step_of);
        workspace.scenario(
            "a",
            &format!(
                "title: x\nsteps:\n  - run: |\n      {run}\n  - eval: 1 + 0\n    expect: {{value: 2}}\n"
            ),
        );
        let output = ended(&mut step(&workspace, &[]), 1);
        let found = read_annotations(&self::stdout_of(&output));
        assert_eq!(found[0].property("file"), "scenarios/a.yaml");
        assert_eq!(found[0].property("line"), line, "{text:?}");
    }
}

#[test]
fn the_table_is_folded_and_what_failed_is_not() {
    let workspace = Workspace::new();
    workspace
        .scenario("violated", VIOLATED)
        .scenario("plain", PLAIN);
    let output = ended(&mut step(&workspace, &[]), 1);
    assert_eq!(stderr_of(&output), "", "all in one stream");
    let log = stdout_of(&output);
    let names: Vec<String> = obeyed(&log).into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["group", "endgroup", "error"]);
    let (folded, open) = log.split_once("\n::endgroup::\n").expect("a group");
    assert_contains(folded, "\n  violated  fail\n  A! ");
    assert_contains(open, "\n     step 2 (eval: 2 + 2): value:");
    assert_contains(open, "2 cases: 1 pass, 1 fail");
}

#[test]
fn of_more_than_nine_violations_nine_are_annotated_and_the_others_counted() {
    let workspace = Workspace::new();
    for at in 0..12 {
        workspace.scenario(&format!("a{at:02}"), VIOLATED);
    }
    let output = ended(&mut step(&workspace, &[]), 1);
    let found = read_annotations(&stdout_of(&output));
    assert_eq!(found.len(), 10);
    assert_eq!(found[9].property("title"), "and 3 more");
    assert_eq!(found[9].property("file"), "");
    let page = fs::read_to_string(summary(&workspace)).expect("a summary");
    // They have one cause, which is told once.
    assert_eq!(page.matches("\n#### fail: ").count(), 1);
    let others = "and 11 more rows with the same: a01, a02, a03, a04, a05, a06 and 5 more";
    assert_contains(&page, others);
}

/// A scenario whose every word is after the runner.
fn hostile() -> String {
    let out = r"::error::out\n  ::set-output name=a::b\n##[error]x\r::warning::cr\n\x1b]0;title\x07\x00%0A\n";
    format!(
        "title: '::error::title ##[set-env name=PATH]x <script>'\nsteps:\n  - run: |\n      import sys\n      \
         sys.stdout.write('{out}')\n      sys.stderr.write('::add-mask::a\\n' + '##[group]' * 100000)\n      \
         raise ValueError(u'::error::m\\n::set-env name=x::y\\n%0A%0D \\u202e \\ud800')\n    expect: {{outcome: ok}}\n  \
         - eval: '\"##[error]v\"'\n    expect: {{value: '::error::w'}}\n"
    )
}

#[test]
fn what_scenarios_say_starts_no_command() {
    let workspace = Workspace::new();
    workspace.scenario("x", &hostile());
    workspace.scenario("y", &hostile());
    let output = ended(&mut step(&workspace, &[]), 1);
    let log = stdout_of(&output);
    let (commands, shown) = read(&log);
    let names: Vec<&str> = commands.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["group", "endgroup", "error", "error"]);
    let files: Vec<&str> = commands.iter().map(|one| one.property("file")).collect();
    assert_eq!(files[2..], ["scenarios/x.yaml", "scenarios/y.yaml"]);
    assert_eq!(commands[3].property("line"), "3");
    assert!(
        shown
            .iter()
            .any(|line| line.contains(": :set-env name=x::y"))
    );
    assert!(shown.iter().all(|line| !line.contains("##[")));
    assert_eq!(stderr_of(&output), "");
    let page = fs::read_to_string(summary(&workspace)).expect("a summary");
    assert!(!page.contains("<script>") && page.contains("&lt;script&gt;"));

    let output = ended(&mut step(&workspace, &["--format", "json"]), 1);
    assert_eq!(obeyed(&stdout_of(&output)), []);
    let report = parse_report(&output);
    let message = report["cases"][0]["messages"]["1"].as_str();
    assert!(message.is_some_and(|text| text.starts_with("::error::m\n::set-env")));
    let title = report["scenarios"][0]["title"].as_str();
    assert_eq!(
        title,
        Some("::error::title ##[set-env name=PATH]x <script>")
    );
    let talk = stderr_of(&output);
    assert_eq!(read_annotations(&talk).len(), 2);
    assert_eq!(read(&talk).1, [""], "nothing else is said");
}

#[test]
fn what_is_wrong_in_a_scenario_starts_no_command() {
    let workspace = Workspace::new();
    workspace.scenario(
        "a",
        "title: x\n'##[error]y': 1\n'::error::z': 2\nsteps: []\n",
    );
    let output = ended(&mut step(&workspace, &[]), 2);
    let talk = stderr_of(&output);
    assert_contains(&talk, "# #[error]y");
    assert_contains(&talk, "::error::z");
    assert_eq!(obeyed(&talk), []);
    let output = ended(&mut step(&workspace, &["\n::error::no/such.yaml"]), 2);
    assert_eq!(obeyed(&stderr_of(&output)), []);
    // Such names of files are refused.
    for name in ["::error title=id::x", " ##[error]y", "a\n::error::z"] {
        workspace.scenario(name, VIOLATED);
    }
    let output = ended(&mut step(&workspace, &[]), 2);
    let talk = stderr_of(&output);
    assert_contains(&talk, "cannot be the id of a scenario");
    assert_eq!(obeyed(&talk), []);
}

#[test]
fn the_summary_is_appended_and_stays_below_what_github_takes() {
    let workspace = Workspace::new();
    workspace.scenario("violated", VIOLATED);
    fs::write(summary(&workspace), "<b>from before").expect("a file");
    for times in 1..=2 {
        ended(&mut step(&workspace, &[]), 1);
        let page = fs::read_to_string(summary(&workspace)).expect("a summary");
        assert!(page.starts_with("<b>from before\n\n## modswap: failed: 1 fail of 1 case\n"));
        assert_eq!(page.matches("\n## modswap: ").count(), times);
    }
    let before = "x".repeat((1 << 20) - 100);
    fs::write(summary(&workspace), &before).expect("a file");
    let output = ended(&mut step(&workspace, &[]), 1);
    let talk = stderr_of(&output);
    assert_contains(&talk, "the summary of the step was not written: ");
    assert_contains(&talk, "it is full");
    let page = fs::read_to_string(summary(&workspace)).expect("a summary");
    assert!(page == before, "what was there is whole");
}

#[test]
fn a_summary_that_cannot_be_written_fails_nothing() {
    let workspace = Workspace::new();
    workspace.scenario("plain", PLAIN);
    for place in [
        Path::new("/no/such/folder/summary.md"),
        &workspace.path("tmp"),
    ] {
        let output = ended(step(&workspace, &[]).env("GITHUB_STEP_SUMMARY", place), 0);
        let talk = stderr_of(&output);
        let expected = format!(
            "modswap: the summary of the step was not written: {}: ",
            place.display()
        );
        assert!(talk.starts_with(&expected), "{talk}");
        assert!(stdout_of(&output).contains("1 pass"));
    }
}

#[test]
fn drift_says_what_was_and_what_is() {
    let workspace = Workspace::new();
    let switch = workspace.path("switch");
    let code = format!(
        "__import__('os').path.exists({:?})",
        switch.to_str().expect("UTF-8")
    );
    workspace.scenario(
        "a",
        &format!(
            "title: It depends\nsteps:\n  - eval: 1 + 1\n  - eval: \"{}\"\n",
            code.replace('"', "\\\"")
        ),
    );
    ended(&mut step(&workspace, &["--strict"]), 1);
    let mut accept = workspace.modswap(&["accept"]);
    ended(&mut accept, 0);
    fs::remove_file(summary(&workspace)).expect("a summary");
    let output = ended(&mut step(&workspace, &["--strict"]), 0);
    assert_eq!(read_annotations(&stdout_of(&output)), []);

    fs::write(&switch, "").expect("a file");
    workspace.scenario("b", PLAIN);
    fs::remove_file(summary(&workspace)).expect("a summary");
    let output = ended(&mut step(&workspace, &[]), 1);
    let found = read_annotations(&stdout_of(&output));
    assert_eq!(found.len(), 2);
    assert_eq!(
        (found[0].name.as_str(), found[0].property("line")),
        ("error", "4")
    );
    assert!(found[0].property("title").starts_with("drift in a on 3."));
    assert_eq!(found[1].name, "notice");
    assert_eq!(found[1].property("title"), "not in the baseline: b");
    let page = fs::read_to_string(summary(&workspace)).expect("a summary");
    assert_contains(&page, "| fact | was | now |\n");
    assert_contains(&page, "| `value` | `False` | `True` |\n");
    assert_contains(&page, "new scenario: b; not in the baseline\n");

    let output = ended(&mut step(&workspace, &["--strict"]), 1);
    let found = read_annotations(&stdout_of(&output));
    assert_eq!(found[1].name, "error");
}

#[test]
fn where_everything_is_skipped_that_is_an_error() {
    let workspace = Workspace::new();
    workspace.scenario(
        "a",
        "title: Old\nrequires: {python: '<2'}\nsteps:\n  - eval: 1 + 1\n",
    );
    let output = ended(&mut step(&workspace, &[]), 3);
    let found = read_annotations(&stdout_of(&output));
    assert_eq!(found.len(), 1);
    assert!(found[0].text.starts_with("nothing could run"));
    let page = fs::read_to_string(summary(&workspace)).expect("a summary");
    assert!(page.starts_with("## modswap: nothing ran\n"), "{page}");
}
