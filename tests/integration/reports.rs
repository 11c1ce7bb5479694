//! What a fixed report looks like: overview, violations, totals and trace, plain and coloured.

use modswap::compare::Comparison;
use modswap::record::{RunReport, Verdict};
use modswap::report::context::{RenderContext, ReportOrigin};
use modswap::report::json::render_json;
use modswap::report::terminal::explain::render_explanation;
use modswap::report::terminal::show::render_scenario;
use modswap::report::terminal::style::Style;
use modswap::report::terminal::{render_overview, render_report};
use serde_json::{Value, json};

const PLAIN: Style = Style {
    width: 80,
    colour: false,
    ..Style::PLAIN
};
const COLOURED: Style = Style {
    width: 80,
    colour: true,
    ..Style::PLAIN
};
const VERSIONS: [&str; 10] = [
    "2.7.18", "3.6.15", "3.7.16", "3.8.18", "3.9.18", "3.10.13", "3.11.2", "3.11.7", "3.12.1",
    "3.13.0",
];

fn interpreter(key: &str) -> Value {
    json!({
        "key": key, "version": key.trim_end_matches('t'), "free_threaded": key.ends_with('t'), "debug": false,
        "origin": "pyenv", "command": [format!("/usr/bin/python{key}")], "build": "main, May  9 2026, GCC 12.2.0",
        "flags": ["-s", "-S", "-B"],
    })
}

fn scenario(id: &str, title: &str) -> Value {
    json!({
        "id": id, "title": title, "digest": "v2:00", "file": format!("scenarios/{id}.yaml"),
        "about": "`import` reads the interpreter's own reference to the cache, so that the old object comes back \
            on every version that has one.",
        "refs": ["https://stackoverflow.com/q/42142660"],
        "changes": [
            {"since": "3.0", "note": "importlib reads sys.modules, where C code read the interpreter's own reference to the \
                cache it started with"},
            {"since": "3.13.5", "note": "gh-1 — a change behind what was run"},
        ],
    })
}

/// A row: by version, a trace, a verdict word with a reason behind a colon, or nothing for a case that did not run.
fn row(id: &str, cells: [&str; 10]) -> Vec<Value> {
    let scenario = id.split('[').next().unwrap_or(id);
    let cells = VERSIONS
        .iter()
        .zip(cells)
        .filter(|(_, cell)| !cell.is_empty());
    cells
        .map(|(key, cell)| {
            let (trace, rest) = cell.split_at(1);
            let (verdict, reason) = rest.split_once(':').unwrap_or(("pass", ""));
            let ended = !["skipped", "error"].contains(&verdict);
            let end = match verdict {
                "crashed" => "signal SIGSEGV",
                "timed-out" => "timeout",
                _ => "exit 0",
            };
            let mut case = json!({
                "case": id, "scenario": scenario, "variant": {}, "interpreter": key, "verdict": verdict,
                "reasons": if reason.is_empty() { json!([]) } else { json!([reason]) }, "duration_ms": 2.1,
            });
            if ended {
                case["end"] = end.into();
                case["trace"] = trace.into();
            }
            if verdict == "crashed" {
                case["stdout"] = "last words\n".into();
                case["stderr"] = "Fatal \u{1b}[31mPython error\nat the end\n".into();
            }
            case
        })
        .collect()
}

fn steps(second: &str, ran: &[&str]) -> Value {
    let first = json!({"outcome": "ok", "ran": ["demo"], "demo": "demo#1", "cached(demo)": "demo#1",
        "original(demo)": "demo#1", "cache": "original"});
    let swapped = json!({"outcome": "ok", "demo": "demo#1", "cached(demo)": "absent",
        "original(demo)": "demo#1", "cache": "before"});
    let mut last = json!({"outcome": "ok", "demo": second, "cached(demo)": second,
        "original(demo)": "demo#1", "cache": "before"});
    if !ran.is_empty() {
        last["ran"] = json!(ran);
    }
    json!([
        {"step": 1, "action": "import: demo", "facts": first},
        {"step": 2, "action": "swap: before", "facts": swapped},
        {"step": 3, "action": "import: demo", "facts": last},
    ])
}

fn report() -> RunReport {
    let skip = "-skipped:requires Python >=3.7";
    let crash = "acrashed:signal SIGSEGV in step 3 (import: demo)";
    let fail = "bfail:step 3 (import: demo): demo: expected demo#1, got demo#2";
    let slow = "atimed-out:timeout in step 3 (import: demo)";
    let broken = "-error:the worker ended without an answer";
    let rows = [
        row("cache/cleared", ["a"; 10]),
        row(
            "swap/earlier-copy",
            ["a", "a", "b", "b", "b", "b", "b", "b", "b", "a"],
        ),
        row(
            "swap/first-import[via=c_api]",
            ["a", "b", "c", "c", "c", "c", "c", "a", "b", "b"],
        ),
        row(
            "swap/first-import[via=statement]",
            [skip, skip, "a", "a", "a", "a", "a", "a", "a", "a"],
        ),
        row(
            "swap/violated",
            ["a", fail, fail, "a", "a", "a", crash, crash, slow, broken],
        ),
        row(
            "swap/with-a-very-long-name-for-an-id",
            ["a", "a", "a", "a", "a", "", "", "", "", ""],
        ),
    ];
    let value = json!({
        "schema_version": 1, "tool": "modswap 0.1.0", "started": "2026-11-22T10:00:00Z", "elapsed_s": 1.93,
        "partition": "1/1", "platform": "linux-x86_64",
        "interpreters": VERSIONS.map(interpreter),
        "rejected": [{"path": "/home/me/.pyenv/shims/python3.13", "reason": "pyenv shim"}],
        "scenarios": [
            scenario("cache/cleared", "A cleared cache forgets every module"),
            scenario("swap/earlier-copy", "Swapping sys.modules for an earlier copy does not unload a module"),
            scenario("swap/first-import", "A module first seen after a swap"),
            scenario("swap/violated", "What is not as expected"),
            scenario("swap/with-a-very-long-name-for-an-id", "A long name"),
        ],
        "cases": rows.concat(),
        "traces": {
            "a": steps("demo#1", &[]), "b": steps("demo#2", &["demo"]), "c": steps("demo#2", &["demo", "demo"]),
        },
        "interrupted": true,
        "unfinished": VERSIONS[5..]
            .iter()
            .map(|key| json!({"case": "swap/with-a-very-long-name-for-an-id", "interpreter": key}))
            .chain([json!({"case": "swap/zz-not-reached", "interpreter": VERSIONS[0]})])
            .collect::<Vec<_>>(),
    });
    serde_json::from_value(value).expect("the format of reports")
}

/// A module whose body is made of steps, which runs twice on the newer of two versions.
fn body() -> RunReport {
    let mut report = report();
    let facts = |extra: Value| {
        let mut facts = json!({"outcome": "ok", "demo": "unbound", "cached(demo)": "demo#1", "cache": "original"});
        let more = extra.as_object().expect("facts").clone();
        facts.as_object_mut().expect("facts").extend(more);
        facts
    };
    let inner = |value: i32| json!({"step": 2, "inside": 1, "action": "demo 1: eval: n", "facts": facts(json!({"value": value}))});
    let outer = json!({"step": 1, "action": "import: demo", "facts": facts(json!({"ran": ["demo"], "demo": "demo#1"}))});
    let traces = json!({"a": [inner(1), outer], "b": [inner(1), inner(2), outer]});
    report.traces = serde_json::from_value(traces).expect("traces");
    report.scenarios[1].notes =
        [(2, "A remark on the step, which is told once.".to_owned())].into();
    let (case, known) = ("swap/earlier-copy", ["a", "b"]);
    report.cases.retain(|one| {
        one.case == case && known.contains(&one.trace.as_deref().unwrap_or_default())
    });
    report
}

fn explained(id: &str, style: Style) -> String {
    let report = report();
    let scenario = report.scenarios.iter().find(|scenario| scenario.id == id);
    let scenario = scenario.expect("an id of the report");
    render_explanation(&Comparison::new(&report), scenario, style)
}

fn show(id: &str, style: Style) -> String {
    let report = report();
    let scenario = report.scenarios.iter().find(|scenario| scenario.id == id);
    let scenario = scenario.expect("an id of the report");
    render_scenario(&Comparison::new(&report), scenario, style)
}

fn widest(text: &str) -> usize {
    text.lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0)
}

fn overview(style: Style) -> String {
    render_overview(&Comparison::new(&report()), style)
}

#[test]
fn the_overview() {
    let text = overview(PLAIN);
    assert!(widest(&text) <= 80, "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn the_overview_of_every_row() {
    let report = report();
    let every_row = Style { all: true, ..PLAIN };
    insta::assert_snapshot!(render_overview(&Comparison::new(&report), every_row));
}

/// A run ends with a screen: the newest changes, and how many rows there are beside them.
#[test]
fn the_overview_fits_a_screen() {
    let stored = std::fs::read_to_string("reports/report.json").expect("the report");
    let report: RunReport = serde_json::from_str(&stored).expect("the format of reports");
    let comparison = Comparison::new(&report);
    for lines in [45, 60, 100] {
        let text = render_overview(&comparison, Style { lines, ..PLAIN });
        let used = text.lines().count();
        let most = usize::from(lines);
        assert!(used <= most && used > most / 3, "{used} of {lines}: {text}");
        assert!(
            text.contains("; the newest, --all shows the rest\n"),
            "{text}"
        );
        let first = text
            .lines()
            .find(|line| line.starts_with("  "))
            .expect("an id");
        let row = comparison.rows_of(first.trim())[0];
        assert!(row.changed_in_words().contains("3.15"), "{first}");
    }
}

#[test]
fn the_overview_in_colour_says_the_same() {
    let coloured = overview(COLOURED);
    assert_eq!(without_colour(&coloured), overview(PLAIN));
    insta::assert_snapshot!(coloured.replace('\x1b', "␛"));
}

#[test]
fn violations_and_totals() {
    let report = report();
    let context = RenderContext {
        origin: ReportOrigin::Run { baseline: None },
        ..RenderContext::STORED
    };
    let (_, rest) = render_report(&Comparison::new(&report), &context, PLAIN);
    insta::assert_snapshot!(rest);
}

#[test]
fn a_trace_with_two_behaviours() {
    let text = show("swap/earlier-copy", PLAIN);
    insta::assert_snapshot!(text);
}

#[test]
fn a_trace_of_two_variants() {
    insta::assert_snapshot!(show("swap/first-import", PLAIN));
}

#[test]
fn a_trace_of_violations() {
    insta::assert_snapshot!(show("swap/violated", PLAIN));
}

#[test]
fn what_should_have_changed_and_did_not_is_marked() {
    let mut report = report();
    let shown = |report: &RunReport| {
        let text = render_scenario(&Comparison::new(report), &report.scenarios[3], PLAIN);
        let (_, step) = text.split_once("\n3  import: demo\n").expect("the step");
        let (step, _) = step.split_once("\nend of the process").expect("its end");
        step.to_owned()
    };
    let before = shown(&report);
    assert!(!before.contains(" cache "), "it stays: {before}");
    for case in report
        .cases
        .iter_mut()
        .filter(|one| one.verdict == Verdict::Fail)
    {
        let reason = "step 3 (import: demo): cache: expected original, got before";
        case.reasons = vec![reason.into()];
    }
    let after = shown(&report);
    let line = after.lines().last().map(str::trim_end);
    let expected = " ! cache            before            ! before     ·               ·";
    assert_eq!(line, Some(expected), "{after}");
    assert_eq!(after.matches('!').count(), 2, "{after}");
}

#[test]
fn a_trace_in_colour_says_the_same() {
    let coloured = show("swap/earlier-copy", COLOURED);
    assert_eq!(without_colour(&coloured), show("swap/earlier-copy", PLAIN));
    insta::assert_snapshot!(coloured.replace('\x1b', "␛"));
}

#[test]
fn an_explanation_tells_what_changed_and_why() {
    insta::assert_snapshot!(explained("swap/first-import", PLAIN));
}

#[test]
fn an_explanation_in_colour_says_the_same() {
    let coloured = explained("swap/earlier-copy", COLOURED);
    let plain = explained("swap/earlier-copy", PLAIN);
    assert_eq!(without_colour(&coloured), plain);
}

#[test]
fn a_trace_of_steps_in_a_body() {
    let report = body();
    let comparison = Comparison::new(&report);
    insta::assert_snapshot!(render_scenario(&comparison, &report.scenarios[1], PLAIN));
}

#[test]
fn a_report_survives_being_stored() {
    let stored = render_json(&Comparison::new(&report()));
    let read: RunReport = serde_json::from_str(&stored).expect("the format of reports");
    assert_eq!(render_json(&Comparison::new(&read)), stored);
    // In words, too, what tells the behaviours of a row apart.
    let value: Value = serde_json::from_str(&stored).expect("JSON");
    let behaviours = &value["behaviours"]["swap/earlier-copy"];
    assert_eq!(behaviours[0]["caption"], "runs nothing");
    assert_eq!(behaviours[1]["caption"], "runs [demo]");
    assert_eq!(behaviours[1]["versions"][0], "3.7.16");
}

/// Without the sequences that set colours and weights; blanks that only they kept at the ends of lines go, too.
fn without_colour(text: &str) -> String {
    let mut plain = String::new();
    let mut parts = text.split("\x1b[");
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    let lines: Vec<&str> = plain.split('\n').map(str::trim_end).collect();
    lines.join("\n")
}
