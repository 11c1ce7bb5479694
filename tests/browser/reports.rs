//! Reports for pages.

use serde_json::{Map, Value, json};

const HOSTILE: &str = "</script><script>window.pwned=1</script><img src=x onerror='window.pwned=2'>\" onmouseover=\"window.pwned=3 \u{202e}\u{2028}\0{{ 7*7 }}";

fn interpreter(key: &str) -> Value {
    json!({
        "key": key, "version": key, "free_threaded": false, "debug": false, "origin": "pyenv", "command": ["python"],
        "build": "main", "flags": ["-s"],
    })
}

fn report(
    interpreters: &[Value],
    scenarios: &[Value],
    cases: &[Value],
    traces: &Map<String, Value>,
) -> Value {
    json!({
        "schema_version": 1, "tool": "modswap 0.1.0", "started": "2026-11-22T10:00:00Z", "elapsed_s": 1.5,
        "partition": "1/1", "platform": "linux-x86_64", "interpreters": interpreters, "rejected": [],
        "scenarios": scenarios, "cases": cases, "traces": traces,
    })
}

fn trace(value: usize) -> Value {
    json!([
        {"step": 1, "action": "import: demo", "facts": {"outcome": "ok", "ran": ["demo"], "demo": "demo#1", "cache": "original"}},
        {"step": 2, "action": format!("eval: {value}"), "facts": {"outcome": "ok", "value": value, "demo": "demo#1", "cache": "original"}},
    ])
}

/// Everything that comes from elsewhere is hostile.
pub fn hostile_report() -> Value {
    let scenario = |id: &str| {
        json!({
            "id": id, "title": HOSTILE, "about": HOSTILE, "refs": [format!("javascript:{HOSTILE}"), "https://example.org/x"],
            "changes": [{"since": "3.6", "note": HOSTILE}], "notes": {"1": HOSTILE},
            "digest": "d", "file": HOSTILE, "text": format!("title: {HOSTILE}\n# {HOSTILE}\nsteps: [\"{HOSTILE}\"]\n"),
        })
    };
    let case = |id: &str, key: &str, verdict: &str, end: &str| {
        json!({
            "case": id, "scenario": id, "variant": {}, "interpreter": key, "verdict": verdict, "reasons": [HOSTILE],
            "end": end, "during": HOSTILE, "duration_ms": 1.0, "trace": "t", "stdout": HOSTILE, "stderr": HOSTILE,
            "packages": {HOSTILE: HOSTILE},
        })
    };
    let trace = json!([{"step": 1, "action": HOSTILE, "facts": {"outcome": HOSTILE, "value": HOSTILE, HOSTILE: HOSTILE}}]);
    let cases = vec![
        case("swap/a", "2.7.18", "fail", "exit 0"),
        case("swap/a", "3.13.0", "pass", "exit 0"),
        case("swap/b", "2.7.18", "crashed", "signal SIGSEGV"),
        case("swap/b", "3.13.0", "xfail", "exit 0"),
    ];
    let interpreters = vec![interpreter("2.7.18"), interpreter("3.13.0")];
    let traces = Map::from_iter([("t".to_owned(), trace)]);
    report(
        &interpreters,
        &[scenario("swap/a"), scenario("swap/b")],
        &cases,
        &traces,
    )
}

/// A finding with two behaviours, and a value of the second is not as expected.
pub fn violated_report() -> Value {
    let trace = |value: usize| json!([{"step": 1, "action": "eval: f()", "facts": {"outcome": "ok", "value": value, "cache": "original"}}]);
    let case = |key: &str, verdict: &str, trace: &str, reasons: Value| {
        json!({
            "case": "swap/a", "scenario": "swap/a", "variant": {}, "interpreter": key, "verdict": verdict,
            "reasons": reasons, "end": "exit 0", "duration_ms": 1.0, "trace": trace,
        })
    };
    let reason = "step 1 (eval: f()): value: expected 1, got 2";
    report(
        &["3.12.1", "3.13.0"].map(interpreter),
        &[json!({"id": "swap/a", "title": "A", "digest": "d", "file": "scenarios/swap/a.yaml"})],
        &[
            case("3.12.1", "pass", "one", json!([])),
            case("3.13.0", "fail", "two", json!([reason])),
        ],
        &Map::from_iter([("one".to_owned(), trace(1)), ("two".to_owned(), trace(2))]),
    )
}

/// So many scenarios, in ten subjects, on so many interpreters.
pub fn large_report(scenarios: usize, interpreters: usize) -> Value {
    let keys: Vec<String> = (0..interpreters)
        .map(|at| format!("3.{}.{}", 6 + at / 2, at % 2))
        .collect();
    let mut described = Vec::new();
    let mut cases = Vec::new();
    let ids = (0..scenarios).map(|at| (at, format!("subject-{}/scenario-{:04}", at % 10, at)));
    let mut ids: Vec<_> = ids.collect();
    ids.sort_by(|a, b| a.1.cmp(&b.1));
    for (at, id) in ids {
        described.push(json!({
            "id": id, "title": format!("The finding of the scenario number {at}"), "digest": "d",
            "file": format!("scenarios/{id}.yaml"), "text": "title: x\nsteps:\n- eval: 1\n",
        }));
        for (column, key) in keys.iter().enumerate() {
            let behaviour = column * (at % 5) / interpreters;
            let verdict = if (at + column) % 97 == 0 {
                "fail"
            } else {
                "pass"
            };
            cases.push(json!({
                "case": id, "scenario": id, "variant": {}, "interpreter": key, "verdict": verdict, "reasons": [],
                "end": "exit 0", "duration_ms": 1.0, "trace": format!("t{behaviour}"),
            }));
        }
    }
    let traces = (0..5).map(|value| (format!("t{value}"), trace(value)));
    let interpreters: Vec<Value> = keys.iter().map(|key| interpreter(key)).collect();
    report(&interpreters, &described, &cases, &traces.collect())
}
