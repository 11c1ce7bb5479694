//! Parts of a report.

use std::process::Output;

use serde_json::Value;

use super::{stderr_of, stdout_of};

/// The report, or other JSON, on standard output.
pub fn parse_report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "no report ({error}): {}\n{}",
            stdout_of(output),
            stderr_of(output)
        )
    })
}

/// The case of a row on a Python.
pub fn find_case<'a>(report: &'a Value, id: &str, key: &str) -> &'a Value {
    let cases = report["cases"].as_array().expect("cases");
    let wanted = |case: &&Value| case["case"] == id && case["interpreter"] == key;
    cases
        .iter()
        .find(wanted)
        .unwrap_or_else(|| panic!("no case {id} on {key}"))
}

/// The steps that were recorded of a case; none where it was skipped.
pub fn trace_of<'a>(report: &'a Value, case: &Value) -> &'a [Value] {
    let digest = case["trace"].as_str().unwrap_or_default();
    report["traces"][digest]
        .as_array()
        .map_or(&[], Vec::as_slice)
}

/// The same with the words of each step beside its facts, which a report has once for all cases of a row.
pub fn trace_with_actions(report: &Value, case: &Value) -> Vec<Value> {
    let actions = &report["actions"][case["case"].as_str().expect("an id")];
    let steps = trace_of(report, case).iter().map(|step| {
        let words = actions[step["step"].to_string()].as_object();
        let mut step = step.clone();
        let fields = step.as_object_mut().expect("a step");
        fields.extend(
            words
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        step
    });
    steps.collect()
}

/// A fact of the step at this position of a trace, counted from 1.
pub fn fact_of<'a>(trace: &'a [Value], position: usize, name: &str) -> &'a Value {
    &trace[position - 1]["facts"][name]
}
