//! What modswap costs before and beside the cases.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::support::{cost, median, modswap, ms};

const ROUNDS: usize = 9;
/// Scenarios of `list` and `check`.
const MANY: usize = 1000;

/// Measures and prints.
pub(crate) fn measure(folder: &Path) {
    let first: Vec<Duration> = (0..ROUNDS).map(|_| first_case()).collect();
    println!(
        "start to first case, warm: {:.0} ms (to be at most 60)",
        median(first.into_iter().map(ms))
    );
    let many = folder.join("many");
    copies(&many.join("scenarios"), MANY);
    for word in ["list", "check"] {
        let times = (0..ROUNDS).map(|_| {
            let mut command = modswap();
            command.arg(word).arg(&many);
            ms(cost(command).wall)
        });
        println!(
            "{word} of {MANY} scenarios: {:.0} ms (to be at most 100)",
            median(times)
        );
    }
}

/// From the start of modswap to the start of the steps of the first case: until its end is told, without its duration.
fn first_case() -> Duration {
    let mut command = modswap();
    command.args(["run", "--no-baseline", "--format", "ndjson", "swap/*"]);
    command.stdout(Stdio::piped());
    let clock = Instant::now();
    let mut child = command.spawn().expect("it starts");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut first = None;
    for line in lines.map_while(Result::ok) {
        let event: Value = serde_json::from_str(&line).unwrap_or_default();
        if event["event"] == "case-finished" && event["end"].is_string() {
            let duration = event["duration_ms"].as_f64().expect("a number");
            first = Some(
                clock
                    .elapsed()
                    .saturating_sub(Duration::from_secs_f64(duration / 1000.0)),
            );
            break;
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    first.expect("a case ended")
}

/// Copies of the corpus under other names, until there are so many scenarios.
pub(crate) fn copies(folder: &Path, count: usize) {
    let mut texts = Vec::new();
    for subject in fs::read_dir(super::scenarios()).expect("there").flatten() {
        let files = fs::read_dir(subject.path()).into_iter().flatten().flatten();
        texts.extend(files.filter_map(|file| fs::read(file.path()).ok()));
    }
    fs::create_dir_all(folder).expect("made");
    for (number, text) in texts.iter().cycle().take(count).enumerate() {
        fs::write(folder.join(format!("s{number}.yaml")), text).expect("written");
    }
}
