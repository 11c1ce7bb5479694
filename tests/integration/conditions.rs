//! How cases are started, what they require, and what is known of them, on every Python of this machine.
#![cfg(unix)]

use crate::harness::{
    Scenarios, assert_contains, check_on_every_python, expect_exit, expect_json, find_case,
    modswap, pythons, trace_of,
};
use serde_json::{Value, json as value};

fn is_2(key: &str) -> bool {
    key.starts_with("2.")
}

#[test]
fn an_entry_runs_as_main_before_the_first_step() {
    let text = r#"
title: it
modules:
  pkg: "import pkg.foo\n"
  pkg.foo: "value = __name__\n"
interpreter:
  entry: -m pkg.foo
  expect: {ran: [pkg, pkg.foo, __main__], cached(pkg.foo): pkg.foo#1}
steps:
  - eval: '[value, __name__, __import__("sys").argv[0], __file__ == __import__("sys").argv[0]]'
    expect: {value: [__main__, __main__, "<modules>/pkg/foo.py", true]}
"#;
    check_on_every_python(text, |key, trace| {
        assert_eq!(
            (&trace[0]["step"], &trace[0]["action"]),
            (&value!(0), &value!("entry: -m pkg.foo"))
        );
        let warned = &trace[0]["facts"]["warned"];
        let expected = if is_2(key) {
            Value::Null
        } else {
            value!(["RuntimeWarning"])
        };
        assert_eq!(*warned, expected, "{key}");
    });
}

#[test]
fn flags_variables_and_site_are_those_of_the_one_scenario() {
    let asks = r#"
steps:
  - eval: '[__import__("sys").flags.optimize, __import__("sys").flags.no_site, "site" in __import__("sys").modules]'
  - run: import os
  - eval: os.environ.get("HELLO")
"#;
    let special = format!(
        "title: it\ninterpreter: {{flags: [-O], env: {{HELLO: \"w\\u00f6rld\"}}, site: true}}\n{asks}"
    );
    let usual = format!("title: it\n{asks}");
    let scenarios = Scenarios::new(&[("a.yaml", &usual), ("b.yaml", &special), ("c.yaml", &usual)]);
    let report = expect_json(modswap().arg("run").arg(scenarios.path()), 0);
    for python in pythons() {
        let seen = |id: &str| {
            let trace = trace_of(&report, find_case(&report, id, &python.key));
            (
                trace[0]["facts"]["value"].clone(),
                trace[2]["facts"]["value"].clone(),
            )
        };
        assert_eq!(
            seen("a"),
            (value!([0, 1, false]), value!("None")),
            "{}",
            python.key
        );
        assert_eq!(seen("c"), seen("a"), "{}", python.key);
        let (flags, hello) = seen("b");
        assert_eq!(flags, value!([1, 0, true]), "{}", python.key);
        assert!(
            hello.as_str().is_some_and(|text| text.starts_with('w')),
            "{}: {hello}",
            python.key
        );
    }
}

#[test]
fn what_is_required_and_not_there_is_said() {
    let one =
        |requires: &str| format!("title: it\nrequires: {requires}\nsteps: [{{collect: true}}]\n");
    let lazy = "title: it\nmodules: {demo: ''}\nsteps: [{import: demo, via: lazy}]\n";
    let lazy_when = "title: it\nmodules: {demo: ''}\nsteps: [{import: demo, via: lazy, when: '>=3.15'}, {collect: true}]\n";
    let files = [
        ("build.yaml", one("{build: free-threaded}")),
        ("lazy.yaml", lazy.to_owned()),
        ("lazy_when.yaml", lazy_when.to_owned()),
        ("os.yaml", one("{os: windows}")),
    ];
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let scenarios = Scenarios::new(&files);
    let report = expect_json(modswap().arg("run").arg(scenarios.path()), 0);
    for python in pythons() {
        let key = python.key.as_str();
        let reason = |id: &str| {
            find_case(&report, id, key)["reasons"][0]
                .as_str()
                .unwrap_or("")
                .to_owned()
        };
        if !key.ends_with('t') {
            assert_eq!(
                reason("build"),
                "requires a build that is free-threaded",
                "{key}"
            );
        }
        assert_eq!(reason("os"), "requires windows", "{key}");
        let minor = crate::harness::corpus::numbers(key);
        if minor < [3, 15, 0] {
            assert_eq!(
                reason("lazy"),
                "requires Python >=3.15 (`via: lazy`)",
                "{key}"
            );
            assert_eq!(
                find_case(&report, "lazy_when", key)["verdict"],
                "pass",
                "{key}"
            );
        }
    }
}

#[test]
fn a_known_violation_passes_and_one_that_is_fixed_fails() {
    let text = |value: &str| {
        format!(
            "title: it\nsteps: [{{eval: '1', expect: {{value: {value}, xfail: {{issue: 'gh-1'}}}}}}]\n"
        )
    };
    let known = Scenarios::new(&[("it.yaml", &text("2"))]);
    let report = expect_json(modswap().arg("run").arg(known.path()), 0);
    for python in pythons() {
        assert_eq!(find_case(&report, "it", &python.key)["verdict"], "xfail");
    }
    let table = expect_exit(modswap().arg("run").arg(known.path()), 0);
    let table = String::from_utf8(table.stdout).expect("UTF-8");
    assert_contains(&table, "A~");
    assert_contains(&table, "xfail");
    let fixed = Scenarios::new(&[("it.yaml", &text("1"))]);
    let output = expect_exit(modswap().arg("run").arg(fixed.path()), 1);
    let table = String::from_utf8(output.stdout).expect("UTF-8");
    assert_contains(&table, "xpass");
    assert_contains(&table, "gh-1");
}
