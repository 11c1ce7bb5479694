//! A folder of scenarios, and runs that must leave nothing behind.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{
    Python, assert_code, expect_json, find_case, modswap, newest_python, parse_report, pythons,
    stdout_of, trace_with_actions, write_script,
};

/// How long to wait for what a test needs before it gives up: only a test that is about to fail waits so long.
const WAIT_LIMIT: Duration = Duration::from_secs(60);

/// A folder with scenarios, a temporary folder of its own, and a mark on every process started for it.
pub struct Workspace {
    folder: tempfile::TempDir,
    /// Where runs are remembered; not in the folder, which may be a project that is packed.
    pub state: tempfile::TempDir,
    mark: String,
}

impl Workspace {
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let folder = tempfile::Builder::new()
            .prefix("workspace-")
            .tempdir()
            .expect("a folder");
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let mark = format!("MODSWAP_TEST_MARK={}-{number}-end", std::process::id());
        for name in ["scenarios", "tmp"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let state = tempfile::tempdir().expect("a folder");
        Self {
            folder,
            state,
            mark,
        }
    }

    /// One with these scenarios: id and text.
    pub fn with(scenarios: &[(&str, &str)]) -> Self {
        let workspace = Self::new();
        for (id, text) in scenarios {
            workspace.scenario(id, text);
        }
        workspace
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The variable by which what is started for this folder is known: name and value.
    pub fn mark(&self) -> (&str, &str) {
        self.mark.split_once('=').expect("name=value")
    }

    /// Writes a file, in folders that need not be there.
    pub fn write(&self, name: &str, text: &str) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
        self
    }

    /// Writes a scenario.
    pub fn scenario(&self, id: &str, text: &str) -> &Self {
        self.write(&format!("scenarios/{id}.yaml"), text)
    }

    /// Writes an executable script, and returns its path.
    pub fn script(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        write_script(&path, text);
        path.to_str().expect("UTF-8").to_owned()
    }

    /// The binary, in this folder.
    pub fn modswap(&self, arguments: &[&str]) -> Command {
        let mut command = modswap();
        let (name, value) = self.mark();
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("TMPDIR", self.path("tmp"))
            // Windows has another name for it.
            .env("TMP", self.path("tmp"))
            .env("MODSWAP_STATE_DIR", self.state.path())
            .env(name, value);
        command
    }

    /// Runs it to its end, after which nothing of it may be left.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let output = self.modswap(arguments).output().expect("the binary starts");
        self.assert_clean();
        output
    }

    /// The same, with the code that it must end with.
    pub fn run_to(&self, code: i32, arguments: &[&str]) -> Output {
        let output = self.run(arguments);
        assert_code(&output, code);
        output
    }

    /// The same, for what it prints.
    pub fn stdout(&self, code: i32, arguments: &[&str]) -> String {
        stdout_of(&self.run_to(code, arguments))
    }

    /// Runs the scenarios on the newest Python.
    pub fn run_newest(&self, code: i32, more: &[&str]) -> Output {
        let python = newest_python();
        self.run_to(code, &[&["run", "--python", python.path()], more].concat())
    }

    /// Runs the scenarios on these Pythons and reads the report.
    pub fn report(&self, pythons: &[Python], more: &[&str]) -> Value {
        let mut arguments = vec!["run", "--format", "json"];
        arguments.extend(
            pythons
                .iter()
                .flat_map(|python| ["--python", python.path()]),
        );
        arguments.extend(more);
        parse_report(&self.run(&arguments))
    }

    /// Fails where a process that carries the mark is left, or anything in the temporary folder.
    pub fn assert_clean(&self) {
        let deadline = Instant::now() + WAIT_LIMIT;
        let mut left = self.processes();
        while !left.is_empty() && Instant::now() < deadline {
            sleep(Duration::from_millis(20));
            left = self.processes();
        }
        for pid in left.keys() {
            // Not to be left to whoever runs the tests.
            let _ = Command::new("kill").args(["-9", pid]).status();
        }
        assert!(left.is_empty(), "processes are left: {left:#?}");
        let folders: Vec<_> = fs::read_dir(self.path("tmp"))
            .expect("a folder")
            .flatten()
            .collect();
        assert!(folders.is_empty(), "folders are left: {folders:?}");
    }

    /// Processes that were started by the binary, or by what it started: pid and command line. Zombies do not count.
    pub fn processes(&self) -> BTreeMap<String, String> {
        let Ok(all) = fs::read_dir("/proc") else {
            println!("not covered: processes left behind, without /proc");
            return BTreeMap::new();
        };
        let is_marked = |folder: &Path| {
            let environment = fs::read(folder.join("environ")).unwrap_or_default();
            environment
                .split(|byte| *byte == 0)
                .any(|entry| entry == self.mark.as_bytes())
        };
        all.flatten()
            .filter(|entry| is_marked(&entry.path()))
            .map(|entry| {
                let words = fs::read(entry.path().join("cmdline")).unwrap_or_default();
                let line = String::from_utf8_lossy(&words).replace('\0', " ");
                let pid = entry.file_name().to_string_lossy().into_owned();
                (pid, line.chars().take(120).collect())
            })
            .collect()
    }
}

/// Scenario files in a folder that goes away with the value, for runs in the repository's root.
pub struct Scenarios(tempfile::TempDir);

impl Scenarios {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// Runs the scenarios on every Python in both ways of isolation, and hands on each report, which must be as expected.
pub fn run_fork_and_spawn(scenarios: &Scenarios, mut check: impl FnMut(&str, &Value)) {
    for isolation in ["fork", "spawn"] {
        let mut command = modswap();
        command.arg("run").arg(scenarios.path());
        check(
            isolation,
            &expect_json(command.args(["--isolation", isolation]), 0),
        );
    }
}

/// Runs one scenario on every Python in both ways of isolation, and hands key and trace to the check.
pub fn check_on_every_python(text: &str, check: impl Fn(&str, &[Value])) {
    let scenarios = Scenarios::new(&[("fork.yaml", text), ("spawn.yaml", &under_spawn(text))]);
    let report = expect_json(modswap().arg("run").arg(scenarios.path()), 0);
    for python in pythons() {
        for id in ["fork", "spawn"] {
            let case = find_case(&report, id, &python.key);
            check(&python.key, &trace_with_actions(&report, case));
        }
    }
}

/// The scenario whose cases have an interpreter of their own.
pub fn under_spawn(text: &str) -> String {
    let key = "\ninterpreter:\n";
    if text.contains(key) {
        return text.replacen(key, &format!("{key}  isolation: spawn\n"), 1);
    }
    assert!(!text.contains("\ninterpreter:"), "in block style: {text}");
    format!("{text}\ninterpreter: {{isolation: spawn}}\n")
}

/// Waits for something; fails by its name when it does not come.
pub fn wait_for(what: &str, is_there: impl Fn() -> bool) {
    let deadline = Instant::now() + WAIT_LIMIT;
    while !is_there() {
        assert!(Instant::now() < deadline, "never came: {what}");
        sleep(Duration::from_millis(20));
    }
}

/// A scenario that passes wherever a case can run at all.
pub const PLAIN: &str = "\
title: Nothing special
modules:
  demo: |
    answer = 42
steps:
  - import: demo
    expect: {outcome: ok, ran: [demo], demo: demo#1, cached(demo): demo#1, cache: original}
  - eval: demo.answer
    expect: {value: 42}
  - run: |
      import os, sys
      sys.stdout.write('unharmed')
      assert os.listdir('.') == [], os.listdir('.')
    expect: {outcome: ok, end: exit 0}
";

/// A scenario whose expectation no Python meets.
pub const VIOLATED: &str = "title: Violated\nsteps:\n  - eval: 1 + 1\n    expect: {value: 3}\n";

/// The texts of the files in a folder and in those below it, by their names from there, with `/` between the parts.
pub fn read_files_below(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.expect("UTF-8");
        if path.is_dir() {
            let inside = read_files_below(&path).into_iter();
            files.extend(inside.map(|(inner, text)| (format!("{name}/{inner}"), text)));
        } else {
            let text = fs::read_to_string(&path).expect("text");
            files.insert(name.to_owned(), text);
        }
    }
    files
}
