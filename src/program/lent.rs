//! `sys`, which Python text in steps may use without importing it: in which steps it is lent.

use crate::python::version::InterpreterKey;
use crate::scenario::model::{Action, Eval, Run, Variant};

/// The helper that gives way to what the scenario has bound by its name.
pub(super) const SYS: &str = "sys?";

/// Numbers of the steps that get `sys` for as long as they run: whose text uses it and does not bind it, and, because that text may define
/// functions, those after it until a step binds it.
pub(super) fn steps_with_sys(variant: &Variant, key: &InterpreterKey) -> Vec<usize> {
    let mut found = Vec::new();
    let (mut bound, mut used) = (false, false);
    for one in variant.numbered() {
        if !one.step.is_run_on(key) {
            continue;
        }
        let action = one.step.action.on(key);
        let text = match action {
            Some(
                Action::Eval(Eval { expression: text }) | Action::Run(Run { statements: text }),
            ) => text,
            _ => "",
        };
        let code = code(text);
        let (is_used, is_bound) = (uses(&code), binds(&code));
        if one.body.is_some() {
            if is_used && !is_bound {
                found.push(one.number);
            }
            continue;
        }
        bound |= is_bound || action.is_some_and(|action| action.is_binding("sys"));
        used |= is_used;
        if used && !bound {
            found.push(one.number);
        }
    }
    found
}

/// Python text without comments, and with blanks in place of what stands in quotes, unless that is a format.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '#' {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
            continue;
        }
        if c != '\'' && c != '"' {
            code.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let start = code.rfind(|c: char| !c.is_ascii_alphabetic());
        let prefix = &code[start.map_or(0, |at| {
            at + code[at..].chars().next().map_or(1, char::len_utf8)
        })..];
        let format = prefix.len() <= 2 && prefix.contains(['f', 'F', 't', 'T']);
        let triple = c.to_string().repeat(3);
        let mark = if rest.starts_with(&triple) {
            triple
        } else {
            c.to_string()
        };
        let body = &rest[mark.len()..];
        let mut end = 0;
        while end < body.len() && !body[end..].starts_with(&mark) {
            let step = if body[end..].starts_with('\\') { 2 } else { 1 };
            end += body[end..]
                .chars()
                .take(step)
                .map(char::len_utf8)
                .sum::<usize>();
        }
        code.push(' ');
        if format {
            code.push_str(&body[..end]);
        }
        code.push(' ');
        rest = body.get(end + mark.len()..).unwrap_or_default();
    }
    code
}

/// Words of code, each with what stands before it.
fn words(code: &str) -> impl Iterator<Item = (&str, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + code[at..].find(is_part)?;
        at = code[start..]
            .find(|c| !is_part(c))
            .map_or(code.len(), |length| start + length);
        Some((&code[..start], &code[start..at]))
    })
}

fn uses(code: &str) -> bool {
    words(code).any(|(before, word)| word == "sys" && !before.trim_end().ends_with('.'))
}

/// Whether statements outside of functions and classes bind or delete the name.
fn binds(code: &str) -> bool {
    let mut inside: Option<usize> = None;
    for line in code.lines().filter(|line| !line.trim().is_empty()) {
        let indent = line.len() - line.trim_start().len();
        if inside.is_some_and(|outer| indent <= outer) {
            inside = None;
        }
        let opens = ["def ", "async def ", "class "]
            .iter()
            .any(|word| line.trim_start().starts_with(word));
        if inside.is_none() && opens {
            inside = Some(indent);
        }
        let found = line.split(';').any(|statement| {
            statement.trim_start().starts_with("global ") && uses(statement)
                || inside.is_none() && statement_binds(statement)
        });
        if found {
            return true;
        }
    }
    false
}

fn statement_binds(statement: &str) -> bool {
    let statement = statement.trim();
    let assigned = statement.strip_prefix("sys").map(str::trim_start);
    if assigned.is_some_and(|rest| rest.starts_with('=') && !rest.starts_with("==")) {
        return true;
    }
    let all: Vec<(&str, &str)> = words(statement).collect();
    let pairs = all.windows(2).map(|pair| (pair[0].1, pair[1].1));
    let follows = |first: &str| {
        pairs
            .clone()
            .any(|(one, other)| one == first && other == "sys")
    };
    if follows("as")
        || follows("for")
        || all.iter().any(|(_, word)| *word == "del") && uses(statement)
    {
        return true;
    }
    let Some((_, names)) = statement.split_once("import ") else {
        return false;
    };
    names.split(',').any(|name| {
        let name = name.trim_matches(|c: char| " ()".contains(c));
        !name.contains(" as ") && name.split('.').next() == Some("sys")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_lent(text: &str) -> bool {
        let code = code(text);
        uses(&code) && !binds(&code)
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
            "sys == 1",
        ] {
            assert!(is_lent(text), "{text}");
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
            "sys = 5",
            "del sys",
            "for sys in []: pass",
            "def f():\n    global sys\n    sys = 1",
        ] {
            assert!(!is_lent(text), "{text}");
        }
    }
}
