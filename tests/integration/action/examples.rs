//! The workflows in README.md and docs/ci.md, which people copy: their steps are those of this repository, and what they give the
//! action runs for real, with a project of one's own on the Pythons that are here.

use std::fs;
use std::path::Path;

use serde_yaml::Value;

use super::job::{Job, OWN, publish};
use crate::harness::pythons;
use crate::packages::projects::write_project;

/// The workflows in a page.
fn read_workflows(page: &str) -> Vec<Value> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
    let blocks = text.split("```yaml\n").skip(1);
    let blocks = blocks.filter_map(|text| text.split("\n```").next());
    let workflows = blocks.filter(|block| block.starts_with("name: "));
    workflows
        .map(|block| serde_yaml::from_str(block).expect("YAML"))
        .collect()
}

/// The steps of a workflow's job.
fn steps_of(workflow: &Value) -> &[Value] {
    let steps = workflow["jobs"]["modswap"]["steps"].as_sequence();
    steps.expect("steps")
}

/// The inputs that the action is given in a workflow.
fn inputs_of(workflow: &Value) -> Vec<(String, String)> {
    let uses = |step: &&Value| step["uses"].as_str().unwrap().starts_with("OWNER/");
    let step = steps_of(workflow).iter().find(uses).expect("the action");
    let with = step["with"].as_mapping().expect("inputs").iter();
    with.map(|(name, value)| {
        let [name, value] = [name, value].map(|text| text.as_str().expect("text").to_owned());
        (name, value)
    })
    .collect()
}

#[test]
fn copied_workflows_use_the_actions_of_this_repository_in_its_versions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows");
    let workflows =
        ["ci.yml", "matrix.yml"].map(|name| fs::read_to_string(folder.join(name)).unwrap());
    let major = OWN.split('.').next().unwrap();
    let own = format!("OWNER/modswap/.github/actions/modswap@v{major}");
    let mut seen = 0;
    for page in ["README.md", "docs/ci.md"] {
        for workflow in read_workflows(page) {
            assert_eq!(workflow["permissions"]["contents"], "read", "{page}");
            for step in steps_of(&workflow) {
                let used = step["uses"].as_str().expect("an action");
                let known = workflows.iter().any(|text| text.contains(used));
                assert!(known || used == own, "{page}: {used}");
                seen += 1;
            }
        }
    }
    assert!(seen > 6);
}

/// The oldest and the newest of these versions that are here.
fn keep_present(list: &str) -> String {
    let here: Vec<_> = pythons().iter().map(|python| &python.key).collect();
    let is_here = |version: &&str| {
        let start = format!("{version}.");
        here.iter()
            .any(|key| key == version || key.starts_with(&start))
    };
    let present: Vec<&str> = list.lines().filter(is_here).collect();
    let kept: Vec<&str> = present
        .first()
        .into_iter()
        .chain(present.last())
        .copied()
        .collect();
    println!("on {kept:?} of the example's versions; not covered: the others");
    kept.join("\n")
}

#[test]
fn a_librarys_own_package_runs_on_its_pythons() {
    let workflows = read_workflows("docs/ci.md");
    let [_, workflow] = &workflows[..] else {
        panic!("two workflows: {workflows:#?}");
    };
    let given = inputs_of(workflow);
    let list = |name: &str| {
        given
            .iter()
            .find(|(input, _)| input == name)
            .unwrap()
            .1
            .as_str()
    };
    let set_up = steps_of(workflow)[1]["with"]["python-version"].as_str();
    assert_eq!(Some(list("pythons")), set_up);
    assert_eq!(list("pythons").lines().count(), 6);

    let present = keep_present(list("pythons"));
    let inputs: Vec<(&str, &str)> = given
        .iter()
        .map(|(name, value)| match name.as_str() {
            "pythons" => ("pythons", present.as_str()),
            name => (name, value.as_str()),
        })
        .collect();
    let job = Job::at_ref(&format!("v{OWN}"), &inputs);
    let modswap = format!(
        "#!/bin/bash\nexec '{}' \"$@\"\n",
        env!("CARGO_BIN_EXE_modswap")
    );
    publish(&job.at("releases"), OWN, &modswap);
    let library = job.at("work space");
    write_project(&library);
    fs::create_dir_all(library.join("tests/imports")).unwrap();
    let scenario = "title: it\nsteps: [{import: own}, {eval: own.value, expect: {value: 1}}]\n";
    fs::write(library.join("tests/imports/own.yaml"), scenario).unwrap();
    let cache = job.at("cache").display().to_string();
    let home = job.at("home").display().to_string();
    let mut job = job
        .set("MODSWAP_CACHE_DIR", &cache)
        .set("MODSWAP_STATE_DIR", &home)
        .set("HOME", &home);
    let expected = if present.is_empty() { 3 } else { 0 };
    assert_eq!(job.run(), expected);
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(job.output("report")).unwrap()).unwrap();
    let cases = report["cases"].as_array().unwrap();
    assert!(cases.len() >= present.lines().count());
    assert!(
        cases.iter().all(|case| case["verdict"] == "pass"),
        "{cases:#?}"
    );
    let page = fs::read_to_string(library.join(job.output("html"))).unwrap();
    assert!(
        page.contains("own 1.0"),
        "the page says which package it was"
    );
    assert!(job.caches().len() == 1, "each commit makes it anew");
}
