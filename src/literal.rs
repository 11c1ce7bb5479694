//! Python literals in ASCII that mean the same on every version.

use std::fmt::Write;

/// Writes a text literal: `"…"`, with a `u` before it where the text needs one on Python 2.
pub(crate) fn text_literal(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 3);
    if !value.is_ascii() {
        out.push('u');
    }
    out.push('"');
    for character in value.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            ' '..='~' => out.push(character),
            _ if (character as u32) < 0x80 => _ = write!(out, "\\x{:02x}", character as u32),
            _ if (character as u32) > 0xffff => _ = write!(out, "\\U{:08x}", character as u32),
            _ => _ = write!(out, "\\u{:04x}", character as u32),
        }
    }
    out.push('"');
    out
}

/// Writes a bytes literal of the text's UTF-8.
pub(crate) fn bytes_literal(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 3);
    out.push_str("b\"");
    for byte in value.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', byte as char]),
            b'\n' => out.push_str("\\n"),
            b' '..=b'~' => out.push(byte as char),
            _ => _ = write!(out, "\\x{byte:02x}"),
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
