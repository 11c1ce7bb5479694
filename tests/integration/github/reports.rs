//! Reports to be shown, put together by hand.

use modswap::record::RunReport;
use serde_json::{Value, json};

/// Text that would do something, were it read as anything but text.
pub const HOSTILE: [&str; 24] = [
    "::error::x",
    "  ::set-output name=a::b",
    "\u{a0}\u{2003}\u{b}::warning::x",
    "\u{feff}\u{200b}\u{1}::add-mask::x",
    ":::error::x",
    "a|b",
    "a ##[error]x ###[set-env name=PATH]y",
    "a\n::stop-commands::token\n##[endgroup]\nb",
    "a\r::error::x\r\n::debug::y",
    "%0A::error::x%0D%250A",
    "\u{1b}[31mred\u{1b}]0;title\u{7}\u{9b}2J\0",
    "\u{202e}drow\u{2066}\u{200f}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "</details></summary></code></pre><!-- <![CDATA[ <?php",
    "a|b \\| c \\\\|| `d|e` | --- |",
    "`a` ``b`` ```\n```\n~~~\n    ````c",
    "**a** __b__ *c* _d_ ~~e~~ ~f~ $g$ $$h$$ $`i`$ ^j^",
    "[a](javascript:alert(1)) ![b](http://evil.example/x.png) [c]: http://evil.example [^1]",
    "@octocat #1 octocat#2 GH-3 :tada: 0123456789abcdef0123456789abcdef01234567",
    "http://evil.example https://evil.example www.evil.example me@evil.example <http://evil.example>",
    "# a\n\n- b\n1. c\n> d\n---\n===\n\ttab",
    "&lt;b&gt; &#60;script&#62; &amp;#124; &copy;",
    "a \"subject\"/<b onclick='alert(1)'>its name",
    " ",
];

/// A report on these versions, with the scenarios that its cases are of.
pub fn report(versions: &[&str], cases: &[Value]) -> RunReport {
    let interpreters: Vec<Value> = versions
        .iter()
        .map(|key| {
            json!({"key": key, "version": key, "free_threaded": false, "debug": false, "origin": "pyenv",
                "command": ["python"], "build": "main, GCC 12.2.0", "flags": ["-s", "-S", "-B"]})
        })
        .collect();
    let mut ids: Vec<&str> = cases
        .iter()
        .filter_map(|case| case["scenario"].as_str())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let scenarios: Vec<Value> = ids
        .iter()
        .map(|id| {
            json!({"id": id, "title": format!("The finding of {id}"), "digest": "v2:00",
                "file": format!("scenarios/{id}.yaml")})
        })
        .collect();
    let value = json!({
        "schema_version": 1, "tool": "modswap 0.1.0", "started": "2026-11-22T10:00:00Z", "elapsed_s": 3.46,
        "partition": "1/1", "platform": "linux-x86_64", "interpreters": interpreters, "rejected": [],
        "scenarios": scenarios, "cases": cases, "traces": {"a": steps("demo#1"), "b": steps("demo#2")},
    });
    serde_json::from_value(value).expect("a report")
}

fn steps(second: &str) -> Value {
    json!([
        {"step": 1, "action": "import: demo", "facts": {"outcome": "ok", "demo": "demo#1"}},
        {"step": 2, "action": "import: demo", "facts": {"outcome": "ok", "demo": second}},
    ])
}

/// A case: its row, its version, the letter of its trace, its verdict.
pub fn case(id: &str, version: &str, trace: &str, verdict: &str) -> Value {
    json!({
        "case": id, "scenario": id.split('[').next(), "variant": {}, "interpreter": version, "verdict": verdict,
        "reasons": [], "end": "exit 0", "trace": trace, "duration_ms": 2.1,
    })
}

/// With a reason, about a step.
pub fn because(mut case: Value, reason: &str, step: usize) -> Value {
    case["reasons"] = json!([reason]);
    case["step"] = step.into();
    case
}

/// With its standing to the baseline.
pub fn standing(mut case: Value, standing: &Value) -> Value {
    case["baseline"] = standing.clone();
    case
}

/// A report in which everything that may be foreign is.
pub fn hostile() -> RunReport {
    let versions = ["3.11.7", "3.12.1", "3.13.0"];
    let mut cases = Vec::new();
    for (at, text) in HOSTILE.iter().enumerate() {
        for (version, trace) in versions.iter().zip(["a", "b", "b"]) {
            let mut case = case(&format!("x{at:02}"), version, trace, "fail");
            case = because(case, text, 2);
            case["stdout"] = (*text).into();
            case["stderr"] = (*text).into();
            let drift = json!({"status": "drift", "was": {"trace": "hostile", "end": text}});
            cases.push(standing(case, &drift));
        }
    }
    let mut report = report(&versions, &cases);
    for (text, scenario) in HOSTILE.iter().zip(&mut report.scenarios) {
        scenario.id = (*text).into();
        scenario.title = (*text).into();
        scenario.file = (*text).into();
    }
    for (at, case) in report.cases.iter_mut().enumerate() {
        case.case = format!("{}[k={}]", HOSTILE[at / 3], HOSTILE[at / 3]).into();
        case.scenario = HOSTILE[at / 3].into();
    }
    let mut trace = report.traces["a"].to_vec();
    for (at, text) in HOSTILE.iter().enumerate() {
        let name = modswap::trace::fact::FactName(format!("{text}{at}").into());
        let value = modswap::trace::fact::FactValue::text(*text);
        trace[1].facts.push((name, value));
    }
    trace[0].action = HOSTILE.join(" ").into();
    report.traces.insert("hostile".into(), trace.into());
    report.interpreters[0].build = HOSTILE.join(" ");
    report.interpreters[0].origin = HOSTILE.join(" ");
    report.platform = HOSTILE.join(" ");
    report.tool = HOSTILE.join(" ");
    report
}
