//! What `site` does with a folder of packages is done with those that cases require.

use std::fs;

use super::index::Index;
use crate::harness::{expect_exit, find_case, newest_python, sample_pythons, stderr_of, stdout_of};

/// As setuptools wrote it for each namespace package, until Python had such packages of its own.
const NAMESPACE: &str = "import sys, types, os; p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('old',)); \
    ie = os.path.exists(os.path.join(p, '__init__.py')); \
    m = not ie and sys.modules.setdefault('old', types.ModuleType('old')); \
    mp = (m or []) and m.__dict__.setdefault('__path__', []); (p not in mp) and mp.append(p)\n";

/// The second line fails: the rest of its file is passed over, up to 3.14.
const PATHS: &str = "inside\nimport no_such_module\n./later\n";

const ASKS: &str = "\
title: it
requires: {packages: [old-one]}
steps:
  - import: old.one
    expect: {outcome: ok}
  - import: found
    expect: {outcome: ok}
  - eval: marked
    expect: {value: 1}
  - eval: \"[entry.endswith('/later') for entry in __import__('sys').path].count(True)\"
    expect:
      - {python: '<3.15', value: 0}
      - {python: '>=3.15', value: 1}
";

fn index_with_path_files() -> Index {
    let index = Index::new();
    let mark =
        "import sys; (sys.modules.get('builtins') or sys.modules.get('__builtin__')).marked = 1\n";
    let files = format!(
        "{{'old/one/__init__.py': '', 'old_one-nspkg.pth': {NAMESPACE:?}, 'paths.pth': {PATHS:?}, 'mark.pth': {mark:?}, \
         '.hidden.pth': 'import no_such_module', 'inside/found.py': '', 'later/x.py': ''}}"
    );
    index.wheel_with("old_one", "1.0", "", &files);
    index.workspace.scenario("asks", ASKS);
    let bare = "title: it\nsteps: [{eval: \"'old' in __import__('sys').modules\", expect: {value: false}}]\n";
    index.workspace.scenario("bare", bare);
    index
}

#[test]
fn pth_files_are_read_for_the_cases_that_ask() {
    let index = index_with_path_files();
    let pythons = sample_pythons();
    for isolation in ["fork", "spawn"] {
        let (report, said) = index.run(&pythons, &["--isolation", isolation], 0);
        for python in &pythons {
            for id in ["asks", "bare"] {
                let case = find_case(&report, id, &python.key);
                assert_eq!(case["verdict"], "pass", "{}: {case:#} {said}", python.key);
            }
        }
    }
}

#[test]
fn the_plain_script_reads_them_too() {
    let index = index_with_path_files();
    let python = newest_python();
    index.run_newest(&[], 0);
    let [installed] = &index.installed()[..] else {
        panic!("one folder: {:?}", index.installed());
    };
    let folder = index.workspace.path("script");
    fs::create_dir(&folder).expect("a folder");
    let target = index.workspace.path("cache/packages").join(installed);
    std::os::unix::fs::symlink(target, folder.join("packages")).expect("a link");
    let script = expect_exit(
        &mut index.modswap(&["script", "asks", "--full", "--python", &python.key]),
        0,
    );
    fs::write(folder.join("case.py"), script.stdout).expect("a file");
    let output = std::process::Command::new(&python.path)
        .args(["-s", "-S", "-B"])
        .arg(folder.join("case.py"))
        .env("PYTHONHASHSEED", "0")
        .output()
        .expect("it starts");
    let said = stdout_of(&output);
    assert_eq!(
        said.matches("ok\n").count(),
        4,
        "{said}\n{}",
        stderr_of(&output)
    );
}
