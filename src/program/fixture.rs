//! Fixture modules as files, each with a line that reports that its body runs.

use std::fmt::Write;

use super::literal::text_literal as quoted;
use super::{File, Mode, ProgramStep};
use crate::scenario::model::{Module, ModuleBody};

/// The files of the modules: `pkg/__init__.py` for a name that has names below it, `demo.py` for others; parents that
/// the scenario does not mention are empty packages. `steps` are those of all bodies that consist of steps, in order.
pub fn files(modules: &[Module], steps: &[ProgramStep]) -> Vec<File> {
    let mut steps = steps.iter();
    let mut names: Vec<(&str, &ModuleBody)> = Vec::new();
    let empty = ModuleBody::Text(String::new());
    for module in modules {
        for (at, _) in module.name.match_indices('.') {
            let parent = &module.name[..at];
            let given = modules.iter().any(|other| other.name == parent);
            if !given && !names.iter().any(|(name, _)| *name == parent) {
                names.push((parent, &empty));
            }
        }
        names.push((&module.name, &module.body));
    }
    names
        .iter()
        .map(|(name, body)| {
            let folder = name.replace('.', "/");
            let below = format!("{name}.");
            match body {
                ModuleBody::Namespace => File {
                    path: folder,
                    text: None,
                },
                body => {
                    let text = match body {
                        ModuleBody::Text(text) => text.clone(),
                        ModuleBody::Steps(own) => of_steps(steps.by_ref().take(own.len())),
                        ModuleBody::Namespace => String::new(),
                    };
                    let package = names.iter().any(|(other, _)| other.starts_with(&below));
                    let path = if package {
                        format!("{folder}/__init__.py")
                    } else {
                        format!("{folder}.py")
                    };
                    File {
                        path,
                        text: Some(reporting(&text)),
                    }
                }
            }
        })
        .collect()
}

/// The source of a body that consists of steps: each between calls that report it, which are found as the report of the
/// body is; see `body_step` in recorder.py.
fn of_steps<'a>(steps: impl Iterator<Item = &'a ProgramStep>) -> String {
    let mut out = String::new();
    for step in steps {
        let call = |what: &str| {
            format!(
                "{{_s for _s in 0j.__class__.__subclasses__() if _s.__name__ == \"body_step\"}}.pop()({}, {what})",
                step.number
            )
        };
        let Some(code) = &step.code else {
            let _ = writeln!(out, "{}", call("\"skip\""));
            continue;
        };
        if let Some(mode) = step.source {
            // Text that a person wrote: only some Pythons may be able to read it, and nothing of ours is around it.
            let what = match mode {
                Mode::Exec => "exec",
                Mode::Eval => "eval",
            };
            let text = quoted(&format!("{code}\n"));
            let names = match step.helpers.join(" ") {
                names if names.is_empty() => String::new(),
                names => format!(", \"{names}\""),
            };
            let _ = writeln!(out, "{}", call(&format!("\"{what}\", {text}{names}")));
            continue;
        }
        let begin = call(&format!("\"begin\", \"{}\"", step.helpers.join(" ")));
        let (end, fail) = (call("\"end\""), call("\"fail\""));
        if code.starts_with("lazy ") {
            // Refused inside of `try`. It does nothing that could fail, but for a syntax error of the whole module.
            let _ = writeln!(out, "{begin}\n{code}\n{end}");
            continue;
        }
        let _ = writeln!(out, "{begin}\ntry:");
        for line in code.lines() {
            let _ = writeln!(out, "    {line}");
        }
        let _ = writeln!(out, "    {end}\nexcept:\n    {fail}; raise");
    }
    out
}

/// The statement that reports a body, which has the name that it runs under; see `body_ran` in recorder.py.
const REPORT: &str = "{c() for c in 0j.__class__.__subclasses__() if c.__name__ == \"body_ran\"}";

/// What Python shows of a fixture module (a warning, a traceback), without the statement that is ours.
pub fn without_report(text: &str) -> String {
    text.replace(&format!("{REPORT}; "), "").replace(REPORT, "")
}

/// The source with a first statement that reports that the body runs. It stands behind a docstring and `from __future__`
/// imports, which must come first, and on the line of the next simple statement, so that line numbers stay the scenario's.
pub fn reporting(source: &str) -> String {
    // Only the first character of a file may be a byte order mark.
    let (mark, source) = match source.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", source),
    };
    let at = first_statement(source);
    let (head, rest) = source.split_at(at);
    let first_line = rest.lines().next().unwrap_or("");
    let glue = if starts_block(first_line) || rest.is_empty() {
        "\n"
    } else {
        "; "
    };
    let gap = if head.is_empty() || head.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{mark}{head}{gap}{REPORT}{glue}{rest}")
}

/// Offset of the line of the first statement behind blank lines, comments, a docstring and `from __future__` imports.
fn first_statement(source: &str) -> usize {
    let mut at = 0;
    let mut docstring_allowed = true;
    while at < source.len() {
        let rest = &source[at..];
        let line = rest.split_inclusive('\n').next().unwrap_or(rest);
        let word = line.trim();
        if word.is_empty() || word.starts_with('#') {
            at += line.len();
        } else if docstring_allowed && let Some(length) = string_literal(rest) {
            docstring_allowed = false;
            at += length + line_rest(&rest[length..]);
        } else if word.starts_with("from __future__") {
            docstring_allowed = false;
            at += statement_length(rest);
        } else {
            break;
        }
    }
    at
}

/// Length of the statement that the text begins with, over lines that brackets or a backslash join.
fn statement_length(text: &str) -> usize {
    let (mut open, mut at) = (0_usize, 0);
    for line in text.split_inclusive('\n') {
        at += line.len();
        let code = line.split('#').next().unwrap_or_default();
        open = (open + code.matches('(').count()).saturating_sub(code.matches(')').count());
        if open == 0 && !code.trim_end().ends_with('\\') {
            break;
        }
    }
    at
}

/// Length up to and with the end of the line.
fn line_rest(text: &str) -> usize {
    text.find('\n').map_or(text.len(), |at| at + 1)
}

/// Length of the string literal that the text begins with.
fn string_literal(text: &str) -> Option<usize> {
    let prefix = text
        .find(['"', '\''])
        .filter(|at| text[..*at].chars().all(|c| "rRuU".contains(c)))?;
    let quote = &text[prefix..=prefix];
    let triple = quote.repeat(3);
    let end = if text[prefix..].starts_with(&triple) {
        triple.as_str()
    } else {
        quote
    };
    let mut at = prefix + end.len();
    while at < text.len() {
        if text[at..].starts_with(end) {
            return Some(at + end.len());
        }
        let character = text[at..].chars().next()?;
        at += character.len_utf8();
        if character == '\\' {
            at += text[at..].chars().next()?.len_utf8();
        }
    }
    None
}

/// Whether nothing can stand before the line's statement on the same line.
fn starts_block(line: &str) -> bool {
    const WORDS: [&str; 11] = [
        "if", "for", "while", "try", "with", "def", "class", "async", "match", "lazy", "type",
    ];
    let word = line
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
        .unwrap_or("");
    line.starts_with(['@', ' ', '\t']) || WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(name: &str, body: ModuleBody) -> Module {
        Module {
            name: name.to_owned(),
            body,
        }
    }

    #[test]
    fn what_is_shown_of_a_module_is_what_was_written() {
        let source = "import warnings\nwarnings.warn('x')\n";
        assert_eq!(without_report(&reporting(source)), source);
        assert_eq!(without_report("nothing of ours"), "nothing of ours");
    }

    #[test]
    fn parents_become_packages() {
        let text = || ModuleBody::Text("x = 1\n".into());
        let paths = |modules: &[Module]| {
            files(modules, &[])
                .into_iter()
                .map(|file| file.path)
                .collect::<Vec<_>>()
        };
        assert_eq!(paths(&[module("demo", text())]), ["demo.py"]);
        assert_eq!(
            paths(&[module("a.b.c", text()), module("a", text())]),
            ["a/b/__init__.py", "a/b/c.py", "a/__init__.py"]
        );
        let spread = [
            module("ns", ModuleBody::Namespace),
            module("ns.sub", text()),
        ];
        assert_eq!(paths(&spread), ["ns", "ns/sub.py"]);
        assert_eq!(files(&spread, &[])[0].text, None);
    }

    #[test]
    fn the_report_comes_first_and_keeps_lines() {
        let line_of = |source: &str, needle: &str| {
            let text = reporting(source);
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
        assert!(reporting("\u{feff}value = 1\n").starts_with("\u{feff}{c()"));
        assert_eq!(line_of("def f():\n    pass\n", "def f"), (0, 1));
        assert_eq!(reporting("").lines().count(), 1);
        assert_eq!(reporting("# no newline").lines().count(), 2);
    }
}
