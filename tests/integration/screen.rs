//! What people see: ASCII where it is wanted, a pager where text is long, links where the terminal has them, and of what scenarios
//! and Pythons say nothing that steers the terminal.
#![cfg(unix)]

use std::time::Duration;

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use crate::harness::{
    PLAIN, Workspace, assert_contains, expect_exit, modswap, newest_python, stderr_of, stdout_of,
};

/// Everything in it comes from elsewhere, and wants to be obeyed.
const HOSTILE: &str = r#"title: "<script>alert(1)</script> | `x` \e[31mred \e]0;title\a \u202egnirts ::error::t 日本 **b** @user #1"
about: "::error::about\n##[error]about </details> \u200f \u2028"
refs: ["javascript:alert(1)", "https://example.org/\u202ex"]
steps:
- run: |
    import sys
    sys.stdout.write("::error::out\n\x1b[31m" + "\0" + "x" * 1000000 + "\n")
    sys.stderr.write("::error::err\n##[error]err\n\x1b]0;title\x07</script><b>|`\n")
  note: "::error::note \e[5m | <img>"
- eval: "'\\ud800 \\u202e <b> | ` ::error::v'"
- run: "raise ValueError('::error::m\\n::error::n \\x1b[31m <script> | \\x00')"
  expect: {outcome: ok}
"#;

/// No character of these is obeyed by a terminal, but line breaks, and colours and links of ours where they are allowed.
fn assert_harmless(shown: &str, with_colours: bool) {
    let mut rest = shown;
    while let Some(at) = rest.find('\x1b') {
        let after = &rest[at + 1..];
        let end = after
            .strip_prefix('[')
            .and_then(|code| code.find(|c: char| !c.is_ascii_digit() && c != ';'));
        let is_colour = end.is_some_and(|end| after.as_bytes()[1 + end] == b'm');
        assert!(
            with_colours && is_colour,
            "{:?}",
            &rest[at..(at + 40).min(rest.len())]
        );
        rest = after;
    }
    let bad = |c: char| {
        c.is_control() && c != '\n' && c != '\x1b'
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert_eq!(
        shown
            .find(bad)
            .map(|at| shown[at..].chars().take(20).collect::<String>()),
        None
    );
}

/// No line is longer than one reads.
fn assert_short(shown: &str) {
    let longest = shown.lines().map(str::len).max().unwrap_or(0);
    assert!(longest < 20_000, "a line of {longest} bytes");
}

#[test]
fn hostile_text_steers_nobody() {
    let workspace = Workspace::new();
    workspace.scenario("swap/hostile", HOSTILE);
    let python = newest_python();
    let python = python.path();
    let run = |arguments: &[&str]| {
        let mut command = workspace.modswap(arguments);
        command.args(["--python", python]);
        command
    };
    let files = ["r.json", "r.html", "r.md", "r.xml", "r.ndjson", "r.txt"];
    let outputs = files.iter().flat_map(|name| ["--output", name]);
    let all: Vec<&str> = ["run", "--no-baseline"]
        .into_iter()
        .chain(outputs)
        .collect();
    let shown = stdout_of(&expect_exit(&mut run(&all), 1));
    assert_harmless(&shown, false);
    assert!(
        shown.contains("::error::err"),
        "what it wrote is shown: {shown}"
    );
    assert_harmless(
        &stdout_of(&expect_exit(
            &mut run(&["run", "--no-baseline", "--color", "always"]),
            1,
        )),
        true,
    );
    assert_harmless(
        &stdout_of(&expect_exit(&mut run(&["show", "swap/hostile"]), 1)),
        false,
    );
    assert_harmless(
        &stdout_of(&expect_exit(&mut run(&["explain", "swap/hostile"]), 1)),
        false,
    );
    assert_harmless(
        &stdout_of(&expect_exit(&mut workspace.modswap(&["list"]), 0)),
        false,
    );
    for format in ["table", "markdown", "junit", "ndjson", "json", "html"] {
        let output = expect_exit(
            &mut workspace.modswap(&["report", "r.json", "--format", format]),
            0,
        );
        let shown = stdout_of(&output);
        if matches!(format, "table" | "markdown" | "junit") {
            assert_harmless(&shown, false);
        }
        if matches!(format, "table" | "markdown") {
            assert_short(&shown);
        }
        let control = |c: char| c.is_control() && c != '\n';
        assert_eq!(shown.find(control), None, "{format}");
        // Each is what the run itself wrote.
        let file = files.iter().find(|name| {
            let ending = [("table", "txt"), ("markdown", "md"), ("junit", "xml")];
            let own = ending
                .iter()
                .find(|(word, _)| *word == format)
                .map_or(format, |(_, ending)| ending);
            name.strip_prefix("r.") == Some(own)
        });
        let written = std::fs::read_to_string(workspace.path(file.expect("a file"))).expect("text");
        if format == "json" {
            // What is printed may reach a terminal, and is escaped further.
            let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
            assert!(value(&written) == value(&shown));
        } else if !matches!(format, "table" | "markdown" | "html" | "ndjson") {
            assert!(written == shown, "{format}");
        }
    }
    let xml = std::fs::read_to_string(workspace.path("r.xml")).expect("text");
    roxmltree::Document::parse(&xml).expect("XML");
    for line in std::fs::read_to_string(workspace.path("r.ndjson"))
        .expect("text")
        .lines()
    {
        serde_json::from_str::<serde_json::Value>(line).expect("JSON");
    }
}

#[test]
fn a_runner_obeys_nothing_of_it() {
    let workspace = Workspace::new();
    workspace.scenario("swap/hostile", HOSTILE);
    let python = newest_python();
    let python = python.path();
    let commands: [(&[&str], i32); 4] = [
        (&["show", "swap/hostile", "--python", python], 1),
        (&["explain", "swap/hostile", "--python", python], 1),
        (&["list"], 0),
        (
            &[
                "run",
                "--no-baseline",
                "--github",
                "never",
                "--python",
                python,
            ],
            1,
        ),
    ];
    for (arguments, code) in commands {
        let mut command = workspace.modswap(arguments);
        command.env("GITHUB_ACTIONS", "true");
        let output = expect_exit(&mut command, code);
        for line in (stdout_of(&output) + &stderr_of(&output)).lines() {
            let visible = |c: char| c.is_alphanumeric() || c.is_ascii_graphic();
            let obeyed =
                line.trim_start_matches(|c| !visible(c)).starts_with("::") || line.contains("##[");
            assert!(!obeyed, "{arguments:?}: {line}");
        }
    }
}

#[test]
fn ascii_is_ascii_and_stays_in_line() {
    let workspace = Workspace::new();
    workspace.scenario(
        "swap/wide",
        "title: \"日本語 – ≠ …\"\nsteps:\n- eval: \"'é'\"\n- import: nothing_of_this_name\n",
    );
    let python = newest_python();
    let python = python.path();
    let commands: [(&[&str], i32); 8] = [
        (&["run", "--all", "--no-baseline", "--python", python], 0),
        (&["show", "swap/wide", "--python", python], 0),
        (&["explain", "swap/wide", "--python", python], 0),
        (&["list"], 0),
        (&["pythons", "--python", python], 0),
        (&["check"], 0),
        (&["run", "nowhere/at-all…"], 3),
        (&["show", "swap/widé"], 3),
    ];
    for (arguments, code) in commands {
        let output = expect_exit(workspace.modswap(arguments).arg("--ascii"), code);
        assert!(
            output.stdout.is_ascii(),
            "{arguments:?}: {}",
            stdout_of(&output)
        );
        assert!(
            output.stderr.is_ascii(),
            "{arguments:?}: {}",
            stderr_of(&output)
        );
    }
    let mut report = modswap();
    report.args(["report", "reports/report.json"]);
    let unicode = stdout_of(&expect_exit(&mut report, 0));
    let ascii = stdout_of(&expect_exit(report.arg("--ascii"), 0));
    for (a, b) in unicode.lines().zip(ascii.lines()) {
        assert_eq!(modswap::text::width(a), b.len(), "{a}\n{b}");
    }
}

/// A terminal of 80 × 24 in which a command runs.
fn open_terminal(
    workspace: &Workspace,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> PtySession {
    let mut command = workspace.modswap(arguments);
    command
        .env("TERM", "xterm")
        .env_remove("PAGER")
        .env_remove("MODSWAP_PAGER")
        .env_remove("LESS");
    command.envs(variables.iter().copied());
    let limit = Duration::from_secs(60).as_millis();
    spawn_command(command, Some(u64::try_from(limit).expect("a number"))).expect("a terminal")
}

fn wait_for_exit(session: &PtySession) -> Option<i32> {
    match session.process().wait().expect("it ends") {
        WaitStatus::Exited(_, code) => Some(code),
        _ => None,
    }
}

/// Writes more scenarios than a terminal has lines, and returns their folder.
fn write_many(workspace: &Workspace) -> &'static str {
    for number in 0..40 {
        workspace.write(&format!("many/number-{number}.yaml"), PLAIN);
    }
    "many"
}

#[test]
fn long_text_goes_through_a_pager_and_short_text_does_not() {
    let workspace = Workspace::with(&[("swap/a", PLAIN)]);
    let pager = workspace.script("pager", "#!/bin/sh\necho \"paged with LESS=$LESS\"\ncat\n");
    let variables = [("MODSWAP_PAGER", pager.as_str())];
    let many = write_many(&workspace);
    let mut long = open_terminal(&workspace, &["list", many], &variables);
    long.exp_string("paged with LESS=FRX").expect("the pager");
    long.exp_eof().expect("the end");
    assert_eq!(wait_for_exit(&long), Some(0));
    for (arguments, more) in [
        (vec!["list"], ("A", "B")),
        (vec!["list", many, "--no-pager"], ("A", "B")),
        (vec!["list", many], ("CI", "true")),
        (vec!["list", many], ("TERM", "dumb")),
    ] {
        let mut plain = open_terminal(&workspace, &arguments, &[variables[0], more]);
        let shown = plain.exp_eof().expect("the end");
        assert!(!shown.contains("paged with"), "{arguments:?} {more:?}");
        assert_eq!(wait_for_exit(&plain), Some(0));
    }
    let mut missing = open_terminal(
        &workspace,
        &["list", many],
        &[("MODSWAP_PAGER", "/no/such/pager -x")],
    );
    let shown = missing.exp_eof().expect("the end");
    assert_contains(&shown, "/no/such/pager: cannot be started");
    assert!(shown.contains("number-39"), "and the text is printed");
    assert_eq!(wait_for_exit(&missing), Some(0));
}

#[test]
fn leaving_a_pager_early_changes_no_exit_code() {
    let workspace = Workspace::new();
    let pager = workspace.script("pager", "#!/bin/sh\nhead -1\n");
    let many = write_many(&workspace);
    let mut session = open_terminal(&workspace, &["list", many], &[("MODSWAP_PAGER", &pager)]);
    session.exp_eof().expect("the end");
    assert_eq!(wait_for_exit(&session), Some(0));
    workspace.assert_clean();
}

#[test]
fn files_are_links_where_the_terminal_has_them() {
    let workspace = Workspace::new();
    workspace.scenario(
        "swap/a",
        "title: A\nrefs: [\"https://example.org/x\"]\nsteps:\n- eval: \"1\"\n",
    );
    let python = newest_python();
    let python = python.path();
    let explain = |forced: &str| {
        let mut command = workspace.modswap(&["explain", "swap/a", "--python", python]);
        stdout_of(&expect_exit(command.env("FORCE_HYPERLINK", forced), 0))
    };
    let linked = explain("1");
    assert!(
        linked.contains("\x1b]8;;https://example.org/x\x1b\\https://example.org/x\x1b]8;;\x1b\\"),
        "{linked:?}"
    );
    assert!(linked.contains("\x1b]8;;file:///"), "{linked:?}");
    assert!(!explain("0").contains('\x1b'));
}
