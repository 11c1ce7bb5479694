//! The test whether Python text that a person wrote can stand in a plain script as it is.

use super::python_text::{Token, TokenKind, logical_lines};
use super::{Mode, ProgramStep};
use crate::scenario::model::Expectation;

/// Names and operators of text that some Python cannot read. Where one cannot, the step must fail and not the script.
const NOT_EVERYWHERE: [&str; 12] = [
    "__future__",
    "nonlocal",
    "yield",
    "return",
    "->",
    "`",
    "<>",
    "...",
    "*",
    "**",
    "@",
    ":=",
];
/// Names that are keywords in some version, depending on what follows.
const SOFT_KEYWORDS: [&str; 7] = ["print", "exec", "async", "await", "match", "lazy", "type"];

/// True if the text of a step means the same when it is indented, and every Python can read it. What is ours always does.
/// On the safe side: whatever is not plain is written as a text.
pub(super) fn is_portable(step: &ProgramStep, expectations: &[Expectation]) -> bool {
    let code = step.code.as_deref().unwrap_or_default();
    let syntax_error = |expectation: &Expectation| {
        let value = expectation.value.describe(&expectation.fact.0, None);
        value.contains("SyntaxError")
    };
    // Refused inside of some blocks.
    if code.starts_with("lazy ") || expectations.iter().any(syntax_error) {
        return false;
    }
    let Some(mode) = step.source else {
        return true;
    };
    is_portable_text(code, mode == Mode::Eval)
}

/// True if every Python can read a text that a person wrote, statements or an expression, and it means the same when it is indented.
pub(super) fn is_portable_text(code: &str, is_expression: bool) -> bool {
    let lines = logical_lines(code);
    // What else ends a line or an indent differs between versions, and would end ours.
    code.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~'))
        && !lines.is_empty()
        && !code.contains('\\')
        && lines.iter().all(|line| is_portable_line(&line.tokens))
        && (!is_expression || is_one_expression(code))
}

/// True if the code stays an expression in parentheses, on a line of its own.
fn is_one_expression(code: &str) -> bool {
    !code.contains(['#', '\n', '='])
}

fn is_portable_line(tokens: &[Token<'_>]) -> bool {
    tokens.iter().enumerate().all(|(index, token)| {
        let next = tokens.get(index + 1);
        let odd = match token.kind {
            TokenKind::Name => {
                NOT_EVERYWHERE.contains(&token.text)
                    || SOFT_KEYWORDS.contains(&token.text)
                        && next.is_some_and(|next| !is_name(token, next))
            }
            TokenKind::Number => is_odd_number(token.text),
            TokenKind::Text { closed } => {
                let (prefix, _) = token.prefix_and_body();
                !closed || token.text.contains('\n') || !matches!(prefix, "" | "b" | "r" | "u")
            }
            TokenKind::Operator if token.text == "/" => {
                next.is_some_and(|next| matches!(next.text, "," | ")"))
            }
            TokenKind::Operator if token.text == ":" => {
                // An annotation, or a lambda; a body on the same line is taken for one.
                token.bracket == Some('(') || token.bracket.is_none() && next.is_some()
            }
            TokenKind::Operator => NOT_EVERYWHERE.contains(&token.text),
        };
        !odd
    })
}

/// True if what follows a soft keyword leaves it a name.
fn is_name(keyword: &Token<'_>, next: &Token<'_>) -> bool {
    let is_function = matches!(keyword.text, "print" | "exec" | "type");
    matches!(next.text, "." | "," | ")" | "]" | "=" | "==") || is_function && next.text == "("
}

/// A number that only 2 or only 3 can read: `0777`, `10L`, `1_000`.
fn is_odd_number(word: &str) -> bool {
    word.parse::<u64>().is_err() || word.len() > 1 && word.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portable(mode: Mode, code: &str) -> bool {
        let step = ProgramStep {
            number: 1,
            action: String::new(),
            mode,
            code: Some(code.to_owned()),
            source: Some(mode),
            helpers: vec![],
            compares: vec![],
        };
        is_portable(&step, &[])
    }

    #[test]
    fn what_any_python_reads_stands_as_it_is() {
        for code in [
            "x = 1",
            "import sys\ndel sys",
            "class A(object):\n    pass",
            "d = {\"a\": [1, 2.5]}",
        ] {
            assert!(portable(Mode::Exec, code), "{code}");
        }
        for code in ["demo.value", "demo.x is other", "len(a[1]) + 2", "type(a)"] {
            assert!(portable(Mode::Eval, code), "{code}");
        }
    }

    #[test]
    fn what_only_some_read_is_written_as_a_text() {
        for code in [
            "print 1",
            "match (x):\n    pass",
            "x: int = 1",
            "d = {}; x: str = \"a\"",
            "def f(x: int):\n    pass",
            "def f(a, /):\n    pass",
            "return 5",
            "x = 0777",
            "x = 10L",
            "x = 1_000",
            "try:\n    pass\nexcept* E:\n    pass",
            "# nothing",
            "a \\\n = 1",
            "x = \"\"\"a\nb\"\"\"",
            "x = 'ä'",
            "lazy import a",
            "x = `1`",
            "def f(*, a):\n    pass",
        ] {
            assert!(!portable(Mode::Exec, code), "{code}");
        }
        for code in ["f'{1}'", "(y := 5)", "x =", "1 # one", "1\n+ 1", "[*a]"] {
            assert!(!portable(Mode::Eval, code), "{code}");
        }
    }
}
