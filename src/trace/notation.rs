//! How a Python text is written among the values of facts: as it is where nothing else reads so, else in quotes.
//!
//! `labels.py` writes values in this notation; what stands here reads it, and brings what authors of scenarios write into the same form.

use std::fmt::Write;

/// Words that stand for values which are no texts.
const WORDS: [&str; 12] = [
    "True",
    "False",
    "None",
    "nan",
    "inf",
    "-inf",
    "absent",
    "unbound",
    "unreadable",
    "missing",
    "lazy",
    "original",
];

/// Words in angle brackets that stand for folders and programs in texts.
const FOLDER_WORDS: [&str; 11] = [
    "modules", "folder", "packages", "library", "prefix", "python", "site", "home", "temp",
    "cache", "run",
];

/// True if a character cannot be seen, looks like a blank, or is one by which tables say "not there" and "the same".
fn is_unseen(c: char) -> bool {
    matches!(c, '\0'..='\x1f' | '\x7f'..='\u{a0}' | '\u{ad}' | '\u{b7}' | '\u{200b}'..='\u{200f}' | '\u{2014}'
        | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// True if the text reads as a number, or nearly so.
fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || "+-.eE_".contains(c))
        && text.contains(|c: char| c.is_ascii_digit())
}

/// True if the text is an integer that no [`FactValue::Int`](super::fact::FactValue::Int) holds; such a one is written as its digits.
fn is_huge(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.len() > 18
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && text.parse::<i64>().is_err()
}

/// True if the text is of the form in which objects are written: `<…>` or `name(…)`. The word of a place (`<modules>`) is a text.
pub fn is_repr(text: &str) -> bool {
    if text.starts_with('<') && text.ends_with('>') {
        return text.len() < 3 || !FOLDER_WORDS.contains(&&text[1..text.len() - 1]);
    }
    let head = text.split('(').next().unwrap_or_default();
    let named = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    text.ends_with(')') && text.contains('(') && !head.is_empty() && head.chars().all(named)
}

/// True if the text is a label (`demo#1`).
pub fn is_label(text: &str) -> bool {
    text.rsplit_once('#').is_some_and(|(name, number)| {
        !name.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Puts a text in quotes, with escapes, as Python does.
pub fn quote(text: &str) -> String {
    let mark = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut quoted = String::from(mark);
    for c in text.chars() {
        match c {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\\' => quoted.push_str("\\\\"),
            _ if c == mark => quoted.extend(['\\', c]),
            _ if is_unseen(c) && u32::from(c) < 256 => {
                let _ = write!(quoted, "\\x{:02x}", u32::from(c));
            }
            _ if is_unseen(c) => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            _ => quoted.push(c),
        }
    }
    quoted.push(mark);
    quoted
}

/// Takes the quotes and escapes off a text; `None` where it is not in quotes.
pub fn unquote(text: &str) -> Option<String> {
    let mut rest = text.chars();
    let mark = rest.next().filter(|c| "'\"".contains(*c))?;
    let mut found = String::new();
    loop {
        match rest.next()? {
            c if c == mark => return rest.as_str().is_empty().then_some(found),
            '\\' => match rest.next()? {
                'n' => found.push('\n'),
                'r' => found.push('\r'),
                't' => found.push('\t'),
                // A lone surrogate is no character here; it stays as it is written.
                kind @ ('x' | 'u') => {
                    let length = if kind == 'x' { 2 } else { 4 };
                    let digits = rest.as_str().get(..length)?;
                    let code = u32::from_str_radix(digits, 16).ok()?;
                    match char::from_u32(code) {
                        Some(c) => found.push(c),
                        None => {
                            let _ = write!(found, "\\{kind}{digits}");
                        }
                    }
                    rest.nth(length - 1);
                }
                c => found.push(c),
            },
            c => found.push(c),
        }
    }
}

/// True if the recorder writes the text in quotes. `inside`: of a list or a dict.
fn needs_quotes(text: &str, inside: bool) -> bool {
    WORDS.contains(&text)
        || is_number(text)
        || is_repr(text)
        || is_label(text)
        || is_only_text(text, inside)
}

/// True if nothing but a text can be meant, though the recorder writes it in quotes.
fn is_only_text(text: &str, inside: bool) -> bool {
    matches!(text, "" | "True" | "False")
        || text.starts_with(['\'', '"', '[', '{', '(', ' '])
        || text.ends_with(' ')
        || text.starts_with("b'")
        || text.starts_with("b\"")
        || is_number(text) && !is_huge(text)
        || inside && !is_repr(text) && text.contains([',', ':', '[', ']', '{', '}', '(', ')'])
        || text.chars().any(is_unseen)
}

/// Writes a text of a scenario as the recorder would. What may be a word, a label or the repr of an object is left as it is: whoever
/// means the text of that spelling quotes it. `taken`: words that mean something in this scenario alone, such as names of snapshots;
/// `free`: words that cannot mean anything but a text here.
pub fn to_notation(text: &str, inside: bool, taken: &[String], free: &[&str]) -> String {
    if let Some(content) = unquote(text) {
        let odd = needs_quotes(&content, inside) || taken.contains(&content);
        return if odd { quote(&content) } else { content };
    }
    let bytes = text.starts_with("b'") || text.starts_with("b\"");
    if !bytes && is_only_text(text, inside) || free.contains(&text) {
        quote(text)
    } else {
        text.to_owned()
    }
}

/// The text that is written so in this notation.
pub fn from_notation(text: &str) -> std::borrow::Cow<'_, str> {
    unquote(text).map_or(text.into(), Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_what_was() {
        for text in [
            "",
            "it's",
            "\"'",
            "a\\nb",
            "a\nb\t\r",
            "\u{200b}\u{7}ä",
            "\\x41",
        ] {
            assert_eq!(unquote(&quote(text)).as_deref(), Some(text));
        }
        assert_eq!(quote("it's"), "\"it's\"");
        assert_eq!(unquote("'a' b"), None);
        assert_eq!(unquote("a"), None);
        assert_eq!(unquote("'"), None);
    }

    #[test]
    fn authors_write_texts_as_they_are() {
        let to_notation = |text| to_notation(text, false, &["before".to_owned()], &["absent"]);
        for text in [
            "fast",
            "None",
            "demo#1",
            "before",
            "<module 'x'>",
            "KeyError('x')",
            "b'x'",
            "99999999999999999999",
            "<modules>/a.py",
            "a (b)",
        ] {
            assert_eq!(to_notation(text), text);
        }
        for (text, written) in [
            ("1", "'1'"),
            ("3.10", "'3.10'"),
            ("True", "'True'"),
            ("[1, a]", "'[1, a]'"),
            ("", "''"),
            ("a\nb", "'a\\nb'"),
            ("absent", "'absent'"),
            ("'None'", "'None'"),
            ("\"before\"", "'before'"),
            ("'demo#1'", "'demo#1'"),
            ("'fast'", "fast"),
            ("'<modules>'", "<modules>"),
            ("'<fast>'", "'<fast>'"),
        ] {
            assert_eq!(to_notation(text), written);
        }
        assert_eq!(super::to_notation("a, b", true, &[], &[]), "'a, b'");
        assert_eq!(super::to_notation("f(a, b)", true, &[], &[]), "f(a, b)");
    }
}
