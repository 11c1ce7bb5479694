//! Whether cost grows with what there is to do and not faster: `cargo bench --bench scale`.
//!
//! Generated scenarios on every Python that is here: a thousand cases and a hundred thousand, with JSON, HTML and JUnit XML written;
//! the reading of ten thousand scenarios; each format of the large report; a merge of a thousand reports of a thousand cases
//! beside what it takes to parse them. It runs for a quarter of an hour; `MODSWAP_BENCH_CASES` (100 000) makes it shorter.

#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use modswap::record::RunReport;
use support::{Cost, cost, median, modswap, ms, number};

const FEW: usize = 1000;
const SCENARIOS: usize = 10_000;
const REPORTS: usize = 1000;
/// Repeats of what takes less than some seconds.
const ROUNDS: usize = 5;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let pythons = count_pythons();
    let many = number("MODSWAP_BENCH_CASES", 100_000);
    println!("{pythons} interpreters, cases of six steps");
    let few = folder.path().join("few");
    let large = folder.path().join("large");
    generate_scenarios(&few, FEW.div_ceil(pythons));
    generate_scenarios(&large, many.div_ceil(pythons));
    run_with_reports(&few); // what is found and compiled once
    let small = (0..ROUNDS)
        .map(|_| run_with_reports(&few))
        .collect::<Vec<_>>();
    let big = run_with_reports(&large);
    let cases = |folder: &Path| cases(&folder.join("r.json"));
    let (small_cases, big_cases) = (cases(&few), cases(&large));
    let per = |value: f64, cases: usize| value / precise(cases);
    let wall = per(median(small.iter().map(|one| ms(one.wall))), small_cases);
    let own = per(median(small.iter().map(|one| ms(one.own))), small_cases);
    print_row("", "a case", "own CPU", "peak");
    let line = |cases: usize, wall: f64, own: f64, peak: f64| {
        let (wall, own) = (format!("{wall:.2} ms"), format!("{own:.3} ms"));
        print_row(
            &format!("run of {cases} cases"),
            &wall,
            &own,
            &format!("{peak:.0} MB"),
        );
    };
    line(
        small_cases,
        wall,
        own,
        median(small.iter().map(|one| one.peak)),
    );
    let (big_wall, big_own) = (per(ms(big.wall), big_cases), per(ms(big.own), big_cases));
    line(big_cases, big_wall, big_own, big.peak);
    println!(
        "a case of many / a case of few: {:.2} (to be at most 1.10)",
        big_wall / wall
    );

    let scenarios = folder.path().join("scenarios");
    generate_scenarios(&scenarios, SCENARIOS);
    let loads = (0..ROUNDS).map(|_| {
        let mut command = modswap();
        command.arg("check").arg(&scenarios);
        ms(cost(command).wall)
    });
    println!(
        "check of {SCENARIOS} scenarios: {:.2} s (to be under 1)",
        median(loads) / 1000.0
    );

    for ending in ["html", "json", "xml"] {
        let out = folder.path().join("out").with_extension(ending);
        let costs: Vec<Cost> = (0..ROUNDS)
            .map(|_| {
                let mut command = modswap();
                command
                    .arg("report")
                    .arg(large.join("r.json"))
                    .arg("--output")
                    .arg(&out);
                cost(command)
            })
            .collect();
        println!(
            "report of {big_cases} cases as .{ending}, reading it included: {:.2} s (to be under 5), {:.0} MB of memory, {:.0} MB of text",
            median(costs.iter().map(|cost| ms(cost.wall))) / 1000.0,
            median(costs.iter().map(|cost| cost.peak)),
            precise(usize::try_from(fs::metadata(&out).expect("written").len()).expect("fits"))
                / 1e6
        );
    }
    measure_merge(folder.path(), &few.join("r.json"));
}

/// As many reports beside what parsing alone takes.
fn measure_merge(folder: &Path, report: &Path) {
    let shards = folder.join("shards");
    fs::create_dir(&shards).expect("made");
    // Names of one file: what merge reads is what counts, not whence.
    let files: Vec<PathBuf> = (0..REPORTS)
        .map(|at| shards.join(format!("r{at}.json")))
        .collect();
    for file in &files {
        fs::hard_link(report, file).expect("linked");
    }
    let few = merge_reports(&files[..REPORTS / 10]);
    let all = merge_reports(&files);
    let clock = Instant::now();
    for file in &files {
        let bytes = fs::read(file).expect("there");
        let report: RunReport = serde_json::from_slice(&bytes).expect("a report");
        drop(report);
    }
    let parsed = ms(clock.elapsed());
    println!(
        "merge of {REPORTS} reports of {} cases: {:.1} s, {:.2} × parsing alone; {:.0} MB, of a tenth of them {:.0} MB",
        cases(report),
        ms(all.wall) / 1000.0,
        ms(all.wall) / parsed,
        all.peak,
        few.peak
    );
}

fn merge_reports(files: &[PathBuf]) -> Cost {
    let mut command = modswap();
    command.arg("merge").args(files);
    cost(command)
}

fn print_row(head: &str, first: &str, second: &str, third: &str) {
    println!("{head:<24} {first:>10} {second:>10} {third:>8}");
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
fn precise(count: usize) -> f64 {
    count as f64
}

/// How many Pythons there are.
fn count_pythons() -> usize {
    let mut command = Command::new(env!("CARGO_BIN_EXE_modswap"));
    let found = command
        .args(["pythons", "--format", "json"])
        .output()
        .expect("it starts");
    let found: serde_json::Value = serde_json::from_slice(&found.stdout).expect("JSON");
    found["interpreters"].as_array().expect("a list").len()
}

/// How many cases a report has.
fn cases(report: &Path) -> usize {
    let report: RunReport =
        serde_json::from_slice(&fs::read(report).expect("there")).expect("a report");
    report.cases.len()
}

/// A whole run with reports.
fn run_with_reports(folder: &Path) -> Cost {
    let mut command = modswap();
    command.args(["run", "--no-baseline"]).arg(folder);
    for ending in ["json", "html", "xml"] {
        command
            .arg("--output")
            .arg(folder.join("r").with_extension(ending));
    }
    cost(command)
}

/// So many scenarios, each with a module and a trace of its own.
fn generate_scenarios(folder: &Path, count: usize) {
    for number in 0..count {
        let subject = folder
            .join("scenarios")
            .join(format!("s{:02}", number % 97));
        fs::create_dir_all(&subject).expect("made");
        let demo = format!("demo{number}");
        let text = format!(
            "title: A swapped cache and the module {demo}, number {number}\n\
             tags: [generated]\n\
             modules:\n  {demo}: \"value = {number}\"\n\
             steps:\n\
             - snapshot: earlier\n\
             - import: {demo}\n  expect: {{outcome: ok, ran: [{demo}]}}\n\
             - swap: {{to: earlier}}\n\
             - delete: {demo}\n\
             - import: {demo}\n  expect:\n  - python: \"<3\"\n    outcome: ok\n\
             - eval: {demo}.value\n  expect: {{value: {number}}}\n"
        );
        fs::write(subject.join(format!("g{number:06}.yaml")), text).expect("written");
    }
}
