//! Verdicts: what was seen, held against what the scenario expects.

mod known;

use serde::{Deserialize, Serialize};

use crate::exec::Outcome;
use crate::python::version::InterpreterKey;
use crate::scenario::model::{Expectation, Variant};
use crate::trace::fact::FactValue;
use crate::trace::{ProcessEnd, StepRecord, Trace};

/// The verdict on one case, in one word. Those that need a memory of earlier runs (`drift`, `new`) come with baselines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything expected was seen.
    Pass,
    /// Not run, with a reason.
    Skipped,
    /// Something else was seen, as it is known to be there.
    Known,
    /// Everything expected was seen, though something is known to be violated there.
    KnownFixed,
    /// Something else was seen.
    Fail,
    /// The process ended before its last step, or after it in another way than expected.
    Crashed,
    /// The process was ended because its time was up.
    TimedOut,
    /// The harness failed: nothing can be said about the scenario.
    Faulty,
}

impl Verdict {
    /// The word, as in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Skipped => "skipped",
            Self::Known => "known",
            Self::KnownFixed => "known-fixed",
            Self::Fail => "fail",
            Self::Crashed => "crashed",
            Self::TimedOut => "timed-out",
            Self::Faulty => "faulty",
        }
    }

    /// Whether a run with such a case is not as expected.
    pub fn is_violation(self) -> bool {
        matches!(
            self,
            Self::KnownFixed | Self::Fail | Self::Crashed | Self::TimedOut
        )
    }
}

/// One violated expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// Number of the step it belongs to.
    pub step: usize,
    /// The step in words.
    pub action: String,
    /// The fact.
    pub fact: String,
    /// What should have been seen.
    pub expected: FactValue,
    /// What was seen; `None` when the fact was not recorded at all.
    pub actual: Option<FactValue>,
    /// Places of the marks that say it is known.
    pub known: Vec<usize>,
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            step,
            action,
            fact,
            expected,
            ..
        } = self;
        write!(f, "step {step} ({action}): {fact}: expected {expected}, ")?;
        match &self.actual {
            Some(actual) => write!(f, "got {actual}"),
            None => f.write_str("but nothing was recorded"),
        }
    }
}

/// The verdict on an outcome, with its reasons as sentences; none for a pass.
pub fn judge(variant: &Variant, key: &InterpreterKey, outcome: &Outcome) -> (Verdict, Vec<String>) {
    match outcome {
        Outcome::Skipped(reason) => (Verdict::Skipped, vec![reason.clone()]),
        Outcome::Faulty(reason) => (Verdict::Faulty, vec![reason.clone()]),
        Outcome::Ended { trace, .. } => judge_trace(variant, key, trace),
    }
}

fn judge_trace(variant: &Variant, key: &InterpreterKey, trace: &Trace) -> (Verdict, Vec<String>) {
    let end = check_end(variant, key, trace);
    let reached = |step: usize| trace.steps.iter().any(|record| record.step == step);
    // Behind an unexpected end there is nothing to compare; behind an expected one, an unreached step is a violation.
    let mismatches = mismatches(variant, key, trace);
    let mismatches = mismatches
        .into_iter()
        .filter(|mismatch| end.is_none() || reached(mismatch.step));
    let mut found: Vec<(String, Vec<usize>)> = mismatches
        .map(|mismatch| (mismatch.to_string(), mismatch.known))
        .collect();
    let mut verdict = Verdict::Fail;
    if let Some((as_it_ended, reason, known)) = end {
        verdict = as_it_ended;
        found.insert(0, (reason, known));
    }
    known::weigh(variant, key, verdict, &found)
}

/// Expectations on facts of steps that do not hold.
fn mismatches(variant: &Variant, key: &InterpreterKey, trace: &Trace) -> Vec<Mismatch> {
    let mut found = Vec::new();
    for one in variant.numbered() {
        let records = trace.steps.iter();
        let records: Vec<_> = records.filter(|record| record.step == one.number).collect();
        for expectation in
            one.step.expect.iter().filter(|known| {
                known.fact.0 != "end" && applies(known, key) && one.step.is_run_on(key)
            })
        {
            let name = expectation.fact.0.as_str();
            let seen = |record: &StepRecord| match (record.fact(name), name) {
                // Recorded only when there is something to record.
                (None, "ran" | "died" | "warned" | "lookups") => Some(FactValue::List(Vec::new())),
                (fact, _) => fact.cloned(),
            };
            // A step in the body of a module may run more than once; what it expects must hold each time.
            let seen: Vec<_> = records.iter().map(|record| seen(record)).collect();
            let wrong = seen
                .iter()
                .find(|seen| seen.as_ref() != Some(&expectation.value));
            if seen.is_empty() || wrong.is_some() {
                found.push(Mismatch {
                    step: one.number,
                    action: one.action(),
                    fact: name.to_owned(),
                    expected: expectation.value.clone(),
                    actual: wrong.cloned().flatten(),
                    known: expectation.known.clone(),
                });
            }
        }
    }
    found
}

/// What is wrong with how the process ended, if something is, and the marks that say it is known.
fn check_end(
    variant: &Variant,
    key: &InterpreterKey,
    trace: &Trace,
) -> Option<(Verdict, String, Vec<usize>)> {
    let numbered = variant.numbered();
    let expected = numbered.iter().flat_map(|one| &one.step.expect);
    let expected: Vec<_> = expected
        .filter(|expectation| expectation.fact.0 == "end" && applies(expectation, key))
        .collect();
    let regular = ProcessEnd::REGULAR.to_string();
    let seen = trace.end.to_string();
    let steps = trace.steps.iter().filter(|record| {
        let in_body = record.step > variant.steps.len();
        !in_body
    });
    let all = variant.steps.len() + usize::from(variant.entry.is_some());
    let complete = trace.interrupted.is_none() && steps.count() == all;
    let wanted = expected
        .iter()
        .find(|expectation| expectation.value.to_string() != seen);
    if wanted.is_none() && (!expected.is_empty() || (seen == regular && complete)) {
        return None;
    }
    let place = match trace.interrupted {
        Some(step) => format!("in {}", variant.named(step)),
        None if trace.steps.is_empty() => "before the first step".to_owned(),
        None => "after the last step".to_owned(),
    };
    let instead = wanted.map_or_else(String::new, |wanted| {
        format!(" instead of {}", wanted.value)
    });
    let verdict = if trace.end == ProcessEnd::Timeout {
        Verdict::TimedOut
    } else {
        Verdict::Crashed
    };
    let known = wanted.map_or_else(Vec::new, |wanted| wanted.known.clone());
    Some((verdict, format!("{seen} {place}{instead}"), known))
}

fn applies(expectation: &Expectation, key: &InterpreterKey) -> bool {
    expectation
        .python
        .as_ref()
        .is_none_or(|spec| spec.matches(key))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::scenario::model::{
        Action, Conditions, Known, Module, ModuleBody, Requires, Step, VariantId,
    };
    use crate::trace::StepRecord;
    use crate::trace::fact::FactName;

    fn expect(python: Option<&str>, fact: &str, value: &str) -> Expectation {
        Expectation {
            python: python.map(|text| text.parse().unwrap()),
            fact: FactName(fact.to_owned()),
            value: FactValue::text(value),
            known: vec![],
        }
    }

    fn variant(expectations: Vec<Expectation>) -> Variant {
        let step = |expect| Step {
            action: Action::Collect,
            when: None,
            expect,
            note: None,
        };
        Variant {
            id: VariantId::default(),
            modules: vec![],
            entry: None,
            steps: vec![step(vec![]), step(expectations)],
            watch: vec![],
            requires: Requires::default(),
            timeout: None,
            interpreter: Conditions::default(),
            known: vec![],
        }
    }

    fn outcome(steps: usize, end: ProcessEnd, interrupted: Option<usize>) -> Outcome {
        let record = |step| StepRecord {
            step,
            inside: None,
            action: "collect".into(),
            facts: vec![(FactName("outcome".into()), FactValue::text("ok"))],
        };
        Outcome::Ended {
            trace: Trace {
                steps: (1..=steps).map(record).collect(),
                messages: vec![],
                end,
                interrupted,
                stdout: String::new(),
                stderr: String::new(),
            },
            duration: Duration::ZERO,
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
        assert_eq!(wrong.1, ["exit 0 after the last step instead of exit 3"]);
        let both = vec![
            expect(None, "end", "exit 4"),
            expect(Some(">=3"), "end", "exit 0"),
        ];
        assert_eq!(
            verdict(both, &outcome(2, ProcessEnd::Exit(0), None)).0,
            Verdict::Crashed
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
            known: if whole { vec![] } else { vec![0] },
            ..expect(None, "outcome", value)
        }]);
        marked.known = vec![Known {
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
            assert_eq!(verdict, Verdict::Known);
            assert!(reasons[0].ends_with("got ok; known: gh-1"), "{reasons:?}");
            assert_eq!(marked(Some("3.13"), whole, "KeyError").0, Verdict::Known);
            // Elsewhere the mark says nothing.
            assert_eq!(marked(Some("3.12"), whole, "KeyError").0, Verdict::Fail);
            assert_eq!(marked(Some("3.12"), whole, "ok"), (Verdict::Pass, vec![]));
            let (verdict, reasons) = marked(Some("3.13"), whole, "ok");
            assert_eq!(
                (verdict, verdict.is_violation()),
                (Verdict::KnownFixed, true)
            );
            assert!(reasons[0].contains("gh-1"), "{reasons:?}");
        }
    }

    #[test]
    fn a_mark_covers_no_more_than_it_marks() {
        let mut partly = variant(vec![
            Expectation {
                known: vec![0],
                ..expect(None, "outcome", "KeyError")
            },
            expect(None, "value", "1"),
        ]);
        partly.known = vec![Known {
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
        partly.known[0].whole = true;
        assert_eq!(judge(&partly, &key, &killed).0, Verdict::Known);
    }

    #[test]
    fn steps_that_are_not_run_expect_nothing_and_those_of_bodies_every_time() {
        let key = "3.13.0".parse().unwrap();
        let mut with_body = variant(vec![expect(None, "outcome", "KeyError")]);
        with_body.steps[1].when = Some("<3".parse().unwrap());
        let done = outcome(2, ProcessEnd::Exit(0), None);
        assert_eq!(judge(&with_body, &key, &done).0, Verdict::Pass);
        let body = Step {
            action: Action::Collect,
            when: None,
            expect: vec![expect(None, "outcome", "ok")],
            note: None,
        };
        with_body.modules = vec![Module {
            name: "demo".to_owned(),
            body: ModuleBody::Steps(vec![body]),
        }];
        let (verdict, reasons) = judge(&with_body, &key, &done);
        assert_eq!(verdict, Verdict::Fail);
        assert_eq!(
            reasons,
            ["step 3 (demo: collect): outcome: expected ok, but nothing was recorded"]
        );
        let twice = |second: &str| {
            let Outcome::Ended {
                mut trace,
                duration,
            } = outcome(2, ProcessEnd::Exit(0), None)
            else {
                unreachable!("it ended")
            };
            for (at, value) in ["ok", second].into_iter().enumerate() {
                let record = StepRecord {
                    step: 3,
                    inside: Some(1),
                    action: "demo: collect".into(),
                    facts: vec![(FactName("outcome".into()), FactValue::text(value))],
                };
                trace.steps.insert(at, record);
            }
            judge(&with_body, &key, &Outcome::Ended { trace, duration }).0
        };
        assert_eq!(twice("ok"), Verdict::Pass);
        assert_eq!(twice("KeyError"), Verdict::Fail);
    }
}
