//! Scenarios that misbehave, on real Pythons and in both ways of isolation: each ends with its own word, keeps the steps
//! before it, harms no other case and leaves nothing behind.
#![cfg(unix)]

mod ends;
mod family;
mod output;
mod state;

use crate::harness::{PLAIN, Python, Workspace, find_case, sample_pythons, trace_of};
use serde_json::Value;

/// What became of a scenario on one Python in one way of isolation.
struct BehaviourId {
    python: Python,
    case: Value,
    steps: Vec<Value>,
}

impl BehaviourId {
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
        self.python.key.starts_with("2.")
    }
}

/// Runs a harmless first step and the steps given, between plain scenarios, and hands over what became of it wherever
/// it ran.
fn each(lines: &str, check: impl Fn(&BehaviourId)) {
    each_within("3s", lines, check);
}

fn each_within(timeout: &str, lines: &str, check: impl Fn(&BehaviourId)) {
    let pythons = sample_pythons();
    for isolation in ["fork", "spawn"] {
        let workspace = Workspace::new();
        let bad =
            format!("title: Misbehaves\ntimeout: {timeout}\nsteps:\n  - eval: 1 + 1\n{lines}");
        workspace
            .scenario("a", PLAIN)
            .scenario("b-bad", &bad)
            .scenario("c", PLAIN);
        // A worker each: so few cases of one Python run on one worker, one after another.
        let report = workspace.report(&pythons, &["--jobs", "3", "--isolation", isolation]);
        for python in &pythons {
            let bad = find_case(&report, "b-bad", &python.key);
            let short: String = bad.to_string().chars().take(2000).collect();
            println!("{isolation} on {}: {short}", python.key);
            for plain in ["a", "c"].map(|id| find_case(&report, id, &python.key)) {
                assert_eq!(plain["verdict"], "pass", "unharmed: {plain:#}");
            }
            let seen = BehaviourId {
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
fn ends(lines: &str, verdict: &str, end: &str, recorded: usize) {
    each(lines, |seen| {
        assert_eq!((seen.verdict(), seen.end()), (verdict, end));
        assert_eq!(seen.steps.len(), recorded, "steps that were recorded");
    });
}

/// As `ends`, for steps that do no harm, and one more behind them.
fn passes(lines: &str) {
    let count = lines
        .lines()
        .filter(|line| line.starts_with("  - "))
        .count();
    ends(&format!("{lines}{LAST}"), "pass", "exit 0", count + 2);
}

/// A step that shows that steps are still run.
const LAST: &str = "  - eval: 2 + 2\n    expect: {value: 4}\n";

/// A `run` step with these lines.
fn run(lines: &str) -> String {
    let lines = lines.trim_matches('\n').lines();
    let indented: Vec<String> = lines.map(|line| format!("      {line}\n")).collect();
    format!("  - run: |\n{}", indented.concat())
}

/// A `run` step with these lines that must not raise.
fn runs(lines: &str) -> String {
    format!("{}    expect: {{outcome: ok}}\n", run(lines))
}
