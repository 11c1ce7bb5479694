//! Python text as tokens, enough to tell names from what stands in quotes and in comments, and statements from each other.
//!
//! What some version cannot read has tokens too: whether it is Python is for the interpreters to say.

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// An identifier or a keyword.
    Name,
    /// A number as any version writes it.
    Number,
    /// A literal in quotes with its prefix. One that never ends is not closed.
    Text { closed: bool },
    /// Anything else: an operator, a bracket, a character that Python does not know.
    Operator,
}

/// A token that is no comment and no line break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: TokenKind,
    pub(crate) text: &'a str,
    /// The innermost bracket around it.
    pub(crate) bracket: Option<char>,
}

/// A logical line: physical lines that brackets, quotes or a backslash join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogicalLine<'a> {
    /// Where its first physical line begins, in bytes.
    pub(crate) start: usize,
    /// Blanks in front of it.
    pub(crate) indent: usize,
    /// The tokens of the line, without comments; never empty.
    pub(crate) tokens: Vec<Token<'a>>,
}

/// Operators of several characters that must not be taken for others.
const OPERATORS: [&str; 13] = [
    "...", "==", "!=", "<=", ">=", ":=", "->", "<>", "**", "//", "+=", "-=", "*=",
];

impl<'a> Token<'a> {
    /// The prefix of a text, and what is between its quotes.
    pub(crate) fn prefix_and_body(&self) -> (&'a str, &'a str) {
        let quote = self.text.find(['"', '\'']).unwrap_or(self.text.len());
        let (prefix, quoted) = self.text.split_at(quote);
        let mark = mark_of(quoted);
        let body = quoted.get(mark.len()..).unwrap_or_default();
        (prefix, body.strip_suffix(mark).unwrap_or(body))
    }

    /// True if the token is a text with expressions in it.
    pub(crate) fn is_format(&self) -> bool {
        matches!(self.kind, TokenKind::Text { .. })
            && self.prefix_and_body().0.contains(['f', 'F', 't', 'T'])
    }
}

impl<'a> LogicalLine<'a> {
    /// Its statements, which semicolons separate.
    pub(crate) fn statements(&self) -> impl Iterator<Item = &[Token<'a>]> {
        self.tokens
            .split(|token| token.text == ";" && token.bracket.is_none())
    }
}

/// Splits a text into its logical lines. Those with nothing but blanks and comments are left out.
pub(crate) fn logical_lines(text: &str) -> Vec<LogicalLine<'_>> {
    let mut lines: Vec<LogicalLine<'_>> = Vec::new();
    let mut brackets: Vec<char> = Vec::new();
    let (mut start, mut is_begun, mut index) = (0, false, 0);
    while let Some(character) = text[index..].chars().next() {
        let rest = &text[index..];
        let length = match character {
            '\n' => {
                if brackets.is_empty() {
                    (start, is_begun) = (index + 1, false);
                }
                1
            }
            '\\' if rest[1..].starts_with('\n') => 2,
            '\\' if rest[1..].starts_with("\r\n") => 3,
            '#' => rest.find('\n').unwrap_or(rest.len()),
            blank if blank.is_whitespace() => blank.len_utf8(),
            _ => {
                let (kind, length) = read_token(rest);
                let token = &rest[..length];
                if matches!(token, ")" | "]" | "}") {
                    brackets.pop();
                }
                if !is_begun {
                    is_begun = true;
                    lines.push(LogicalLine {
                        start,
                        indent: index - start,
                        tokens: Vec::new(),
                    });
                }
                if let Some(line) = lines.last_mut() {
                    line.tokens.push(Token {
                        kind,
                        text: token,
                        bracket: brackets.last().copied(),
                    });
                }
                if matches!(token, "(" | "[" | "{") {
                    brackets.push(character);
                }
                length
            }
        };
        index += length;
    }
    lines
}

/// The kind and the length in bytes of the token that a text begins with.
fn read_token(text: &str) -> (TokenKind, usize) {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let word = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let (word, rest) = text.split_at(word);
    let is_prefix = word.len() <= 2 && word.chars().all(|c| "bBfFrRtTuU".contains(c));
    if is_prefix && rest.starts_with(['"', '\'']) {
        let (length, closed) = read_quoted(rest);
        return (TokenKind::Text { closed }, word.len() + length);
    }
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return (TokenKind::Number, word.len());
    }
    if !word.is_empty() {
        return (TokenKind::Name, word.len());
    }
    let known = OPERATORS.iter().find(|known| text.starts_with(**known));
    let length = known.map_or_else(
        || text.chars().next().map_or(1, char::len_utf8),
        |known| known.len(),
    );
    (TokenKind::Operator, length)
}

/// The quotes that a literal begins with, three or one.
fn mark_of(quoted: &str) -> &str {
    let single = quoted.get(..1).unwrap_or_default();
    match quoted.get(..3) {
        Some(triple) if triple == single.repeat(3) => triple,
        _ => single,
    }
}

/// The length in bytes of the literal that a text begins with, and whether it ends.
fn read_quoted(text: &str) -> (usize, bool) {
    let mark = mark_of(text);
    let mut index = mark.len();
    while let Some(character) = text[index..].chars().next() {
        if text[index..].starts_with(mark) {
            return (index + mark.len(), true);
        }
        if character == '\n' && mark.len() == 1 {
            return (index, false);
        }
        index += character.len_utf8();
        if character == '\\' {
            index += text[index..].chars().next().map_or(0, char::len_utf8);
        }
    }
    (index, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<Vec<&str>> {
        let lines = logical_lines(text);
        let texts = lines
            .iter()
            .map(|line| line.tokens.iter().map(|token| token.text).collect());
        texts.collect()
    }

    #[test]
    fn lines_are_joined_by_brackets_quotes_and_backslashes() {
        assert_eq!(
            texts("x = (1,  # (\n 2)\n\n'''a\n#b''' ; y\nz = \\\n  3 # end"),
            [
                vec!["x", "=", "(", "1", ",", "2", ")"],
                vec!["'''a\n#b'''", ";", "y"],
                vec!["z", "=", "3"],
            ]
        );
        let lines = logical_lines("# first\nif x:\n    y = 1\n");
        let places: Vec<_> = lines.iter().map(|line| (line.start, line.indent)).collect();
        assert_eq!(places, [(8, 0), (14, 4)]);
    }

    #[test]
    fn texts_have_prefixes_and_may_never_end() {
        let token = |text: &'static str| logical_lines(text)[0].tokens[0];
        assert_eq!(token("rb'a\\'b' + c").prefix_and_body(), ("rb", "a\\'b"));
        assert_eq!(token("'' + c").prefix_and_body(), ("", ""));
        assert_eq!(token("f\"\"\"{x}\"\"\"").prefix_and_body(), ("f", "{x}"));
        assert!(token("Tr'{x}'").is_format());
        assert_eq!(
            token("'''a\nb").kind,
            TokenKind::Text { closed: false },
            "to the end of the text"
        );
        assert_eq!(texts("'a\nb"), [vec!["'a"], vec!["b"]]);
        assert_eq!(texts("ur'a' if'b'"), [vec!["ur'a'", "if", "'b'"]]);
    }

    #[test]
    fn brackets_are_those_around_a_token() {
        let line = &logical_lines("f({a: b[c:]}, lambda: 1); x: int")[0];
        let colons = line.tokens.iter().filter(|token| token.text == ":");
        let brackets: Vec<_> = colons.map(|token| token.bracket).collect();
        assert_eq!(brackets, [Some('{'), Some('['), Some('('), None]);
        assert_eq!(line.statements().count(), 2);
    }
}
