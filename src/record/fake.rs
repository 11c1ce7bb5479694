//! Reports for tests: only what a test is about has to be said.

use std::collections::BTreeSet;

use serde_json::json;

use crate::record::Verdict;
use crate::record::{CaseReport, RunReport};

/// A report of these cases: id, key, verdict, and the digest of the trace, empty where there is none.
pub(crate) fn report(cases: &[(&str, &str, Verdict, &str)]) -> RunReport {
    let keys: BTreeSet<_> = cases.iter().map(|(_, key, _, _)| *key).collect();
    let ids: BTreeSet<_> = cases.iter().map(|(id, _, _, _)| scenario(id)).collect();
    let mut report: RunReport = serde_json::from_value(json!({
        "schema_version": 1,
        "tool": "modswap 0.1.0",
        "started": "2026-11-22T10:00:00Z",
        "elapsed_s": 1.5,
        "partition": "1/1",
        "platform": "linux-x86_64",
        "interpreters": keys.iter().map(|key| json!({
            "key": key, "version": key, "free_threaded": false, "debug": false, "origin": "pyenv",
            "command": [format!("/usr/bin/python{key}")], "build": "main", "flags": ["-s", "-S", "-B"],
        })).collect::<Vec<_>>(),
        "rejected": [],
        "scenarios": ids.iter().map(|id| json!({
            "id": id, "title": format!("About {id}"), "digest": "now", "file": format!("scenarios/{id}.yaml"),
        })).collect::<Vec<_>>(),
        "cases": [],
        "traces": {},
    }))
    .expect("the format of reports");
    report.interpreters.sort_by(|a, b| a.key.cmp(&b.key));
    let cases = cases.iter();
    report.cases = cases
        .map(|(id, key, verdict, trace)| case(id, key, *verdict, trace))
        .collect();
    report
}

/// A case, with an empty digest where it has no trace.
pub(crate) fn case(id: &str, key: &str, verdict: Verdict, trace: &str) -> CaseReport {
    let ran = (!trace.is_empty()).then_some(trace);
    serde_json::from_value(json!({
        "case": id, "scenario": scenario(id), "variant": {}, "interpreter": key, "verdict": verdict,
        "reasons": [], "end": ran.map(|_| "exit 0"), "duration_ms": 2.0, "trace": ran,
    }))
    .expect("the format of reports")
}

fn scenario(case: &str) -> &str {
    case.split('[').next().unwrap_or(case)
}
