//! Projects of one's own.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::index::{Index, first_reason, packages_of};
use crate::harness::{
    assert_contains, expect_exit, find_case, newest_python, sample_pythons, trace_of, wait_for,
};

/// A build backend in the project itself, so that none has to be installed. With a file `wait` it never ends.
const BACKEND: &str = r#"
import os, time, zipfile

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    if os.path.exists("wait"):
        open(open("wait").read().strip(), "w").close()
        time.sleep(1000)
    info, name = "own-1.0.dist-info/", "own-1.0-py3-none-any.whl"
    files = {"own.py": open("own.py").read(),
             info + "METADATA": "Metadata-Version: 2.1\nName: own\nVersion: 1.0\n",
             info + "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    files[info + "RECORD"] = "".join("%s,,\n" % path for path in list(files) + [info + "RECORD"])
    os.mkdir("build")
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as wheel:
        for path in sorted(files):
            wheel.writestr(path, files[path])
    return name
"#;

const ASKS: &str =
    "title: it\nrequires: {packages: [.]}\nsteps: [{import: own}, {eval: own.value}]\n";

const SYSTEM: &str =
    "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n";

/// Writes a project into a folder.
pub(crate) fn write_project(folder: &Path) {
    fs::create_dir_all(folder).expect("a folder");
    for (name, content) in [
        ("pyproject.toml", SYSTEM),
        ("backend.py", BACKEND),
        ("own.py", "value = 1\n"),
        (".gitignore", "index\ncache\ntmp\n*-cache\n"),
    ] {
        fs::write(folder.join(name), content).expect("a file");
    }
}

fn index_with_project() -> Index {
    let index = Index::new();
    write_project(&index.workspace.path("."));
    index.workspace.scenario("asks", ASKS);
    index
}

/// A comment in the library moves its folder in the cache, which is nobody's behaviour.
#[test]
fn a_project_that_only_lies_elsewhere_has_not_drifted() {
    let index = index_with_project();
    let text = "title: it\nrequires: {packages: [.]}\nsteps:\n  - run: import own, os\n  - eval: own.__file__\n  \
                - eval: os.path.dirname(os.path.dirname(own.__file__))\n  - run: from own import nope\n  - run: raise ValueError(own.__file__)\n";
    index.workspace.scenario("asks", text);
    let python = newest_python();
    index.run_newest(&[], 0);
    expect_exit(&mut index.modswap(&["accept"]), 0);
    index.workspace.write("own.py", "# a comment\nvalue = 1\n");
    let (report, _) = index.run_newest(&[], 0);
    let case = find_case(&report, "asks", &python.key);
    assert_eq!(case["verdict"], "pass", "{case}");
    let trace = trace_of(&report, case);
    assert_eq!(trace[1]["facts"]["value"], "<packages>/own.py");
    assert_eq!(trace[2]["facts"]["value"], "<cache>/packages");
    assert_eq!(case["messages"]["5"], "<packages>/own.py");
    assert_eq!(index.installed().len(), 2);
}

fn installed_value(index: &Index, more: &[&str]) -> (i64, String) {
    let python = newest_python();
    let (report, said) = index.run_newest(more, 0);
    assert_eq!(
        packages_of(&report, "asks", &python.key),
        ["own 1.0"],
        "{said}"
    );
    let trace = trace_of(&report, find_case(&report, "asks", &python.key));
    (trace[1]["facts"]["value"].as_i64().expect("a number"), said)
}

#[test]
fn a_path_installs_ones_own_project_as_it_is_now() {
    let index = index_with_project();
    assert_eq!(installed_value(&index, &[]).0, 1);
    assert!(
        !index.workspace.path("build").exists(),
        "it was built elsewhere"
    );
    let (same, said) = installed_value(&index, &["--offline"]);
    assert_eq!(same, 1);
    assert!(!said.contains("installing"), "{said}");
    index.workspace.write("own.py", "value = 2\n");
    assert_eq!(installed_value(&index, &[]).0, 2);
}

#[test]
fn what_the_project_was_goes_when_nobody_uses_it_and_scenarios_are_no_part_of_it() {
    let index = index_with_project();
    installed_value(&index, &[]);
    index
        .workspace
        .scenario("other", "title: it\nsteps: [{run: pass}]\n");
    let (_, said) = installed_value(&index, &[]);
    assert!(!said.contains("installing with"), "{said}");
    let cache = index.workspace.path("cache/packages");
    let before = index.installed();
    index.workspace.write("own.py", "value = 2\n");
    installed_value(&index, &[]);
    assert_eq!(index.installed().len(), 2, "another run may use the first");
    let used = cache.join(&before[0]).join("modswap.txt");
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    let file = fs::File::options().write(true).open(used).expect("a file");
    file.set_modified(long_ago).expect("a time");
    index.workspace.write("own.py", "value = 3\n");
    installed_value(&index, &[]);
    assert!(!index.installed().contains(&before[0]));
}

#[test]
fn each_scenario_gets_its_own_project() {
    let index = index_with_project();
    let other = index.workspace.path("other");
    fs::create_dir(&other).expect("a folder");
    fs::copy(
        index.workspace.path("pyproject.toml"),
        other.join("pyproject.toml"),
    )
    .expect("a file");
    let backend = BACKEND.replace("own", "another");
    fs::write(other.join("backend.py"), backend).expect("a file");
    fs::write(other.join("another.py"), "value = 9\n").expect("a file");
    let asks = ASKS.replace("[.]", "[./other]").replace("own", "another");
    index.workspace.scenario("b", &asks);
    let python = newest_python();
    let (report, said) = index.run_newest(&["--jobs", "1"], 0);
    assert_eq!(
        packages_of(&report, "asks", &python.key),
        ["own 1.0"],
        "{said}"
    );
    assert_eq!(packages_of(&report, "b", &python.key), ["another 1.0"]);
}

#[test]
fn a_project_that_cannot_be_built_is_a_reason() {
    let index = index_with_project();
    index
        .workspace
        .write("backend.py", "raise RuntimeError('no backend today')");
    let python = newest_python();
    let (report, _) = index.run_newest(&[], 3);
    let reason = first_reason(&report, "asks", &python.key);
    assert_contains(&reason, "RuntimeError: no backend today");
    assert!(index.installed().is_empty());
}

#[test]
fn ending_modswap_ends_an_install_and_leaves_nothing_half_made() {
    let index = index_with_project();
    let started = index.workspace.path("started");
    fs::write(
        index.workspace.path("wait"),
        started.to_str().expect("UTF-8"),
    )
    .expect("a file");
    let python = newest_python();
    let path = python.path();
    let mut run = index
        .modswap(&["run", "--python", path])
        .spawn()
        .expect("the binary starts");
    wait_for("the build", || started.exists());
    let killed = std::process::Command::new("kill")
        .arg(run.id().to_string())
        .status();
    assert!(killed.expect("kill starts").success());
    assert_eq!(run.wait().expect("it ends").code(), Some(130));
    index.workspace.assert_clean();
    assert!(index.installed().iter().all(|name| name.contains(".part")));
    fs::remove_file(index.workspace.path("wait")).expect("a file");
    assert_eq!(installed_value(&index, &[]).0, 1);
}

#[test]
fn a_project_for_other_pythons_is_not_built() {
    let index = index_with_project();
    let about = "[project]\nname = 'mylib'\nversion = '1.0'\nrequires-python = '>=9'\n";
    index
        .workspace
        .write("pyproject.toml", &format!("{SYSTEM}{about}"));
    let pythons = sample_pythons();
    let (report, said) = index.run(&pythons, &[], 3);
    assert!(!said.contains("installing"), "{said}");
    for python in &pythons {
        assert_eq!(
            first_reason(&report, "asks", &python.key),
            "mylib requires Python >=9"
        );
    }
}

#[test]
fn a_wheel_for_other_pythons_is_told_as_a_cause() {
    let index = Index::new();
    index.wheel("future", "1.0", "Requires-Python: >=9\n");
    index.workspace.write("own-1.0-cp99-none-any.whl", "no zip");
    for (id, wheel) in [
        ("python", "./index/future-1.0-py2.py3-none-any.whl"),
        ("tag", "./own-1.0-cp99-none-any.whl"),
    ] {
        let asks =
            format!("title: it\nrequires: {{packages: [{wheel}]}}\nsteps: [{{run: pass}}]\n");
        index.workspace.scenario(id, &asks);
    }
    let pythons = sample_pythons();
    let (report, _) = index.run(&pythons, &[], 3);
    for python in &pythons {
        let key = &python.key;
        assert_eq!(
            first_reason(&report, "python", key),
            "future requires Python >=9",
            "{key}"
        );
        assert_eq!(
            first_reason(&report, "tag", key),
            "own-1.0-cp99-none-any.whl is not for this Python and machine",
            "{key}"
        );
    }
}

#[test]
fn what_was_built_as_something_else_is_refused() {
    let index = index_with_project();
    let about = "[project]\nname = 'mylib'\nversion = '1.0'\n";
    index
        .workspace
        .write("pyproject.toml", &format!("{SYSTEM}{about}"));
    let python = newest_python();
    for (name, version, expected) in [
        ("UNKNOWN", "0.0.0", "mylib was built as UNKNOWN 0.0.0: "),
        (
            "mylib",
            "0.0.0",
            "mylib was built as version 0.0.0, but it is 1.0",
        ),
        ("other", "1.0", "no package .: "),
    ] {
        let backend = BACKEND
            .replace("own-1.0", &format!("{name}-{version}"))
            .replace(
                "Name: own\\nVersion: 1.0",
                &format!("Name: {name}\\nVersion: {version}"),
            );
        index.workspace.write("backend.py", &backend);
        let (report, _) = index.run_newest(&[], 3);
        let reason = first_reason(&report, "asks", &python.key);
        assert!(reason.starts_with(expected), "{reason}");
        assert!(index.installed().is_empty());
    }
}

#[test]
fn the_error_of_a_compiler_is_the_cause_and_not_its_mark() {
    let index = index_with_project();
    let backend = "import sys\ndef build_wheel(*arguments):\n    sys.stderr.write('own.c:1:5: error: no such type\\n    1 | x\\n      | ^~~\\n')\n    sys.exit(1)\n";
    index.workspace.write("backend.py", backend);
    let python = newest_python();
    let (report, _) = index.run_newest(&[], 3);
    let reason = first_reason(&report, "asks", &python.key);
    assert_contains(&reason, "no package .: own.c:1:5: error: no such type (all");
}

#[test]
fn a_version_that_comes_from_git_is_that_of_git() {
    let index = index_with_project();
    // As setuptools_scm and hatch-vcs do: the one knows the name of the project, the other does not.
    let backend = BACKEND
        .replace(
            "    info, name =",
            "    version = os.environ['SETUPTOOLS_SCM_PRETEND_VERSION_FOR_OWN']\n    \
             assert version == os.environ['SETUPTOOLS_SCM_PRETEND_VERSION']\n    info, name =",
        )
        .replace("\"own-1.0.dist-info/\"", "\"own-%s.dist-info/\" % version")
        .replace(
            "\"own-1.0-py3-none-any.whl\"",
            "\"own-%s-py3-none-any.whl\" % version",
        )
        .replace("Version: 1.0\\n\"", "Version: %s\\n\" % version");
    let about = "[project]\nname = 'own'\ndynamic = ['version']\n[tool.setuptools_scm]\n";
    index.workspace.write("backend.py", &backend);
    index
        .workspace
        .write("pyproject.toml", &format!("{SYSTEM}{about}"));
    let folder = index.workspace.path(".");
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(&folder).args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
        ]);
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            command.env_remove(name);
        }
        assert!(command.args(arguments).status().expect("git").success());
    };
    let python = newest_python();
    let installed = || {
        let (report, said) = index.run_newest(&[], 0);
        let found = packages_of(&report, "asks", &python.key);
        assert_eq!(found.len(), 1, "{said}");
        found[0].clone()
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "one"]);
    assert!(installed().starts_with("own 0.1.dev1+g"));
    git(&["tag", "v1.5"]);
    assert_eq!(installed(), "own 1.5");
    git(&["commit", "--quiet", "--allow-empty", "--message", "two"]);
    assert!(installed().starts_with("own 1.6.dev1+g"));
    git(&["tag", "v2.0"]);
    assert_eq!(installed(), "own 2.0");
}
