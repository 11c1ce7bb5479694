//! `sys`, which Python text in steps may use without importing it: into which steps it is injected.

use super::python_text::{LogicalLine, Token, TokenKind, logical_lines};
use crate::python::version::InterpreterKey;
use crate::scenario::model::{Action, Eval, Run, Variant};

/// The helper that gives way to what the scenario has bound by its name.
pub(super) const SYS: &str = "sys?";

/// Numbers of the steps that get `sys` for as long as they run: those whose text uses it and does not bind it, and, because that
/// text may define functions, those after it until a step binds it.
pub(super) fn find_steps_with_sys(variant: &Variant, key: &InterpreterKey) -> Vec<usize> {
    let mut found = Vec::new();
    let (mut bound, mut used) = (false, false);
    for numbered in variant.numbered() {
        if !numbered.step.is_run_on(key) {
            continue;
        }
        let action = numbered.step.action.on(key);
        let text = match action {
            Some(
                Action::Eval(Eval { expression: text }) | Action::Run(Run { statements: text }),
            ) => text,
            _ => "",
        };
        let lines = logical_lines(text);
        let is_used = lines.iter().any(|line| uses_sys(&line.tokens));
        let is_bound = binds_sys(&lines);
        if numbered.body.is_some() {
            if is_used && !is_bound {
                found.push(numbered.number);
            }
            continue;
        }
        bound |= is_bound || action.is_some_and(|action| action.operation().is_binding("sys"));
        used |= is_used;
        if used && !bound {
            found.push(numbered.number);
        }
    }
    found
}

fn uses_sys(tokens: &[Token<'_>]) -> bool {
    let in_format = |token: &Token<'_>| {
        let (_, body) = token.prefix_and_body();
        let lines = logical_lines(body);
        lines.iter().any(|line| uses_sys(&line.tokens))
    };
    let is_attribute = |index: usize| index > 0 && tokens[index - 1].text == ".";
    tokens.iter().enumerate().any(|(index, token)| {
        token.text == "sys" && !is_attribute(index) || token.is_format() && in_format(token)
    })
}

/// True if statements outside of functions and classes bind or delete the name.
fn binds_sys(lines: &[LogicalLine<'_>]) -> bool {
    let mut inside: Option<usize> = None;
    lines.iter().any(|line| {
        if inside.is_some_and(|outer| line.indent <= outer) {
            inside = None;
        }
        let opens = matches!(line.tokens[0].text, "def" | "async" | "class");
        if inside.is_none() && opens {
            inside = Some(line.indent);
        }
        line.statements().any(|statement| {
            let first = statement.first();
            let is_global = first.is_some_and(|first| first.text == "global");
            is_global && uses_sys(statement) || inside.is_none() && statement_binds_sys(statement)
        })
    })
}

fn statement_binds_sys(statement: &[Token<'_>]) -> bool {
    let is_bound_in =
        |pair: &[Token<'_>]| matches!(pair[0].text, "as" | "for") && pair[1].text == "sys";
    let is_assigned =
        matches!(statement, [first, second, ..] if first.text == "sys" && second.text == "=");
    let has = |keyword: &str| {
        let is_keyword = |token: &Token<'_>| token.kind == TokenKind::Name && token.text == keyword;
        statement.iter().position(is_keyword)
    };
    // `del sys.modules["demo"]` uses it.
    let is_deleted = has("del").is_some_and(|del| {
        let mut targets = statement[del + 1..].split(|token| token.text == ",");
        targets.any(|target| {
            let mut words = target
                .iter()
                .filter(|token| !matches!(token.text, "(" | ")"));
            words.next().is_some_and(|word| word.text == "sys") && words.next().is_none()
        })
    });
    if is_assigned || is_deleted || statement.windows(2).any(is_bound_in) {
        return true;
    }
    let Some(import) = has("import") else {
        return false;
    };
    let names = statement[import + 1..].split(|token| token.text == ",");
    names.into_iter().any(|name| {
        let mut words = name.iter().filter(|token| !matches!(token.text, "(" | ")"));
        words.clone().all(|token| token.text != "as")
            && words.next().is_some_and(|first| first.text == "sys")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_injected(text: &str) -> bool {
        let lines = logical_lines(text);
        lines.iter().any(|line| uses_sys(&line.tokens)) && !binds_sys(&lines)
    }

    #[test]
    fn what_uses_it_and_does_not_bind_it() {
        for text in [
            "sys.path",
            "[name for name in sys.modules]",
            "f'{sys.path}'",
            "'#' and sys",
            "def f():\n    import sys\npaths = sys.path",
            "import sys as s; sys.path",
            "from sys import path; sys.path",
            "sys.path = []",
            "for name in found: del sys.modules[name]",
            "del sys.modules['demo'], other",
            "sys == 1",
        ] {
            assert!(is_injected(text), "{text}");
        }
        for text in [
            "1",
            "__import__(\"sys\").path",
            "'''it is\nsys'''",
            "1 # sys",
            "os.sys",
            "import sys",
            "import os, sys; sys.path",
            "try: import sys\nexcept ImportError: pass",
            "import os.path as sys",
            "from x import (a, sys)",
            "from x import (a,\n    sys)",
            "sys = 5",
            "del sys",
            "for sys in []: pass",
            "def f():\n    global sys\n    sys = 1",
        ] {
            assert!(!is_injected(text), "{text}");
        }
    }
}
