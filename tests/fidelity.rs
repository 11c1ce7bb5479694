//! The harness leaves no trace in what it measures: a case starts where a bare interpreter starts, both ways of
//! isolation see the same, and so does the plain script.

mod common;

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{Python, Scenarios, both_ways, case, ends_with, json, modswap, pythons, trace};
use modswap::plan::CaseId;
use modswap::scenario::model::Scenario;
use serde_json::Value;

/// Expressions over a fresh interpreter. `s` stands for `sys`, which only the bare one may bind.
const STARTS: [(&str, &str); 8] = [
    ("modules", "sorted(s.modules)"),
    ("meta_path", "[repr(item) for item in s.meta_path]"),
    ("path_hooks", "[repr(item) for item in s.path_hooks]"),
    ("main", "sorted(s.modules['__main__'].__dict__)"),
    ("builtins", "sorted(vars(__builtins__))"),
    ("argv", "s.argv"),
    ("flags", "repr(s.flags)"),
    ("importers", "sorted(s.path_importer_cache)"),
];

#[test]
fn a_case_starts_where_a_bare_interpreter_starts() {
    let files: Vec<(String, String)> = STARTS
        .iter()
        .map(|(name, expression)| {
            let code = expression.replace("s.", "__import__('sys').");
            (
                format!("{name}.yaml"),
                format!("title: {name}\nsteps:\n  - eval: \"{code}\"\n"),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let scenarios = Scenarios::new(&files);
    let pythons = pythons();
    both_ways(&scenarios, |isolation, report| {
        for python in &pythons {
            for (name, expression) in STARTS {
                let seen = &trace(report, case(report, name, &python.key))[0]["facts"]["value"];
                let bare = bare_value(python, expression);
                assert_eq!(*seen, bare, "{name} on {} by {isolation}", python.key);
            }
        }
    });
}

/// The value of an expression in an interpreter that nobody prepared. No module is imported to print it, and `sys` is
/// bound nowhere that the expression looks.
fn bare_value(python: &Python, expression: &str) -> Value {
    let code = expression.replace("s.", "__import__('sys').");
    let folder = tempfile::tempdir().expect("a folder");
    let output = python
        .bare()
        .current_dir(folder.path())
        .args(["-c", &format!("print({code})")])
        .output()
        .expect("a Python");
    let text = String::from_utf8(output.stdout).expect("text");
    let real = folder.path().canonicalize().expect("a folder");
    let text = without_places(
        python,
        &text
            .trim()
            .replace(real.to_str().expect("text"), "<folder>"),
    );
    let addresses = text.split("0x").enumerate().map(|(at, part)| match at {
        0 => part.to_owned(),
        _ => format!(
            "0x...{}",
            part.trim_start_matches(|c: char| c.is_ascii_hexdigit())
        ),
    });
    let text = addresses.collect::<String>();
    if !text.starts_with('[') {
        return Value::String(text);
    }
    // A list of strings: its repr is JSON but for the quotes; a string with a quote inside has double quotes already.
    let mut items = Vec::new();
    let mut rest = &text[1..];
    while let Some(start) = rest.find(['\'', '"']) {
        let quote = rest[start..].chars().next().expect("found above");
        let body = &rest[start + 1..];
        let end = body.find(quote).expect("a closed string");
        // A text that could be taken for the value None is quoted.
        let item = if &body[..end] == "None" {
            "'None'"
        } else {
            &body[..end]
        };
        items.push(Value::String(item.to_owned()));
        rest = &body[end + 1..];
    }
    Value::Array(items)
}

/// The text as a value of a report has it: without the places of this machine.
fn without_places(python: &Python, text: &str) -> String {
    let code = "import sys; print(sys.prefix); print('%d.%d' % sys.version_info[:2])";
    let output = python.bare().args(["-c", code]).output().expect("a Python");
    let answer = String::from_utf8(output.stdout).expect("text");
    let (prefix, version) = answer.trim().split_once('\n').expect("two lines");
    text.replace(&format!("{prefix}/lib/python{version}"), "<library>")
        .replace(prefix, "<prefix>")
}

/// A run over the repository's scenarios, in which every expectation holds.
fn corpus(isolation: &str) -> Value {
    let mut command = modswap();
    command.args([
        "run",
        "scenarios",
        "--format",
        "json",
        "--isolation",
        isolation,
    ]);
    let output = command.output().expect("the binary starts");
    let text = String::from_utf8_lossy(&output.stderr);
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {text}"));
    let cases = report["cases"].as_array().expect("cases").iter();
    let bad: Vec<String> = cases
        .filter(|case| case["verdict"] != "pass" && case["verdict"] != "skipped")
        .map(ToString::to_string)
        .collect();
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    report
}

#[test]
fn both_ways_of_isolation_see_the_same() {
    let run = |isolation| {
        json(
            modswap().args(["run", "scenarios", "--isolation", isolation]),
            0,
        )
    };
    let (fork, spawn) = (run("fork"), run("spawn"));
    let cases = fork["cases"].as_array().expect("cases");
    assert!(cases.len() > 20);
    for forked in cases {
        let (id, key) = (
            forked["case"].as_str().expect("an id"),
            forked["interpreter"].as_str().expect("a key"),
        );
        let spawned = case(&spawn, id, key);
        assert_eq!(forked["end"], spawned["end"], "{id} on {key}");
        assert_eq!(forked["verdict"], spawned["verdict"], "{id} on {key}");
        assert_eq!(forked["messages"], spawned["messages"], "{id} on {key}");
        if forked["verdict"] != "skipped" {
            assert_eq!(
                trace(&fork, forked),
                trace(&spawn, spawned),
                "{id} on {key}"
            );
        }
    }
}

#[test]
fn plain_scripts_observe_what_the_runner_observes() {
    scripts_agree(
        concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios").as_ref(),
        &corpus("fork"),
    );
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
    let report = json(modswap().arg("run").arg(scenarios.path()), 0);
    scripts_agree(scenarios.path(), &report);
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

fn scripts_agree(folder: &Path, report: &Value) {
    let scenarios = modswap::scenario::load(&[folder.into()]).expect("scenarios without a problem");
    let pythons = pythons();
    let cases: Vec<&Value> = report["cases"].as_array().expect("cases").iter().collect();
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, Into::into) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if case["verdict"] != "skipped"
                        && let Err(text) = script_agrees(&scenarios, report, case, &pythons)
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
fn script(scenarios: &[Scenario], id: &str, python: &Python) -> String {
    let version = python.key.trim_end_matches(|c: char| !c.is_ascii_digit());
    for scenario in scenarios {
        for variant in &scenario.variants {
            if CaseId::new(&scenario.id, &variant.id).0 == id {
                return modswap::program::script::render(scenario, variant, version);
            }
        }
    }
    panic!("no scenario {id}")
}

/// The packages that a case requires.
fn packages(scenarios: &[Scenario], id: &str) -> Vec<String> {
    let all = scenarios.iter().flat_map(|scenario| {
        scenario
            .variants
            .iter()
            .map(move |variant| (scenario, variant))
    });
    let found = all
        .into_iter()
        .find(|(scenario, variant)| CaseId::new(&scenario.id, &variant.id).0 == id);
    let packages = found
        .into_iter()
        .flat_map(|(_, variant)| &variant.requires.packages);
    packages.map(|one| one.text().to_owned()).collect()
}

/// The command that the script itself says to run it with, flags and variables included, on this Python.
fn as_it_says(script: &str, python: &Python) -> Command {
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
                python.path.to_str().expect("UTF-8").to_owned()
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

fn script_agrees(
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
    let script = script(scenarios, id, python);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("case.py");
    std::fs::write(&file, &script).expect("a file");
    let wanted = packages(scenarios, id);
    if !wanted.is_empty() {
        let installed = common::corpus::installed(&wanted, key)
            .unwrap_or_else(|| panic!("{id} on {key}: {wanted:?} in the cache"));
        std::os::unix::fs::symlink(installed, folder.path().join("packages")).expect("a link");
    }
    let output = as_it_says(&script, python)
        .current_dir(folder.path())
        .output()
        .expect("a Python");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let steps: Vec<Value> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let expected = trace(report, case);
    let told = |step: &Value| {
        let mut facts = step["facts"].clone();
        // A fact of the report only where an expectation asks for it; the script leaves it out.
        facts
            .as_object_mut()
            .expect("facts")
            .shift_remove("message");
        facts
    };
    for (at, step) in expected.iter().enumerate() {
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
    let printed = ends_with(modswap().args(["script", id, "--python", &newest.key]), 0).stdout;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let scenarios = modswap::scenario::load(&[folder.into()]).expect("scenarios without a problem");
    assert_eq!(
        String::from_utf8_lossy(&printed),
        script(&scenarios, id, newest)
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
    assert!(
        text.contains("\n2  swap: a copy\n") && text.contains("cached(demo)           demo#1"),
        "{text}"
    );
}

#[test]
fn our_python_is_no_newer_than_3_4() {
    // `ast.parse` with feature_version knows the grammar of 3.4 from 3.8 on; 3.12 and later no longer refuse f-strings.
    let fits = |python: &&Python| {
        ["3.8.", "3.9.", "3.10.", "3.11."]
            .iter()
            .any(|minor| python.key.starts_with(minor))
    };
    let pythons = pythons();
    let Some(python) = pythons.iter().find(fits) else {
        println!("not checked: the grammar of 3.4 needs one of 3.8 to 3.11, and none is here");
        return;
    };
    for name in [
        "labels",
        "recorder",
        "helpers",
        "case",
        "pristine",
        "worker",
        "standalone",
    ] {
        let file = format!("{}/src/program/{name}.py", env!("CARGO_MANIFEST_DIR"));
        let code = format!("import ast; ast.parse(open({file:?}).read(), feature_version=(3, 4))");
        let output = python
            .bare()
            .args(["-c", &code])
            .output()
            .expect("a Python");
        assert!(
            output.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
