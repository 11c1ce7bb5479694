//! `release.yml`: who may do what in it, and which scripts it calls.

use std::collections::BTreeMap;
use std::fs;

use serde_yaml::Value;

use super::repository;

fn read_workflow() -> (String, Value) {
    let path = repository().join(".github/workflows/release.yml");
    let text = fs::read_to_string(path).expect("the workflow");
    let value = serde_yaml::from_str(&text).expect("YAML");
    (text, value)
}

fn jobs(workflow: &Value) -> BTreeMap<&str, &Value> {
    let jobs = workflow["jobs"].as_mapping().expect("jobs").iter();
    jobs.map(|(name, job)| (name.as_str().expect("a name"), job))
        .collect()
}

/// The jobs that one waits for.
fn needs(job: &Value) -> Vec<&str> {
    match &job["needs"] {
        Value::Sequence(all) => all.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

/// True if a job runs for tags only, by itself or because it waits for one that does.
fn is_for_tags(name: &str, jobs: &BTreeMap<&str, &Value>) -> bool {
    let condition = jobs[name]["if"].as_str().unwrap_or_default();
    condition == "${{ github.event_name == 'push' }}"
        || needs(jobs[name]).iter().any(|one| is_for_tags(one, jobs))
}

#[test]
fn each_job_may_do_its_own_part_and_a_dry_run_publishes_nothing() {
    let (_, workflow) = read_workflow();
    let nothing = workflow["permissions"].as_mapping();
    assert_eq!(nothing.map(serde_yaml::Mapping::len), Some(0));
    let jobs = jobs(&workflow);
    let writes = [
        ("attest", vec!["attestations", "id-token"]),
        ("crates-io", vec!["id-token"]),
        ("draft", vec!["contents"]),
        ("publish", vec!["contents"]),
        ("pypi", vec!["id-token"]),
    ];
    let mut seen = Vec::new();
    for (&name, job) in &jobs {
        assert!(job["timeout-minutes"].is_number(), "{name}");
        let given = job["permissions"].as_mapping().expect("permissions");
        let given = given.iter().filter(|(_, value)| *value == "write");
        let mut given: Vec<_> = given.filter_map(|(what, _)| what.as_str()).collect();
        given.sort_unstable();
        assert_eq!(given.is_empty(), !is_for_tags(name, &jobs), "{name}");
        if !given.is_empty() {
            seen.push((name, given));
        }
    }
    assert_eq!(seen, writes);
    for (name, login) in [
        ("pypi", "gh-action-pypi-publish"),
        ("crates-io", "crates-io-auth-action"),
    ] {
        assert!(jobs[name]["environment"]["name"].is_string(), "{name}");
        let steps = jobs[name]["steps"].as_sequence().expect("steps").iter();
        let mut used = steps.filter_map(|step| step["uses"].as_str());
        assert!(used.any(|action| action.contains(login)), "{name}");
    }
}

/// True if one job comes after another, if not at once.
fn waits_for(name: &str, other: &str, jobs: &BTreeMap<&str, &Value>) -> bool {
    let mut all = needs(jobs[name]).into_iter();
    all.any(|one| one == other || waits_for(one, other, jobs))
}

#[test]
fn nothing_is_published_before_everything_was_tried() {
    let (_, workflow) = read_workflow();
    let jobs = jobs(&workflow);
    for (name, other) in [
        ("attest", "check"),
        ("attest", "crate"),
        ("attest", "sdist"),
        ("attest", "build"),
        ("draft", "attest"),
        ("pypi", "draft"),
        ("crates-io", "draft"),
        ("publish", "pypi"),
        ("publish", "crates-io"),
    ] {
        assert!(waits_for(name, other, &jobs), "{name} before {other}");
    }
}

#[test]
fn tags_of_releases_start_it_and_the_tag_of_the_action_does_not() {
    let (_, workflow) = read_workflow();
    assert_eq!(workflow["on"]["push"]["tags"][0], "v[0-9]+.[0-9]+.[0-9]+*");
    assert!(workflow["on"]["push"]["branches"].is_null());
    let keys = workflow["on"].as_mapping().expect("events").keys();
    let keys: Vec<_> = keys.filter_map(Value::as_str).collect();
    assert_eq!(keys, ["push", "workflow_dispatch"]);
}

#[test]
fn every_script_of_a_release_is_called() {
    let (mut text, _) = read_workflow();
    let folder = repository().join(".ci/release");
    let scripts = fs::read_dir(folder).expect("scripts");
    let scripts = scripts.map(|entry| entry.expect("an entry").path());
    let scripts: Vec<_> = scripts.filter(|path| path.extension().is_none()).collect();
    assert!(scripts.len() >= 10, "{scripts:?}");
    for script in &scripts {
        // What a script calls.
        let lines = fs::read_to_string(script).expect("a script");
        let lines = lines.lines().filter(|line| !line.starts_with('#'));
        text.extend(lines.map(|line| format!("{line}\n")));
    }
    for script in &scripts {
        let name = script.file_name().expect("a name").display();
        let is_called = text.contains(&format!(".ci/release/{name} "))
            || text.contains(&format!(".ci/release/{name}\n"));
        assert!(is_called, "{name}");
    }
}

#[test]
fn the_targets_are_those_of_the_page_about_installing() {
    let (_, workflow) = read_workflow();
    let built = &workflow["jobs"]["build"]["strategy"]["matrix"]["include"];
    let built = built.as_sequence().expect("targets").iter();
    let built: Vec<_> = built.filter_map(|one| one["target"].as_str()).collect();
    let page = fs::read_to_string(repository().join("docs/installing.md")).expect("the page");
    let told = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let told: Vec<_> = told.filter_map(|line| line.split('`').next()).collect();
    assert_eq!(told, built);
}
