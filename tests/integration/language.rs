//! What the steps and sections of the language do, on every Python of this machine and in both ways of isolation.
#![cfg(unix)]

use crate::harness::{Scenarios, check_on_every_python, expect_json, fact_of, modswap};
use serde_json::{Value, json as value};

fn is_2(key: &str) -> bool {
    key.starts_with("2.")
}

#[test]
fn the_callers_locale_does_not_matter() {
    let text = "title: it\nmodules: {ä: 'x = 1'}\nsteps: [{eval: '1'}, {import: ä, when: '>=3'}]\n";
    let scenarios = Scenarios::new(&[("it.yaml", text)]);
    let run = |locale: &str| {
        let mut command = modswap();
        command.arg("run").arg(scenarios.path());
        expect_json(command.env("LC_ALL", locale).env("LANG", locale), 0)["traces"].clone()
    };
    assert_eq!(run("C"), run("C.UTF-8"));
}

#[test]
fn text_for_other_pythons_is_not_read() {
    let text = r#"
title: it
modules:
  demo: {steps: [{run: {"<3": exec "y = 2", ">=3": "y: int = 2\n"}, when: "not debug"}]}
steps:
  - run: {"<3": exec "x = 2", ">=3": "x = 3\nnonlocals = lambda *, a: a\n"}
    expect: {outcome: ok}
  - eval: x
  - run: {">=4": this is not Python}
    expect: {outcome: ok}
  - run: neither ( is this
    when: ">=4"
"#;
    check_on_every_python(text, |key, trace| {
        assert_eq!(
            *fact_of(trace, 2, "value"),
            if is_2(key) { 2 } else { 3 },
            "{key}"
        );
        assert_eq!(*fact_of(trace, 3, "outcome"), "not run", "{key}");
        // The last step too, and the state is there all the same.
        assert_eq!(*fact_of(trace, 4, "outcome"), "not run", "{key}");
        assert_eq!(*fact_of(trace, 4, "cached(demo)"), "absent", "{key}");
    });
}

#[test]
fn a_renamed_module_is_one_behaviour() {
    let text = r#"
title: it
steps:
  - import: {"<3": copy_reg, ">=3": copyreg}
    as: old
    via: import_module
    expect: {outcome: ok, old: old#1}
  - delete: {cached: {"<3": copy_reg, ">=3": copyreg}}
    expect: {outcome: ok}
  - import: {"<3": copy_reg, ">=3": copyreg}
    as: new
    expect: {outcome: ok, old: old#1, new: new#1}
  - eval: "[new is old, new]"
    expect: {value: [false, new#1]}
  - run: {"<3": first = new, ">=3": second = new}
  - delete: {"<3": first, ">=3": second}
    expect: {outcome: ok}
  - eval: '[name for name in ("first", "second") if name in globals()]'
    expect: {value: []}
  - import: {"<3": ConfigParser, ">=3": configparser}
    as: config
    expect: {outcome: ok, config: config#1}
  - delete: {cached: {"<3": ConfigParser, ">=3": configparser}, in: original}
    expect: {outcome: ok, config: config#1}
  - import: {">=4": nothing}
    as: late
  - delete: {cached: {">=4": nothing}}
"#;
    let seen = std::cell::RefCell::new(Vec::<Vec<Value>>::new());
    check_on_every_python(text, |key, trace| {
        let import = "import: copy_reg (<3) / copyreg (>=3) as old via import_module";
        assert_eq!(trace[0]["action"], import, "{key}");
        for step in [10, 11] {
            assert_eq!(*fact_of(trace, step, "outcome"), "not run", "{key}");
            assert_eq!(*fact_of(trace, step, "late"), "unbound", "{key}");
        }
        let mut seen = seen.borrow_mut();
        seen.push(trace.to_vec());
        assert_eq!(seen[0], trace, "{key}");
    });
}

#[test]
fn resolving_binds_nothing_and_tells_every_spelling() {
    let text = r#"
title: it
modules: {pkg.sub: "value = 1\n"}
steps:
  - resolve: pkg.sub
    expect:
      resolve(attribute): NameError
      resolve(cached): absent
      resolve(import_as): pkg.sub#1
      resolve(from): pkg.sub#1
      resolve(import_module): pkg.sub#1
      resolve(__import__): pkg.sub#1
      pkg: unbound
      ran: [pkg, pkg.sub]
  - import: pkg
  - set: {cached: pkg.sub, to: "5"}
  - resolve: pkg.sub
    expect: {resolve(attribute): pkg.sub#1, resolve(cached): 5, resolve(import_module): 5}
  - delete: {cached: pkg.**}
  - run: __import__("sys").modules["pkg"] = None
  - resolve: pkg
    expect: {resolve(attribute): pkg#1, resolve(cached): None}
"#;
    check_on_every_python(text, |key, trace| {
        let blocked = if key.starts_with("2.") || key.starts_with("3.5") {
            "ImportError"
        } else {
            "ModuleNotFoundError"
        };
        assert_eq!(*fact_of(trace, 7, "resolve(import_as)"), blocked, "{key}");
        assert!(fact_of(trace, 7, "resolve(from)").is_null(), "{key}");
    });
}

#[test]
fn a_spy_tells_what_the_import_system_asks_and_not_what_steps_do() {
    let text = r#"
title: it
modules:
  demo: "import sys\nanswer = sys.modules.get('nothing')\n"
  body: {steps: [{eval: '"abc" in __import__("sys").modules'}, {snapshot: known}]}
steps:
  - swap: {to: spy}
    expect: {lookups: [], cache: cache#2}
  - eval: '[__import__("sys").modules.get("demo"), "demo" in __import__("sys").modules]'
    expect: {lookups: []}
  - set: {cached: odd, to: null}
    expect: {lookups: [], cached(odd): None}
  - import: demo
  - delete: {cached: odd}
    expect: {lookups: []}
  - snapshot: before
    expect: {lookups: []}
  - delete: {cached: none.**}
    expect: {lookups: []}
  - import: body
    expect: [{python: "<3", lookups: []}]
  - swap: {to: original}
    expect: {lookups: []}
"#;
    check_on_every_python(text, |key, trace| {
        let lookups = fact_of(trace, 4, "lookups").as_array().expect("a list");
        let own = value!("get nothing");
        assert!(
            lookups.contains(&own),
            "{key}: what a body does is told: {lookups:?}"
        );
        let of_body = fact_of(trace, 10, "lookups").as_array().expect("a list");
        let import = |one: &&Value| one.as_str().is_some_and(|text| text.ends_with(" body"));
        assert_eq!(
            of_body.iter().filter(import).count(),
            of_body.len(),
            "{key}: {of_body:?}"
        );
        let first = if is_2(key) { own } else { value!("get demo") };
        assert_eq!(lookups[0], first, "{key}");
    });
}

#[test]
fn files_change_with_times_that_are_set() {
    let text = r#"
title: it
modules: {demo: "value = 1\n"}
steps:
  - run: |
      import os, sys
      home = sys.path[0]
      when = lambda *names: [int(os.stat(os.path.join(home, name)).st_mtime) - 1000000000 for name in names]
  - eval: when("", "demo.py")
    expect: {value: [0, 0]}
  - write: {file: demo.py, text: "value = 2\n"}
  - eval: when("", "demo.py")
    expect: {value: [0, 1]}
  - write: {file: a/b/c.txt, text: "ü"}
  - eval: when("", "a", "a/b", "a/b/c.txt")
    expect: {value: [2, 2, 2, 2]}
  - write: {file: late.py, text: "", mtime: unchanged}
  - write: {file: demo.py, text: "value = 3\n", mtime: unchanged}
  - write: {file: old.py, text: "", mtime: 0}
  - write: {file: old.py, text: "", mtime: unchanged}
  - write: {file: dated.py, text: "", mtime: 7}
  - eval: when("", "late.py", "demo.py", "old.py", "dated.py")
    expect: {value: [7, 0, 1, -1000000000, -999999993]}
  - import: demo
    expect: {ran: [demo]}
  - eval: demo.value
    expect: {value: 3}
  - remove: a
  - eval: when("") + [os.path.exists(os.path.join(home, "a"))]
    expect: {value: [8, false]}
  - remove: nothing.py
    expect: [{python: "<3", raises: OSError}, {python: ">=3", raises: FileNotFoundError}]
"#;
    check_on_every_python(text, |key, trace| {
        let missing = if is_2(key) {
            "OSError"
        } else {
            "FileNotFoundError"
        };
        assert_eq!(*fact_of(trace, 17, "outcome"), missing, "{key}");
    });
}
