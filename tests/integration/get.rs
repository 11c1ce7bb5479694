//! `--get`: uv installs what is missing. A script stands for it, which links a Python of this machine to where uv has its own.
#![cfg(unix)]

use std::fs;
use std::process::Command;

use crate::harness::{
    Workspace, assert_contains, expect_exit, expect_json, newest_python, stderr_of,
};

/// The binary with a home and a `PATH` with nothing in them but what is there by name; the system's folders count all the same.
fn with_path(workspace: &Workspace, arguments: &[&str]) -> Command {
    fs::create_dir_all(workspace.path("bin")).expect("a folder");
    let mut command = workspace.modswap(arguments);
    command
        .env("HOME", workspace.path("home"))
        .env("PATH", workspace.path("bin"))
        .env("UV_PYTHON_INSTALL_DIR", workspace.path("uv"))
        .env("MODSWAP_CACHE_DIR", workspace.path("cache"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PYENV")) {
        command.env_remove(name);
    }
    command
}

/// The newest Python here as `3.13`, if it is not in a folder of the system.
fn version_to_get(workspace: &Workspace) -> Option<String> {
    let key = newest_python().key;
    let version: Vec<&str> = key.splitn(3, '.').take(2).collect();
    let version = version.join(".");
    let arguments = ["pythons", "--require", &version, "--format", "json"];
    let output = with_path(workspace, &arguments)
        .output()
        .expect("it starts");
    if output.status.code() == Some(3) {
        return Some(version);
    }
    println!("not covered: getting a Python, as {version} is in a folder of the system");
    None
}

#[test]
fn what_is_missing_is_installed_by_uv() {
    let workspace = Workspace::with(&[("a", "title: a\nsteps:\n- import: json\n")]);
    let Some(version) = version_to_get(&workspace) else {
        return;
    };
    let python = newest_python();
    let uv = format!(
        "#!/bin/sh\n/bin/echo \"$@\" >>\"$HOME.log\"\n/bin/mkdir -p \"$UV_PYTHON_INSTALL_DIR/cpython/bin\"\n\
         /bin/ln -s '{}' \"$UV_PYTHON_INSTALL_DIR/cpython/bin/python{version}\"\n",
        python.path()
    );
    let get = ["run", "--get", &version, "--format", "json"];
    let refused = expect_exit(&mut with_path(&workspace, &get), 3);
    for part in [
        &*format!("not here: {version}; `uv`, which would install it, is not on PATH"),
        &*format!("then `uv python install {version}`"),
    ] {
        assert_contains(&stderr_of(&refused), part);
    }
    workspace.script("bin/uv", &uv);
    let report = expect_json(&mut with_path(&workspace, &get), 0);
    let all = report["interpreters"].as_array().expect("a list");
    assert!(
        all.iter().any(|one| one["key"] == *python.key),
        "{report:#}"
    );
    let log = || fs::read_to_string(workspace.path("home.log")).expect("a log");
    assert_eq!(log(), format!("python install {version}\n"));
    // What is there is not installed again.
    expect_exit(
        &mut with_path(&workspace, &["pythons", "--get", &version]),
        0,
    );
    assert_eq!(log(), format!("python install {version}\n"));
}

#[test]
fn what_uv_cannot_install_is_an_error() {
    let workspace = Workspace::with(&[("a", "title: a\nsteps:\n- import: json\n")]);
    workspace.script(
        "bin/uv",
        "#!/bin/sh\n/bin/echo error: no such version >&2\nexit 2\n",
    );
    let get = ["run", "--get", "3.99"];
    let output = expect_exit(&mut with_path(&workspace, &get), 3);
    let text = stderr_of(&output);
    assert_contains(&text, "error: no such version");
    assert_contains(&text, "`uv python install 3.99` failed: exit status: 2");
    // It says that it did, and did not.
    workspace.script("bin/uv", "#!/bin/sh\nexit 0\n");
    let output = expect_exit(&mut with_path(&workspace, &get), 3);
    assert_contains(&stderr_of(&output), "required and missing: `3.99`");
    let output = expect_exit(&mut with_path(&workspace, &["run", "--get", "./python"]), 2);
    assert_contains(&stderr_of(&output), "`./python` is not a version");
}
