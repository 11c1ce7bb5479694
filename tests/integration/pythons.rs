//! `modswap pythons`, `--require` and the cache, on the real Pythons of this machine.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use crate::harness::{
    PLAIN, Workspace, assert_contains, expect_exit, expect_json, newest_python, stderr_of,
    stdout_of,
};
use serde_json::Value;
use sha2::Digest;

/// The binary with a home, a `PATH` of one folder with the newest Python of this machine in it, and a cache of its own.
/// (The system folders are looked at nevertheless.)
fn with_one_python(workspace: &Workspace, arguments: &[&str]) -> Command {
    let bin = workspace.path("bin");
    if !bin.exists() {
        std::fs::create_dir(&bin).expect("a folder");
        std::os::unix::fs::symlink(newest_python().path, bin.join("python3")).expect("a link");
    }
    let mut command = workspace.modswap(arguments);
    command
        .env("HOME", workspace.path("home"))
        .env("PATH", bin)
        .env("MODSWAP_CACHE_DIR", workspace.path("cache"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PYENV")) {
        command.env_remove(name);
    }
    command
}

/// What is said of the newest Python.
fn find_newest(report: &Value) -> &Value {
    let path = newest_python().path;
    let all = report["interpreters"].as_array().expect("a list");
    all.iter()
        .find(|one| one["command"][0] == path.to_str().expect("UTF-8"))
        .unwrap_or_else(|| panic!("no {} in {report:#}", path.display()))
}

/// The cache with the digest of the entries that it has now: see docs/digests.md.
fn with_digest(cache: &str) -> String {
    let mut content: Value = serde_json::from_str(cache).expect("JSON");
    let mut entries = content["entries"].clone();
    entries.sort_all_objects();
    let hash = sha2::Sha256::digest(entries.to_string());
    let first = hash.first_chunk().expect("it has 32 bytes");
    content["digest"] = format!("v2:{:016x}", u64::from_be_bytes(*first)).into();
    content.to_string()
}

#[test]
fn answers_are_remembered_and_no_cache_asks_anew() {
    let workspace = Workspace::new();
    let listed = |more: &[&str]| {
        let mut command = with_one_python(&workspace, &["pythons"]);
        expect_json(command.args(more), 0)
    };
    let first = listed(&[]);
    let build = find_newest(&first)["build"]
        .as_str()
        .expect("a text")
        .to_owned();
    // What is shown next can only come from here.
    let file = workspace.path("cache/pythons.json");
    let kept = std::fs::read_to_string(&file).expect("a cache");
    let damaged = kept.replace(&build, "what was remembered");
    assert_ne!(kept, damaged);
    std::fs::write(&file, &damaged).expect("a file");
    assert_eq!(listed(&[]), first, "its digest does not fit");
    let changed = with_digest(&damaged);
    std::fs::write(&file, &changed).expect("a file");
    assert_eq!(find_newest(&listed(&[]))["build"], "what was remembered");
    assert_eq!(listed(&["--no-cache"]), first);
    let after = std::fs::read_to_string(&file).expect("a cache");
    assert_eq!(after, changed, "--no-cache does not write");
    for damaged in ["", "{\"entries\": 3}", &kept[..kept.len() - 9]] {
        std::fs::write(&file, damaged).expect("a file");
        assert_eq!(listed(&[]), first);
    }
    // A cache that cannot be there at all.
    std::fs::remove_dir_all(workspace.path("cache")).expect("removed");
    workspace.write("cache", "in the way");
    assert_eq!(listed(&[]), first);
}

#[test]
fn sources_platform_and_reasons_are_data() {
    let workspace = Workspace::new();
    let listed = expect_json(&mut with_one_python(&workspace, &["pythons"]), 0);
    let one = find_newest(&listed);
    let sources = one["sources"].as_array().expect("a list");
    assert!(sources.contains(&"path".into()), "{one:#}");
    assert!(
        one["platform"].is_string() && !one["origin"].is_null(),
        "{one:#}"
    );
    let other = &listed["merged"].as_array().expect("a list")[0];
    assert!(
        other["sources"].is_array() && other["reason"].is_string(),
        "{other:#}"
    );
    for one in listed["missing"].as_array().expect("a list") {
        let reason = one["reason"].as_str().expect("a text");
        assert!(reason.contains("supported"), "{one:#}");
    }
}

#[test]
fn without_a_folder_for_temporary_files_pythons_are_found() {
    let workspace = Workspace::new();
    let mut command = with_one_python(&workspace, &["pythons", "--no-cache"]);
    let found = expect_json(command.env("TMPDIR", workspace.path("no/such/folder")), 0);
    assert!(find_newest(&found)["build"].is_string());
    let rejected = found["rejected"].to_string();
    assert!(!rejected.contains("cannot start"), "{rejected}");
}

#[test]
fn a_path_with_blanks_can_be_copied_from_the_table() {
    let workspace = Workspace::new();
    let folder = workspace.path("my dir");
    std::fs::create_dir(&folder).expect("a folder");
    std::os::unix::fs::symlink(newest_python().path, folder.join("python3")).expect("a link");
    let path = folder.join("python3").to_str().expect("UTF-8").to_owned();
    let output = expect_exit(
        &mut with_one_python(&workspace, &["pythons", "--python", &path]),
        0,
    );
    let shown = stdout_of(&output);
    let quoted = format!("'{path}'");
    assert_contains(&shown, &quoted);
    expect_exit(
        &mut with_one_python(&workspace, &["pythons", "--python", &quoted]),
        0,
    );
}

#[test]
fn none_that_fits_is_said_to_be_that() {
    let workspace = Workspace::new();
    let output = expect_exit(
        &mut with_one_python(&workspace, &["pythons", "--python", "3.98"]),
        3,
    );
    let shown = stdout_of(&output);
    assert!(
        shown.contains("found fits\n") || shown.contains("found does not fit\n"),
        "{shown}"
    );
}

#[test]
fn a_version_that_is_not_here_is_listed_as_missing() {
    let workspace = Workspace::new();
    let key = newest_python().key;
    let output = expect_exit(
        &mut with_one_python(
            &workspace,
            &["pythons", "--python", "3.98", "--python", &key],
        ),
        3,
    );
    let shown = stdout_of(&output);
    assert_contains(&shown, &key);
    assert_contains(&shown, "missing\n  3.98  asked for with --python");
    let output = expect_exit(
        &mut with_one_python(&workspace, &["run", "--python", "3.98"]),
        2,
    );
    assert!(output.stdout.is_empty(), "no scenarios");
    workspace.scenario("a", PLAIN);
    let output = expect_exit(
        &mut with_one_python(&workspace, &["run", "--python", "3.98", "--python", &key]),
        3,
    );
    assert!(output.stdout.is_empty(), "nothing ran");
    assert!(stderr_of(&output).contains("no interpreter matches `3.98`"));
}

#[test]
fn what_is_required_must_be_there() {
    let workspace = Workspace::new();
    workspace.scenario("a", PLAIN);
    let broken = workspace.script("bin-of-3.97", "#!/bin/sh\nexit 1\n");
    let mut first = with_one_python(&workspace, &["pythons"]);
    std::fs::rename(broken, workspace.path("bin/python3.97")).expect("moved");
    expect_exit(&mut first, 0);
    let key = newest_python().key;
    let met = format!("{key},>=2.7,<4");
    expect_exit(
        &mut with_one_python(&workspace, &["run", "--require", &met]),
        0,
    );
    for command in [&["run"][..], &["show", "a"], &["explain", "a"]] {
        let mut command = with_one_python(&workspace, command);
        let output = expect_exit(
            command.args(["--require", "3.97,3.98t", "--require", &met]),
            3,
        );
        assert!(output.stdout.is_empty(), "nothing ran");
        let said = stderr_of(&output);
        assert_contains(&said, "required and missing: `3.97`, `3.98t`; here: ");
        assert_contains(&said, "bin/python3.97: exited with 1\n    start it by hand");
    }
    let output = expect_exit(
        &mut with_one_python(&workspace, &["pythons", "--require", "3.98t"]),
        3,
    );
    let shown = stdout_of(&output);
    assert_contains(&shown, &key);
    assert_contains(&shown, "3.98t  required with --require");
    for wrong in ["latest", "3.5,,3.6", "/usr/bin/python3"] {
        expect_exit(
            &mut with_one_python(&workspace, &["run", "--require", wrong]),
            2,
        );
    }
}

#[test]
fn what_is_named_and_cannot_be_used_is_an_error_with_help() {
    let workspace = Workspace::new();
    let broken = workspace.script(
        "broken",
        "#!/bin/sh\necho \"$0: error while loading shared libraries: libpython3.8.so.1.0: cannot open\" >&2; exit 127\n",
    );
    let output = expect_exit(
        &mut with_one_python(&workspace, &["pythons", "--python", &broken]),
        3,
    );
    assert!(output.stdout.is_empty());
    let said = stderr_of(&output);
    assert_contains(&said, "install libpython3.8.so.1.0");
}

#[test]
fn explain_shows_every_name_and_every_reason() {
    let workspace = Workspace::new();
    let listed = expect_json(&mut with_one_python(&workspace, &["pythons"]), 0);
    let bin = workspace.path("bin");
    for (name, body) in [
        ("python3.96", "exit 3"),
        ("python2", "exec pyenv exec python2"),
    ] {
        let script = workspace.script("script", &format!("#!/bin/sh\n{body}\n"));
        std::fs::rename(script, bin.join(name)).expect("moved");
    }
    let output = expect_exit(
        &mut with_one_python(&workspace, &["pythons", "--explain"]),
        0,
    );
    let shown = stdout_of(&output);
    for one in listed["merged"].as_array().expect("a list") {
        let path = Path::new(one["path"].as_str().expect("a path"));
        let name = path.file_name().expect("a name").to_str().expect("UTF-8");
        assert!(shown.contains(name), "{name} in {shown}");
    }
    for words in [
        "found by  PATH",
        "python3.96\n    exited with 3 (PATH)\n    start it by hand",
        "python2\n    pyenv shim (PATH)\n    there is no",
    ] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    for line in shown.lines().filter(|line| !line.contains('/')) {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn what_a_wrapper_adds_reaches_what_is_measured() {
    let workspace = Workspace::new();
    workspace.scenario(
        "flags",
        "title: it\nsteps:\n  - eval: __import__('sys').flags.optimize\n    expect: {value: 2}\n  \
         - eval: __import__('sys').warnoptions\n    expect: {value: ['error::UserWarning']}\n",
    );
    workspace.scenario(
        "path",
        "title: it\nsteps:\n  - eval: \"'/nowhere/here' in __import__('sys').path\"\n    expect: {value: true}\n",
    );
    for python in crate::harness::sample_pythons() {
        let python = python.path.display();
        let wrapper = workspace.script(
            "wrapper",
            &format!("#!/bin/sh\nPYTHONPATH=/nowhere/here exec {python} -OO -W error::UserWarning \"$@\"\n"),
        );
        let report = expect_json(&mut workspace.modswap(&["run", "--python", &wrapper]), 0);
        let one = &report["interpreters"][0];
        let flags = one["flags"].as_array().expect("a list");
        assert!(flags.contains(&"-OO".into()), "{one:#}");
        assert_eq!(one["env"]["PYTHONPATH"], "/nowhere/here");
        // A command may lead anywhere, and its variables come from there: they are named.
        let plain = workspace.script(
            "python3",
            &format!("#!/bin/sh\nexec {python} -OO -W error::UserWarning \"$@\"\n"),
        );
        let command = format!("env PYTHONPATH=/nowhere/here {plain}");
        let output = expect_exit(
            &mut workspace.modswap(&["run", "flags", "--python", &command]),
            0,
        );
        let said = stderr_of(&output);
        assert_contains(
            &said,
            "sets PYTHONPATH, which does not reach what is measured there",
        );
    }
}
