//! Judging: what was seen is compared with what the scenario expects.

#[cfg(test)]
mod tests;
mod unexpected;
mod xfail;

use crate::exec::Outcome;
use crate::python::version::InterpreterKey;
use crate::record::Verdict;
use crate::scenario::model::{Expectation, NumberedStep, Variant};
use crate::trace::detail::Detail;
use crate::trace::fact::FactValue;
use crate::trace::{ProcessEnd, StepRecord, Trace};

/// One violated expectation, or an exception that none mentions.
struct Mismatch {
    /// Number of its step.
    step: usize,
    /// The step, what should have been seen, and what was, as a sentence.
    reason: String,
    /// Indices of the `xfail` marks that cover it.
    xfail_marks: Vec<usize>,
}

/// A verdict and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in sentences; none for a pass.
    pub reasons: Vec<String>,
    /// Number of the step that the first reason is about, if it is about one.
    pub step: Option<usize>,
}

/// Judges an outcome by what the scenario expects.
pub fn judge(variant: &Variant, key: &InterpreterKey, outcome: &Outcome) -> Judgement {
    let because = |verdict, reason: &String| Judgement {
        verdict,
        reasons: vec![reason.clone()],
        step: None,
    };
    match outcome {
        Outcome::Skipped(reason) => because(Verdict::Skipped, reason),
        Outcome::Error(reason) => because(Verdict::Error, reason),
        Outcome::Ended { trace, .. } => judge_trace(variant, key, trace),
    }
}

fn judge_trace(variant: &Variant, key: &InterpreterKey, trace: &Trace) -> Judgement {
    let end = check_end(variant, key, trace);
    let reached = |step: usize| trace.steps.iter().any(|record| record.step == step);
    // Behind an unexpected end there is nothing to compare; behind an expected one, an unreached step is a violation.
    let mut mismatches = find_mismatches(variant, key, trace);
    mismatches.splice(
        0..0,
        unexpected::find_unexpected_exceptions(variant, key, trace),
    );
    // A cause stands before its consequences.
    let index = |step| trace.steps.iter().position(|record| record.step == step);
    mismatches.sort_by_key(|mismatch| index(mismatch.step).unwrap_or(usize::MAX));
    let mismatches: Vec<Mismatch> = mismatches
        .into_iter()
        .filter(|mismatch| end.is_none() || reached(mismatch.step))
        .collect();
    let mut step = mismatches.first().map(|mismatch| mismatch.step);
    let mut found: Vec<(String, Vec<usize>)> = mismatches
        .into_iter()
        .map(|mismatch| (mismatch.reason, mismatch.xfail_marks))
        .collect();
    let mut verdict = Verdict::Fail;
    if let Some((as_it_ended, reason, known)) = end {
        verdict = as_it_ended;
        step = trace.interrupted;
        found.insert(0, (reason, known));
    }
    let (verdict, reasons) = xfail::apply_marks(variant, key, verdict, &found);
    Judgement {
        verdict,
        reasons,
        step,
    }
}

/// Finds the expectations on facts of steps that do not hold.
fn find_mismatches(variant: &Variant, key: &InterpreterKey, trace: &Trace) -> Vec<Mismatch> {
    let mut found = Vec::new();
    for numbered in variant.numbered() {
        let records = trace.steps.iter();
        let records: Vec<_> = records
            .filter(|record| record.step == numbered.number)
            .collect();
        for expectation in numbered.step.expect.iter().filter(|known| {
            known.fact.0 != "end" && applies_to(known, key) && numbered.step.is_run_on(key)
        }) {
            let name = expectation.fact.0.as_str();
            let seen = |record: &StepRecord| match (record.fact(name), name) {
                // Recorded only when there is something to record.
                (None, "ran" | "died" | "warned" | "warning_messages" | "lookups") => {
                    Some(FactValue::List(Vec::new()))
                }
                (fact, _) => fact.cloned(),
            };
            // A step in the body of a module may run more than once; what it expects must hold each time.
            let seen: Vec<_> = match Detail::of_fact(name).and_then(|detail| trace.output(detail)) {
                Some(output) => vec![Some(FactValue::text(output))],
                None => records.iter().map(|record| seen(record)).collect(),
            };
            let holds = |seen: &FactValue| expectation.value.holds(name, seen);
            let wrong = seen.iter().find(|seen| !seen.as_ref().is_some_and(holds));
            if seen.is_empty() || wrong.is_some() {
                let actual = wrong.and_then(Option::as_ref);
                let expected = expectation.value.describe(name, actual);
                let record = records.first();
                let ended = record.and_then(|record| describe_exception(trace, record));
                let got = match (actual, ended) {
                    // With the message, which is what one wants to know next.
                    (Some(_), Some(ended)) if name == "outcome" => format!("got {ended}"),
                    (Some(actual), _) => format!("got {actual}"),
                    (None, _) if seen.is_empty() => "but the step was never reached".to_owned(),
                    (None, None) => "but nothing was recorded".to_owned(),
                    (None, Some(ended)) => {
                        format!("but nothing was recorded; the step ended in {ended}")
                    }
                };
                let label = numbered.label();
                found.push(Mismatch {
                    step: numbered.number,
                    reason: format!("{label}: {name}: expected {expected}, {got}"),
                    xfail_marks: expectation.xfail_marks.clone(),
                });
            }
        }
    }
    found
}

/// Describes the exception that a step ended in, with its message: `KeyError: 'demo'`.
fn describe_exception(trace: &Trace, record: &StepRecord) -> Option<String> {
    let outcome = record.fact("outcome")?.to_string();
    let message = trace.messages.get(&record.step);
    let message = message.map_or_else(String::new, |message| format!(": {message}"));
    (!matches!(outcome.as_str(), "ok" | "not run")).then(|| outcome + &message)
}

/// Checks how the process ended. Returns the verdict, the reason, and the marks of the expectation that is violated, if one is.
fn check_end(
    variant: &Variant,
    key: &InterpreterKey,
    trace: &Trace,
) -> Option<(Verdict, String, Vec<usize>)> {
    let numbered = variant.numbered();
    let run = numbered
        .iter()
        .filter(|numbered| numbered.step.is_run_on(key));
    let expected = run.flat_map(|numbered| {
        let expected = numbered.step.expect.iter();
        expected.map(move |expectation| (numbered, expectation))
    });
    let expected: Vec<(&NumberedStep<'_>, &Expectation)> = expected
        .filter(|(_, expectation)| expectation.fact.0 == "end" && applies_to(expectation, key))
        .collect();
    let regular = ProcessEnd::REGULAR.to_string();
    let seen = trace.end.to_string();
    let place = match trace.interrupted {
        Some(step) => format!("in {}", variant.step_label(step)),
        None if trace.steps.is_empty() => "before the first step".to_owned(),
        None => "after the last step".to_owned(),
    };
    let end = FactValue::text(seen.as_str());
    let wrong = expected
        .iter()
        .find(|(_, expectation)| !expectation.value.holds("end", &end));
    if let Some((step, wanted)) = wrong {
        let expected = wanted.value.describe("end", None);
        let reason = format!(
            "{}: end: expected {expected}, got {seen} {place}",
            step.label()
        );
        return Some((Verdict::Fail, reason, wanted.xfail_marks.clone()));
    }
    let steps = trace.steps.iter().filter(|record| {
        let in_body = record.step > variant.steps.len();
        !in_body
    });
    let all = variant.steps.len() + usize::from(variant.entry.is_some());
    let complete = trace.interrupted.is_none() && steps.count() == all;
    if !expected.is_empty() || (seen == regular && complete) {
        return None;
    }
    let verdict = if trace.end == ProcessEnd::Timeout {
        Verdict::TimedOut
    } else {
        Verdict::Crashed
    };
    Some((verdict, format!("{seen} {place}"), Vec::new()))
}

/// True if an expectation is meant for an interpreter.
fn applies_to(expectation: &Expectation, key: &InterpreterKey) -> bool {
    expectation
        .python
        .as_ref()
        .is_none_or(|spec| spec.matches(key))
}
