//! A folder of scenarios, and runs that must leave nothing behind.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Python;

/// How long a process that was killed may take to be gone; no test waits this long unless it is about to fail.
const GONE_LIMIT: Duration = Duration::from_secs(20);
/// How long to wait for something a test needs before it gives up.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Every Python found here, asked for once.
pub fn all() -> &'static [Python] {
    static FOUND: OnceLock<Vec<Python>> = OnceLock::new();
    FOUND.get_or_init(super::pythons)
}

fn is_2(python: &Python) -> bool {
    python.key.starts_with("2.")
}

/// 2.7, the oldest and the newest 3 of this machine. What is missing is named, not passed over.
pub fn chosen() -> Vec<Python> {
    let (old, new): (Vec<&Python>, Vec<&Python>) = all().iter().partition(|python| is_2(python));
    let mut chosen: Vec<Python> = Vec::new();
    for (what, found) in [
        ("Python 2.7", old.last()),
        ("an oldest Python 3", new.first()),
        ("a newest Python 3", new.last()),
    ] {
        match found {
            None => println!("not covered: {what}, not on this machine"),
            Some(python) if chosen.iter().any(|known| known.key == python.key) => {
                println!(
                    "not covered: {what} beside {}, the only one here",
                    python.key
                );
            }
            Some(python) => chosen.push((*python).clone()),
        }
    }
    chosen
}

/// The newest Python of this machine.
pub fn newest() -> Python {
    all().last().expect("a Python on this machine").clone()
}

/// A folder with scenarios, a temporary folder of its own, and a mark on every process started for it.
pub struct Bench {
    folder: tempfile::TempDir,
    /// Where runs are remembered; not in the folder, which may be a project that is packed.
    pub state: tempfile::TempDir,
    mark: String,
}

impl Bench {
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let folder = tempfile::Builder::new()
            .prefix("bench-")
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

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The variable by which what is started for this folder is known: name and value.
    pub fn mark(&self) -> (&str, &str) {
        self.mark.split_once('=').expect("name=value")
    }

    /// A file of the folder `scenarios`.
    pub fn scenario(&self, id: &str, text: &str) -> &Self {
        let path = self.path("scenarios").join(format!("{id}.yaml"));
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
        self
    }

    /// An executable script in this folder.
    pub fn script(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        super::script(&path, text);
        path.to_str().expect("UTF-8").to_owned()
    }

    /// The binary, in this folder.
    pub fn modswap(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_modswap"));
        let (name, value) = self.mark();
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("TMPDIR", self.path("tmp"))
            // Windows has another name for it.
            .env("TMP", self.path("tmp"))
            .env(name, value)
            .env_remove("NO_COLOR")
            .env_remove("COLUMNS")
            .env_remove("MODSWAP_LOG");
        super::hermetic(&mut command);
        command.env("MODSWAP_STATE_DIR", self.state.path());
        command
    }

    /// Runs it to its end, after which nothing of it may be left.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let output = self.modswap(arguments).output().expect("the binary starts");
        self.assert_clean();
        output
    }

    /// Runs scenarios on the Pythons and reads the report.
    pub fn report(&self, pythons: &[Python], more: &[&str]) -> Value {
        let mut arguments = vec!["run", "--format", "json"];
        for python in pythons {
            arguments.extend(["--python", python.path.to_str().expect("UTF-8")]);
        }
        arguments.extend(more);
        report_of(&self.run(&arguments))
    }

    /// No process that carries the mark, and an empty temporary folder.
    pub fn assert_clean(&self) {
        let deadline = Instant::now() + GONE_LIMIT;
        let mut left = self.processes();
        while !left.is_empty() && Instant::now() < deadline {
            sleep(Duration::from_millis(20));
            left = self.processes();
        }
        for pid in left.keys_of() {
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
    pub fn processes(&self) -> BTreeSet<(String, String)> {
        let Ok(all) = fs::read_dir("/proc") else {
            println!("not covered: processes left behind, without /proc");
            return BTreeSet::new();
        };
        let marked = |folder: &Path| {
            let environment = fs::read(folder.join("environ")).unwrap_or_default();
            environment
                .split(|byte| *byte == 0)
                .any(|entry| entry == self.mark.as_bytes())
        };
        all.flatten()
            .filter(|entry| marked(&entry.path()))
            .map(|entry| {
                let words = fs::read(entry.path().join("cmdline")).unwrap_or_default();
                let line = String::from_utf8_lossy(&words).replace('\0', " ");
                let pid = entry.file_name().to_string_lossy().into_owned();
                (pid, line.chars().take(120).collect())
            })
            .collect()
    }
}

trait Keys {
    fn keys_of(&self) -> Vec<&str>;
}

impl Keys for BTreeSet<(String, String)> {
    fn keys_of(&self) -> Vec<&str> {
        self.iter().map(|(pid, _)| pid.as_str()).collect()
    }
}

/// Waits for something; fails by its name when it does not come.
pub fn wait_for(what: &str, there: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !there() {
        assert!(Instant::now() < deadline, "never came: {what}");
        sleep(Duration::from_millis(20));
    }
}

/// The report on standard output.
pub fn report_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "no report ({error}): {}\n{}",
            text(&output.stdout),
            text(&output.stderr)
        )
    })
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The steps that were recorded of a case; none of one without a trace.
pub fn steps<'a>(report: &'a Value, case: &Value) -> &'a [Value] {
    let digest = case["trace"].as_str().unwrap_or_default();
    report["traces"][digest]
        .as_array()
        .map_or(&[], Vec::as_slice)
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
