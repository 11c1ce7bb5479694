//! `modswap review` on a pseudo-terminal: what each key does, what is written when, and how the terminal is left.
#![cfg(unix)]

use std::fs;
use std::process::Command;

use crate::harness::assert_contains;
use crate::harness::stored::{Case, Project, report};
use rexpect::process::{Signal, WaitStatus};
use rexpect::session::{PtySession, spawn_command};
use serde_json::json;

/// How long something may take that has to come. No test waits so long unless it is about to fail.
const LIMIT_MS: u64 = 60_000;
/// The end of the question.
const PROMPT: &str = "? help > ";

const FIRST: [Case<'static>; 4] = [
    ("a/one", "3.13.0", "pass", "old"),
    ("a/two", "3.13.0", "pass", "old"),
    ("a/two", "3.12.1", "pass", "old"),
    ("b/three", "3.13.0", "pass", "old"),
];

/// Three changes: a drift that two rows share, and two alone.
const SECOND: [Case<'static>; 4] = [
    ("a/one", "3.13.0", "drift", "new"),
    ("a/two", "3.13.0", "drift", "new"),
    ("a/two", "3.12.1", "drift", "other"),
    ("b/three", "3.13.0", "drift", "third"),
];

/// A project with a baseline of the first run, in which the second is to be reviewed.
fn project(second: &[Case<'_>]) -> Project {
    let project = Project::accepted(&FIRST);
    project.store("run.json", &report(second));
    project
}

/// A review that goes on.
struct Talk {
    session: PtySession,
}

impl Talk {
    fn start(project: &Project) -> Self {
        Self::of(project.modswap(&["review", "--report", "run.json"]))
    }

    fn of(mut command: Command) -> Self {
        command.env("NO_COLOR", "1");
        let session = spawn_command(command, Some(LIMIT_MS)).expect("a pseudo-terminal");
        Self { session }
    }

    /// Waits for the question, and hands on what came before it.
    fn asked(&mut self) -> String {
        let said = self.session.exp_string(PROMPT);
        text(&said.expect("the question"))
    }

    fn press(&mut self, key: &str) -> &mut Self {
        self.session.send(key).expect("a key");
        self.session.flush().expect("a key");
        self
    }

    /// Waits for the end, which leaves the terminal as it was: with lines and signals.
    fn ends(&mut self, code: i32) -> String {
        let said = text(&self.session.exp_eof().expect("the end"));
        let process = self.session.process();
        let status = process.wait().expect("a status");
        assert!(
            matches!(status, WaitStatus::Exited(_, found) if found == code),
            "{status:?}\n{said}"
        );
        let terminal = process.get_file_handle().expect("a terminal");
        let modes = Command::new("stty").arg("-a").stdin(terminal).output();
        let modes = text(&String::from_utf8_lossy(&modes.expect("stty").stdout));
        for mode in ["icanon", "isig", "icrnl", "opost"] {
            assert!(
                modes.split_whitespace().any(|one| one == mode),
                "{mode}: {modes}"
            );
        }
        said
    }
}

/// What a program wrote to the terminal: each of its bytes comes as a character.
fn text(said: &str) -> String {
    let bytes: Vec<u8> = said
        .chars()
        .filter_map(|one| u8::try_from(one).ok())
        .collect();
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
}

#[test]
fn what_is_accepted_is_written_at_once_and_what_is_not_stays() {
    let project = project(&SECOND);
    let mut talk = Talk::start(&project);
    let first = talk.asked();
    assert_contains(
        &first,
        "1 of 3\ndrift: 2 rows on 3.13\n  a/one, a/two on 3.13\n",
    );
    let others = || ["a/two", "b/three"].map(|row| project.row(row));
    let before = others();
    let second = talk.press("a").asked();
    assert_contains(
        &second,
        "accept\naccepted 2 cases of 2 scenarios\n\n2 of 3\n",
    );
    assert_eq!(project.row("a/one"), "B 3.13.0");
    assert_eq!(project.row("a/two"), "A 3.12.1; B 3.13.0");
    let third = talk.press("r").asked();
    assert_contains(&third, "reject\n\n3 of 3\n");
    talk.press("s");
    let said = talk.ends(1);
    assert!(
        said.ends_with(
            "\n3 changes: 1 accepted, 1 rejected, 1 skipped\nrejected: modswap show a/two\n"
        ),
        "{said}"
    );
    assert_eq!(project.row("a/two"), "A 3.12.1; B 3.13.0");
    assert_eq!(project.row("b/three"), before[1]);
    // What was decided is not asked again, and what was not is.
    let mut again = Talk::start(&project);
    assert!(again.asked().contains("1 of 2\n"));
    again.press("q").ends(0);
}

#[test]
fn a_trace_is_opened_row_by_row() {
    let project = project(&SECOND);
    let before = project.files("reports");
    let mut talk = Talk::start(&project);
    talk.asked();
    let first = talk.press("o").asked();
    insta::assert_snapshot!(first);
    let second = talk.press("o").asked();
    assert_contains(&second, "row 2 of 2: a/two\n");
    let third = talk.press("o").asked();
    assert_contains(&third, "row 1 of 2: a/one\n");
    talk.press("q");
    let said = talk.ends(0);
    assert_contains(&said, "quit\n\n3 changes: 3 not looked at\n");
    assert_eq!(project.files("reports"), before);
}

#[test]
fn a_key_that_is_no_answer_is_said_and_asked_again() {
    let project = project(&SECOND);
    let before = project.files("reports");
    let mut talk = Talk::start(&project);
    talk.asked();
    let said = talk.press("x").asked();
    assert_contains(&said, "`x` is no answer; ? is help");
    for key in ["\r", "\u{1b}[A", "A", "ä", "\u{7}"] {
        let said = talk.press(key).asked();
        assert!(said.contains("is no answer; ? is help"), "{key:?}: {said}");
    }
    let help = talk.press("?").asked();
    for key in ["a  accept", "r  reject", "s  skip", "o  open", "q  quit"] {
        assert_contains(&help, key);
    }
    talk.press("q").ends(0);
    assert_eq!(project.files("reports"), before);
}

#[test]
fn ctrl_c_leaves_what_was_accepted_and_the_terminal_as_it_was() {
    let project = project(&SECOND);
    let mut talk = Talk::start(&project);
    talk.asked();
    talk.press("a").asked();
    let accepted = project.files("reports");
    talk.press("\u{3}");
    let said = talk.ends(130);
    assert_contains(
        &said,
        "interrupted\n\n3 changes: 1 accepted, 2 not looked at\n",
    );
    assert_eq!(project.files("reports"), accepted);
    assert_eq!(project.row("a/one"), "B 3.13.0");
}

#[test]
fn a_signal_ends_it_like_ctrl_c() {
    for signal in [Signal::SIGTERM, Signal::SIGHUP, Signal::SIGINT] {
        let project = project(&SECOND);
        let mut talk = Talk::start(&project);
        talk.asked();
        talk.press("a").asked();
        let process = talk.session.process_mut();
        process.signal(signal).expect("a signal");
        let said = talk.ends(130);
        assert!(
            said.contains("1 accepted, 2 not looked at"),
            "{signal}: {said}"
        );
        assert_eq!(project.row("a/one"), "B 3.13.0");
    }
}

#[test]
fn the_end_of_input_is_the_end() {
    let project = project(&SECOND);
    let mut talk = Talk::start(&project);
    talk.asked();
    talk.press("\u{4}");
    let said = talk.ends(0);
    assert_contains(&said, "3 changes: 3 not looked at");
}

#[test]
fn every_kind_of_change_can_be_accepted() {
    let project = Project::accepted(&[
        ("a/drift", "3.13.0", "pass", "old"),
        ("a/version", "3.13.0", "pass", "old"),
        ("a/behaviour", "3.13.0", "pass", "old"),
        ("a/stale", "3.13.0", "pass", "old"),
        ("a/stale", "3.12.1", "pass", "old"),
    ]);
    let mut second = report(&[
        ("a/drift", "3.13.0", "drift", "new"),
        ("a/version", "3.14.0", "pass", "old"),
        ("a/behaviour", "3.14.0", "new", "new"),
        ("a/stale", "3.13.0", "pass", "old"),
        ("a/scenario", "3.13.0", "pass", "old"),
    ]);
    let scenarios = second["scenarios"].as_array_mut().expect("a list");
    let stale = scenarios.iter_mut().find(|one| one["id"] == "a/stale");
    stale.expect("it")["digest"] = json!("v2:another");
    project.store("run.json", &second);
    let mut talk = Talk::start(&project);
    for (at, head) in [
        "drift: 1 row on 3.13",
        "new behaviour: 1 row on 3.14, unlike 3.13.0",
        "stale: a/stale does something else now, or its digest has an older form; 1 row on 3.13",
        "new scenario: a/scenario: A on 3.13",
        "new version 3.14.0: like 3.13.0 in 1 row",
    ]
    .into_iter()
    .enumerate()
    {
        let said = talk.asked();
        assert_contains(&said, &format!("{} of 5\n{head}\n", at + 1));
        let trace = talk.press("o").asked();
        assert_contains(&trace, "About a/");
        assert_contains(&trace, "eval: it");
        talk.press("a");
    }
    assert!(talk.ends(0).contains("5 changes: 5 accepted\n"));
    assert_eq!(project.row("a/drift"), "B 3.13.0");
    assert_eq!(project.row("a/version"), "A 3.13.0 3.14.0");
    assert_eq!(project.row("a/behaviour"), "A 3.13.0; B 3.14.0");
    assert_eq!(project.row("a/stale"), "A 3.13.0 -3.12.1");
    assert_eq!(project.row("a/scenario"), "A 3.13.0");
}

#[test]
fn what_cannot_be_accepted_is_not_offered_but_counted() {
    let project = project(&[
        ("a/one", "3.13.0", "fail", "new"),
        ("a/two", "3.13.0", "crashed", "old"),
        ("a/two", "3.12.1", "unstable", "other"),
        ("b/three", "3.13.0", "drift", "third"),
    ]);
    let mut talk = Talk::start(&project);
    let said = talk.asked();
    assert_contains(&said, "1 of 1\ndrift: 1 row on 3.13\n  b/three");
    talk.press("a");
    let said = talk.ends(0);
    let counted =
        "cannot be accepted: 3 cases: 1 crashed, 1 fail, 1 unstable; modswap show a/one\n";
    assert!(said.ends_with(counted), "{said}");
    assert_eq!(project.row("a/one"), "A 3.13.0");
    let nothing = Talk::start(&project).ends(0);
    assert_contains(&nothing, "nothing to review\ncannot be accepted: 3 cases");
}

#[test]
fn what_another_one_accepts_meanwhile_is_not_lost() {
    let project = project(&SECOND);
    let mut talk = Talk::start(&project);
    talk.asked();
    project.ends(&["accept", "--report", "run.json", "a/two@3.12.1"], 0);
    talk.press("a").asked();
    assert_eq!(project.row("a/two"), "B 3.12.1; C 3.13.0");
    let said = talk.press("a").asked();
    assert_contains(&said, "nothing new to accept");
    talk.press("q").ends(0);
}

#[test]
fn a_file_that_was_damaged_meanwhile_is_not_overwritten() {
    let project = project(&SECOND);
    let mut talk = Talk::start(&project);
    talk.asked();
    project.write("reports/baseline/a/two.yaml", "schema_version: [\n");
    let before = project.files("reports");
    talk.press("a");
    let said = talk.ends(2);
    assert_contains(&said, "two.yaml:");
    assert_contains(&said, "damaged");
    assert_eq!(project.files("reports"), before);
}

#[test]
fn without_a_terminal_it_names_the_other_commands() {
    let project = project(&SECOND);
    let before = project.files("reports");
    let refused = |said: &str| {
        for command in [
            "modswap diff",
            "modswap accept ID",
            "modswap accept --new-versions",
        ] {
            assert_contains(said, command);
        }
    };
    refused(&project.fails(&["review", "--report", "run.json"], 2));
    // One of the three that is none is enough.
    for redirection in ["> out", "< /dev/null", "2> out"] {
        let mut shell = Command::new("sh");
        let binary = project.modswap(&[]);
        shell
            .arg("-c")
            .arg(format!(
                "exec \"$0\" review --report run.json {redirection}"
            ))
            .arg(binary.get_program())
            .current_dir(project.path(""))
            .envs(
                binary
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .env_remove("CI");
        let said = Talk::of(shell).ends(2);
        let file = fs::read_to_string(project.path("out")).unwrap_or_default();
        refused(if redirection == "2> out" {
            &file
        } else {
            &said
        });
    }
    assert_eq!(project.files("reports"), before);
}

#[test]
fn in_ci_nothing_is_written_unless_it_is_told_to() {
    let project = project(&SECOND);
    let before = project.files("reports");
    let start = |more: &[&str]| {
        let mut command = project.modswap(&[&["review", "--report", "run.json"], more].concat());
        command.env("CI", "true");
        Talk::of(command)
    };
    let said = start(&[]).ends(2);
    assert_contains(&said, "`CI` is set");
    assert_eq!(project.files("reports"), before);
    let mut talk = start(&["--allow-ci"]);
    talk.asked();
    talk.press("a").asked();
    talk.press("q").ends(0);
    assert_eq!(project.row("a/one"), "B 3.13.0");
}
