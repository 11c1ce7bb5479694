//! The harness leaves no trace in what it measures: a case starts where a bare interpreter starts, both ways of
//! isolation see the same, and so does the plain script.
#![cfg(unix)]

mod hostile_scripts;
mod interfaces;
mod posted;
mod scripts;

use crate::harness::corpus::{self, interpreter_of, representatives, rerun_cases};
use crate::harness::{Python, Scenarios, find_case, pythons, run_fork_and_spawn, trace_of};
use serde_json::Value;
use std::collections::BTreeSet;

/// Expressions over a fresh interpreter, without what makes a text read as an object: then it would be in quotes. `s` stands for `sys`, which only the bare one may bind.
const STARTS: [(&str, &str); 8] = [
    ("modules", "sorted(s.modules)"),
    (
        "meta_path",
        "[repr(item).strip('<>') for item in s.meta_path]",
    ),
    (
        "path_hooks",
        "[repr(item).strip('<>') for item in s.path_hooks]",
    ),
    ("main", "sorted(s.modules['__main__'].__dict__)"),
    ("builtins", "sorted(vars(__builtins__))"),
    ("argv", "s.argv"),
    ("flags", "repr(s.flags)[10:-1]"),
    ("importers", "sorted(s.path_importer_cache)"),
];

#[test]
fn a_case_starts_where_a_bare_interpreter_starts() {
    let files: Vec<(String, String)> = STARTS
        .iter()
        .map(|(name, expression)| {
            let code = expression.replace("s.", "__import__('sys').");
            (
                format!("{name}.yaml"),
                format!("title: {name}\nsteps:\n  - eval: \"{code}\"\n"),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let scenarios = Scenarios::new(&files);
    let bare: Vec<(&Python, [Value; 8])> = pythons()
        .iter()
        .map(|python| (python, STARTS.map(|(_, code)| evaluate_bare(python, code))))
        .collect();
    run_fork_and_spawn(&scenarios, |isolation, report| {
        for (python, values) in &bare {
            for ((name, _), bare) in STARTS.iter().zip(values) {
                let case = find_case(report, name, &python.key);
                let seen = &trace_of(report, case)[0]["facts"]["value"];
                assert_eq!(seen, bare, "{name} on {} by {isolation}", python.key);
            }
        }
    });
}

/// What the README says that can be seen of the harness, and nothing else.
#[test]
fn the_classes_of_the_harness_are_those_that_are_named() {
    let names = "sorted(set([c.__name__ for c in object.__subclasses__()]))";
    let text = format!("title: t\nsteps:\n  - eval: \"{names}\"\n");
    let scenarios = Scenarios::new(&[("it.yaml", &text)]);
    let pythons = pythons();
    run_fork_and_spawn(&scenarios, |isolation, report| {
        for python in pythons {
            let seen = &trace_of(report, find_case(report, "it", &python.key))[0]["facts"]["value"];
            let bare = evaluate_bare(python, names);
            let [seen, bare] = [seen, &bare].map(|list| list.as_array().expect("a list"));
            let more: Vec<_> = seen.iter().filter(|name| !bare.contains(name)).collect();
            let of_2_7 = [
                "AST",
                "Harness",
                "_local",
                "_localdummy",
                "lock",
                "stat_result",
                "statvfs_result",
                "struct_time",
            ];
            let expected = if python.key.starts_with("2.7") {
                &of_2_7[..]
            } else {
                &of_2_7[..2]
            };
            assert_eq!(more, expected, "{} by {isolation}", python.key);
            assert!(bare.iter().all(|name| seen.contains(name)));
        }
    });
}

/// On 2.7 a script holds its own module; `python -c` does not.
#[test]
fn a_deleted_main_lives_as_in_a_script() {
    let steps = "  - run: x = 1\n  - delete: {cached: __main__}\n  - eval: x\n";
    let text = format!("title: t\nsteps:\n{steps}");
    let scenarios = Scenarios::new(&[("it.yaml", &text)]);
    let pythons = pythons();
    let file = scenarios.path().join("script.py");
    let script = "x = 1\ndel __import__('sys').modules['__main__']\nprint(x)\n";
    std::fs::write(&file, script).expect("a file");
    run_fork_and_spawn(&scenarios, |isolation, report| {
        for python in pythons {
            let output = python.bare().arg(&file).output().expect("a Python");
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let steps = trace_of(report, find_case(report, "it", &python.key));
            let value = steps[2]["facts"]["value"].to_string();
            assert_eq!(value, said.trim(), "{} by {isolation}", python.key);
        }
    });
}

/// The value of an expression in an interpreter that nobody prepared. No module is imported to print it, and `sys` is
/// bound nowhere that the expression looks.
fn evaluate_bare(python: &Python, expression: &str) -> Value {
    let code = expression.replace("s.", "__import__('sys').");
    let folder = tempfile::tempdir().expect("a folder");
    let output = python
        .bare()
        .current_dir(folder.path())
        .args(["-c", &format!("print({code})")])
        .output()
        .expect("a Python");
    let text = String::from_utf8(output.stdout).expect("text");
    let real = folder.path().canonicalize().expect("a folder");
    let text = text
        .trim()
        .replace(real.to_str().expect("text"), "<folder>");
    // Only what can hold a place of this machine is asked for them, which takes a start of its own.
    let text = if text.contains('/') {
        replace_places(python, &text)
    } else {
        text
    };
    let addresses = text.split("0x").enumerate().map(|(at, part)| match at {
        0 => part.to_owned(),
        _ => format!(
            "0x...{}",
            part.trim_start_matches(|c: char| c.is_ascii_hexdigit())
        ),
    });
    let text = addresses.collect::<String>();
    if !text.starts_with('[') {
        return Value::String(text);
    }
    // A list of strings: its repr is JSON but for the quotes; a string with a quote inside has double quotes already.
    let mut items = Vec::new();
    let mut rest = &text[1..];
    while let Some(start) = rest.find(['\'', '"']) {
        let quote = rest[start..].chars().next().expect("found above");
        let body = &rest[start + 1..];
        let end = body.find(quote).expect("a closed string");
        // A text that could be taken for another value is in quotes.
        let item = if ["None", "True", "False"].contains(&&body[..end]) {
            &rest[start..start + end + 2]
        } else {
            &body[..end]
        };
        items.push(Value::String(item.to_owned()));
        rest = &body[end + 1..];
    }
    Value::Array(items)
}

/// The text as a value of a report has it: without the places of this machine.
fn replace_places(python: &Python, text: &str) -> String {
    let code = "import encodings, os, sys; print(sys.prefix); print(os.path.dirname(encodings.__path__[0]))";
    let output = python.bare().args(["-c", code]).output().expect("a Python");
    let answer = String::from_utf8(output.stdout).expect("text");
    let (prefix, library) = answer.trim().split_once('\n').expect("two lines");
    text.replace(library, "<library>")
        .replace(prefix, "<prefix>")
}

/// Every scenario does the same under `spawn` as under `fork`, wherever it behaves otherwise, and every Python takes part. On
/// the rest of the Pythons the baseline has what `fork` shows.
#[test]
fn spawn_observes_what_fork_observes() {
    let cases = representatives();
    let ran = corpus::cases(corpus::report()).iter();
    let ran = ran.filter(|case| case["verdict"] != "skipped");
    let all: [BTreeSet<&str>; 2] = [
        ran.map(interpreter_of).collect(),
        cases.iter().map(|case| interpreter_of(case)).collect(),
    ];
    assert_eq!(all[0], all[1], "the Pythons that take part");
    let spawn = rerun_cases(&cases, &["--isolation", "spawn"]);
    assert_eq!(corpus::cases(&spawn).len(), cases.len());
    for forked in cases {
        let (id, key) = (
            forked["case"].as_str().expect("an id"),
            interpreter_of(forked),
        );
        let spawned = find_case(&spawn, id, key);
        for field in ["end", "verdict", "messages", "warning_messages"] {
            assert_eq!(forked[field], spawned[field], "{field} of {id} on {key}");
        }
        assert_eq!(
            trace_of(corpus::report(), forked),
            trace_of(&spawn, spawned),
            "{id} on {key}"
        );
    }
}

#[test]
fn our_python_is_no_newer_than_3_4() {
    // `ast.parse` with feature_version knows the grammar of 3.4 from 3.8 on; 3.12 and later no longer refuse f-strings.
    let fits = |python: &&Python| {
        ["3.8.", "3.9.", "3.10.", "3.11."]
            .iter()
            .any(|minor| python.key.starts_with(minor))
    };
    let pythons = pythons();
    let Some(python) = pythons.iter().find(fits) else {
        println!("not checked: the grammar of 3.4 needs one of 3.8 to 3.11, and none is here");
        return;
    };
    for path in interfaces::harness_modules() {
        let code = format!("import ast; ast.parse(open({path:?}).read(), feature_version=(3, 4))");
        let output = python
            .bare()
            .args(["-c", &code])
            .output()
            .expect("a Python");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {stderr}", path.display());
    }
}
