//! Circumstances: settings of pip, Pythons that lack something, addresses that lead nowhere, `site`.

use std::fs;

use super::ASKS;
use super::index::{Index, first_reason, packages_of};
use crate::harness::{
    PLAIN, assert_code, assert_contains, find_case, newest_python, parse_report, sample_pythons,
    trace_of,
};

#[test]
fn a_python_that_cannot_install_runs_what_needs_no_packages() {
    let index = Index::new();
    index.wheel("demo_pkg", "1.0", "");
    index
        .workspace
        .scenario("asks", ASKS)
        .scenario("plain", PLAIN);
    // As in a minimal image: without a module that installing needs.
    let python = newest_python();
    let wrap = index.workspace.script(
        "python",
        &format!(
            "#!/bin/sh\nfor code; do :; done\n\
             exec {} -E -s -S -B -c \"import sys; sys.modules['tarfile'] = None; $code\"\n",
            python.path.display()
        ),
    );
    let output = index
        .modswap(&["run", "--format", "json", "--python", &wrap])
        .output()
        .expect("the binary starts");
    assert_code(&output, 0);
    let report = parse_report(&output);
    assert_eq!(find_case(&report, "plain", &python.key)["verdict"], "pass");
    let reason = first_reason(&report, "asks", &python.key);
    let start = "no package Demo_Pkg<2: this Python cannot install anything: ";
    assert!(reason.starts_with(start), "{reason}");
}

#[test]
fn an_address_that_leads_nowhere_says_nothing_of_other_packages() {
    let index = Index::new();
    index.wheel("demo_pkg", "1.0", "");
    let nowhere = ASKS.replace(
        "Demo_Pkg<2",
        "demo_pkg @ http://127.0.0.1:9/demo_pkg-1.0-py2.py3-none-any.whl",
    );
    index.workspace.scenario("a", &nowhere).scenario("b", ASKS);
    let python = newest_python();
    let (report, _) = index.run_newest(&["--jobs", "1"], 0);
    assert_eq!(find_case(&report, "a", &python.key)["verdict"], "skipped");
    assert_eq!(find_case(&report, "b", &python.key)["verdict"], "pass");
}

#[test]
fn what_pip_put_elsewhere_is_not_taken_for_installed() {
    let index = Index::asking();
    let python = newest_python();
    let path = python.path();
    let config = index.workspace.path("pip.conf");
    let elsewhere = index.workspace.path("elsewhere");
    fs::write(
        &config,
        format!("[install]\nroot = {}\n", elsewhere.display()),
    )
    .expect("a file");
    let mut command = index.modswap(&["run", "--format", "json", "--python", path]);
    for name in ["UV_OFFLINE", "UV_NO_INDEX", "UV_FIND_LINKS", "UV_CACHE_DIR"] {
        command.env_remove(name);
    }
    let output = command
        .env("PIP_CONFIG_FILE", &config)
        .output()
        .expect("the binary starts");
    let reason = first_reason(&parse_report(&output), "asks", &python.key);
    assert_contains(
        &reason,
        "says that it has installed demo-pkg, but it is not there",
    );
    let (report, _) = index.run_newest(&[], 0);
    assert_eq!(packages_of(&report, "asks", &python.key), ["demo-pkg 1.0"]);
}

#[test]
fn a_set_that_lost_something_is_installed_anew() {
    let index = Index::asking();
    index.run_newest(&[], 0);
    let [name] = &index.installed()[..] else {
        panic!("one folder: {:?}", index.installed());
    };
    let folder = index.workspace.path("cache/packages").join(name);
    fs::remove_dir_all(folder.join("demo_pkg-1.0.dist-info")).expect("a folder");
    let (_, said) = index.run_newest(&[], 0);
    assert_contains(&said, "installing with");
}

#[test]
fn with_site_what_is_required_comes_before_what_the_interpreter_has() {
    let index = Index::new();
    index.wheel("pip", "99.0", "");
    let text = "\
title: it
requires: {packages: [pip==99.0]}
interpreter: {site: true}
steps:
  - import: pip
  - eval: getattr(pip, \"version\", None)
    expect: {value: '99.0'}
";
    index.workspace.scenario("site", text);
    let pythons = sample_pythons();
    let (report, said) = index.run(&pythons, &[], 0);
    for python in &pythons {
        let case = find_case(&report, "site", &python.key);
        assert_eq!(case["verdict"], "pass", "{}: {case} {said}", python.key);
        assert_eq!(
            trace_of(&report, case)[1]["facts"]["value"],
            "'99.0'",
            "{}",
            python.key
        );
    }
}

#[test]
fn requirements_may_have_any_letters() {
    let index = Index::new();
    index.wheel("demo_pkg", "1.0", "");
    let folder = index.workspace.path("s\u{f6}me");
    fs::create_dir(&folder).expect("a folder");
    let wheel = "demo_pkg-1.0-py2.py3-none-any.whl";
    fs::copy(index.folder().join(wheel), folder.join(wheel)).expect("a file");
    let address = format!("demo_pkg @ file://{}/{wheel}", folder.display());
    index
        .workspace
        .scenario("asks", &ASKS.replace("Demo_Pkg<2", &address));
    let pythons = sample_pythons();
    let mut command = index.on(&pythons, &["run", "--format", "json"]);
    let report = parse_report(&command.output().expect("the binary starts"));
    for python in &pythons {
        // Old pips do not know this form, and say so.
        let verdict = &find_case(&report, "asks", &python.key)["verdict"];
        assert!(verdict == "pass" || verdict == "skipped", "{report:#}");
    }
    let verdict = &find_case(&report, "asks", &newest_python().key)["verdict"];
    assert_eq!(*verdict, "pass", "{report:#}");
}

#[test]
fn an_address_of_no_wheel_is_built_only_with_build() {
    let index = Index::new();
    let project = index.workspace.path("project");
    super::projects::write_project(&project);
    let address = format!("own @ file://{}", project.display());
    let asks = format!(
        "title: it\nrequires: {{packages: ['{address}']}}\nsteps: [{{import: own, expect: {{outcome: ok}}}}]\n"
    );
    index.workspace.scenario("asks", &asks);
    let pythons = sample_pythons();
    let (report, said) = index.run(&pythons, &[], 3);
    assert!(!said.contains("installing"), "{said}");
    for python in &pythons {
        assert_eq!(
            first_reason(&report, "asks", &python.key),
            format!("no package {address}: it is no wheel, and only --build lets it be built")
        );
    }
    let python = newest_python();
    let (report, _) = index.run_newest(&["--build"], 0);
    assert_eq!(packages_of(&report, "asks", &python.key), ["own 1.0"]);
}
