//! Twice the input is at most some three times the work: nothing grows with the square of what it reads.
//!
//! Work is counted, not timed: calls of the allocator and the bytes that they ask for, and the processor time of the thread (its clock
//! stands still while others run). The latter is noisy, so that it counts only if it is too much in each of several attempts.
#![cfg(unix)]
#![allow(unreachable_pub, reason = "modules of one test")]
#![allow(clippy::cast_precision_loss, reason = "ratios of counts")]

#[path = "../integration/harness/mod.rs"]
mod harness;

use std::fmt::Write;
use std::hint::black_box;

use modswap::compare::Comparison;
use modswap::compare::changes::{DiffInput, find_changes};
use modswap::fuzzing;
use modswap::record::{RunReport, ScenarioId};
use modswap::report::context::RenderContext;
use modswap::report::html::render_page;
use modswap::report::links::Links;
use modswap::report::site::render_site;
use modswap::report::terminal::show::render_trial;
use modswap::report::terminal::style::Style;
use rustix::time::{ClockId, clock_gettime};

use harness::stored;

/// Four times the input may be so many times the work: linear is 4, with a logarithm 5 or 6, and a square 16.
const MAX_RATIO: f64 = 9.0;
/// How often the processor time may be too much.
const ATTEMPTS: usize = 6;

/// Work on an input that is made before.
type Work = Box<dyn Fn()>;

/// A measurement: its name, a size, and what makes the work of a size.
type Subject = (&'static str, usize, fn(usize) -> Work);

/// So many pieces, each made of its number.
fn many(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, index| {
        let _ = write!(text, "{}", piece(index));
        text
    })
}

/// Parses a scenario, right or wrong, and shows what is wrong.
fn parse(text: String) -> Work {
    Box::new(move || {
        let id = ScenarioId("x".to_owned());
        match modswap::scenario::parse("x.yaml", id, &text) {
            Ok(scenario) => drop(black_box(scenario)),
            Err(errors) => drop(black_box(errors.to_string())),
        }
    })
}

const STEP: &str = "steps: [{run: 'x = 1'}]\n";

/// A scenario with these lines, each made of its number.
fn parse_steps(count: usize, step: impl Fn(usize) -> String) -> Work {
    parse(format!("title: t\nsteps:\n{}", many(count, step)))
}

const SCENARIOS: [Subject; 16] = [
    ("steps", 500, |n| {
        parse_steps(n, |_| "- run: x = 1\n".to_owned())
    }),
    ("wrong steps", 500, |n| {
        parse_steps(n, |_| "- imprt: x\n".to_owned())
    }),
    ("imports", 500, |n| {
        parse_steps(n, |i| format!("- {{import: m{i}, as: n{i}}}\n"))
    }),
    ("expectations", 500, |n| {
        parse_steps(n, |i| format!("- {{eval: x, expect: {{value: {i}}}}}\n"))
    }),
    ("modules", 500, |n| {
        let modules = many(n, |i| format!("  m{i}: ''\n"));
        parse(format!("title: t\nmodules:\n{modules}{STEP}"))
    }),
    ("modules of steps", 250, |n| {
        let modules = many(n, |i| format!("  m{i}: {{steps: [{{run: x = 1}}]}}\n"));
        parse(format!("title: t\nmodules:\n{modules}{STEP}"))
    }),
    ("watch", 500, |n| {
        let names = many(n, |i| format!("m{i}, "));
        parse(format!("title: t\nwatch: [{names}]\n{STEP}"))
    }),
    ("changes", 250, |n| {
        let notes = many(n, |i| format!("  \"3.{}.{}\": note\n", i / 50, i % 50));
        parse(format!("title: t\nchanges:\n{notes}{STEP}"))
    }),
    ("variants", 64, |n| {
        let values = many(n, |i| format!("{i}, "));
        parse(format!(
            "title: t\nmatrix: {{a: [{values}]}}\nsteps:\n{}",
            "- run: x = ${a}\n".repeat(20)
        ))
    }),
    ("include", 64, |n| {
        let items = many(n, |i| format!("  - a: {i}\n"));
        parse(format!(
            "title: t\nmatrix:\n  include:\n{items}steps: [{{run: 'x = ${{a}}'}}]\n"
        ))
    }),
    ("unknown keys", 500, |n| {
        parse(many(n, |i| format!("k{i}: 1\n")))
    }),
    ("repeated keys", 500, |n| parse("title: t\n".repeat(n))),
    ("brackets", 2_500, |n| {
        parse(format!("title: t\nsteps: {}", "[".repeat(n)))
    }),
    ("nested lists", 10_000, |n| parse("- ".repeat(n))),
    ("a long line", 100_000, |n| {
        parse(format!("{{titel: '{}', steps: 1}}", "é".repeat(n)))
    }),
    ("many on one line", 400, |n| {
        let steps = many(n, |i| format!("{{é: {i}}}, "));
        parse(format!("{{title: t, steps: [{steps}]}}"))
    }),
];

/// A report of so many rows on two versions.
fn report(rows: usize) -> RunReport {
    let names: Vec<String> = (0..rows)
        .map(|index| format!("folder/row{index}"))
        .collect();
    let cases = names.iter().flat_map(|name| {
        [("3.12.1", "one"), ("3.13.0", "two")]
            .map(|(key, value)| (name.as_str(), key, "pass", value))
    });
    let report = stored::report(&cases.collect::<Vec<_>>());
    serde_json::from_value(report).expect("a report")
}

fn baseline_text(rows: usize) -> Vec<u8> {
    let steps = serde_json::json!([{"step": 1, "action": "eval: x", "facts": {"outcome": "ok"}}]);
    let parsed: Vec<modswap::trace::StepRecord> =
        serde_json::from_value(steps.clone()).expect("steps");
    let digest = modswap::trace::digest_trace(&parsed, "exit 0");
    let variants = many(rows, |i| {
        format!(
            "- case: x[a={i}]\n  behaviours:\n  - behaviour: A\n    digest: {digest}\n    end: exit 0\n    \
             versions: [3.13.0]\n    trace: {steps}\n"
        )
    });
    format!("schema_version: 1\nscenario: x\ndigest: v2:0123456789abcdef\nvariants:\n{variants}")
        .into_bytes()
}

/// A report of one row of so many steps on two versions, which differ in the last one.
fn report_of_steps(steps: usize) -> RunReport {
    let mut report = stored::report(&[
        ("row", "3.12.1", "pass", "one"),
        ("row", "3.13.0", "pass", "two"),
    ]);
    for trace in report["traces"]
        .as_object_mut()
        .expect("traces")
        .values_mut()
    {
        let trace = trace.as_array_mut().expect("steps");
        let mut last = trace.pop().expect("a step");
        last["step"] = steps.into();
        let more = (2..steps).map(|step| {
            serde_json::json!({"step": step, "action": "run: x", "facts": {"outcome": "ok", "x": step}})
        });
        trace.extend(more);
        trace.push(last);
    }
    serde_json::from_value(report).expect("a report")
}

const OTHERS: [Subject; 9] = [
    ("the steps of a row", 250, |n| {
        let report = report_of_steps(n);
        Box::new(move || {
            let comparison = Comparison::new(&report);
            let scenario = &report.scenarios[0];
            drop(black_box(render_trial(&comparison, scenario, Style::PLAIN)));
        })
    }),
    ("a script", 250, |n| {
        let text = many(n, |i| {
            format!("x{i} = {i}\nsys.modules['m'] = x{i}\nprint(id(sys))\n")
        });
        Box::new(move || fuzzing::read_script(text.as_bytes()))
    }),
    ("reading a report", 100, |n| {
        let bytes = serde_json::to_vec(&report(n)).expect("JSON");
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), bytes).expect("a file");
        Box::new(move || {
            drop(black_box(
                modswap::record::read::report(file.path()).expect("a report"),
            ));
        })
    }),
    ("comparing", 200, |n| {
        let report = report(n);
        Box::new(move || drop(black_box(Comparison::new(&report))))
    }),
    ("diff", 100, |n| {
        let (was, now) = (report(n), report(n + 1));
        Box::new(move || {
            let changes = find_changes(DiffInput::Report(&was), DiffInput::Report(&now));
            black_box(changes.groups.len());
        })
    }),
    ("the page", 50, |n| {
        let report = report(n);
        Box::new(move || {
            drop(black_box(render_page(
                &Comparison::new(&report),
                &RenderContext::STORED,
            )));
        })
    }),
    ("pages", 50, |n| {
        let report = report(n);
        Box::new(move || {
            drop(black_box(render_site(&report, false, &Links::NONE, |_| {
                None
            })));
        })
    }),
    ("a file of a baseline", 100, |n| {
        let bytes = baseline_text(n);
        let known = tempfile::tempdir().expect("a folder");
        std::fs::write(known.path().join("x.yaml"), &bytes).expect("a file");
        let baseline = modswap::baseline::read(known.path(), ["x"]).expect("a baseline");
        assert_eq!(baseline.scenarios["x"].variants.len(), n);
        Box::new(move || fuzzing::read_baseline(&bytes))
    }),
    ("a list of Pythons", 100, |n| {
        let list = format!(
            "pythons: [{}]",
            many(n, |i| format!("{{command: python3, label: é{i}}}, "))
        );
        Box::new(move || fuzzing::read_pythons(list.as_bytes()))
    }),
];

fn cpu_nanos(work: &Work) -> f64 {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
    };
    let before = now();
    work();
    now() - before
}

/// How many times the work of the smaller input the larger one is, by each measure.
fn find_excess(small: &Work, large: &Work) -> Vec<String> {
    let ratio = |small: f64, large: f64| large / small.max(1.0);
    // What is made once is made before.
    small();
    let [few, much] = [small, large].map(allocation_counter::measure);
    let mut excess = Vec::new();
    for (what, ratio) in [
        (
            "allocations",
            ratio(few.count_total as f64, much.count_total as f64),
        ),
        (
            "allocated bytes",
            ratio(few.bytes_total as f64, much.bytes_total as f64),
        ),
        (
            "bytes at once",
            ratio(few.bytes_max as f64, much.bytes_max as f64),
        ),
    ] {
        if ratio > MAX_RATIO {
            excess.push(format!("{ratio:.1} times the {what}"));
        }
    }
    let (mut least, mut most) = (f64::MAX, f64::MAX);
    for _ in 0..ATTEMPTS {
        least = least.min(cpu_nanos(small));
        most = most.min(cpu_nanos(large));
        if most / least <= MAX_RATIO {
            return excess;
        }
    }
    excess.push(format!("{:.1} times the processor time", most / least));
    excess
}

#[test]
fn four_times_the_input_is_not_the_square_of_the_work() {
    let mut wrong = Vec::new();
    for (name, size, make) in SCENARIOS.iter().chain(&OTHERS) {
        let excess = find_excess(&make(*size), &make(4 * size));
        if !excess.is_empty() {
            wrong.push(format!("{name}: {}", excess.join(", ")));
        }
    }
    assert!(
        wrong.is_empty(),
        "grows faster than what is read:\n{}",
        wrong.join("\n")
    );
}
