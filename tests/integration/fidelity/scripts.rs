//! The plain script of a case observes what the runner observes.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use modswap::scenario::model::Scenario;
use serde_json::Value;

use crate::harness::corpus::{self, interpreter_of, representatives};
use crate::harness::{
    Python, Scenarios, assert_contains, expect_exit, expect_json, modswap, pythons, trace_of,
};

#[test]
fn plain_scripts_observe_what_the_runner_observes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let mut cases = representatives();
    // A Python in a chroot or behind another command has no script of this machine.
    let pythons = pythons();
    cases.retain(|case| {
        pythons
            .iter()
            .any(|python| python.key == interpreter_of(case))
    });
    assert_scripts_agree(folder.as_ref(), corpus::report(), &cases);
}

#[test]
fn scripts_of_odd_scenarios_start_and_agree_too() {
    let files = [
        ("comment.yaml", "title: t\nsteps:\n  - eval: \"1 # one\"\n"),
        (
            "print.yaml",
            "title: t\nsteps:\n  - run: print \"x\"\n  - eval: 1 + 1\n",
        ),
        (
            "future.yaml",
            "title: t\nsteps:\n  - run: from __future__ import division\n",
        ),
        (
            "names.yaml",
            "title: t\nmodules: {say: '', write: '', prepare: '', home: ''}\nsteps:\n  - import: say\n  - import: write\n  - import: prepare\n",
        ),
        (
            "block.yaml",
            "title: t\nsteps:\n  - run: |\n      text = \"\"\"a\n      b\"\"\"\n  - eval: text\n  - run: \"# nothing\"\n",
        ),
        (
            "paths.yaml",
            "title: t\nsteps:\n  - import: os\n  - eval: \"[os.__file__[-3:], repr(os), os.sys.executable]\"\n",
        ),
    ];
    let scenarios = Scenarios::new(&files);
    let report = expect_json(modswap().arg("run").arg(scenarios.path()), 0);
    let cases: Vec<&Value> = corpus::cases(&report).iter().collect();
    assert_scripts_agree(scenarios.path(), &report, &cases);
    let python = &report["interpreters"][0];
    let prefix = std::path::Path::new(python["command"][0].as_str().expect("a path"))
        .parent()
        .expect("a folder");
    let text = serde_json::to_string(&report["traces"]).expect("JSON");
    assert!(
        !text.contains(prefix.to_str().expect("text")),
        "a value with a path: {text}"
    );
}

/// Whether the plain script of each of these cases of a report observes what the case did.
fn assert_scripts_agree(folder: &Path, report: &Value, cases: &[&Value]) {
    let scenarios = modswap::scenario::load(&[folder.into()]).expect("scenarios without a problem");
    let pythons = pythons();
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, Into::into) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if case["verdict"] != "skipped"
                        && let Err(text) = compare_script(&scenarios, report, case, pythons)
                    {
                        failures.lock().expect("no panic").push(text);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no panic");
    assert!(
        failures.is_empty(),
        "{} of {}:\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

/// What `modswap script` prints, without its start.
fn render_script(scenarios: &[Scenario], id: &str, python: &Python) -> String {
    let version = python.key.trim_end_matches(|c: char| !c.is_ascii_digit());
    for scenario in scenarios {
        for variant in &scenario.variants {
            if variant.id == id {
                return modswap::program::script::render(scenario, variant, version);
            }
        }
    }
    panic!("no scenario {id}")
}

/// The packages that a case requires.
fn required_packages(scenarios: &[Scenario], id: &str) -> Vec<String> {
    let mut all = scenarios.iter().flat_map(|scenario| &scenario.variants);
    let found = all.find(|variant| variant.id == id).into_iter();
    let packages = found.flat_map(|variant| &variant.requires.packages);
    packages.map(|one| one.text().to_owned()).collect()
}

/// The command that the script itself says to run it with, flags and variables included, on this Python.
fn script_command(script: &str, python: &Python) -> Command {
    let line = script
        .lines()
        .find(|line| line.ends_with(" case.py [--json]"));
    let line = line.expect("a line that says how to run it");
    let words: Vec<String> = line
        .trim_start_matches(['#', ' '])
        .replace("[--json]", "--json")
        .split(' ')
        .map(|word| match word.strip_prefix("python") {
            Some(version) if version.starts_with(|c: char| c.is_ascii_digit()) => {
                python.path().to_owned()
            }
            _ => word.to_owned(),
        })
        .collect();
    let mut command = Command::new("sh");
    command.args(["-c", &words.join(" ")]);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PYTHON")) {
        command.env_remove(name);
    }
    command
}

fn compare_script(
    scenarios: &[Scenario],
    report: &Value,
    case: &Value,
    pythons: &[Python],
) -> Result<(), String> {
    let (id, key) = (
        case["case"].as_str().expect("an id"),
        case["interpreter"].as_str().expect("a key"),
    );
    let python = pythons
        .iter()
        .find(|python| python.key == key)
        .expect("a Python of the report");
    let script = render_script(scenarios, id, python);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("case.py");
    std::fs::write(&file, &script).expect("a file");
    let wanted = required_packages(scenarios, id);
    if !wanted.is_empty() {
        let installed = corpus::find_installed(&wanted, key)
            .unwrap_or_else(|| panic!("{id} on {key}: {wanted:?} in the cache"));
        std::os::unix::fs::symlink(installed, folder.path().join("packages")).expect("a link");
    }
    let output = script_command(&script, python)
        .current_dir(folder.path())
        .output()
        .expect("a Python");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let steps: Vec<Value> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    // What a process wrote is known only when it is over.
    let outputs = |step: &&Value| step["facts"]["outcome"].is_null();
    let expected: Vec<&Value> = trace_of(report, case)
        .iter()
        .filter(|step| !outputs(step))
        .collect();
    let told = |step: &Value| {
        let mut facts = step["facts"].clone();
        // Facts of the report only where the scenario asks for them; the script tells them beside the facts.
        let all = facts.as_object_mut().expect("facts");
        for name in ["message", "warning_messages"] {
            all.shift_remove(name);
        }
        facts
    };
    for (at, step) in expected.iter().enumerate() {
        let number = step["step"].to_string();
        let message = steps
            .get(at)
            .map_or(&Value::Null, |step| &step["details"]["message"]);
        let known = &case["messages"][&number];
        // Of a step that ran again and again the report keeps the first.
        let again = expected[..at]
            .iter()
            .any(|other| other["step"] == step["step"]);
        if !again && message != known {
            return Err(format!(
                "{id} on {key}, step {number}: the message is {message} in the script, {known} in the report"
            ));
        }
        let seen = steps.get(at).map(told);
        if seen.as_ref() != Some(&told(step)) {
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            let seen = seen.map_or_else(|| format!("nothing; {stderr}"), |facts| facts.to_string());
            return Err(format!(
                "{id} on {key}, step {}: the script saw {seen}, the runner {}",
                at + 1,
                told(step)
            ));
        }
    }
    let end = output
        .status
        .code()
        .map_or_else(|| "a signal".to_owned(), |code| format!("exit {code}"));
    if case["end"] != end.as_str() {
        return Err(format!(
            "{id} on {key}: the script ended with {end}, the case with {}",
            case["end"]
        ));
    }
    Ok(())
}

#[test]
fn the_command_prints_the_script_and_the_script_runs() {
    let pythons = pythons();
    let newest = pythons.last().expect("a Python");
    let id = "swap/first-import[via=import_module]";
    let printed = expect_exit(
        modswap().args(["script", id, "--python", &newest.key, "--full"]),
        0,
    )
    .stdout;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let scenarios = modswap::scenario::load(&[folder.into()]).expect("scenarios without a problem");
    assert_eq!(
        String::from_utf8_lossy(&printed),
        render_script(&scenarios, id, newest)
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("case.py");
    std::fs::write(&file, printed).expect("a file");
    let output = newest.bare().arg(&file).output().expect("a Python");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_contains(&text, "\n2  swap: a copy\n");
    assert_contains(&text, "cached(demo)           demo#1");
}
