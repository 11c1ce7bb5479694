//! The reproducer that one posts prints what was recorded.
//!
//! Each is run as its first lines say, on the newest Python for every row and on the others for a part, which
//! `MODSWAP_TEST_POSTED=all` makes every row.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use modswap::program::minimal::{Minimal, Seen, Target, render_minimal};
use modswap::record::{BehaviourId, CaseReport, RunReport};
use modswap::scenario::model::{Scenario, Variant};

use crate::harness::corpus;
use crate::harness::{Python, pythons};

/// Rows of which none but the newest Python runs one in so many.
const ONE_IN: usize = 24;
/// The same on 2.7, which differs most.
const ONE_IN_ON_2: usize = 2;
/// Lines that nine of ten rows keep to.
const MAX_LINES: usize = 40;

/// A row with its reproducers, one for each form that its steps have.
struct Posted<'a> {
    variant: &'a Variant,
    forms: Vec<Minimal>,
}

#[test]
fn what_one_posts_prints_what_was_recorded() {
    let report: RunReport =
        serde_json::from_value(corpus::report().clone()).expect("a report of this program");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let scenarios = modswap::scenario::load(&[folder.into()]).expect("scenarios without a problem");
    let mut cases: BTreeMap<&str, Vec<&CaseReport>> = BTreeMap::new();
    for case in report.cases.iter().filter(|case| case.trace.is_some()) {
        cases.entry(&case.case).or_default().push(case);
    }
    let mut posted: Vec<Posted<'_>> = Vec::new();
    let mut without = 0;
    for scenario in &scenarios {
        for variant in &scenario.variants {
            let Some(cases) = cases.get(&*variant.id) else {
                continue;
            };
            match render_forms(&report, scenario, variant, cases) {
                Ok(forms) => posted.push(Posted { variant, forms }),
                Err(_) => without += 1,
            }
        }
    }
    assert!(
        without * 12 < posted.len(),
        "{without} rows have no short form"
    );
    let is_short = |posted: &&Posted<'_>| {
        let mut forms = posted.forms.iter();
        forms.all(|form| form.text.lines().count() <= MAX_LINES)
    };
    let short = posted.iter().filter(is_short).count();
    let all = posted.len() + without;
    assert!(
        short * 10 >= all * 9,
        "{short} of {all} rows have {MAX_LINES} lines at most"
    );
    run_all(&posted, pythons());
}

/// The reproducers of a row: one for each form that its steps have.
fn render_forms(
    report: &RunReport,
    scenario: &Scenario,
    variant: &Variant,
    cases: &[&CaseReport],
) -> Result<Vec<Minimal>, &'static str> {
    let mut seen: Vec<(BehaviourId, Seen<'_>)> = Vec::new();
    for case in cases {
        let id = case.behaviour_id().expect("a case that ran");
        let trace = report.trace_of(case).expect("its trace");
        if let Some((_, seen)) = seen.iter_mut().find(|(known, _)| *known == id) {
            seen.versions.push(&case.interpreter);
        } else {
            let versions = vec![&*case.interpreter];
            let steps = trace.steps;
            seen.push((id, Seen { versions, steps }));
        }
    }
    let seen: Vec<Seen<'_>> = seen.into_iter().map(|(_, seen)| seen).collect();
    let mut forms: Vec<Minimal> = Vec::new();
    for case in cases {
        let key = &*case.interpreter;
        let mut known = forms.iter().flat_map(|form| &form.printed);
        if !known.any(|(versions, _)| versions.contains(key)) {
            let target = Target {
                key,
                command: "python",
            };
            forms.push(render_minimal(scenario, variant, target, &seen)?);
        }
    }
    Ok(forms)
}

/// Runs what is to be run, on all processors.
fn run_all(posted: &[Posted<'_>], pythons: &[Python]) {
    let is_all = std::env::var("MODSWAP_TEST_POSTED").is_ok_and(|all| all == "all");
    let newest = &pythons.last().expect("a Python").key;
    let mut todo: Vec<(&Posted<'_>, &Python)> = Vec::new();
    for (at, python) in pythons.iter().enumerate() {
        let step = match () {
            () if is_all || python.key == *newest => 1,
            () if python.is_2() => ONE_IN_ON_2,
            () => ONE_IN,
        };
        let rows = posted.iter().skip(at % step).step_by(step);
        todo.extend(rows.map(|row| (row, python)));
    }
    let (next, ran) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, Into::into) {
            scope.spawn(|| {
                while let Some((row, python)) = todo.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match run_posted(row, python) {
                        Ok(count) => _ = ran.fetch_add(count, Ordering::Relaxed),
                        Err(text) => failures.lock().expect("no panic").push(text),
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no panic");
    let ran = ran.into_inner();
    println!("{ran} reproducers ran");
    assert!(ran > posted.len() / 2, "only {ran} ran");
    assert!(
        failures.is_empty(),
        "{} of {}:\n{}",
        failures.len(),
        todo.len(),
        failures.join("\n")
    );
}

/// Runs a reproducer and compares what it prints; 0 where the row is not for this Python.
fn run_posted(row: &Posted<'_>, python: &Python) -> Result<usize, String> {
    let of_python = |form: &Minimal| {
        let mut groups = form.printed.iter();
        groups.position(|(versions, _)| versions.iter().any(|key| key.to_string() == python.key))
    };
    let mut forms = row.forms.iter();
    let Some((form, at)) = forms.find_map(|form| Some((form, of_python(form)?))) else {
        return Ok(0);
    };
    let expected = &form.printed[at].1;
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("case.py"), &form.text).expect("a file");
    let mut command = Command::new(&python.path);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PYTHON")) {
        command.env_remove(name);
    }
    command
        .args(&form.flags)
        .arg("case.py")
        .current_dir(folder.path())
        .env("TMPDIR", folder.path())
        .envs(row.variant.interpreter.env.iter().cloned());
    let packages = &row.variant.requires.packages;
    if !packages.is_empty() {
        let wanted: Vec<String> = packages.iter().map(|one| one.text().to_owned()).collect();
        let Some(installed) = corpus::find_installed(&wanted, &python.key) else {
            return Ok(0);
        };
        command.env("PYTHONPATH", installed);
    }
    let output = command.output().expect("a Python");
    let text = String::from_utf8_lossy(&output.stdout);
    let printed: Vec<String> = text
        .lines()
        .filter(|line| line.starts_with("step "))
        .map(plain)
        .collect();
    let expected: Vec<String> = expected.iter().map(|line| plain(line)).collect();
    let mut pairs = printed.iter().zip(&expected);
    let odd = pairs.find(|(printed, expected)| !are_alike(printed, expected));
    if odd.is_none() && printed.len() == expected.len() && output.status.success() {
        return Ok(1);
    }
    Err(format!(
        "{} on {}: it printed {:?}, recorded is {:?}; {} lines of {}; {}\n{}",
        row.variant.id,
        python.key,
        odd.map(|pair| pair.0),
        odd.map(|pair| pair.1),
        printed.len(),
        expected.len(),
        output.status,
        String::from_utf8_lossy(&output.stderr),
    ))
}

/// A line without what differs between the notation of values and what Python prints: quotes, `u`, `L`.
fn plain(line: &str) -> String {
    let marks = regex::Regex::new(r#"\b[ub](['"])"#).expect("a pattern");
    let text = marks.replace_all(line, "$1").replace(['\'', '"'], "");
    let long = regex::Regex::new(r"\b(\d+)L\b").expect("a pattern");
    long.replace_all(&text, "$1").into_owned()
}

/// True if a line is what was recorded. Of objects, paths and modules inside of values only the step is compared: they are written otherwise.
fn are_alike(printed: &str, expected: &str) -> bool {
    let is_label = regex::Regex::new(r"\w#\d").expect("a pattern");
    let step = |line: &str| line.split(':').next().map(str::to_owned);
    let sorted = |line: &str| {
        let mut all: Vec<char> = line.chars().collect();
        all.sort_unstable();
        all
    };
    printed == expected
        || expected.contains('{') && sorted(printed) == sorted(expected)
        || (expected.contains(['<', '('])
            || is_label.is_match(expected) && printed.contains("<module"))
            && step(printed) == step(expected)
}
