use std::collections::BTreeSet;
use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::schema;
use crate::scenario::model::ScenarioId;
use crate::scenario::{environment, modules, parse, sections, steps};
use crate::trace::fact::FactName;

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The keys of a map in the file; without a name, of the file.
fn properties(name: Option<&str>) -> BTreeSet<String> {
    let schema = schema();
    let map = name.map_or(&schema, |name| &schema["definitions"][name]);
    let properties = map["properties"].as_object().expect("a map");
    properties.keys().cloned().collect()
}

/// The words that a value may be.
fn words(name: &str) -> BTreeSet<String> {
    let schema = schema();
    let forms = schema["definitions"][name]["oneOf"]
        .as_array()
        .expect("words");
    let words = forms.iter().filter_map(|form| form["const"].as_str());
    words.map(str::to_owned).collect()
}

#[test]
fn keys_are_those_of_the_parser() {
    for (name, words) in [
        (None, parse::TOP_KEYS),
        (Some("Step"), &steps::step_keys()),
        (Some("SwapTo"), steps::SWAP_KEYS),
        (Some("Set"), steps::SET_KEYS),
        (Some("DeleteOther"), steps::DELETE_KEYS),
        (Some("Write"), steps::WRITE_KEYS),
        (Some("BodySteps"), modules::BODY_KEYS),
        (Some("Requires"), environment::REQUIRES_KEYS),
        (Some("Interpreter"), environment::INTERPRETER_KEYS),
        (Some("Xfail"), sections::XFAIL_KEYS),
    ] {
        assert_eq!(properties(name), set(words), "{name:?}");
    }
}

#[test]
fn words_are_those_of_the_parser() {
    assert_eq!(words("SwapWord"), set(&steps::swap_words()));
    let systems = schema()["definitions"]["Os"]["enum"].clone();
    assert_eq!(systems, json!(environment::SYSTEMS));
}

#[test]
fn facts_are_those_that_there_are() {
    let mut facts = set(&FactName::FIXED);
    facts.extend(set(&["python", "matrix", "xfail", "raises"]));
    assert_eq!(properties(Some("Expectation")), facts);
    let schema = schema();
    let patterns = &schema["definitions"]["Expectation"]["patternProperties"];
    let patterns = patterns.as_object().expect("a map").keys();
    let kinds = FactName::OF_A_NAME.iter().chain(&["resolve"]);
    let kinds = kinds.map(|kind| format!("^{kind}\\("));
    assert!(patterns.eq(kinds.collect::<Vec<_>>().iter()));
}

/// Calls `see` with every map of the schema that describes a map, and where it is.
fn each_map(value: &Value, place: &str, see: &mut dyn FnMut(&Map<String, Value>, &str)) {
    match value {
        Value::Object(entries) => {
            if entries.get("type").is_some_and(|kind| kind == "object") {
                see(entries, place);
            }
            for (key, value) in entries {
                each_map(value, &format!("{place}/{key}"), see);
            }
        }
        Value::Array(items) => {
            for item in items {
                each_map(item, place, see);
            }
        }
        _ => {}
    }
}

#[test]
fn every_property_is_described_and_no_other_allowed() {
    let mut seen = 0;
    each_map(&schema(), "", &mut |map, place| {
        let others = &map["additionalProperties"];
        assert!(*others == false || others.is_object(), "{place}: {others}");
        let properties = map.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            seen += 1;
            let text = property["description"].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{place}: {name}");
            assert!(!text.contains('\n'), "{place}: {name}: {text}");
        }
    });
    assert!(seen > 60, "only {seen}");
}

#[test]
fn a_key_without_a_value_is_no_value() {
    let schema = schema();
    for map in [
        &schema,
        &schema["definitions"]["Step"],
        &schema["definitions"]["Requires"],
    ] {
        let text = map["properties"].to_string();
        assert!(!text.contains("\"null\""), "{text}");
    }
}

/// Every kind of step, and most of what may stand beside them.
const LARGE: &str = r#"
title: t
about: x
tags: [a, b]
changes: {"3.0": a, "3.6.3": b}
matrix: {via: [statement, c_api], include: [{via: import_module}], exclude: [{via: c_api}]}
requires: {python: ">=3.4,not debug", modules: [numpy.core], packages: [numpy>=1.16, "a[b]; python_version<'3'", ., ./x.whl], build: not debug, os: [linux, macos]}
interpreter: {flags: [-X, dev], env: {A: b}, site: true, isolation: spawn, entry: -m demo, expect: {ran: [demo]}}
timeout: 10s
watch: [json.decoder]
xfail: {python: "3.5", issue: gh-1}
modules: {demo: "value = 1", ns/: , pkg.sub: '', body: {steps: [{import: demo, expect: {outcome: ok}}, {eval: demo}]}}
steps:
  - snapshot: before
  - {import: demo, via: "${via}", expect: [{python: "<3.9", raises: KeyError, ran: [demo]}, {matrix: {via: statement}, cached(demo): demo#1}]}
  - {import: pkg, when: ">=3.4"}
  - {import: pkg.sub, as: x, note: a}
  - {import: sub, from: pkg, via: lazy, expect: {end: exit 0, message: "", demo: unbound}}
  - {resolve: pkg.sub, expect: {resolve(import_as): absent, xfail: {issue: gh-1}}}
  - delete: {cached: pkg.**, in: original}
  - delete: {new_since: before}
  - delete: {attribute: pkg.sub}
  - set: {cached: demo, to: null}
  - set: {cached: demo, to: module}
  - {swap: {to: spy}, expect: {lookups: [get demo]}, xfail: {python: "3.5", issue: gh-1}}
  - swap: {to: "[]"}
  - {eval: 1 + 1, expect: {value: {a: [1, null]}}}
  - {eval: 1 + 1, expect: {value: {one_of: [1, {not: 2}]}, outcome: {matches: ok}}}
  - {restore: before, expect: {ran: {contains: x}}}
  - swap: before
  - reload: demo
  - run: pass
  - run: {"<3": pass, ">=3": pass}
  - {import: {"<3": cPickle, ">=3": pickle}, as: p, via: import_module}
  - delete: {cached: {"<3": cPickle, ">=3": pickle.**}, in: original}
  - delete: {"<3": p, ">=3": x}
  - write: {file: pkg/late.py, text: pass, mtime: 1000000000}
  - write: {file: demo.py, text: "", mtime: unchanged}
  - remove: pkg/late.py
  - invalidate_caches: true
  - collect: true
  - delete: demo
"#;

/// What a word may be replaced by, beside the other words.
const OTHERS: [&str; 14] = [
    "",
    "null",
    "true",
    "1",
    "-2.5",
    "\"3\"",
    "é",
    "a.b.c",
    "[]",
    "[x]",
    "{a: b}",
    "${via}",
    "not debug",
    "a b",
];

/// Where the words are: what stands between blanks and the punctuation of YAML.
fn words_of(text: &str) -> Vec<std::ops::Range<usize>> {
    let start = text.as_ptr() as usize;
    text.split(|c: char| c.is_whitespace() || "[]{},:\"'".contains(c))
        .filter(|word| !word.is_empty())
        .map(|word| {
            let from = word.as_ptr() as usize - start;
            from..from + word.len()
        })
        .collect()
}

/// The scenario, if the parser takes it, as a validator takes it.
fn taken(text: &str) -> Option<Value> {
    crate::scenario::parse("x.yaml", ScenarioId("x".into()), text).ok()?;
    serde_yaml::from_str(text).ok()
}

#[test]
fn the_large_one_is_right() {
    assert!(taken(LARGE).is_some());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_parser_takes_the_schema_takes(at: prop::sample::Index, by: prop::sample::Index) {
        static VALIDATOR: LazyLock<Validator> =
            LazyLock::new(|| jsonschema::validator_for(&schema()).expect("a schema"));
        let words = words_of(LARGE);
        let others = words.iter().map(|word| &LARGE[word.clone()]);
        let others: Vec<&str> = others.chain(OTHERS).collect();
        let mut text = LARGE.to_owned();
        text.replace_range(words[at.index(words.len())].clone(), others[by.index(others.len())]);
        if let Some(document) = taken(&text) {
            let errors: Vec<String> = VALIDATOR
                .iter_errors(&document)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            prop_assert!(errors.is_empty(), "{errors:#?}\n{text}");
        }
    }
}
