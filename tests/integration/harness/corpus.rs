//! The one run of the repository's scenarios that all tests read, and runs of a part of its cases again.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use modswap::python::environment::Environment;
use serde_json::{Value, json};

use super::modswap;
use super::parse_report;

/// More Pythons for the tests of the corpus, as `--python` takes them, separated by `;`:
/// `sid=chroot /srv/sid python3.15; sid=chroot /srv/sid python3.14`.
const MORE_PYTHONS: &str = "MODSWAP_TEST_PYTHONS";

/// The report of the whole corpus on every Python of this machine, and on those that the environment adds. Whatever its
/// verdicts are: they are for the tests to judge.
pub fn report() -> &'static Value {
    static REPORT: OnceLock<Value> = OnceLock::new();
    REPORT.get_or_init(|| parse_report(&run_command().output().expect("the binary starts")))
}

fn run_command() -> Command {
    let mut command = modswap();
    command.args([
        "run",
        "scenarios",
        "--packages",
        "--no-baseline",
        "--format",
        "json",
        "--python",
        ">=2",
    ]);
    let more = std::env::var(MORE_PYTHONS).unwrap_or_default();
    for request in more
        .split(';')
        .map(str::trim)
        .filter(|text| !text.is_empty())
    {
        command.args(["--python", request]);
    }
    command
}

/// The cases of a report.
pub fn cases(report: &Value) -> &[Value] {
    report["cases"].as_array().expect("a list of cases")
}

/// A case for each behaviour of each row, and the Pythons that share a behaviour take turns: what holds for these cases has
/// been seen for every scenario, on every Python, and wherever a scenario behaves otherwise.
pub fn representatives() -> Vec<&'static Value> {
    let mut behaviours: BTreeMap<(&str, String), Vec<&Value>> = BTreeMap::new();
    for case in cases(report())
        .iter()
        .filter(|case| case["verdict"] != "skipped")
    {
        let row = case["case"].as_str().expect("an id");
        behaviours
            .entry((row, behaviour_of(case)))
            .or_default()
            .push(case);
    }
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    let mut chosen = Vec::new();
    for alike in behaviours.values() {
        let least_used = alike
            .iter()
            .min_by_key(|case| uses.get(interpreter_of(case)).copied().unwrap_or(0));
        let case = *least_used.expect("a behaviour has a case");
        *uses.entry(interpreter_of(case)).or_default() += 1;
        chosen.push(case);
    }
    chosen
}

/// The key of the Python that a case ran on.
pub fn interpreter_of(case: &Value) -> &str {
    case["interpreter"].as_str().expect("a key")
}

/// Runs these cases of the corpus, and no others, once more.
pub fn rerun_cases(cases: &[&Value], arguments: &[&str]) -> Value {
    let mut unfinished = report().clone();
    unfinished["cases"] = json!([]);
    unfinished["traces"] = json!({});
    let open = cases
        .iter()
        .map(|case| json!({"case": case["case"], "interpreter": case["interpreter"]}));
    unfinished["unfinished"] = open.collect();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("unfinished.json");
    std::fs::write(&file, unfinished.to_string()).expect("a file");
    let mut command = run_command();
    command.arg("--failed-from").arg(&file).args(arguments);
    parse_report(&command.output().expect("the binary starts"))
}

/// The release builds that took part, by version: key and version.
pub fn releases() -> Vec<(&'static str, [u64; 3])> {
    let all = report()["interpreters"].as_array().expect("a list").iter();
    let plain = all.filter(|python| python["debug"] == false && python["free_threaded"] == false);
    plain
        .map(|python| {
            let version = python["version"].as_str().expect("a version");
            (python["key"].as_str().expect("a key"), numbers(version))
        })
        .collect()
}

/// `3.6` or `3.6.3` as numbers.
pub fn numbers(version: &str) -> [u64; 3] {
    let mut parts = version.split('.').map(|part| {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        part[..digits].parse().expect("a number")
    });
    [(); 3].map(|()| parts.next().unwrap_or(0))
}

/// What a case showed, in one text that equal behaviours share; a case that was skipped shows that.
pub fn behaviour_of(case: &Value) -> String {
    match case["verdict"].as_str().expect("a verdict") {
        "skipped" => "skipped".to_owned(),
        _ => format!("{} {}", case["trace"], case["end"]),
    }
}

/// The folder of the user's cache where a run has put these packages for a Python.
pub fn find_installed(packages: &[String], key: &str) -> Option<PathBuf> {
    let cache = Environment::current().cache?;
    let version = numbers(key).map(|part| part.to_string()).join(".");
    let wanted = format!("{version}\n{}\n", packages.join("\n"));
    let folders = std::fs::read_dir(cache.join("packages")).ok()?;
    let mut folders = folders.flatten().map(|one| one.path());
    folders.find(|folder| {
        std::fs::read_to_string(folder.join("modswap.txt")).is_ok_and(|text| text == wanted)
    })
}
