//! How fast the page for browsers is, beside a bare table of the same size: `cargo bench --bench page`.
//!
//! 1 000 scenarios on 20 interpreters, in a headless Chromium; all in one run, one after the other within each round. What is
//! missing (Chromium, its driver) is named.

#![allow(dead_code, unreachable_pub, reason = "what tests of the page use, too")]

#[path = "../tests/browser/browser.rs"]
mod browser;
#[path = "../tests/browser/reports.rs"]
mod reports;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use browser::{Look, Tab, with};

const ROUNDS: usize = 7;
const SCENARIOS: usize = 1000;
const INTERPRETERS: usize = 20;

/// Runs statements and says how many milliseconds it took until what they changed was laid out.
const MEASURE: &str = "((change) => { const from = performance.now(); change(); document.body.offsetHeight; return performance.now() - from; })";

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::write(
        at("r.json"),
        reports::large_report(SCENARIOS, INTERPRETERS).to_string(),
    )
    .expect("written");
    let status = Command::new(env!("CARGO_BIN_EXE_modswap"))
        .arg("report")
        .arg(at("r.json"))
        .arg("--output")
        .arg(at("page.html"))
        .stdout(std::process::Stdio::null())
        .status();
    assert!(status.expect("modswap starts").success());
    fs::write(at("bare.html"), render_bare_table()).expect("written");
    let times: RefCell<BTreeMap<&str, Vec<f64>>> = RefCell::default();
    for _ in 0..ROUNDS {
        measure_first_paint(&times, "first paint: bare table", &at("bare.html"));
        measure_first_paint(&times, "first paint: page", &at("page.html"));
        with("filters", &at("page.html"), "", Look::default(), |tab| {
            measure_filters(tab, &times)
        });
    }
    println!("{SCENARIOS} scenarios × {INTERPRETERS} interpreters, medians of {ROUNDS} rounds");
    let mut medians = BTreeMap::new();
    for (name, mut all) in times.into_inner() {
        all.sort_by(f64::total_cmp);
        medians.insert(name, all[all.len() / 2]);
        println!("{name:40} {:8.1} ms", all[all.len() / 2]);
    }
    if let [Some(bare), Some(page)] =
        ["first paint: bare table", "first paint: page"].map(|name| medians.get(name))
    {
        println!("first paint, page / bare table: {:.2}", page / bare);
    }
}

type Times<'a> = RefCell<BTreeMap<&'a str, Vec<f64>>>;

fn measure_first_paint<'a>(times: &Times<'a>, name: &'a str, page: &Path) {
    with(name, page, "", Look::default(), |tab| async move {
        let paint = tab
            .eval("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
            .await;
        times
            .borrow_mut()
            .entry(name)
            .or_default()
            .extend(paint.as_f64());
    });
}

async fn measure_filters(tab: Tab, times: &Times<'_>) {
    let search = |text: &str| {
        format!(
            "{MEASURE}(() => {{ const s = document.querySelector('#search'); s.value = '{text}'; s.dispatchEvent(new Event('input')); }})"
        )
    };
    let click =
        |selector: &str| format!("{MEASURE}(() => document.querySelector('{selector}').click())");
    for (name, expression) in [
        ("filter: text, few rows left", search("scenario-0007")),
        ("filter: text off, all rows back", search("")),
        ("filter: changed:3.9", search("changed:3.9")),
        ("filter: changed:3.9 off", search("")),
        ("filter: only differences", click("#differences")),
        ("filter: only differences off", click("#differences")),
        ("filter: hide end-of-life", click("#ended")),
        ("filter: hide end-of-life off", click("#ended")),
        ("open a row", click(".open")),
    ] {
        let time = tab.eval(&expression).await;
        times
            .borrow_mut()
            .entry(name)
            .or_default()
            .extend(time.as_f64());
    }
}

/// The least that shows as much.
fn render_bare_table() -> String {
    let mut html = String::from("<!DOCTYPE html><title>bare</title><table>");
    for row in 0..SCENARIOS {
        let _ = write!(html, "<tr><th>subject-{}/scenario-{row:04}", row % 10);
        for column in 0..INTERPRETERS {
            let _ = write!(html, "<td>{}", if column < 10 { 'A' } else { 'B' });
        }
    }
    html
}
