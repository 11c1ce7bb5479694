use super::*;
use crate::python::fake::{Answer, Machine};

const LONG: Duration = Duration::from_secs(60);

fn command(path: &Path) -> Vec<String> {
    vec![path.to_str().unwrap().to_owned()]
}

/// Probes a shell script in the place of a Python.
async fn probe_script(body: &str, limit: Duration) -> Result<InterpreterInfo, ProbeError> {
    let machine = Machine::new();
    let script = machine.script("bin/python3", body);
    probe(&command(&script), limit).await
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn an_answer_counts_whatever_comes_with_it() {
    let answer = Answer::cpython("3.9.18")
        .with("executable", "/x/python")
        .line();
    for body in [
        // Noise, then a failure.
        &format!(
            "echo 'Welcome to python'\nprintf '\\377 noise '\necho '{answer}'\necho bye; exit 3"
        ),
        // More talk than is kept.
        &format!("head -c 3000000 /dev/zero >&2; echo '{answer}'"),
        // A child that keeps the pipe open.
        &format!("echo '{answer}'; sleep 1000 &"),
        // A hang.
        &format!("echo '{answer}'; sleep 1000"),
    ] {
        let info = probe_script(body, LONG).await.unwrap();
        assert_eq!(info.key().to_string(), "3.9.18");
        assert_eq!(info.build, "main, May  9 2026, GCC 12.2.0");
    }
}

/// A timeout drops the process as an interruption does, and this way the test need not guess how long a start takes.
#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn children_end_with_a_dropped_probe() {
    let machine = Machine::new();
    let mark = machine.text("bin/children");
    let body = format!("sleep 1000 & echo $! > {mark}.new; mv {mark}.new {mark}; wait");
    let command = command(&machine.script("bin/python3", &body));
    let probing = tokio::spawn(async move { probe(&command, LONG).await });
    while !Path::new(&mark).exists() {
        assert!(!probing.is_finished());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    probing.abort();
    assert!(probing.await.unwrap_err().is_cancelled());
    let child = std::fs::read_to_string(&mark).unwrap();
    let child = child.trim().parse().unwrap();
    assert!(ends(child), "process {child} outlived the probe");
}

/// True if the process ends; being killed is not instant, so this waits for ten seconds.
fn ends(process: u32) -> bool {
    for _ in 0..200 {
        let state = std::process::Command::new("ps")
            .args(["-o", "stat=", "-p", &process.to_string()])
            .output();
        let state = String::from_utf8(state.unwrap().stdout).unwrap();
        if state.trim().is_empty() || state.starts_with('Z') {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn failures_differ() {
    let no_answer = "does not answer like a Python: no answer found in its output";
    let garbage = format!("echo '{TAG}{{\"version\": 3}}'");
    for (body, message) in [
        (
            "echo first >&2; printf 'no \\033[1mlibpython\\n\\n' >&2; exit 127",
            "exited with 127: no [1mlibpython",
        ),
        ("exit 1", "exited with 1"),
        ("sleep 1000 & exit 4", "exited with 4"),
        ("echo Python 3.9", no_answer),
        ("kill -9 $$", "ended by signal: 9 (SIGKILL)"),
        ("cat /dev/zero", no_answer),
        (&garbage, "answered garbage: "),
        ("sleep 1000", "timed out after 1 s"),
        ("cat /dev/zero >&2", "timed out after 1 s"),
        ("yes Welcome >&2 & sleep 1000", "timed out after 1 s"),
    ] {
        let is_timeout = message.starts_with("timed");
        let limit = if is_timeout {
            Duration::from_secs(1)
        } else {
            LONG
        };
        let error = probe_script(body, limit).await.unwrap_err().to_string();
        if body == garbage {
            assert!(error.starts_with(message), "{error}");
        } else {
            assert_eq!(error, message, "{body}");
        }
    }
}

#[tokio::test]
async fn what_cannot_start_is_named() {
    let machine = Machine::new();
    let missing = machine.at("bin/python3");
    let error = probe(&command(&missing), LONG).await.unwrap_err();
    assert!(matches!(error, ProbeError::Start { .. }));
    let message = machine.relative(&error.to_string());
    assert!(message.contains("`bin/python3`"), "{message}");
    assert!(matches!(probe(&[], LONG).await, Err(ProbeError::Empty)));
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn the_probe_is_started_without_input_in_an_empty_folder() {
    let machine = Machine::new();
    let seen = machine.text("seen");
    let answer = Answer::cpython("3.9.18").line();
    let body = format!("{{ ls -A; cat; echo \"$1 $2 $3 $4 $5\"; }} > {seen}; echo '{answer}'");
    let script = machine.script("bin/python3", &body);
    probe(&command(&script), LONG).await.unwrap();
    assert_eq!(std::fs::read_to_string(seen).unwrap(), "-E -s -S -B -c\n");
}

#[test]
fn a_remote_shell_gets_quoted_words() {
    for (command, argument) in [
        ("/usr/bin/ssh host python3", "\"print('a b')\""),
        ("env python3", "print('a b')"),
    ] {
        let mut words: Vec<_> = command.split(' ').map(str::to_owned).collect();
        let appended = append_arguments(&words, &["-c", "print('a b')"]);
        words.extend(["-c".to_owned(), argument.to_owned()]);
        assert_eq!(appended, words);
    }
}

#[test]
fn the_probe_is_plain_ascii_and_uses_no_identity() {
    assert!(PROBE.is_ascii());
    assert!(!PROBE.contains("id("));
    // The tag may not stand in the program, or an echo of the program would look like an answer.
    assert!(!PROBE.contains(TAG));
    assert!(PROBE.contains("'modswap-' + 'python: '"));
}
