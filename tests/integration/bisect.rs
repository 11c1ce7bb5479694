//! `modswap bisect`: change points over all that is known, and running until they are found, on real Pythons.
#![cfg(unix)]

use std::fs;
use std::process::{Command, Output, Stdio};

use crate::harness::{
    Python, Workspace, assert_contains, newest_python, pythons, stderr_of, stdout_of, wait_for,
};

/// The release builds of 3 here, oldest first.
fn releases() -> Vec<&'static Python> {
    let is_plain = |key: &str| {
        key.bytes()
            .all(|byte| byte == b'.' || byte.is_ascii_digit())
    };
    let found = pythons().iter();
    let found = found.filter(|one| one.key.starts_with("3.") && is_plain(&one.key));
    found.collect()
}

/// At least so many of them; where there are fewer, the test says so.
fn releases_or_none(count: usize) -> Option<Vec<&'static Python>> {
    let found = releases();
    if found.len() < count {
        println!(
            "not covered: with fewer than {count} releases of Python 3 nothing lies between two"
        );
        return None;
    }
    Some(found)
}

/// A scenario whose behaviour changes with that version; `body` runs before that.
fn changing_scenario(at: &Python, body: &str) -> String {
    let version = at.key.replace('.', ", ");
    format!(
        "title: Newer from {} on\nrefs: [https://example.org/why]\nchanges: {{\"{0}\": because it is newer}}\nsteps:\n  \
           - run: |\n      import sys\n{body}  - eval: sys.version_info[:3] >= ({version})\n",
        at.key
    )
}

/// Runs on these, and accepts what they show.
fn accept(workspace: &Workspace, pythons: &[&Python]) {
    let mut arguments = vec!["run"];
    for python in pythons {
        arguments.extend(["--python", python.path()]);
    }
    for command in [&arguments[..], &["accept", "--allow-ci"]] {
        workspace.run_to(0, command);
    }
    // What follows knows it from the baseline alone.
    let _ = fs::remove_dir_all(workspace.state.path());
}

fn expect_code(output: &Output, code: i32) -> (String, String) {
    let (out, err) = (stdout_of(output), stderr_of(output));
    assert_eq!(output.status.code(), Some(code), "{out}{err}");
    (out, err)
}

fn bisect(workspace: &Workspace, more: &[&str], code: i32) -> (String, String) {
    expect_code(&workspace.run(&[&["bisect", "a"], more].concat()), code)
}

fn python_requests<'a>(pythons: &[&'a Python]) -> Vec<&'a str> {
    pythons
        .iter()
        .flat_map(|one| ["--python", one.path()])
        .collect()
}

/// The command behind `next: `, as a shell runs it.
fn typed(workspace: &Workspace, page: &str) -> Output {
    let line = page
        .lines()
        .find_map(|line| line.strip_prefix("next: modswap "));
    let line = line.unwrap_or_else(|| panic!("no command in {page}"));
    let mut command = Command::new("sh");
    let modswap = workspace.modswap(&[]);
    for (name, value) in modswap.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = command
        .args([
            "-c",
            &format!("\"$0\" {line}"),
            env!("CARGO_BIN_EXE_modswap"),
        ])
        .current_dir(workspace.path(""))
        .output();
    output.expect("a shell starts")
}

#[test]
fn the_boundary_is_found_by_running_what_lies_between() {
    let Some(pythons) = releases_or_none(4) else {
        return;
    };
    let workspace = Workspace::new();
    let at = pythons.len() - 2;
    workspace.scenario("a", &changing_scenario(pythons[at], ""));
    let (first, last) = (pythons[0], pythons[pythons.len() - 1]);
    accept(&workspace, &[first, last]);

    let (page, said) = bisect(&workspace, &[], 0);
    let point = format!("changed between {} (A) and {} (B); ", first.key, last.key);
    assert_contains(&page, &point);
    assert_contains(&page, " not run");
    assert!(!page.contains("next:") && said.is_empty(), "{page}{said}");

    // By hand: the middle one, after which the hole is smaller.
    let given = python_requests(&pythons);
    let (page, _) = bisect(&workspace, &given, 0);
    let middle = pythons[1 + (pythons.len() - 2) / 2];
    assert_contains(
        &page,
        &format!("next: modswap run a --python {}\n", middle.path()),
    );
    let ran = typed(&workspace, &page);
    // It is a version that was never seen, and may be another behaviour than its neighbour's.
    assert!(
        [Some(0), Some(1)].contains(&ran.status.code()),
        "{}",
        stderr_of(&ran)
    );
    let (page, _) = bisect(&workspace, &[], 0);
    assert!(
        page.contains(&middle.key) && !page.contains(&point),
        "{page}"
    );
    fs::remove_dir_all(workspace.state.path()).expect("the folder");

    // By itself, to the end.
    let (page, said) = bisect(&workspace, &[&given[..], &["--run"]].concat(), 0);
    let (before, after) = (&pythons[at - 1].key, &pythons[at].key);
    for part in [
        "Newer from ".to_owned(),
        format!("\nA  {}, ", first.key),
        format!("\nB  {after}, "),
        format!("changed between {before} (A) and {after} (B); "),
        format!("  {after}  because it is newer"),
        "      value: False → True".to_owned(),
        "nothing is left to try".to_owned(),
        "  https://example.org/why\n".to_owned(),
        format!("  modswap script a --python {before} > before.py\n"),
        format!("  modswap script a --python {after} > after.py\n"),
    ] {
        assert!(page.contains(&part), "no {part} in {page}");
    }
    assert_eq!(page.matches("changed between").count(), 1, "{page}");
    // Of `n` versions between the two, `n + 1` places are halved.
    let places = pythons.len() - 1;
    let tries = said.matches("modswap: trying ").count();
    assert!(
        tries <= places.next_power_of_two().trailing_zeros() as usize,
        "{said}"
    );
    // What it ran is not the last run: that is for the user to accept.
    assert!(!workspace.state.path().exists());
}

#[test]
fn a_crash_in_the_middle_is_named_and_passed_by() {
    let Some(pythons) = releases_or_none(5) else {
        return;
    };
    let workspace = Workspace::new();
    let middle = pythons[1 + (pythons.len() - 2) / 2];
    let crash = format!(
        "      if sys.version_info[:3] == ({}):\n          import os; os.abort()\n",
        middle.key.replace('.', ", ")
    );
    workspace.scenario("a", &changing_scenario(pythons[1], &crash));
    accept(&workspace, &[pythons[0], pythons[pythons.len() - 1]]);
    let (page, said) = bisect(
        &workspace,
        &[&python_requests(&pythons)[..], &["--run"]].concat(),
        0,
    );
    let (before, after) = (&pythons[0].key, &pythons[1].key);
    assert_contains(
        &page,
        &format!("changed between {before} (A) and {after} (B)"),
    );
    assert_contains(&page, &format!("no behaviour: {} crashed\n", middle.key));
    assert_eq!(
        said.matches(&format!("trying {}\n", middle.key)).count(),
        1,
        "{said}"
    );
}

#[test]
fn a_command_is_asked_for_as_it_was_and_stays_within_its_folder() {
    let Some(pythons) = releases_or_none(3) else {
        return;
    };
    let workspace = Workspace::new();
    // Neither the folder of the scenarios nor that of the baseline is where it is looked for.
    workspace.scenario("ab/a", &changing_scenario(pythons[1], ""));
    fs::rename(workspace.path("scenarios"), workspace.path("my cases")).expect("a folder");
    let own = ["--baseline", "my baseline"];
    let (first, last) = (pythons[0].path(), pythons[2].path());
    let run = [
        "run", "my cases", "--output", "r.json", "--python", first, "--python", last,
    ];
    expect_code(&workspace.run(&[&run[..], &own].concat()), 0);
    expect_code(
        &workspace.run(&[
            "accept",
            "--allow-ci",
            "--report",
            "r.json",
            "--baseline",
            "my baseline",
        ]),
        0,
    );
    let _ = fs::remove_dir_all(workspace.state.path());
    let request = format!("odd=env {}", pythons[1].path());
    let known = ["bisect", "my cases", "ab/a", "--python", &request];
    let (page, _) = expect_code(&workspace.run(&[&known[..], &own].concat()), 0);
    let next = format!(
        "next: modswap run 'my cases' ab/a --python '{request}' --baseline 'my baseline'\n"
    );
    assert!(page.contains(&next), "{next} is not in {page}");
    let ran = typed(&workspace, &page);
    assert!(
        [Some(0), Some(1)].contains(&ran.status.code()),
        "{}",
        stderr_of(&ran)
    );
    let (page, _) = expect_code(&workspace.run(&[&known[..3], &own].concat()), 0);
    let point = format!(
        "changed between {} (A) and {} (B)",
        pythons[0].key, pythons[1].key
    );
    assert_contains(&page, &point);
    assert_contains(&page, "modswap script 'my cases' ab/a --python");
}

#[test]
fn another_text_of_the_scenario_is_left_out() {
    let Some(pythons) = releases_or_none(2) else {
        return;
    };
    let workspace = Workspace::new();
    workspace.scenario("a", &changing_scenario(pythons[1], ""));
    accept(&workspace, &[pythons[0], pythons[1]]);
    workspace.scenario("a", &changing_scenario(pythons[1], "      x = 1\n"));
    let (page, _) = bisect(&workspace, &[], 3);
    let old = format!("left out: {}, {};", pythons[0].key, pythons[1].key);
    assert_contains(&page, &old);
    assert_contains(&page, "`modswap run a` runs it");
    // The title is no part of what it does.
    let title = changing_scenario(pythons[1], "").replace("Newer from", "Another title");
    workspace.scenario("a", &title);
    let (page, _) = bisect(&workspace, &[], 0);
    assert_contains(&page, "Another title");
    assert_contains(&page, "changed between");
}

#[test]
fn reports_are_enough_without_scenarios_and_baseline() {
    let Some(pythons) = releases_or_none(3) else {
        return;
    };
    let workspace = Workspace::new();
    workspace
        .scenario("a", &changing_scenario(pythons[1], ""))
        .scenario("b", "title: b\nsteps:\n  - eval: 1 + 1\n");
    for (number, python) in ["0.json", "1.json", "2.json"].iter().zip(&pythons) {
        expect_code(
            &workspace.run(&["run", "--python", python.path(), "--output", number]),
            0,
        );
    }
    fs::remove_dir_all(workspace.path("scenarios")).expect("the folder");
    let reports = [
        "--report", "2.json", "--report", "0.json", "--report", "1.json",
    ];
    let (page, _) = bisect(&workspace, &reports, 0);
    assert_contains(&page, "Newer from");
    let point = format!(
        "changed between {} (A) and {} (B)",
        pythons[0].key, pythons[1].key
    );
    assert_contains(&page, &point);
    assert_contains(&page, "value: False → True");
    // One behaviour, and nothing else that could be said of it.
    let (page, _) = expect_code(
        &workspace.run(&[&["bisect", "b"], &reports[..]].concat()),
        0,
    );
    assert_contains(&page, "no change between versions that are known");
    // What is to be run must be there.
    let (_, said) = bisect(&workspace, &[&reports[..], &["--run"]].concat(), 3);
    assert_contains(&said, "no scenario matches `a`");
}

#[test]
fn a_run_of_scenarios_elsewhere_is_known() {
    let workspace = Workspace::new();
    let text = "title: a\nsteps:\n  - eval: 1 + 1\n";
    for name in ["mine/x.yaml", "mine/deep/y.yaml"] {
        let path = workspace.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let python = newest_python();
    let path = python.path();
    expect_code(&workspace.run(&["bisect", "mine/x.yaml"]), 3);
    expect_code(&workspace.run(&["run", "mine", "--python", path]), 0);
    // Named by its file, below the folder that was run, and by its id in it.
    for words in [
        &["bisect", "mine/x.yaml"][..],
        &["bisect", "mine/deep/y.yaml"],
        &["bisect", "mine", "deep/y"],
        &["bisect", "mine", "y"],
    ] {
        let (page, _) = expect_code(&workspace.run(words), 0);
        assert_contains(&page, &python.key);
        assert_contains(&page, "no other version is known");
    }
    // A run of the file alone is known by the file.
    expect_code(
        &workspace.run(&["run", "mine/deep/y.yaml", "--python", path]),
        0,
    );
    expect_code(&workspace.run(&["bisect", "mine/deep/y.yaml"]), 0);
    expect_code(
        &workspace.run(&["bisect", "mine/x.yaml", "--no-baseline"]),
        3,
    );
}

#[test]
fn what_nobody_knows_is_told_with_the_way_out() {
    let workspace = Workspace::new();
    workspace.scenario("a", "title: a\nsteps:\n  - eval: 1 + 1\n");
    let (page, said) = bisect(&workspace, &[], 3);
    assert!(page.is_empty());
    assert_contains(&said, "nothing is known of `a`");
    assert_contains(&said, "`modswap run a` first");
    let (_, said) = expect_code(&workspace.run(&["bisect", "aa"]), 3);
    assert_contains(&said, "nothing is known of `aa`");
    assert_contains(&said, "did you mean `a`?");
    let (_, said) = expect_code(&workspace.run(&["bisect", "../a"]), 2);
    assert_contains(&said, "no such file or folder: ../a");
    let (_, said) = bisect(&workspace, &["--report", "none.json"], 2);
    assert_contains(&said, "none.json: cannot be read");
}

#[test]
fn ctrl_c_shows_what_was_found_so_far() {
    let Some(pythons) = releases_or_none(3) else {
        return;
    };
    let workspace = Workspace::new();
    let flag = workspace.path("hanging");
    let hang = format!(
        "      if sys.version_info[:3] == ({}):\n          import time; open({flag:?}, 'w').close(); time.sleep(3600)\n",
        pythons[1].key.replace('.', ", ")
    );
    workspace.scenario("a", &changing_scenario(pythons[1], &hang));
    accept(&workspace, &[pythons[0], pythons[2]]);
    let arguments = [&["bisect", "a", "--run"], &python_requests(&pythons)[..]].concat();
    let child = workspace
        .modswap(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    wait_for("the hanging case", || flag.exists());
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.expect("kill starts").success());
    let (page, _) = expect_code(&child.wait_with_output().expect("it ends"), 130);
    workspace.assert_clean();
    let point = format!(
        "changed between {} (A) and {} (B)",
        pythons[0].key, pythons[2].key
    );
    assert_contains(&page, &point);
}
