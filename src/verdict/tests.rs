use std::time::Duration;

use super::*;
use crate::scenario::matcher::Matcher;
use crate::scenario::model::{
    Action, Choices, Collect, Conditions, Module, ModuleBody, Requires, Step, VariantId, XfailMark,
};
use crate::trace::StepRecord;
use crate::trace::fact::FactName;

fn expect(python: Option<&str>, fact: &str, value: &str) -> Expectation {
    Expectation {
        python: python.map(|text| text.parse().unwrap()),
        fact: FactName(fact.into()),
        value: Matcher::Equals(FactValue::text(value)),
        xfail_marks: vec![],
    }
}

fn variant(expectations: Vec<Expectation>) -> Variant {
    let step = |expect| Step {
        action: Action::Collect(Collect),
        when: None,
        expect,
        note: None,
    };
    Variant {
        id: VariantId::default(),
        choices: Choices::default(),
        modules: vec![],
        entry: None,
        steps: vec![step(vec![]), step(expectations)],
        watch: vec![],
        requires: Requires::default(),
        timeout: None,
        interpreter: Conditions::default(),
        compare: vec![],
        is_judged: true,
        xfail_marks: vec![],
    }
}

/// The verdict and its reasons.
fn judge(variant: &Variant, key: &InterpreterKey, outcome: &Outcome) -> (Verdict, Vec<String>) {
    let judgement = super::judge(variant, key, outcome);
    (judgement.verdict, judgement.reasons)
}

fn outcome(steps: usize, end: ProcessEnd, interrupted: Option<usize>) -> Outcome {
    let record = |step| StepRecord {
        step,
        inside: None,
        module: None,
        action: "collect".into(),
        facts: vec![(FactName("outcome".into()), FactValue::text("ok"))],
    };
    Outcome::Ended {
        trace: Trace {
            steps: (1..=steps).map(record).collect(),
            messages: [].into(),
            warning_messages: [].into(),
            end,
            interrupted,
            stdout: String::new(),
            stderr: String::new(),
        },
        duration: Duration::ZERO,
        packages: vec![],
    }
}

fn verdict(expectations: Vec<Expectation>, outcome: &Outcome) -> (Verdict, Vec<String>) {
    judge(&variant(expectations), &"3.13.0".parse().unwrap(), outcome)
}

#[test]
fn expectations_apply_by_version() {
    let done = outcome(2, ProcessEnd::Exit(0), None);
    assert_eq!(
        verdict(vec![expect(None, "outcome", "ok")], &done),
        (Verdict::Pass, vec![])
    );
    assert_eq!(
        verdict(vec![expect(Some("<3"), "outcome", "KeyError")], &done).0,
        Verdict::Pass
    );
    let (failed, reasons) = verdict(vec![expect(Some(">=3"), "outcome", "KeyError")], &done);
    assert_eq!(failed, Verdict::Fail);
    assert_eq!(
        reasons,
        ["step 2 (collect): outcome: expected KeyError, got ok"]
    );
    let (failed, reasons) = verdict(vec![expect(None, "value", "1")], &done);
    assert_eq!(
        (failed, reasons[0].ends_with("but nothing was recorded")),
        (Verdict::Fail, true)
    );
}

#[test]
fn ends_have_their_own_verdicts() {
    let killed = outcome(1, ProcessEnd::Signal("SIGSEGV".into()), Some(2));
    let (crashed, reasons) = verdict(vec![expect(None, "outcome", "ok")], &killed);
    assert_eq!(
        (crashed, reasons),
        (
            Verdict::Crashed,
            vec!["signal SIGSEGV in step 2 (collect)".to_owned()]
        )
    );
    assert_eq!(
        verdict(vec![expect(None, "end", "signal SIGSEGV")], &killed).0,
        Verdict::Pass
    );
    assert_eq!(
        verdict(vec![], &outcome(1, ProcessEnd::Timeout, Some(2))).0,
        Verdict::TimedOut
    );
    assert_eq!(
        verdict(vec![], &outcome(1, ProcessEnd::Exit(0), Some(2))).0,
        Verdict::Crashed
    );
    let wrong = verdict(
        vec![expect(None, "end", "exit 3")],
        &outcome(2, ProcessEnd::Exit(0), None),
    );
    let reason = "step 2 (collect): end: expected exit 3, got exit 0 after the last step";
    assert_eq!(wrong, (Verdict::Fail, vec![reason.to_owned()]));
    // Nor is a time that is up more than that, where something else was expected.
    let expected = vec![expect(None, "end", "exit 3")];
    assert_eq!(
        verdict(expected, &outcome(1, ProcessEnd::Timeout, Some(2))).0,
        Verdict::Fail
    );
    let both = vec![
        expect(None, "end", "exit 4"),
        expect(Some(">=3"), "end", "exit 0"),
    ];
    assert_eq!(
        verdict(both, &outcome(2, ProcessEnd::Exit(0), None)).0,
        Verdict::Fail
    );
    // An expected end does not hide that an expected fact was never seen.
    let expectations = vec![
        expect(None, "end", "signal SIGSEGV"),
        expect(None, "outcome", "ok"),
    ];
    assert_eq!(verdict(expectations, &killed).0, Verdict::Fail);
}

/// The last step expects `value` to be 1 where a mark may say that it is known not to be.
fn marked(python: Option<&str>, whole: bool, value: &str) -> (Verdict, Vec<String>) {
    let mut marked = variant(vec![Expectation {
        xfail_marks: if whole { vec![] } else { vec![0] },
        ..expect(None, "outcome", value)
    }]);
    marked.xfail_marks = vec![XfailMark {
        python: python.map(|text| text.parse().unwrap()),
        issue: "gh-1".to_owned(),
        whole,
    }];
    let done = outcome(2, ProcessEnd::Exit(0), None);
    judge(&marked, &"3.13.0".parse().unwrap(), &done)
}

#[test]
fn what_is_known_is_no_violation_until_it_is_fixed() {
    for whole in [false, true] {
        let (verdict, reasons) = marked(None, whole, "KeyError");
        assert_eq!(verdict, Verdict::Xfail);
        assert!(reasons[0].ends_with("got ok; known: gh-1"), "{reasons:?}");
        assert_eq!(marked(Some("3.13"), whole, "KeyError").0, Verdict::Xfail);
        // Elsewhere the mark says nothing.
        assert_eq!(marked(Some("3.12"), whole, "KeyError").0, Verdict::Fail);
        assert_eq!(marked(Some("3.12"), whole, "ok"), (Verdict::Pass, vec![]));
        let (verdict, reasons) = marked(Some("3.13"), whole, "ok");
        assert_eq!((verdict, verdict.is_violation()), (Verdict::Xpass, true));
        assert!(reasons[0].contains("gh-1"), "{reasons:?}");
    }
}

#[test]
fn a_mark_covers_no_more_than_it_marks() {
    let mut partly = variant(vec![
        Expectation {
            xfail_marks: vec![0],
            ..expect(None, "outcome", "KeyError")
        },
        expect(None, "value", "1"),
    ]);
    partly.xfail_marks = vec![XfailMark {
        python: None,
        issue: "gh-1".to_owned(),
        whole: false,
    }];
    let key = "3.13.0".parse().unwrap();
    let done = outcome(2, ProcessEnd::Exit(0), None);
    assert_eq!(judge(&partly, &key, &done).0, Verdict::Fail);
    // How the process ended is covered by the mark of the whole scenario only.
    let killed = outcome(1, ProcessEnd::Signal("SIGSEGV".into()), Some(2));
    assert_eq!(judge(&partly, &key, &killed).0, Verdict::Crashed);
    partly.xfail_marks[0].whole = true;
    assert_eq!(judge(&partly, &key, &killed).0, Verdict::Xfail);
}

#[test]
fn steps_that_are_not_run_expect_nothing_and_those_of_bodies_every_time() {
    let key = "3.13.0".parse().unwrap();
    let mut with_body = variant(vec![expect(None, "outcome", "KeyError")]);
    with_body.steps[1].when = Some("<3".parse().unwrap());
    let done = outcome(2, ProcessEnd::Exit(0), None);
    assert_eq!(judge(&with_body, &key, &done).0, Verdict::Pass);
    let body = Step {
        action: Action::Collect(Collect),
        when: None,
        expect: vec![expect(None, "outcome", "ok")],
        note: None,
    };
    with_body.modules = vec![Module {
        name: "demo".to_owned(),
        is_package: false,
        body: ModuleBody::Steps(vec![body]),
    }];
    let (verdict, reasons) = judge(&with_body, &key, &done);
    assert_eq!(verdict, Verdict::Fail);
    assert_eq!(
        reasons,
        ["demo 1 (collect): outcome: expected ok, but the step was never reached"]
    );
    let twice = |second: &str| {
        let mut trace = trace_of_two();
        for (at, value) in ["ok", second].into_iter().enumerate() {
            let record = StepRecord {
                step: 3,
                inside: Some(1),
                module: None,
                action: "demo 1: collect".into(),
                facts: vec![(FactName("outcome".into()), FactValue::text(value))],
            };
            trace.steps.insert(at, record);
        }
        judge(&with_body, &key, &ended(trace)).0
    };
    assert_eq!(twice("ok"), Verdict::Pass);
    assert_eq!(twice("KeyError"), Verdict::Fail);
}

#[test]
fn an_end_is_expected_only_where_its_step_is_run() {
    let mut ends = variant(vec![expect(None, "end", "exit 3")]);
    ends.steps[1].when = Some("<3".parse().unwrap());
    let done = outcome(2, ProcessEnd::Exit(0), None);
    let verdict = |key: &str| judge(&ends, &key.parse().unwrap(), &done).0;
    assert_eq!(verdict("3.13.0"), Verdict::Pass);
    assert_eq!(verdict("2.7.18"), Verdict::Fail);
}

#[test]
fn a_violation_says_what_the_step_ended_in() {
    let mut trace = trace_of_two();
    trace.steps[1].facts = vec![(FactName("outcome".into()), FactValue::text("KeyError"))];
    trace.messages = [(2, "'demo'".to_owned())].into();
    let ended = ended(trace);
    let expectations = vec![expect(None, "outcome", "ok"), expect(None, "value", "1")];
    assert_eq!(
        verdict(expectations, &ended).1,
        [
            "step 2 (collect): outcome: expected ok, got KeyError: 'demo'",
            "step 2 (collect): value: expected 1, but nothing was recorded; the step ended in KeyError: 'demo'",
        ]
    );
}

fn trace_of_two() -> Trace {
    match outcome(2, ProcessEnd::Exit(0), None) {
        Outcome::Ended { trace, .. } => trace,
        _ => unreachable!("it ended"),
    }
}

fn ended(trace: Trace) -> Outcome {
    let duration = Duration::ZERO;
    Outcome::Ended {
        trace,
        duration,
        packages: vec![],
    }
}

/// A trace whose step 1 ends in an exception.
fn failing(outcome: &Outcome) -> Outcome {
    let Outcome::Ended { trace, .. } = outcome else {
        unreachable!("it ran")
    };
    let mut trace = trace.clone();
    trace.steps[0].facts[0].1 = FactValue::text("NameError");
    trace.messages = [(1, "name 'typo' is not defined".to_owned())].into();
    Outcome::Ended {
        trace,
        duration: Duration::ZERO,
        packages: vec![],
    }
}

#[test]
fn an_exception_that_nobody_expects_is_a_violation() {
    let failed = failing(&outcome(2, ProcessEnd::Exit(0), None));
    let mut variant = variant(vec![expect(None, "outcome", "KeyError")]);
    let key = "3.13.0".parse().unwrap();
    let (verdict, reasons) = judge(&variant, &key, &failed);
    assert_eq!(verdict, Verdict::Fail);
    assert_eq!(
        reasons,
        [
            "step 1 (collect): unexpected NameError: name 'typo' is not defined",
            "step 2 (collect): outcome: expected KeyError, got ok"
        ]
    );
    variant.steps[1].expect.clear();
    for (fact, value) in [
        ("outcome", "any"),
        ("message", "name 'typo' is not defined"),
    ] {
        variant.steps[0].expect = vec![expect(None, fact, value)];
        let reasons = judge(&variant, &key, &failed).1;
        assert!(
            !reasons.iter().any(|text| text.contains("unexpected")),
            "{fact}: {reasons:?}"
        );
    }
    // Of another version only.
    variant.steps[0].expect = vec![expect(Some("<3"), "outcome", "NameError")];
    assert_eq!(judge(&variant, &key, &failed).0, Verdict::Fail);
    // Who expects nothing at all only looks.
    variant.steps[0].expect.clear();
    variant.is_judged = false;
    assert_eq!(judge(&variant, &key, &failed), (Verdict::Pass, vec![]));
}

#[test]
fn an_exception_in_the_body_of_a_module_is_told_once() {
    let Outcome::Ended { mut trace, .. } = outcome(2, ProcessEnd::Exit(0), None) else {
        unreachable!("it ran")
    };
    let raised = FactValue::text("ValueError");
    let mut inner = trace.steps[0].clone();
    (inner.step, inner.inside) = (3, Some(1));
    inner.facts[0].1 = raised.clone();
    trace.steps[0].facts[0].1 = raised;
    trace.steps.insert(0, inner);
    let mut variant = variant(vec![expect(None, "outcome", "ok")]);
    let step = variant.steps[0].clone();
    variant.modules = vec![Module {
        name: "demo".to_owned(),
        is_package: false,
        body: ModuleBody::Steps(vec![step]),
    }];
    let failed = |trace: &Trace| Outcome::Ended {
        trace: trace.clone(),
        duration: Duration::ZERO,
        packages: vec![],
    };
    let key = "3.13.0".parse().unwrap();
    let (_, reasons) = judge(&variant, &key, &failed(&trace));
    assert_eq!(reasons, ["demo 1 (collect): unexpected ValueError"]);
    variant.steps[0].expect = vec![expect(None, "outcome", "ValueError")];
    assert_eq!(judge(&variant, &key, &failed(&trace)).0, Verdict::Pass);
}
