//! `modswap bisect`: change points over all that is known, and running until they are found, on real Pythons.
#![cfg(unix)]

use std::fs;
use std::process::{Command, Output, Stdio};

use crate::harness::{Python, Workspace, newest_python, pythons, stderr_of, stdout_of, wait_for};

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
fn at_least(count: usize) -> Option<Vec<&'static Python>> {
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
fn changing(at: &Python, body: &str) -> String {
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
        let output = workspace.run(command);
        assert_eq!(output.status.code(), Some(0), "{}", stderr_of(&output));
    }
    // What follows knows it from the baseline alone.
    let _ = fs::remove_dir_all(workspace.state.path());
}

fn ends(output: &Output, code: i32) -> (String, String) {
    let (out, err) = (stdout_of(&output), stderr_of(&output));
    assert_eq!(output.status.code(), Some(code), "{out}{err}");
    (out, err)
}

fn bisect(workspace: &Workspace, more: &[&str], code: i32) -> (String, String) {
    ends(&workspace.run(&[&["bisect", "a"], more].concat()), code)
}

fn requests<'a>(pythons: &[&'a Python]) -> Vec<&'a str> {
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
    let Some(pythons) = at_least(4) else { return };
    let workspace = Workspace::new();
    let at = pythons.len() - 2;
    workspace.scenario("a", &changing(pythons[at], ""));
    let (first, last) = (pythons[0], pythons[pythons.len() - 1]);
    accept(&workspace, &[first, last]);

    let (page, said) = bisect(&workspace, &[], 0);
    let point = format!("changed between {} (A) and {} (B); ", first.key, last.key);
    assert!(page.contains(&point) && page.contains(" not run"), "{page}");
    assert!(!page.contains("next:") && said.is_empty(), "{page}{said}");

    // By hand: the middle one, after which the hole is smaller.
    let given = requests(&pythons);
    let (page, _) = bisect(&workspace, &given, 0);
    let middle = pythons[1 + (pythons.len() - 2) / 2];
    assert!(
        page.contains(&format!("next: modswap run a --python {}\n", middle.path())),
        "{page}"
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
    let Some(pythons) = at_least(5) else { return };
    let workspace = Workspace::new();
    let middle = pythons[1 + (pythons.len() - 2) / 2];
    let crash = format!(
        "      if sys.version_info[:3] == ({}):\n          import os; os.abort()\n",
        middle.key.replace('.', ", ")
    );
    workspace.scenario("a", &changing(pythons[1], &crash));
    accept(&workspace, &[pythons[0], pythons[pythons.len() - 1]]);
    let (page, said) = bisect(
        &workspace,
        &[&requests(&pythons)[..], &["--run"]].concat(),
        0,
    );
    let (before, after) = (&pythons[0].key, &pythons[1].key);
    assert!(
        page.contains(&format!("changed between {before} (A) and {after} (B)")),
        "{page}"
    );
    assert!(
        page.contains(&format!("no behaviour: {} crashed\n", middle.key)),
        "{page}"
    );
    assert_eq!(
        said.matches(&format!("trying {}\n", middle.key)).count(),
        1,
        "{said}"
    );
}

#[test]
fn a_command_is_asked_for_as_it_was_and_stays_within_its_folder() {
    let Some(pythons) = at_least(3) else { return };
    let workspace = Workspace::new();
    // Neither the folder of the scenarios nor that of the baseline is where it is looked for.
    workspace.scenario("ab/a", &changing(pythons[1], ""));
    fs::rename(workspace.path("scenarios"), workspace.path("my cases")).expect("a folder");
    let own = ["--baseline", "my baseline"];
    let (first, last) = (pythons[0].path(), pythons[2].path());
    let run = [
        "run", "my cases", "--output", "r.json", "--python", first, "--python", last,
    ];
    ends(&workspace.run(&[&run[..], &own].concat()), 0);
    ends(
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
    let known = [
        "bisect",
        "ab/a",
        "--scenarios",
        "my cases",
        "--python",
        &request,
    ];
    let (page, _) = ends(&workspace.run(&[&known[..], &own].concat()), 0);
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
    let (page, _) = ends(&workspace.run(&[&known[..4], &own].concat()), 0);
    let point = format!(
        "changed between {} (A) and {} (B)",
        pythons[0].key, pythons[1].key
    );
    assert!(page.contains(&point), "{page}");
    assert!(
        page.contains("modswap script ab/a --scenarios 'my cases' --python"),
        "{page}"
    );
}

#[test]
fn another_text_of_the_scenario_is_left_out() {
    let Some(pythons) = at_least(2) else { return };
    let workspace = Workspace::new();
    workspace.scenario("a", &changing(pythons[1], ""));
    accept(&workspace, &[pythons[0], pythons[1]]);
    workspace.scenario("a", &changing(pythons[1], "      x = 1\n"));
    let (page, _) = bisect(&workspace, &[], 3);
    let old = format!("left out: {}, {};", pythons[0].key, pythons[1].key);
    assert!(page.contains(&old), "{page}");
    assert!(page.contains("`modswap run a` runs it"), "{page}");
    // The title is no part of what it does.
    let title = changing(pythons[1], "").replace("Newer from", "Another title");
    workspace.scenario("a", &title);
    let (page, _) = bisect(&workspace, &[], 0);
    assert!(
        page.contains("Another title") && page.contains("changed between"),
        "{page}"
    );
}

#[test]
fn reports_are_enough_without_scenarios_and_baseline() {
    let Some(pythons) = at_least(3) else { return };
    let workspace = Workspace::new();
    workspace
        .scenario("a", &changing(pythons[1], ""))
        .scenario("b", "title: b\nsteps:\n  - eval: 1 + 1\n");
    for (number, python) in ["0.json", "1.json", "2.json"].iter().zip(&pythons) {
        ends(
            &workspace.run(&["run", "--python", python.path(), "--output", number]),
            0,
        );
    }
    fs::remove_dir_all(workspace.path("scenarios")).expect("the folder");
    let reports = [
        "--report", "2.json", "--report", "0.json", "--report", "1.json",
    ];
    let (page, _) = bisect(&workspace, &reports, 0);
    assert!(page.contains("Newer from"), "{page}");
    let point = format!(
        "changed between {} (A) and {} (B)",
        pythons[0].key, pythons[1].key
    );
    assert!(
        page.contains(&point) && page.contains("value: False → True"),
        "{page}"
    );
    // One behaviour, and nothing else that could be said of it.
    let (page, _) = ends(
        &workspace.run(&[&["bisect", "b"], &reports[..]].concat()),
        0,
    );
    assert!(
        page.contains("no change between versions that are known"),
        "{page}"
    );
    // What is to be run must be there.
    let (_, said) = bisect(&workspace, &[&reports[..], &["--run"]].concat(), 2);
    assert!(said.contains("no folder `scenarios` here"), "{said}");
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
    ends(&workspace.run(&["bisect", "mine/x.yaml"]), 3);
    ends(&workspace.run(&["run", "mine", "--python", path]), 0);
    // Named by its file, below the folder that was run, and by its id in it.
    for words in [
        &["bisect", "mine/x.yaml"][..],
        &["bisect", "mine/deep/y.yaml"],
        &["bisect", "deep/y", "--scenarios", "mine"],
        &["bisect", "y", "--scenarios", "mine"],
    ] {
        let (page, _) = ends(&workspace.run(words), 0);
        assert!(
            page.contains(&python.key) && page.contains("no other version is known"),
            "{page}"
        );
    }
    // A run of the file alone is known by the file.
    ends(
        &workspace.run(&["run", "mine/deep/y.yaml", "--python", path]),
        0,
    );
    ends(&workspace.run(&["bisect", "mine/deep/y.yaml"]), 0);
    ends(
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
    assert!(
        said.contains("nothing is known of `a`") && said.contains("`modswap run a` first"),
        "{said}"
    );
    let (_, said) = ends(&workspace.run(&["bisect", "aa"]), 3);
    assert!(
        said.contains("nothing is known of `aa`") && said.contains("did you mean `a`?"),
        "{said}"
    );
    let (_, said) = ends(&workspace.run(&["bisect", "../a"]), 2);
    assert!(said.contains("`../a` is no id"), "{said}");
    let (_, said) = bisect(&workspace, &["--report", "none.json"], 2);
    assert!(said.contains("none.json: cannot be read"), "{said}");
}

#[test]
fn ctrl_c_shows_what_was_found_so_far() {
    let Some(pythons) = at_least(3) else { return };
    let workspace = Workspace::new();
    let flag = workspace.path("hanging");
    let hang = format!(
        "      if sys.version_info[:3] == ({}):\n          import time; open({flag:?}, 'w').close(); time.sleep(3600)\n",
        pythons[1].key.replace('.', ", ")
    );
    workspace.scenario("a", &changing(pythons[1], &hang));
    accept(&workspace, &[pythons[0], pythons[2]]);
    let arguments = [&["bisect", "a", "--run"], &requests(&pythons)[..]].concat();
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
    let (page, _) = ends(&child.wait_with_output().expect("it ends"), 130);
    workspace.assert_clean();
    let point = format!(
        "changed between {} (A) and {} (B)",
        pythons[0].key, pythons[2].key
    );
    assert!(page.contains(&point), "{page}");
}
