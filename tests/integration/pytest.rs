//! The recipe of docs/pytest.md, in a real pytest.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::harness::{isolate_environment, newest_python, stdout_of};
use crate::packages::projects::write_project;

/// The file that the page shows, with its path.
fn read_recipe() -> (String, String) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pytest.md");
    let page = fs::read_to_string(page).expect("the page");
    let (_, text) = page.split_once("```python\n").expect("a file");
    let (text, _) = text.split_once("```").expect("its end");
    let path = text.lines().next().and_then(|line| line.strip_prefix("# "));
    (path.expect("its path").to_owned(), text.to_owned())
}

/// A project of one's own with the recipe, and a scenario for each way in which a test can end.
fn write_tests(folder: &Path) {
    write_project(folder);
    let (path, text) = read_recipe();
    fs::create_dir_all(folder.join("tests/imports")).expect("folders");
    fs::write(folder.join(path), text).expect("the recipe");
    let key = newest_python().key;
    let pin = format!("OPTIONS = [\"--with\", \".\", \"--python\", \"{key}\"");
    let file = folder.join("tests/test_imports.py");
    let text = fs::read_to_string(&file).expect("the recipe");
    let pinned = text.replace("OPTIONS = [\"--with\", \".\"", &pin);
    assert_ne!(text, pinned, "one Python is enough for the test");
    fs::write(&file, pinned).expect("the recipe");
    let scenarios = [
        (
            "right",
            "title: it\nsteps: [{import: own}, {eval: own.value, expect: {value: 1}}]\n",
        ),
        (
            "broken",
            "title: it\nsteps: [{eval: 1 + 1, expect: {value: 3}}]\n",
        ),
        (
            "skipped",
            "title: it\nrequires: {modules: [no_such]}\nsteps: [{run: pass}]\n",
        ),
    ];
    for (name, text) in scenarios {
        fs::write(
            folder.join("tests/imports").join(format!("{name}.yaml")),
            text,
        )
        .expect("a file");
    }
}

#[test]
fn each_scenario_is_a_test() {
    let Some(pytest) = std::env::var_os("MODSWAP_TEST_PYTEST") else {
        println!("not covered: the recipe in pytest; MODSWAP_TEST_PYTEST names the program");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    write_tests(folder.path());
    let binaries = Path::new(env!("CARGO_BIN_EXE_modswap"))
        .parent()
        .expect("a folder");
    let path = std::env::var("PATH").expect("PATH");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&pytest);
        isolate_environment(&mut command);
        command
            .args(["-p", "no:cacheprovider", "-rs"])
            .args(arguments)
            .current_dir(folder.path())
            .env("PATH", format!("{}:{path}", binaries.display()))
            .env("MODSWAP_CACHE_DIR", folder.path().join("cache"));
        let output = command.output().expect("pytest starts");
        (output.status.code(), stdout_of(&output))
    };
    let (code, said) = run(&["tests"]);
    assert_eq!(code, Some(1), "{said}");
    for part in [
        "1 failed, 1 passed, 1 skipped",
        "broken on 3.",
        ": fail: step 1 (eval: 1 + 1): value: expected 3, got 2",
        "no module no_such",
    ] {
        assert!(said.contains(part), "no {part:?} in {said}");
    }

    let (code, said) = run(&["tests", "-k", "right"]);
    assert_eq!(code, Some(0), "{said}");

    let file = folder.path().join("tests/test_imports.py");
    let text = fs::read_to_string(&file).expect("the recipe");
    fs::write(&file, text.replace("\"--python\", \"", "\"--python\", \"9")).expect("the recipe");
    let (code, said) = run(&["tests"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("3 errors") && said.contains("modswap: "),
        "{said}"
    );

    let wrong = "title: it\nsteps: [{evil: 1}]\n";
    fs::write(folder.path().join("tests/imports/right.yaml"), wrong).expect("a file");
    let (code, said) = run(&["tests"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("tests/imports/right.yaml:2"), "{said}");
}

/// Without pytest, too: the text is Python, and uses options and fields that there are.
#[test]
fn the_recipe_is_python_of_today() {
    let (_, text) = read_recipe();
    let mut python = newest_python().bare();
    let compiled = python.args([
        "-c",
        "import sys; compile(sys.argv[1], 'recipe', 'exec')",
        &text,
    ]);
    assert!(compiled.status().expect("it starts").success());
    let help = crate::harness::modswap()
        .args(["run", "--help"])
        .output()
        .expect("help");
    for option in ["--with", "--github", "--output"] {
        assert!(
            text.contains(option) && stdout_of(&help).contains(option),
            "{option}"
        );
    }
}
