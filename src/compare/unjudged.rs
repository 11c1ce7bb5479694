//! Scenarios that expect nothing: what their steps ended in, which no verdict says.

use std::collections::BTreeSet;

use super::group_by_key;
use crate::python::version::InterpreterKey;
use crate::record::{CaseReport, RunReport, Verdict};
use crate::trace::TraceView;

/// A scenario without an expectation that ran somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnjudgedScenario<'a> {
    /// Its id.
    pub id: &'a str,
    /// The exceptions that its steps ended in, with the versions: `step 2 ended in NameError: name 'typo' is not defined`.
    pub exceptions: Vec<(String, BTreeSet<&'a InterpreterKey>)>,
}

/// The scenarios of a report that expect nothing, in its order.
pub(super) fn find_unjudged(report: &RunReport) -> Vec<UnjudgedScenario<'_>> {
    let scenarios = report.scenarios.iter();
    let unjudged = scenarios.filter(|scenario| scenario.expects_nothing);
    let found = unjudged.filter_map(|scenario| {
        let is_of_it = |case: &&CaseReport| {
            let has_messages = case.trace.is_some() && case.verdict != Verdict::Recorded;
            has_messages && *case.scenario == *scenario.id
        };
        let mut cases = report.cases.iter().filter(is_of_it).peekable();
        cases.peek()?;
        let exceptions = cases.flat_map(|case| {
            let exceptions = exceptions_of(report, case).into_iter();
            exceptions.map(|text| (text, &*case.interpreter))
        });
        // By version, and each once: a step may run more than once.
        let exceptions = group_by_key(exceptions).into_iter();
        let exceptions = exceptions.map(|(text, keys)| (text, keys.into_iter().collect()));
        Some(UnjudgedScenario {
            id: &scenario.id,
            exceptions: exceptions.collect(),
        })
    });
    found.collect()
}

/// The exceptions that the steps of a case ended in.
fn exceptions_of(report: &RunReport, case: &CaseReport) -> Vec<String> {
    let steps = report.trace_of(case).unwrap_or(TraceView::EMPTY).steps;
    let exceptions = steps.iter().filter_map(|record| {
        let outcome = record.fact("outcome")?.to_string();
        let message = case.messages.get(&record.step);
        let message = message.map_or_else(String::new, |text| format!(": {text}"));
        let is_exception = !matches!(outcome.as_str(), "ok" | "not run");
        is_exception.then(|| format!("step {} ended in {outcome}{message}", record.step))
    });
    exceptions.collect()
}
