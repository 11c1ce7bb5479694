//! What a run is to the baseline: as accepted, drift, a new version, a new scenario, stale, gone.
#![cfg(unix)]

use std::fs;
use std::process::Command;

use crate::harness::bench::{Bench, PLAIN, chosen, newest, report_of, text};
use crate::harness::{case, ends_with};

const OPTIMISED: &str = "title: Asserts\nsteps:\n  - eval: __debug__\n  - eval: 1 + 1\n";

/// Standard output of a command that ends so.
fn out(bench: &Bench, code: i32, arguments: &[&str]) -> String {
    text(&ends_with(&mut bench.modswap(arguments), code).stdout)
}

fn path(python: &crate::harness::Python) -> &str {
    python.path.to_str().expect("UTF-8")
}

/// A bench with a baseline of the newest Python.
fn accepted(files: &[(&str, &str)]) -> Bench {
    let bench = Bench::new();
    for (id, text) in files {
        bench.scenario(id, text);
    }
    out(&bench, 0, &["run", "--python", path(&newest())]);
    out(&bench, 0, &["accept"]);
    bench
}

#[test]
fn without_a_baseline_nothing_is_said_of_it() {
    let bench = Bench::new();
    bench.scenario("a", PLAIN);
    let newest = newest();
    let run = ["run", "--python", path(&newest)];
    assert!(!out(&bench, 0, &run).contains("baseline"));
    assert!(!bench.path("reports").exists());
    // Nothing is accepted, which strict does not let pass.
    let strict = out(&bench, 1, &[&run[..], &["--strict"]].concat());
    assert!(
        strict.contains("strict: 1 case is not accepted"),
        "{strict}"
    );
    assert!(strict.contains("new scenario: a"), "{strict}");
}

#[test]
fn what_was_accepted_stays_so_and_a_change_is_drift() {
    let bench = accepted(&[("asserts", OPTIMISED), ("b/plain", PLAIN)]);
    let newest = newest();
    let same = out(&bench, 0, &["run", "--strict", "--python", path(&newest)]);
    assert!(same.contains("baseline: 2 as accepted\n"), "{same}");

    let changed = bench.script("changed", &crate::harness::otherwise(&newest));
    let drifted = out(&bench, 1, &["run", "--python", &changed]);
    let place = "was A before; differs in step 1: value: True → False";
    assert!(
        drifted.contains(&format!("drift asserts on {}", minor(&newest.key))),
        "{drifted}"
    );
    assert!(drifted.contains(place), "{drifted}");
    assert!(
        drifted.contains("baseline: 1 as accepted, 1 drift\n"),
        "{drifted}"
    );
    assert!(drifted.contains("next: modswap review"), "{drifted}");
    // The behaviour is a new one, and gets a letter of its own.
    assert!(
        drifted
            .lines()
            .any(|line| line.starts_with("asserts") && line.contains("B!")),
        "{drifted}"
    );

    let report = report_of(&bench.run(&["run", "--python", &changed, "--format", "json"]));
    let drift = case(&report, "asserts", &newest.key);
    assert_eq!(drift["verdict"], "drift");
    assert_eq!(drift["step"], 1);
    assert_eq!(drift["baseline"]["status"], "drift");
    let was = drift["baseline"]["was"]["trace"]
        .as_str()
        .expect("a digest");
    assert_eq!(report["traces"][was][0]["facts"]["value"], true);
    assert_eq!(report["baseline"]["asserts"][0]["letter"], "A");

    // Without the memory it is only another behaviour.
    let without = out(&bench, 0, &["run", "--python", &changed, "--no-baseline"]);
    assert!(
        !without.contains("drift") && !without.contains("baseline"),
        "{without}"
    );

    // Accepted, it is as accepted, and what the real one shows is drift.
    let told = out(&bench, 1, &["run", "--python", &changed]) + &out(&bench, 0, &["accept"]);
    assert!(told.ends_with("accepted 1 case of 1 scenario\n"), "{told}");
    out(&bench, 0, &["run", "--strict", "--python", &changed]);
    let back = out(&bench, 1, &["run", "--python", path(&newest)]);
    assert!(back.contains("was B before"), "{back}");
}

fn minor(key: &str) -> &str {
    key.rsplit_once('.').expect("three parts").0
}

#[test]
fn a_version_that_was_never_seen_is_held_against_its_neighbour() {
    let pythons = chosen();
    let [first, .., last] = &pythons[..] else {
        println!("not covered: two versions, only one Python on this machine");
        return;
    };
    let bench = Bench::new();
    let differs = "title: Version\nsteps:\n  - eval: __import__('sys').version_info[:2]\n";
    bench.scenario("same", PLAIN).scenario("version", differs);
    out(&bench, 0, &["run", "--python", path(first)]);
    out(&bench, 0, &["accept"]);

    let run = ["run", "--python", path(last)];
    let told = out(&bench, 1, &run);
    let wanted = format!(
        "never seen; new behaviour, differs from {} in step 1: value: ",
        first.key
    );
    assert!(told.contains(&wanted), "{told}");
    let line = format!(
        "new version {}: like {} in 1 row, otherwise in version\n",
        last.key, first.key
    );
    assert!(told.contains(&line), "{told}");
    assert!(
        told.contains(&format!(
            "not run here, kept in the baseline as they are: {}\n",
            first.key
        )),
        "{told}"
    );

    // What is like its neighbour passes, unless everything must be accepted.
    out(&bench, 0, &["run", "same", "--python", path(last)]);
    out(
        &bench,
        1,
        &["run", "same", "--strict", "--python", path(last)],
    );
    out(&bench, 1, &run);
    let kept = out(&bench, 0, &["accept", "--new-versions"]);
    assert_eq!(kept, "accepted 1 case of 1 scenario\n");
    let file = fs::read_to_string(bench.path("reports/baseline/same.yaml")).expect("a file");
    assert!(
        file.contains(&format!("    - {}\n    - {}\n", first.key, last.key)),
        "{file}"
    );
    let file = fs::read_to_string(bench.path("reports/baseline/version.yaml")).expect("a file");
    assert!(!file.contains(&last.key), "{file}");
}

#[test]
fn a_changed_text_is_stale_and_a_new_one_new() {
    let bench = accepted(&[("a", OPTIMISED)]);
    let newest = newest();
    bench.scenario("a", &OPTIMISED.replace("1 + 1", "1 + 2"));
    bench.scenario("fresh", PLAIN);
    let run = ["run", "--python", path(&newest)];
    let told = out(&bench, 0, &run);
    assert!(told.contains("baseline: 1 new, 1 stale\n"), "{told}");
    assert!(
        told.contains("stale: a; the text changed since it was accepted\n"),
        "{told}"
    );
    assert!(
        told.contains("new scenario: fresh; not in the baseline\n"),
        "{told}"
    );
    out(&bench, 1, &[&run[..], &["--strict"]].concat());
    out(&bench, 0, &["accept"]);
    out(&bench, 0, &[&run[..], &["--strict"]].concat());
    // A title is no behaviour.
    bench.scenario("fresh", &PLAIN.replace("Nothing special", "Another title"));
    out(&bench, 0, &[&run[..], &["--strict"]].concat());
}

#[test]
fn a_damaged_baseline_is_an_error_and_not_a_reset() {
    let bench = accepted(&[("a", OPTIMISED)]);
    let file = bench.path("reports/baseline/a.yaml");
    let good = fs::read_to_string(&file).expect("a file");
    fs::write(&file, good.replace("value: true", "value: false")).expect("written");
    let newest = newest();
    for arguments in [&["run", "--python", path(&newest)][..], &["accept"]] {
        let output = ends_with(&mut bench.modswap(arguments), 2);
        let message = text(&output.stderr);
        let line = good
            .lines()
            .position(|line| line.contains("digest: ") && line.starts_with(' '));
        let place = format!(
            "reports/baseline/a.yaml:{}:5: the baseline is damaged",
            line.expect("a line") + 1
        );
        assert!(message.contains(&place), "{message}");
        assert!(message.contains("git checkout"), "{message}");
    }
    let left = fs::read_to_string(&file).expect("a file");
    assert!(left.contains("value: false"));
}

/// A disk that is full is a file that must not grow: the shell limits it, and either ignores the signal, so that writing
/// fails, or leaves it, so that it kills.
#[test]
fn a_full_disk_and_a_crash_leave_the_old_file_whole() {
    let bench = accepted(&[("a", OPTIMISED)]);
    let newest = newest();
    bench.scenario("a", &OPTIMISED.replace("1 + 1", "str(7) * 2000"));
    let report = bench.path("run.json");
    let output = report.to_str().expect("UTF-8");
    out(
        &bench,
        0,
        &["run", "--python", path(&newest), "--output", output],
    );
    let file = bench.path("reports/baseline/a.yaml");
    let before = fs::read(&file).expect("a file");
    let binary = env!("CARGO_BIN_EXE_modswap");
    for (ignore, code) in [("trap '' XFSZ", Some(4)), ("true", None)] {
        let line = format!("{ignore}; ulimit -f 1; exec '{binary}' accept --report run.json");
        let mut command = Command::new("sh");
        crate::harness::hermetic(command.args(["-c", &line]).current_dir(bench.path(".")));
        let output = command.output().expect("sh starts");
        assert_eq!(output.status.code(), code, "{}", text(&output.stderr));
        if code.is_some() {
            let message = text(&output.stderr);
            assert!(message.contains("a.yaml: cannot be written: "), "{message}");
        }
        assert_eq!(fs::read(&file).expect("a file"), before);
    }
    out(&bench, 0, &["accept", "--report", "run.json"]);
    assert_ne!(fs::read(&file).expect("a file"), before);
}

#[test]
fn the_baseline_of_other_scenarios_is_named() {
    let bench = Bench::new();
    fs::create_dir(bench.path("mine")).expect("a folder");
    fs::write(bench.path("mine/a.yaml"), PLAIN).expect("a file");
    let newest = newest();
    let run = ["run", "mine", "--python", path(&newest)];
    // No folder is called `scenarios`, so there is none beside it.
    out(&bench, 0, &run);
    ends_with(&mut bench.modswap(&["accept"]), 2);
    let named = [&run[..], &["--baseline", "kept"]].concat();
    // A name may be misspelt: that nothing is compared is said.
    let first = ends_with(&mut bench.modswap(&named), 0);
    let said = text(&first.stderr);
    assert!(said.contains("there is no baseline at kept yet"), "{said}");
    out(&bench, 0, &["accept", "--baseline", "kept"]);
    assert!(bench.path("kept/a.yaml").exists());
    let again = ends_with(&mut bench.modswap(&named), 0);
    assert!(text(&again.stdout).contains("baseline: 1 as accepted\n"));
    assert_eq!(text(&again.stderr), "");
    // What is to be typed next is about this baseline, too.
    fs::write(bench.path("mine/b.yaml"), PLAIN).expect("a file");
    let new = out(&bench, 0, &named);
    assert!(
        new.contains("next: modswap accept --baseline kept\n"),
        "{new}"
    );
}
