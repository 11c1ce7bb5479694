//! Verdicts: what was seen, held against what the scenario expects.

use serde::{Deserialize, Serialize};

use crate::exec::Outcome;
use crate::python::version::InterpreterKey;
use crate::scenario::model::{Expectation, Variant};
use crate::trace::fact::FactValue;
use crate::trace::{ProcessEnd, Trace};

/// The verdict on one case, in one word. Those that need a memory of earlier runs (`drift`, `new`) come with baselines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything expected was seen.
    Pass,
    /// Not run, with a reason.
    Skipped,
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
            Self::Fail => "fail",
            Self::Crashed => "crashed",
            Self::TimedOut => "timed-out",
            Self::Faulty => "faulty",
        }
    }

    /// Whether a run with such a case is not as expected.
    pub fn is_violation(self) -> bool {
        matches!(self, Self::Fail | Self::Crashed | Self::TimedOut)
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
    let mut reasons = Vec::new();
    let end = check_end(variant, key, trace);
    let verdict = end.as_ref().map(|(verdict, _)| *verdict);
    reasons.extend(end.map(|(_, reason)| reason));
    let reached = |step: usize| trace.steps.iter().any(|record| record.step == step);
    // Behind an unexpected end there is nothing to compare; behind an expected one, an unreached step is a violation.
    let mismatches = mismatches(variant, key, trace);
    let mismatches = mismatches
        .into_iter()
        .filter(|mismatch| verdict.is_none() || reached(mismatch.step));
    reasons.extend(mismatches.map(|mismatch| mismatch.to_string()));
    match verdict {
        Some(verdict) => (verdict, reasons),
        None if reasons.is_empty() => (Verdict::Pass, reasons),
        None => (Verdict::Fail, reasons),
    }
}

/// Expectations on facts of steps that do not hold.
fn mismatches(variant: &Variant, key: &InterpreterKey, trace: &Trace) -> Vec<Mismatch> {
    let mut found = Vec::new();
    for (at, step) in variant.steps.iter().enumerate() {
        let record = trace.steps.iter().find(|record| record.step == at + 1);
        for expectation in step
            .expect
            .iter()
            .filter(|expectation| applies(expectation, key))
        {
            let name = expectation.fact.0.as_str();
            if name == "end" {
                continue;
            }
            let actual = record.and_then(|record| match (record.fact(name), name) {
                // Recorded only when there is something to record.
                (None, "ran" | "died" | "warned" | "lookups") => Some(FactValue::List(Vec::new())),
                (fact, _) => fact.cloned(),
            });
            if actual.as_ref() != Some(&expectation.value) {
                found.push(Mismatch {
                    step: at + 1,
                    action: step.action.to_string(),
                    fact: name.to_owned(),
                    expected: expectation.value.clone(),
                    actual,
                });
            }
        }
    }
    found
}

fn check_end(variant: &Variant, key: &InterpreterKey, trace: &Trace) -> Option<(Verdict, String)> {
    let expected = variant.steps.iter().flat_map(|step| &step.expect);
    let expected: Vec<String> = expected
        .filter(|expectation| expectation.fact.0 == "end" && applies(expectation, key))
        .map(|expectation| expectation.value.to_string())
        .collect();
    let regular = ProcessEnd::REGULAR.to_string();
    let seen = trace.end.to_string();
    let complete = trace.interrupted.is_none() && trace.steps.len() == variant.steps.len();
    let wanted = expected.iter().find(|wanted| **wanted != seen);
    if wanted.is_none() && (!expected.is_empty() || (seen == regular && complete)) {
        return None;
    }
    let place = match trace.interrupted {
        Some(step) => variant.steps.get(step - 1).map_or_else(
            || format!("in step {step}"),
            |known| format!("in step {step} ({})", known.action),
        ),
        None if trace.steps.is_empty() => "before the first step".to_owned(),
        None => "after the last step".to_owned(),
    };
    let instead = wanted.map_or_else(String::new, |wanted| format!(" instead of {wanted}"));
    let verdict = if trace.end == ProcessEnd::Timeout {
        Verdict::TimedOut
    } else {
        Verdict::Crashed
    };
    Some((verdict, format!("{seen} {place}{instead}")))
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
    use crate::scenario::model::{Action, Requires, Step, VariantId};
    use crate::trace::StepRecord;
    use crate::trace::fact::FactName;

    fn expect(python: Option<&str>, fact: &str, value: &str) -> Expectation {
        Expectation {
            python: python.map(|text| text.parse().unwrap()),
            fact: FactName(fact.to_owned()),
            value: FactValue::text(value),
        }
    }

    fn variant(expectations: Vec<Expectation>) -> Variant {
        let step = |expect| Step {
            action: Action::Collect,
            expect,
            note: None,
        };
        Variant {
            id: VariantId::default(),
            modules: vec![],
            steps: vec![step(vec![]), step(expectations)],
            requires: Requires::default(),
            timeout: None,
        }
    }

    fn outcome(steps: usize, end: ProcessEnd, interrupted: Option<usize>) -> Outcome {
        let record = |step| StepRecord {
            step,
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
}
