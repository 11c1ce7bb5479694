//! Untrusted repositories: what only looks at one runs nothing of it, and writes nothing.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::stored::report;
use crate::harness::{PLAIN, Workspace, newest_python, stderr_of, stdout_of, wait_for};
use clap::CommandFactory as _;

/// The words that each command is given, in a checkout that nobody has looked at. Nothing of what is started by it may run.
const LOOKS: &[&[&str]] = &[
    &["check"],
    &["check", "--format", "json"],
    &["list"],
    &["list", "--format", "markdown"],
    &["list", "other"],
    &["changes", "3.9..3.13"],
    &["script", "good"],
    &["schema"],
    &["completions", "bash"],
    &["config"],
    &["config", "--format", "json"],
    &["pythons"],
    &["pythons", "--explain"],
    &["pythons", "--format", "json"],
    &["pythons", "--python", ">=3"],
    &["pythons", "--python", "9.99"],
    &["diff"],
    &["diff", "run.json"],
    &["diff", "run.json", "run.json"],
    &["report", "run.json"],
    &["report", "run.json", "--format", "html"],
    &["merge", "run.json"],
    &["bisect", "a", "--report", "run.json"],
    &["bisect", "a", "--report", "run.json", "--python", ">=3"],
    &["prune", "--dry-run"],
    &["list", "--format", "json"],
    &["cache", "dir"],
    &["cache", "size"],
    &["run", "no/such"],
    &["run", "good", "--python", "9.99.9"],
    &["run", "--failed-from", "passed.json"],
];

/// Commands that are not among them, and why.
const OTHERS: [(&str, &str); 9] = [
    ("show", "runs the scenario that it names"),
    ("explain", "runs the scenario that it names"),
    ("try", "runs the script that it names"),
    ("vet", "imports the package that it names"),
    ("review", "asks for keys, and writes what is accepted"),
    ("accept", "writes what is accepted"),
    ("new", "writes a scenario"),
    ("export", "writes scenarios"),
    ("man", "writes manual pages"),
];

/// A repository that wants to run something on whoever looks at it: each way leaves a file in `ran`.
fn hostile(workspace: &Workspace) -> PathBuf {
    let ran = workspace.path("ran");
    let checkout = workspace.path("checkout");
    for folder in ["ran", "outside", "checkout/scenarios/below"] {
        fs::create_dir_all(workspace.path(folder)).expect("a folder");
    }
    let touch = |name: &str| format!("touch {}/{name}", ran.display());
    for name in [
        "python3",
        "python3.99",
        "listed",
        "git",
        "less",
        "fsmonitor",
        "env",
    ] {
        let text = format!("#!/bin/sh\n{}\n", touch(name));
        workspace.script(&format!("checkout/{name}"), &text);
    }
    let write = |name: &str, text: &str| {
        workspace.write(&format!("checkout/{name}"), text);
    };
    for name in [
        "setup.py",
        "conftest.py",
        "evil.py",
        "sitecustomize.py",
        "usercustomize.py",
    ] {
        write(name, &format!("import os\nos.system('{}')\n", touch(name)));
    }
    let system = "[build-system]\nrequires = ['setuptools_scm']\nbuild-backend = 'evil'\nbackend-path = ['.']\n";
    let settings = "[tool.modswap]\nscenarios = ['scenarios']\npythons = ['>=2.7', '9.99']\nrequire = ['9.99']\n\
                    with = ['.', 'evil @ file:///dev/zero']\nbaseline = 'reports/baseline'\nstrict = true\n";
    write("pyproject.toml", &format!("{system}{settings}"));
    write(
        "scenarios/pythons.yaml",
        "pythons:\n- {label: one, command: ../listed python3, required: true}\n- {command: ../python3}\n\
         - {label: own, command: ../python3.99, env: {A: b}}\n",
    );
    let packages = format!(
        "requires: {{packages: [., 'evil @ file://{}']}}\n",
        checkout.display()
    );
    write("scenarios/good.yaml", &format!("{PLAIN}{packages}"));
    let runs = format!(
        "title: t\nsteps:\n  - run: import os; os.system('{}')\n",
        touch("case")
    );
    write("scenarios/runs.yaml", &runs);
    let failed = [
        ("a", "3.12.1", "fail", "one"),
        ("a", "3.13.0", "pass", "two"),
    ];
    write("run.json", &report(&failed).to_string());
    write("passed.json", &report(&failed[1..]).to_string());
    configure_git(&checkout, touch);
    add_traps(workspace);
    checkout
}

/// Has git run something, were it asked.
fn configure_git(checkout: &Path, touch: impl Fn(&str) -> String) {
    fs::write(checkout.join(".gitattributes"), "* filter=evil\n").expect("a file");
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        let output = command.arg("-C").arg(checkout).args(arguments).output();
        output.is_ok_and(|output| output.status.success())
    };
    if !git(&["init", "-q"]) {
        println!("not covered: a repository that configures git, which is not on PATH");
        return;
    }
    for (key, name) in [
        ("core.fsmonitor", "fsmonitor"),
        ("core.pager", "less"),
        ("filter.evil.clean", "filter"),
    ] {
        assert!(git(&["config", key, &touch(name)]));
    }
}

/// Links out and around, and what never ends when it is read.
fn add_traps(workspace: &Workspace) {
    workspace.write("outside/secret.yaml", PLAIN);
    for (target, name) in [
        ("../../outside", "out"),
        ("..", "below/up"),
        ("../../outside/none.yaml", "none.yaml"),
        ("/dev/zero", "zero.yaml"),
    ] {
        let at = workspace.path("checkout/scenarios").join(name);
        symlink(target, at).expect("a link");
    }
    let fifo = workspace.path("checkout/scenarios/fifo.yaml");
    let made = Command::new("mkfifo").arg(fifo).status();
    assert!(made.expect("mkfifo starts").success());
}

/// Every file below a folder: what it is, and what is in it.
fn tree(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let (path, kind) = (entry.path(), entry.file_type().expect("a type"));
            let text = if kind.is_symlink() {
                format!("link {:?}", fs::read_link(&path))
            } else if kind.is_file() {
                format!("{:?}", fs::read(&path).expect("a file"))
            } else {
                format!("{kind:?}")
            };
            if kind.is_dir() {
                open.push(path.clone());
            }
            let time = entry
                .metadata()
                .and_then(|data| data.modified())
                .expect("a time");
            found.insert(path, format!("{time:?} {text}"));
        }
    }
    found
}

#[test]
fn whoever_looks_at_a_repository_runs_nothing_of_it_and_writes_nothing() {
    let workspace = Workspace::new();
    let checkout = hostile(&workspace);
    let before = tree(&checkout);
    let outside = tree(&workspace.path("outside"));
    for arguments in LOOKS {
        let mut command = workspace.modswap(arguments);
        // Python would look for modules there.
        let output = command
            .current_dir(&checkout)
            .env("PYTHONPATH", &checkout)
            .output();
        let output = output.expect("it starts");
        let said = format!(
            "{arguments:?}: {}{}",
            stdout_of(&output),
            stderr_of(&output)
        );
        assert!(output.status.code().is_some(), "{said}");
        assert!(!said.contains("panicked"), "{said}");
        let ran: Vec<_> = fs::read_dir(workspace.path("ran"))
            .expect("a folder")
            .flatten()
            .collect();
        assert!(ran.is_empty(), "{said}: {ran:?}");
        let after = tree(&checkout);
        let differs = |(path, text): &(&PathBuf, &String)| before.get(*path) != Some(*text);
        let changed: Vec<_> = after.iter().filter(differs).collect();
        assert!(
            changed.is_empty() && after.len() == before.len(),
            "{said}: {changed:?}"
        );
        assert_eq!(tree(&workspace.path("outside")), outside);
    }
    workspace.assert_clean();
    // Each of the ways does lead to something: the test would see it.
    let mut probe = workspace.modswap(&["pythons", "--probe"]);
    probe.current_dir(&checkout).output().expect("it starts");
    assert!(workspace.path("ran/listed").exists() && workspace.path("ran/python3").exists());
}

#[test]
fn every_command_looks_or_says_why_it_does_not() {
    let known: Vec<&str> = LOOKS.iter().map(|words| words[0]).collect();
    for command in modswap::cli::Cli::command().get_subcommands() {
        let name = command.get_name();
        let is_other = OTHERS.iter().any(|(other, _)| *other == name);
        assert!(
            known.contains(&name) != is_other,
            "`{name}` belongs into one of the lists"
        );
    }
}

#[test]
fn a_run_starts_what_is_listed_where_it_needs_it() {
    let workspace = Workspace::with(&[("a", PLAIN)]);
    let ran = workspace.path("ran");
    let python = newest_python();
    let text = format!(
        "#!/bin/sh\ntouch {}\nexec {} \"$@\"\n",
        ran.display(),
        python.path()
    );
    workspace.script("scenarios/own-python3", &text);
    workspace.write(
        "scenarios/pythons.yaml",
        "pythons: [{label: own, command: ./own-python3}]\n",
    );
    let started = |arguments: &[&str]| {
        let _ = fs::remove_file(&ran);
        let code = workspace.run(arguments).status.code();
        (code, ran.exists())
    };
    let version = python.key.as_str();
    for (arguments, is_started) in [
        (&["run", "--python", version][..], false),
        (&["run", "--python", python.path()], false),
        (&["run", "--python", "@own"], true),
        (&["run"], true),
        (&["show", "a", "--python", version], false),
        (&["pythons"], false),
        (&["pythons", "--python", version], false),
        (&["pythons", "--python", "@own"], true),
        (&["pythons", "--pythons", "scenarios/pythons.yaml"], true),
        (&["pythons", "--probe"], true),
    ] {
        assert_eq!(started(arguments), (Some(0), is_started), "{arguments:?}");
    }
    // What nothing else has may be behind it.
    assert_eq!(started(&["run", "--python", "9.9.9"]), (Some(3), true));
    wait_for("the end of all", || workspace.processes().is_empty());
}

#[test]
fn git_is_asked_without_what_a_repository_configures() {
    if Command::new("git").arg("--version").output().is_err() {
        println!("not covered: git, not on PATH");
        return;
    }
    let workspace = Workspace::with(&[("a", PLAIN)]);
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(workspace.path(""))
            .args(["-c", "user.name=n", "-c", "user.email=e"]);
        assert!(
            command
                .args(arguments)
                .output()
                .expect("git")
                .status
                .success()
        );
    };
    workspace.write(
        "pyproject.toml",
        "[build-system]\nrequires = ['setuptools_scm']\n",
    );
    git(&["init", "-q"]);
    git(&["add", "pyproject.toml"]);
    git(&["commit", "-q", "-m", "one"]);
    let hook = format!("touch {}", workspace.path("ran").display());
    git(&["config", "core.fsmonitor", &hook]);
    let index = || {
        fs::metadata(workspace.path(".git/index"))
            .and_then(|data| data.modified())
            .expect("a time")
    };
    let before = index();
    workspace.write(
        "pyproject.toml",
        "[build-system]\nrequires = ['setuptools_scm']\n",
    );
    let python = newest_python();
    workspace.run(&["run", "--offline", "--with", ".", "--python", python.path()]);
    assert!(!workspace.path("ran").exists());
    assert_eq!(index(), before);
    git(&["status", "--porcelain"]);
    assert!(workspace.path("ran").exists(), "git does run it");
}
