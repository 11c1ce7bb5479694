//! Texts that every case records: messages of exceptions and of warnings, and output. They are compared only where a scenario
//! asks. Exceptions that nobody expects are no pass.
#![cfg(unix)]

use crate::harness::{
    Scenarios, assert_contains, expect_exit, expect_json, find_case, modswap, pythons,
    run_fork_and_spawn,
};

/// Two rows whose messages differ, and nothing else that is in a trace.
fn two_messages(more: &str) -> String {
    format!(
        r#"
title: it
{more}
matrix: {{text: [first, second]}}
modules:
  demo: |
    import warnings
    warnings.warn("careful, ${{text}}")
    raise ValueError("the ${{text}}")
steps:
  - import: demo
    expect: {{outcome: ValueError, warned: [UserWarning]}}
"#
    )
}

#[test]
fn messages_are_recorded_and_compared_only_where_a_scenario_asks() {
    let scenarios = Scenarios::new(&[
        ("plain.yaml", &two_messages("")),
        ("message.yaml", &two_messages("compare: [message]")),
        (
            "warnings.yaml",
            &two_messages("compare: [warning_messages]"),
        ),
    ]);
    run_fork_and_spawn(&scenarios, |isolation, report| {
        for key in pythons().iter().map(|python| &python.key) {
            for id in ["plain", "message", "warnings"] {
                let [first, second] = ["first", "second"]
                    .map(|text| find_case(report, &format!("{id}[text={text}]"), key));
                assert_eq!(
                    first["trace"] == second["trace"],
                    id == "plain",
                    "{id} on {key}, {isolation}"
                );
                assert_eq!(second["messages"]["1"], "the second", "{key}, {isolation}");
                assert_eq!(
                    second["warning_messages"]["1"][0], "UserWarning: careful, second",
                    "{key}, {isolation}"
                );
            }
        }
    });
}

#[test]
fn show_and_explain_have_the_messages() {
    let scenarios = Scenarios::new(&[("it.yaml", &two_messages(""))]);
    for command in ["show", "explain"] {
        let output = modswap()
            .arg(command)
            .arg(scenarios.path())
            .arg("it")
            .output()
            .expect("the binary starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        for message in ["the first", "UserWarning: careful, second"] {
            assert!(text.contains(message), "{command}: {text}");
        }
    }
}

#[test]
fn an_exception_that_nobody_expects_fails() {
    let scenarios = Scenarios::new(&[(
        "it.yaml",
        "title: it\nsteps:\n  - run: typo()\n  - eval: 1 + 1\n    expect: {value: 3}\n",
    )]);
    let report = expect_json(modswap().arg("run").arg(scenarios.path()), 1);
    for python in pythons() {
        let case = find_case(&report, "it", &python.key);
        assert_eq!(case["verdict"], "fail");
        // On 2.7 the message is the same.
        assert_eq!(
            case["reasons"][0],
            "step 1 (run: typo()): unexpected NameError: name 'typo' is not defined"
        );
        assert_eq!(
            case["reasons"][1],
            "step 2 (eval: 1 + 1): value: expected 3, got 2"
        );
    }
}

#[test]
fn what_the_steps_ended_in_is_said_where_nothing_is_expected() {
    let scenarios = Scenarios::new(&[
        ("typo.yaml", "title: it\nsteps: [run: typo()]\n"),
        ("fine.yaml", "title: it\nsteps: [run: x = 1]\n"),
        (
            "any.yaml",
            "title: it\nsteps: [{run: typo(), expect: {outcome: any}}]\n",
        ),
    ]);
    let output = expect_exit(modswap().arg("run").arg(scenarios.path()), 0);
    let text = String::from_utf8_lossy(&output.stdout);
    let typo = "typo expects nothing; step 1 ended in NameError: name 'typo' is not defined on ";
    assert_contains(&text, typo);
    let fine = "fine expects nothing; no step ended in an exception";
    assert_contains(&text, fine);
    assert!(!text.contains("any expects nothing"), "{text}");
}

#[test]
fn what_a_case_writes_can_be_expected_until_its_end() {
    let text = r#"
title: it
steps:
  - run: |
      import atexit, sys
      sys.stdout.write("first\nsecond\n")
      def leave():
          raise ValueError("at exit")
      atexit.register(leave)
  - run: x = 1
    expect: {stdout: "first\nsecond"}
"#;
    let wrong = text.replace("first\\nsecond\"}", "first\"}");
    let compared = text.replace("title: it", "title: it\ncompare: [stderr]");
    let scenarios = Scenarios::new(&[
        ("it.yaml", text),
        ("wrong.yaml", &wrong),
        ("compared.yaml", &compared),
    ]);
    for isolation in ["fork", "spawn"] {
        let mut command = modswap();
        command.arg("run").arg(scenarios.path());
        let report = expect_json(command.args(["--isolation", isolation]), 1);
        for key in pythons().iter().map(|python| &python.key) {
            let good = find_case(&report, "it", key);
            assert_eq!(good["verdict"], "pass", "{key}, {isolation}");
            let stderr = good["stderr"].as_str().expect("a traceback");
            assert_contains(stderr, "ValueError: at exit");
            let wrong = find_case(&report, "wrong", key);
            assert_eq!(wrong["verdict"], "fail", "{key}, {isolation}");
            let compared = find_case(&report, "compared", key);
            let steps = &report["traces"][compared["trace"].as_str().expect("a trace")];
            let last = steps.as_array().and_then(|steps| steps.last());
            let last = &last.expect("a step")["facts"]["stderr"];
            assert!(
                last.as_str().is_some_and(|text| text.contains("at exit")),
                "{last}"
            );
        }
    }
}
