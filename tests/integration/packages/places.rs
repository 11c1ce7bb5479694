//! No value, message or output tells where anything lies: a run by another user, with other folders and another place of the
//! Python, gives the same report.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::index::Index;
use crate::harness::corpus::{self, interpreter_of};
use crate::harness::{
    Python, fact_of, find_case, parse_report, sample_pythons, stderr_of, trace_of,
};

/// Says in every way where things are; the values are what any Python must give.
const PLACES: &str = r#"
title: it
requires: {packages: [demo_pkg]}
interpreter: {isolation: ISOLATION, site: SITE}
modules: {demo: "", broken: "import warnings\nwarnings.warn('in ' + __file__)\nraise ImportError('not ' + __file__)\n"}
steps:
  - run: import os, sys, encodings, tempfile, demo_pkg, demo
  - eval: demo_pkg.__file__.rstrip("c")
    expect: {value: <packages>/demo_pkg.py}
  - run: from demo_pkg import nope
    expect:
      - {python: "<3", message: cannot import name nope}
      - {python: ">=3.4,<3.7", message: cannot import name 'nope'}
      - {python: ">=3.7", message: cannot import name 'nope' from 'demo_pkg' (<packages>/demo_pkg.py)}
  - eval: demo_pkg
    expect: {value: demo_pkg#1}
  - eval: repr(demo).rstrip("c'>") + ", " + demo.__file__.rstrip("c")
    expect: {value: "<module 'demo' from '<modules>/demo.py, <modules>/demo.py"}
  - eval: "[sys.path[0], os.getcwd(), os.path.dirname(sys.path[0]), os.path.realpath('.')]"
    expect: {value: [<modules>, <folder>, <run>, <folder>]}
  - eval: os.path.dirname(os.path.dirname(demo_pkg.__file__))
    expect: {value: <cache>/packages}
  - eval: "[os.path.dirname(os.path.dirname(encodings.__file__)), sys.prefix, sys.exec_prefix, sys.executable]"
    expect: {value: [<library>, <prefix>, <prefix>, <python>]}
  - eval: "[os.path.realpath(sys.executable), os.path.realpath(sys.prefix), os.path.realpath(demo_pkg.__file__).rstrip('c')]"
    expect: {value: [<python>, <prefix>, <packages>/demo_pkg.py]}
  - eval: "[os.path.expanduser('~/x'), tempfile.gettempdir(), '-I' + sys.path[0], 'a\\n' + sys.path[0]]"
    expect: {value: [<home>/x, <temp>, -I<modules>, "a\n<modules>"]}
  - eval: "[str(sys.path[0]), {sys.path[0] + '/x': 1}, set([sys.path[0]]), repr([sys.path[0] + '\\n']), ValueError(sys.path[0])]"
  - eval: "[entry for entry in sys.path if entry.endswith(('lib-dynload', 'site-packages'))]"
  - eval: "[name for name in ('PWD', 'OLDPWD') if name in os.environ]"
    expect: {value: []}
  - import: broken
    expect: {outcome: ImportError, message: not <modules>/broken.py}
  - run: import encodings.nope
    expect: {outcome: any}
  - run: |
      for stream in sys.stdout, sys.stderr:
          for path in [demo_pkg.__file__, sys.path[0], os.getcwd(), sys.prefix, sys.executable, encodings.__file__]:
              stream.write(path.rstrip("c") + "\n")
          for number in range(3000):
              stream.write("%d %s\n" % (number, sys.path[0]))
          stream.flush()
  - eval: "1"
    expect: {value: 2}      # so that what was printed is in the report
"#;

/// One who runs it: folders of their own, and a Python at another place.
struct User {
    name: &'static str,
    index: Index,
}

impl User {
    fn new(name: &'static str) -> Self {
        let index = Index::new();
        index.wheel("demo_pkg", "1.0", "");
        for folder in ["home", "temporary"] {
            std::fs::create_dir_all(index.workspace.path(name).join(folder)).expect("a folder");
        }
        Self { name, index }
    }

    /// The report of a run with these Pythons, in the order of the arguments, without what may differ: commands, and times.
    fn report(&self, pythons: &[String], arguments: &[&str], code: i32) -> Value {
        let own = self.index.workspace.path(self.name);
        let mut command = self
            .index
            .modswap(&["run", "--format", "json", "--no-baseline"]);
        command.args(arguments);
        for python in pythons {
            command.arg("--python").arg(python);
        }
        command
            .env("HOME", own.join("home"))
            .env("TMPDIR", own.join("temporary"))
            .env("MODSWAP_CACHE_DIR", own.join("home/cache"))
            .env("USER", self.name)
            .env("LOGNAME", self.name);
        let output = command.output().expect("the binary starts");
        let mut report = parse_report(&output);
        let failed = report["cases"].as_array().expect("cases").iter();
        let failed: Vec<_> = failed.filter(|case| case["verdict"] == "fail").collect();
        assert_eq!(
            output.status.code(),
            Some(code),
            "{} {failed:#?}",
            stderr_of(&output)
        );
        for name in ["started", "elapsed_s", "interpreters", "rejected"] {
            report[name] = Value::Null;
        }
        for case in report["cases"].as_array_mut().expect("cases") {
            case["duration_ms"] = Value::Null;
        }
        let all = report.to_string();
        for place in [self.name, "workspace-", "modswap-"] {
            let found = all.find(place).map(|at| &all[at.saturating_sub(100)..]);
            let found = found.map(|found| found.chars().take(200).collect::<String>());
            assert_eq!(found, None, "a place of {}: {place}", self.name);
        }
        report
    }

    /// The same installation at a place of this user, which leads over links.
    fn linked(&self, python: &Python) -> String {
        let (bin, name) = (
            python.path.parent().expect("a folder"),
            python.path.file_name(),
        );
        let prefix = bin.parent().expect("a prefix");
        let link = self.index.workspace.path(self.name).join(&python.key);
        std::os::unix::fs::symlink(prefix, &link).expect("a link");
        let path = link.join("bin").join(name.expect("a name"));
        path.to_str().expect("UTF-8").to_owned()
    }

    /// A copy of the program, with the library of the installation.
    fn copied(&self, python: &Python) -> String {
        let real = python.path.canonicalize().expect("a Python");
        let prefix = real.parent().and_then(Path::parent).expect("a prefix");
        let copy = self.index.workspace.path(self.name).join(&python.key);
        std::fs::create_dir_all(copy.join("bin")).expect("a folder");
        std::fs::create_dir_all(copy.join("lib")).expect("a folder");
        let program = copy.join("bin").join(real.file_name().expect("a name"));
        std::fs::copy(&real, &program).expect("a copy");
        for folder in std::fs::read_dir(prefix.join("lib"))
            .expect("a library")
            .flatten()
        {
            let to = copy.join("lib").join(folder.file_name());
            let copied = Command::new("cp")
                .arg("-as")
                .args([&folder.path(), &to])
                .status();
            assert!(copied.expect("cp starts").success());
        }
        program.to_str().expect("UTF-8").to_owned()
    }
}

/// The oldest and the newest.
fn oldest_and_newest() -> Vec<Python> {
    let mut chosen = sample_pythons();
    if chosen.len() > 2 {
        chosen.drain(1..chosen.len() - 1);
    }
    chosen
}

fn write_scenarios(user: &User) {
    for isolation in ["fork", "spawn"] {
        for site in ["false", "true"] {
            let text = PLACES.replace("ISOLATION", isolation).replace("SITE", site);
            user.index
                .workspace
                .scenario(&format!("{isolation}-{site}"), &text);
        }
    }
}

#[test]
fn another_user_with_another_python_gets_the_same_report() {
    let pythons = oldest_and_newest();
    let (one, other) = (User::new("anna"), User::new("björn å"));
    for user in [&one, &other] {
        write_scenarios(user);
    }
    let paths: Vec<String> = pythons
        .iter()
        .map(|python| python.path().to_owned())
        .collect();
    let first = one.report(&paths, &[], 1);
    for python in &pythons {
        for id in ["fork-false", "fork-true", "spawn-false", "spawn-true"] {
            let case = find_case(&first, id, &python.key);
            let reasons = &case["reasons"];
            assert_eq!(
                reasons.as_array().map(Vec::len),
                Some(1),
                "{id} on {}: {reasons}",
                python.key
            );
            let value = fact_of(trace_of(&first, case), 11, "value");
            assert_eq!(
                value[1],
                serde_json::json!({"<modules>/x": 1}),
                "{}",
                python.key
            );
        }
    }
    let linked: Vec<String> = pythons.iter().map(|python| other.linked(python)).collect();
    let second = other.report(&linked, &[], 1);
    assert_same(&first, &second);
    let copied: Vec<String> = pythons.iter().map(|python| one.copied(python)).collect();
    assert_same(&first, &one.report(&copied, &[], 1));
}

/// The corpus, but for what is installed from the index of the machine: the one who runs the tests is the first user. Nor does
/// it matter how many cases run at once.
#[test]
fn another_user_with_another_python_gets_the_same_report_of_the_corpus() {
    let pythons = oldest_and_newest();
    let user = User::new("björn");
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let subjects = std::fs::read_dir(root).expect("scenarios").flatten();
    let mut arguments: Vec<String> = subjects
        .map(|subject| subject.path())
        .filter(|path| path.is_dir() && !path.ends_with("packages"))
        .map(|path| path.to_str().expect("UTF-8").to_owned())
        .collect();
    arguments.extend(["--jobs", "8"].map(str::to_owned));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let linked: Vec<String> = pythons.iter().map(|python| user.linked(python)).collect();
    let seen = user.report(&linked, &arguments, 0);
    let first = corpus::report();
    let is_among = |case: &&Value| {
        let is_here = pythons
            .iter()
            .any(|python| case["interpreter"] == python.key);
        let id = case["case"].as_str().expect("an id");
        is_here && !id.starts_with("packages/")
    };
    assert_eq!(
        corpus::cases(first).iter().filter(is_among).count(),
        corpus::cases(&seen).len()
    );
    for case in corpus::cases(&seen) {
        let (id, key) = (case["case"].as_str().expect("an id"), interpreter_of(case));
        let mut known = find_case(first, id, key).clone();
        known["duration_ms"] = Value::Null;
        assert_eq!(*case, known, "{id} on {key}");
        assert_eq!(
            trace_of(&seen, case),
            trace_of(first, &known),
            "{id} on {key}"
        );
    }
}

/// What becomes of texts, in every Python: the longest path counts, and only a whole one.
#[test]
fn a_place_is_a_whole_path_and_the_longest() {
    let code = r#"
import posix
places = PathPlaceholders(posix)
places.add([("/opt/py", "<early>"), ("/top", "<top>")])
places.add([("/opt/py/", "<prefix>"), ("/opt/py/lib/python3.14", "<library>"), ("", "<none>"), ("/", "<root>"), ("a/b", "<none>")])
for text, expected in [
        ("/opt/py/lib/python3.14/os.py", "<library>/os.py"),
        ("/opt/py/lib/python3.14t/os.py", "<prefix>/lib/python3.14t/os.py"),
        ("/opt/py/lib/python3.14.zip", "<prefix>/lib/python3.14.zip"),
        ("see /opt/py, /opt/py. And -I/opt/py/include", "see <prefix>, <prefix>. And -I<prefix>/include"),
        ("/opt/py2 /opt/py-x /opt/py_x", "/opt/py2 /opt/py-x /opt/py_x"),
        ("/top:/top/x a/top <x>/top ./top", "<top>:<top>/x a/top <x>/top ./top"),
        (repr("\n/top/x"), repr("\n<top>/x")),
        (u"/opt/py/\xe4", u"<prefix>/\xe4"),
        ("/ a/b", "/ a/b")]:
    assert places.substitute(text) == expected, (text, places.substitute(text))
    assert type(places.substitute(text)) is type(text)
"#;
    let source = &*modswap::harness::SCRIPT;
    for python in sample_pythons() {
        let status = python
            .bare()
            .args(["-c", &format!("{source}\n{code}")])
            .status();
        assert!(status.expect("it starts").success(), "{}", python.key);
    }
}

fn assert_same(first: &Value, second: &Value) {
    let cases = |report: &Value| report["cases"].as_array().expect("cases").clone();
    let (one, other) = (cases(first), cases(second));
    assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(&other) {
        let steps = |report: &Value, case: &Value| {
            report["traces"][case["trace"].as_str().unwrap_or("")].clone()
        };
        let id = &one["case"];
        assert_eq!(steps(first, one), steps(second, other), "{id}");
        assert_eq!(one, other, "{id}");
    }
    assert_eq!(first, second);
}
