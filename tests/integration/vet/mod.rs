//! `modswap vet`: what a package does when it is unloaded, from made-up packages, and from real ones held to the truth.
#![cfg(unix)]

mod page;
mod truth;

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

use crate::harness::{
    Python, Workspace, assert_code, assert_contains, newest_python, parse_report, sample_pythons,
    stderr_of, stdout_of,
};
use crate::packages::index::Index;

/// A package with a fault of each kind.
const FAULTS: &str = r#"{
    "faulty/__init__.py": "\n".join([
        "import os, sys",
        "if getattr(sys, '_faulty', 0): raise ImportError('cannot load module more than once per process')",
        "sys._faulty = 1",
        "os.environ['FAULTY'] = '1'",
    ]),
    "faulty/first.py": "import faulty.second\nvalue = 1\n",
    "faulty/second.py": "from faulty.first import value\n",
    "faulty/optional.py": "import no_such_module_of_modswap\n",
    "faulty/plain.py": "",
}"#;

/// One that is as one would wish.
const FINE: &str = r#"{"fine/__init__.py": "from fine.sub import C\nclass E(Exception): pass\n", "fine/sub.py": "class C(object): pass\n"}"#;

fn index() -> Index {
    let index = Index::new();
    index.wheel_with("faulty", "1.0", "", FAULTS);
    index.wheel_with("fine", "1.0", "", FINE);
    index
}

/// `modswap vet` on these Pythons, which knows no other packages.
fn vet(index: &Index, pythons: &[Python], arguments: &[&str]) -> Command {
    let arguments = [&["vet"], arguments].concat();
    index.on(pythons, &arguments)
}

fn run(index: &Index, pythons: &[Python], code: i32, arguments: &[&str]) -> Output {
    let output = vet(index, pythons, arguments).output().expect("it starts");
    assert_code(&output, code);
    index.workspace.assert_clean();
    output
}

/// The answer on a Python to a question: `again`, `delete all`, `modules`; empty where there is none.
fn answer<'a>(report: &'a Value, key: &str, question: [&str; 3]) -> &'a str {
    let names = ["check", "choices", "question"];
    let mut checks = report["checks"].as_array().expect("a list").iter();
    let found = checks.find(|check| {
        names
            .iter()
            .zip(question)
            .all(|(name, word)| check[name] == word)
    });
    let found = found.unwrap_or_else(|| panic!("no {question:?}"));
    found["answers"][key]["answer"].as_str().unwrap_or_default()
}

#[test]
fn every_question_has_an_answer_in_words() {
    let index = index();
    let pythons = sample_pythons();
    let report = parse_report(&run(&index, &pythons, 0, &["faulty", "--format", "json"]));
    assert_eq!(
        (&report["name"], &report["module"]),
        (&"faulty".into(), &"faulty".into())
    );
    let refused = "ImportError: cannot load module more than once per process";
    for Python { key, .. } in &pythons {
        for (question, expected) in [
            (["import", "", "import"], "ok"),
            (["import", "", "environment"], "FAULTY"),
            (["import", "", "threads"], "none"),
            (["flags", "-OO", "works"], "ok"),
            (["again", "delete all", "modules"], refused),
            (["again", "reload", "modules"], refused),
            (["again", "swap", "modules"], "same object"),
            (
                ["any order", "", "submodules"],
                "1 fails alone, 1 needs what is not installed (of 5)",
            ),
            (
                ["any order", "", "faulty.optional"],
                "needs no_such_module_of_modswap",
            ),
            (["elsewhere", "in two threads", ""], "ok"),
        ] {
            let seen = if question[2].is_empty() {
                first_answer(&report, key, question[1])
            } else {
                answer(&report, key, question)
            };
            assert_eq!(seen, expected, "{question:?} on {key}");
        }
        let cycle = answer(&report, key, ["any order", "", "faulty.first"]);
        assert_contains(cycle, "ImportError: cannot import name");
        // Before 3.8 the message does not say that it is a cycle.
        if !["2.7", "3.4", "3.5", "3.6", "3.7"]
            .iter()
            .any(|old| key.starts_with(&format!("{old}.")))
        {
            assert_contains(cycle, "faulty.first -> faulty.second -> faulty.first");
        }
        assert_eq!(report["unload"][key]["answer"], refused, "{key}");
    }
    let advice = report["advice"].as_array().expect("a list");
    assert!(advice.iter().any(|one| {
        one["text"]
            .as_str()
            .is_some_and(|text| text.contains("refuses to be imported twice"))
    }));
}

/// The answer to the first question of a choice.
fn first_answer<'a>(report: &'a Value, key: &str, choice: &str) -> &'a str {
    let mut checks = report["checks"].as_array().expect("a list").iter();
    let is_it = |check: &&Value| check["choices"] == choice || check["question"] == choice;
    let found = checks.find(is_it).expect("the choice");
    found["answers"][key]["answer"].as_str().unwrap_or_default()
}

#[test]
fn a_package_without_faults_may_be_unloaded() {
    let index = index();
    let python = newest_python();
    let pythons = [python.clone()];
    let arguments = [
        "fine",
        "--use",
        "m.C() is not m.E",
        "--output",
        "fine.json",
        "--output",
        "fine.svg",
        "--all",
    ];
    let refused = run(&index, &pythons, 2, &arguments);
    assert_contains(&stderr_of(&refused), "`is not` needs one");
    let arguments = [
        "fine",
        "--use",
        "bool(m.C()) == True",
        "--output",
        "fine.json",
        "--output",
        "fine.svg",
        "--all",
    ];
    let output = run(&index, &pythons, 0, &arguments);
    let text = fs::read_to_string(index.workspace.path("fine.json")).expect("the file");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let bad: Vec<&Value> = report["checks"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|check| check["level"] == "fails" || check["level"] == "care")
        .collect();
    assert!(bad.is_empty(), "{bad:#?}");
    assert_eq!(report["unload"][&python.key]["answer"], "ok");
    assert_eq!(
        answer(&report, &python.key, ["again", "delete all", "modules"]),
        "fresh"
    );
    let shown = stdout_of(&output);
    assert_contains(&shown, "0 questions fail, 0 need care");
    assert_contains(&shown, "again, delete all: modules");
    let badge = fs::read_to_string(index.workspace.path("fine.svg")).expect("the badge");
    assert_contains(&badge, "<title>unload: ok</title>");
}

#[test]
fn every_view_says_the_worst_first() {
    let index = index();
    let python = newest_python();
    let pythons = [python.clone()];
    let arguments = [
        "faulty", "--output", "a.md", "--output", "a.html", "--output", "a.svg", "--output",
        "a.txt",
    ];
    let output = run(&index, &pythons, 0, &arguments);
    let refused = "ImportError: cannot load module more than once per process";
    let read = |name: &str| fs::read_to_string(index.workspace.path(name)).expect("a file");
    for text in [
        stdout_of(&output),
        read("a.md"),
        read("a.html"),
        read("a.txt"),
    ] {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let at = |word: &str| {
            text.find(word)
                .unwrap_or_else(|| panic!("no {word:?} in {text}"))
        };
        assert!(
            at(refused) < at("Fails") && at("Fails") < at("Good to know"),
            "{text}"
        );
        at("refuses to be imported twice");
    }
    assert_contains(&read("a.svg"), "<title>unload: fails</title>");
    assert_contains(&stdout_of(&output), "modswap script 'vet/");
    let markdown = run(&index, &pythons, 0, &["faulty", "--format", "markdown"]);
    assert_eq!(stdout_of(&markdown), read("a.md"));
}

#[test]
fn the_script_of_a_case_says_the_same_without_modswap() {
    let index = index();
    let python = newest_python();
    let report = parse_report(&run(
        &index,
        std::slice::from_ref(&python),
        0,
        &["faulty", "--format", "json"],
    ));
    let checks = report["checks"].as_array().expect("a list");
    let check = checks
        .iter()
        .find(|check| check["choices"] == "delete all")
        .expect("the check");
    let id = check["case"].as_str().expect("an id");
    let script = index
        .workspace
        .stdout(0, &["script", "--builtin", id, "--python", &python.key]);
    let folder = index.workspace.path("unpacked");
    fs::create_dir(&folder).expect("a folder");
    let wheel = index
        .workspace
        .path("index/faulty-1.0-py2.py3-none-any.whl");
    let unzip = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])";
    assert!(
        python
            .bare()
            .args(["-c", unzip])
            .args([&wheel, &folder])
            .status()
            .expect("it starts")
            .success()
    );
    index.workspace.write("case.py", &script);
    let mut plain = Command::new(&python.path);
    plain
        .arg(index.workspace.path("case.py"))
        .env("PYTHONPATH", &folder);
    assert_contains(
        &stdout_of(&plain.output().expect("it starts")),
        "ImportError: cannot load module more than once per process",
    );
}

#[test]
fn nothing_but_what_the_user_asked_to_hold_is_a_failure() {
    let index = index();
    let pythons = [newest_python()];
    // With a crash of the questions, or without: no baseline, nothing to hold.
    run(&index, &pythons, 0, &["faulty"]);
    // What was not asked to hold can be accepted all the same.
    index
        .workspace
        .run_to(0, &["accept", "--baseline", "reports/vet"]);
    fs::remove_dir_all(index.workspace.path("reports")).expect("the baseline");
    let first = run(&index, &pythons, 1, &["faulty", "--strict"]);
    assert_contains(&stderr_of(&first), "modswap accept --baseline reports/vet");
    assert_contains(
        &stderr_of(&first),
        "--strict: nothing has been accepted yet",
    );
    index
        .workspace
        .run_to(0, &["accept", "--baseline", "reports/vet"]);
    run(&index, &pythons, 0, &["faulty", "--strict"]);
    run(&index, &pythons, 0, &["faulty"]);
    let other = run(&index, &pythons, 0, &["faulty", "--use", "m.os"]);
    assert_contains(
        &stderr_of(&other),
        "the baseline reports/vet has nothing of most of these questions",
    );
    // A new release of the package that no longer refuses.
    let better = FAULTS.replace("raise ImportError(", "str(");
    index.wheel_with("faulty", "1.1", "", &better);
    let drifted = run(&index, &pythons, 1, &["faulty==1.1", "--strict"]);
    assert!(!stderr_of(&drifted).is_empty());
    fs::remove_dir_all(index.workspace.path("cache")).expect("the cache");
    fs::create_dir(index.workspace.path("cache")).expect("a folder");
    let drifted = run(&index, &pythons, 1, &["faulty"]);
    assert_contains(
        &stderr_of(&drifted),
        "not as in the baseline reports/vet: across on ",
    );
}

/// The badge speaks of all versions that are as bad, whatever their words are, and of no other.
#[test]
fn a_badge_names_the_versions_unless_it_is_all() {
    let index = index();
    let badge = |name: &str, condition: &str, pythons: &[Python]| {
        let files = format!(
            r#"{{"{name}/__init__.py": "import sys\nif {condition}: raise ValueError(sys.version_info[:2])\n"}}"#
        );
        index.wheel_with(name, "1.0", "", &files);
        let output = run(&index, pythons, 0, &[name, "--format", "badge"]);
        let text = stdout_of(&output);
        let title = text.split_once("<title>").expect("a title").1;
        title.split('<').next().expect("its text").to_owned()
    };
    let pythons = sample_pythons();
    assert_eq!(badge("nowhere", "True", &pythons), "unload: fails");
    let [oldest, .., newest] = &pythons[..] else {
        return println!("not covered: two versions, as there is one here");
    };
    let series = |python: &Python| {
        let mut parts = python.key.split('.');
        let parts = [parts.next(), parts.next()].map(|part| part.expect("a number"));
        parts.join(".")
    };
    let (old, new) = (series(oldest), series(newest));
    let is_old = format!("sys.version_info[:2] == ({})", old.replace('.', ", "));
    let both = [oldest.clone(), newest.clone()];
    assert_eq!(
        badge("newer", &is_old, &both),
        format!("unload: fails on {old}")
    );
    assert_ne!(old, new);
}

/// Also an error that has no text.
#[test]
fn what_fails_at_the_first_import_is_blamed_on_nothing_else() {
    let index = index();
    let broken = r#"{"broken/__init__.py": "class E(Exception):\n    def __str__(self): return self.text\nraise E()\n"}"#;
    index.wheel_with("broken", "1.0", "", broken);
    let pythons = sample_pythons();
    let output = run(&index, &pythons, 0, &["broken", "--format", "json"]);
    let report = parse_report(&output);
    for Python { key, .. } in &pythons {
        assert_eq!(answer(&report, key, ["import", "", "import"]), "E", "{key}");
        assert_eq!(report["unload"][key]["answer"], "E", "{key}");
    }
    let checks = report["checks"].as_array().expect("a list");
    let failing = checks.iter().filter(|check| check["level"] == "fails");
    let failing: Vec<_> = failing.map(|check| &check["question"]).collect();
    assert_eq!(failing, ["import"]);
    assert_eq!(report["advice"].as_array().map(Vec::len), Some(0));
}

/// An import that hangs is waited for once.
#[test]
fn nothing_more_is_asked_where_the_import_hangs() {
    let index = index();
    index.wheel_with(
        "endless",
        "1.0",
        "",
        r#"{"endless/__init__.py": "while True: pass\n"}"#,
    );
    let python = newest_python();
    let arguments = ["endless", "--format", "json"];
    let output = run(&index, std::slice::from_ref(&python), 0, &arguments);
    let report = parse_report(&output);
    let checks = report["checks"].as_array().expect("a list");
    let asked: Vec<_> = checks.iter().map(|check| &check["check"]).collect();
    assert_eq!(asked, ["import"]);
    assert_eq!(report["unload"][&python.key]["answer"], "hangs");
}

/// `typing` keeps what it was given in caches of a limited size.
#[test]
fn what_grows_until_a_cache_is_full_is_no_leak() {
    let index = index();
    let cached = r#"{"cached/__init__.py": "import typing\nclass K(object): pass\nX = typing.Optional[K]\n"}"#;
    index.wheel_with("cached", "1.0", "", cached);
    let python = newest_python();
    let output = run(
        &index,
        std::slice::from_ref(&python),
        0,
        &["cached", "--format", "json"],
    );
    let report = parse_report(&output);
    assert_eq!(
        answer(&report, &python.key, ["alive", "", "ten times"]),
        "1 type more each time; ends when lru_caches are full"
    );
    assert_eq!(report["unload"][&python.key]["answer"], "ok");
}

#[test]
fn a_wheel_by_its_path_says_its_name() {
    let index = index();
    let pythons = sample_pythons();
    let wheel = "index/fine-1.0-py2.py3-none-any.whl";
    let report = parse_report(&run(&index, &pythons, 0, &[wheel, "--format", "json"]));
    assert_eq!(report["package"], format!("./{wheel}"));
    assert_eq!(
        (&report["name"], &report["module"]),
        (&"fine".into(), &"fine".into())
    );
    for python in &pythons {
        assert_eq!(
            answer(&report, &python.key, ["again", "delete all", "modules"]),
            "fresh",
            "{}",
            python.key
        );
    }
}

#[test]
fn another_module_is_imported_where_one_is_named() {
    let index = index();
    let python = newest_python();
    let arguments = ["faulty", "--module", "faulty.plain", "--format", "json"];
    let report = parse_report(&run(&index, std::slice::from_ref(&python), 0, &arguments));
    assert_eq!(report["module"], "faulty.plain");
    let missing = ["faulty", "--module", "faulty.none", "--format", "json"];
    let report = parse_report(&run(&index, std::slice::from_ref(&python), 0, &missing));
    let seen = answer(&report, &python.key, ["again", "delete all", "modules"]);
    assert_contains(seen, "not imported: ");
    assert_contains(seen, "faulty.none");
}

#[test]
fn what_cannot_be_vetted_is_told_with_the_way_out() {
    let index = index();
    let pythons = [newest_python()];
    for (code, arguments, said) in [
        (
            3,
            &["no_such_package_of_modswap"][..],
            "no_such_package_of_modswap cannot be had for 3",
        ),
        (2, &["./no/such"], "no project at `./no/such`"),
        (
            2,
            &["fine", "--module", "1x"],
            "expected the name of a module",
        ),
        (
            2,
            &["fine", "--output", "a.xml"],
            "the ending of a name says what is written",
        ),
        (2, &["a b"], "expected something like `numpy`"),
        (2, &["./a b"], "ids have no blanks: go into the folder"),
        (
            2,
            &["fine; python_version > '3'"],
            "one word without blanks",
        ),
        (2, &["fine", "--use", "1 +"], "it is no Python expression"),
        (
            2,
            &["fine", "--use", "m.x = 1"],
            "it is no Python expression",
        ),
        (
            2,
            &["fine", "--strict", "--no-baseline"],
            "`--strict` and `--no-baseline` exclude each other",
        ),
        (2, &[], "PACKAGE"),
    ] {
        let output = run(&index, &pythons, code, arguments);
        assert_contains(&stderr_of(&output), said);
        assert_eq!(stdout_of(&output), "", "{arguments:?}");
    }
}

#[test]
fn a_run_of_everything_says_nothing_of_its_checks() {
    let workspace = Workspace::new();
    workspace.run_to(0, &["export", ".", "vet", "swap/exit"]);
    let python = newest_python();
    let said = |arguments: &[&str], code: i32| {
        let arguments = [arguments, &["--python", python.path()]].concat();
        stderr_of(&workspace.run_to(code, &arguments))
    };
    let plain = said(&["run"], 0);
    assert!(!plain.contains("left out"), "{plain}");
    let named = said(&["run", "swap", "vet"], 0);
    assert_contains(&named, "left out: ");
    assert_contains(
        &said(&["run", "vet/again"], 2),
        "add `--set package=… --set module=… --set use=…`",
    );
    // What is changed is one's own.
    let own =
        std::fs::read_to_string(workspace.path("scenarios/vet/again.yaml")).expect("the check");
    workspace.scenario(
        "vet/again",
        &own.replacen("timeout: 60s", "timeout: 50s", 1),
    );
    assert_contains(
        &said(&["run"], 0),
        "left out: 1 scenario with parameters that are not set (vet/again)",
    );
}
