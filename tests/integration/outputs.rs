//! What a run writes for other programs: JUnit XML and events.
#![cfg(unix)]

use std::fs;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::Duration;

use crate::harness::{
    PLAIN, VIOLATED, Workspace, assert_code, assert_contains, newest_python, stderr_of, wait_for,
};
use serde_json::{Value, json};

const CRASHED: &str = r"title: Crashed
steps:
  - run: import os; os.write(1, b'a\x00\x1b[31m]]>\xff'); os.abort()
";
const NOWHERE: &str = "title: t\nrequires: {python: '>=9'}\nsteps:\n  - eval: 1 + 1\n";

/// A run on the newest Python: how it ended, and what it said.
fn run(workspace: &Workspace, more: &[&str]) -> (Option<i32>, String) {
    let python = newest_python();
    let path = python.path();
    let output = workspace.run(&[&["run", "--python", path], more].concat());
    (output.status.code(), stderr_of(&output))
}

/// The counts of a file of JUnit XML: tests, failures, errors, skipped.
fn junit_counts(xml: &str) -> [u32; 4] {
    let parsed = roxmltree::Document::parse(xml).expect("XML");
    let root = parsed.root_element();
    ["tests", "failures", "errors", "skipped"].map(|name| {
        let count = root.attribute(name).expect("a count");
        count.parse().expect("a number")
    })
}

fn read(workspace: &Workspace, name: &str) -> String {
    fs::read_to_string(workspace.path(name)).expect("the file")
}

#[test]
fn junit_xml_says_what_the_exit_code_says() {
    let workspace = Workspace::new();
    workspace.scenario("a", PLAIN).scenario("nowhere", NOWHERE);
    let written = || read(&workspace, "results/junit.xml");
    let counts = |code: i32, more: &[&str]| {
        let arguments = [&["--output", "results/junit.xml"], more].concat();
        let (status, said) = run(&workspace, &arguments);
        assert_eq!(status, Some(code), "{said}");
        junit_counts(&written())
    };
    assert_eq!(counts(0, &[]), [2, 0, 0, 1]);
    // Nothing was accepted yet.
    assert_eq!(counts(1, &["--strict"]), [2, 1, 0, 1]);
    assert_contains(&written(), "type=\"not-accepted\"");
    workspace.scenario("b", VIOLATED).scenario("c", CRASHED);
    assert_eq!(counts(1, &[]), [4, 2, 0, 1]);
    let xml = written();
    for part in [
        "<testsuite name=\"".to_owned() + &newest_python().key,
        "<failure message=\"step 1 (eval: 1 + 1): value: expected 3, got 2\" type=\"fail\">"
            .to_owned(),
        "type=\"crashed\"".to_owned(),
        "in scenarios/b.yaml\nmodswap show b</failure>".to_owned(),
        "<system-out>a\u{fffd}\u{fffd}[31m]]&gt;\u{fffd}</system-out>".to_owned(),
        "requires Python &gt;=9".to_owned(),
    ] {
        assert!(xml.contains(&part), "no {part} in {xml}");
    }
}

#[test]
fn a_merge_says_in_junit_xml_what_its_exit_code_says() {
    let workspace = Workspace::new();
    for id in ["a", "b", "c", "d", "e", "f"] {
        workspace.scenario(id, PLAIN);
    }
    for part in ["1", "2"] {
        let name = format!("{part}.json");
        let (status, said) = run(
            &workspace,
            &["--shard", &format!("{part}/2"), "--output", &name],
        );
        assert_eq!(status, Some(0), "{said}");
    }
    let counts = |code: i32, more: &[&str]| {
        workspace.run_to(code, &[&["merge", "--output", "junit.xml"], more].concat());
        let [_, failures, errors, _] = junit_counts(&read(&workspace, "junit.xml"));
        (failures, errors)
    };
    assert_eq!(counts(0, &["1.json", "2.json"]), (0, 0));
    assert_eq!(counts(3, &["1.json"]), (0, 1));
    let xml = read(&workspace, "junit.xml");
    assert_contains(&xml, "type=\"incomplete\"");
    assert_contains(&xml, "part 2/2 is missing");
    assert_eq!(counts(0, &["1.json", "--allow-incomplete"]), (0, 0));
    // Held against no baseline, because there is none.
    let (failures, _) = counts(1, &["1.json", "2.json", "--strict"]);
    assert_eq!(failures, 6);
}

#[test]
fn a_file_that_cannot_be_written_is_known_before_anything_runs() {
    let workspace = Workspace::new();
    let mark = workspace.path("ran");
    let writes = format!("title: t\nsteps:\n  - run: open({mark:?}, 'w').close()\n");
    workspace.scenario("a", &writes);
    workspace.write("file", "");
    for name in ["file/x.json", "file/x.ndjson"] {
        let (status, said) = run(&workspace, &["--output", name]);
        assert_eq!(status, Some(2), "{said}");
        assert_contains(&said, &format!("{name}: cannot be written"));
    }
    assert!(!mark.exists());
    // The scenario does write when it runs.
    run(&workspace, &[]);
    assert!(mark.exists());
}

/// The lines of a stream of events, which must all be whole.
fn parse_events(stream: &str) -> Vec<Value> {
    assert!(
        stream.is_empty() || stream.ends_with('\n'),
        "a line is cut off: {stream}"
    );
    let events: Vec<Value> = stream
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    if let Some(first) = events.first() {
        assert_eq!(
            (&first["event"], &first["schema_version"]),
            (&json!("run-started"), &json!(1))
        );
        assert!(
            stream.starts_with("{\"event\":\"run-started\",\"schema_version\":1,"),
            "{first}"
        );
    }
    events
}

fn events_of_kind<'a>(events: &'a [Value], kind: &str) -> Vec<&'a Value> {
    events.iter().filter(|one| one["event"] == kind).collect()
}

#[test]
fn events_tell_the_run_from_its_start_to_its_exit_code() {
    let workspace = Workspace::new();
    workspace
        .scenario("a", PLAIN)
        .scenario("b", VIOLATED)
        .scenario("c", NOWHERE);
    let (status, said) = run(
        &workspace,
        &[
            "--output",
            "events.ndjson",
            "--output",
            "r.json",
            "--strict",
        ],
    );
    assert_eq!(status, Some(1), "{said}");
    let events = parse_events(&read(&workspace, "events.ndjson"));
    let report: Value = serde_json::from_str(&read(&workspace, "r.json")).expect("JSON");
    let key = newest_python().key;
    assert_eq!(events[0]["interpreters"], json!([key]));
    assert_eq!(events[0]["cases"], 3);
    assert_eq!(events[0]["tool"], report["tool"]);
    let ids = |kind| {
        let mut ids: Vec<_> = events_of_kind(&events, kind)
            .iter()
            .map(|one| one["case"].clone())
            .collect();
        ids.sort_by_key(ToString::to_string);
        ids
    };
    assert_eq!(
        ids("case-started"),
        ["a", "b"],
        "what is skipped does not start"
    );
    assert_eq!(ids("case-finished"), ["a", "b", "c"]);
    for case in report["cases"].as_array().expect("cases") {
        let finished = events_of_kind(&events, "case-finished").into_iter();
        let told = finished
            .clone()
            .find(|one| one["case"] == case["case"])
            .expect("the case");
        for (name, value) in told.as_object().expect("an object") {
            assert!(
                name == "event" || case[name] == *value,
                "{name}: {value} in {case}"
            );
        }
        for name in ["interpreter", "verdict", "reasons", "duration_ms"] {
            assert!(told.get(name).is_some(), "{name} in {told}");
        }
    }
    let place = |kind, case: &str| {
        let mut all = events.iter();
        all.position(|one| one["event"] == kind && one["case"] == case)
    };
    assert!(place("case-started", "a") < place("case-finished", "a"));
    let last = events.last().expect("a last one");
    assert_eq!(last["event"], "run-finished");
    assert_eq!(last["counts"], json!({"fail": 1, "pass": 1, "skipped": 1}));
    assert_eq!((&last["exit"], &last["unfinished"]), (&json!(1), &json!(0)));
    let baseline = events_of_kind(&events, "case-finished")[1]["baseline"]["status"].clone();
    assert_eq!(baseline, "new-scenario");
}

/// Two hundred cases, and one that does not end.
fn write_long_run(workspace: &Workspace) {
    let numbers: Vec<String> = (0..200).map(|number| number.to_string()).collect();
    let many = format!(
        "title: Many\nmatrix: {{n: [{}]}}\nsteps:\n  - eval: \"${{n}} + 1\"\n",
        numbers.join(", ")
    );
    let hang = "title: Hangs\nsteps:\n  - run: |\n      import time\n      time.sleep(3600)\n";
    workspace.scenario("a", &many).scenario("z-hang", hang);
}

/// Starts the scenarios with a file of events: one that is named, or standard output.
fn start_with_events(workspace: &Workspace, is_printed: bool) -> Child {
    let (option, stdout) = if is_printed {
        ("--format=ndjson", "events.ndjson")
    } else {
        ("--output=events.ndjson", "table.txt")
    };
    let mut command = workspace.modswap(&["run", "--jobs", "1", option, "--python"]);
    let stdout = fs::File::create(workspace.path(stdout)).expect("a file");
    command.arg(newest_python().path).stdout(stdout);
    command.spawn().expect("the binary starts")
}

/// The events that a run has written so far.
fn written_events(workspace: &Workspace) -> String {
    let files = ["events.ndjson.part", "events.ndjson"];
    let mut read = files
        .map(|name| fs::read_to_string(workspace.path(name)))
        .into_iter();
    read.find_map(Result::ok).unwrap_or_default()
}

fn interrupt(child: &Child) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status();
    assert!(sent.expect("kill starts").success());
}

fn make_pipe(workspace: &Workspace) {
    let made = Command::new("mkfifo")
        .arg(workspace.path("pipe.ndjson"))
        .status();
    assert!(made.expect("mkfifo starts").success());
}

/// Runs a line of shell in the folder.
fn start_shell(workspace: &Workspace, script: &str) -> Child {
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(workspace.path(""));
    command.spawn().expect("a shell starts")
}

#[test]
fn a_kill_leaves_whole_lines() {
    for after in [1, 40, 200, 402] {
        let workspace = Workspace::new();
        write_long_run(&workspace);
        workspace.write("events.ndjson", "of before");
        let mut child = start_with_events(&workspace, false);
        let part = workspace.path("events.ndjson.part");
        let stream = || fs::read_to_string(&part).unwrap_or_default();
        // They come while the run goes on, or this never comes.
        wait_for("the events", || stream().lines().count() >= after);
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        wait_for("the end of every process", || {
            workspace.processes().is_empty()
        });
        let events = parse_events(&stream());
        assert!(events.len() >= after && events_of_kind(&events, "run-finished").is_empty());
        assert_eq!(read(&workspace, "events.ndjson"), "of before");
    }
}

#[test]
fn the_option_for_events_says_how_they_are_asked_for_now() {
    let (status, said) = run(&Workspace::new(), &["--events", "events.ndjson"]);
    assert_eq!(status, Some(2));
    assert_contains(&said, "no option `--events`; write `--output FILE.ndjson`");
}

#[test]
fn an_interrupted_run_says_so_in_its_last_event() {
    for is_printed in [false, true] {
        let workspace = Workspace::new();
        write_long_run(&workspace);
        let child = start_with_events(&workspace, is_printed);
        let stream = || written_events(&workspace);
        wait_for("the hanging case", || stream().contains("z-hang"));
        interrupt(&child);
        let output = child.wait_with_output().expect("it ends");
        assert_code(&output, 130);
        workspace.assert_clean();
        let events = parse_events(&stream());
        let last = events.last().expect("a last one");
        assert_eq!(last["event"], "run-finished");
        assert_eq!(
            (&last["exit"], &last["unfinished"]),
            (&json!(130), &json!(1))
        );
        assert_eq!(last["interrupted"], true);
    }
}

#[test]
fn events_can_be_read_from_a_pipe_and_whoever_reads_may_leave() {
    for reader in ["cat", "head -n 1"] {
        let workspace = Workspace::new();
        write_long_run(&workspace);
        fs::remove_file(workspace.path("scenarios/z-hang.yaml")).expect("the file");
        make_pipe(&workspace);
        let mut reading = start_shell(&workspace, &format!("{reader} < pipe.ndjson > read.ndjson"));
        let (status, said) = run(&workspace, &["--output", "pipe.ndjson"]);
        if status != Some(0) {
            // It may never have been written to.
            reading.kill().expect("it can be killed");
        }
        // What becomes of the events in a reader's hands is no fault of the run.
        assert_eq!(status, Some(0), "{said}");
        assert!(reading.wait().expect("it ends").success());
        let events = parse_events(&read(&workspace, "read.ndjson"));
        if reader == "cat" {
            assert_eq!((events.len(), said.as_str()), (402, ""));
        } else {
            assert_eq!(events.len(), 1);
            assert_eq!(
                said.matches("the run goes on without events").count(),
                1,
                "{said}"
            );
        }
    }
}

#[test]
fn events_that_cannot_be_written_are_a_fault_at_the_end() {
    if !std::path::Path::new("/dev/full").exists() {
        println!("not covered: a full disk, without /dev/full");
        return;
    }
    let workspace = Workspace::new();
    workspace.scenario("a", PLAIN);
    let full = workspace.path("full.ndjson");
    std::os::unix::fs::symlink("/dev/full", full).expect("a link");
    let (status, said) = run(
        &workspace,
        &["--output", "full.ndjson", "--output", "junit.xml"],
    );
    assert_eq!(status, Some(4), "{said}");
    assert_eq!(
        said.matches("full.ndjson: cannot be written").count(),
        1,
        "{said}"
    );
    assert_contains(&read(&workspace, "junit.xml"), "tests=\"1\"");
}

#[test]
fn a_reader_that_does_not_read_holds_up_neither_the_run_nor_ctrl_c() {
    let workspace = Workspace::new();
    write_long_run(&workspace);
    // More than a pipe holds, and nothing that hangs.
    let scenario = |id: &str| workspace.path(&format!("scenarios/{id}.yaml"));
    fs::copy(scenario("a"), scenario("z-hang")).expect("a copy");
    make_pipe(&workspace);
    let mut reading = start_shell(&workspace, "exec sleep 3600 < pipe.ndjson");
    let results = fs::File::create(workspace.path("results")).expect("a file");
    let mut child = workspace
        .modswap(&["run", "--output", "pipe.ndjson", "--python"])
        .arg(newest_python().path)
        .stdout(results)
        .spawn()
        .expect("the binary starts");
    let shown = || fs::read_to_string(workspace.path("results")).unwrap_or_default();
    wait_for("the results", || shown().contains("400 pass"));
    wait_for("the end after Ctrl-C", || {
        interrupt(&child);
        sleep(Duration::from_millis(50));
        // Until it is waited for, its id is not given to another process.
        fs::read_to_string(format!("/proc/{}/stat", child.id()))
            .is_ok_and(|stat| stat.contains(") Z"))
    });
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    reading.kill().expect("it can be killed");
    reading.wait().expect("it ends");
    workspace.assert_clean();
}
