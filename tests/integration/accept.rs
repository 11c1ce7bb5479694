//! `modswap accept`: what it takes, what it refuses, and what it leaves alone.

use crate::harness::stored::{Case, Project, report};
use crate::harness::{assert_contains, newest_python};
use modswap::trace::{StepRecord, digest_trace};
use serde_json::{Value, json};

const FIRST: [Case<'static>; 7] = [
    ("swap/copy[via=a]", "3.12.1", "pass", "one"),
    ("swap/copy[via=a]", "3.14.0", "pass", "one"),
    ("swap/copy[via=a]", "3.14.0t", "pass", "two"),
    ("swap/copy[via=b]", "3.12.1", "pass", "one"),
    ("swap/copy[via=b]", "3.14.0", "pass", "one"),
    ("swap/empty", "3.14.0", "pass", "one"),
    ("reload/it", "3.14.0", "pass", "one"),
];

/// A project with a stored report and no baseline.
fn project(cases: &[Case<'_>]) -> Project {
    let project = Project::new();
    project.store("run.json", &report(cases));
    project
}

fn accept(project: &Project, more: &[&str], code: i32) -> String {
    let arguments = [&["accept", "--report", "run.json"], more].concat();
    if code == 0 || code == 1 {
        project.ends(&arguments, code)
    } else {
        project.fails(&arguments, code)
    }
}

/// What the baseline has of the four rows.
fn rows(project: &Project) -> [String; 4] {
    let rows = [
        "swap/copy[via=a]",
        "swap/copy[via=b]",
        "swap/empty",
        "reload/it",
    ];
    rows.map(|row| project.row(row))
}

#[test]
fn without_a_word_all_is_taken_and_nothing_twice() {
    let project = project(&FIRST);
    let said = accept(&project, &[], 0);
    assert_eq!(said, "accepted 7 cases of 3 scenarios\n");
    assert_eq!(
        rows(&project),
        [
            "A 3.12.1 3.14.0; B 3.14.0t",
            "A 3.12.1 3.14.0",
            "A 3.14.0",
            "A 3.14.0"
        ]
    );
    let before = project.files("reports");
    assert_eq!(accept(&project, &[], 0), "nothing new to accept\n");
    assert_eq!(project.files("reports"), before);
}

#[test]
fn words_are_ids_globs_and_versions() {
    const NONE: &str = "no file";
    const ROW: &str = "no row";
    let whole = "A 3.12.1 3.14.0; B 3.14.0t";
    for (words, expected) in [
        (vec!["swap/copy"], [whole, "A 3.12.1 3.14.0", NONE, NONE]),
        (
            vec!["swap/copy[via=b]"],
            [ROW, "A 3.12.1 3.14.0", NONE, NONE],
        ),
        (vec!["swap/*"], [whole, "A 3.12.1 3.14.0", "A 3.14.0", NONE]),
        (
            vec!["reload/it", "swap/empty"],
            [NONE, NONE, "A 3.14.0", "A 3.14.0"],
        ),
        (
            vec!["swap/copy@3.14"],
            ["A 3.14.0; B 3.14.0t", "A 3.14.0", NONE, NONE],
        ),
        (vec!["swap/copy@3.14t"], ["A 3.14.0t", ROW, NONE, NONE]),
        (vec!["swap/copy@3.14.0t"], ["A 3.14.0t", ROW, NONE, NONE]),
        (
            vec!["swap/copy@3.14.0"],
            ["A 3.14.0", "A 3.14.0", NONE, NONE],
        ),
        (vec!["*@<3.14"], ["A 3.12.1", "A 3.12.1", NONE, NONE]),
        (
            vec!["swap/copy[via=b]@3.12.1"],
            [ROW, "A 3.12.1", NONE, NONE],
        ),
    ] {
        let project = project(&FIRST);
        accept(&project, &words, 0);
        assert_eq!(rows(&project), expected, "{words:?}");
    }
}

#[test]
fn a_version_may_have_a_label_and_a_choice_an_at_sign() {
    let cases = [
        ("a", "3.12.1", "pass", "one"),
        ("a", "3.12.1@conda", "pass", "two"),
        ("b[at=x@y]", "3.12.1", "pass", "one"),
        ("b[at=x@y]", "3.13.0", "pass", "one"),
    ];
    let labelled = project(&cases);
    accept(&labelled, &["a@3.12.1@conda"], 0);
    // It behaves otherwise than the one without, so that it keeps its label.
    assert_eq!(labelled.row("a"), "A 3.12.1@conda");
    let by_label = project(&cases);
    accept(&by_label, &["a@@conda"], 0);
    assert_eq!(by_label.row("a"), "A 3.12.1@conda");
    let plain = project(&cases);
    accept(&plain, &["b[at=x@y]@3.13.0"], 0);
    assert_eq!(plain.row("b[at=x@y]"), "A 3.13.0");
    let both = project(&cases);
    accept(&both, &["b[at=x@y]"], 0);
    assert_eq!(both.row("b[at=x@y]"), "A 3.12.1 3.13.0");
}

#[test]
fn a_word_that_names_nothing_or_cannot_be_read_writes_nothing() {
    let project = project(&FIRST);
    for (word, code, text) in [
        ("swap/other", 3, "`swap/other` names nothing that was run"),
        (
            "swap/copy@3.11",
            3,
            "`swap/copy@3.11` names nothing that was run",
        ),
        ("swap/copy@latest", 2, "`latest` is not a version"),
        ("{swap", 2, "`{swap` is not an id or a glob"),
    ] {
        let said = accept(&project, &["swap/empty", word], code);
        assert!(said.contains(text), "{word}: {said}");
        assert!(!project.path("reports").exists(), "{word}");
    }
}

#[test]
fn new_versions_are_those_that_behave_like_their_neighbours() {
    let project = Project::accepted(&[
        ("a", "3.13.0", "pass", "one"),
        ("b", "3.13.0", "pass", "one"),
        ("c", "3.13.0", "pass", "one"),
    ]);
    project.store(
        "run.json",
        &report(&[
            ("a", "3.13.0", "drift", "two"),
            ("a", "3.14.0", "pass", "one"),
            ("b", "3.14.0", "new", "two"),
            ("c", "3.14.0", "pass", "one"),
            ("d", "3.14.0", "pass", "one"),
        ]),
    );
    // By the baseline as it is now: what the report says of it may be old, or missing as here.
    let one = accept(&project, &["--new-versions", "a"], 0);
    assert_eq!(one, "accepted 1 case of 1 scenario\n");
    accept(&project, &["--new-versions"], 0);
    let rows = ["a", "b", "c", "d"].map(|row| project.row(row));
    assert_eq!(
        rows,
        ["A 3.13.0 3.14.0", "A 3.13.0", "A 3.13.0 3.14.0", "no file"]
    );
    let again = accept(&project, &["--new-versions"], 0);
    assert_eq!(again, "nothing new to accept\n");
}

#[test]
fn in_ci_nothing_is_written_unless_it_is_told_to() {
    let project = project(&FIRST);
    let run = |variable: &str, more: &[&str], code| {
        let arguments = [&["accept", "--report", "run.json"], more].concat();
        let mut command = project.modswap(&arguments);
        crate::harness::expect_exit(command.env("CI", variable), code)
    };
    let said = run("true", &[], 2);
    let said = String::from_utf8_lossy(&said.stderr);
    assert_contains(&said, "`CI` is set");
    assert_contains(&said, "--allow-ci");
    assert!(!project.path("reports").exists());
    run("true", &["--allow-ci"], 0);
    assert_eq!(project.row("swap/empty"), "A 3.14.0");
    // Empty and `false` are how one says that it is none.
    run("", &[], 0);
    run("false", &[], 0);
}

#[test]
fn what_the_scenario_forbids_is_refused_and_said() {
    let project = project(&[
        ("a", "3.11.7", "fail", "two"),
        ("a", "3.12.1", "fail", "two"),
        ("a", "3.13.0", "pass", "one"),
        ("b", "3.13.0", "crashed", "one"),
        ("b", "3.12.1", "unstable", "one"),
        ("b", "3.11.7", "skipped", "requires numpy"),
    ]);
    let said = accept(&project, &[], 0);
    assert_eq!(
        said,
        "accepted 1 case of 1 scenario\nnot accepted: a on 3.11, 3.12: fail\n\
         not accepted: b on 3.13: crashed\nnot accepted: b on 3.12: unstable\n"
    );
    assert_eq!(project.row("a"), "A 3.13.0");
    assert_eq!(project.row("b"), "no file");
    // What was named and is refused is a failure, and what was not named is none.
    let named = accept(&project, &["a"], 1);
    assert_eq!(
        named,
        "nothing new to accept\nnot accepted: a on 3.11, 3.12: fail\n"
    );
    assert_eq!(accept(&project, &["a@3.13"], 0), "nothing new to accept\n");
}

#[test]
fn without_a_run_or_with_a_damaged_one_nothing_is_written() {
    let project = Project::new();
    let none = project.fails(&["accept"], 2);
    assert_contains(
        &none,
        "no run is remembered for the baseline that modswap carries; `modswap run` first",
    );
    for (text, place) in [
        ("", "run.json:1:0"),
        ("{\"schema_version\": 1,", "run.json:1:21"),
        ("[1, 2]", "run.json:1:"),
        ("{\"schema_version\": 99}", "a report of schema 99"),
    ] {
        project.write("run.json", text);
        let said = accept(&project, &[], 2);
        assert!(said.contains(place), "{text}: {said}");
    }
    assert!(!project.path("reports").exists());
}

#[test]
fn a_foreign_report_leads_nowhere_else() {
    for id in [
        "../../x",
        "..",
        "/tmp/x",
        "a/../../x",
        "a\\b",
        "",
        ".",
        "x\u{0}y",
    ] {
        let project = Project::new();
        project.store(
            "deep/project/run.json",
            &report(&[(id, "3.13.0", "pass", "one")]),
        );
        let mut command = project.modswap(&["accept", "--report", "run.json"]);
        command.current_dir(project.path("deep/project"));
        let output = crate::harness::expect_exit(&mut command, 2);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("is no id of a scenario"), "{id:?}: {said}");
        let files = project.files("");
        let names: Vec<_> = files.iter().map(|one| &one.0).collect();
        assert_eq!(names, [&project.path("deep/project/run.json")], "{id:?}");
    }
}

#[test]
fn what_could_not_be_read_again_is_never_written() {
    /// What is done to the second of two scenarios, and what is said.
    type Harm = (fn(&mut Value), &'static str);
    let harms: [Harm; 4] = [
        (
            |report| report["cases"][1]["case"] = json!("other"),
            "`other` is no case of `b`",
        ),
        (
            |report| report["cases"][1]["end"] = json!("exploded"),
            "`exploded` is not how a process ends",
        ),
        (
            |report| {
                let name = report["cases"][1]["trace"].as_str().expect("it").to_owned();
                report["traces"][&name][1]["facts"]["value"] = json!("edited");
            },
            "is not the one that was recorded",
        ),
        (
            |report| report["cases"][1]["trace"] = json!("feedfeedfeedfeed"),
            "not accepted: b on 3.13: pass",
        ),
    ];
    for (at, (harm, text)) in harms.into_iter().enumerate() {
        let project = Project::new();
        let mut damaged = report(&[
            ("a", "3.13.0", "pass", "one"),
            ("b", "3.13.0", "pass", "two"),
        ]);
        harm(&mut damaged);
        project.store("run.json", &damaged);
        let output = project.output(&["accept", "--report", "run.json"]);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains(text), "{at}: {said}");
        assert_eq!(project.row("b"), "no file", "{at}");
        if at < 3 {
            // Nothing of the others either: it is one damaged report.
            assert_eq!(output.status.code(), Some(2), "{at}");
            assert_eq!(project.row("a"), "no file", "{at}");
        }
    }
}

#[test]
fn a_file_whose_rows_a_hand_reordered_is_no_trap() {
    let project = project(&FIRST);
    accept(&project, &["swap/copy"], 0);
    let path = "reports/baseline/swap/copy.yaml";
    let text = std::fs::read_to_string(project.path(path)).expect("the file");
    let (head, rows) = text.split_once("- case: ").expect("rows");
    let (first, second) = rows.split_once("- case: ").expect("two rows");
    project.write(path, &format!("{head}- case: {second}- case: {first}"));
    accept(&project, &[], 0);
    assert_eq!(accept(&project, &[], 0), "nothing new to accept\n");
    assert_eq!(
        project.row("swap/copy[via=a]"),
        "A 3.12.1 3.14.0; B 3.14.0t"
    );
}

#[test]
fn the_last_run_is_what_is_accepted() {
    let python = newest_python();
    let project = Project::new();
    project.write(
        "scenarios/a.yaml",
        "title: t\nsteps:\n  - eval: \"'before'\"\n",
    );
    let run = |baseline: &[&str], code| {
        let path = python.path();
        project.ends(&[&["run", "--python", path], baseline].concat(), code)
    };
    run(&[], 0);
    let said = project.ends(&["diff"], 1);
    assert_contains(&said, "new scenario: a: A on ");
    assert_eq!(
        project.ends(&["accept"], 0),
        "accepted 1 case of 1 scenario\n"
    );
    let trace = recorded(&project);
    assert_eq!(trace.len(), 1);
    run(&["--strict"], 0);
    project.ends(&["diff"], 0);
    // Another baseline knows of no run.
    project.fails(&["accept", "--baseline", "elsewhere"], 2);
    project.write(
        "scenarios/a.yaml",
        "title: t\nsteps:\n  - eval: \"'behind'\"\n",
    );
    run(&[], 0);
    let said = project.ends(&["diff"], 1);
    assert_contains(&said, "stale: a does something else now");
    project.ends(&["accept", "a"], 0);
    run(&["--strict"], 0);
    assert_ne!(recorded(&project), trace);
}

/// The trace of the only behaviour in the baseline of `a`, whose digest is its own.
fn recorded(project: &Project) -> Vec<StepRecord> {
    let text = std::fs::read_to_string(project.path("reports/baseline/a.yaml")).expect("a file");
    let file: Value = serde_yaml::from_str(&text).expect("YAML");
    let behaviour = &file["variants"][0]["behaviours"][0];
    let trace: Vec<StepRecord> = serde_json::from_value(behaviour["trace"].clone()).expect("steps");
    assert_eq!(behaviour["digest"], digest_trace(&trace, "exit 0"));
    trace
}

#[cfg(unix)]
#[test]
fn a_crash_or_a_full_disk_leaves_the_old_file_whole() {
    let long = "x".repeat(5000);
    let project = Project::accepted(&[("a", "3.13.0", "pass", "one")]);
    project.store("run.json", &report(&[("a", "3.13.0", "drift", &long)]));
    let before = project.files("reports/baseline");
    // No file may become longer than two blocks. Who writes more is told.
    for (ignored, code) in [("", Some(4)), ("trap '' XFSZ; ", Some(4))] {
        let binary = project.modswap(&[]);
        let mut shell = std::process::Command::new("sh");
        shell
            .arg("-c")
            .arg(format!(
                "{ignored}ulimit -f 2; exec \"$0\" accept --report run.json"
            ))
            .arg(binary.get_program())
            .current_dir(project.path(""))
            .env_remove("CI");
        let output = shell.output().expect("sh");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), code, "{said}");
        assert!(
            code.is_none() || said.contains("a.yaml: cannot be written"),
            "{said}"
        );
        let mut after = project.files("reports/baseline");
        after.retain(|one| one.0.extension().is_some_and(|kind| kind == "yaml"));
        assert_eq!(after, before);
        let left = project.ends(&["diff", "run.json"], 1);
        assert_contains(&left, "drift: 1 row on 3.13");
    }
    assert_eq!(accept(&project, &[], 0), "accepted 1 case of 1 scenario\n");
}
