//! `modswap try`: a plain script, statement by statement, on every Python.
#![cfg(unix)]

mod plainly;
mod sameness;
mod terminal;

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use modswap::from_python::{Script, convert};
use modswap::scenario::model::ScenarioId;

use crate::harness::{
    Workspace, assert_code, assert_contains, modswap, newest_python, pythons, sample_pythons,
    stderr_of, stdout_of,
};

/// The script of the question with which the project began, with a module in the place of the package.
const QUESTION: &str = "\
import sys
mod_copy = sys.modules.copy()
print('NAME' in mod_copy, 'NAME' in sys.modules) # False False
import NAME
print('NAME' in mod_copy, 'NAME' in sys.modules) # False True
print(id(NAME)) # 45138472

sys.modules = mod_copy
del NAME
print('NAME' in sys.modules) # False

import NAME
print('NAME' in sys.modules) # False
print(id(NAME)) # 45138472
";

/// The other script of the question, which deletes in place.
const IN_PLACE: &str = "\
import sys
mod_copy = sys.modules.copy()
import NAME
print(id(NAME))

for m in list(sys.modules):
    if m not in mod_copy:
        del sys.modules[m]
del NAME
print('NAME' in sys.modules) # False

import NAME
print('NAME' in sys.modules) # True
print(id(NAME))
";

/// The lines of a trace with one space for any number.
fn squeeze(text: &str) -> Vec<String> {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(words).collect()
}

/// Insists on lines, in this order.
#[track_caller]
fn assert_lines(text: &str, expected: &[&str]) {
    let lines = squeeze(text);
    let mut rest = lines.iter();
    for line in expected {
        assert!(
            rest.any(|known| known == line),
            "no `{line}` in its place of\n{text}"
        );
    }
}

fn names(pythons: &[crate::harness::Python]) -> Vec<&str> {
    let named = pythons
        .iter()
        .flat_map(|python| ["--python", python.path()]);
    named.collect()
}

#[test]
fn the_question_of_the_project_is_answered_from_its_script() {
    let workspace = Workspace::new();
    workspace.write("swap.py", &QUESTION.replace("NAME", "colorsys"));
    workspace.write("in_place.py", &IN_PLACE.replace("NAME", "colorsys"));
    let pythons = sample_pythons();
    let output = workspace.run_to(0, &[&["try", "swap.py"][..], &names(&pythons)].concat());
    let swap = stdout_of(&output);
    assert_eq!(stderr_of(&output), "");
    assert_lines(
        &swap,
        &[
            "3 print('colorsys' in mod_copy, 'colorsys' in sys.modules)",
            "value False False",
            "4 import colorsys",
            "colorsys colorsys#1",
            "cached(colorsys) colorsys#1",
            "value False True",
            "6 print(id(colorsys))",
            "value colorsys#1",
            "7 sys.modules = mod_copy",
            "cached(colorsys) absent",
            "original(colorsys) colorsys#1",
            "cache mod_copy",
            "8 del colorsys",
            "9 print('colorsys' in sys.modules)",
            "value False",
            "10 import colorsys",
            "colorsys colorsys#1",
            "11 print('colorsys' in sys.modules)",
            "value False",
            "12 print(id(colorsys))",
            "value colorsys#1",
            "the same on every interpreter that was run",
        ],
    );
    let in_place = workspace.stdout(0, &[&["try", "in_place.py"][..], &names(&pythons)].concat());
    assert_lines(
        &in_place,
        &[
            "4 print(id(colorsys))",
            "value colorsys#1",
            "5 for m in list(sys.modules):",
            "if m not in mod_copy:",
            "cached(colorsys) absent",
            "8 import colorsys",
            "colorsys colorsys#2",
            "cached(colorsys) colorsys#2",
            "9 print('colorsys' in sys.modules)",
            "value True",
            "10 print(id(colorsys))",
            "value colorsys#2",
        ],
    );
}

/// The packages of the corpus are in the user's cache folder, numpy among them.
#[test]
fn the_question_is_answered_about_numpy_itself() {
    let workspace = Workspace::new();
    workspace.write("swap.py", &QUESTION.replace("NAME", "numpy"));
    let python = newest_python();
    let arguments = [
        "try",
        "swap.py",
        "--with",
        "numpy<2.6",
        "--python",
        python.path(),
    ];
    let output = workspace.run(&arguments);
    let text = stdout_of(&output);
    if text.contains("skipped") {
        println!(
            "not covered: no index of packages has numpy for {}",
            python.key
        );
        return;
    }
    assert_code(&output, 0);
    assert_lines(
        &text,
        &[
            "4 import numpy",
            "cached(numpy) numpy#1",
            "7 sys.modules = mod_copy",
            "cached(numpy) absent",
            "10 import numpy",
            "numpy numpy#1",
            "12 print(id(numpy))",
            "value numpy#1",
            "packages",
        ],
    );
}

#[test]
fn what_one_version_cannot_compile_is_its_syntax_error_and_the_rest_goes_on() {
    let pythons = sample_pythons();
    let Some(old) = pythons.iter().find(|python| python.is_2()) else {
        println!("not covered: no Python 2 here");
        return;
    };
    let workspace = Workspace::new();
    let script = "import colorsys\nprint colorsys\nlazy import mailcap\nmatch 1:\n    case 1: x = 2\nf'{1}'\n'on'\n";
    let new = newest_python();
    let arguments = [
        "try",
        "-c",
        script,
        "--python",
        old.path(),
        "--python",
        new.path(),
    ];
    let text = workspace.stdout(0, &arguments);
    let lines = squeeze(&text);
    let after = |line: &str| {
        let start = lines.iter().position(|known| known == line);
        lines[start.unwrap_or_else(|| panic!("no `{line}` in\n{text}")) + 1].clone()
    };
    // 2.7, then the newest.
    assert_eq!(after("2 print colorsys"), "≠ outcome ok SyntaxError");
    assert_contains(&after("3 lazy import mailcap"), "outcome SyntaxError");
    assert_contains(&after("case 1: x = 2"), "outcome SyntaxError");
    assert_eq!(after("5 f'{1}'"), "≠ outcome SyntaxError ok");
    assert_eq!(after("6 'on'"), "value on ·");
    assert_contains(&text, "<module 'colorsys' from '<library>/colorsys.py");
}

#[test]
fn modules_come_from_a_folder_or_from_the_command_line() {
    let workspace = Workspace::new();
    workspace
        .write(
            "repro/main.py",
            "import helper\nimport pkg.sub\nhelper.x, pkg.sub.y\n",
        )
        .write("repro/helper.py", "x = 1\n")
        .write("repro/pkg/__init__.py", "")
        .write("repro/pkg/sub.py", "y = 2\n")
        .write("repro/spaces/deep/inner.py", "z = 3\n")
        .write("repro/.hidden/no.py", "")
        .write("repro/env/pyvenv.cfg", "")
        .write("repro/env/no.py", "")
        .write("repro/data.txt", "");
    let newest = newest_python();
    let only = ["--python", newest.path()];
    let run = |arguments: &[&str]| workspace.run_to(0, &[&["try"], arguments, &only].concat());
    let output = run(&["-C", "repro", "repro/main.py", "--save", "from-folder"]);
    assert_lines(
        &stdout_of(&output),
        &[
            "ran [helper]",
            "ran [pkg, pkg.sub]",
            "cached(pkg.sub) pkg.sub#1",
            "value (1, 2)",
        ],
    );
    assert_contains(
        &stderr_of(&output),
        "left out, because they are no modules, or of an encoding that is not read: repro/data.txt",
    );
    let saved =
        fs::read_to_string(workspace.path("scenarios/from-folder.yaml")).expect("it is saved");
    for (name, is_there) in [
        ("spaces.deep.inner:", true),
        ("spaces/:", true),
        ("spaces.deep/:", true),
        ("pkg/:", false),
        ("no:", false),
        ("main:", false),
    ] {
        assert_eq!(
            saved.contains(&format!("  {name}")),
            is_there,
            "{name} in {saved}"
        );
    }
    // Without the folder it is said where they are.
    let output = run(&["repro/main.py"]);
    assert_contains(
        &stderr_of(&output),
        "helper and pkg are beside the script, where cases do not see them: add `-C repro`",
    );
    let output = run(&[
        "-c",
        "import demo.sub; demo.sub.v",
        "--file",
        "demo/sub.py=v = 3",
    ]);
    assert_lines(&stdout_of(&output), &["ran [demo.sub]", "value 3"]);
    // A package has a path, also with nothing below it.
    workspace.write("alone/pkg/__init__.py", "x = 1\n");
    for given in [["-C", "alone"], ["--file", "pkg/__init__.py=x = 1"]] {
        let output = run(&[&given[..], &["-c", "import pkg; len(pkg.__path__)"]].concat());
        assert_lines(&stdout_of(&output), &["ran [pkg]", "pkg pkg#1", "value 1"]);
    }
    let mut child = workspace
        .modswap(&[&["try", "-"][..], &only].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let session = b">>> import sys\n>>> if 1:\n...     x = 6\n...\n>>> x * 7\n42\n";
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(session)
        .expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert_lines(&stdout_of(&output), &["3 x * 7", "value 42"]);
}

#[test]
fn a_package_that_is_not_there_is_named_with_the_way_to_get_it() {
    let workspace = Workspace::new();
    let newest = newest_python();
    let run = |script: &str| {
        let output = workspace.run_to(0, &["try", "-c", script, "--python", newest.path()]);
        stderr_of(&output)
    };
    assert_eq!(
        run("import no_such_package_of_modswap.sub"),
        "modswap: no_such_package_of_modswap is not installed for these cases: add `--with no_such_package_of_modswap`\n"
    );
    assert_contains(&run("import yaml, sys"), "add `--with PyYAML`");
    // Nothing of Python's own, whatever its version, of what the script makes, or of what it can do without.
    for script in [
        "import imp, cPickle",
        "import sys, types\nsys.modules['made'] = types.ModuleType('made')\nimport made",
        "try:\n    import no_such_package\nexcept ImportError:\n    pass",
    ] {
        assert_eq!(run(script), "", "{script}");
    }
}

#[test]
fn what_was_seen_is_expected_by_range_and_holds() {
    let workspace = Workspace::new();
    let pythons = sample_pythons();
    let script = "\
import sys, time
import colorsys
old = sys.modules.pop('colorsys')
import colorsys
colorsys is old
sys.version_info[0]
time.time()
raise KeyError('x')
";
    workspace.write("script.py", script);
    let named = names(&pythons);
    let arguments = ["try", "script.py", "--save", "seen/mine", "--expect"];
    let output = workspace.run_to(0, &[&arguments[..], &named].concat());
    assert_contains(
        &stderr_of(&output),
        "saved as scenarios/seen/mine.yaml; next: modswap run seen/mine",
    );
    let saved =
        fs::read_to_string(workspace.path("scenarios/seen/mine.yaml")).expect("it is saved");
    for part in [
        "# From script.py, by `modswap try`.",
        "and not checked: review it.",
        "old: colorsys#1",
        "colorsys: colorsys#2",
        "value: false",
        "outcome: KeyError",
    ] {
        assert_contains(&saved, part);
    }
    if pythons.iter().any(crate::harness::Python::is_2) {
        assert_contains(&saved, "- python: '2.7'\n      value: 2\n");
    }
    // Another time it is another one.
    let time = saved.split("- eval: time.time()\n").nth(1).expect("a step");
    assert!(time.starts_with("  - run: raise"), "{time}");
    workspace.run_to(0, &["check"]);
    workspace.run_to(0, &[&["run", "seen/mine"][..], &named].concat());
    // Never over what is there.
    let output = workspace.run_to(2, &[&arguments[..], &named].concat());
    assert_contains(
        &stderr_of(&output),
        "scenarios/seen/mine.yaml is there already",
    );
}

/// Compares the value of `print` with what Python prints.
#[test]
fn what_is_shown_of_little_and_of_much() {
    let workspace = Workspace::new();
    let newest = newest_python();
    let run = |script: &str| workspace.stdout(0, &["try", "-c", script, "--python", newest.path()]);
    let little = run("x = 1");
    assert!(little.starts_with("step"), "{little}");
    assert_lines(&little, &["1 x = 1"]);
    let long = run("x = 'y' * 200000\nx");
    assert!(long.len() < 20_000, "{} bytes", long.len());
    let code = run(&format!("def f():\n{}", "    pass\n".repeat(100)));
    assert_lines(&code, &["1 def f():", "pass", "… 95 more lines"]);
    let written = run("for x in (1, 2):\n    print(x)");
    assert!(!written.contains("the same"), "{written}");
    let both = sample_pythons();
    if both[0].is_2() {
        let script = "for x in (3/2,):\n    print(x)";
        let text = workspace.stdout(0, &[&["try", "-c", script][..], &names(&both)].concat());
        assert_contains(
            &text,
            "the same on every interpreter that was run, but for what was written",
        );
    }
}

#[test]
fn what_lies_beside_the_script_is_named() {
    let workspace = Workspace::new();
    workspace
        .write("here/colorsys.py", "")
        .write(
            "here/script.py",
            "import colorsys\nimport six.nothing\nimport bare\n",
        )
        .write("here/bare/sub.py", "")
        .write("here/koi8.py", "");
    fs::write(
        workspace.path("here/koi8.py"),
        b"# -*- coding: koi8-r -*-\nx = '\xe9'\n",
    )
    .expect("a file");
    let newest = newest_python();
    let said = |arguments: &[&str]| {
        let only = ["--python", newest.path()];
        stderr_of(&workspace.run_to(0, &[&["try"], arguments, &only].concat()))
    };
    assert_eq!(
        said(&["here/script.py"]),
        "modswap: bare and colorsys are beside the script, where cases do not see them: add `-C here`\n\
         modswap: six is not installed for these cases: add `--with six`\n"
    );
    assert_contains(
        &said(&["-C", "here", "-c", "import sys"]),
        "left out, because they are no modules, or of an encoding that is not read: here/koi8.py",
    );
    let given = [
        "--file",
        "six/__init__.py=",
        "--file",
        "six/other.py=",
        "-c",
        "import six.nothing",
    ];
    assert_eq!(said(&given), "");
}

#[test]
fn a_crash_names_the_statement() {
    let workspace = Workspace::new();
    let newest = newest_python();
    let script = "import os\nif True:\n    os._exit(7)\n";
    let text = workspace.stdout(1, &["try", "-c", script, "--python", newest.path()]);
    assert_contains(&text, "exit 7 in step 2 (if True:)");
}

#[test]
fn what_is_wrong_is_refused_with_a_way_out() {
    let workspace = Workspace::new();
    workspace
        .write("empty.py", "# nothing\n")
        .write("bytes.py", "");
    fs::write(workspace.path("bytes.py"), b"x = '\xff'\n").expect("a file");
    for (arguments, message) in [
        (
            &["try"][..],
            "`SCRIPT` is missing; see `modswap try --help`",
        ),
        (&["try", "empty.py"], "empty.py has no statement"),
        (&["try", "-c", ""], "script has no statement"),
        (&["try", "gone.py"], "cannot read gone.py: "),
        (&["try", "bytes.py"], "; save it as UTF-8"),
        (&["try", "."], "cannot read .: "),
        (&["try", "-C", "gone", "-c", "x"], "cannot read gone: "),
        (
            &["try", "-c", "x", "--file", "demo.py"],
            "expected the path of a module and its text: `pkg/sub.py=x = 1`",
        ),
        (
            &["try", "-c", "x", "--file", "a-b.py=1"],
            "`a-b` is no path of a module",
        ),
        (&["try", "-c", "x", "--expect"], "`--save` is missing"),
        (
            &["try", "-c", "x", "--save", "a b"],
            "`a b` cannot be the id of a scenario",
        ),
        (&["try", "-c", "x", "empty.py"], "exclude each other"),
    ] {
        let output = workspace.run_to(2, arguments);
        assert_eq!(stdout_of(&output), "", "{arguments:?}");
        assert_contains(&stderr_of(&output), message);
    }
}

/// `sys.stdlib_module_names` is there from 3.10 on; the names of older ones were read from their libraries.
#[test]
fn nothing_of_pythons_own_is_taken_for_a_package() {
    for python in pythons() {
        let list = "import sys; print('\\n'.join(getattr(sys, 'stdlib_module_names', sys.builtin_module_names)))";
        let output = python
            .bare()
            .args(["-c", list])
            .output()
            .expect("it starts");
        let names = stdout_of(&output);
        let names: Vec<&str> = names
            .lines()
            .filter(|name| !name.starts_with('_'))
            .collect();
        assert!(names.len() > 10, "{}: {names:?}", python.key);
        // More of them than are followed, in several scripts.
        for names in names.chunks(100) {
            let lines: Vec<String> = names
                .iter()
                .map(|name| format!("import {name}\n"))
                .collect();
            let script = Script {
                name: "all.py".to_owned(),
                text: lines.concat(),
                ..Script::default()
            };
            let id = ScenarioId("all".to_owned());
            let conversion = convert(&script, &id, "all.py").expect("a scenario");
            assert_eq!(conversion.foreign, [""; 0], "{}", python.key);
        }
    }
}

#[test]
fn what_is_too_much_is_refused_before_anything_runs() {
    let workspace = Workspace::new();
    let many = |count: usize, line: &dyn Fn(usize) -> String| {
        let lines: Vec<String> = (0..count).map(line).collect();
        workspace.write("many.py", &lines.concat());
        stderr_of(&workspace.run_to(2, &["try", "many.py"]))
    };
    assert_eq!(
        many(1_001, &|_| "x = 1\n".to_owned()),
        "modswap: many.py has 1001 statements, and 1000 can be steps: put some into a function\n"
    );
    assert_eq!(
        many(201, &|index| format!("import m{index}\n")),
        "modswap: many.py has 201 names of modules, and 200 can be followed: leave some out\n"
    );
    fs::File::create(workspace.path("many.py"))
        .and_then(|file| file.set_len(2 << 20))
        .expect("a file");
    let output = workspace.run_to(2, &["try", "many.py"]);
    assert_contains(
        &stderr_of(&output),
        "cannot read many.py: it is larger than ",
    );
}

/// A text is not Python by having an end; whatever it is, each version says what it makes of it.
#[test]
fn no_text_is_too_odd() {
    let newest = newest_python();
    let deep = "(".repeat(20_000);
    let many = "x = 1\n".repeat(500);
    for text in [
        "def f(:\n  x\n",
        "'''open",
        "x = \u{1f600}\n",
        "\u{feff}import sys\n",
        "import sys\r\nsys\r\n",
        "    import sys\n    sys.path\n",
        "print('${name}', \"$${name}\")\n",
        "x = '\\u001b[31m'; x\n",
        "a\u{c}= 1\n",
        &deep,
        &many,
    ] {
        let output = modswap()
            .args(["try", "-c", text, "--python", newest.path()])
            .output()
            .expect("it starts");
        let said = stderr_of(&output);
        assert!(
            matches!(output.status.code(), Some(0 | 2)),
            "{:?}: {said}",
            text.get(..40)
        );
        assert!(!said.contains("panicked"), "{said}");
    }
}
