//! What the steps and sections of the language do, on every Python of this machine and in both ways of isolation.
#![cfg(unix)]

use crate::harness::{
    Scenarios, check_on_every_python, expect_json, fact_of, find_case, modswap, pythons, trace_of,
};
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
    check_on_every_python(text, |key, trace| {
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
        assert_eq!(trace[2]["module"], "ping", "{key}");
        assert_eq!(trace[2]["action"], "ping 1: import: pong", "{key}");
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
    check_on_every_python(text, |key, trace| {
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
    let report = expect_json(modswap().arg("run").arg(scenarios.path()), 1);
    for python in pythons() {
        let case = find_case(&report, "it", &python.key);
        let reason = case["reasons"][0].as_str().expect("a reason");
        let expected = "signal SIGABRT in demo 2 (run: __import__(\"os\").abort())";
        assert_eq!(reason, expected, "{}", python.key);
        // What came before in the same import is kept.
        assert_eq!(trace_of(&report, case)[0]["step"], 2, "{}", python.key);
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
    check_on_every_python(text, |key, trace| {
        assert_eq!(trace.len(), 52, "{key}");
        assert_eq!(trace[51]["facts"]["value"], 2, "{key}");
    });
}

#[test]
fn text_in_a_body_is_evaluated_in_the_module_and_nowhere_else() {
    let text = r#"
title: it
modules:
  demo:
    steps:
      - run: |
          _s, c = 5, """of two
          lines"""
      - eval: '[_s, c.split("\n"), sorted(locals()) == sorted(globals())]'
        expect: {value: [5, [of two, lines], true]}
      - eval: '[name for name in dir() if name[:1] != "_"]'
        expect: {value: [c]}
      - eval: "u'\u00e4' + 'ä'"
        when: ">=3"
      - run: {"<3": "exec 'old = 1'", ">=3": "async def new(): pass\n"}
        when: "<3 , not debug"
  pkg: {steps: [{import: pkg.sub}, {eval: sub.__name__}, {reload: sub}]}
  pkg.sub: ""
steps:
  - import: demo
    expect: {outcome: ok}
  - import: pkg
    expect: {outcome: ok, ran: [pkg, pkg.sub, pkg.sub]}
"#;
    check_on_every_python(text, |key, trace| {
        let of_demo = trace.iter().filter(|record| record["inside"] == 1).count();
        assert_eq!(of_demo, 5, "{key}");
    });
}

#[test]
fn a_child_that_a_step_forks_does_not_speak_for_it() {
    let text = "
title: it
modules: {demo: {steps: [{run: x = 1}]}}
steps:
  - run: |
      import os
      child = os.fork()
      if child == 0:
          import demo
          os._exit(5)
      status = os.WEXITSTATUS(os.waitpid(child, 0)[1])
  - eval: status
    expect: {value: 5}
";
    check_on_every_python(text, |key, trace| {
        assert!(!trace.iter().any(|record| record["step"] == 3), "{key}");
    });
}

#[test]
fn what_runs_in_a_subinterpreter_is_not_taken_for_what_runs_here() {
    let text = r#"
title: it
requires: {modules: [_testcapi], python: ">=3"}
modules: {demo: "open('ran', 'w').close()\n", steps: {steps: [{run: x = 1}]}}
steps:
  - run: |
      import os, sys, _testcapi
      path = "import sys; sys.path.insert(0, %r)\n" % sys.path[0]
      codes = [_testcapi.run_in_subinterp(path + "import " + name) for name in ("demo", "steps")]
  - eval: os.path.exists("ran")
    expect: {value: true}
  - eval: codes[0] == 0 and codes[1] != 0
    expect: {value: true}
    note: Steps that nobody could record are not run in silence.
"#;
    let scenarios = Scenarios::new(&[("it.yaml", text)]);
    let report = expect_json(modswap().arg("run").arg(scenarios.path()), 0);
    for python in pythons() {
        let case = find_case(&report, "it", &python.key);
        if case["verdict"] == "skipped" {
            println!("not covered: {}: {}", python.key, case["reasons"][0]);
            continue;
        }
        let trace = trace_of(&report, case);
        assert_eq!(trace.len(), 3, "{}", python.key);
        assert!(trace[0]["facts"]["ran"].is_null(), "{}", python.key);
    }
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
    check_on_every_python(&text, |key, trace| {
        let ran = trace
            .iter()
            .filter_map(|record| record["facts"]["ran"].as_array());
        let ran: Vec<&Value> = ran.flatten().collect();
        let expected: Vec<Value> = (0..40).map(|at| value!(format!("m{at}"))).collect();
        assert_eq!(ran, expected.iter().collect::<Vec<_>>(), "{key}");
    });
}
