//! Packages for the cases that require them: from an index of our own, so that nothing depends on the network or on what
//! others publish.
#![cfg(unix)]

mod cache;
pub(crate) mod index;
mod pips;
mod places;
pub(crate) mod projects;
mod settings;
mod startup;

use crate::harness::{
    Workspace, assert_code, assert_contains, expect_exit, find_case, newest_python, parse_report,
    sample_pythons, stderr_of, stdout_of, trace_of,
};
use index::{Index, first_reason, packages_of};

/// Imports the package and says which version it got.
const ASKS: &str = "\
title: It asks
requires: {packages: ['Demo_Pkg<2']}
steps:
  - import: demo_pkg
    expect: {outcome: ok}
  - eval: demo_pkg.version
    expect: {value: '1.0'}
";

const DOES_NOT_ASK: &str = "title: It does not\nsteps: [{run: import demo_pkg}]\n";

#[test]
fn a_package_is_installed_once_and_only_for_those_who_ask() {
    let index = Index::new();
    index
        .wheel("demo_pkg", "1.0", "")
        .wheel("demo_pkg", "2.0", "");
    index
        .workspace
        .scenario("asks", ASKS)
        .scenario("does-not", DOES_NOT_ASK);
    let pythons = sample_pythons();
    let (report, said) = index.run(&pythons, &[], 0);
    for python in &pythons {
        let key = &python.key;
        assert_eq!(find_case(&report, "asks", key)["verdict"], "pass", "{said}");
        assert_eq!(packages_of(&report, "asks", key), ["demo-pkg 1.0"], "{key}");
        assert!(packages_of(&report, "does-not", key).is_empty());
        let other = find_case(&report, "does-not", key);
        let outcome = &trace_of(&report, other)[0]["facts"]["outcome"];
        assert!(
            outcome.as_str().is_some_and(|one| one.ends_with("Error")),
            "{key}: {outcome}"
        );
        assert_contains(&said, &format!("{key}: Demo_Pkg<2: installing with "));
    }
    // The second time nothing is installed, and no index is needed.
    std::fs::remove_dir_all(index.folder()).expect("an index");
    let (report, said) = index.run(&pythons, &[], 0);
    assert!(!said.contains("installing"), "{said}");
    for python in &pythons {
        assert_eq!(find_case(&report, "asks", &python.key)["verdict"], "pass");
    }
    assert_eq!(index.installed().len(), pythons.len());
}

#[test]
fn what_cannot_be_had_is_skipped_with_the_cause() {
    let index = Index::new();
    index
        .wheel("demo_pkg", "1.0", "")
        .wheel("future_pkg", "1.0", "Requires-Python: >=9\n");
    for (id, package) in [
        ("version", "demo-pkg>=99"),
        ("python", "future-pkg"),
        ("name", "no-such-pkg"),
    ] {
        let requires =
            format!("title: it\nrequires: {{packages: ['{package}']}}\nsteps: [{{run: pass}}]\n");
        index.workspace.scenario(id, &requires);
    }
    let pythons = sample_pythons();
    let (report, said) = index.run(&pythons, &[], 3);
    assert_contains(&said, "nothing could run");
    for python in &pythons {
        let said = |id: &str| first_reason(&report, id, &python.key);
        assert_eq!(
            said("version"),
            "no package demo-pkg>=99: of the versions for this Python (1.0) none fits",
            "{}",
            python.key
        );
        assert_eq!(
            said("name"),
            "no package no-such-pkg: no wheel of this name is there for this Python (--build allows building one)",
            "{}",
            python.key
        );
        assert_eq!(
            said("python").to_lowercase().replace('_', "-"),
            "future-pkg requires python >=9",
            "{}",
            python.key
        );
    }
}

#[test]
fn without_a_network_the_cache_is_used_and_else_the_reason_is_given() {
    let index = Index::asking();
    let pythons = sample_pythons();
    let (report, _) = index.run(&pythons, &["--offline"], 3);
    for python in &pythons {
        assert_eq!(
            first_reason(&report, "asks", &python.key),
            "no package Demo_Pkg<2: not in the cache, and offline"
        );
    }
    // An index where nothing listens.
    let output = index
        .unreachable(&pythons)
        .output()
        .expect("the binary starts");
    assert_code(&output, 3);
    let report = parse_report(&output);
    for python in &pythons {
        let reason = first_reason(&report, "asks", &python.key);
        let known = ["no index answers: cannot reach 127.0.0.1"];
        let fits = known
            .iter()
            .any(|words| reason.starts_with(&format!("no package Demo_Pkg<2: {words}")));
        assert!(fits, "{reason}");
    }
    index.run(&pythons, &[], 0);
    let (report, _) = index.run(&pythons, &["--offline"], 0);
    assert_eq!(
        packages_of(&report, "asks", &pythons[0].key),
        ["demo-pkg 1.0"]
    );
}

#[test]
fn what_the_interpreter_has_itself_will_do_where_nothing_can_be_installed() {
    let index = Index::new();
    let text =
        "title: it\nrequires: {packages: [pip]}\nsteps: [{import: pip, expect: {outcome: ok}}]\n";
    let newer = text.replace("[pip]", "['pip>=9999']");
    index
        .workspace
        .scenario("pip", text)
        .scenario("newer", &newer);
    let pythons = sample_pythons();
    let (report, _) = index.run(&pythons, &["--offline"], 0);
    for python in &pythons {
        let key = &python.key;
        if find_case(&report, "pip", key)["verdict"] == "skipped" {
            println!("not covered: a package that is there, on {key}, which has no pip");
        }
        assert_eq!(
            first_reason(&report, "newer", key),
            "no package pip>=9999: not in the cache, and offline"
        );
    }
}

#[test]
fn with_gives_a_package_to_every_case() {
    let index = Index::new();
    index
        .wheel("demo_pkg", "1.0", "")
        .wheel("demo_pkg", "2.0", "");
    let plain = "title: it\nsteps: [{import: demo_pkg, expect: {outcome: ok}}]\n";
    index
        .workspace
        .scenario("plain", plain)
        .scenario("asks", ASKS);
    let pythons = [newest_python()];
    let (report, _) = index.run(&pythons, &["--with", "demo-pkg"], 0);
    for python in &pythons {
        assert_eq!(packages_of(&report, "plain", &python.key), ["demo-pkg 2.0"]);
        // Both requirements hold together.
        assert_eq!(packages_of(&report, "asks", &python.key), ["demo-pkg 1.0"]);
    }
}

#[test]
fn what_is_not_installed_yet_is_left_out_unless_it_is_asked_for() {
    let index = Index::asking();
    let plain = "title: it\nsteps: [{run: pass}]\n";
    index.workspace.scenario("plain", plain);
    index.workspace.scenario("packages/asks", ASKS);
    let python = newest_python();
    let run = |words: &[&str]| {
        let mut command = index.workspace.modswap(&["run", "--python", python.path()]);
        Index::configure(&index.workspace, &mut command);
        command.args(["--format", "json"]).args(words);
        let output = expect_exit(&mut command, 0);
        let report = parse_report(&output);
        let reasons = report["cases"].as_array().expect("a list").iter();
        let reasons = reasons.filter_map(|case| case["reasons"][0].as_str());
        let reasons: Vec<String> = reasons.map(str::to_owned).collect();
        (reasons, stderr_of(&output))
    };
    // A folder is taken as it comes, whatever its scenarios require; a package that is given is not theirs.
    index.wheel("other_pkg", "1.0", "");
    for words in [
        &[][..],
        &["scenarios"],
        &["--tag", "a"],
        &["--with", "other-pkg"],
    ] {
        index
            .workspace
            .scenario("tagged", "title: it\ntags: [a]\nsteps: [{run: pass}]\n");
        let tagged = ASKS.replacen("requires", "tags: [a]\nrequires", 1);
        index.workspace.scenario("packages/asks", &tagged);
        let (reasons, said) = run(words);
        let reason = "the packages are not installed yet; --packages installs them";
        let count = if words.contains(&"--tag") { 1 } else { 2 };
        assert_eq!(reasons, vec![reason; count], "{words:?}");
        let line = said.strip_suffix('\n').expect("a line");
        assert!(!line.contains('\n'), "one line: {said}");
        assert_contains(line, "modswap: left out: ");
        assert_contains(line, "packages not installed yet (demo-pkg");
        assert_contains(line, "`modswap run --packages` installs them: ");
        assert_eq!(
            run(&[words, &["--quiet"]].concat()),
            (reasons, String::new())
        );
    }
    assert_eq!(index.installed().len(), 1, "what was given with --with");
    // Whoever names a scenario, a subject, a file or a package means it.
    for words in [
        &["packages/asks"][..],
        &["*asks"],
        &["packages"],
        &["scenarios/packages"],
        &["scenarios/packages/asks.yaml"],
        &["--with", "demo.pkg"],
        &["--packages"],
    ] {
        std::fs::remove_dir_all(index.workspace.path("cache")).expect("a cache");
        let (reasons, said) = run(words);
        assert_eq!((reasons, said), (Vec::new(), String::new()), "{words:?}");
        // What is there is used by whoever requires the same.
        if words[0] != "--with" {
            assert_eq!(run(&[]), (Vec::new(), String::new()), "after {words:?}");
        }
    }
    std::fs::remove_dir_all(index.workspace.path("cache")).expect("a cache");
    // Unless nothing may be.
    let mut command = index
        .workspace
        .modswap(&["show", "packages/asks", "--offline"]);
    Index::configure(&index.workspace, &mut command);
    let output = expect_exit(command.args(["--python", python.path()]), 3);
    assert_contains(&stdout_of(&output), "not in the cache, and offline");
    assert!(index.installed().is_empty());
}

#[test]
fn the_page_of_a_scenario_says_which_versions_there_were() {
    let index = Index::asking();
    let pythons = [newest_python()];
    let shown = stdout_of(&expect_exit(&mut index.on(&pythons, &["show", "asks"]), 0));
    assert_contains(&shown, "packages\n  demo-pkg  1.0 on ");
}

#[test]
fn what_is_no_package_is_a_wrong_usage() {
    let workspace = Workspace::new();
    workspace.scenario("does-not", DOES_NOT_ASK);
    for (package, words) in [
        ("x y", "expected something like `numpy`"),
        ("./missing", "no project at `./missing` (/"),
        (
            "x-1.0-py3-none-any.whl",
            "no project at `./x-1.0-py3-none-any.whl` (/",
        ),
    ] {
        let output = workspace.run_to(2, &["run", "--with", package]);
        let said = stderr_of(&output);
        assert_contains(&said, words);
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn an_interpreter_behind_a_command_finds_a_cache_on_its_own_side() {
    let index = Index::asking();
    let python = newest_python();
    let home = index.workspace.path("far-side");
    let request = format!(
        "far=env -u MODSWAP_CACHE_DIR XDG_CACHE_HOME={} {}",
        home.display(),
        python.path.display()
    );
    expect_exit(&mut index.modswap(&["run", "--python", &request]), 0);
    let there = std::fs::read_dir(home.join("modswap/packages")).expect("a cache");
    assert_eq!(there.flatten().filter(|one| one.path().is_dir()).count(), 1);
    assert!(index.installed().is_empty());
}
