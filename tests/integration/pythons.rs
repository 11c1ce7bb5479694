//! `modswap pythons`, `--require` and the cache, on the real Pythons of this machine.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use crate::harness::bench::{Bench, PLAIN, newest, text};
use crate::harness::{ends_with, json};
use serde_json::Value;

/// The binary with a home, a `PATH` of one folder with the newest Python of this machine in it, and a cache of its own.
/// (The system folders are looked at nevertheless.)
fn alone(bench: &Bench, arguments: &[&str]) -> Command {
    let bin = bench.path("bin");
    if !bin.exists() {
        std::fs::create_dir(&bin).expect("a folder");
        std::os::unix::fs::symlink(newest().path, bin.join("python3")).expect("a link");
    }
    let mut command = bench.modswap(arguments);
    command
        .env("HOME", bench.path("home"))
        .env("PATH", bin)
        .env("MODSWAP_CACHE_DIR", bench.path("cache"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PYENV")) {
        command.env_remove(name);
    }
    command
}

/// What is said of the newest Python.
fn of_newest(report: &Value) -> &Value {
    let path = newest().path;
    let all = report["interpreters"].as_array().expect("a list");
    all.iter()
        .find(|one| one["command"][0] == path.to_str().expect("UTF-8"))
        .unwrap_or_else(|| panic!("no {} in {report:#}", path.display()))
}

#[test]
fn answers_are_remembered_and_no_cache_asks_anew() {
    let bench = Bench::new();
    let listed = |more: &[&str]| {
        let mut command = alone(&bench, &["pythons"]);
        json(command.args(more), 0)
    };
    let first = listed(&[]);
    let build = of_newest(&first)["build"]
        .as_str()
        .expect("a text")
        .to_owned();
    // What is shown next can only come from here.
    let file = bench.path("cache/pythons.json");
    let kept = std::fs::read_to_string(&file).expect("a cache");
    let changed = kept.replace(&build, "what was remembered");
    assert_ne!(kept, changed);
    std::fs::write(&file, &changed).expect("a file");
    assert_eq!(of_newest(&listed(&[]))["build"], "what was remembered");
    assert_eq!(listed(&["--no-cache"]), first);
    let after = std::fs::read_to_string(&file).expect("a cache");
    assert_eq!(after, changed, "--no-cache does not write");
    for damaged in ["", "{\"entries\": 3}", &kept[..kept.len() - 9]] {
        std::fs::write(&file, damaged).expect("a file");
        assert_eq!(listed(&[]), first);
    }
    // A cache that cannot be there at all.
    std::fs::remove_dir_all(bench.path("cache")).expect("removed");
    std::fs::write(bench.path("cache"), "in the way").expect("a file");
    assert_eq!(listed(&[]), first);
}

#[test]
fn sources_platform_and_reasons_are_data() {
    let bench = Bench::new();
    let listed = json(&mut alone(&bench, &["pythons"]), 0);
    let one = of_newest(&listed);
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
    let bench = Bench::new();
    let mut command = alone(&bench, &["pythons", "--no-cache"]);
    let found = json(command.env("TMPDIR", bench.path("no/such/folder")), 0);
    assert!(of_newest(&found)["build"].is_string());
    let rejected = found["rejected"].to_string();
    assert!(!rejected.contains("cannot start"), "{rejected}");
}

#[test]
fn a_path_with_blanks_can_be_copied_from_the_table() {
    let bench = Bench::new();
    let folder = bench.path("my dir");
    std::fs::create_dir(&folder).expect("a folder");
    std::os::unix::fs::symlink(newest().path, folder.join("python3")).expect("a link");
    let path = folder.join("python3").to_str().expect("UTF-8").to_owned();
    let output = ends_with(&mut alone(&bench, &["pythons", "--python", &path]), 0);
    let shown = text(&output.stdout);
    let quoted = format!("'{path}'");
    assert!(shown.contains(&quoted), "{shown}");
    ends_with(&mut alone(&bench, &["pythons", "--python", &quoted]), 0);
}

#[test]
fn none_that_fits_is_said_to_be_that() {
    let bench = Bench::new();
    let output = ends_with(&mut alone(&bench, &["pythons", "--python", "3.98"]), 3);
    let shown = text(&output.stdout);
    assert!(
        shown.contains("found fits\n") || shown.contains("found does not fit\n"),
        "{shown}"
    );
}

#[test]
fn a_version_that_is_not_here_is_listed_as_missing() {
    let bench = Bench::new();
    let key = newest().key;
    let output = ends_with(
        &mut alone(&bench, &["pythons", "--python", "3.98", "--python", &key]),
        3,
    );
    let shown = text(&output.stdout);
    assert!(shown.contains(&key), "{shown}");
    assert!(
        shown.contains("missing\n  3.98  asked for with --python"),
        "{shown}"
    );
    let output = ends_with(&mut alone(&bench, &["run", "--python", "3.98"]), 2);
    assert!(output.stdout.is_empty(), "no scenarios");
    bench.scenario("a", PLAIN);
    let output = ends_with(
        &mut alone(&bench, &["run", "--python", "3.98", "--python", &key]),
        3,
    );
    assert!(output.stdout.is_empty(), "nothing ran");
    assert!(text(&output.stderr).contains("no interpreter matches `3.98`"));
}

#[test]
fn what_is_required_must_be_there() {
    let bench = Bench::new();
    bench.scenario("a", PLAIN);
    let broken = bench.script("bin-of-3.97", "#!/bin/sh\nexit 1\n");
    let mut first = alone(&bench, &["pythons"]);
    std::fs::rename(broken, bench.path("bin/python3.97")).expect("moved");
    ends_with(&mut first, 0);
    let key = newest().key;
    let met = format!("{key},>=2.7,<4");
    ends_with(&mut alone(&bench, &["run", "--require", &met]), 0);
    for command in [&["run"][..], &["show", "a"], &["explain", "a"]] {
        let mut command = alone(&bench, command);
        let output = ends_with(
            command.args(["--require", "3.97,3.98t", "--require", &met]),
            3,
        );
        assert!(output.stdout.is_empty(), "nothing ran");
        let said = text(&output.stderr);
        assert!(
            said.contains("required and missing: `3.97`, `3.98t`; here: "),
            "{said}"
        );
        assert!(
            said.contains("bin/python3.97: exited with 1\n    start it by hand"),
            "{said}"
        );
    }
    let output = ends_with(&mut alone(&bench, &["pythons", "--require", "3.98t"]), 3);
    let shown = text(&output.stdout);
    assert!(
        shown.contains(&key) && shown.contains("3.98t  required with --require"),
        "{shown}"
    );
    for wrong in ["latest", "3.5,,3.6", "/usr/bin/python3"] {
        ends_with(&mut alone(&bench, &["run", "--require", wrong]), 2);
    }
}

#[test]
fn what_is_named_and_cannot_be_used_is_an_error_with_help() {
    let bench = Bench::new();
    let broken = bench.script(
        "broken",
        "#!/bin/sh\necho \"$0: error while loading shared libraries: libpython3.8.so.1.0: cannot open\" >&2; exit 127\n",
    );
    let output = ends_with(&mut alone(&bench, &["pythons", "--python", &broken]), 3);
    assert!(output.stdout.is_empty());
    let said = text(&output.stderr);
    assert!(said.contains("install libpython3.8.so.1.0"), "{said}");
}

#[test]
fn explain_shows_every_name_and_every_reason() {
    let bench = Bench::new();
    let listed = json(&mut alone(&bench, &["pythons"]), 0);
    let bin = bench.path("bin");
    for (name, body) in [
        ("python3.96", "exit 3"),
        ("python2", "exec pyenv exec python2"),
    ] {
        let script = bench.script("script", &format!("#!/bin/sh\n{body}\n"));
        std::fs::rename(script, bin.join(name)).expect("moved");
    }
    let output = ends_with(&mut alone(&bench, &["pythons", "--explain"]), 0);
    let shown = text(&output.stdout);
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
    let bench = Bench::new();
    bench.scenario(
        "flags",
        "title: it\nsteps:\n  - eval: __import__('sys').flags.optimize\n    expect: {value: 2}\n  \
         - eval: __import__('sys').warnoptions\n    expect: {value: ['error::UserWarning']}\n",
    );
    bench.scenario(
        "path",
        "title: it\nsteps:\n  - eval: \"'/nowhere/here' in __import__('sys').path\"\n    expect: {value: true}\n",
    );
    for python in crate::harness::bench::chosen() {
        let python = python.path.display();
        let wrapper = bench.script(
            "wrapper",
            &format!("#!/bin/sh\nPYTHONPATH=/nowhere/here exec {python} -OO -W error::UserWarning \"$@\"\n"),
        );
        let report = json(&mut bench.modswap(&["run", "--python", &wrapper]), 0);
        let one = &report["interpreters"][0];
        let flags = one["flags"].as_array().expect("a list");
        assert!(flags.contains(&"-OO".into()), "{one:#}");
        assert_eq!(one["env"]["PYTHONPATH"], "/nowhere/here");
        // A command may lead anywhere, and its variables come from there: they are named.
        let plain = bench.script(
            "python3",
            &format!("#!/bin/sh\nexec {python} -OO -W error::UserWarning \"$@\"\n"),
        );
        let command = format!("env PYTHONPATH=/nowhere/here {plain}");
        let output = ends_with(
            &mut bench.modswap(&["run", "flags", "--python", &command]),
            0,
        );
        let said = text(&output.stderr);
        assert!(
            said.contains("sets PYTHONPATH, which does not reach what is measured there"),
            "{said}"
        );
    }
}
