mod examples;
mod missing;
mod properties;

use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use crate::record::{CaseReport, RunReport, Verdict, fake};

const ROWS: [&str; 4] = ["s[a=2]", "s[a=1]", "s[a=3]", "t"];
const KEYS: [&str; 3] = ["2.7.18", "3.12.1", "3.12.1@x"];

/// A report as it is stored.
fn stored(report: &RunReport) -> String {
    serde_json::to_string_pretty(report).expect("a report has text keys only")
}

/// Digests of traces: more than are kept of one case.
fn digests() -> Vec<String> {
    (0..24).map(|at| format!("t{at:02}")).collect()
}

/// A report without cases, in which everything is there that cases may refer to.
fn empty(partition: &str, keys: &[&str]) -> RunReport {
    let step =
        |digest: &String| json!([{"step": 1, "action": "eval: it", "facts": {"value": digest}}]);
    let scenarios = ["s", "t"].map(|id| {
        json!({"id": id, "title": id, "digest": "text", "file": format!("scenarios/{id}.yaml")})
    });
    let value = json!({
        "schema_version": 1, "tool": "modswap 0.1.0", "started": "2026-11-22T10:00:00Z", "elapsed_s": 1.5,
        "partition": partition, "platform": "linux-x86_64",
        "interpreters": keys.iter().map(|key| json!({
            "key": key, "version": key, "free_threaded": false, "debug": false, "origin": "pyenv",
            "command": ["/usr/bin/python"], "build": "main", "flags": [],
        })).collect::<Vec<_>>(),
        "rejected": [], "cases": [],
        "scenarios": scenarios,
        "traces": digests().iter().map(|one| (one.clone(), step(one))).collect::<serde_json::Map<_, _>>(),
    });
    serde_json::from_value(value).unwrap()
}

/// A case that passed.
fn passed(row: &str, key: &str, trace: &str) -> CaseReport {
    fake::case(row, key, Verdict::Pass, trace)
}

/// A report of cases that passed.
fn report(partition: &str, cases: &[(&str, &str, &str)]) -> RunReport {
    let keys: BTreeSet<&str> = cases.iter().map(|(_, key, _)| *key).collect();
    let keys: Vec<&str> = keys.into_iter().collect();
    let mut report = empty(partition, &keys);
    let cases = cases.iter();
    report.cases = cases
        .map(|(row, key, trace)| passed(row, key, trace))
        .collect();
    report
}

/// Merges reports, as if all were of one run.
fn merge(reports: &[&RunReport]) -> Result<RunReport, MergeError> {
    let mut merger = Merger::default();
    for report in reports {
        merger.add((*report).clone())?;
    }
    Ok(merger.finish())
}

fn merged(one: &RunReport, other: &RunReport) -> RunReport {
    merge(&[one, other]).unwrap()
}

fn all(reports: &[RunReport]) -> RunReport {
    merge(&reports.iter().collect::<Vec<_>>()).unwrap()
}
