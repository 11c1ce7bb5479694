//! Scenarios whose values come from outside: `parameters:` in a file, and `--set NAME=VALUE` of commands.
#![cfg(unix)]

use std::fs;

use serde_json::{Value, json};

use crate::harness::stored::Project;
use crate::harness::{
    Workspace, assert_contains, expect_exit, find_case, newest_python, stderr_of, stdout_of,
};

/// The second import gives another object, or the values that it is made to give.
const AGAIN: &str = r#"
title: A module imported again is another object
about: Of any module.
parameters: [module]
steps:
  - import: ${module}
    note: the first
  - delete: {cached: "${module}.**"}
  - import: ${module}
    as: second
    expect:
      - {matrix: {module: csv}, second: csv#2}
  - eval: "second is ${module}, '${module}'"
"#;

/// Two parameters, and a matrix beside them.
const SPELLED: &str = r#"
title: Every spelling
tags: [vet]
parameters: [package, module]
matrix: {via: [statement, import_module]}
requires: {packages: ["${package}"], modules: ["${module}"]}
steps:
  - import: ${module}
    via: ${via}
"#;

const PLAIN: &str = "title: plain\nsteps: [collect: true]\n";

fn workspace() -> Workspace {
    Workspace::with(&[
        ("vet/again", AGAIN),
        ("vet/spelled", SPELLED),
        ("other", PLAIN),
    ])
}

fn newest() -> String {
    newest_python().path().to_owned()
}

/// The ids of the rows of a report.
fn rows(report: &Value) -> Vec<&str> {
    let cases = report["cases"].as_array().expect("cases");
    let mut ids: Vec<&str> = cases
        .iter()
        .map(|case| case["case"].as_str().expect("an id"))
        .collect();
    ids.dedup();
    ids
}

#[test]
fn each_value_is_a_row_of_its_own_and_text() {
    let workspace = workspace();
    let report = workspace.report(
        &[newest_python()],
        &["vet/again", "--set", "module=json", "--set", "module=csv"],
    );
    assert_eq!(
        rows(&report),
        ["vet/again[module=json]", "vet/again[module=csv]"]
    );
    let case = find_case(&report, "vet/again[module=csv]", &newest_python().key);
    assert_eq!(case["verdict"], "pass");
    assert_eq!(case["variant"], json!({"module": "csv"}));
    let trace = &report["traces"][case["trace"].as_str().expect("a digest")];
    assert_eq!(trace[2]["facts"]["second"], "csv#2");
    assert_eq!(trace[3]["facts"]["value"], json!({"()": [false, "csv"]}));
    assert_eq!(
        report["actions"]["vet/again[module=csv]"]["2"]["action"],
        "delete: cached(csv.**)"
    );
    assert_eq!(report["scenarios"][0]["parameters"], json!(["module"]));
    // The text is the file's, so that whoever has the report can set other values.
    let text = report["scenarios"][0]["text"].as_str().expect("a text");
    assert_eq!(text, AGAIN);
}

#[test]
fn what_is_stored_needs_no_values_again() {
    let workspace = workspace();
    let python = newest();
    let run = |more: &[&str]| {
        let run = ["run", "--python", &python, "vet/again"];
        let output = workspace.run_to(0, &[&run[..], more].concat());
        stdout_of(&output)
    };
    run(&["--set", "module=json", "--output", "one.json"]);
    assert_contains(
        &workspace.stdout(0, &["accept"]),
        "accepted 1 case of 1 scenario",
    );
    // Another value leaves what is accepted of the first one as it is.
    let other = run(&["--set", "module=csv", "--output", "two.json"]);
    assert_contains(&other, "baseline: 1 new");
    assert_contains(
        &workspace.stdout(0, &["accept", "vet/again[module=csv]"]),
        "accepted 1 case of 1 scenario",
    );
    for value in ["module=csv", "module=json"] {
        assert_contains(&run(&["--set", value]), "baseline: 1 as accepted");
    }
    // A row's id says its values.
    let named = [
        "run",
        "--python",
        &python,
        "vet/again[module=json]",
        "again[module=csv]",
    ];
    assert_contains(&workspace.stdout(0, &named), "baseline: 2 as accepted");
    // Rows of ids are these alone, not all combinations of their values.
    let of_rows = [
        "list",
        "--format=json",
        "spelled[package=a,module=b,via=statement]",
        "vet/spelled[package=c,module=d,via=import_module]",
    ];
    let listed: Value = serde_json::from_str(&workspace.stdout(0, &of_rows)).expect("JSON");
    let variants = listed["scenarios"][0]["variants"].as_array().map(Vec::len);
    assert_eq!(variants, Some(2));
    for command in ["accept", "prune"] {
        let said = workspace.stdout(0, &[command]);
        assert!(said.starts_with("nothing "), "{said}");
    }
    let merged = workspace.stdout(0, &["merge", "one.json", "two.json", "--format", "json"]);
    let merged: Value = serde_json::from_str(&merged).expect("JSON");
    assert_eq!(
        rows(&merged),
        ["vet/again[module=csv]", "vet/again[module=json]"]
    );
    assert_eq!(merged["scenarios"].as_array().map(Vec::len), Some(1));
    workspace.write("merged.json", &merged.to_string());
    workspace.run_to(0, &["report", "merged.json", "--output", "page.html"]);
    let page = fs::read_to_string(workspace.path("page.html")).expect("a page");
    // Their scripts, which are made of the text in the report.
    for module in ["csv", "json"] {
        assert_contains(&page, &format!("import {module} as second"));
    }
    let diff = workspace.stdout(3, &["diff", "one.json", "two.json"]);
    assert_contains(&diff, "only in one.json: 1 row: vet/again[module=json]");
    let known = workspace.stdout(0, &["bisect", "vet/again"]);
    assert_contains(&known, "vet/again[module=csv]\nvet/again[module=json]\n");
    let set = ["--set", "module=csv", "--run", "--python", &python];
    let known = workspace.stdout(0, &[&["bisect", "vet/again"], &set[..]].concat());
    assert_contains(&known, "nothing is left to try");
    let listed = workspace.stdout(0, &["list", "vet/again"]);
    assert_contains(
        &listed,
        "vet/again · --set module=… · the same on all versions",
    );
}

#[test]
fn one_row_is_shown_by_its_id_or_by_its_values() {
    let workspace = workspace();
    let python = newest();
    let show = |command: &str, words: &[&str]| {
        let start = [command, "--python", &python, "--color=never"];
        workspace.stdout(0, &[&start[..], words].concat())
    };
    let shown = show("show", &["again[module=json]"]);
    assert_contains(&shown, "1  import: json\n");
    assert_contains(&shown, "the first");
    assert_contains(
        &shown,
        "more: modswap explain vet/again --set module=json\n",
    );
    assert_contains(&shown, "modswap script 'vet/again[module=json]' --python");
    let words = ["vet/again", "--set", "module=json"];
    assert_eq!(show("show", &words), shown);
    assert_contains(&show("explain", &words), "Of any module.");
    let script = |words: &[&str]| workspace.stdout(0, &[&["script"][..], words].concat());
    assert_contains(&script(&words), "import json as second");
    assert_eq!(script(&words), script(&["again[module=json]"]));
    let whole = script(&["again[module=json]", "--full"]);
    assert_contains(&whole, "vet/again[module=json]");
    // Elsewhere the folder comes before the id.
    workspace.write("mine.yaml", AGAIN);
    let mine = show("show", &["mine.yaml", "--set", "module=json"]);
    assert_contains(&mine, "modswap script . 'mine[module=json]' --python ");
    assert_contains(&mine, "modswap explain . mine --set module=json\n");
    script(&[".", "mine[module=json]"]);
    script(&[".", "mine", "--set", "module=json"]);
}

#[test]
fn without_values_the_rest_runs_and_what_is_named_is_refused() {
    let workspace = workspace();
    let python = newest();
    let run = |words: &[&str]| {
        let start = ["run", "--python", &python, "--format", "json"];
        workspace.run(&[&start[..], words].concat())
    };
    let both = "left out: 2 scenarios with parameters that are not set (vet/again, vet/spelled); \
                `--set module=… --set package=…` runs them";
    let one = "left out: 1 scenario with parameters that are not set (vet/spelled); `--set package=…` runs it";
    for (words, line, expected) in [
        (&[][..], both, &["other"][..]),
        (&["*"], both, &["other"]),
        (
            &["--set", "module=json"],
            one,
            &["other", "vet/again[module=json]"],
        ),
        (
            &["vet", "--set", "module=json"],
            one,
            &["vet/again[module=json]"],
        ),
    ] {
        let output = run(words);
        let said = stderr_of(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert_eq!(said.matches("left out").count(), 1, "{said}");
        assert_contains(&said, line);
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(rows(&report), expected, "{words:?}");
    }
    let again = "`vet/again` has a parameter that is not set; add `--set module=…`";
    let spelled =
        "`vet/spelled` has parameters that are not set; add `--set package=… --set module=…`";
    let half = "`vet/spelled` has a parameter that is not set; add `--set package=…`";
    let all = "`vet/again`, `vet/spelled` have parameters that are not set; add `--set module=… --set package=…`";
    for (line, message) in [
        ("run vet/again", again),
        ("run again other", again),
        ("run scenarios/vet/again.yaml", again),
        ("run vet/spelled --set module=json", half),
        ("run vet/spelled[via=statement]", spelled),
        ("run vet", all),
        ("run --tag vet", spelled),
        ("show again", again),
        ("explain vet/spelled", spelled),
        ("script vet/spelled --set module=json", half),
        ("bisect vet/again --run", again),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let said = stderr_of(&workspace.run_to(2, &words));
        assert!(
            said.ends_with(&format!("modswap: {message}\n")),
            "{line}: {said}"
        );
    }
}

#[test]
fn wrong_values_are_refused_before_anything_runs() {
    let workspace = workspace();
    let word = "a value is a part of the id of its variant, so it is one word without blanks";
    for (words, code, message) in [
        (
            &["run", "--set", "modul=json"][..],
            2,
            "no scenario that is selected has a parameter `modul`; did you mean `module`?",
        ),
        (
            &["list", "--set", "xyz=json"],
            2,
            "no scenario that is selected has a parameter `xyz`; there is module, package",
        ),
        (
            &["run", "other", "--set", "module=json"],
            2,
            "no scenario that is selected has a parameter `module`; none has any; see `modswap list`",
        ),
        // One that modswap carries.
        (
            &["show", "swap/none", "--set", "module=json"],
            2,
            "no scenario that is selected has a parameter `module`; none has any; see `modswap list`",
        ),
        (
            &["check", "--set", "module=json", "--set", "module=json"],
            2,
            "`--set module=json` is there twice",
        ),
        (
            &["show", "again", "--set", "module"],
            2,
            "`--set module`: expected NAME=VALUE, such as package=numpy",
        ),
        (
            &["show", "again", "--set", "module="],
            2,
            "`--set module=`: expected NAME=VALUE, such as package=numpy",
        ),
        (
            &["run", "--set", "my-module=json"],
            2,
            "`--set my-module=json`: `my-module` cannot be the name of a parameter; \
             expected letters, digits and `_`, a letter or `_` first",
        ),
        (&["run", "--set", "module=a b"], 2, word),
        (
            &["run", "--set", "module=a\nb"],
            2,
            "`--set module=a\u{fffd}b`: a value is a part of",
        ),
        (
            &["run", "--set", "module=\u{1b}[31mred"],
            2,
            "`--set module=\u{fffd}[31mred`: a value is a part of",
        ),
        (
            &["show", "again[module=a b]"],
            3,
            "no scenario matches `again[module=a b]`; did you mean `vet/again`?",
        ),
        (
            &["show", "vet/again[modul=json]"],
            3,
            "no scenario matches `vet/again[modul=json]`; set its parameters: `--set module=…`",
        ),
    ] {
        let output = workspace.run_to(code, words);
        let said = stderr_of(&output);
        assert_contains(&said, message);
        assert!(said.trim_end().lines().count() == 1, "{said}");
        assert!(output.stdout.is_empty());
    }
    let long = format!("module={}", "x".repeat(100_000));
    let said = stderr_of(&workspace.run_to(2, &["run", "--set", &long]));
    assert_contains(&said, "has at most 200 bytes");
    assert!(said.len() < 400, "{}", said.len());
    // What a value does not fit is said where the file has it; what is not selected does not matter.
    let said = stderr_of(&workspace.run_to(2, &["run", "again", "--set", "module=x[1]"]));
    assert_contains(&said, "an import must be a dotted name, not `x[1]`");
    assert_contains(&said, "[scenarios/vet/again.yaml:6:13]");
    assert_contains(&said, "it is the\n        value of the parameter `module`");
    let other = [
        "check",
        "again",
        "spelled",
        "--set",
        "package=x;",
        "--set",
        "module=json",
    ];
    assert_contains(
        &stderr_of(&workspace.run_to(2, &other)),
        "`x;` names no package",
    );
    workspace.run_to(0, &["check", "again", "--set", "module=json"]);
}

#[test]
fn lists_and_checks_know_parameters_without_values() {
    let workspace = workspace();
    let table = workspace.stdout(0, &["list"]);
    assert_contains(&table, "vet/again · --set module=…\n");
    assert_contains(
        &table,
        "vet/spelled ×2 · --set package=… --set module=… · vet\n",
    );
    let markdown = workspace.stdout(0, &["list", "--format", "markdown"]);
    assert_contains(&markdown, "| [again](vet/again.yaml) `--set module=…` |");
    let list = |more: &[&str]| -> Value {
        let start = ["list", "vet/spelled", "--format", "json"];
        let printed = workspace.stdout(0, &[&start[..], more].concat());
        let list: Value = serde_json::from_str(&printed).expect("JSON");
        list["scenarios"][0].clone()
    };
    let unset = list(&[]);
    assert_eq!(unset["parameters"], json!(["package", "module"]));
    let variant = &unset["variants"][0];
    assert_eq!(variant["id"], "vet/spelled[via=statement]");
    assert_eq!(variant["requires"]["packages"], json!(["${package}"]));
    assert_eq!(variant["requires"]["modules"], json!(["${module}"]));
    let set = list(&["--set", "module=six", "--set", "package=six>=1"]);
    assert_eq!(set["parameters"], json!(["package", "module"]));
    let variant = &set["variants"][1];
    assert_eq!(
        variant["id"],
        "vet/spelled[package=six%3E=1,module=six,via=import_module]"
    );
    assert_eq!(variant["requires"]["packages"], json!(["six>=1"]));
    assert_eq!(
        workspace.stdout(0, &["check"]),
        "3 scenarios, 4 variants: all right\n"
    );
    workspace.scenario("vet/wrong", &AGAIN.replace("delete:", "delte:"));
    let said = stderr_of(&workspace.run_to(2, &["check"]));
    assert_contains(&said, "unknown key `delte` in a step");
    assert_contains(&said, "1 problem in 1 file");
}

#[test]
fn what_failed_runs_again_with_its_values() {
    let workspace = workspace();
    let text = AGAIN.replace("second: csv#2", "second: csv#1");
    workspace.scenario("vet/again", &text);
    let values = ["--set", "module=json", "--set", "module=csv"];
    let run = [&["--output", "r.json"][..], &values].concat();
    workspace.run_newest(1, &run);
    let output = workspace.run_newest(1, &["--failed-from", "r.json", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(rows(&report), ["vet/again[module=csv]"]);
    let said = stderr_of(&output);
    assert!(!said.contains("left out"), "{said}");
}

#[test]
fn a_variable_sets_values_too() {
    let workspace = workspace();
    let mut command = workspace.modswap(&["list", "vet", "--format", "json"]);
    command.env("MODSWAP_SET", "module=json package=six");
    let list = stdout_of(&expect_exit(&mut command, 0));
    assert_contains(&list, "vet/spelled[package=six,module=json,via=statement]");
}

#[test]
fn prune_keeps_every_value_that_a_scenario_can_have() {
    let cases = [
        ("vet/again[module=json]", "3.13.0", "pass", "one"),
        ("vet/again[module=lxml.etree]", "3.13.0", "pass", "two"),
        ("vet/again[module=a-b]", "3.13.0", "pass", "two"),
        ("vet/again[package=json]", "3.13.0", "pass", "two"),
        ("vet/again", "3.13.0", "pass", "two"),
        (
            "vet/spelled[package=six%3E=1,module=six,via=statement]",
            "3.13.0",
            "pass",
            "one",
        ),
        (
            "vet/spelled[package=six,module=six,via=gone]",
            "3.13.0",
            "pass",
            "one",
        ),
        ("vet/spelled[via=statement]", "3.13.0", "pass", "one"),
    ];
    let project = Project::accepted(&cases);
    project
        .write("scenarios/vet/again.yaml", AGAIN)
        .write("scenarios/vet/spelled.yaml", SPELLED);
    let said = project.ends(&["prune"], 0);
    let gone = [
        "vet/again",
        "vet/again[module=a-b]",
        "vet/again[package=json]",
        "vet/spelled[package=six,module=six,via=gone]",
        "vet/spelled[via=statement]",
    ];
    let gone = gone.map(|row| format!("{row}: there is no such variant\n"));
    assert_eq!(said, format!("{}removed 5 entries\n", gone.concat()));
    assert_eq!(project.row(cases[1].0), "A 3.13.0");
    assert_eq!(project.row(cases[5].0), "A 3.13.0");
}
