use std::time::Duration;

use serde_json::{Value, json};

use super::good;
use crate::scenario::matcher::Matcher;
use crate::scenario::model::ModuleBody;
use crate::trace::fact::FactValue;

/// Holds steps, each as a file writes it, to the longest form in which a file could; returns them in words.
fn check_actions<const N: usize>(steps: [(&str, Value); N]) -> Vec<String> {
    let lines = steps.iter().map(|(step, _)| format!("- {step}\n"));
    let scenario = good(&format!("title: t\nsteps:\n{}", lines.collect::<String>()));
    let actions = scenario.variants[0].steps.iter().map(|step| &step.action);
    let forms = actions
        .clone()
        .map(|action| action.operation().canonical_form());
    let expected = steps.map(|(_, form)| form);
    assert_eq!(forms.collect::<Vec<_>>(), expected);
    actions.map(ToString::to_string).collect()
}

#[test]
fn the_scenario_of_the_manual() {
    let scenario = good(
        r#"
title: Swapping sys.modules for an earlier copy does not unload a module
about: >
  `import` reads the interpreter's own reference.
refs: [https://stackoverflow.com/q/42142660]
tags: [swap]
requires: {python: ">=3.4", modules: [numpy]}
timeout: 500ms
modules:
  demo: |
    value = 1
  ns/:
  empty: ""
  pkg.sub: x = 1
steps:
  - snapshot: before
  - import: demo
    note: a remark
  - swap: before
  - delete: demo
  - import: demo
    expect:
      demo: demo#1
      cached(demo): absent
      original(ns): null
      attribute(pkg.sub): None
      message: "3.10"
      ran: []
      end: exit 3
  - eval: "1"
    expect: {value: {a: [1, 2.5, true]}}
"#,
    );
    assert_eq!(
        scenario.about.as_deref(),
        Some("`import` reads the interpreter's own reference.\n")
    );
    assert_eq!(scenario.refs, ["https://stackoverflow.com/q/42142660"]);
    assert_eq!(scenario.tags, ["swap"]);
    let [variant] = &scenario.variants[..] else {
        panic!("one variant");
    };
    assert_eq!(variant.choices.to_string(), "");
    assert_eq!(variant.timeout, Some(Duration::from_millis(500)));
    assert_eq!(
        variant.requires.python.as_ref().unwrap().to_string(),
        ">=3.4"
    );
    assert_eq!(variant.requires.modules, ["numpy"]);
    let names: Vec<_> = variant
        .modules
        .iter()
        .map(|module| &module.name[..])
        .collect();
    assert_eq!(names, ["demo", "ns", "empty", "pkg.sub"]);
    assert_eq!(variant.modules[1].body, ModuleBody::Namespace);
    assert_eq!(variant.modules[2].body, ModuleBody::Text(String::new()));
    assert_eq!(variant.steps[1].note.as_deref(), Some("a remark"));
    let text = |text: &str| FactValue::Text(text.into());
    let expect: Vec<_> = variant.steps[4..]
        .iter()
        .flat_map(|step| &step.expect)
        .map(|e| match &e.value {
            Matcher::Equals(value) => (&e.fact.0[..], value.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    let list = FactValue::List(vec![
        FactValue::Int(1),
        FactValue::Float(2.5),
        FactValue::Bool(true),
    ]);
    assert_eq!(
        expect,
        [
            ("demo", text("demo#1")),
            ("cached(demo)", text("absent")),
            ("original(ns)", text("None")),
            ("attribute(pkg.sub)", text("None")),
            ("message", text("3.10")),
            ("ran", FactValue::List(Vec::new())),
            ("end", text("exit 3")),
            ("value", FactValue::Map(vec![("a".into(), list)])),
        ]
    );
}

#[test]
fn every_import() {
    let import = |module: &str, from: Option<&str>, alias: Option<&str>, via: &str| json!({"import": module, "from": from, "as": alias, "via": via});
    check_actions([
        ("import: a.b", import("a.b", None, None, "statement")),
        (
            "{import: a.b, as: x, via: statement}",
            import("a.b", None, Some("x"), "statement"),
        ),
        (
            "{import: b, from: a.c, as: y}",
            import("b", Some("a.c"), Some("y"), "statement"),
        ),
        (
            "{import: a, via: import_module}",
            import("a", None, None, "import_module"),
        ),
        (
            "{import: a, via: __import__}",
            import("a", None, None, "__import__"),
        ),
        (
            "{import: sys, via: c_api, as: s}",
            import("sys", None, Some("s"), "c_api"),
        ),
        (
            "{import: a.b, via: lazy, as: x}",
            import("a.b", None, Some("x"), "lazy"),
        ),
        (
            "{import: b, from: a, via: lazy}",
            import("b", Some("a"), None, "lazy"),
        ),
    ]);
}

#[test]
fn every_other_action() {
    let cached = |name: &str, tree, in_original| json!({"delete": {"cached": name, "tree": tree, "in_original": in_original}});
    let set = |to| json!({"set": {"cached": "demo"}, "to": to});
    let expression = |text: &str| json!({"expression": text});
    let swap = |to| json!({"swap": to});
    let write =
        |file: &str, text: &str, mtime| json!({"write": file, "text": text, "mtime": mtime});
    check_actions([
        ("snapshot: before", json!({"snapshot": "before"})),
        ("swap: before", swap(json!({"snapshot": "before"}))),
        ("swap: {to: copy}", swap(json!("copy"))),
        ("swap: {to: empty}", swap(json!("empty"))),
        ("swap: {to: original}", swap(json!("original"))),
        ("swap: {to: subclass}", swap(json!("subclass"))),
        ("swap: {to: spy}", swap(json!("spy"))),
        ("swap: {to: missing}", swap(json!("missing"))),
        ("swap: {to: null}", swap(expression("None"))),
        ("swap: {to: '[]'}", swap(expression("[]"))),
        (
            "swap: {to: Mapping(sys.modules)}",
            swap(expression("Mapping(sys.modules)")),
        ),
        ("restore: before", json!({"restore": "before"})),
        (
            "import: pkg.sub",
            json!({"import": "pkg.sub", "from": null, "as": null, "via": "statement"}),
        ),
        ("delete: {cached: demo}", cached("demo", false, false)),
        (
            "delete: {cached: pkg.**, in: original}",
            cached("pkg", true, true),
        ),
        (
            "delete: {new_since: before}",
            json!({"delete": {"new_since": "before", "in_original": false}}),
        ),
        (
            "delete: {attribute: pkg.sub}",
            json!({"delete": {"attribute": "pkg.sub"}}),
        ),
        ("set: {cached: demo, to: null}", set(json!("none"))),
        ("set: {cached: demo, to: module}", set(json!("module"))),
        ("set: {cached: demo, to: pkg}", set(expression("pkg"))),
        (
            "set: {cached: demo, to: object()}",
            set(expression("object()")),
        ),
        ("set: {cached: demo, to: 5}", set(expression("5"))),
        ("reload: pkg.sub", json!({"reload": "pkg.sub"})),
        ("delete: pkg", json!({"delete": {"binding": "pkg"}})),
        ("eval: 1 + 1", json!({"eval": "1 + 1"})),
        ("run: x = 1", json!({"run": "x = 1"})),
        ("reload: x", json!({"reload": "x"})),
        ("resolve: a.b", json!({"resolve": "a.b"})),
        (
            "write: {file: pkg/late.py, text: ''}",
            write("pkg/late.py", "", json!("next")),
        ),
        (
            "write: {file: demo.txt, text: x, mtime: 5}",
            write("demo.txt", "x", json!(5)),
        ),
        (
            "write: {file: demo.py, text: x, mtime: unchanged}",
            write("demo.py", "x", json!("unchanged")),
        ),
        ("remove: pkg", json!({"remove": "pkg"})),
        (
            "invalidate_caches: true",
            json!({"invalidate_caches": null}),
        ),
        ("collect: true", json!({"collect": null})),
    ]);
}

#[test]
fn names_by_version() {
    let per = |old: Value, new: Value| json!({"by_version": [["<3", old], [">=3", new]]});
    let import = |module: &str| json!({"import": module, "from": null, "as": "p", "via": "c_api"});
    let cached =
        |name: &str, tree| json!({"delete": {"cached": name, "tree": tree, "in_original": true}});
    let delete = |name: &str| json!({"delete": {"binding": name}});
    let actions = check_actions([
        (
            "{import: {'<3': cPickle, '>=3': pickle}, as: p, via: c_api}",
            per(import("cPickle"), import("pickle")),
        ),
        (
            "delete: {cached: {'<3': cPickle, '>=3': pickle.**}, in: original}",
            per(cached("cPickle", false), cached("pickle", true)),
        ),
        (
            "run: {'<3': old = 1, '>=3': new = 1}",
            per(json!({"run": "old = 1"}), json!({"run": "new = 1"})),
        ),
        (
            "delete: {'<3': old, '>=3': new}",
            per(delete("old"), delete("new")),
        ),
    ]);
    assert_eq!(
        actions,
        [
            "import: cPickle (<3) / pickle (>=3) as p via c_api",
            "delete: cached(cPickle (<3) / pickle.** (>=3)) in original",
            "run: old = 1 (<3) / new = 1 (>=3)",
            "delete: old (<3) / new (>=3)",
        ]
    );
}

#[test]
fn what_is_imported_by_version_has_one_name_in_facts() {
    let text = "title: t\nsteps: [{import: {'<3': cPickle, '>=3': pickle}, as: p}, {import: demo, as: d}]\n";
    let variant = &good(text).variants[0];
    assert_eq!(variant.watched_modules(), ["demo"]);
    assert_eq!(variant.bound_names(), ["p", "d"]);
    let renamed = [("cPickle", "p"), ("pickle", "p")];
    assert_eq!(
        variant.imports_by_version(),
        renamed.map(|(module, name)| (module.to_owned(), name.to_owned()))
    );
}

#[test]
fn raw_python_may_bind_anything_it_mentions() {
    good(
        "
title: t
steps:
  - run: import demo; before = dict(__import__('sys').modules)
  - swap: before
  - delete: demo
  - run: from demo import *; demo = 2
  - delete: demo
",
    );
    good("title: t\nmodules: {m: thing = 1}\nsteps: [run: from m import *, delete: thing]\n");
}
