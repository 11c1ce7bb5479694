//! Variables of the environment: each that is read stands in docs/variables.md, and does what that says.
#![cfg(unix)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::{PLAIN, Workspace, assert_contains, newest_python, stderr_of, stdout_of};
use modswap::cli::option_variables;
use regex::Regex;
use serde_json::{Value, json};

/// Of each variable a test, which is given an empty folder with one scenario.
type Check = fn(&str, &Workspace);

fn checks() -> BTreeMap<&'static str, Check> {
    BTreeMap::from([
        ("MODSWAP_ASCII", check_ascii as Check),
        ("MODSWAP_CACHE_DIR", check_cache),
        ("MODSWAP_LOG", check_log),
        ("_MODSWAP_COMPLETE", check_complete),
        ("MODSWAP_PAGER", no_pager_without_terminal),
        ("PAGER", no_pager_without_terminal),
        ("MODSWAP_STATE_DIR", check_state),
        ("NO_COLOR", check_no_color),
        ("CLICOLOR_FORCE", check_forced_color),
        ("COLUMNS", check_columns),
        ("TERM", check_term),
        ("CI", check_ci),
        ("GITHUB_ACTIONS", check_github),
        ("GITHUB_STEP_SUMMARY", check_summary),
        ("GITHUB_WORKSPACE", check_workspace),
        ("GITHUB_SERVER_URL", check_links),
        ("GITHUB_REPOSITORY", check_links),
        ("GITHUB_SHA", check_links),
    ])
}

fn run(
    workspace: &Workspace,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> (Option<i32>, String, String) {
    let mut command = workspace.modswap(arguments);
    let output = command
        .env_remove("TERM")
        .envs(variables.iter().copied())
        .output();
    let output = output.expect("it starts");
    (output.status.code(), stdout_of(&output), stderr_of(&output))
}

/// Words that mean yes, and words that mean no.
const YES: [&str; 5] = ["1", "true", "yes", "on", "anything"];
const NO: [&str; 5] = ["0", "false", "no", "off", ""];

fn check_switch(name: &str, is_on: impl Fn(&[(&str, &str)]) -> bool) {
    for (values, expected) in [(YES, true), (NO, false)] {
        for value in values {
            assert_eq!(is_on(&[(name, value)]), expected, "{name}={value}");
        }
    }
}

fn check_ascii(name: &str, workspace: &Workspace) {
    check_switch(name, |variables| {
        let (code, out, said) = run(workspace, &["list"], variables);
        assert_eq!(code, Some(0), "{variables:?}: {said}");
        out.is_ascii()
    });
}

fn check_complete(name: &str, workspace: &Workspace) {
    let words = ["--", "modswap", "sho"];
    let (_, out, said) = run(workspace, &words, &[(name, "fish")]);
    assert!(out.starts_with("show\t") && said.is_empty(), "{out}{said}");
}

fn check_no_color(name: &str, workspace: &Workspace) {
    // By its own rule (no-color.org) any value that is not empty counts, `0` too.
    for value in ["1", "0", "true", "no", ""] {
        let variables = [("CLICOLOR_FORCE", "1"), (name, value)];
        let (_, out, _) = run(workspace, &["list"], &variables);
        assert_eq!(out.contains('\x1b'), value.is_empty(), "{name}={value}");
    }
}

fn check_forced_color(name: &str, workspace: &Workspace) {
    check_switch(name, |variables| {
        run(workspace, &["list"], variables).1.contains('\x1b')
    });
}

fn check_columns(name: &str, workspace: &Workspace) {
    for (value, width) in [
        ("60", 60),
        ("200", 200),
        ("nonsense", 80),
        ("", 80),
        ("3", 40),
    ] {
        let (code, out, _) = run(workspace, &["list"], &[(name, value)]);
        let longest = out.lines().map(|line| line.chars().count()).max();
        assert_eq!(code, Some(0));
        assert!(
            longest.is_some_and(|longest| longest <= width),
            "{value}: {out}"
        );
    }
}

/// Without a terminal there is no pager, whatever is set; `screen` tests terminals.
fn no_pager_without_terminal(name: &str, workspace: &Workspace) {
    for value in ["/no/such/pager", "", "'", "cat"] {
        let (code, _, said) = run(
            workspace,
            &["list", "-q"],
            &[(name, value), ("TERM", "xterm")],
        );
        assert_eq!((code, said.as_str()), (Some(0), ""), "{value}");
    }
}

fn check_term(name: &str, workspace: &Workspace) {
    for value in ["dumb", "xterm", ""] {
        let (code, out, _) = run(workspace, &["list"], &[(name, value)]);
        assert!(code == Some(0) && !out.contains('\x1b'), "{value}");
    }
}

fn check_cache(name: &str, workspace: &Workspace) {
    let cache = workspace.path("own-cache");
    let path = cache.to_str().expect("UTF-8");
    run(workspace, &["pythons"], &[(name, path)]);
    assert!(cache.join("pythons.json").is_file());
}

fn check_state(name: &str, workspace: &Workspace) {
    let state = workspace.path("own-state");
    let python = newest_python();
    let arguments = ["run", "--python", python.path()];
    let (code, _, said) = run(
        workspace,
        &arguments,
        &[(name, state.to_str().expect("UTF-8"))],
    );
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(fs::read_dir(state.join("runs")).expect("runs").count(), 1);
}

fn check_log(name: &str, workspace: &Workspace) {
    let python = newest_python();
    for (value, speaks) in [
        ("modswap=info", true),
        ("off", false),
        ("", false),
        ("=,=/", false),
    ] {
        let arguments = ["run", "--python", python.path()];
        let (code, _, said) = run(workspace, &arguments, &[(name, value)]);
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(
            said.contains("found the Pythons"),
            speaks,
            "{value}: {said}"
        );
    }
}

fn check_ci(name: &str, workspace: &Workspace) {
    check_switch(name, |variables| {
        let (code, _, said) = run(workspace, &["accept"], variables);
        assert_eq!(code, Some(2));
        said.contains("`CI` is set")
    });
}

fn shown_on_github(workspace: &Workspace, variables: &[(&str, &str)]) -> String {
    let python = newest_python();
    let variables = [&[("GITHUB_ACTIONS", "true")], variables].concat();
    let (code, out, said) = run(
        workspace,
        &["run", "--python", python.path(), "--format", "markdown"],
        &variables,
    );
    assert_eq!(code, Some(0), "{said}");
    out
}

fn check_github(name: &str, workspace: &Workspace) {
    let python = newest_python();
    // GitHub sets it to `true`, and to nothing else.
    for (value, is_on) in [("true", true), ("1", false), ("false", false), ("", false)] {
        let (_, out, _) = run(
            workspace,
            &["run", "--python", python.path()],
            &[(name, value)],
        );
        assert_eq!(out.contains("::group::"), is_on, "{value}");
    }
}

fn check_summary(name: &str, workspace: &Workspace) {
    let file = workspace.path("summary.md");
    shown_on_github(workspace, &[(name, file.to_str().expect("UTF-8"))]);
    assert_contains(&fs::read_to_string(file).expect("a summary"), "modswap");
    shown_on_github(workspace, &[(name, "")]);
}

fn check_workspace(name: &str, workspace: &Workspace) {
    workspace.scenario("b", crate::harness::VIOLATED);
    let python = newest_python();
    let root = workspace.path("");
    let root = root.to_str().expect("UTF-8");
    for (value, file) in [
        (root, "file=scenarios/b.yaml"),
        ("", "file=scenarios/b.yaml"),
    ] {
        let variables = [("GITHUB_ACTIONS", "true"), (name, value)];
        let (_, out, _) = run(workspace, &["run", "--python", python.path()], &variables);
        assert_contains(&out, file);
    }
    fs::remove_file(workspace.path("scenarios/b.yaml")).expect("a file");
}

fn check_links(name: &str, workspace: &Workspace) {
    let all = [
        ("GITHUB_SERVER_URL", "https://git.example"),
        ("GITHUB_REPOSITORY", "own/project"),
        ("GITHUB_SHA", "0123abc"),
    ];
    let link = "https://git.example/own/project/blob/0123abc";
    assert!(all.iter().any(|(known, _)| *known == name));
    let few: Vec<_> = all
        .into_iter()
        .map(|(known, value)| (known, if known == name { "" } else { value }))
        .collect();
    workspace.scenario("b", crate::harness::VIOLATED);
    let python = newest_python();
    for (variables, is_linked) in [(&all[..], true), (&few, false)] {
        let variables = [&[("GITHUB_ACTIONS", "true")], variables].concat();
        let (_, out, _) = run(
            workspace,
            &["run", "--python", python.path(), "--format", "markdown"],
            &variables,
        );
        assert_eq!(out.contains(link), is_linked, "{out}");
    }
    fs::remove_file(workspace.path("scenarios/b.yaml")).expect("a file");
}

#[test]
fn every_variable_does_what_is_said_of_it() {
    let workspace = Workspace::with(&[("a", &PLAIN.replacen("special", "special…", 1))]);
    for (name, check) in checks() {
        check(name, &workspace);
    }
}

/// A value that an option may have, and one that it may not.
fn sample(option: &str) -> (&'static str, Option<&'static str>) {
    match option {
        "python" | "require" | "get" => ("3.1", Some("''")),
        "with" => ("numpy", Some("a==")),
        "set" => ("package=numpy", Some("package")),
        "jobs" | "repeat" | "max-fail" => ("3", Some("0")),
        "timeout" | "probe-timeout" => ("9s", Some("soon")),
        "isolation" => ("spawn", Some("spwan")),
        "shard" => ("1/2", Some("2/1")),
        "format" => ("json", Some("jsno")),
        "color" | "github" => ("never", Some("nevr")),
        "tag" | "pythons" | "output" | "scenarios" => ("word", Some("'")),
        "baseline" | "pages" | "links" | "failed-from" => ("word", None),
        "verbose" => ("2", None),
        _ => ("true", None),
    }
}

#[test]
fn every_option_of_run_has_a_variable() {
    let workspace = Workspace::new();
    for (name, option) in option_variables() {
        let (right, wrong) = sample(&option);
        let config = ["config", "--format", "json"];
        let (code, out, said) = run(&workspace, &config, &[(&name, right)]);
        assert_eq!(code, Some(0), "{name}: {said}");
        let shown: Value = serde_json::from_str(&out).expect("JSON");
        let rows = shown["settings"].as_array().expect("a list");
        let row = rows.iter().find(|row| row["place"] == name.as_str());
        let row = row.unwrap_or_else(|| panic!("no {name} in {out}"));
        assert_eq!(
            (&row["values"], &row["source"]),
            (&json!([right]), &json!("variable"))
        );
        let (_, out, _) = run(&workspace, &config, &[(&name, "")]);
        assert!(!out.contains(&name), "{out}");
        if let Some(wrong) = wrong {
            let (code, _, said) = run(&workspace, &["list"], &[(&name, wrong)]);
            assert_eq!(code, Some(2), "{name}={wrong}: {said}");
            assert_contains(&said, &name);
        }
    }
    let run_help = stdout_of(&workspace.run_to(0, &["run", "--help"]));
    assert!(!run_help.contains("[env"), "the page has them: {run_help}");
}

#[test]
fn what_is_typed_comes_before_variables() {
    let workspace = Workspace::with(&[("a", PLAIN)]);
    let python = newest_python();
    let report = |variables: &[(&str, &str)], typed: &[&str]| {
        let words = [&["run", "--python", python.path()], typed].concat();
        let (code, out, said) = run(&workspace, &words, variables);
        (code, serde_json::from_str::<Value>(&out).is_ok(), said)
    };
    let json = ("MODSWAP_FORMAT", "json");
    assert!(report(&[json], &[]).1);
    assert!(!report(&[json], &["--format", "table"]).1);
    // The command has no such format.
    let (code, ..) = run(&workspace, &["list"], &[("MODSWAP_FORMAT", "junit")]);
    assert_eq!(code, Some(0));
    // What excludes a variable is no error.
    let strict = ("MODSWAP_STRICT", "1");
    assert_eq!(report(&[strict], &[]).0, Some(1));
    assert_eq!(report(&[("MODSWAP_STRICT", "0")], &[]).0, Some(0));
    let both = [("MODSWAP_QUIET", "1"), ("MODSWAP_OFFLINE", "1")];
    assert_eq!(report(&both, &["-v", "--packages"]).0, Some(0));
    // Several, with quotes around one.
    let several = [("MODSWAP_PYTHON", "9.98 'env python3.99'")];
    let (code, _, said) = run(&workspace, &["run"], &several);
    assert_eq!(code, Some(3), "{said}");
    assert_contains(&said, "`env python3.99` cannot be used");
}

/// The files of the program below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_variable_that_is_read_or_told_of_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src/cli"), &mut files);
    // What the command line asks for, and all that is called by our name anywhere.
    let asked = Regex::new(
        r#"(?:variable|var|var_os|is_on|named)\("([A-Z][A-Z0-9_]+)"\)|"(GITHUB_[A-Z_]+|CI)""#,
    );
    let own = Regex::new("_?MODSWAP_[A-Z_]*[A-Z]").expect("a pattern");
    let asked = asked.expect("a pattern");
    let mut read = BTreeSet::new();
    for file in &files {
        let text = fs::read_to_string(file).expect("a file");
        let names = asked
            .captures_iter(&text)
            .filter_map(|found| found.get(1).or(found.get(2)));
        read.extend(names.map(|name| name.as_str().to_owned()));
    }
    sources(&root.join("src"), &mut files);
    files.extend(
        fs::read_dir(root.join("docs"))
            .expect("docs")
            .flatten()
            .map(|entry| entry.path()),
    );
    files.push(root.join("README.md"));
    for file in files {
        let text = fs::read_to_string(&file).unwrap_or_default();
        read.extend(own.find_iter(&text).map(|name| name.as_str().to_owned()));
    }
    read.retain(|name| !name.starts_with("MODSWAP_TEST_")); // the tests' own
    read.retain(|name| name != "MODSWAP_RELEASES"); // the action's, see docs/ci.md
    let page = fs::read_to_string(root.join("docs/variables.md")).expect("the page");
    let row = Regex::new("(?m)^\\| (`[^|]*`) \\|").expect("a pattern");
    let rows = row.captures_iter(&page).flat_map(|found| {
        let names: Vec<String> = found[1]
            .split('`')
            .filter(|name| !name.trim_matches([',', ' ']).is_empty())
            .map(str::to_owned)
            .collect();
        names
    });
    let told: BTreeSet<String> = rows.collect();
    let of_options = option_variables().into_iter().map(|(name, _)| name);
    read.extend(of_options.clone());
    let tested = checks().into_keys().map(str::to_owned);
    let tested: BTreeSet<String> = tested.chain(of_options).collect();
    assert_eq!(read, tested, "what is read, and what is tested");
    assert_eq!(
        told, tested,
        "what docs/variables.md has, and what is tested"
    );
}
