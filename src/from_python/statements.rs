//! A script as statements, once for all versions.

use super::grammar::Source;
use crate::program::python_text::logical_lines;

/// The words that go on with a compound statement.
const CONTINUATIONS: [&str; 4] = ["else", "elif", "except", "finally"];

/// What Markdown has around code.
const FENCES: [&str; 2] = ["```", "~~~"];
/// The words behind a fence that stand before Python.
const LANGUAGES: [&str; 6] = ["py", "py3", "pycon", "python", "python2", "python3"];

/// Splits a script into its statements, as they are written, with all their lines. What the grammar does not know is split by lines and their indentation.
pub(super) fn split_statements(script: &str) -> Vec<String> {
    let source = Source::parse(script);
    let statements = source.statements().into_iter();
    let ranges = statements.map(|statement| (statement.start_byte(), statement.end_byte()));
    let ranges: Vec<(usize, usize)> = ranges.collect();
    let ranges = if source.has_error() || is_indented(script, &ranges) {
        split_by_lines(script)
    } else {
        ranges
    };
    let texts = ranges
        .into_iter()
        .map(|(start, end)| script[start..end].trim_end().to_owned());
    texts.collect()
}

/// True if a statement does not begin its line, nor stands behind another one: the grammar reads that, and no Python.
fn is_indented(script: &str, ranges: &[(usize, usize)]) -> bool {
    let mut end = 0;
    ranges.iter().any(|(start, next_end)| {
        let between = &script[end..*start];
        end = *next_end;
        let line = between.rsplit_once('\n').map_or("", |(_, line)| line);
        !line.is_empty()
    })
}

/// The statements by their first lines, which are not indented: each ends with its last token.
fn split_by_lines(script: &str) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    let mut is_decorator = false;
    for line in logical_lines(script) {
        let (first, last) = (line.tokens[0].text, line.tokens[line.tokens.len() - 1].text);
        // Tokens are parts of the script.
        let end = last.as_ptr() as usize - script.as_ptr() as usize + last.len();
        let goes_on = line.indent > 0 || is_decorator || CONTINUATIONS.contains(&first);
        match ranges.last_mut().filter(|_| goes_on) {
            Some(range) => range.1 = end,
            None => ranges.push((line.start + line.indent, end)),
        }
        is_decorator = line.indent == 0 && first == "@";
    }
    ranges
}

/// Removes what surrounds Python where it is pasted from: a Markdown fence, the prompts and the output of an interactive session, or
/// an indentation of all lines.
pub(super) fn clean_paste(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    // A form feed at the beginning of a line is as good as none.
    let text: String = text
        .split_inclusive('\n')
        .map(|line| line.trim_start_matches('\u{c}'))
        .collect();
    let mut lines: Vec<&str> = text.lines().collect();
    let Some(mut start) = lines.iter().position(|line| !line.trim().is_empty()) else {
        return String::new();
    };
    let is_fenced = fence_of(lines[start]).is_some()
        || lines.iter().any(|line| fence_of(line).is_some()) && Source::parse(&text).has_error();
    if is_fenced {
        lines = inside_fences(&lines);
        start = lines
            .iter()
            .position(|line| !line.trim().is_empty())
            .unwrap_or_default();
    }
    let first = lines.get(start).copied().unwrap_or_default();
    let join = |lines: &mut dyn Iterator<Item = &str>| {
        lines.fold(String::new(), |text, line| text + line + "\n")
    };
    let begins = |line: &str| without_prompt(line).is_some_and(|(_, is_first)| is_first);
    // Behind a banner. In a text of Python, such as a doctest, prompts are nothing of a session.
    let has_prompts = || {
        lines
            .iter()
            .any(|line| begins(line) && !line.starts_with(' '))
    };
    if begins(first) || has_prompts() && Source::parse(&text).has_error() {
        return join(
            &mut lines
                .iter()
                .filter_map(|line| Some(without_prompt(line)?.0)),
        );
    }
    let (indent, _) = first.split_at(first.len() - first.trim_start().len());
    if indent.is_empty() {
        return join(&mut lines.iter().copied());
    }
    join(
        &mut lines
            .iter()
            .map(|line| line.strip_prefix(indent).unwrap_or(line.trim_start())),
    )
}

/// The word behind a fence, if a line is one.
fn fence_of(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let mut fences = FENCES.iter();
    let fence = fences.find(|fence| line.starts_with(**fence))?;
    let word = line.trim_start_matches(&fence[..1]).trim();
    word.split([' ', '{', ',']).next()
}

/// The lines between fences: of all that say that they have Python, or of the first where none says so.
fn inside_fences<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut blocks: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut is_open = false;
    for line in lines {
        match fence_of(line) {
            Some(word) if !is_open => blocks.push((word, Vec::new())),
            None if is_open => blocks.last_mut().expect("one is open").1.push(line),
            Some("") => {}
            _ => continue,
        }
        is_open = is_open != fence_of(line).is_some();
    }
    let is_python =
        |(word, _): &(&str, Vec<&str>)| LANGUAGES.contains(&word.to_ascii_lowercase().as_str());
    if blocks.iter().any(is_python) {
        blocks.retain(is_python);
    } else {
        blocks.truncate(1);
    }
    blocks.into_iter().flat_map(|(_, lines)| lines).collect()
}

/// The line behind the prompt of an interactive session, and true if it begins a statement.
fn without_prompt(line: &str) -> Option<(&str, bool)> {
    let line = line.trim_start();
    let strip = |line: &'_ str, prompt: &str| line.strip_prefix(prompt).map(str::len);
    let behind = |length: usize| {
        let rest = &line[line.len() - length..];
        rest.strip_prefix(' ').unwrap_or(rest)
    };
    let numbered = |word: &str| {
        let (number, rest) = line.strip_prefix(word)?.split_once("]:")?;
        number
            .chars()
            .all(|c| c.is_ascii_digit())
            .then_some(rest.len())
    };
    if let Some(length) = strip(line, ">>>").or_else(|| numbered("In [")) {
        return Some((behind(length), true));
    }
    // IPython has as many dots more as its number has digits.
    let dots = line.trim_start_matches('.');
    let is_continuation = line.len() - dots.len() >= 3;
    let rest = dots.strip_prefix(':').unwrap_or(dots);
    // Nobody need write a blank behind the three dots.
    let is_plain = line.len() - rest.len() == 3;
    let goes_on = is_continuation && (is_plain || rest.is_empty() || rest.starts_with(' '));
    goes_on.then(|| (behind(rest.len()), false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(script: &str) -> Vec<String> {
        split_statements(script)
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
    fn what_looks_like_a_comment_may_be_in_a_text() {
        let script = "lazy import json\nx = \"\"\"a\n#b\"\"\"\n# about x\nx";
        let expected = ["lazy import json", "x = \"\"\"a\n#b\"\"\"", "x"];
        assert_eq!(split(script), expected);
        // No Python takes the second line for a statement.
        assert_eq!(
            split("import json\n  import sys\nx"),
            ["import json\n  import sys", "x"]
        );
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
        let banner = "$ python3\nPython 3.13.0 (main)\n>>> x = 1\n>>> y\nTraceback (most recent call last):\n";
        assert_eq!(clean_paste(banner), "x = 1\ny\n");
        let cells =
            "In [1]: import sys\n\nIn [12]: if sys:\n    ...:     x = 1\n    ...:\nOut[12]: 1\n";
        assert_eq!(
            split(&clean_paste(cells)),
            ["import sys", "if sys:\n    x = 1"]
        );
        assert_eq!(clean_paste("```python\nx = 1\n```\n"), "x = 1\n");
        assert_eq!(clean_paste("x = 1\ry = 2\r"), "x = 1\ny = 2\n");
        assert_eq!(clean_paste("x = 1\n\u{c}\ny = 2\n"), "x = 1\n\ny = 2\n");
        let tight = ">>>if 1:\n...  print(3)\n...else:\n...  print(4)\n...\n3\n";
        assert_eq!(
            split(&clean_paste(tight)),
            ["if 1:\n print(3)\nelse:\n print(4)"]
        );
        let issue =
            "It says:\n\n```\nboom it is\n```\n\n~~~ Python\nx = 1\n~~~\nand then\n```py\ny\n```\n";
        assert_eq!(clean_paste(issue), "x = 1\ny\n");
        assert_eq!(
            clean_paste("Look here:\n```\nx = 1\n```\n```\ny\n"),
            "x = 1\n"
        );
        // Not in texts of a script.
        let script = "def f():\n    \"\"\"\n    >>> f()\n    \"\"\"\nx = '''\n```\n>>> y\n'''\n";
        assert_eq!(clean_paste(script), script);
    }
}
