//! `modswap.toml` and `[tool.modswap]`: what holds, whence it comes, and what is wrong with it.
#![cfg(unix)]

use serde_json::{Value, json};

use crate::harness::{
    PLAIN, Workspace, assert_contains, expect_exit, newest_python, parse_report, stderr_of,
    stdout_of,
};

/// Runs in a folder below the workspace, for what is printed on both streams.
fn run_in(workspace: &Workspace, folder: &str, arguments: &[&str], code: i32) -> String {
    let mut command = workspace.modswap(arguments);
    command.current_dir(workspace.path(folder));
    let output = expect_exit(&mut command, code);
    stdout_of(&output) + &stderr_of(&output)
}

#[test]
fn the_nearest_file_holds_and_says_so() {
    let workspace = Workspace::new();
    workspace.write("cases/one.yaml", PLAIN);
    workspace.write("other/two.yaml", PLAIN);
    workspace.write(
        "pyproject.toml",
        "[project]\nname = 'x'\n\n[tool.modswap]\nscenarios = ['cases']\npythons = ['>=3', '2.7']\nstrict = true\n",
    );
    workspace.write("deep/pyproject.toml", "[tool.other]\nx = 1\n");
    workspace.write("deep/er/note", "");
    let shown = workspace.stdout(0, &["config"]);
    assert_eq!(
        shown,
        "\
scenarios  cases                                         pyproject.toml:5
pythons    '>=3' 2.7                                     pyproject.toml:6
require    none                                          default
with       none                                          default
baseline   reports/baseline beside the folder scenarios  default
strict     true                                          pyproject.toml:7
"
    );
    assert_contains(&workspace.stdout(0, &["list"]), "one");
    assert_contains(&workspace.stdout(0, &["list", "other"]), "two");
    // One without settings is passed over; paths start from the file.
    let below = run_in(&workspace, "deep/er", &["config"], 0);
    assert_contains(&below, "scenarios  ../../cases ");
    assert_contains(&below, "../../pyproject.toml:5");
    assert_contains(&run_in(&workspace, "deep/er", &["list"], 0), "one");
    // In one folder modswap.toml comes first, and alone.
    workspace.write(
        "modswap.toml",
        "with = ['./wheel', 'numpy']\nbaseline = 'seen'\n",
    );
    let json = workspace.stdout(0, &["config", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let row = |name: &str| {
        let rows = json["settings"].as_array().expect("a list");
        rows.iter().find(|row| row["name"] == name).cloned()
    };
    assert_eq!(
        row("with"),
        Some(
            json!({"name": "with", "values": ["./wheel", "numpy"], "source": "file", "place": "modswap.toml:1"})
        )
    );
    assert_eq!(
        row("strict"),
        Some(json!({"name": "strict", "values": [], "source": "default"}))
    );
    let below = run_in(&workspace, "deep", &["config"], 0);
    assert_contains(&below, "with       ../wheel numpy ");
    assert_contains(&below, "baseline   ../seen ");
}

#[test]
fn a_run_takes_what_the_file_says_unless_something_is_typed() {
    let workspace = Workspace::new();
    let python = newest_python();
    workspace.write("cases/scenarios/one.yaml", PLAIN);
    let settings = format!(
        "scenarios = ['cases/scenarios']\npythons = ['{}']\nstrict = true\nbaseline = 'seen'\n",
        python.key
    );
    workspace.write("modswap.toml", &settings);
    let ran = |arguments: &[&str], variables: &[(&str, &str)], code: i32| {
        let mut command = workspace.modswap(arguments);
        command
            .args(["--format", "json"])
            .envs(variables.iter().copied());
        parse_report(&expect_exit(&mut command, code))
    };
    let keys = |report: &Value| {
        let interpreters = report["interpreters"].as_array().expect("a list");
        interpreters
            .iter()
            .map(|one| one["key"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    // Nothing is accepted yet: strict fails. Without a command, too.
    assert_eq!(keys(&ran(&["run"], &[], 1)), [python.key.as_str()]);
    workspace.run_to(1, &[]);
    ran(&["run"], &[("MODSWAP_STRICT", "0")], 0);
    workspace.run_to(0, &["accept"]);
    assert!(workspace.path("seen/one.yaml").is_file());
    ran(&["run"], &[], 0);
    // Lists are replaced.
    let report = ran(
        &["run", "--python", python.path()],
        &[("MODSWAP_PYTHON", "9.9")],
        0,
    );
    assert_eq!(keys(&report).len(), 1);
    let output = workspace
        .modswap(&["run"])
        .env("MODSWAP_PYTHON", "9.9")
        .output();
    let output = output.expect("it starts");
    assert_contains(&stderr_of(&output), "no interpreter matches `9.9`");
    // What is typed excludes what the file says.
    ran(&["run", "--no-baseline"], &[], 1);
}

#[test]
fn what_is_wrong_has_a_place_and_a_way_out() {
    let workspace = Workspace::with(&[("a", PLAIN)]);
    for (text, place, said, help) in [
        (
            "strikt = true",
            "1:1",
            "no setting is called `strikt`",
            "did you mean `strict`?",
        ),
        (
            "strict = 1",
            "1:10",
            "`strict` is true or false",
            "`strict = true`",
        ),
        (
            "\npythons = '3.13'",
            "2:11",
            "`pythons` is a list of texts",
            "[\">=3.10\"]",
        ),
        (
            "pythons = ['3.13', 3]",
            "1:20",
            "`pythons` is a list of texts",
            "",
        ),
        (
            "pythons = ['./evil']",
            "1:12",
            "`./evil` is no version",
            "`pythons.yaml`",
        ),
        (
            "pythons = ['@one']",
            "1:12",
            "`@one` is no version",
            "`pythons.yaml`",
        ),
        (
            "pythons = ['sh python3']",
            "1:12",
            "`sh python3` is no version",
            "`pythons.yaml`",
        ),
        (
            "pythons = ['python3.13']",
            "1:12",
            "`python3.13` is no version",
            "`pythons.yaml`",
        ),
        (
            "pythons = ['3.11.2@one']",
            "1:12",
            "`3.11.2@one` is no version",
            "`pythons.yaml`",
        ),
        ("require = ['3.13,']", "1:12", "an empty requirement", ""),
        ("with = ['a==']", "1:9", "`a==` is no package", ""),
        ("baseline = ['x']", "1:12", "`baseline` is text", ""),
        (
            "baseline = '../x'",
            "1:12",
            "leads out of the folder",
            "below it",
        ),
        (
            "scenarios = ['/etc']",
            "1:14",
            "leads out of the folder",
            "below it",
        ),
        ("strict = yes", "1:10", "not TOML", ""),
    ] {
        workspace.write("modswap.toml", &format!("{text}\n"));
        let output = workspace.run_to(2, &["list"]);
        let shown = stderr_of(&output);
        assert_contains(&shown, &format!("modswap.toml:{place}]"));
        assert_contains(&shown, said);
        assert_contains(&shown.replace("\n        ", " "), help);
        workspace.run_to(2, &["config"]);
        // These have nothing to do with a project.
        workspace.run_to(0, &["completions", "bash"]);
        workspace.run_to(0, &["schema"]);
    }
    std::fs::remove_file(workspace.path("modswap.toml")).expect("a file");
    workspace.write("pyproject.toml", "[tool]\nmodswap = 3\n");
    let output = workspace.run_to(2, &["list"]);
    assert_contains(&stderr_of(&output), "`tool.modswap` is a table");
    // A file of others is for others to complain about.
    workspace.write("pyproject.toml", "[tool\n");
    workspace.run_to(0, &["list"]);
}
