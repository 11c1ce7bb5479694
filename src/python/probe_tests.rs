use super::*;
use crate::python::fake::{Answer, Machine};

const LONG: Duration = Duration::from_secs(60);

fn command(path: &Path) -> Vec<String> {
    vec![path.to_str().unwrap().to_owned()]
}

async fn probe_script(body: &str) -> Result<InterpreterInfo, ProbeError> {
    let machine = Machine::new();
    let script = machine.script("bin/python3", body);
    probe(&command(&script), LONG).await
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn an_answer_among_noise() {
    let answer = Answer::cpython("3.9.18").with("executable", "/x/python");
    let info = probe_script(&format!(
        "echo 'Welcome to python'\nprintf '\\377 noise '\necho '{}'\necho bye; exit 3",
        answer.line()
    ))
    .await
    .unwrap();
    assert_eq!(info.key().to_string(), "3.9.18");
    assert_eq!(info.build, "main, May  9 2026, GCC 12.2.0");
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn a_hang_is_ended() {
    let machine = Machine::new();
    let script = machine.script("bin/python3", "sleep 1000");
    let error = probe(&command(&script), Duration::from_millis(100))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "timed out after 0.1 s");
}

/// A timeout drops the process as an interruption does, and this way the test need not guess how long a start takes.
#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn children_end_with_a_dropped_probe() {
    let machine = Machine::new();
    let mark = machine.text("bin/children");
    let script = machine.script(
        "bin/python3",
        &format!("sleep 1000 & echo $! > {mark}.new; mv {mark}.new {mark}; wait"),
    );
    let asked = command(&script);
    let asking = tokio::spawn(async move { probe(&asked, LONG).await });
    while !Path::new(&mark).exists() {
        assert!(!asking.is_finished());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    asking.abort();
    assert!(asking.await.unwrap_err().is_cancelled());
    let child = std::fs::read_to_string(&mark).unwrap();
    let child = child.trim().parse().unwrap();
    assert!(gone(child), "process {child} outlived the probe");
}

/// Whether the process ends; being killed is not instant, so this waits for ten seconds.
fn gone(process: u32) -> bool {
    for _ in 0..200 {
        let state = std::process::Command::new("ps")
            .args(["-o", "stat=", "-p", &process.to_string()])
            .output()
            .unwrap();
        let state = String::from_utf8(state.stdout).unwrap();
        if state.trim().is_empty() || state.starts_with('Z') {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn a_child_that_keeps_the_pipe_open_does_not_hold_the_answer_back() {
    let answer = Answer::cpython("3.9.18").line();
    let info = probe_script(&format!("echo '{answer}'; sleep 1000 &")).await;
    assert_eq!(info.unwrap().key().to_string(), "3.9.18");
    let error = probe_script("sleep 1000 & exit 4").await.unwrap_err();
    assert_eq!(error.to_string(), "exited with 4");
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn an_answer_then_a_hang_is_an_answer() {
    let answer = Answer::cpython("3.9.18").line();
    let info = probe_script(&format!("echo '{answer}'; sleep 1000")).await;
    assert_eq!(info.unwrap().key().to_string(), "3.9.18");
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn failures_differ() {
    for (body, message) in [
        (
            "echo first >&2; printf 'no \\033[1mlibpython\\n\\n' >&2; exit 127",
            "exited with 127: no [1mlibpython",
        ),
        ("exit 1", "exited with 1"),
        (
            "echo Python 3.9",
            "does not answer like a Python: no answer found in its output",
        ),
        ("kill -9 $$", "ended by signal: 9 (SIGKILL)"),
        (
            "cat /dev/zero",
            "does not answer like a Python: no answer found in its output",
        ),
        ("cat /dev/zero >&2", "timed out after 1 s"),
    ] {
        let machine = Machine::new();
        let script = machine.script("bin/python3", body);
        let limit = if message.starts_with("timed") {
            Duration::from_secs(1)
        } else {
            LONG
        };
        let error = probe(&command(&script), limit).await.unwrap_err();
        assert_eq!(error.to_string(), message, "{body}");
    }
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn garbage_is_named() {
    let error = probe_script(&format!("echo '{TAG}{{\"version\": 3}}'"))
        .await
        .unwrap_err();
    assert!(matches!(error, ProbeError::Garbage(_)), "{error}");
    assert!(error.to_string().starts_with("answered garbage: "));
}

#[tokio::test]
async fn what_cannot_start_is_named() {
    let machine = Machine::new();
    let missing = machine.at("bin/python3");
    let error = probe(&command(&missing), LONG).await.unwrap_err();
    assert!(matches!(error, ProbeError::Start { .. }));
    assert!(
        machine
            .relative(&error.to_string())
            .contains("`bin/python3`"),
        "{error}"
    );
    assert!(matches!(probe(&[], LONG).await, Err(ProbeError::Empty)));
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn the_probe_is_asked_without_input_in_an_empty_folder() {
    let machine = Machine::new();
    let seen = machine.text("seen");
    let answer = Answer::cpython("3.9.18").line();
    let script = machine.script(
        "bin/python3",
        &format!("{{ ls -A; cat; echo \"$1 $2 $3 $4 $5\"; }} > {seen}; echo '{answer}'"),
    );
    probe(&command(&script), LONG).await.unwrap();
    assert_eq!(std::fs::read_to_string(seen).unwrap(), "-E -s -S -B -c\n");
}

#[test]
fn a_remote_shell_gets_quoted_words() {
    let words = |command: &[&str]| {
        let command: Vec<_> = command.iter().map(ToString::to_string).collect();
        append_arguments(&command, &["-c", "print('a b')"])
    };
    assert_eq!(
        words(&["/usr/bin/ssh", "host", "python3"]),
        ["/usr/bin/ssh", "host", "python3", "-c", "\"print('a b')\""]
    );
    assert_eq!(
        words(&["env", "python3"]),
        ["env", "python3", "-c", "print('a b')"]
    );
}

#[test]
fn the_probe_is_plain_ascii_and_uses_no_identity() {
    assert!(PROBE.is_ascii());
    assert!(!PROBE.contains("id("));
    // The tag may not stand in the program, or an echo of the program would look like an answer.
    assert!(!PROBE.contains(TAG));
    assert!(PROBE.contains("'modswap-' + 'python: '"));
}
