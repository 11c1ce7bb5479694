//! Python literals in ASCII that mean the same on every version.

use std::fmt::Write;

/// Writes a text literal: `"…"`, with a `u` before it where the text needs one on Python 2.
pub(crate) fn text_literal(value: &str) -> String {
    let prefix = if value.is_ascii() { "" } else { "u" };
    quote(prefix, value.chars(), 0x7f)
}

/// Writes a bytes literal of the text's UTF-8.
pub(crate) fn bytes_literal(value: &str) -> String {
    quote("b", value.bytes().map(char::from), 0xff)
}

/// Quotes characters; those up to a code may be written with two digits.
fn quote(prefix: &str, characters: impl Iterator<Item = char>, most_in_two: u32) -> String {
    let mut out = format!("{prefix}\"");
    for character in characters {
        let code = u32::from(character);
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            ' '..='~' => out.push(character),
            _ if code <= most_in_two => _ = write!(out, "\\x{code:02x}"),
            _ if code > 0xffff => _ = write!(out, "\\U{code:08x}"),
            _ => _ = write!(out, "\\u{code:04x}"),
        }
    }
    out.push('"');
    out
}

/// Writes a list of literals.
pub(crate) fn list_literal(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        assert_eq!(text_literal("a\"b\\\n\t"), r#""a\"b\\\n\x09""#);
        assert_eq!(text_literal("€😀"), r#"u"\u20ac\U0001f600""#);
        assert_eq!(bytes_literal("é\n"), r#"b"\xc3\xa9\n""#);
        assert_eq!(
            list_literal([text_literal("a"), text_literal("b")]),
            r#"["a", "b"]"#
        );
    }
}
