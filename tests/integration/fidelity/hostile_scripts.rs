//! The plain script holds no code but that of the steps, whatever a scenario says.

use std::fmt::Write;
use std::fs;

use modswap::program::script;
use modswap::scenario::model::ScenarioId;

use crate::harness::{pythons, sample_pythons};

/// Texts that end a line, a comment, a text or a file for some Python, or say how the file is encoded.
const HOSTILE: [&str; 30] = [
    "\r",
    "\rimport os; os.abort()\r",
    "\r\n",
    "\u{b}",
    "\u{c}",
    "\u{1a}",
    "\u{1c}",
    "\u{1d}",
    "\u{1e}",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\0",
    "\u{7f}",
    "\u{1b}]0;owned\u{7}",
    "\u{1b}[2J",
    "\u{202e}",
    "\u{feff}",
    "# coding: latin-1",
    "# -*- coding: utf-16 -*-",
    "# vim: set fileencoding=rot13 :",
    "\"\"\"",
    "'''",
    "\\",
    "\\N{DIGIT ONE}",
    "\\u12",
    "%s {x} #",
    "é",
    "😀",
    "    step = None",
];

/// Compiles each script. With an argument, which takes long, it says which has other code than the first ones, whatever its texts are.
const CHECK: &str = r"
import ast, os, sys
def shape(path):
    with open(path, 'rb') as file:
        tree = ast.parse(file.read(), path)
    for node in ast.walk(tree):
        for name in ('s', 'value'):
            if isinstance(getattr(node, name, None), (type(''), type(b''), type(u''))):
                setattr(node, name, '')
        if hasattr(node, 'kind'):
            node.kind = None
    return ast.dump(tree).replace('Bytes(', 'Str(')
plain = [shape('0.py'), shape('1.py')] if sys.argv[1:] else []
for name in sorted(os.listdir('.')):
    try:
        with open(name, 'rb') as file:
            compile(file.read(), name, 'exec')
        what = '' if not plain or shape(name) in plain else 'has other code'
    except Exception as error:
        what = repr(error)
    if what:
        print('%s: %s' % (name, what))
";

/// A text in double quotes as YAML has it, with all but ASCII escaped.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            ' '..='~' => write!(out, "{c}"),
            c => write!(out, "\\U{:08x}", u32::from(c)),
        };
    }
    out + "\""
}

/// A scenario in which everything that people write says `say(slot)`.
fn scenario(mut say: impl FnMut() -> String) -> String {
    let mut next = |may_break: bool| {
        let text = say();
        quote(&if may_break {
            text
        } else {
            text.replace(char::is_control, " ")
        })
    };
    format!(
        "title: {}\nabout: {}\nrefs: [{}, {}]\ntags: [{}]\n\
         interpreter: {{env: {{OWN: {}}}}}\nmodules: {{demo: {}}}\nsteps:\n\
         - eval: 'demo.x'\n  note: {}\n  expect:\n  - {{python: '<3', value: {}}}\n  - {{python: '>=3', value: {}}}\n\
         - run: 'x = 1'\n  expect: {{raises: ValueError, message: {}}}\n  xfail: {{issue: {}}}\n",
        next(false),
        next(true),
        next(true),
        next(true),
        next(true),
        next(false),
        next(true),
        next(true),
        next(true),
        next(true),
        next(true),
        next(true),
    )
}

#[test]
fn a_script_has_no_code_but_that_of_its_steps() {
    let folders = ["whole", "short"].map(|_| tempfile::tempdir().expect("a folder"));
    let mut random = 17_u64;
    let mut choose = |most: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(random >> 33).expect("31 bits") % most
    };
    for index in 0..14 {
        let text = scenario(|| {
            let parts = if index < 2 { 0 } else { 1 + choose(9) };
            let parts = (0..parts).map(|_| HOSTILE[choose(HOSTILE.len())]);
            format!("x{}", parts.collect::<String>())
        });
        let parsed = modswap::scenario::parse("s.yaml", ScenarioId("s".to_owned()), &text);
        let parsed = parsed.unwrap_or_else(|errors| panic!("{text}\n{errors}"));
        let (variant, version) = (&parsed.variants[0], ["3.9", "2.7"][index % 2]);
        let whole = script::render(&parsed, variant, version);
        let short = script::render_to_post(&parsed, variant, version, &[]);
        for (folder, script) in folders.iter().zip([whole, short]) {
            let odd = |c: &char| {
                c.is_control() && *c != '\n' || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202e}')
            };
            let found = script.chars().find(odd);
            assert!(found.is_none(), "{found:?} in\n{script}");
            fs::write(folder.path().join(format!("{index}.py")), script).expect("a file");
        }
    }
    let check = tempfile::NamedTempFile::new().expect("a file");
    fs::write(check.path(), CHECK).expect("a file");
    let samples: Vec<String> = sample_pythons().into_iter().map(|one| one.key).collect();
    let runs = pythons()
        .iter()
        .flat_map(|python| folders.iter().map(move |folder| (python, folder)));
    for (python, folder) in runs {
        let mut command = python.bare();
        command.arg(check.path()).current_dir(folder.path());
        if samples.contains(&python.key) {
            command.arg("shapes");
        }
        let output = command.output().expect("it starts");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.is_empty(),
            "{}: {output:?}",
            python.key
        );
    }
}

/// Steps that end a line as only Python ends one are run as texts, and fail alone.
#[test]
fn a_step_stays_in_its_block() {
    for code in [
        "x = 1\rimport os",
        "x = 1\u{c}\ny = 2",
        "if 1:\n\tx = 1",
        "x = '\0'",
    ] {
        let text = format!(
            "title: t\nsteps:\n- run: {}\n",
            quote(code).replace("\\U0000000a", "\\n")
        );
        let parsed = modswap::scenario::parse("s.yaml", ScenarioId("s".to_owned()), &text);
        let parsed = parsed.expect("a scenario");
        let script = script::render(&parsed, &parsed.variants[0], "3.9");
        assert!(script.contains("step.perform("), "{script}");
        assert!(
            !script.contains(|c: char| c.is_control() && c != '\n'),
            "{script}"
        );
    }
}
