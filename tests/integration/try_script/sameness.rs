//! Structured steps do what the statements do that they stand for, and what is saved is what was tried.
//!
//! The scripts are the corpus' own plain ones, and those in `scripts/`, which were written by hand for questions from public threads.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use modswap::from_python::{Conversion, Script, convert, read_folder};
use modswap::program::build_program;
use modswap::program::minimal::{Target, render_minimal};
use modswap::scenario;
use modswap::scenario::model::ScenarioId;
use serde_json::{Value, json};

use crate::harness::{Scenarios, find_case, modswap, sample_pythons, trace_of};

/// Facts that are another one by nature: a `run` has no value, and a copy has the name of its snapshot.
const OF_THE_STEP: [&str; 2] = ["value", "cache"];

/// The plain scripts, with their names.
fn collect_scripts() -> Vec<Script> {
    let key = "3.13.0".parse().expect("a version");
    let target = Target {
        key: &key,
        command: "python3.13",
    };
    let scenarios = scenario::load_builtin().expect("they are right");
    let mut scripts: Vec<Script> = scenarios
        .iter()
        .filter(|scenario| scenario.variants[0].requires.packages.is_empty())
        .filter_map(|scenario| {
            let minimal = render_minimal(scenario, &scenario.variants[0], target, &[]).ok()?;
            Some(Script {
                name: scenario.id.0.replace('/', "-"),
                text: minimal.text,
                ..Script::default()
            })
        })
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration/try_script/scripts");
    let modules = read_folder(&folder, None).expect("modules").modules;
    for file in fs::read_dir(&folder).expect("a folder").flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        if let Some(name) = name.strip_suffix(".py").filter(|name| *name != "lib") {
            scripts.push(Script {
                name: format!("thread-{name}"),
                text: fs::read_to_string(file.path()).expect("UTF-8"),
                modules: modules.clone(),
                ..Script::default()
            });
        }
    }
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    scripts
}

fn convert_all() -> Vec<(Script, Conversion)> {
    let scripts = collect_scripts().into_iter();
    let converted = scripts.map(|script| {
        let id = ScenarioId(script.name.clone());
        let conversion = convert(&script, &id, &script.name);
        let conversion = conversion.unwrap_or_else(|error| panic!("{}: {error}", script.name));
        (script, conversion)
    });
    converted.collect()
}

#[test]
fn what_is_saved_is_what_was_tried() {
    let all = convert_all();
    assert!(all.len() > 200, "{} scripts", all.len());
    let keys = ["2.7.18", "3.8.18", "3.15.0t"].map(|key| key.parse().expect("a version"));
    for (script, conversion) in all {
        let scenarios =
            Scenarios::new(&[(&format!("{}.yaml", script.name), &conversion.scenario.text)]);
        let loaded = scenario::load(&[scenarios.path().to_owned()]).expect("it is right");
        let [tried, saved] = [&conversion.scenario, &loaded[0]];
        assert_eq!(tried.digest, saved.digest, "{}", script.name);
        for key in &keys {
            let programs = [tried, saved].map(|scenario| build_program(&scenario.variants[0], key));
            let [tried, saved] = programs.map(|program| format!("{program:?}"));
            assert_eq!(tried, saved, "{}", script.name);
        }
    }
}

/// The scenario with each statement as raw Python, which records the same.
fn write_raw(script: &Script, conversion: &Conversion) -> String {
    let variant = &conversion.scenario.variants[0];
    let watched = variant.recorded_names();
    let mut known = BTreeSet::new();
    let watched: Vec<&String> = watched.iter().filter(|name| known.insert(*name)).collect();
    let mut futures = String::new();
    let steps: Vec<Value> = conversion
        .statements
        .iter()
        .map(|statement| {
            let step = json!({"run": format!("{futures}{statement}").replace("${", "$${")});
            if statement.starts_with("from __future__") {
                futures = format!("{futures}{statement}\n");
            }
            step
        })
        .collect();
    let modules = script.modules.iter();
    let modules: serde_json::Map<_, _> = modules
        .map(|(name, text)| (name.clone(), text.replace("${", "$${").into()))
        .collect();
    json!({"title": "raw", "modules": modules, "watch": watched, "steps": steps}).to_string()
}

/// The text of a value without the number of the process, which plain scripts give their folders.
fn mask_process(value: &Value) -> String {
    let mut parts = Vec::new();
    for part in value.to_string().split("case-") {
        parts.push(
            part.trim_start_matches(|c: char| c.is_ascii_digit())
                .to_owned(),
        );
    }
    parts.join("case-")
}

#[test]
fn a_structured_step_does_what_its_statement_does() {
    let all = convert_all();
    let files: Vec<(String, String)> = all
        .iter()
        .flat_map(|(script, conversion)| {
            let name = &script.name;
            let structured = conversion.scenario.text.to_string();
            [
                (format!("structured/{name}.yaml"), structured),
                (format!("raw/{name}.yaml"), write_raw(script, conversion)),
            ]
        })
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(id, text)| (id.as_str(), text.as_str()))
        .collect();
    let scenarios = Scenarios::new(&files);
    // The oldest and the newest.
    let pythons = sample_pythons();
    let pythons = [pythons.first(), pythons.last()].map(|python| python.expect("a Python"));
    let mut command = modswap();
    command
        .arg("run")
        .arg(scenarios.path())
        .args(["--no-baseline", "--format", "json"]);
    for python in pythons {
        command.args(["--python", python.path()]);
    }
    let output = command.output().expect("it starts");
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let (mut compared, mut different) = (0, Vec::new());
    // What threads do first is chance.
    let is_steady =
        |conversion: &&(Script, Conversion)| !conversion.1.scenario.variants[0].may_start_threads();
    for (script, conversion) in all.iter().filter(is_steady) {
        for python in pythons {
            let [structured, raw] = ["structured", "raw"].map(|folder| {
                let id = format!("{folder}/{}", script.name);
                trace_of(&report, find_case(&report, &id, &python.key))
            });
            for (one, other) in structured.iter().zip(raw) {
                let (facts, others) = (&one["facts"], &other["facts"]);
                for (name, value) in facts.as_object().expect("facts") {
                    if OF_THE_STEP.contains(&name.as_str()) {
                        continue;
                    }
                    compared += 1;
                    if mask_process(value) != mask_process(&others[name]) {
                        let number = one["step"].as_u64().expect("a step");
                        let index = usize::try_from(number).expect("small") - 1;
                        let statement = &conversion.statements[index];
                        different.push(format!(
                            "{name} after {statement:?}, {} on {}: {value} and {}",
                            script.name, python.key, others[name]
                        ));
                    }
                }
            }
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(compared > 5_000, "{compared} facts");
}
