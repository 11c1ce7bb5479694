//! The test whether Python text that a person wrote can stand in a plain script as it is.

use super::python_text::{LogicalLine, Token, TokenKind, logical_lines};
use super::{Mode, ProgramStep};
use crate::scenario::model::Expectation;

/// Names and operators of text that some Python cannot read. Where one cannot, the step must fail and not the script.
const NOT_EVERYWHERE: [&str; 8] = ["__future__", "nonlocal", "->", "`", "<>", "...", "@", ":="];
/// Keywords that only a function may have.
const OF_FUNCTIONS: [&str; 2] = ["return", "yield"];
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
        && !code.contains("\\\n")
        && lines.iter().all(|line| is_portable_line(&line.tokens))
        && keeps_to_functions(&lines)
        && (!is_expression || is_one_expression(code))
}

/// True if the code stays an expression in parentheses, on a line of its own.
fn is_one_expression(code: &str) -> bool {
    !code.contains(['#', '\n', '='])
}

/// True if what only a function may have stands in one.
fn keeps_to_functions(lines: &[LogicalLine<'_>]) -> bool {
    let mut functions: Vec<usize> = Vec::new();
    lines.iter().all(|line| {
        functions.retain(|indent| *indent < line.indent);
        let needs_one = line
            .tokens
            .iter()
            .any(|token| OF_FUNCTIONS.contains(&token.text));
        let is_right = !needs_one || !functions.is_empty();
        if line.tokens[0].text == "def" {
            functions.push(line.indent);
        }
        is_right
    })
}

fn is_portable_line(tokens: &[Token<'_>]) -> bool {
    tokens.iter().enumerate().all(|(index, token)| {
        let next = tokens.get(index + 1);
        let odd = match token.kind {
            TokenKind::Name => {
                NOT_EVERYWHERE.contains(&token.text)
                    || if index > 0 && tokens[index - 1].text == "." {
                        is_odd_attribute(token.text)
                    } else {
                        SOFT_KEYWORDS.contains(&token.text)
                            && next.is_some_and(|next| !is_name(token, next))
                    }
            }
            TokenKind::Number => is_odd_number(token.text),
            TokenKind::Text { closed } => {
                let (prefix, body) = token.prefix_and_body();
                !closed
                    || token.text.contains('\n')
                    || !matches!(prefix, "" | "b" | "r" | "u")
                    || prefix != "r" && has_odd_escape(body)
            }
            TokenKind::Operator => match token.text {
                // A decorator.
                "@" => index != 0,
                "*" | "**" => !is_portable_star(tokens, index),
                "/" => next.is_some_and(|next| matches!(next.text, "," | ")")),
                // An annotation; a body on the same line is taken for one.
                ":" if !is_of_lambda(tokens, index) => {
                    token.bracket == Some('(') || token.bracket.is_none() && next.is_some()
                }
                text => NOT_EVERYWHERE.contains(&text),
            },
        };
        !odd
    })
}

/// True for a word behind a point, which some version may take for a keyword even there: `a.print`, `a.async`.
fn is_odd_attribute(word: &str) -> bool {
    matches!(word, "print" | "exec" | "async" | "await")
}

/// True if a text has an escape that versions read otherwise, such as `\u00e9` and `\N{…}`.
fn has_odd_escape(body: &str) -> bool {
    let mut characters = body.chars();
    while let Some(c) = characters.next() {
        if c == '\\'
            && !characters
                .next()
                .is_some_and(|next| "ntrx\\'\"".contains(next))
        {
            return true;
        }
    }
    false
}

/// True if a colon ends the parameters of a `lambda`.
fn is_of_lambda(tokens: &[Token<'_>], colon: usize) -> bool {
    let bracket = tokens[colon].bracket;
    let mut before = tokens[..colon]
        .iter()
        .rev()
        .filter(|token| token.bracket == bracket);
    before
        .find(|token| matches!(token.text, "lambda" | ":"))
        .is_some_and(|token| token.text == "lambda")
}

/// True if a star is one of arithmetic, or stands before the last names of a call or of parameters: `(a, *more, **named)`.
fn is_portable_star(tokens: &[Token<'_>], star: usize) -> bool {
    const BEFORE_AN_OPERAND: [&str; 12] = [
        "lambda", "return", "print", "in", "if", "else", "and", "or", "not", "is", "yield",
        "except",
    ];
    let before = star.checked_sub(1).map(|index| &tokens[index]);
    let is_operand = before.is_some_and(|before| match before.kind {
        TokenKind::Name => !BEFORE_AN_OPERAND.contains(&before.text),
        TokenKind::Number | TokenKind::Text { .. } => true,
        TokenKind::Operator => matches!(before.text, ")" | "]" | "}"),
    });
    if is_operand {
        return true;
    }
    let is_in_call = tokens[star].bracket == Some('(')
        || before.is_some_and(|before| before.text == "lambda")
        || {
            let in_lambda = tokens[..star]
                .iter()
                .rev()
                .find(|token| matches!(token.text, "lambda" | ":"));
            in_lambda.is_some_and(|token| token.text == "lambda")
        };
    let mut rest = tokens[star..].iter().map(|token| token.text);
    let is_name = |text: Option<&str>| {
        text.is_some_and(|text| text.starts_with(|c: char| c.is_alphabetic() || c == '_'))
    };
    let first = rest.next();
    // A statement of Python 2 has no call there.
    if tokens[0].text == "print" || !is_in_call || !is_name(rest.next()) {
        return false;
    }
    match (first, rest.next()) {
        (_, Some(")" | ":")) => true,
        (Some("*"), Some(",")) => {
            rest.next() == Some("**")
                && is_name(rest.next())
                && matches!(rest.next(), Some(")" | ":"))
        }
        _ => false,
    }
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
            "def f(a, *more, **named):\n    if a:\n        return a * 2\n    return lambda *b: b[1:]",
            "class A(object):\n    def f(self):\n        return dict((n, m) for n, m in self)",
            "@a.b\ndef f(a=None):\n    yield f(*a)",
            "x = \"a\\nb\" % (1,)",
            "f(lambda a, *b: a)",
            "a.match(b)",
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
            "a.print(1)",
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
            "def f():\n    pass\nreturn 1",
            "if x:\n    return 1",
            "class A(object):\n    yield",
            "x = \"\\u00e9\"",
            "x = \"\\N{BULLET}\"",
            "f(*a, b)",
            "x = a @ b",
            "print(*a)",
            "x = [*a]",
            "*a, b = c",
            "for a in *b, c:\n    pass",
        ] {
            assert!(!portable(Mode::Exec, code), "{code}");
        }
        for code in ["f'{1}'", "(y := 5)", "x =", "1 # one", "1\n+ 1", "[*a]"] {
            assert!(!portable(Mode::Eval, code), "{code}");
        }
    }
}
