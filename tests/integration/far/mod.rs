//! Pythons behind commands that lead elsewhere: nothing is shared with them but a channel, which may be slow or break, and
//! no signal reaches them.
#![cfg(unix)]

mod chroot;
mod listed;

use std::fs;
use std::io::Read;
use std::process::{Child, Command, Stdio};

use crate::harness::{
    PLAIN, Python, Workspace, assert_code, assert_contains, find_case, newest_python, parse_report,
    wait_for,
};
use serde_json::Value;

/// Never ends, and has a child that does not either.
const ENDLESS: &str = "\
title: Endless
timeout: 1s
steps:
  - run: |
      import subprocess
      subprocess.Popen(['sleep', '3600'])
      open('STARTED', 'w').close()
      while True: pass
";

/// Another machine, as far as modswap can tell.
struct Far {
    workspace: Workspace,
    python: Python,
    server: Child,
}

impl Far {
    fn new() -> Self {
        let workspace = Workspace::new();
        let python = newest_python();
        for (name, text) in [
            ("server.py", include_str!("server.py")),
            ("client.py", include_str!("client.py")),
        ] {
            workspace.write(name, text);
        }
        fs::create_dir(workspace.path("far")).expect("a folder");
        let (name, value) = workspace.mark();
        let mut server = Command::new(&python.path)
            .args([
                workspace.path("server.py"),
                workspace.path("socket"),
                workspace.path("log"),
            ])
            .env("TMPDIR", workspace.path("far"))
            .env(name, value)
            .current_dir(workspace.path("far"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut ready = [0; 6];
        let said = server
            .stdout
            .as_mut()
            .expect("a pipe")
            .read_exact(&mut ready);
        said.expect("the server listens");
        Self {
            workspace,
            python,
            server,
        }
    }

    /// The command that leads there.
    fn request(&self, delay: &str, drop: &str) -> String {
        let path = |name: &str| self.workspace.path(name).display().to_string();
        format!(
            "far={} {} {} {delay} '{drop}' {}",
            self.python.path.display(),
            path("client.py"),
            path("socket"),
            self.python.path.display()
        )
    }

    fn key(&self) -> String {
        format!("{}@far", self.python.key)
    }

    fn run(&self, request: &str, code: i32) -> Value {
        let arguments = [
            "run", "--format", "json", "--jobs", "1", "--python", request,
        ];
        let output = self
            .workspace
            .modswap(&arguments)
            .output()
            .expect("it starts");
        assert_code(&output, code);
        self.is_clean();
        parse_report(&output)
    }

    /// What was started there, in order.
    fn started(&self) -> Vec<String> {
        let log = fs::read_to_string(self.workspace.path("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    /// Nothing runs there but the server, and nothing lies about.
    fn is_clean(&self) {
        let server = self.server.id().to_string();
        wait_for("the end of everything on the far side", || {
            self.workspace
                .processes()
                .iter()
                .all(|(pid, _)| *pid == server)
        });
        let left: Vec<_> = fs::read_dir(self.workspace.path("far"))
            .expect("a folder")
            .flatten()
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

impl Drop for Far {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn a_slow_channel_costs_time_and_nothing_else() {
    let far = Far::new();
    let ids: Vec<String> = (0..12).map(|number| format!("plain-{number}")).collect();
    for id in &ids {
        far.workspace.scenario(id, PLAIN);
    }
    let report = far.run(&far.request("0.02", ""), 0);
    for id in &ids {
        assert_eq!(find_case(&report, id, &far.key())["verdict"], "pass");
    }
    assert_eq!(
        far.started(),
        ["probe", "worker"],
        "one start for all cases"
    );
}

#[test]
fn a_connection_that_breaks_in_the_middle_of_a_case_costs_that_case() {
    let far = Far::new();
    far.workspace.scenario("a", PLAIN).scenario("b", PLAIN);
    let report = far.run(&far.request("0", "\"begin\":2"), 4);
    let broken = find_case(&report, "a", &far.key());
    assert_eq!(broken["verdict"], "error");
    let reason = broken["reasons"].to_string();
    assert!(
        reason.contains("the worker ended without an answer"),
        "{reason}"
    );
    assert_eq!(find_case(&report, "b", &far.key())["verdict"], "pass");
    assert_eq!(far.started(), ["probe", "worker", "worker"]);
}

#[test]
fn a_timeout_reaches_the_far_side() {
    let far = Far::new();
    let endless = ENDLESS.replace("STARTED", "started");
    far.workspace.scenario("a", &endless).scenario("b", PLAIN);
    let report = far.run(&far.request("0.01", ""), 1);
    assert_eq!(find_case(&report, "a", &far.key())["verdict"], "timed-out");
    assert_eq!(find_case(&report, "b", &far.key())["verdict"], "pass");
    assert_eq!(far.started(), ["probe", "worker"]);
}

#[test]
fn whatever_ends_modswap_ends_the_far_side() {
    for signal in ["-TERM", "-KILL"] {
        let far = Far::new();
        let started = far.workspace.path("started");
        let endless = ENDLESS.replace("STARTED", started.to_str().expect("UTF-8"));
        far.workspace
            .scenario("a", &endless.replace("timeout: 1s", "timeout: 10m"));
        let request = far.request("0", "");
        let mut run = far
            .workspace
            .modswap(&["run", "--python", &request])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        wait_for("the case", || started.exists());
        let pid = run.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .expect("kill")
                .success()
        );
        run.wait().expect("it ends");
        far.is_clean();
    }
}

#[test]
fn a_command_that_keeps_its_input_to_itself_is_told_so() {
    let workspace = Workspace::new();
    workspace.scenario("a", PLAIN);
    let python = newest_python();
    let wrap = workspace.script("wrap", "#!/bin/sh\nexec \"$@\" </dev/null\n");
    let request = format!("deaf={wrap} {}", python.path.display());
    let output = workspace.run_to(4, &["run", "--format", "json", "--python", &request]);
    let report = parse_report(&output);
    let reason = find_case(&report, "a", &format!("{}@deaf", python.key))["reasons"].to_string();
    assert_contains(&reason, "standard input does not reach the Python");
}
