//! A script as statements, once for all versions.

use super::grammar::Source;
use crate::program::python_text::logical_lines;

/// A statement at the top of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// As it is written, with all its lines.
    pub(super) text: String,
    /// Its first line, from 1.
    pub(super) line: usize,
}

/// The words that go on with a compound statement.
const CONTINUATIONS: [&str; 4] = ["else", "elif", "except", "finally"];

/// The prompts of an interactive session, and that of lines that go on.
const PROMPT: &str = ">>>";
const CONTINUATION_PROMPT: &str = "...";

/// Splits a script into its statements. What the grammar does not know is split by lines and their indentation.
pub(super) fn split_statements(script: &str) -> Vec<Statement> {
    let source = Source::parse(script);
    let starts: Vec<(usize, usize)> = if source.has_error() {
        split_by_lines(script)
    } else {
        let statements = source.statements().into_iter();
        let ranges = statements.map(|statement| (statement.start_byte(), statement.end_byte()));
        ranges.collect()
    };
    let mut statements = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for (start, end) in starts {
        line += script[counted..start].matches('\n').count();
        counted = start;
        statements.push(Statement {
            text: script[start..end].trim_end().to_owned(),
            line,
        });
    }
    statements
}

/// The statements by their first lines, which are not indented: each ends where the next one begins.
fn split_by_lines(script: &str) -> Vec<(usize, usize)> {
    let mut starts = Vec::new();
    let mut is_decorator = false;
    for line in logical_lines(script) {
        let first = line.tokens[0].text;
        let goes_on = line.indent > 0 || is_decorator || CONTINUATIONS.contains(&first);
        if !goes_on || starts.is_empty() {
            starts.push(line.start + line.indent);
        }
        is_decorator = line.indent == 0 && first == "@";
    }
    let ends = starts.iter().skip(1).copied().chain([script.len()]);
    let ranges: Vec<_> = starts.iter().copied().zip(ends).collect();
    ranges
        .into_iter()
        .map(|(start, end)| (start, trim_comments(script, start, end)))
        .collect()
}

/// The end of a statement without the comments between it and the next one, which belong to that.
fn trim_comments(script: &str, start: usize, end: usize) -> usize {
    let mut kept = script[start..end].trim_end();
    while let Some((before, last)) = kept.rsplit_once('\n') {
        if !last.starts_with('#') {
            break;
        }
        kept = before.trim_end();
    }
    start + kept.len()
}

/// Removes what surrounds Python where it is pasted from: the prompts and the output of an interactive session, or an indentation of
/// all lines.
pub(super) fn clean_paste(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace("\r\n", "\n");
    let Some(first) = text.lines().find(|line| !line.trim().is_empty()) else {
        return String::new();
    };
    if first.trim_start().starts_with(PROMPT) {
        let lines = text.lines().map(str::trim_start);
        let lines = lines.map(|line| {
            let line = line
                .strip_prefix(PROMPT)
                .or_else(|| line.strip_prefix(CONTINUATION_PROMPT));
            let line = line.unwrap_or_default();
            line.strip_prefix(' ').unwrap_or(line)
        });
        return lines.fold(String::new(), |text, line| text + line + "\n");
    }
    let indent = first.len() - first.trim_start().len();
    let (indent, _) = first.split_at(indent);
    if indent.is_empty() {
        return text;
    }
    let lines = text.lines();
    let lines = lines.map(|line| line.strip_prefix(indent).unwrap_or(line.trim_start()));
    lines.fold(String::new(), |text, line| text + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(script: &str) -> Vec<String> {
        let statements = split_statements(script).into_iter();
        statements.map(|statement| statement.text).collect()
    }

    #[test]
    fn each_statement_at_the_top_is_one() {
        let script = "import a; import b\n# why\n@d\ndef f():\n    pass\n\nif x:\n    y\nelse:\n    z\nprint x\ntype X = int\nx = (1,\n     2)  # two\n";
        let expected = [
            "import a",
            "import b",
            "@d\ndef f():\n    pass",
            "if x:\n    y\nelse:\n    z",
            "print x",
            "type X = int",
            "x = (1,\n     2)",
        ];
        assert_eq!(split(script), expected);
        let lines = split_statements(script);
        let lines: Vec<_> = lines.iter().map(|statement| statement.line).collect();
        assert_eq!(lines, [1, 1, 3, 7, 11, 12, 13]);
    }

    #[test]
    fn a_statement_that_the_grammar_cannot_read_leaves_the_others_whole() {
        let script = "import sys\nlazy import json\n@d\ndef f() x:\n    x\n# about y\ny = 1\ntry:\n    z\nexcept* E:\n    pass\n";
        let expected = [
            "import sys",
            "lazy import json",
            "@d\ndef f() x:\n    x",
            "y = 1",
            "try:\n    z\nexcept* E:\n    pass",
        ];
        assert_eq!(split(script), expected);
    }

    #[test]
    fn prompts_output_and_indentation_are_left_out() {
        let session = ">>> import sys\n>>> if sys:\n...     print(1)\n...\n1\n>>> x\n";
        assert_eq!(
            split(&clean_paste(session)),
            ["import sys", "if sys:\n    print(1)", "x"]
        );
        assert_eq!(
            clean_paste("\n    import a\n    if a:\n        b\n"),
            "\nimport a\nif a:\n    b\n"
        );
        assert_eq!(clean_paste(" \n\n"), "");
    }
}
