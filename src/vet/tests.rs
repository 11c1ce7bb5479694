//! Answers and tables, from made-up reports.

use serde_json::json;

use super::answer::{Answer, Level};
use super::modules::choose_modules;
use super::{Question, VetTable, find_advice, judge_unloading};
use crate::record::Verdict::{self, Pass, Skipped};
use crate::record::{RunReport, fake};
use crate::trace::Steps;

fn question(check: &str, choices: &str, note: &str) -> Question {
    let own = str::to_owned;
    Question {
        check: own(check),
        choices: own(choices),
        note: own(note),
    }
}

fn level(check: &str, choices: &str, note: &str, text: &str) -> Level {
    Answer::new(&question(check, choices, note), text).level
}

#[test]
fn answers_are_judged_by_their_words() {
    for (expected, texts) in [
        (
            Level::Fails,
            &[
                "SIGSEGV",
                "fresh, then SIGABRT at exit",
                "SIGSEGV at the 2nd time",
                "hangs",
                "exit 3",
                "ImportError: cannot load module more than once per process",
                "pyo3_runtime.PanicException: called",
                "UnsupportedAlgorithm: cipher AES in CBC mode is not supported",
                "Empty",
                "error: it broke",
                "2 fail alone (of 18)",
                "1 fails alone (of 18)",
                "wrong result",
            ][..],
        ),
        (
            Level::Care,
            &[
                "leaks 14 modules",
                "2 modules and 5 types more each time",
                "same object",
                "same object, with UserWarning",
                "fresh top, same children",
                "fresh, but the same: a.b c",
                "fresh, not bound in its parent",
                "fresh, with UserWarning",
                "ok, not lazy",
                "GIL on",
            ],
        ),
        (Level::Note, &["1 needs what is not installed (of 3)"]),
        (
            Level::Ok,
            &[
                "ok",
                "ok (of 18)",
                "fresh",
                "none",
                "steady",
                "GIL stays off",
            ],
        ),
        (
            Level::NotAsked,
            &[
                "not there",
                "not imported",
                "not imported: SyntaxError: no",
                "no children",
                "needs yaml",
            ],
        ),
    ] {
        for text in texts {
            assert_eq!(
                level("again", "delete all", "works", text),
                expected,
                "{text}"
            );
        }
    }
}

#[test]
fn names_are_no_failures_whatever_they_are() {
    for (note, text, expected) in [
        ("environment", "SIGNAL", Level::Note),
        ("builtins", "WarnLibError", Level::Note),
        ("loads", "okta ends_soon", Level::Note),
        ("loads", "none", Level::Ok),
        ("signal handlers", "SIGUSR1", Level::Care),
        ("signal handlers", "SIGSEGV", Level::Care),
        ("warns", "DeprecationWarning", Level::Care),
        ("loads", "SIGSEGV", Level::Fails),
        ("hooks", "none, then SIGSEGV at exit", Level::Fails),
        ("works", "Empty", Level::Fails),
    ] {
        assert_eq!(level("import", "", note, text), expected, "{note}: {text}");
    }
    assert_eq!(
        level("alive", "", "held by", "typing: functools.lru_cache"),
        Level::Note
    );
}

#[test]
fn what_every_package_does_is_no_fault_of_one() {
    let again = |choices, text| level("again", choices, "modules", text);
    assert_eq!(again("reload", "same object"), Level::Ok);
    assert_eq!(again("delete top", "fresh top, same children"), Level::Ok);
    assert_eq!(
        again("delete children", "same top, fresh children"),
        Level::Ok
    );
    assert_eq!(again("swap", "same object"), Level::Note);
    assert_eq!(again("delete all", "same object"), Level::Care);
    let across = |note, text| level("across", "", note, text);
    assert_eq!(across("isinstance", "no: Session Request"), Level::Note);
    assert_eq!(across("except", "not caught"), Level::Note);
    let pickled = "PicklingError: Can't pickle <class 'a.B'>: it's not the same object as a.B";
    assert_eq!(across("pickle", pickled), Level::Note);
    assert_eq!(across("isinstance", "yes"), Level::Ok);
}

#[test]
fn the_worse_the_answer_the_higher_its_rank() {
    let mut texts = [
        "ok",
        "not there",
        "GIL on",
        "same object",
        "leaks 1 module",
        "wrong result",
        "KeyError: 1",
        "hangs",
        "SIGSEGV",
    ];
    let question = question("again", "delete all", "works");
    texts.sort_by_key(|text| Answer::new(&question, *text).rank);
    let expected = "not there, ok, GIL on, same object, leaks 1 module, wrong result, KeyError: 1, hangs, SIGSEGV";
    assert_eq!(texts.join(", "), expected);
}

const AGAIN: &str = "vet/again[package=lib,module=lib,use=True,how=delete_all]";

/// A run of one check, with the notes of its steps; of each case the key, the end, and the values of the steps that ended.
fn run(notes: &[(usize, &str)], cases: &[(&str, &str, &[serde_json::Value])]) -> RunReport {
    let cells: Vec<_> = cases
        .iter()
        .map(|(key, _, _)| (AGAIN, *key, Pass, *key))
        .collect();
    let mut report = fake::report(&cells);
    let scenario = &mut report.scenarios[0];
    scenario.notes = notes
        .iter()
        .map(|(step, note)| (*step, (*note).to_owned()))
        .collect();
    scenario.parameters = ["package", "module", "use"].map(str::to_owned).to_vec();
    for (case, (key, end, values)) in report.cases.iter_mut().zip(cases) {
        case.end = Some((*end).into());
        case.variant = [
            ("package", "lib"),
            ("module", "lib,_lib"),
            ("use", "True"),
            ("how", "delete all"),
        ]
        .map(|(name, value)| (name.into(), value.into()))
        .to_vec();
        let records = values.iter().enumerate().map(
            |(index, value)| json!({"step": index + 1, "facts": {"outcome": "ok", "value": value}}),
        );
        let records: Steps =
            serde_json::from_value(json!(records.collect::<Vec<_>>())).expect("steps");
        report.traces.insert((*key).into(), records);
    }
    report
}

/// The answers to a question, empty where there is none.
fn answers(table: &VetTable, title: &str) -> Vec<String> {
    let row = table.rows.iter().find(|row| row.question.title() == title);
    let row = row.unwrap_or_else(|| panic!("no {title}"));
    row.answers
        .iter()
        .map(|answer| {
            answer
                .as_ref()
                .map_or_else(String::new, |answer| answer.text.clone())
        })
        .collect()
}

#[test]
fn the_end_of_a_process_is_an_answer() {
    let notes = [(1, "modules"), (3, "works"), (4, "old")];
    let ok = json!("ok");
    let report = run(
        &notes,
        &[
            (
                "3.8.18",
                "exit 0",
                &[json!("fresh"), json!(0), ok.clone(), ok.clone()],
            ),
            ("3.9.18", "signal SIGSEGV", &[json!("fresh"), json!(0)]),
            (
                "3.10.13",
                "signal SIGSEGV",
                &[json!("fresh"), json!(0), ok.clone(), ok.clone()],
            ),
            ("3.11.7", "timeout", &[]),
        ],
    );
    let table = VetTable::new(&report, "lib", vec![]);
    assert_eq!(
        answers(&table, "again, delete all: modules"),
        ["fresh", "fresh", "fresh", "hangs"]
    );
    assert_eq!(
        answers(&table, "again, delete all: works"),
        ["ok", "SIGSEGV", "ok", ""]
    );
    assert_eq!(
        answers(&table, "again, delete all: old"),
        ["ok", "", "ok, then SIGSEGV at exit", ""]
    );
    assert_eq!((&*table.package, table.imported()), ("lib", "lib"));
}

#[test]
fn a_dict_is_a_question_for_each_key() {
    let report = run(
        &[(1, "each")],
        &[
            (
                "3.8.18",
                "exit 0",
                &[json!({"lib.a": "ImportError: no", "lib.b": "needs yaml"})],
            ),
            ("3.9.18", "exit 0", &[json!({"lib.a": "'1'"})]),
        ],
    );
    let table = VetTable::new(&report, "lib", vec![]);
    assert_eq!(
        answers(&table, "again, delete all: lib.a"),
        ["ImportError: no", "1"]
    );
    assert_eq!(
        answers(&table, "again, delete all: lib.b"),
        ["needs yaml", ""]
    );
}

#[test]
fn unloading_is_judged_by_the_worst_answer() {
    let report = run(
        &[(1, "modules"), (2, "works"), (3, "aside")],
        &[
            (
                "3.8.18",
                "exit 0",
                &[json!("fresh"), json!("ok"), json!("KeyError: of no weight")],
            ),
            (
                "3.9.18",
                "exit 0",
                &[json!("same object"), json!("wrong result"), json!("ok")],
            ),
            (
                "3.10.13",
                "exit 0",
                &[json!("TypeError: no"), json!("not imported"), json!("ok")],
            ),
        ],
    );
    let table = VetTable::new(&report, "lib", vec![]);
    let unloads = judge_unloading(&table);
    let words: Vec<_> = unloads
        .iter()
        .flatten()
        .map(|unload| (&*unload.answer.text, &*unload.question))
        .collect();
    assert_eq!(
        words,
        [
            ("ok", ""),
            ("wrong result", "again, delete all: works"),
            ("TypeError: no", "again, delete all: modules"),
        ]
    );
}

#[test]
fn advice_is_given_once_for_all_that_it_is_about() {
    let crash = json!("SIGSEGV");
    let report = run(
        &[(1, "modules"), (2, "works")],
        &[("3.8.18", "exit 0", &[crash.clone(), crash])],
    );
    let advice = find_advice(&VetTable::new(&report, "lib", vec![]));
    assert_eq!(advice.len(), 1);
    assert_eq!(
        advice[0].about,
        ["again, delete all: modules", "again, delete all: works"]
    );
    let fine = run(
        &[(1, "modules")],
        &[("3.8.18", "exit 0", &[json!("fresh")])],
    );
    assert!(find_advice(&VetTable::new(&fine, "lib", vec![])).is_empty());
}

/// A package that fails from the beginning does not fail because it was deleted.
#[test]
fn what_fails_from_the_beginning_is_told_once() {
    let mut report = run(
        &[(1, "modules"), (2, "works")],
        &[
            ("3.8.18", "exit 0", &[json!("fresh"), json!("KeyError: 1")]),
            ("3.9.18", "exit 0", &[json!("fresh"), json!("KeyError: 1")]),
        ],
    );
    let first = run(
        &[(1, "import"), (2, "works")],
        &[
            ("3.8.18", "exit 0", &[json!("ok"), json!("KeyError: 1")]),
            ("3.9.18", "exit 0", &[json!("ok"), json!("ok")]),
        ],
    );
    let mut scenario = first.scenarios[0].clone();
    scenario.id = "vet/import".into();
    report.scenarios.push(scenario);
    for mut case in first.cases {
        case.scenario = "vet/import".into();
        case.case = "vet/import[package=lib]".into();
        let trace = format!("import {}", case.interpreter);
        let steps = first.traces[&*case.interpreter.to_string()].clone();
        report.traces.insert(trace.as_str().into(), steps);
        case.trace = Some(trace.as_str().into());
        report.cases.push(case);
    }
    let table = VetTable::new(&report, "lib", vec![]);
    let level = |title: &str| {
        let mut rows = table.rows.iter();
        let row = rows.find(|row| row.question.title() == title);
        let answers = row.expect("a row").answers.iter().flatten();
        answers.map(|answer| answer.level).collect::<Vec<_>>()
    };
    assert_eq!(
        level("import, delete all: works"),
        [Level::Fails, Level::Ok]
    );
    assert_eq!(
        level("again, delete all: works"),
        [Level::NotAsked, Level::Fails]
    );
}

/// The choice among distributions: name, modules, given by a path, required by another.
fn choose(
    found: &[(&str, &[&str], bool, bool)],
    wanted: Option<&str>,
) -> Result<(String, String), String> {
    let mut report = fake::report(&[
        ("vet/modules", "3.8.18", Verdict::Pass, "t"),
        ("vet/modules", "2.7.18", Skipped, ""),
    ]);
    let entries = found.iter().map(|(name, modules, given, required)| {
        (
            (*name).to_owned(),
            json!({"modules": modules, "given": given, "required": required}),
        )
    });
    let value: serde_json::Map<_, _> = entries.collect();
    let steps = json!([{"step": 2, "facts": {"outcome": "ok", "value": value}}]);
    report
        .traces
        .insert("t".into(), serde_json::from_value(steps).expect("steps"));
    choose_modules(&report, "PACKAGE", wanted).map_err(|error| error.to_string())
}

#[test]
fn the_module_is_that_which_is_called_as_the_distribution_is() {
    let own = |name: &str, modules: &[&str]| {
        choose(&[(name, modules, false, false)], Some(name)).map(|(_, modules)| modules)
    };
    for (name, modules, expected) in [
        ("numpy", &["numpy"][..], "numpy"),
        ("pyyaml", &["_yaml", "yaml"], "yaml,_yaml"),
        ("attrs", &["attr", "attrs"], "attrs,attr"),
        (
            "typing-extensions",
            &["typing_extensions"],
            "typing_extensions",
        ),
        (
            "protobuf",
            &["google._upb", "google.protobuf"],
            "google.protobuf,google._upb",
        ),
        ("zope-interface", &["zope.interface"], "zope.interface"),
        ("pillow", &["PIL"], "PIL"),
        ("own", &["_own", "tests"], "_own"),
        ("pytest", &["_pytest", "py", "pytest"], "pytest,_pytest,py"),
    ] {
        assert_eq!(own(name, modules).as_deref(), Ok(expected), "{name}");
    }
    let none = own("types", &[]).unwrap_err();
    assert_eq!(
        none,
        "types brings no module that can be imported; name one with `--module`"
    );
}

#[test]
fn a_project_is_what_came_from_a_path_or_what_nothing_else_requires() {
    let given = choose(
        &[
            ("lib", &["lib"], true, false),
            ("six", &["six"], false, false),
        ],
        None,
    );
    assert_eq!(given, Ok(("lib".to_owned(), "lib".to_owned())));
    let only = choose(
        &[
            ("lib", &["lib"], false, false),
            ("six", &["six"], false, true),
        ],
        None,
    );
    assert_eq!(only, Ok(("lib".to_owned(), "lib".to_owned())));
    let unclear = choose(
        &[
            ("lib", &["lib"], false, false),
            ("six", &["six"], false, false),
        ],
        None,
    );
    assert_eq!(
        unclear,
        Err("nothing says which modules PACKAGE brings; name one with `--module`".to_owned())
    );
}
