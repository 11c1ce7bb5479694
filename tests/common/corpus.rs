//! One run of the whole corpus on every Python of this machine, and on those that the environment adds.

use std::path::PathBuf;
use std::sync::OnceLock;

use modswap::python::environment::Environment;
use serde_json::Value;

use super::{json, modswap};

/// More Pythons for the tests of the corpus, as `--python` takes them, separated by `;`:
/// `sid=chroot /srv/sid python3.15; sid=chroot /srv/sid python3.14`.
const MORE: &str = "MODSWAP_TEST_PYTHONS";

/// The run's report.
pub fn report() -> &'static Value {
    static REPORT: OnceLock<Value> = OnceLock::new();
    REPORT.get_or_init(|| {
        let mut command = modswap();
        command.args(["run", "scenarios", "--no-baseline", "--python", ">=2"]);
        let more = std::env::var(MORE).unwrap_or_default();
        for request in more.split(';').map(str::trim).filter(|one| !one.is_empty()) {
            command.args(["--python", request]);
        }
        // What is not as expected is for the tests to say.
        let output = command
            .args(["--format", "json"])
            .output()
            .expect("it starts");
        let report = serde_json::from_slice(&output.stdout);
        report.unwrap_or_else(|_| json(&mut modswap(), 0))
    })
}

/// The release builds that took part, by version: key and version.
pub fn releases() -> Vec<(&'static str, [u64; 3])> {
    let all = report()["interpreters"].as_array().expect("a list");
    let plain = all
        .iter()
        .filter(|one| one["debug"] == false && one["free_threaded"] == false);
    plain
        .map(|one| {
            let version = one["version"].as_str().expect("a version");
            (one["key"].as_str().expect("a key"), numbers(version))
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
pub fn behaviour(case: &Value) -> String {
    match case["verdict"].as_str().expect("a verdict") {
        "skipped" => "skipped".to_owned(),
        _ => format!("{} {}", case["trace"], case["end"]),
    }
}

/// The folder of the user's cache where a run has put these packages for a Python.
pub fn installed(packages: &[String], key: &str) -> Option<PathBuf> {
    let cache = Environment::current().cache?;
    let version = numbers(key).map(|part| part.to_string()).join(".");
    let wanted = format!("{version}\n{}\n", packages.join("\n"));
    let folders = std::fs::read_dir(cache.join("packages")).ok()?;
    let mut folders = folders.flatten().map(|one| one.path());
    folders.find(|folder| {
        std::fs::read_to_string(folder.join("modswap.txt")).is_ok_and(|text| text == wanted)
    })
}
