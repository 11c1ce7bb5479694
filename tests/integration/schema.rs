//! The JSON Schema that `modswap schema` prints, by an independent validator, and against what the parser says.

use std::path::Path;

use crate::harness::{Scenarios, expect_exit, expect_json, modswap};
use jsonschema::Validator;
use serde_json::Value;

fn read_schema() -> Value {
    let output = expect_exit(modswap().arg("schema"), 0);
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn build_validator() -> Validator {
    jsonschema::validator_for(&read_schema()).expect("a schema")
}

/// `docs/scenario.schema.json`, which is published with the documentation, is what the program prints.
/// `MODSWAP_README=overwrite` writes it.
#[test]
fn the_published_schema_is_the_programs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.schema.json");
    let printed = expect_exit(modswap().arg("schema"), 0).stdout;
    if std::env::var_os("MODSWAP_README").is_some_and(|value| value == "overwrite") {
        std::fs::write(&path, &printed).expect("the schema");
    }
    let published = std::fs::read(&path).expect("the schema");
    assert!(published == printed, "MODSWAP_README=overwrite renews it");
}

/// The demands of `SchemaStore`: a schema says which draft it is, where it is and what it is of, and is whole by itself.
#[test]
fn a_catalogue_can_take_the_schemas() {
    let report = include_str!("../../docs/report.schema.json");
    let report = serde_json::from_str(report).expect("JSON");
    for (name, schema) in [("scenario", read_schema()), ("report", report)] {
        let id = format!("https://OWNER.github.io/modswap/docs/{name}.schema.json");
        assert_eq!(schema["$id"], id.as_str());
        for key in ["$schema", "title", "description"] {
            assert!(schema[key].is_string(), "{name}: {key}");
        }
        let text = schema.to_string();
        let references = text.split("\"$ref\":\"").skip(1);
        for reference in references {
            assert!(reference.starts_with("#/"), "{name}: {reference:.60}");
        }
    }
    let text = read_schema().to_string();
    for later in [
        "$defs",
        "dependentRequired",
        "dependentSchemas",
        "prefixItems",
    ] {
        assert!(
            !text.contains(&format!("\"{later}\":")),
            "{later} is of a later draft"
        );
    }
}

fn document(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

/// What the schema says against a document, each with its place.
fn errors(validator: &Validator, document: &Value) -> Vec<String> {
    let errors = validator.iter_errors(document);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// The documents of a file, each with what stands behind its `===`.
fn split_documents(text: &str) -> Vec<(&str, &str)> {
    let cases = text.split("=== ").skip(1);
    cases
        .map(|case| case.split_once('\n').expect("a document"))
        .collect()
}

fn right() -> Vec<(&'static str, &'static str)> {
    split_documents(include_str!("schema/right.txt"))
}

fn wrong() -> Vec<(&'static str, &'static str)> {
    split_documents(include_str!("schema/wrong.txt"))
}

/// Writes each document to a file that is called by its number, and lets the parser look at them.
fn checked(documents: &[(&str, &str)]) -> Value {
    let names: Vec<String> = (0..documents.len())
        .map(|number| format!("{number}.yaml"))
        .collect();
    let files = names.iter().zip(documents);
    let files: Vec<(&str, &str)> = files
        .map(|(name, (_, text))| (name.as_str(), *text))
        .collect();
    let folder = Scenarios::new(&files);
    let mut command = modswap();
    command.arg("check").arg(folder.path());
    let output = command.args(["--format", "json"]).output();
    serde_json::from_slice(&output.expect("the binary starts").stdout).expect("JSON")
}

/// The number of the document that a problem is about.
fn number(problem: &Value) -> usize {
    let file = Path::new(problem["file"].as_str().expect("a file"));
    let name = file.file_stem().and_then(|name| name.to_str());
    name.and_then(|name| name.parse().ok()).expect("a number")
}

#[test]
fn it_is_a_schema() {
    let schema = read_schema();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    jsonschema::draft7::meta::validate(&schema).expect("it is valid against its meta schema");
    jsonschema::draft7::new(&schema).expect("its references and patterns are right");
}

#[test]
fn it_takes_every_scenario_there_is() {
    let validator = build_validator();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "yaml")
            {
                let text = std::fs::read_to_string(&path).expect("a scenario");
                let errors = errors(&validator, &document(&text));
                assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 50, "only {count} scenarios");
}

#[test]
fn it_takes_what_belongs_to_the_language() {
    let validator = build_validator();
    for (what, text) in right() {
        let errors = errors(&validator, &document(text));
        assert!(errors.is_empty(), "{what}: {errors:#?}\n{text}");
    }
}

#[test]
fn it_refuses_what_does_not() {
    let validator = build_validator();
    for (what, text) in wrong() {
        assert!(!validator.is_valid(&document(text)), "{what}:\n{text}");
    }
}

/// A scenario that the schema refuses and the parser runs would be red in the editor for nothing.
#[test]
fn it_is_not_stricter_than_the_parser() {
    let wrong = wrong();
    let found = checked(&wrong);
    let problems = found["problems"].as_array().expect("a list");
    for (at, (what, text)) in wrong.iter().enumerate() {
        let told = problems.iter().any(|problem| number(problem) == at);
        assert!(told, "the parser takes {what}:\n{text}");
    }
}

#[test]
fn the_parser_takes_what_it_takes() {
    let right = right();
    let found = checked(&right);
    let problems = found["problems"].as_array().expect("a list");
    let told = problems.first();
    let told = told.map(|problem| (right[number(problem)], problem));
    assert!(told.is_none(), "{told:#?}");
}

#[test]
fn it_takes_the_scenario_to_start_from() {
    let text = include_str!("../../src/cli/skeleton.yaml");
    let errors = errors(&build_validator(), &document(text));
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn it_is_printed_and_nothing_else_is() {
    let output = expect_exit(modswap().arg("schema"), 0);
    assert!(output.stderr.is_empty());
    assert!(output.stdout.starts_with(b"{\n  \"$schema\"") && output.stdout.ends_with(b"}\n"));
    let all_right = expect_json(modswap().args(["check", "scenarios"]), 0);
    assert_eq!(all_right["problems"], Value::Array(Vec::new()));
}
