//! Scenarios that misbehave, on real Pythons and in both ways of isolation: each ends with its own word, keeps the steps
//! before it, harms no other case and leaves nothing behind.
#![cfg(unix)]

mod ends;
mod family;
mod faults;
mod output;
mod state;

use crate::harness::{PLAIN, Python, Workspace, find_case, sample_pythons, trace_of, under_spawn};
use serde_json::Value;

/// What became of a scenario on one Python in one way of isolation.
struct Seen {
    python: Python,
    case: Value,
    steps: Vec<Value>,
}

impl Seen {
    fn verdict(&self) -> &str {
        self.case["verdict"].as_str().expect("a word")
    }

    fn end(&self) -> &str {
        self.case["end"].as_str().unwrap_or("none")
    }

    fn text(&self, name: &str) -> &str {
        self.case[name].as_str().unwrap_or_default()
    }

    fn reasons(&self) -> String {
        self.case["reasons"].to_string()
    }

    fn fact(&self, step: usize, name: &str) -> &Value {
        let record = self.steps.iter().find(|record| record["step"] == step);
        record.map_or(&Value::Null, |record| &record["facts"][name])
    }

    fn outcome(&self, step: usize) -> &str {
        self.fact(step, "outcome")
            .as_str()
            .unwrap_or("not recorded")
    }

    fn is_2(&self) -> bool {
        self.python.is_2()
    }
}

/// Runs a harmless first step and the steps given, between plain scenarios, in a fork and in an interpreter of their own, and
/// hands over what became of them wherever they ran.
fn check_each(lines: &str, check: impl Fn(&Seen)) {
    check_each_within("3s", lines, check);
}

fn check_each_within(timeout: &str, lines: &str, check: impl Fn(&Seen)) {
    let pythons = sample_pythons();
    let bad = format!("title: Misbehaves\ntimeout: {timeout}\nsteps:\n  - eval: 1 + 1\n{lines}");
    let workspace = Workspace::with(&[
        ("a", PLAIN),
        ("b-fork", &bad),
        ("b-spawn", &under_spawn(&bad)),
        ("c", PLAIN),
    ]);
    // A worker each: so few cases of one Python run on one worker, one after another.
    let report = workspace.report(&pythons, &["--jobs", "4"]);
    for python in &pythons {
        for plain in ["a", "c"].map(|id| find_case(&report, id, &python.key)) {
            assert_eq!(plain["verdict"], "pass", "unharmed: {plain:#}");
        }
        for bad in ["b-fork", "b-spawn"].map(|id| find_case(&report, id, &python.key)) {
            let short: String = bad.to_string().chars().take(2000).collect();
            println!("on {}: {short}", python.key);
            let seen = Seen {
                python: python.clone(),
                case: bad.clone(),
                steps: trace_of(&report, bad).to_vec(),
            };
            check(&seen);
            if seen.verdict() != "error" {
                assert_eq!(seen.fact(1, "value"), 2, "the step before it is kept");
            }
        }
    }
}

/// As `each`, for steps that end in the same way everywhere.
fn assert_ends(lines: &str, verdict: &str, end: &str, recorded: usize) {
    check_each(lines, |seen| {
        assert_eq!((seen.verdict(), seen.end()), (verdict, end));
        assert_eq!(seen.steps.len(), recorded, "steps that were recorded");
    });
}

/// As `ends`, for steps that do no harm, and one more behind them.
fn assert_passes(lines: &str) {
    let count = lines
        .lines()
        .filter(|line| line.starts_with("  - "))
        .count();
    assert_ends(&format!("{lines}{LAST}"), "pass", "exit 0", count + 2);
}

/// A step that shows that steps are still run.
const LAST: &str = "  - eval: 2 + 2\n    expect: {value: 4}\n";

/// A `run` step with these lines.
fn run_step(lines: &str) -> String {
    let lines = lines.trim_matches('\n').lines();
    let indented: Vec<String> = lines.map(|line| format!("      {line}\n")).collect();
    format!("  - run: |\n{}", indented.concat())
}

/// A `run` step with these lines that must not raise.
fn ok_step(lines: &str) -> String {
    format!("{}    expect: {{outcome: ok}}\n", run_step(lines))
}
