//! The scenarios and the record that modswap carries: what it does where there are no files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::harness::{
    Workspace, assert_contains, newest_python, parse_report, stderr_of, stdout_of,
};

/// A scenario that does something else than the one of the corpus with the id that it gets here.
const OTHER: &str = "title: another one\nsteps:\n- eval: 1 + 0\n  expect: {value: 1}\n";

/// A folder without scenarios.
fn outside() -> Workspace {
    let workspace = Workspace::new();
    fs::remove_dir(workspace.path("scenarios")).expect("an empty folder");
    workspace
}

/// The texts of the files in a folder, by their path in it.
fn read_files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let entries = fs::read_dir(folder).expect("a folder");
    for entry in entries.map(|entry| entry.expect("an entry")) {
        let name = entry.file_name().into_string().expect("UTF-8");
        if entry.path().is_dir() {
            let below = read_files(&entry.path()).into_iter();
            found.extend(below.map(|(path, text)| (format!("{name}/{path}"), text)));
        } else if entry.path().extension().is_some_and(|end| end == "yaml") {
            found.insert(name, fs::read_to_string(entry.path()).expect("a text"));
        }
    }
    found
}

#[test]
fn an_export_has_every_scenario_and_all_that_was_accepted() {
    let workspace = outside();
    let text = workspace.stdout(0, &["export", "."]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let all = read_files(&root.join("scenarios"));
    assert_eq!(
        text,
        format!(
            "written: {} scenarios in ./scenarios, and what was accepted of them in ./reports/baseline\n",
            all.len()
        )
    );
    for folder in ["scenarios", "reports/baseline"] {
        let (here, there) = (
            read_files(&root.join(folder)),
            read_files(&workspace.path(folder)),
        );
        assert!(here == there, "{folder} is not what this was built from");
    }
    let again = workspace.stdout(0, &["export", "scenarios"]);
    assert_contains(&again, "there already");
    workspace.scenario("cache/order", OTHER);
    fs::remove_file(workspace.path("scenarios/cache/cleared.yaml")).expect("a file");
    let refused = workspace.run_to(2, &["export", "."]);
    assert_contains(
        &stderr_of(&refused),
        "./scenarios/cache/order.yaml is there already, with another text",
    );
    assert!(!workspace.path("scenarios/cache/cleared.yaml").exists());
}

#[test]
fn a_part_of_it_can_be_exported() {
    let workspace = outside();
    workspace.stdout(0, &["export", "mine", "swap/exit", "cache"]);
    let files = read_files(&workspace.path("mine/scenarios"));
    assert!(files.contains_key("swap/exit.yaml") && files.contains_key("cache/order.yaml"));
    assert!(
        files
            .keys()
            .all(|id| id.starts_with("cache/") || id == "swap/exit.yaml")
    );
    let unknown = workspace.run_to(3, &["export", "mine", "swap/exiit"]);
    assert_contains(&stderr_of(&unknown), "did you mean `swap/exit`?");
}

/// sys.modules has the inner module last up to 3.7, first from 3.8 on (bpo-33331).
#[test]
fn without_files_ids_are_of_what_it_carries() {
    let python = newest_python();
    let workspace = outside();
    let on = ["--python", python.path()];
    let listed = workspace.run_to(0, &["list", "cache"]);
    assert_contains(&stdout_of(&listed), "cache/order");
    assert_eq!(stderr_of(&listed), "");
    let explained = workspace.stdout(0, &[&["explain", "cache/order"][..], &on].concat());
    assert_contains(&explained, "https://bugs.python.org/issue33331");
    let shown = workspace.stdout(0, &[&["show", "order"][..], &on].concat());
    assert_contains(&shown, "scenario file: builtin:scenarios/cache/order.yaml");
    let script = workspace.stdout(0, &["script", "cache/order"]);
    assert_contains(&script, "# modswap cache/order: ");
    let history = workspace.stdout(0, &["bisect", "cache/order"]);
    assert_contains(&history, "changed between 3.7.16 (B) and 3.8.18 (C)");
    let changes = workspace.stdout(0, &["changes", "3.8", "cache"]);
    assert_contains(&changes, "  now     [inner, outer]");
    // All that is here by default is recorded of the others, too.
    let all = workspace.stdout(0, &["show", "cache/order"]);
    assert_contains(&all, "3.8–");
    assert_contains(&all, " here");
}

#[test]
fn a_run_is_held_against_the_record() {
    let python = newest_python();
    let workspace = outside();
    let arguments = [
        "run",
        "cache",
        "--python",
        python.path(),
        "--format",
        "json",
    ];
    let report = parse_report(&workspace.run_to(0, &arguments));
    let cases = report["cases"].as_array().expect("a list");
    assert!(
        cases.iter().all(|case| case["baseline"].is_object()),
        "{report}"
    );
    let told = workspace.run_to(0, &["run", "cache", "--python", python.path()]);
    let text = stdout_of(&told);
    assert_contains(&text, "baseline: ");
    // Nothing of it can be accepted.
    assert!(
        !text.contains("modswap accept") && !text.contains("modswap review"),
        "{text}"
    );
    assert_contains(
        &workspace.stdout(0, &["diff"]),
        "the baseline that modswap carries",
    );
    let refused = workspace.run_to(2, &["accept"]);
    assert_contains(
        &stderr_of(&refused),
        "`modswap export FOLDER` writes it as files",
    );
    assert!(!workspace.path("reports").exists());
}

#[test]
fn the_whole_record_is_a_report() {
    let workspace = outside();
    let told = workspace.run_to(0, &["list"]);
    assert_contains(
        &stderr_of(&told),
        "no folder `scenarios` here: these are the ",
    );
    let page = workspace.stdout(0, &["report", "--builtin", "--format", "html"]);
    assert_contains(&page, "as recorded");
    assert!(!page.contains("nothing ran"));
    let report = parse_report(&workspace.run_to(0, &["report", "--builtin", "--format", "json"]));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let count = read_files(&root.join("scenarios")).len();
    assert_eq!(report["scenarios"].as_array().map(Vec::len), Some(count));
    let text = workspace.stdout(0, &["report", "--builtin"]);
    assert_contains(&text, " rows, as recorded of ");
    let both = workspace.run_to(2, &["report", "--builtin", "x.json"]);
    assert_contains(&stderr_of(&both), "exclude each other");
    let neither = workspace.run_to(2, &["report"]);
    assert_contains(&stderr_of(&neither), "`FILE` is missing");
}

#[test]
fn files_come_first_and_that_is_said() {
    let python = newest_python();
    let on = ["--python", python.path()];
    let workspace = Workspace::with(&[("cache/order", OTHER), ("mine/a", OTHER)]);
    let run = |words: &[&str]| {
        let output = workspace.run_to(0, &[words, &on].concat());
        (stdout_of(&output), stderr_of(&output))
    };
    let (told, said) = run(&["show", "cache/order"]);
    assert_contains(&told, "another one");
    assert_contains(
        &said,
        "`cache/order` is that of `scenarios`; --builtin means the one",
    );
    let (told, said) = run(&["show", "--builtin", "cache/order"]);
    assert_contains(&told, "builtin:scenarios/cache/order.yaml");
    assert!(!said.contains("is that of"), "{said}");
    let (told, said) = run(&["show", "cache/cleared"]);
    assert_contains(&told, "builtin:scenarios/cache/cleared.yaml");
    assert_contains(&said, "not in `scenarios`: modswap carries this scenario");
    let changes = workspace.run_to(0, &["changes", "3.8", "cache/order", "--builtin"]);
    assert_contains(&stdout_of(&changes), "[inner, outer]");
    // A subject, and a tag, that the folder does not have.
    for word in ["removed", "c_api"] {
        let changes = workspace.run_to(0, &["changes", "2.7..3.15", word]);
        assert_contains(&stdout_of(&changes), "  now ");
        assert_contains(
            &stderr_of(&changes),
            "not in `scenarios`: modswap carries these",
        );
    }
    let (_, said) = run(&["show", "mine/a"]);
    assert!(!said.contains("carries"), "{said}");
    let listed = workspace.run_to(0, &["list"]);
    assert_contains(
        &stderr_of(&listed),
        "the scenarios of `scenarios`; --builtin",
    );
    let json = workspace.stdout(0, &["list", "--format", "json"]);
    let list: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(list["scenarios"].as_array().map(Vec::len), Some(2));
    let quiet = workspace.run_to(0, &["list", "-q"]);
    assert_eq!(stderr_of(&quiet), "");
    // Its own text is what an exported one has: the record is of both.
    let workspace = outside();
    workspace.stdout(0, &["export", ".", "cache/order"]);
    fs::remove_dir_all(workspace.path("reports")).expect("a folder");
    let output = workspace.run_to(0, &["list"]);
    assert_eq!(stderr_of(&output), "");
    assert_contains(&workspace.stdout(0, &["changes", "3.8"]), "[inner, outer]");
    assert_contains(&workspace.stdout(0, &["show", "cache/order"]), "3.15");
}

#[test]
fn a_word_that_means_nothing_is_an_error_with_a_way_out() {
    let workspace = outside();
    for (words, code, part) in [
        (
            &["show", "cache/ordr"][..],
            3,
            "did you mean `cache/order`?",
        ),
        (&["show", "number"], 2, "may be any of "),
        (&["run", "--tag", "relod"], 3, "did you mean `reload`?"),
        (&["show", "./cache/order.yaml"], 2, "no such file or folder"),
        (
            &["show", "--builtin", "./order.yaml"],
            2,
            "have ids; ./order.yaml is a path",
        ),
        (&["check"], 2, "no folder `scenarios` here"),
        (&["run", "--watch"], 2, "no folder `scenarios` here"),
        (&["run", "--watch", "--builtin"], 2, "exclude each other"),
    ] {
        let output = workspace.run_to(code, words);
        assert_contains(&stderr_of(&output), part);
    }
    let project = Workspace::with(&[("mine/a", OTHER)]);
    let output = project.run_to(3, &["show", "cache/ordr"]);
    assert_contains(&stderr_of(&output), "no scenario matches `cache/ordr`");
}
