//! What `.github` must be even where its linters cannot be had, and what they cannot know.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;

mod community;
mod matrix;

/// Every file in `.github` with this ending, and its text.
fn read_files(wanted: &str) -> Vec<(PathBuf, String)> {
    fn collect_files(folder: &Path, wanted: &str, files: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect_files(&path, wanted, files);
            } else if path.extension().is_some_and(|end| end == wanted) {
                let text = fs::read_to_string(&path).expect("text");
                files.push((path, text));
            }
        }
    }
    let mut files = Vec::new();
    collect_files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(".github"),
        wanted,
        &mut files,
    );
    assert!(files.len() >= 3, "ci, matrix and the action; its scripts");
    files
}

fn parse_yaml(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML")
}

/// The workflow of that name.
fn read_workflow(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows");
    parse_yaml(&fs::read_to_string(path.join(name)).expect("the workflow"))
}

/// Every mapping in a document, at any depth, that has this key.
fn collect_having<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Mapping(entries) => {
            if entries.contains_key(key) {
                found.push(value);
            }
            entries
                .values()
                .for_each(|inner| collect_having(inner, key, found));
        }
        Value::Sequence(items) => items
            .iter()
            .for_each(|inner| collect_having(inner, key, found)),
        _ => {}
    }
}

fn steps_with<'a>(document: &'a Value, key: &str) -> Vec<&'a Value> {
    let mut found = Vec::new();
    collect_having(document, key, &mut found);
    found
}

#[test]
fn every_action_is_pinned_by_its_commit_and_says_the_version() {
    for (path, text) in read_files("yml") {
        let mut seen = 0;
        for line in text.lines() {
            let Some((_, used)) = line.split_once("uses: ") else {
                continue;
            };
            seen += 1;
            let (action, version) = used
                .split_once(" # v")
                .unwrap_or_else(|| panic!("{}: no version: {line}", path.display()));
            let (_, commit) = action.split_once('@').expect("a revision");
            let is_commit =
                commit.len() == 40 && commit.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
            assert!(is_commit, "{}: no commit: {line}", path.display());
            let parts: Vec<_> = version.split('.').collect();
            let is_version =
                parts.len() == 3 && parts.iter().all(|part| part.parse::<u32>().is_ok());
            assert!(is_version, "{}: no whole version: {line}", path.display());
        }
        assert_eq!(
            seen,
            steps_with(&parse_yaml(&text), "uses").len(),
            "{}: each on a line of its own",
            path.display()
        );
    }
}

#[test]
fn one_version_of_an_action_is_used_everywhere() {
    let mut used: Vec<String> = Vec::new();
    for (_, text) in read_files("yml") {
        let lines = text.lines().filter_map(|line| line.split_once("uses: "));
        used.extend(lines.map(|(_, action)| action.to_owned()));
    }
    used.sort();
    used.dedup();
    let names: Vec<_> = used
        .iter()
        .filter_map(|one| one.split('@').next())
        .collect();
    let mut once = names.clone();
    once.dedup();
    assert_eq!(names, once, "{used:#?}");
}

#[test]
fn no_checkout_leaves_credentials_behind() {
    let mut seen = 0;
    for (path, text) in read_files("yml") {
        for step in steps_with(&parse_yaml(&text), "uses") {
            let action = step["uses"].as_str().expect("an action");
            if !action.starts_with("actions/checkout@") {
                continue;
            }
            seen += 1;
            assert_eq!(
                step["with"]["persist-credentials"],
                Value::Bool(false),
                "{}",
                path.display()
            );
        }
    }
    assert!(seen > 0);
}

#[test]
fn nothing_is_put_into_a_script_but_by_variables() {
    for (path, text) in read_files("yml") {
        for step in steps_with(&parse_yaml(&text), "run") {
            if let Some(script) = step["run"].as_str() {
                assert!(!script.contains("${{"), "{}: {script}", path.display());
            }
        }
    }
}

#[test]
fn jobs_get_what_they_are_given_and_end() {
    for name in ["ci.yml", "matrix.yml"] {
        let workflow = read_workflow(name);
        let nothing = workflow["permissions"].as_mapping();
        assert_eq!(nothing.map(serde_yaml::Mapping::len), Some(0), "{name}");
        assert!(workflow["concurrency"]["group"].is_string(), "{name}");
        for (job, what) in workflow["jobs"].as_mapping().expect("jobs") {
            let given = what["permissions"].as_mapping().expect("permissions");
            for (permission, value) in given {
                assert_eq!(permission, "contents", "{name}: {job:?}");
                assert_eq!(value, "read", "{name}: {job:?}");
            }
            assert!(what["timeout-minutes"].is_number(), "{name}: {job:?}");
        }
    }
}

/// The permissions of a job of a workflow, as `name: value`.
fn read_permissions(job: &Value) -> Vec<String> {
    let given = job["permissions"].as_mapping().expect("permissions");
    let pairs = given.iter().map(|(name, value)| {
        let [name, value] = [name, value].map(|text| text.as_str().expect("text"));
        format!("{name}: {value}")
    });
    pairs.collect()
}

#[test]
fn the_site_is_published_by_a_job_that_can_do_nothing_else() {
    let workflow = read_workflow("pages.yml");
    let nothing = workflow["permissions"].as_mapping();
    assert_eq!(nothing.map(serde_yaml::Mapping::len), Some(0));
    assert_eq!(workflow["on"]["push"]["branches"][0], "main");
    assert!(workflow["on"]["pull_request"].is_null());
    assert!(workflow["concurrency"]["group"].is_string());
    // A deployment that was begun is not cut off.
    assert_eq!(workflow["concurrency"]["cancel-in-progress"], false);
    let jobs = &workflow["jobs"];
    for (job, what) in jobs.as_mapping().expect("jobs") {
        assert!(what["timeout-minutes"].is_number(), "{job:?}");
    }
    assert_eq!(read_permissions(&jobs["build"]), ["contents: read"]);
    let scripts = steps_with(&jobs["build"], "run");
    let scripts: Vec<_> = scripts.iter().map(|step| &step["run"]).collect();
    assert_eq!(scripts, [".ci/site/get", ".ci/site/build site"]);
    let uploads = steps_with(&jobs["build"], "with");
    let folder = uploads
        .iter()
        .find_map(|step| step["with"]["path"].as_str());
    assert_eq!(folder, Some("site"));
    assert_eq!(
        read_permissions(&jobs["publish"]),
        ["pages: write", "id-token: write"]
    );
    // No job that writes runs anything but actions.
    assert!(steps_with(&jobs["publish"], "run").is_empty());
}

/// The options in a text: `--shard`, `--output`.
fn find_options(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words
        .filter(|word| word.starts_with("--") && word.len() > 2)
        .collect()
}

/// What a command says of itself.
fn read_help(command: &str) -> String {
    let binary = env!("CARGO_BIN_EXE_modswap");
    let output = Command::new(binary).args([command, "--help"]).output();
    let output = output.expect("the binary starts");
    assert!(output.status.success(), "modswap {command} --help");
    String::from_utf8(output.stdout).expect("text")
}

/// What modswap is called with in a file: the command, and an option of it.
fn find_calls(text: &str) -> Vec<(String, String)> {
    let text = text.replace("\\\n", " ").replace("modswap}\"", "modswap");
    let called = text.lines().filter_map(|line| line.split_once("/modswap "));
    let mut lines: Vec<String> = called.map(|(_, words)| words.to_owned()).collect();
    // The action puts its command line together piece by piece, in a script where nothing else has options.
    if text.contains("arguments=(run ") {
        lines.push(format!("run {}", text.replace('\n', " ")));
    }
    // What is to be done about a new version stands in a comment.
    let told = text
        .lines()
        .filter_map(|line| line.split_once("#     modswap "));
    lines.extend(told.map(|(_, words)| words.to_owned()));
    let commands = lines.iter().filter_map(|line| line.split_once(' '));
    commands
        .flat_map(|(command, words)| {
            let options = find_options(words).into_iter();
            options.map(|option| (command.to_owned(), option.to_owned()))
        })
        .collect()
}

#[test]
fn every_option_that_is_used_exists() {
    let mut files = read_files("yml");
    files.extend(read_files("sh"));
    let matrix = Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/matrix");
    let text = fs::read_to_string(&matrix).expect("its script");
    files.push((matrix, text));
    let used: Vec<_> = files
        .iter()
        .flat_map(|(_, text)| find_calls(text))
        .collect();
    for command in ["run", "merge", "accept"] {
        let mut own: Vec<_> = used.iter().filter(|(of, _)| of == command).collect();
        own.dedup();
        assert!(own.len() > 1, "{command}: {used:?}");
        let help = read_help(command);
        let unknown: Vec<_> = own
            .iter()
            .filter(|(_, option)| !find_options(&help).contains(&option.as_str()))
            .collect();
        assert!(unknown.is_empty(), "modswap {command} has no {unknown:?}");
    }
}
