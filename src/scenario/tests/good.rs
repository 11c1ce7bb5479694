use std::time::Duration;

use super::good;
use crate::scenario::matcher::Matcher;
use crate::scenario::model::{
    Action, ByVersion, Collect, Delete, Eval, Import, InvalidateCaches, ModuleBody, Mtime, Reload,
    Remove, Resolve, Restore, Run, Scenario, Set, SetTo, Snapshot, Swap, Via, Write,
};
use crate::trace::fact::FactValue;

fn actions(scenario: &Scenario) -> Vec<&Action> {
    let steps = scenario.variants[0].steps.iter();
    steps.map(|step| &step.action).collect()
}

fn step_actions(steps: &str) -> Vec<Action> {
    let scenario = good(&format!("title: t\nsteps:\n{steps}"));
    actions(&scenario).into_iter().cloned().collect()
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
    let import = |module: &str, from: Option<&str>, alias: Option<&str>, via| {
        Action::Import(Import {
            module: module.into(),
            from: from.map(Into::into),
            alias: alias.map(Into::into),
            via,
        })
    };
    assert_eq!(
        step_actions(
            "
  - import: a.b
  - {import: a.b, as: x, via: statement}
  - {import: b, from: a.c, as: y}
  - {import: a, via: import_module}
  - {import: a, via: __import__}
  - {import: sys, via: c_api, as: s}
"
        ),
        [
            import("a.b", None, None, Via::Statement),
            import("a.b", None, Some("x"), Via::Statement),
            import("b", Some("a.c"), Some("y"), Via::Statement),
            import("a", None, None, Via::ImportModule),
            import("a", None, None, Via::DunderImport),
            import("sys", None, Some("s"), Via::CApi),
        ]
    );
}

#[test]
fn every_other_action() {
    let cached = |name: &str, tree, in_original| {
        Action::Delete(Delete::Cached {
            name: name.into(),
            tree,
            in_original,
        })
    };
    let set = |to| {
        Action::Set(Set {
            cached: "demo".into(),
            to,
        })
    };
    let expression = |text: &str| set(SetTo::Expression(text.into()));
    assert_eq!(
        step_actions(
            "
  - snapshot: before
  - swap: before
  - swap: {to: copy}
  - swap: {to: empty}
  - swap: {to: original}
  - restore: before
  - import: pkg.sub
  - delete: {cached: demo}
  - delete: {cached: pkg.**, in: original}
  - delete: {new_since: before}
  - delete: {attribute: pkg.sub}
  - set: {cached: demo, to: null}
  - set: {cached: demo, to: module}
  - set: {cached: demo, to: pkg}
  - set: {cached: demo, to: object()}
  - set: {cached: demo, to: 5}
  - reload: pkg.sub
  - delete: pkg
  - eval: 1 + 1
  - run: x = 1
  - reload: x
  - collect: true
"
        ),
        [
            Action::Snapshot(Snapshot {
                name: "before".into()
            }),
            Action::Swap(Swap::Snapshot("before".into())),
            Action::Swap(Swap::Copy),
            Action::Swap(Swap::Empty),
            Action::Swap(Swap::Original),
            Action::Restore(Restore {
                name: "before".into()
            }),
            Action::Import(Import {
                module: "pkg.sub".into(),
                from: None,
                alias: None,
                via: Via::Statement
            }),
            cached("demo", false, false),
            cached("pkg", true, true),
            Action::Delete(Delete::NewSince {
                snapshot: "before".into(),
                in_original: false
            }),
            Action::Delete(Delete::Attribute("pkg.sub".into())),
            set(SetTo::None),
            set(SetTo::Module),
            expression("pkg"),
            expression("object()"),
            expression("5"),
            Action::Reload(Reload {
                name: "pkg.sub".into()
            }),
            Action::Delete(Delete::Binding("pkg".into())),
            Action::Eval(Eval {
                expression: "1 + 1".into()
            }),
            Action::Run(Run {
                statements: "x = 1".into()
            }),
            Action::Reload(Reload { name: "x".into() }),
            Action::Collect(Collect),
        ]
    );
}

#[test]
fn names_by_version() {
    let per = |old: Action, new: Action| {
        Action::ByVersion(ByVersion {
            alternatives: vec![("<3".parse().unwrap(), old), (">=3".parse().unwrap(), new)],
        })
    };
    let import = |module: &str| {
        Action::Import(Import {
            module: module.into(),
            from: None,
            alias: Some("p".into()),
            via: Via::CApi,
        })
    };
    let cached = |name: &str, tree| {
        Action::Delete(Delete::Cached {
            name: name.into(),
            tree,
            in_original: true,
        })
    };
    let text = r#"
  - {import: {"<3": cPickle, ">=3": pickle}, as: p, via: c_api}
  - delete: {cached: {"<3": cPickle, ">=3": pickle.**}, in: original}
  - run: {"<3": old = 1, ">=3": new = 1}
  - delete: {"<3": old, ">=3": new}
"#;
    let binding = |name: &str| Action::Delete(Delete::Binding(name.into()));
    let run = |text: &str| {
        Action::Run(Run {
            statements: text.into(),
        })
    };
    let actions = step_actions(text);
    assert_eq!(
        actions,
        [
            per(import("cPickle"), import("pickle")),
            per(cached("cPickle", false), cached("pickle", true)),
            per(run("old = 1"), run("new = 1")),
            per(binding("old"), binding("new")),
        ]
    );
    let words: Vec<String> = actions.iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
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
    step_actions(
        "
  - run: import demo; before = dict(__import__('sys').modules)
  - swap: before
  - delete: demo
  - run: from demo import *; demo = 2
  - delete: demo
",
    );
    good("title: t\nmodules: {m: thing = 1}\nsteps: [run: from m import *, delete: thing]\n");
}

#[test]
fn the_rest_of_the_actions() {
    assert_eq!(
        step_actions(
            r#"
  - {import: a.b, via: lazy, as: x}
  - {import: b, from: a, via: lazy}
  - resolve: a.b
  - swap: {to: subclass}
  - swap: {to: spy}
  - swap: {to: missing}
  - swap: {to: null}
  - swap: {to: "[]"}
  - swap: {to: Mapping(sys.modules)}
  - write: {file: pkg/late.py, text: ""}
  - write: {file: demo.txt, text: x, mtime: 5}
  - write: {file: demo.py, text: x, mtime: unchanged}
  - remove: pkg
  - invalidate_caches: true
  - run: {"<3": exec "", ">=3": x = 1}
"#
        ),
        [
            Action::Import(Import {
                module: "a.b".into(),
                from: None,
                alias: Some("x".into()),
                via: Via::Lazy
            }),
            Action::Import(Import {
                module: "b".into(),
                from: Some("a".into()),
                alias: None,
                via: Via::Lazy
            }),
            Action::Resolve(Resolve { name: "a.b".into() }),
            Action::Swap(Swap::Subclass),
            Action::Swap(Swap::Spy),
            Action::Swap(Swap::Missing),
            Action::Swap(Swap::Expression("None".into())),
            Action::Swap(Swap::Expression("[]".into())),
            Action::Swap(Swap::Expression("Mapping(sys.modules)".into())),
            Action::Write(Write {
                file: "pkg/late.py".into(),
                text: String::new(),
                mtime: Mtime::Next
            }),
            Action::Write(Write {
                file: "demo.txt".into(),
                text: "x".into(),
                mtime: Mtime::Seconds(5)
            }),
            Action::Write(Write {
                file: "demo.py".into(),
                text: "x".into(),
                mtime: Mtime::Unchanged
            }),
            Action::Remove(Remove { file: "pkg".into() }),
            Action::InvalidateCaches(InvalidateCaches),
            Action::ByVersion(ByVersion {
                alternatives: vec![
                    (
                        "<3".parse().unwrap(),
                        Action::Run(Run {
                            statements: "exec \"\"".into()
                        })
                    ),
                    (
                        ">=3".parse().unwrap(),
                        Action::Run(Run {
                            statements: "x = 1".into()
                        })
                    ),
                ]
            }),
        ]
    );
}
