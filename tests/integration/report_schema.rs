//! `docs/report.schema.json` describes every field of the reports that runs and merges write.
#![cfg(unix)]

use jsonschema::Validator;
use serde_json::Value;

use crate::harness::{PLAIN, VIOLATED, Workspace, newest_python, parse_report};

/// A scenario per way in which a case can end, beside those of the harness.
const ENDS: &[(&str, &str)] = &[
    (
        "chance",
        "title: Another value each time\nmatrix: {letter: ['a', 'b']}\nsteps:\n  \
         - eval: \"[__import__('os').urandom(8), (1, None), {2}, {'${letter}': 1.5}]\"\n    note: It is a list.\n",
    ),
    (
        "crash",
        "title: It crashes\nsteps:\n  - run: import os; os.write(2, b'out'); os.abort()\n",
    ),
    (
        "body",
        "title: Steps in a body\nabout: Prose\nrefs: [a source]\nchanges: {'3.6': A note}\n\
         modules: {demo: {steps: [{eval: '1'}]}}\nsteps:\n  - import: demo\n  \
         - run: import warnings; warnings.warn('careful')\n  - run: raise KeyError('x')\n    expect: {outcome: KeyError}\n",
    ),
    (
        "slow",
        "title: Its time is up\ntimeout: 200ms\nsteps:\n  - run: import time; time.sleep(60)\n",
    ),
    (
        "skipped",
        "title: It is skipped\nrequires: {modules: [no_such_module]}\nsteps:\n  - run: pass\n",
    ),
];

/// The published schema, in which objects have no field but those that it describes.
fn closed_schema() -> Validator {
    let text = include_str!("../../docs/report.schema.json");
    let mut schema: Value = serde_json::from_str(text).expect("JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("it is valid against its meta schema");
    close_objects(&mut schema);
    jsonschema::draft202012::new(&schema).expect("a schema")
}

fn close_objects(part: &mut Value) {
    match part {
        Value::Object(entries) => {
            entries.values_mut().for_each(close_objects);
            if entries.get("properties").is_some_and(Value::is_object) {
                entries.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close_objects),
        _ => {}
    }
}

fn assert_described(schema: &Validator, report: &Value) {
    let errors = schema.iter_errors(report);
    let errors: Vec<String> = errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn every_report_is_as_the_schema_says() {
    let schema = closed_schema();
    let workspace = Workspace::with(ENDS);
    workspace
        .scenario("plain", PLAIN)
        .scenario("violated", VIOLATED);
    let python = newest_python();
    let repeated = workspace.report(&[python], &["--repeat", "2"]);
    assert_described(&schema, &repeated);
    for verdict in [
        "unstable",
        "crashed",
        "timed-out",
        "skipped",
        "fail",
        "pass",
    ] {
        let cases = repeated["cases"].as_array().expect("a list");
        let is_there = cases.iter().any(|case| case["verdict"] == verdict);
        assert!(is_there, "no case is {verdict}");
    }
    let python = newest_python();
    assert_described(
        &schema,
        &workspace.report(&[python], &["--jobs", "1", "--max-fail", "1"]),
    );

    for part in ["1/2", "2/2"] {
        let report = workspace.report(&[newest_python()], &["--shard", part]);
        let name = format!("part-{}.json", &part[..1]);
        workspace.write(&name, &report.to_string());
    }
    let merge = ["merge", "part-1.json", "part-2.json", "--format", "json"];
    assert_described(&schema, &parse_report(&workspace.run(&merge)));
    let merge = [
        "merge",
        "part-1.json",
        "--allow-incomplete",
        "--format",
        "json",
    ];
    assert_described(&schema, &parse_report(&workspace.run(&merge)));
}

#[test]
fn a_report_with_a_baseline_is_as_the_schema_says() {
    let workspace = Workspace::with(&ENDS[..1]);
    let baseline = ["--baseline", "kept"];
    workspace.report(&[newest_python()], &baseline);
    workspace.run_to(0, &["accept", "--baseline", "kept"]);
    let report = workspace.report(&[newest_python()], &baseline);
    assert_eq!(report["cases"][0]["verdict"], "drift");
    assert_described(&closed_schema(), &report);
}

#[test]
fn a_report_of_parameters_is_as_the_schema_says() {
    let text = "title: t\nparameters: [module]\nsteps: [import: \"${module}\"]\n";
    let workspace = Workspace::with(&[("vet/import", text)]);
    let report = workspace.report(&[newest_python()], &["--set", "module=json"]);
    assert_eq!(
        report["cases"][0]["variant"],
        serde_json::json!({"module": "json"})
    );
    assert_described(&closed_schema(), &report);
}
