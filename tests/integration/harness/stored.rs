//! Stored reports that no Python is needed for, and a folder with a baseline in which commands look at them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use modswap::python::version::InterpreterKey;
use modswap::trace::{StepRecord, digest_trace};
use serde_json::{Value, json};

use super::{expect_exit, modswap, stderr_of, stdout_of};

/// A case of a report: row, version, verdict, and the value of the step that tells traces apart.
pub type Case<'a> = (&'a str, &'a str, &'a str, &'a str);

/// A report of these cases. A case that did not come to its end has no step with the value; one that was skipped has none.
pub fn report(cases: &[Case<'_>]) -> Value {
    let keys: BTreeSet<InterpreterKey> = cases
        .iter()
        .map(|(_, key, _, _)| key.parse().expect("a key"))
        .collect();
    let interpreters = keys.iter().map(|key| {
        json!({
            "key": key, "version": key.version.to_string(), "free_threaded": key.free_threaded, "debug": key.debug,
            "origin": "pyenv", "command": [format!("/usr/bin/python{key}")], "build": "main", "flags": [],
        })
    });
    let ids: BTreeSet<&str> = cases.iter().map(|one| scenario_of(one.0)).collect();
    let scenarios = ids.iter().map(|id| {
        json!({
            "id": id, "title": format!("About {id}"), "digest": "v2:0123456789abcdef",
            "file": format!("scenarios/{id}.yaml"),
        })
    });
    let mut report = json!({
        "schema_version": 1, "tool": "modswap 0.1.0", "started": "2026-11-22T10:00:00Z", "elapsed_s": 1.9,
        "partition": "1/1", "platform": "linux-x86_64", "interpreters": interpreters.collect::<Vec<_>>(),
        "rejected": [], "scenarios": scenarios.collect::<Vec<_>>(), "cases": [], "traces": {},
    });
    for (row, key, verdict, value) in cases {
        let mut case = json!({
            "case": row, "scenario": scenario_of(row), "variant": {}, "interpreter": key, "verdict": verdict,
            "reasons": [], "duration_ms": 1.5,
        });
        match *verdict {
            "pass" => {}
            "skipped" => case["reasons"] = json!([value]),
            verdict => case["reasons"] = json!([format!("it was {verdict}")]),
        }
        if !["skipped", "error"].contains(verdict) {
            let steps = steps(value, *verdict == "crashed");
            let end = match *verdict {
                "crashed" => "signal SIGSEGV",
                _ => "exit 0",
            };
            let name = digest_trace(&steps, end);
            report["traces"][&name] = serde_json::to_value(&steps).expect("JSON");
            case["trace"] = name.into();
            case["end"] = end.into();
        }
        report["cases"].as_array_mut().expect("a list").push(case);
    }
    report
}

fn scenario_of(row: &str) -> &str {
    row.split('[').next().unwrap_or(row)
}

/// Two steps, of which the second has the value.
fn steps(value: &str, is_cut: bool) -> Vec<StepRecord> {
    let steps = json!([
        {"step": 1, "action": "import: demo", "facts": {"outcome": "ok", "demo": "demo#1", "cached(demo)": "demo#1"}},
        {"step": 2, "action": "eval: it", "facts": {"outcome": "ok", "value": value, "demo": "demo#1", "cached(demo)": value}},
    ]);
    let mut steps: Vec<StepRecord> = serde_json::from_value(steps).expect("steps");
    steps.truncate(if is_cut { 1 } else { 2 });
    steps
}

/// A folder of a project, with a state folder of its own.
pub struct Project(tempfile::TempDir);

impl Project {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// With a baseline of these cases.
    pub fn accepted(cases: &[Case<'_>]) -> Self {
        let project = Self::new();
        project.store("first.json", &report(cases));
        project.ends(&["accept", "--report", "first.json"], 0);
        project
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn store(&self, name: &str, report: &Value) -> &Self {
        let text = serde_json::to_string_pretty(report).expect("JSON");
        self.write(name, &text)
    }

    pub fn write(&self, name: &str, text: &str) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
        self
    }

    /// The binary, in this folder.
    pub fn modswap(&self, arguments: &[&str]) -> Command {
        let mut command = modswap();
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env("MODSWAP_STATE_DIR", self.path("state"))
            .env_remove("COLUMNS");
        command
    }

    /// Runs it, insists on an exit code, and hands on what it says.
    pub fn ends(&self, arguments: &[&str], code: i32) -> String {
        stdout_of(&expect_exit(&mut self.modswap(arguments), code))
    }

    /// The same, with what it says on standard error.
    pub fn fails(&self, arguments: &[&str], code: i32) -> String {
        stderr_of(&expect_exit(&mut self.modswap(arguments), code))
    }

    pub fn output(&self, arguments: &[&str]) -> Output {
        self.modswap(arguments).output().expect("the binary starts")
    }

    /// The versions of each behaviour of a row in the baseline: `A 3.11.7 3.12.1; B 3.13.0`, stale ones behind a minus.
    pub fn row(&self, row: &str) -> String {
        let path = self
            .path("reports/baseline")
            .join(format!("{}.yaml", scenario_of(row)));
        let Ok(text) = fs::read_to_string(&path) else {
            return "no file".to_owned();
        };
        let file: Value = serde_yaml::from_str(&text).expect("YAML");
        let rows = file["variants"].as_array().expect("a list").iter();
        let mut rows = rows.filter(|one| one["case"] == row);
        let Some(found) = rows.next() else {
            return "no row".to_owned();
        };
        let words = |one: &Value| {
            let list = |name: &str| one[name].as_array().cloned().unwrap_or_default();
            let own = list("versions").into_iter();
            let own = own.map(|key| key.as_str().expect("a key").to_owned());
            let stale = list("stale").into_iter();
            let stale = stale.map(|key| format!("-{}", key.as_str().expect("a key")));
            let letter = one["behaviour"].as_str().expect("a letter").to_owned();
            let words: Vec<String> = [letter].into_iter().chain(own).chain(stale).collect();
            words.join(" ")
        };
        let behaviours = found["behaviours"].as_array().expect("a list").iter();
        behaviours.map(words).collect::<Vec<_>>().join("; ")
    }

    /// Every file below a folder with its bytes and the time at which it was written: what was not touched is equal.
    pub fn files(&self, folder: &str) -> Vec<(PathBuf, Vec<u8>, std::time::SystemTime)> {
        let mut found = Vec::new();
        walk(&self.path(folder), &mut found);
        found.sort();
        found
    }
}

fn walk(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>, std::time::SystemTime)>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            walk(&path, found);
        } else {
            let time = path.metadata().and_then(|data| data.modified());
            found.push((
                path.clone(),
                fs::read(&path).expect("a file"),
                time.expect("a time"),
            ));
        }
    }
}
