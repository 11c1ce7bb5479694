//! Projects of one's own.

use std::fs;

use super::index::{Index, packages, reason};
use crate::common::bench::{newest, wait_for};
use crate::common::case;

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

fn project() -> Index {
    let index = Index::new();
    let system = "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n";
    for (name, content) in [
        ("pyproject.toml", system),
        ("backend.py", BACKEND),
        ("own.py", "value = 1\n"),
        (".gitignore", "index\ncache\ntmp\n*-cache\n"),
    ] {
        fs::write(index.bench.path(name), content).expect("a file");
    }
    index.bench.scenario("asks", ASKS);
    index
}

/// A comment in the library moves its folder in the cache, which is nobody's behaviour.
#[test]
fn a_project_that_only_lies_elsewhere_has_not_drifted() {
    let index = project();
    let text = "title: it\nrequires: {packages: [.]}\nsteps:\n  - run: import own, os\n  - eval: own.__file__\n  \
                - eval: os.path.dirname(os.path.dirname(own.__file__))\n  - run: from own import nope\n  - run: raise ValueError(own.__file__)\n";
    index.bench.scenario("asks", text);
    let python = newest();
    index.run(std::slice::from_ref(&python), &[], 0);
    crate::common::ends_with(&mut index.modswap(&["accept"]), 0);
    fs::write(index.bench.path("own.py"), "# a comment\nvalue = 1\n").expect("a file");
    let (report, _) = index.run(std::slice::from_ref(&python), &[], 0);
    let case = case(&report, "asks", &python.key);
    assert_eq!(case["verdict"], "pass", "{case}");
    let trace = crate::trace(&report, case);
    assert_eq!(trace[1]["facts"]["value"], "<packages>/own.py");
    assert_eq!(trace[2]["facts"]["value"], "<cache>/packages");
    assert_eq!(case["messages"]["5"], "<packages>/own.py");
    assert_eq!(index.installed().len(), 2);
}

fn value(index: &Index, more: &[&str]) -> (i64, String) {
    let python = newest();
    let (report, said) = index.run(std::slice::from_ref(&python), more, 0);
    assert_eq!(
        packages(&report, "asks", &python.key),
        ["own 1.0"],
        "{said}"
    );
    let trace = crate::trace(&report, case(&report, "asks", &python.key));
    (trace[1]["facts"]["value"].as_i64().expect("a number"), said)
}

#[test]
fn a_path_installs_ones_own_project_as_it_is_now() {
    let index = project();
    assert_eq!(value(&index, &[]).0, 1);
    assert!(
        !index.bench.path("build").exists(),
        "it was built elsewhere"
    );
    let (same, said) = value(&index, &["--offline"]);
    assert_eq!(same, 1);
    assert!(!said.contains("installing"), "{said}");
    fs::write(index.bench.path("own.py"), "value = 2\n").expect("a file");
    assert_eq!(value(&index, &[]).0, 2);
}

#[test]
fn what_the_project_was_goes_when_nobody_uses_it_and_scenarios_are_no_part_of_it() {
    let index = project();
    value(&index, &[]);
    index
        .bench
        .scenario("other", "title: it\nsteps: [{run: pass}]\n");
    let (_, said) = value(&index, &[]);
    assert!(!said.contains("installing with"), "{said}");
    let cache = index.bench.path("cache/packages");
    let before = index.installed();
    fs::write(index.bench.path("own.py"), "value = 2\n").expect("a file");
    value(&index, &[]);
    assert_eq!(index.installed().len(), 2, "another run may use the first");
    let used = cache.join(&before[0]).join("modswap.txt");
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    let file = fs::File::options().write(true).open(used).expect("a file");
    file.set_modified(long_ago).expect("a time");
    fs::write(index.bench.path("own.py"), "value = 3\n").expect("a file");
    value(&index, &[]);
    assert!(!index.installed().contains(&before[0]));
}

#[test]
fn each_scenario_gets_its_own_project() {
    let index = project();
    let other = index.bench.path("other");
    fs::create_dir(&other).expect("a folder");
    fs::copy(
        index.bench.path("pyproject.toml"),
        other.join("pyproject.toml"),
    )
    .expect("a file");
    let backend = BACKEND.replace("own", "another");
    fs::write(other.join("backend.py"), backend).expect("a file");
    fs::write(other.join("another.py"), "value = 9\n").expect("a file");
    let asks = ASKS.replace("[.]", "[./other]").replace("own", "another");
    index.bench.scenario("b", &asks);
    let python = newest();
    let (report, said) = index.run(std::slice::from_ref(&python), &["--jobs", "1"], 0);
    assert_eq!(
        packages(&report, "asks", &python.key),
        ["own 1.0"],
        "{said}"
    );
    assert_eq!(packages(&report, "b", &python.key), ["another 1.0"]);
}

#[test]
fn a_project_that_cannot_be_built_is_a_reason() {
    let index = project();
    fs::write(
        index.bench.path("backend.py"),
        "raise RuntimeError('no backend today')",
    )
    .expect("a file");
    let python = newest();
    let (report, _) = index.run(std::slice::from_ref(&python), &[], 3);
    let reason = reason(&report, "asks", &python.key);
    assert!(
        reason.contains("RuntimeError: no backend today"),
        "{reason}"
    );
    assert!(index.installed().is_empty());
}

#[test]
fn ending_modswap_ends_an_install_and_leaves_nothing_half_made() {
    let index = project();
    let started = index.bench.path("started");
    fs::write(index.bench.path("wait"), started.to_str().expect("UTF-8")).expect("a file");
    let python = newest();
    let path = python.path.to_str().expect("UTF-8");
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
    index.bench.assert_clean();
    assert!(index.installed().iter().all(|name| name.contains(".part")));
    fs::remove_file(index.bench.path("wait")).expect("a file");
    assert_eq!(value(&index, &[]).0, 1);
}
