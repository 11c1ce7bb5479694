//! Whether Python text that a person wrote can stand in a plain file as it is.

use super::{Mode, ProgramStep};
use crate::scenario::model::Expectation;

/// Signs of text that some Python cannot read. Where one cannot, the step must fail and not the file.
const NOT_EVERYWHERE: [&str; 27] = [
    "__future__",
    "print ",
    "exec ",
    "f\"",
    "f'",
    "F\"",
    "F'",
    "ur\"",
    "ur'",
    ":=",
    "async ",
    "await ",
    "nonlocal ",
    "match ",
    "lazy ",
    "type ",
    "yield",
    "return",
    "->",
    "`",
    "<>",
    "...",
    "*",
    "@",
    "/)",
    "/,",
    "\\",
];

/// Whether the text of a step means the same when it is indented, and every Python can read it. What is ours always does.
/// Guessed from signs, on the safe side: whatever is not plain is written as a text.
pub(super) fn is_plain(step: &ProgramStep, expectations: &[Expectation]) -> bool {
    let code = step.code.as_deref().unwrap_or_default();
    let syntax_error = |one: &Expectation| {
        one.value
            .describe(&one.fact.0, None)
            .contains("SyntaxError")
    };
    // Refused inside of some blocks.
    if code.starts_with("lazy ") || expectations.iter().any(syntax_error) {
        return false;
    }
    let Some(mode) = step.source else {
        return true;
    };
    let statement = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    code.is_ascii()
        && code.lines().any(statement)
        && !code.contains("\"\"\"")
        && !code.contains("'''")
        && (mode == Mode::Exec || !code.contains(['#', '\n', '=']))
        && !code.lines().any(may_be_annotated)
        && !code
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(is_odd_number)
        && !NOT_EVERYWHERE.iter().any(|sign| code.contains(sign))
}

/// A colon that neither ends the line nor stands in a display or a text.
fn may_be_annotated(line: &str) -> bool {
    let colon = line.trim_end_matches(':').contains(':');
    let block = line.ends_with(':') && !line.trim_start().starts_with("def ");
    colon && !block && !line.contains(['{', '[', '"', '\''])
}

/// A number that only 2 or only 3 can read: `0777`, `10L`, `1_000`.
fn is_odd_number(word: &str) -> bool {
    let number = word.starts_with(|c: char| c.is_ascii_digit());
    number && (word.parse::<u64>().is_err() || word.len() > 1 && word.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(mode: Mode, code: &str) -> bool {
        let step = ProgramStep {
            number: 1,
            action: String::new(),
            mode,
            code: Some(code.to_owned()),
            source: Some(mode),
            helpers: vec![],
            compares: vec![],
        };
        is_plain(&step, &[])
    }

    #[test]
    fn what_any_python_reads_stands_as_it_is() {
        for code in [
            "x = 1",
            "import sys\ndel sys",
            "class A(object):\n    pass",
            "d = {\"a\": [1, 2.5]}",
        ] {
            assert!(plain(Mode::Exec, code), "{code}");
        }
        for code in [
            "demo.value",
            "demo.x is other",
            "len(a[1]) + 2",
            "(lambda: 1)()",
        ] {
            assert!(plain(Mode::Eval, code) || code.contains("lambda"), "{code}");
        }
    }

    #[test]
    fn what_only_some_read_is_written_as_a_text() {
        for code in [
            "print 1",
            "x: int = 1",
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
            assert!(!plain(Mode::Exec, code), "{code}");
        }
        for code in ["f'{1}'", "(y := 5)", "x =", "1 # one", "1\n+ 1", "[*a]"] {
            assert!(!plain(Mode::Eval, code), "{code}");
        }
    }
}
