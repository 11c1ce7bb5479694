//! Writing scenarios: `modswap new` makes one, `modswap check` says what is wrong with them.

use std::fs;
use std::process::Output;

use crate::harness::{
    PLAIN, Workspace, assert_contains, newest_python, sample_pythons, stderr_of, stdout_of,
};
use serde_json::{Value, json};

const TWO_VARIANTS: &str =
    "title: Twice\ntags: [two]\nmatrix: {n: ['1', '2']}\nsteps:\n  - eval: \"${n} + 1\"\n";
const WRONG: &str = "title: Wrong\nsteps:\n  - swop: before\n  - {collect: true, expect: {python: 3.10, outcome: ok}}\n";

/// Runs it where no Python can be found, and insists on an exit code.
fn ended(workspace: &Workspace, arguments: &[&str], code: i32) -> Output {
    let output = workspace
        .modswap(arguments)
        .env("PATH", "")
        .env_remove("PYENV_ROOT")
        .env("HOME", workspace.path("tmp"))
        .output()
        .expect("the binary starts");
    let shown = stdout_of(&output) + &stderr_of(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {shown}");
    output
}

#[test]
fn what_is_right_is_counted() {
    let workspace = Workspace::new();
    workspace
        .scenario("a", PLAIN)
        .scenario("swap/b", TWO_VARIANTS);
    for (more, counts) in [
        (&[][..], "2 scenarios, 3 variants"),
        (&["scenarios/swap"], "1 scenario, 2 variants"),
        (&["a"], "1 scenario, 1 variant"),
        (&["--tag", "two"], "1 scenario, 2 variants"),
        (&["scenarios", "swap/b[n=2]"], "1 scenario, 1 variant"),
    ] {
        let output = ended(&workspace, &[&["check"], more].concat(), 0);
        assert_eq!(stdout_of(&output), format!("{counts}: all right\n"));
        assert_eq!(stderr_of(&output), "");
    }
    let output = ended(&workspace, &["check", "--format", "json"], 0);
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(found, json!({"schema_version": 1, "problems": []}));
    ended(&workspace, &["check", "no-such-id"], 3);
    ended(&workspace, &["check", "no/such.yaml"], 2);
}

#[test]
fn what_is_wrong_is_told_at_once() {
    let workspace = Workspace::new();
    workspace
        .scenario("a", PLAIN)
        .scenario("wrong", WRONG)
        .scenario("worse", "titel: t\nsteps: [collect: true]\n");
    let output = ended(&workspace, &["check"], 2);
    assert_eq!(stdout_of(&output), "");
    let told = stderr_of(&output);
    for part in [
        "scenarios/wrong.yaml:3:5",
        "did you mean `swap`?",
        "scenarios/wrong.yaml:4:38",
        "scenarios/worse.yaml:1:1",
        "4 problems in 2 files",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

#[test]
fn what_is_wrong_for_programs() {
    let workspace = Workspace::new();
    workspace.scenario("wrong", WRONG);
    fs::create_dir(workspace.path("empty")).expect("a folder");
    let arguments = ["check", "scenarios", "empty", "--format", "json"];
    let output = ended(&workspace, &arguments, 2);
    assert_eq!(stderr_of(&output), "");
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        found,
        json!({
            "schema_version": 1,
            "problems": [
                {
                    "file": "scenarios/wrong.yaml",
                    "line": 3,
                    "column": 5,
                    "message": "unknown key `swop` in a step",
                    "help": "did you mean `swap`?",
                },
                {
                    "file": "scenarios/wrong.yaml",
                    "line": 4,
                    "column": 38,
                    "message": "a version must be quoted: \"3.10\"",
                    "help": "YAML reads 3.10 as the number 3.1",
                },
                {
                    "file": "empty",
                    "line": null,
                    "column": null,
                    "message": "a folder without scenarios",
                    "help": "expected files called `*.yaml` or `*.yml` in it or below",
                },
            ],
        })
    );
}

#[test]
#[cfg_attr(windows, ignore = "runs cases, which needs fork and POSIX pipes")]
fn a_new_scenario_is_right_and_passes_everywhere() {
    let workspace = Workspace::new();
    let output = ended(&workspace, &["new", "swap/my-case"], 0);
    assert_eq!(stdout_of(&output), "scenarios/swap/my-case.yaml\n");
    assert_eq!(stderr_of(&output), "next: modswap run swap/my-case\n");
    let output = ended(&workspace, &["check", "swap/my-case"], 0);
    assert_eq!(stdout_of(&output), "1 scenario, 1 variant: all right\n");
    let pythons = sample_pythons();
    for isolation in ["fork", "spawn"] {
        let report = workspace.report(&pythons, &["swap/my-case", "--isolation", isolation]);
        let cases = report["cases"].as_array().expect("a list");
        assert_eq!(cases.len(), pythons.len());
        for case in cases {
            assert_eq!(case["verdict"], "pass", "{report:#}");
        }
    }
}

#[test]
#[cfg_attr(windows, ignore = "runs cases, which needs fork and POSIX pipes")]
fn the_next_command_can_be_typed() {
    let workspace = Workspace::new();
    let folder = "more of them";
    let output = ended(&workspace, &["new", "a/b", "--scenarios", folder], 0);
    assert_eq!(stdout_of(&output), "more of them/a/b.yaml\n");
    let next = stderr_of(&output);
    let command = next.strip_prefix("next: modswap ").expect("a command");
    let words = shlex::split(command).expect("words of a shell");
    let python = newest_python().path;
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.extend(["--python", python.to_str().expect("UTF-8")]);
    let output = workspace.run_to(0, &words);
    assert!(stdout_of(&output).contains("1 pass"));
}

#[test]
fn nothing_is_overwritten() {
    let workspace = Workspace::new();
    workspace.scenario("a", PLAIN);
    workspace.write("scenarios/b.yml", PLAIN);
    for (id, file) in [("a", "scenarios/a.yaml"), ("b", "scenarios/b.yml")] {
        let output = ended(&workspace, &["new", id], 2);
        assert_eq!(stdout_of(&output), "");
        assert_eq!(
            stderr_of(&output),
            format!("modswap: {file} is there already; choose another id\n")
        );
        let kept = fs::read_to_string(workspace.path(file)).expect("it is there");
        assert_eq!(kept, PLAIN);
    }
    assert!(!workspace.path("scenarios/b.yaml").exists());
}

#[test]
fn what_cannot_be_an_id_is_refused() {
    let workspace = Workspace::new();
    for id in ["/tmp/x", "../x", "a//b", "a[b=c]", "a.yaml", "scenarios/a"] {
        let output = ended(&workspace, &["new", id], 2);
        let told = stderr_of(&output);
        assert_contains(&told, "cannot be the id of a scenario: ");
    }
    let left = fs::read_dir(workspace.path("scenarios")).expect("a folder");
    assert_eq!(left.count(), 0, "nothing is written");
}

#[test]
fn a_place_that_cannot_be_written_is_a_fault() {
    let workspace = Workspace::new();
    workspace.write("scenarios/swap", "no folder");
    let output = ended(&workspace, &["new", "swap/my-case"], 4);
    let told = stderr_of(&output);
    assert_contains(&told, "cannot write scenarios/swap/my-case.yaml");
}

/// Values of a matrix that a shell, a glob or a table would take apart.
const ODD: &str = r#"title: Odd
matrix: {do: ["sys.modules = {}", "a*b?[c]", "it's", "x,y=z", "100%", "a@3.13", '"$HOME" \\', "é ☃"]}
steps:
  - run: '# ${do}'
"#;

#[test]
fn whatever_is_listed_can_be_named() {
    let workspace = Workspace::new();
    workspace
        .scenario("odd/one", ODD)
        .scenario("odd", PLAIN)
        .scenario("other/one.more", TWO_VARIANTS);
    // As a shell takes it apart, which is how it is printed.
    let output = ended(&workspace, &["script", "odd/one"], 2);
    let told = stderr_of(&output);
    let (_, ids) = told.trim_end().split_once("name one: ").expect("its ids");
    let ids = shlex::split(ids).expect("words");
    let ids: Vec<&str> = ids.iter().map(|id| id.trim_end_matches(',')).collect();
    assert_eq!(ids.len(), 8, "{told}");
    for id in ids {
        let output = ended(&workspace, &["script", id], 0);
        assert!(stdout_of(&output).contains(id), "{id}");
        let output = ended(&workspace, &["check", id], 0);
        assert_eq!(
            stdout_of(&output),
            "1 scenario, 1 variant: all right\n",
            "{id}"
        );
    }
    // An id comes before the folder of that name.
    let output = ended(&workspace, &["check", "odd"], 0);
    assert_eq!(stdout_of(&output), "1 scenario, 1 variant: all right\n");
}

#[test]
fn the_end_of_an_id_is_enough() {
    let workspace = Workspace::new();
    workspace
        .scenario("swap/first-import", PLAIN)
        .scenario("swap/twice", TWO_VARIANTS)
        .scenario("none/twice", PLAIN);
    ended(&workspace, &["script", "first-import"], 0);
    ended(&workspace, &["script", "twice[n=2]"], 0);
    for (words, told) in [
        (
            &["script", "twice"],
            "`twice` may be any of none/twice, swap/twice; name one of them, or all by '*/twice'",
        ),
        (
            &["script", "swap"],
            "`swap` is several scenarios, and this command takes one: swap/first-import, swap/twice",
        ),
        (
            &["script", "swap/*"],
            "`swap/*` is several scenarios, and this command takes one: swap/first-import, swap/twice",
        ),
        (
            &["script", "swap/twice"],
            "`swap/twice` has several variants; name one: 'swap/twice[n=1]', 'swap/twice[n=2]'",
        ),
    ] {
        let output = ended(&workspace, words, 2);
        assert!(stderr_of(&output).contains(told), "{}", stderr_of(&output));
    }
    // As `run` takes them: a folder or a file, and ids in it.
    ended(&workspace, &["script", "scenarios/swap", "twice[n=2]"], 0);
    let file = "scenarios/swap/twice.yaml";
    ended(&workspace, &["script", file, "swap/twice[n=2]"], 0);
    ended(&workspace, &["script", "scenarios/none"], 0);
    let old = &["script", "none/twice", "--scenarios", "scenarios"];
    let told = stderr_of(&ended(&workspace, old, 2));
    assert_contains(
        &told,
        "no option `--scenarios`; name the folder before the id",
    );
    let output = ended(&workspace, &["script", "swap/twice[n=3]"], 3);
    let told = stderr_of(&output);
    let way_out =
        "no scenario matches `swap/twice[n=3]`; there is 'swap/twice[n=1]', 'swap/twice[n=2]'";
    assert_contains(&told, way_out);
}

#[test]
fn a_variant_and_a_file_are_never_one_row() {
    let workspace = Workspace::new();
    workspace
        .scenario(
            "a",
            "title: t\nmatrix: {b: [c]}\nsteps:\n  - eval: \"'${b}'\"\n",
        )
        .scenario("a[b=c]", PLAIN);
    let output = ended(&workspace, &["check"], 2);
    let told = stderr_of(&output);
    assert_contains(&told, "`a[b=c]` cannot be the id of a scenario");
}
