//! What a run is to the baseline: as accepted, drift, a new version, a new scenario, stale, gone.
#![cfg(unix)]

use std::fs;
use std::process::Command;

use crate::harness::{
    PLAIN, Workspace, assert_contains, expect_exit, find_case, newest_python, parse_report,
    sample_pythons, stderr_of, stdout_of,
};

const OPTIMISED: &str = "title: Asserts\nsteps:\n  - eval: __debug__\n  - eval: 1 + 1\n";

/// A workspace with a baseline of the newest Python.
fn accept_scenarios(files: &[(&str, &str)]) -> Workspace {
    let workspace = Workspace::new();
    for (id, text) in files {
        workspace.scenario(id, text);
    }
    workspace.stdout(0, &["run", "--python", newest_python().path()]);
    workspace.stdout(0, &["accept"]);
    workspace
}

#[test]
fn without_a_baseline_nothing_is_said_of_it() {
    let workspace = Workspace::new();
    workspace.scenario("a", PLAIN);
    let newest = newest_python();
    let run = ["run", "--python", newest.path()];
    assert!(!workspace.stdout(0, &run).contains("baseline"));
    assert!(!workspace.path("reports").exists());
    // Nothing is accepted, which strict does not let pass.
    let strict = workspace.stdout(1, &[&run[..], &["--strict"]].concat());
    assert_contains(&strict, "strict: 1 case is not accepted");
    assert_contains(&strict, "new scenario: a");
}

#[test]
fn what_was_accepted_stays_so_and_a_change_is_drift() {
    let workspace = accept_scenarios(&[("asserts", OPTIMISED), ("b/plain", PLAIN)]);
    let newest = newest_python();
    let same = workspace.stdout(0, &["run", "--strict", "--python", newest.path()]);
    assert_contains(&same, "baseline: 2 as accepted\n");

    let changed = workspace.script("changed", &crate::harness::changed_python_script(&newest));
    let drifted = workspace.stdout(1, &["run", "--python", &changed]);
    let place = "was A before; differs in step 1: value: True → False";
    assert_contains(
        &drifted,
        &format!("drift asserts on {}", minor(&newest.key)),
    );
    assert_contains(&drifted, place);
    assert_contains(&drifted, "baseline: 1 as accepted, 1 drift\n");
    assert_contains(&drifted, "next: modswap review");
    // The behaviour is a new one, and gets a letter of its own.
    assert_contains(&drifted, &format!("\n  B! {} ", minor(&newest.key)));

    let report = parse_report(&workspace.run(&["run", "--python", &changed, "--format", "json"]));
    let drift = find_case(&report, "asserts", &newest.key);
    assert_eq!(drift["verdict"], "drift");
    assert_eq!(drift["step"], 1);
    assert_eq!(drift["baseline"]["status"], "drift");
    let was = drift["baseline"]["was"]["trace"]
        .as_str()
        .expect("a digest");
    assert_eq!(report["traces"][was][0]["facts"]["value"], true);
    assert_eq!(report["baseline"]["asserts"][0]["letter"], "A");

    // Without the memory it is only another behaviour.
    let without = workspace.stdout(0, &["run", "--python", &changed, "--no-baseline"]);
    assert!(
        !without.contains("drift") && !without.contains("baseline"),
        "{without}"
    );

    // Accepted, it is as accepted, and what the real one shows is drift.
    let told =
        workspace.stdout(1, &["run", "--python", &changed]) + &workspace.stdout(0, &["accept"]);
    assert!(told.ends_with("accepted 1 case of 1 scenario\n"), "{told}");
    workspace.stdout(0, &["run", "--strict", "--python", &changed]);
    let back = workspace.stdout(1, &["run", "--python", newest.path()]);
    assert_contains(&back, "was B before");
}

fn minor(key: &str) -> &str {
    key.rsplit_once('.').expect("three parts").0
}

#[test]
fn a_version_that_was_never_seen_is_held_against_its_neighbour() {
    let pythons = sample_pythons();
    let [first, .., last] = &pythons[..] else {
        println!("not covered: two versions, only one Python on this machine");
        return;
    };
    let workspace = Workspace::new();
    let differs = "title: Version\nsteps:\n  - eval: __import__('sys').version_info[:2]\n";
    workspace
        .scenario("same", PLAIN)
        .scenario("version", differs);
    workspace.stdout(0, &["run", "--python", first.path()]);
    workspace.stdout(0, &["accept"]);

    let run = ["run", "--python", last.path()];
    let told = workspace.stdout(1, &run);
    let wanted = format!(
        "never seen; new behaviour, differs from {} in step 1: value: ",
        first.key
    );
    assert_contains(&told, &wanted);
    let line = format!(
        "new version {}: like {} in 1 row, otherwise in version\n",
        last.key, first.key
    );
    assert_contains(&told, &line);
    assert_contains(
        &told,
        &format!(
            "not run here, kept in the baseline as they are: {}\n",
            first.key
        ),
    );

    // What is like its neighbour passes, unless everything must be accepted.
    workspace.stdout(0, &["run", "same", "--python", last.path()]);
    workspace.stdout(1, &["run", "same", "--strict", "--python", last.path()]);
    workspace.stdout(1, &run);
    let kept = workspace.stdout(0, &["accept", "--new-versions"]);
    assert_eq!(kept, "accepted 1 case of 1 scenario\n");
    let file = fs::read_to_string(workspace.path("reports/baseline/same.yaml")).expect("a file");
    assert_contains(&file, &format!("    - {}\n    - {}\n", first.key, last.key));
    let file = fs::read_to_string(workspace.path("reports/baseline/version.yaml")).expect("a file");
    assert!(!file.contains(&last.key), "{file}");
}

#[test]
fn a_changed_text_is_stale_and_a_new_one_new() {
    let workspace = accept_scenarios(&[("a", OPTIMISED)]);
    let newest = newest_python();
    workspace.scenario("a", &OPTIMISED.replace("1 + 1", "1 + 2"));
    workspace.scenario("fresh", PLAIN);
    let run = ["run", "--python", newest.path()];
    let told = workspace.stdout(0, &run);
    assert_contains(&told, "baseline: 1 new, 1 stale\n");
    assert_contains(
        &told,
        "stale: a; the scenario does something else than when it was accepted\n",
    );
    assert_contains(&told, "new scenario: fresh; not in the baseline\n");
    workspace.stdout(1, &[&run[..], &["--strict"]].concat());
    workspace.stdout(0, &["accept"]);
    workspace.stdout(0, &[&run[..], &["--strict"]].concat());
    // A title is no behaviour.
    workspace.scenario("fresh", &PLAIN.replace("Nothing special", "Another title"));
    workspace.stdout(0, &[&run[..], &["--strict"]].concat());
}

#[test]
fn a_damaged_baseline_is_an_error_and_not_a_reset() {
    let workspace = accept_scenarios(&[("a", OPTIMISED)]);
    let file = workspace.path("reports/baseline/a.yaml");
    let good = fs::read_to_string(&file).expect("a file");
    fs::write(&file, good.replace("value: true", "value: false")).expect("written");
    let newest = newest_python();
    for arguments in [&["run", "--python", newest.path()][..], &["accept"]] {
        let output = expect_exit(&mut workspace.modswap(arguments), 2);
        let message = stderr_of(&output);
        let line = good
            .lines()
            .position(|line| line.contains("digest: ") && line.starts_with(' '));
        let place = format!(
            "reports/baseline/a.yaml:{}:5: the baseline is damaged",
            line.expect("a line") + 1
        );
        assert_contains(&message, &place);
        assert_contains(&message, "git checkout");
    }
    let left = fs::read_to_string(&file).expect("a file");
    assert!(left.contains("value: false"));
}

/// A disk that is full is a file that must not grow: the shell limits it, and either ignores the signal of that or leaves it.
#[test]
fn a_full_disk_leaves_the_old_file_whole() {
    let workspace = accept_scenarios(&[("a", OPTIMISED)]);
    let newest = newest_python();
    workspace.scenario("a", &OPTIMISED.replace("1 + 1", "str(7) * 2000"));
    let report = workspace.path("run.json");
    let output = report.to_str().expect("UTF-8");
    workspace.stdout(0, &["run", "--python", newest.path(), "--output", output]);
    let file = workspace.path("reports/baseline/a.yaml");
    let before = fs::read(&file).expect("a file");
    let binary = env!("CARGO_BIN_EXE_modswap");
    for ignore in ["trap '' XFSZ", "true"] {
        let line = format!("{ignore}; ulimit -f 1; exec '{binary}' accept --report run.json");
        let mut command = Command::new("sh");
        crate::harness::isolate_environment(
            command.args(["-c", &line]).current_dir(workspace.path(".")),
        );
        let output = command.output().expect("sh starts");
        assert_eq!(output.status.code(), Some(4), "{}", stderr_of(&output));
        assert_contains(&stderr_of(&output), "a.yaml: cannot be written: ");
        assert_eq!(fs::read(&file).expect("a file"), before);
    }
    workspace.stdout(0, &["accept", "--report", "run.json"]);
    assert_ne!(fs::read(&file).expect("a file"), before);
}

#[test]
fn the_baseline_of_other_scenarios_is_named() {
    let workspace = Workspace::new();
    fs::create_dir(workspace.path("mine")).expect("a folder");
    workspace.write("mine/a.yaml", PLAIN);
    let newest = newest_python();
    let run = ["run", "mine", "--python", newest.path()];
    // No folder is called `scenarios`, so there is none beside it.
    workspace.stdout(0, &run);
    expect_exit(&mut workspace.modswap(&["accept"]), 2);
    let named = [&run[..], &["--baseline", "kept"]].concat();
    // A name may be misspelt: that nothing is compared is said.
    let first = expect_exit(&mut workspace.modswap(&named), 0);
    let said = stderr_of(&first);
    assert_contains(&said, "there is no baseline at kept yet");
    workspace.stdout(0, &["accept", "--baseline", "kept"]);
    assert!(workspace.path("kept/a.yaml").exists());
    let again = expect_exit(&mut workspace.modswap(&named), 0);
    assert!(stdout_of(&again).contains("baseline: 1 as accepted\n"));
    assert_eq!(stderr_of(&again), "");
    // What is to be typed next is about this baseline, too.
    workspace.write("mine/b.yaml", PLAIN);
    let new = workspace.stdout(0, &named);
    assert_contains(&new, "next: modswap accept --baseline kept\n");
}
