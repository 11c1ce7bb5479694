//! Commands that end in a Python and misbehave: what is at the other end of `--python` is not always a Python alone.
#![cfg(unix)]

use crate::harness::{
    PLAIN, Python, Workspace, assert_code, assert_contains, find_case, newest_python, parse_report,
    pythons, stderr_of, wait_for,
};
use serde_json::Value;

/// Runs a plain scenario on the newest Python of this machine behind a shell script, and on that Python itself. The
/// script sees the Python's words in `$@`; `worker` is a function that tells the worker from the probe.
struct Fake {
    workspace: Workspace,
    python: Python,
    request: String,
}

const IS_WORKER: &str = "worker() { case \"$*\" in *worker.py*) true;; *) false;; esac; }\n";

impl Fake {
    fn new(body: &str) -> Self {
        let workspace = Workspace::new();
        workspace.scenario("a", PLAIN).scenario("b", PLAIN);
        let python = newest_python();
        let wrap = workspace.script("wrap", &format!("#!/bin/sh\n{IS_WORKER}{body}\n"));
        let request = format!("fake={wrap} {}", python.path());
        Self {
            workspace,
            python,
            request,
        }
    }

    fn run(&self, code: i32) -> Value {
        let asked = ["--python", &self.request, "--python", self.python.path()];
        let output = self
            .workspace
            .run(&[&["run", "--format", "json"], &asked[..]].concat());
        assert_code(&output, code);
        let report = parse_report(&output);
        for id in ["a", "b"] {
            let plain = find_case(&report, id, &self.python.key);
            assert_eq!(plain["verdict"], "pass", "unharmed: {plain:#}");
        }
        report
    }

    /// The words for each of its cases.
    fn verdicts(&self, report: &Value) -> Vec<(String, String)> {
        let key = format!("{}@fake", self.python.key);
        let cases = ["a", "b"].map(|id| find_case(report, id, &key));
        let words = cases.iter().map(|case| {
            (
                case["verdict"].as_str().unwrap_or_default().to_owned(),
                case["reasons"].to_string(),
            )
        });
        words.collect()
    }

    fn passes(&self) {
        for (verdict, reasons) in self.verdicts(&self.run(0)) {
            assert_eq!(verdict, "pass", "{reasons}");
        }
    }

    fn is_error(&self, reason: &str) {
        let reason = reason.replace("VERSION", &self.python.key);
        for (verdict, reasons) in self.verdicts(&self.run(4)) {
            assert_eq!(verdict, "error");
            assert!(reasons.contains(&reason), "{reason} is not in {reasons}");
        }
    }

    /// What a run on it alone says when discovery refuses it.
    fn refused(&self) -> String {
        self.refused_with(&[])
    }

    fn refused_with(&self, more: &[&str]) -> String {
        let asked = ["run", "--python", &self.request];
        let output = self.workspace.run_to(3, &[&asked[..], more].concat());
        assert!(output.stdout.is_empty());
        stderr_of(&output)
    }
}

/// A worker that says hello as the Python would, by itself.
fn hello_script() -> String {
    let version = newest_python().key;
    format!("printf 'modswap hello 0 {}\\n{version}'", version.len())
}

#[test]
fn a_banner_before_the_python_does_no_harm() {
    Fake::new("echo 'Welcome to build-host'; printf 'no line break'; echo; exec \"$@\"").passes();
}

#[test]
fn a_command_that_is_slow_and_passes_bytes_on_does_no_harm() {
    Fake::new("sleep 0.5; cat | \"$@\" | (sleep 0.5; cat)").passes();
}

#[test]
fn noise_on_standard_error_does_no_harm() {
    Fake::new(
        "(i=0; while [ $i -lt 20000 ]; do echo 'noise of the command'; i=$((i+1)); done) >&2; exec \"$@\"",
    )
    .passes();
}

#[test]
fn a_command_may_clear_the_environment() {
    // All but the mark by which this test finds what is left, and the temporary folder.
    Fake::new("exec env -i MODSWAP_TEST_MARK=\"$MODSWAP_TEST_MARK\" TMPDIR=\"$TMPDIR\" \"$@\"")
        .passes();
}

#[test]
fn endless_noise_instead_of_the_worker_is_a_fault() {
    Fake::new("worker \"$@\" && exec yes garbage; exec \"$@\"")
        .is_error("not a frame of the worker: `garbage`");
}

#[test]
fn garbage_instead_of_a_frame_is_a_fault() {
    let body = format!(
        "worker \"$@\" && {{ {}; printf '\\033[31mgarbage\\n'; cat >/dev/null; exit; }}; exec \"$@\"",
        hello_script()
    );
    Fake::new(&body).is_error(r"not a frame of the worker: `\\u{1b}[31mgarbage`");
}

#[test]
fn a_frame_beyond_all_measure_is_a_fault() {
    let body = format!(
        "worker \"$@\" && {{ {}; echo modswap steps 0 99999999999; cat >/dev/null; exit; }}; exec \"$@\"",
        hello_script()
    );
    Fake::new(&body).is_error("announced a frame of 99999999999 bytes");
}

/// Output that a worker sends for ever, by a shell that has said hello.
fn endless(frame: &str) -> String {
    let hello = hello_script();
    format!(
        "worker \"$@\" && {{ {hello}; exec 3<&0; cat <&3 >/dev/null & yes \"$(printf '{frame}')\"; exit; }}; exec \"$@\""
    )
}

#[test]
fn an_answer_without_end_is_a_fault() {
    // A frame and the line break behind it, which belongs to the next head; steps of a case that was not asked for, of those
    // that were, and talk of what takes long.
    let step = r#"{"step":1,"facts":{}}"#;
    for frame in [
        format!("modswap steps 99 {}\\n{step}", step.len() + 1),
        format!("modswap steps 0 {}\\n{step}", step.len() + 1),
        "modswap installing 0 5\\ntalk".to_owned(),
        "modswap want 0 5\\ntalk".to_owned(),
    ] {
        Fake::new(&endless(&frame)).is_error("sent more than a whole answer may have");
    }
}

/// Of 64 MiB, as many as steps may say.
#[test]
fn as_many_steps_as_may_be_are_more_than_are_kept() {
    let chunk = "head -c 16777216 /dev/zero | tr '\\0' ','";
    let frames = format!("for _ in 1 2 3 4; do echo modswap steps 0 16777216; {chunk}; done");
    let body = format!(
        "worker \"$@\" && {{ {}; exec 3<&0; cat <&3 >/dev/null & {frames}; printf 'modswap end 0 8\\n9 exit 0'; wait; exit; }}; exec \"$@\"",
        hello_script()
    );
    let fake = Fake::new(&body);
    std::fs::remove_file(fake.workspace.path("scenarios/b.yaml")).expect("a file");
    let asked = ["run", "--format", "json", "--python", &fake.request];
    let report = parse_report(&fake.workspace.run_to(4, &asked));
    let reasons = report["cases"].to_string();
    assert_contains(&reasons, "sent more than 4194304 values");
}

#[test]
fn output_that_is_longer_than_it_may_be_is_a_fault() {
    for kind in ["out", "err", "end", "hello"] {
        let body = format!(
            "worker \"$@\" && {{ {}; echo modswap {kind} 0 1048577; cat >/dev/null; exit; }}; exec \"$@\"",
            hello_script()
        );
        Fake::new(&body).is_error("announced a frame of 1048577 bytes");
    }
}

/// Children of a command that left its group, and with it whatever an end of that reaches.
const CHILDREN: &str =
    "for _ in 1 2 3 4 5; do setsid sleep 1000 </dev/null >/dev/null 2>&1 & sleep 1000 & done";

#[test]
fn a_worker_that_fails_at_start_leaves_no_process() {
    let hello = hello_script();
    for (end, reason) in [
        ("exit 1".to_owned(), "ended without an answer"),
        ("kill -9 $$".to_owned(), "ended without an answer"),
        ("echo garbage; yes garbage".to_owned(), "not a frame"),
        (
            "printf 'modswap hello 0 3\\n1.0'; cat".to_owned(),
            "runs Python 1.0",
        ),
        (format!("{hello}; exit 1"), "ended without an answer"),
    ] {
        let body = format!("worker \"$@\" && {{ {CHILDREN}; {end}; }}; exec \"$@\"");
        let fake = Fake::new(&body);
        let asked = ["run", "--format", "json", "--python", &fake.request];
        let output = fake.workspace.modswap(&asked).output().expect("it starts");
        let left = fake.workspace.processes();
        assert!(left.is_empty(), "{end}: {left:#?}");
        assert_code(&output, 4);
        let reasons = fake.verdicts(&parse_report(&output))[0].1.clone();
        assert!(reasons.contains(reason), "{end}: {reasons}");
    }
}

#[test]
fn a_probe_leaves_no_process() {
    let answers = "exec \"$@\"";
    for (end, code) in [
        (answers, 0),
        ("\"$@\"; exit 3", 0),
        ("\"$@\"; sleep 1000", 0),
        ("exit 3", 3),
        ("kill -9 $$", 3),
        ("cat /dev/zero", 3),
        ("sleep 1000", 3),
    ] {
        let fake = Fake::new(&format!("{CHILDREN}; {end}"));
        let limit = if end == "sleep 1000" { "1s" } else { "1m" };
        let asked = [
            "pythons",
            "--probe-timeout",
            limit,
            "--python",
            &fake.request,
        ];
        let output = fake.workspace.modswap(&asked).output().expect("it starts");
        let left = fake.workspace.processes();
        assert!(left.is_empty(), "{end}: {left:#?}");
        assert_code(&output, code);
    }
}

#[test]
fn death_in_the_middle_of_a_frame_is_a_fault() {
    let body = format!(
        "worker \"$@\" && {{ {}; echo modswap steps 0 500; printf half; exit; }}; exec \"$@\"",
        hello_script()
    );
    Fake::new(&body).is_error("the worker ended without an answer");
}

#[test]
fn death_in_the_middle_of_a_case_is_a_fault() {
    let line = r#"{"begin":1}"#;
    let body = format!(
        "worker \"$@\" && {{ {}; printf 'modswap steps 0 {}\\n%s\\n' '{line}'; head -c 8 >/dev/null; echo 'out of memory' >&2; exit 1; }}; exec \"$@\"",
        hello_script(),
        line.len() + 1,
    );
    Fake::new(&body).is_error("the worker ended without an answer; its last words: out of memory");
}

#[test]
fn lines_that_are_no_records_are_a_fault() {
    // The same for every number of case that may be asked for.
    let answer = "for case in 0 1 2 3; do printf 'modswap steps %d 8\\nnothing\\nmodswap end %d 8\\n9 exit 0' $case $case; done";
    let body = format!(
        "worker \"$@\" && {{ {}; {answer}; cat >/dev/null; exit; }}; exec \"$@\"",
        hello_script()
    );
    Fake::new(&body).is_error("nothing");
}

#[test]
fn a_worker_that_dies_at_once_is_a_fault() {
    Fake::new("worker \"$@\" && { echo 'no such container' >&2; exit 125; }; exec \"$@\"")
        .is_error("the worker ended without an answer; its last words: no such container");
}

#[test]
fn another_version_than_the_probe_saw_is_a_fault() {
    let Some(other) = pythons()
        .iter()
        .find(|python| python.key != newest_python().key)
    else {
        println!(
            "not covered: another version behind the same command; only {} here",
            newest_python().key
        );
        return;
    };
    let body = format!(
        "worker \"$@\" && {{ shift; exec {} \"$@\"; }}; exec \"$@\"",
        other.path()
    );
    Fake::new(&body).is_error(&format!(
        "runs Python {}, but VERSION was found there before",
        other.key
    ));
}

#[test]
fn a_command_that_hangs_is_refused() {
    let said = Fake::new("sleep 3600").refused_with(&["--probe-timeout", "500ms"]);
    assert_contains(&said, "timed out after 0.5 s");
}

#[test]
fn a_command_that_fails_is_refused_with_its_last_words() {
    let said = Fake::new("echo 'no such \x1b[31mcontainer' >&2; exit 125").refused();
    assert_contains(&said, "no such");
    assert!(said.contains("125") && !said.contains('\x1b'), "{said}");
}

#[test]
fn a_command_that_talks_of_something_else_is_refused() {
    let said = Fake::new("echo 'Python 3.13.0'").refused();
    assert_contains(&said, "does not answer like a Python");
}

#[test]
fn a_python_that_is_not_there_is_missing() {
    let workspace = Workspace::new();
    workspace.scenario("a", PLAIN);
    for (request, code, words) in [
        ("/nonexistent/python3", 3, "no such file"),
        ("/nonexistent/wrap python3", 3, "cannot start"),
        ("/", 3, "not a file"),
        ("2.6", 3, "no interpreter matches `2.6`"),
        ("wrap something", 2, "not the name of a Python"),
        ("'wrap python3", 2, "unbalanced quotes"),
    ] {
        let output = workspace.run(&["run", "--python", request]);
        let said = stderr_of(&output);
        assert_eq!(output.status.code(), Some(code), "{request}: {said}");
        assert!(said.contains(words), "{request}: {said}");
    }
}

#[test]
fn being_asked_to_stop_ends_what_is_asked_what_it_is() {
    for command in ["run", "pythons"] {
        let workspace = Workspace::new();
        workspace.scenario("a", PLAIN);
        let started = workspace.path("started");
        let wrap = workspace.script(
            "wrap",
            &format!(
                "#!/bin/sh\n{CHILDREN}\ntouch {}\nsleep 3600\n",
                started.display()
            ),
        );
        let request = format!("{wrap} python3");
        let mut run = workspace
            .modswap(&[command, "--python", &request])
            .spawn()
            .expect("the binary starts");
        wait_for("the probe", || started.exists());
        let pid = run.id().to_string();
        let killed = std::process::Command::new("kill").arg(&pid).status();
        assert!(killed.expect("kill starts").success());
        assert_eq!(run.wait().expect("it ends").code(), Some(130), "{command}");
        workspace.assert_clean();
    }
}
