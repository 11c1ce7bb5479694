//! The real binary, and what it must end with.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::parse_report;

/// The binary, in the repository's root, without what the caller's environment would change.
pub fn modswap() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_modswap"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("NO_COLOR")
        .env_remove("COLUMNS")
        .env_remove("MODSWAP_LOG");
    isolate_environment(&mut command);
    command
}

/// Takes away what makes a machine of CI another one, and keeps the user's last runs from being those of the tests.
pub fn isolate_environment(command: &mut Command) {
    // What a developer has set is not what is tested.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("MODSWAP_") && text != "MODSWAP_CACHE_DIR" {
            command.env_remove(&name);
        }
    }
    let state = Path::new(env!("CARGO_TARGET_TMPDIR")).join("state");
    command.env("MODSWAP_STATE_DIR", state);
    for name in [
        "CI",
        "GITHUB_ACTIONS",
        "GITHUB_STEP_SUMMARY",
        "GITHUB_WORKSPACE",
    ] {
        command.env_remove(name);
    }
}

/// Runs a command and insists on an exit code.
#[track_caller]
pub fn expect_exit(command: &mut Command, code: i32) -> Output {
    let output = command.output().expect("the command starts");
    assert_code(&output, code);
    output
}

/// Fails with all that was printed where a command ended with another code.
#[track_caller]
pub fn assert_code(output: &Output, code: i32) {
    assert_eq!(
        output.status.code(),
        Some(code),
        "--- stdout\n{}\n--- stderr\n{}",
        stdout_of(output),
        stderr_of(output)
    );
}

/// Fails with the whole text where this is not in it.
#[track_caller]
pub fn assert_contains(text: &str, part: &str) {
    assert!(text.contains(part), "no {part:?} in\n{text}");
}

/// Runs a command of modswap for its JSON.
pub fn expect_json(command: &mut Command, code: i32) -> Value {
    parse_report(&expect_exit(command.args(["--format", "json"]), code))
}

/// What was printed on standard output.
pub fn stdout_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What was printed on standard error.
pub fn stderr_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
