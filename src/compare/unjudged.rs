//! Scenarios that expect nothing: what their steps ended in, as no verdict tells.

use crate::python::version::InterpreterKey;
use crate::record::ranges::ranges;
use crate::record::{CaseReport, RunReport, ScenarioReport};
use crate::text::{short, visible};
use crate::trace::TraceView;
use crate::trace::fact::FactValue;

/// Endings that are named of one scenario, and characters that are shown of one.
const MAX_ENDINGS: usize = 3;
const MAX_CHARACTERS: usize = 120;

/// A line for each scenario without an expectation.
pub(crate) fn lines(report: &RunReport) -> Vec<String> {
    let scenarios = report.scenarios.iter().filter(|one| one.expects_nothing);
    scenarios
        .filter_map(|scenario| line(report, scenario))
        .collect()
}

fn line(report: &RunReport, scenario: &ScenarioReport) -> Option<String> {
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let cases = report.cases.iter();
    let cases: Vec<&CaseReport> = cases
        .filter(|case| *case.scenario == *scenario.id && case.trace.is_some())
        .collect();
    let mut endings: Vec<(String, Vec<&InterpreterKey>)> = Vec::new();
    for case in &cases {
        for ending in exceptions(report, case) {
            let known = endings.iter().position(|(known, _)| *known == ending);
            let at = known.unwrap_or_else(|| {
                endings.push((ending, Vec::new()));
                endings.len() - 1
            });
            if !endings[at].1.contains(&&*case.interpreter) {
                endings[at].1.push(&case.interpreter);
            }
        }
    }
    let more = endings.len().saturating_sub(MAX_ENDINGS);
    let named = endings.iter().take(MAX_ENDINGS).map(|(ending, keys)| {
        let mut keys = keys.clone();
        keys.sort();
        format!("{ending} on {}", ranges(&keys, &all))
    });
    let mut named: Vec<String> = named.collect();
    if more > 0 {
        named.push(format!("and {more} more"));
    }
    let id = visible(&scenario.id);
    (!cases.is_empty()).then(|| match named.as_slice() {
        [] => format!("{id} expects nothing; no step ended in an exception"),
        named => format!("{id} expects nothing; {}", named.join("; ")),
    })
}

/// The exceptions that the steps of a case ended in: `step 2 ended in NameError: name 'typo' is not defined`.
fn exceptions(report: &RunReport, case: &CaseReport) -> Vec<String> {
    let steps = report.trace_of(case).unwrap_or(TraceView::EMPTY).steps;
    let exception = |outcome: &FactValue| {
        let outcome = outcome.to_string();
        (!matches!(outcome.as_str(), "ok" | "not run")).then_some(outcome)
    };
    let found = steps.iter().filter_map(|record| {
        let outcome = record.fact("outcome").and_then(exception)?;
        let message = case.messages.get(&record.step);
        let message = message.map_or_else(String::new, |text| format!(": {text}"));
        let text = visible(&short(&format!("{outcome}{message}"), MAX_CHARACTERS));
        Some(format!("step {} ended in {text}", record.step))
    });
    found.collect()
}
