//! `modswap prune`: what no scenario speaks of goes, and nothing else, whatever is wrong.

use crate::harness::assert_contains;
use crate::harness::stored::{Case, Project};

const PLAIN: &str = "title: t\nsteps:\n  - eval: '1'\n";
const VARIANTS: &str = "title: t\nmatrix: {via: [a, b]}\nsteps:\n  - eval: \"'${via}'\"\n";
const NEW_ONLY: &str = "title: t\nrequires: {python: '>=3.7'}\nsteps:\n  - eval: '1'\n";

/// What was run once, on versions that this machine need not have.
const RUN: [Case<'static>; 10] = [
    ("plain", "2.7.18", "pass", "one"),
    ("plain", "3.99.0", "pass", "one"),
    ("sub/gone", "3.13.0", "pass", "one"),
    ("sub/variants[via=a]", "3.13.0", "pass", "one"),
    ("sub/variants[via=b]", "3.13.0", "pass", "one"),
    ("sub/variants[via=c]", "3.13.0", "pass", "one"),
    ("newer", "2.7.18", "pass", "one"),
    ("newer", "3.6.15", "pass", "two"),
    ("newer", "3.13.0", "pass", "two"),
    ("old/all", "2.7.18", "pass", "one"),
];

/// A project whose baseline knows more than its scenarios.
fn project() -> Project {
    let project = Project::accepted(&RUN);
    project
        .write("scenarios/plain.yaml", PLAIN)
        .write("scenarios/sub/variants.yaml", VARIANTS)
        .write("scenarios/newer.yaml", NEW_ONLY)
        .write(
            "scenarios/never-run.yaml",
            "title: t\nsteps:\n  - eval: '2'\n",
        );
    project
}

const GONE: &str = "\
newer on 2.7.18, 3.6.15: requires Python >=3.7
old/all: there is no such scenario
sub/gone: there is no such scenario
sub/variants[via=c]: there is no such variant
";

#[test]
fn what_no_longer_exists_goes_and_nothing_else() {
    let project = project();
    let before = project.files("reports/baseline");
    let said = project.ends(&["prune"], 0);
    assert_eq!(said, format!("{GONE}removed 4 entries\n"));
    // Not here, but nobody says that it is gone.
    assert_eq!(project.row("plain"), "A 2.7.18 3.99.0");
    assert_eq!(project.row("newer"), "B 3.13.0");
    assert_eq!(project.row("sub/variants[via=a]"), "A 3.13.0");
    assert_eq!(project.row("sub/variants[via=c]"), "no row");
    assert_eq!(project.row("sub/gone"), "no file");
    assert!(project.path("reports/baseline/sub").exists());
    assert!(!project.path("reports/baseline/old").exists());
    let after = project.files("reports/baseline");
    let plain = |files: &[(std::path::PathBuf, Vec<u8>, std::time::SystemTime)]| {
        let mut files = files.iter();
        files.find(|one| one.0.ends_with("plain.yaml")).cloned()
    };
    assert_eq!(plain(&before), plain(&after));
    let again = project.ends(&["prune"], 0);
    assert_eq!(
        again,
        "nothing to remove: all of the baseline still exists\n"
    );
    assert_eq!(project.files("reports/baseline"), after);
}

#[test]
fn a_dry_run_says_it_and_writes_nothing() {
    let project = project();
    let before = project.files("reports");
    let said = project.ends(&["prune", "--dry-run"], 0);
    assert_eq!(
        said,
        format!("{GONE}would remove 4 entries; nothing was written\n")
    );
    assert_eq!(project.files("reports"), before);
}

#[test]
fn a_scenario_of_which_no_variant_is_left_goes() {
    let project = project();
    project.write(
        "scenarios/sub/variants.yaml",
        "title: t\nmatrix: {how: [x]}\nsteps:\n  - eval: \"'${how}'\"\n",
    );
    project.ends(&["prune"], 0);
    assert_eq!(project.row("sub/variants[via=a]"), "no file");
    assert!(!project.path("reports/baseline/sub").exists());
}

#[test]
fn named_scenarios_alone_are_looked_at() {
    let project = project();
    let said = project.ends(&["prune", "sub/*"], 0);
    assert_eq!(
        said,
        "sub/gone: there is no such scenario\nsub/variants[via=c]: there is no such variant\nremoved 2 entries\n"
    );
    assert_eq!(project.row("old/all"), "A 2.7.18");
    assert_eq!(project.row("newer"), "A 2.7.18; B 3.6.15 3.13.0");
    let unknown = project.fails(&["prune", "old/all", "nowhere"], 3);
    assert_contains(&unknown, "`nowhere` names no scenario of the baseline");
    assert_eq!(project.row("old/all"), "A 2.7.18");
    project.ends(&["prune", "old/all"], 0);
    assert_eq!(project.row("old/all"), "no file");
}

#[test]
fn what_is_not_the_whole_folder_of_this_baseline_removes_nothing() {
    let project = project();
    project
        .write("empty/scenarios/README.md", "none")
        .write("foreign/scenarios/other.yaml", PLAIN)
        .write("wrong/scenarios/plain.yaml", "title: t\nsteps: 5\n")
        .write("loose/plain.yaml", PLAIN);
    let before = project.files("reports");
    let baseline = ["--baseline", "reports/baseline"];
    for (folder, word) in [
        ("nowhere", "no folder nowhere"),
        ("scenarios/plain.yaml", "no folder scenarios/plain.yaml"),
        ("empty/scenarios", "a folder without scenarios"),
        ("foreign/scenarios", "is it the baseline of these?"),
        ("wrong/scenarios", "steps"),
        ("scenarios/sub", "is a part of a folder `scenarios`"),
    ] {
        let said = project.fails(
            &[&["prune", "--scenarios", folder], &baseline[..]].concat(),
            2,
        );
        assert!(said.contains(word), "{folder}: {said}");
    }
    let said = project.fails(&["prune", "--scenarios", "loose"], 2);
    assert_contains(&said, "--baseline FOLDER");
    assert_eq!(project.files("reports"), before);
    // Beside a folder elsewhere there is another baseline, which has nothing.
    let said = project.ends(&["prune", "--scenarios", "foreign/scenarios"], 0);
    assert_contains(&said, "nothing to remove");
    assert_eq!(project.files("reports"), before);
}

#[test]
fn a_damaged_file_stops_it_before_anything_is_removed() {
    let project = project();
    project.write(
        "reports/baseline/sub/variants.yaml",
        "schema_version: 1\nscenario: {\n",
    );
    let before = project.files("reports");
    let said = project.fails(&["prune"], 2);
    assert_contains(&said, "variants.yaml:");
    assert_contains(&said, "damaged");
    assert_eq!(project.files("reports"), before);
}

#[test]
fn in_ci_nothing_is_removed_unless_it_is_told_to() {
    let project = project();
    let before = project.files("reports");
    let run = |more: &[&str], code| {
        let mut command = project.modswap(&[&["prune"], more].concat());
        crate::harness::expect_exit(command.env("CI", "true"), code);
    };
    run(&[], 2);
    run(&["--dry-run"], 0);
    assert_eq!(project.files("reports"), before);
    run(&["--allow-ci"], 0);
    assert_eq!(project.row("old/all"), "no file");
}
