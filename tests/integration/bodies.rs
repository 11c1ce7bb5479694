//! Steps in the bodies of modules, on every Python of this machine and in both ways of isolation.
#![cfg(unix)]

use crate::harness::{
    Scenarios, check_on_every_python, expect_json, find_case, modswap, pythons, trace_of,
};
use serde_json::{Value, json as value};

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
