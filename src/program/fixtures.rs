//! Fixture modules as files, each with a line that reports that its body runs.

use super::literal::text_literal;
use super::python_text::{LogicalLine, TokenKind, logical_lines};
use super::{File, ProgramStep};
use crate::scenario::model::{Module, ModuleBody};

/// The files of the modules, each with what it has: `pkg/__init__.py` for a name that has names below it, `demo.py` for others; parents
/// that the scenario does not mention are empty packages.
pub(super) fn list_files(modules: &[Module]) -> Vec<(String, &ModuleBody)> {
    static EMPTY: ModuleBody = ModuleBody::Text(String::new());
    let mut names: Vec<(&str, &ModuleBody, bool)> = Vec::new();
    for module in modules {
        for (dot, _) in module.name.match_indices('.') {
            let parent = &module.name[..dot];
            let given = modules.iter().any(|other| other.name == parent);
            if !given && !names.iter().any(|(name, ..)| *name == parent) {
                names.push((parent, &EMPTY, true));
            }
        }
        names.push((&module.name, &module.body, module.is_package));
    }
    let path = |(name, body, is_package): &(&str, &ModuleBody, bool)| {
        let below = format!("{name}.");
        let is_package = *is_package || names.iter().any(|(other, ..)| other.starts_with(&below));
        let ending = match body {
            ModuleBody::Namespace => "",
            _ if is_package => "/__init__.py",
            _ => ".py",
        };
        name.replace('.', "/") + ending
    };
    names.iter().map(|file| (path(file), file.1)).collect()
}

/// The files of the modules with their texts. `steps` are those of all bodies that consist of steps, in order.
pub(super) fn build_files(modules: &[Module], steps: &[ProgramStep]) -> Vec<File> {
    let mut steps = steps.iter();
    let files = list_files(modules).into_iter().map(|(path, body)| {
        let text = match body {
            ModuleBody::Namespace => None,
            ModuleBody::Text(text) => Some(add_report(text)),
            ModuleBody::Steps(body) => {
                Some(add_report(&render_body(steps.by_ref().take(body.len()))))
            }
        };
        File { path, text }
    });
    files.collect()
}

/// The source of a body that consists of steps: each between calls that report it, which are found as the report of the
/// body is; see bodies.py of the recorder.
fn render_body<'a>(steps: impl Iterator<Item = &'a ProgramStep>) -> String {
    let mut out = String::new();
    for step in steps {
        let call = |arguments: &str| {
            format!(
                "{{_s for _s in 0j.__class__.__subclasses__() if _s.__name__ == \"body_step\"}}.pop()({}, {arguments})",
                step.number
            )
        };
        let text = match (&step.code, step.source) {
            (None, _) => call("\"skip\""),
            (Some(code), Some(mode)) => {
                // Text that a person wrote: only some Pythons may be able to read it, and nothing of ours is around it.
                let text = text_literal(&format!("{code}\n"));
                let names = match step.helpers.join(" ") {
                    names if names.is_empty() => names,
                    names => format!(", \"{names}\""),
                };
                call(&format!("\"{}\", {text}{names}", mode.as_str()))
            }
            (Some(code), None) => {
                let begin = call(&format!("\"begin\", \"{}\"", step.helpers.join(" ")));
                let (end, fail) = (call("\"end\""), call("\"fail\""));
                if code.starts_with("lazy ") {
                    // Refused inside of `try`. It does nothing that could fail, but for a syntax error of the whole module.
                    format!("{begin}\n{code}\n{end}")
                } else {
                    let code = code.replace('\n', "\n    ");
                    format!("{begin}\ntry:\n    {code}\n    {end}\nexcept:\n    {fail}; raise")
                }
            }
        };
        out.push_str(&text);
        out.push('\n');
    }
    out
}

/// The statement that reports a body, which has the name that it runs under; see bodies.py of the recorder.
const REPORT: &str = "{c() for c in 0j.__class__.__subclasses__() if c.__name__ == \"body_ran\"}";

/// Removes our statement from what Python shows of a fixture module (a warning, a traceback).
pub fn strip_report(text: &str) -> String {
    text.replace(&format!("{REPORT}; "), "").replace(REPORT, "")
}

/// The source with a first statement that reports that the body runs. It stands behind a docstring and `from __future__`
/// imports, which must come first, and on the line of the next simple statement, so that line numbers stay the scenario's.
pub(super) fn add_report(source: &str) -> String {
    // Only the first character of a file may be a byte order mark.
    let (mark, source) = match source.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", source),
    };
    let first = find_first_statement(source);
    let (head, rest) = source.split_at(first.as_ref().map_or(source.len(), |line| line.start));
    let glue = match first {
        Some(line) if !starts_block(&line) => "; ",
        _ => "\n",
    };
    let is_at_start = head.is_empty() || head.ends_with('\n');
    let gap = if is_at_start { "" } else { "\n" };
    format!("{mark}{head}{gap}{REPORT}{glue}{rest}")
}

/// The line of the first statement behind a docstring and `from __future__` imports.
pub(super) fn find_first_statement(source: &str) -> Option<LogicalLine<'_>> {
    let mut docstring_allowed = true;
    logical_lines(source).into_iter().find(|line| {
        let first = line.tokens[0];
        let is_future =
            matches!(line.tokens[..], [from, future, ..] if from.text == "from" && future.text == "__future__");
        let is_docstring = docstring_allowed
            && line.indent == 0
            && first.kind == TokenKind::Text { closed: true }
            && first.prefix_and_body().0.chars().all(|c| "rRuU".contains(c));
        docstring_allowed = false;
        !is_future && !is_docstring
    })
}

/// True if nothing can stand before the statement on the same line.
fn starts_block(line: &LogicalLine<'_>) -> bool {
    const KEYWORDS: [&str; 12] = [
        "if", "for", "while", "try", "with", "def", "class", "async", "match", "lazy", "type", "@",
    ];
    line.indent > 0 || KEYWORDS.contains(&line.tokens[0].text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(name: &str, body: ModuleBody) -> Module {
        Module {
            name: name.to_owned(),
            is_package: false,
            body,
        }
    }

    #[test]
    fn what_is_shown_of_a_module_is_what_was_written() {
        let source = "import warnings\nwarnings.warn('x')\n";
        assert_eq!(strip_report(&add_report(source)), source);
        assert_eq!(strip_report("nothing of ours"), "nothing of ours");
    }

    #[test]
    fn parents_become_packages() {
        let text = || ModuleBody::Text("x = 1\n".into());
        let paths = |modules: &[Module]| {
            build_files(modules, &[])
                .into_iter()
                .map(|file| file.path)
                .collect::<Vec<_>>()
        };
        assert_eq!(paths(&[module("demo", text())]), ["demo.py"]);
        assert_eq!(
            paths(&[module("a.b.c", text()), module("a", text())]),
            ["a/b/__init__.py", "a/b/c.py", "a/__init__.py"]
        );
        let alone = Module {
            is_package: true,
            ..module("pkg", text())
        };
        assert_eq!(paths(&[alone]), ["pkg/__init__.py"]);
        let spread = [
            module("ns", ModuleBody::Namespace),
            module("ns.sub", text()),
        ];
        assert_eq!(paths(&spread), ["ns", "ns/sub.py"]);
        assert_eq!(build_files(&spread, &[])[0].text, None);
    }

    #[test]
    fn the_report_comes_first_and_keeps_lines() {
        let line_of = |source: &str, needle: &str| {
            let text = add_report(source);
            let report = text
                .lines()
                .position(|line| line.starts_with("{c()"))
                .unwrap();
            (
                report,
                text.lines().position(|line| line.contains(needle)).unwrap(),
            )
        };
        assert_eq!(line_of("value = 1\n", "value"), (0, 0));
        assert_eq!(
            line_of("# -*- coding: utf-8 -*-\nvalue = 1\n", "value"),
            (1, 1)
        );
        assert_eq!(
            line_of("\"\"\"Doc\nof two.\"\"\"\nvalue = 1\n", "value"),
            (2, 2)
        );
        assert_eq!(
            line_of(
                "r'doc \\' s'\nfrom __future__ import (a,\n b)\nvalue = 1",
                "value"
            ),
            (3, 3)
        );
        assert_eq!(
            line_of(
                "from __future__ import (a,  # with a )\n b)\nfrom __future__ \\\n import c\nvalue = 1",
                "value"
            ),
            (4, 4)
        );
        assert!(add_report("\u{feff}value = 1\n").starts_with("\u{feff}{c()"));
        assert_eq!(line_of("def f():\n    pass\n", "def f"), (0, 1));
        assert_eq!(add_report("").lines().count(), 1);
        assert_eq!(add_report("# no newline").lines().count(), 2);
    }
}
