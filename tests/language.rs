//! What the steps and sections of the language do, on every Python of this machine and in both ways of isolation.

mod common;

use common::{Scenarios, case, ends_with, fact, json, modswap, on_every_python, pythons, trace};
use serde_json::{Value, json as value};

fn is_2(key: &str) -> bool {
    key.starts_with("2.")
}

#[test]
fn steps_in_a_body_are_seen_from_inside_the_import() {
    let text = r#"
title: it
modules:
  ping:
    steps:
      - import: pong
        expect: {outcome: ok, ran: [pong], pong: pong#1, cached(ping): ping#1, cached(pong): pong#1}
      - eval: sorted(name for name in globals() if name in ("sys", "pong", "drop"))
        expect: {value: [pong]}
      - delete: {cached: pong}
        expect: {cached(pong): absent, pong: pong#1}
  pong:
    steps:
      - import: ping
        expect: {ping: ping#1, cached(ping): ping#1, cached(pong): pong#1}
      - eval: "1"
        when: "<2"
steps:
  - import: ping
    expect: {ran: [ping, pong], ping: ping#1, pong: unbound, cached(pong): absent}
watch: [pong]
"#;
    on_every_python(text, |key, trace| {
        let told = trace
            .iter()
            .map(|record| (&record["step"], &record["inside"]));
        let told: Vec<_> = told.collect();
        let inside = |step: i32| (value!(step), value!(1));
        let expected = [
            inside(5),
            inside(6),
            inside(2),
            inside(3),
            inside(4),
            (value!(1), Value::Null),
        ];
        let expected: Vec<_> = expected
            .iter()
            .map(|(step, inside)| (step, inside))
            .collect();
        assert_eq!(told, expected, "{key}");
        assert_eq!(trace[1]["facts"]["outcome"], "not run", "{key}");
        assert_eq!(trace[2]["action"], "ping: import: pong", "{key}");
    });
}

#[test]
fn a_failing_step_ends_its_body_and_goes_out_of_it() {
    let text = r#"
title: it
modules:
  demo:
    steps:
      - import: x
        from: other
        expect: {raises: ImportError, x: unbound}
      - eval: "1"
  other: ""
steps:
  - import: demo
    expect: {raises: ImportError, cached(demo): absent}
  - run: |
      try:
          import demo
      except ImportError:
          caught = True
  - eval: caught
    expect: {value: true}
"#;
    on_every_python(text, |key, trace| {
        // Its own second step was never reached, in either import.
        assert!(!trace.iter().any(|record| record["step"] == 5), "{key}");
        assert_eq!(
            trace.iter().filter(|record| record["step"] == 4).count(),
            2,
            "{key}"
        );
    });
}

#[test]
fn a_crash_names_the_step_of_the_body() {
    let text = "
title: it
modules: {demo: {steps: [{import: other}, {run: '__import__(\"os\").abort()'}]}, other: ''}
steps: [{import: demo}]
";
    let scenarios = Scenarios::new(&[("it.yaml", text)]);
    let report = json(modswap().arg("run").arg(scenarios.path()), 1);
    for python in pythons() {
        let case = case(&report, "it", &python.key);
        let reason = case["reasons"][0].as_str().expect("a reason");
        let expected = "signal SIGABRT in step 3 (demo: run: __import__(\"os\").abort())";
        assert_eq!(reason, expected, "{}", python.key);
        // What came before in the same import is kept.
        assert_eq!(trace(&report, case)[0]["step"], 2, "{}", python.key);
    }
}

#[test]
fn a_body_that_runs_again_and_again_does_not_flood_the_report() {
    let text = r#"
title: it
modules:
  demo: {steps: [{eval: "1"}]}
steps:
  - run: |
      import sys
      for _ in range(500):
          sys.modules.pop("demo", None)
          import demo
  - eval: "2"
    expect: {value: 2}
"#;
    on_every_python(text, |key, trace| {
        assert_eq!(trace.len(), 52, "{key}");
        assert_eq!(trace[51]["facts"]["value"], 2, "{key}");
    });
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
    on_every_python(text, |key, trace| {
        assert_eq!(
            *fact(trace, 2, "value"),
            if is_2(key) { 2 } else { 3 },
            "{key}"
        );
        assert_eq!(*fact(trace, 3, "outcome"), "not run", "{key}");
        // The last step too, and the state is there all the same.
        assert_eq!(*fact(trace, 4, "outcome"), "not run", "{key}");
        assert_eq!(*fact(trace, 4, "cached(demo)"), "absent", "{key}");
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
    expect: {resolve(attribute): pkg.sub#1, resolve(cached): "5", resolve(import_module): "5"}
  - delete: {cached: pkg.**}
  - run: __import__("sys").modules["pkg"] = None
  - resolve: pkg
    expect: {resolve(attribute): pkg#1, resolve(cached): None}
"#;
    on_every_python(text, |key, trace| {
        let blocked = if key.starts_with("2.") || key.starts_with("3.5") {
            "ImportError"
        } else {
            "ModuleNotFoundError"
        };
        assert_eq!(*fact(trace, 7, "resolve(import_as)"), blocked, "{key}");
        assert!(fact(trace, 7, "resolve(from)").is_null(), "{key}");
    });
}

#[test]
fn a_spy_tells_what_the_import_system_asks_and_not_what_steps_do() {
    let text = r#"
title: it
modules: {demo: "import sys\nanswer = sys.modules.get('nothing')\n"}
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
  - swap: {to: original}
    expect: {lookups: []}
"#;
    on_every_python(text, |key, trace| {
        let lookups = fact(trace, 4, "lookups").as_array().expect("a list");
        let own = value!("get nothing");
        assert!(
            lookups.contains(&own),
            "{key}: what a body does is told: {lookups:?}"
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
  - write: {file: dated.py, text: "", mtime: 7}
  - eval: when("", "late.py", "demo.py", "dated.py")
    expect: {value: [5, 0, 1, -999999993]}
  - import: demo
    expect: {ran: [demo]}
  - eval: demo.value
    expect: {value: 3}
  - remove: a
  - eval: when("") + [os.path.exists(os.path.join(home, "a"))]
    expect: {value: [6, false]}
  - remove: nothing.py
"#;
    on_every_python(text, |key, trace| {
        let missing = if is_2(key) {
            "OSError"
        } else {
            "FileNotFoundError"
        };
        assert_eq!(*fact(trace, 15, "outcome"), missing, "{key}");
    });
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
  expect: {ran: [pkg, pkg.foo, pkg.foo], cached(pkg.foo): pkg.foo#1}
steps:
  - eval: '[value, __name__, __import__("sys").argv[0], __file__ == __import__("sys").argv[0]]'
    expect: {value: [__main__, __main__, "<modules>/pkg/foo.py", true]}
"#;
    on_every_python(text, |key, trace| {
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
    let report = json(modswap().arg("run").arg(scenarios.path()), 0);
    for python in pythons() {
        let seen = |id: &str| {
            let trace = trace(&report, case(&report, id, &python.key));
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
fn bodies_that_run_in_another_thread_are_all_told() {
    let modules: Vec<String> = (0..40).map(|at| format!("  m{at}: \"\"")).collect();
    let modules = modules.join("\n");
    let steps = "  - eval: '1'\n".repeat(30);
    let text = format!(
        r#"
title: it
modules:
{modules}
steps:
  - run: |
      import threading
      def work():
          for at in range(40):
              __import__("m%d" % at)
      thread = threading.Thread(target=work)
      thread.start()
{steps}
  - run: thread.join()
"#
    );
    on_every_python(&text, |key, trace| {
        let ran = trace
            .iter()
            .filter_map(|record| record["facts"]["ran"].as_array());
        let ran: Vec<&Value> = ran.flatten().collect();
        let expected: Vec<Value> = (0..40).map(|at| value!(format!("m{at}"))).collect();
        assert_eq!(ran, expected.iter().collect::<Vec<_>>(), "{key}");
    });
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
        ("package.yaml", one("{packages: ['no-such-package>=1']}")),
        ("pip.yaml", one("{packages: ['pip>=1']}")),
        ("pip_new.yaml", one("{packages: ['pip>=9999']}")),
    ];
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let scenarios = Scenarios::new(&files);
    let report = json(modswap().arg("run").arg(scenarios.path()), 0);
    for python in pythons() {
        let key = python.key.as_str();
        let reason = |id: &str| {
            case(&report, id, key)["reasons"][0]
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
        assert_eq!(reason("package"), "no package no-such-package>=1", "{key}");
        let has_pip = case(&report, "pip", key)["verdict"] == "pass";
        if has_pip {
            let newer = reason("pip_new");
            assert!(
                newer.starts_with("no package pip>=9999, but "),
                "{key}: {newer}"
            );
        } else {
            assert_eq!(reason("pip"), "no package pip>=1", "{key}");
            println!("not covered: a package that is there, on {key}, which has no pip");
        }
        let minor = common::corpus::numbers(key);
        if minor < [3, 15, 0] {
            assert_eq!(
                reason("lazy"),
                "requires Python >=3.15 (`via: lazy`)",
                "{key}"
            );
            assert_eq!(case(&report, "lazy_when", key)["verdict"], "pass", "{key}");
        }
    }
}

#[test]
fn a_package_of_the_interpreter_is_there_for_who_requires_it() {
    let text = "
title: it
requires: {packages: [pip]}
steps:
  - import: pip
    expect: {outcome: ok}
";
    let without = "title: it\nsteps: [{import: pip}]\n";
    let scenarios = Scenarios::new(&[("a.yaml", text), ("b.yaml", without)]);
    let report = json(modswap().arg("run").arg(scenarios.path()), 0);
    for python in pythons() {
        let key = &python.key;
        if case(&report, "a", key)["verdict"] == "skipped" {
            println!("not covered: Python {key}, which has no pip");
        }
        let outcome = &trace(&report, case(&report, "b", key))[0]["facts"]["outcome"];
        assert_ne!(
            *outcome, "ok",
            "{key}: site-packages are there for who does not ask"
        );
    }
}

#[test]
fn a_known_violation_passes_and_one_that_is_fixed_fails() {
    let text = |value: &str| {
        format!(
            "title: it\nsteps: [{{eval: '1', expect: {{value: {value}, known: {{issue: 'gh-1'}}}}}}]\n"
        )
    };
    let known = Scenarios::new(&[("it.yaml", &text("2"))]);
    let report = json(modswap().arg("run").arg(known.path()), 0);
    for python in pythons() {
        assert_eq!(case(&report, "it", &python.key)["verdict"], "known");
    }
    let table = ends_with(modswap().arg("run").arg(known.path()), 0);
    let table = String::from_utf8(table.stdout).expect("UTF-8");
    assert!(table.contains("A~") && table.contains("known"), "{table}");
    let fixed = Scenarios::new(&[("it.yaml", &text("1"))]);
    let output = ends_with(modswap().arg("run").arg(fixed.path()), 1);
    let table = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        table.contains("known-fixed") && table.contains("gh-1"),
        "{table}"
    );
}
