//! The standalone script of every case that runs here.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use modswap::program::script;
use modswap::scenario;
use serde_json::Value;

use super::JOBS;
use super::support;

/// What one interpreter runs.
pub(crate) struct Column {
    /// Its version.
    pub(crate) key: String,
    /// The Python.
    pub(crate) program: PathBuf,
    /// A file with the path of a script in each line.
    pub(crate) list: PathBuf,
    cases: usize,
}

impl Column {
    /// The Python, with the flags and variables of a case.
    pub(crate) fn python(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["-s", "-S", "-B"]);
        command.env("PYTHONHASHSEED", "0").env("LC_ALL", "C.UTF-8");
        command
    }
}

/// All of them.
pub(crate) struct Scripts {
    /// By interpreter.
    pub(crate) columns: Vec<Column>,
    ids: Vec<String>,
}

impl Scripts {
    /// Runs modswap once, which also warms its caches, and writes a script for each case that ran to an end.
    pub(crate) fn write(folder: &Path) -> Self {
        let ids = ids();
        let mut found = Self {
            columns: Vec::new(),
            ids,
        };
        let report = folder.join("report.json");
        let mut run = found.modswap();
        run.arg("--output").arg(&report);
        support::cost(run);
        let report: Value =
            serde_json::from_slice(&fs::read(report).expect("a report")).expect("JSON");
        let scenarios =
            scenario::load(&[super::scenarios()]).unwrap_or_else(|_| panic!("the corpus is right"));
        let mut variants = BTreeMap::new();
        for scenario in &scenarios {
            for variant in &scenario.variants {
                variants.insert(variant.id.clone(), (scenario, variant));
            }
        }
        for interpreter in report["interpreters"].as_array().expect("a list") {
            let key = interpreter["key"].as_str().expect("a text");
            let command = interpreter["command"].as_array().expect("a list");
            let [program] = &command[..] else { continue };
            let home = folder.join(key);
            fs::create_dir(&home).expect("made");
            let mut list = String::new();
            let cases = report["cases"].as_array().expect("a list").iter();
            let ended = cases.filter(|case| case["interpreter"] == key && case["end"].is_string());
            let mut count = 0;
            for case in ended {
                let (scenario, variant) = variants[case["case"].as_str().expect("a text")];
                let path = home.join(format!("case{count}.py"));
                fs::write(&path, script::render(scenario, variant, key)).expect("written");
                let _ = writeln!(list, "{}", path.display());
                count += 1;
            }
            let file = home.join("list");
            fs::write(&file, list).expect("written");
            found.columns.push(Column {
                key: key.to_owned(),
                program: program.as_str().expect("a text").into(),
                list: file,
                cases: count,
            });
        }
        found
    }

    /// How many there are.
    pub(crate) fn cases(&self) -> usize {
        self.columns.iter().map(|column| column.cases).sum()
    }

    /// modswap, with the same cases.
    pub(crate) fn modswap(&self) -> Command {
        let mut command = support::modswap();
        command.args(["run", "--no-baseline", "--jobs", &JOBS.to_string()]);
        command.args(&self.ids);
        command
    }
}

/// The globs that select all but what needs packages.
fn ids() -> Vec<String> {
    if let Ok(set) = std::env::var("MODSWAP_BENCH_IDS") {
        return set.split_whitespace().map(str::to_owned).collect();
    }
    let folders = fs::read_dir(super::scenarios()).expect("run in the repository");
    let folders = folders.flatten().filter(|entry| entry.path().is_dir());
    let mut ids: Vec<String> = folders
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name != "packages")
        .map(|name| format!("{name}/*"))
        .collect();
    ids.sort();
    ids
}
