//! Python literals in ASCII that mean the same on every version.

use std::fmt::Write;

/// A text literal: `"…"`, with a `u` before it where the text needs one on Python 2.
pub fn text(value: &str) -> String {
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

/// An expression for the text as that Python's `os` takes it: bytes on 2, text on 3, UTF-8 in any case.
pub fn native(value: &str) -> String {
    if value.is_ascii() {
        return text(value);
    }
    let bytes = bytes(value);
    format!("({bytes} if str is bytes else {bytes}.decode(\"utf-8\"))")
}

/// A bytes literal of the text's UTF-8.
pub fn bytes(value: &str) -> String {
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

/// A list of literals.
pub fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        assert_eq!(text("a\"b\\\n\t"), r#""a\"b\\\n\x09""#);
        assert_eq!(text("€😀"), r#"u"\u20ac\U0001f600""#);
        assert_eq!(bytes("é\n"), r#"b"\xc3\xa9\n""#);
        assert_eq!(list([text("a"), text("b")]), r#"["a", "b"]"#);
    }
}
