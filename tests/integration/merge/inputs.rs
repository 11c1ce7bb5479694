//! Inputs of `modswap merge`: reports of older modswaps, and files that are refused.

use std::fs;

use super::{files, merge, merge_any, stored};
use crate::harness::{Workspace, assert_contains, find_case, parse_report, stderr_of};
use serde_json::{Value, json};

/// A report as an older modswap wrote it; only paths were changed. `first` was written before the language was whole, and
/// `language` by a run that was interrupted.
fn older_report(name: &str) -> String {
    format!(
        "{}/tests/integration/merge/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    )
}

#[test]
fn reports_of_older_modswaps_merge() {
    let workspace = Workspace::new();
    // One alone: nothing but what later versions would add is otherwise.
    for name in ["first", "language", "discovery"] {
        let output = merge_any(&workspace, &[&older_report(name), "--format", "json"]);
        let merged = parse_report(&output);
        let stored = fs::read_to_string(older_report(name)).expect("a report");
        let stored: Value = serde_json::from_str(&stored).expect("a report");
        for part in [
            "tool",
            "started",
            "partition",
            "interpreters",
            "rejected",
            "scenarios",
        ] {
            assert_eq!(merged[part], stored[part], "{name}: {part}");
        }
        assert_eq!(
            cases_with_facts(&merged),
            cases_with_facts(&stored),
            "{name}"
        );
        let digests = merged["traces"].as_object().expect("a map").keys();
        assert!(digests.clone().all(|digest| digest.starts_with("v2:")));
        assert_contains(&stderr_of(&output), "whose digests had an older form");
    }
    let (language, discovery) = (older_report("language"), older_report("discovery"));
    let both = merge(&workspace, 1, &[&discovery, &language, "--format", "json"]);
    let report = parse_report(&both);
    assert_eq!(
        find_case(&report, "copy", "2.7.18")["trace"],
        find_case(&report, "copy", "3.12.1")["trace"]
    );
    assert_eq!(find_case(&report, "old", "3.12.1")["verdict"], "skipped");
    assert_eq!(find_case(&report, "wrong", "3.12.1")["stdout"], "heard\n");
    assert!(report.get("interrupted").is_none());
    let message = stderr_of(&both);
    assert_contains(
        &message,
        "2.7: 4 rows not finished: slow, spelling[via=import_module], spelling[via=statement] and 1 more",
    );
    // Before the language was whole, digests of scenarios were others.
    let refused = merge(&workspace, 2, &[&older_report("first"), &language]);
    let message = stderr_of(&refused);
    assert_contains(
        &message,
        "language.json: the scenario copy and 3 more have another text than in the reports before it",
    );
}

/// The cases of a report in a fixed order, each with the facts of its trace in place of the digest, which has changed its form.
fn cases_with_facts(report: &Value) -> Vec<Value> {
    let mut cases = report["cases"].as_array().expect("a list").clone();
    for case in &mut cases {
        let Some(digest) = case.get("trace").and_then(Value::as_str) else {
            continue;
        };
        let steps = report["traces"][digest].as_array().expect("steps");
        case["trace"] = steps.iter().map(|step| step["facts"].clone()).collect();
    }
    cases.sort_by_key(Value::to_string);
    cases
}

#[test]
fn what_is_no_report_is_refused_with_its_place() {
    let good = stored("1/1", &[("3.12.1", "pass", "a")]);
    let mut newer = good.clone();
    newer["schema_version"] = 2.into();
    newer.as_object_mut().expect("a map").remove("cases");
    let mut odd = good.clone();
    odd["partition"] = "half".into();
    let mut other = good.clone();
    other["scenarios"][0]["digest"] = "v2:01".into();
    let workspace = files(&[
        ("good.json", &good),
        ("newer.json", &newer),
        ("odd.json", &odd),
        ("other.json", &other),
        (
            "part.json",
            &json!({"schema_version": 1, "tool": "modswap"}),
        ),
    ]);
    let whole = good.to_string();
    fs::write(workspace.path("cut.json"), &whole[..whole.len() / 2]).expect("a file");
    workspace.write("empty.json", "");
    workspace.write("lines.json", "{\n  \"schema_version\": 1,\n  oh\n}");
    fs::write(workspace.path("binary.json"), b"\x00\xff\xfe").expect("a file");
    for (name, words) in [
        (
            "newer.json",
            "newer.json: a report of schema 2, and this modswap knows 1",
        ),
        ("odd.json", "odd.json: its partition: `half` is no shard"),
        (
            "other.json",
            "other.json: the scenario it has another text than in the reports before it",
        ),
        (
            "part.json",
            "part.json:1:37: not a report of modswap: missing field `started`
",
        ),
        ("cut.json", "cut.json:1:"),
        ("empty.json", "empty.json:1:0: not a report of modswap: EOF"),
        (
            "lines.json",
            "lines.json:3:3: not a report of modswap: key must be a string",
        ),
        ("binary.json", "binary.json: cannot be read: "),
        ("missing.json", "missing.json: cannot be read: "),
        (
            "scenarios",
            "scenarios: a folder; name the reports in it, as scenarios/*.json",
        ),
    ] {
        let output = merge(&workspace, 2, &["good.json", name, "--output", "out.json"]);
        let message = stderr_of(&output);
        assert!(message.contains(words), "{name}: {message}");
        assert!(output.stdout.is_empty(), "{name}: nothing was merged");
        assert!(!workspace.path("out.json").exists(), "{name}");
    }
    merge(&workspace, 2, &[]);
    let kind = merge(&workspace, 2, &["good.json", "--output", "merged.pdf"]);
    assert!(stderr_of(&kind).contains("nothing known; there are .txt (table), .json"));
}
