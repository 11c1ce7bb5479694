//! Files that GitHub, pre-commit and people read: issue forms, dependabot's settings, the hook.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use regex::Regex;
use serde_yaml::Value;

use super::{parse_yaml, read_files, read_help};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn read_yaml(path: &str) -> Value {
    parse_yaml(&fs::read_to_string(Path::new(ROOT).join(path)).expect(path))
}

fn text_of<'a>(value: &'a Value, key: &str) -> &'a str {
    let text = value[key].as_str();
    text.unwrap_or_else(|| panic!("no text `{key}` in {value:#?}"))
}

/// The fields of a form, with those that must be filled in.
fn check_form(form: &Value) -> (BTreeSet<&str>, BTreeSet<&str>) {
    for key in ["name", "description"] {
        assert!(text_of(form, key).len() > 3);
    }
    assert!(form["labels"].is_sequence());
    let (mut ids, mut required) = (BTreeSet::new(), BTreeSet::new());
    for field in form["body"].as_sequence().expect("fields") {
        let attributes = &field["attributes"];
        match text_of(field, "type") {
            "markdown" => {
                text_of(attributes, "value");
                continue;
            }
            "input" => assert!(attributes["render"].is_null(), "one line has no language"),
            "textarea" => {}
            other => panic!("GitHub knows more kinds than this test: {other}"),
        }
        text_of(attributes, "label");
        let id = text_of(field, "id");
        assert!(ids.insert(id), "{id} twice");
        if field["validations"]["required"] == true {
            required.insert(id);
        }
    }
    assert!(!required.is_empty(), "GitHub wants one field that counts");
    (ids, required)
}

#[test]
fn issue_forms_are_what_github_takes() {
    let folder = Path::new(ROOT).join(".github/ISSUE_TEMPLATE");
    let mut names = BTreeSet::new();
    for (path, text) in read_files("yml") {
        if path.starts_with(&folder) && !path.ends_with("config.yml") {
            let form = parse_yaml(&text);
            check_form(&form);
            assert!(names.insert(text_of(&form, "name").to_owned()));
        }
    }
    assert_eq!(names.len(), 2);

    let form = read_yaml(".github/ISSUE_TEMPLATE/cpython-behaves-otherwise.yml");
    let (ids, required) = check_form(&form);
    for wanted in ["scenario", "versions", "script", "output"] {
        assert!(ids.contains(wanted), "{wanted}");
    }
    assert_eq!(required, ["output", "script", "versions"].into());

    let config = read_yaml(".github/ISSUE_TEMPLATE/config.yml");
    assert!(config["blank_issues_enabled"].is_bool());
    for link in config["contact_links"].as_sequence().expect("links") {
        assert!(text_of(link, "url").starts_with("https://"));
        assert!(!text_of(link, "name").is_empty() && !text_of(link, "about").is_empty());
    }
}

#[test]
fn dependabot_looks_at_everything_that_is_pinned_and_waits_a_week() {
    let settings = read_yaml(".github/dependabot.yml");
    assert_eq!(settings["version"], 2);
    let updates = settings["updates"].as_sequence().expect("updates");
    let kinds: Vec<_> = updates
        .iter()
        .map(|one| text_of(one, "package-ecosystem"))
        .collect();
    assert_eq!(kinds, ["cargo", "github-actions"]);
    for update in updates {
        assert!(update["cooldown"]["default-days"].as_u64() >= Some(7));
        assert_eq!(update["groups"].as_mapping().expect("groups").len(), 1);
    }
    let folders = updates[1]["directories"].as_sequence().expect("folders");
    let folders: Vec<_> = folders.iter().filter_map(Value::as_str).collect();
    for (path, text) in read_files("yml") {
        let path = path.strip_prefix(ROOT).expect("below the root");
        let folder = path.parent().expect("a folder").display().to_string();
        // `/` means the workflows.
        let folder = folder.replace(".github/workflows", "");
        if text.contains("uses: ") {
            let folder = format!("/{folder}");
            assert!(folders.contains(&folder.as_str()), "{folder}");
        }
    }
}

#[test]
fn the_hook_takes_every_scenario_and_calls_what_there_is() {
    let hooks = read_yaml(".pre-commit-hooks.yaml");
    let [hook] = &hooks.as_sequence().expect("hooks")[..] else {
        panic!("{hooks:#?}");
    };
    for key in ["id", "name", "description", "entry", "language"] {
        text_of(hook, key);
    }
    let command = text_of(hook, "entry")
        .strip_prefix("modswap ")
        .expect("ours");
    assert!(read_help(command).contains("[PATH|ID]"), "it takes files");
    let files = Regex::new(text_of(hook, "files")).expect("a pattern");
    let excluded = Regex::new(text_of(hook, "exclude")).expect("a pattern");
    for name in ["scenarios/a.yaml", "tests/scenarios/swap/none.yaml"] {
        assert!(files.is_match(name) && !excluded.is_match(name), "{name}");
    }
    assert!(excluded.is_match("scenarios/pythons.yaml"));
    assert!(!files.is_match("docs/example.yaml"));
}

/// The hook as pre-commit runs it, in the version that `MODSWAP_TEST_PRE_COMMIT` names, for real; but modswap is not built
/// anew for it.
#[cfg(unix)]
#[test]
fn pre_commit_finds_the_mistake_in_a_scenario() {
    use std::process::{Command, Output};

    use crate::harness::stdout_of;

    let Some(pre_commit) = std::env::var_os("MODSWAP_TEST_PRE_COMMIT") else {
        println!("not covered: the hook in pre-commit; MODSWAP_TEST_PRE_COMMIT names the program");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let (hooks, project) = (folder.path().join("hooks"), folder.path().join("project"));
    fs::create_dir_all(project.join("scenarios")).expect("folders");
    fs::create_dir(&hooks).expect("a folder");
    let text = fs::read_to_string(Path::new(ROOT).join(".pre-commit-hooks.yaml")).expect("hooks");
    let text = text.replace("language: rust", "language: system");
    fs::write(hooks.join(".pre-commit-hooks.yaml"), text).expect("hooks");
    let run = |program: &std::ffi::OsStr, arguments: &[&str], folder: &Path| -> Output {
        let binaries = Path::new(env!("CARGO_BIN_EXE_modswap"))
            .parent()
            .expect("a folder");
        let path = std::env::var("PATH").expect("PATH");
        Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .env("PATH", format!("{}:{path}", binaries.display()))
            .env("PRE_COMMIT_HOME", folder.join("home"))
            .output()
            .expect("it starts")
    };
    let name = ["-c", "user.name=x", "-c", "user.email=x@example.org"];
    let scenario = project.join("scenarios/own.yaml");
    fs::write(&scenario, "title: it\nsteps: [{import: json}]\n").expect("a scenario");
    for repository in [&hooks, &project] {
        assert!(
            run("git".as_ref(), &["init", "-q"], repository)
                .status
                .success()
        );
        assert!(
            run("git".as_ref(), &["add", "."], repository)
                .status
                .success()
        );
        let commit = [&name[..], &["commit", "-qm", "it"]].concat();
        assert!(run("git".as_ref(), &commit, repository).status.success());
    }
    let call = ["try-repo", "../hooks", "modswap-check", "--all-files"];
    let right = run(&pre_commit, &call, &project);
    assert!(right.status.success(), "{}", stdout_of(&right));
    assert!(stdout_of(&right).contains("Passed"));

    fs::write(&scenario, "title: it\nsteps: [{improt: json}]\n").expect("a scenario");
    let wrong = run(&pre_commit, &call, &project);
    let said = stdout_of(&wrong);
    assert_eq!(wrong.status.code(), Some(1), "{said}");
    assert!(said.contains("scenarios/own.yaml:2"), "{said}");
}
