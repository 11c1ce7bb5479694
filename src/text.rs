//! Foreign text made fit to be shown.

use std::borrow::Cow;
use std::path::Path;

/// A path with `/` between its parts on every system: reports and messages about a file are then the same wherever it was
/// read, and Windows takes such a path back.
pub fn path(path: &Path) -> String {
    let text = path.display().to_string();
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text
    }
}

/// The text with control characters shown instead of obeyed; line breaks stay.
pub fn visible(text: &str) -> String {
    let show = |c: char| match c {
        '\n' => c,
        '\t' => ' ',
        // Marks and overrides of direction reorder what stands around them; separators break lines in some places only.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            '\u{fffd}'
        }
        _ if c.is_control() => '\u{fffd}',
        _ => c,
    };
    text.chars().map(show).collect()
}

/// The text with `0x...` for every address, as the recorder has it in values.
pub fn without_addresses(text: &str) -> String {
    let mut parts = text.split("0x");
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        out.push_str("0x");
        out.push_str(if digits > 5 { "..." } else { &part[..digits] });
        out.push_str(&part[digits..]);
    }
    out
}

/// The text, or as many of its characters as there may be, the last of which says that something is missing.
pub fn short(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        None => text.into(),
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}

/// Prose in lines of at most so many characters, where its words allow it; paragraphs stay apart.
pub fn wrapped(text: &str, width: usize) -> String {
    let paragraph = |text: &str| {
        let mut lines = vec![String::new()];
        for word in text.split_whitespace() {
            let Some(line) = lines.last_mut() else {
                continue;
            };
            if line.is_empty() {
                line.push_str(word);
            } else if line.chars().count() + 1 + word.chars().count() <= width {
                line.push(' ');
                line.push_str(word);
            } else {
                lines.push(word.to_owned());
            }
        }
        lines.join("\n")
    };
    text.split("\n\n")
        .map(paragraph)
        .collect::<Vec<_>>()
        .join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_cannot_steer_a_terminal() {
        assert_eq!(
            visible("a\x1b[31mb\r\x07\u{202e}c\nd\te"),
            "a\u{fffd}[31mb\u{fffd}\u{fffd}\u{fffd}c\nd e"
        );
    }

    #[test]
    fn addresses_go_and_numbers_stay() {
        assert_eq!(
            without_addresses("<X at 0x7f3a2b1c> 0xff 0x"),
            "<X at 0x...> 0xff 0x"
        );
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(short("äöü", 3), "äöü");
        assert_eq!(short("äöüß", 3), "äö…");
    }

    #[test]
    fn prose_is_wrapped_at_words() {
        assert_eq!(
            wrapped("one two\nthree\n\nfour", 8),
            "one two\nthree\n\nfour"
        );
        assert_eq!(wrapped("unbreakable word", 4), "unbreakable\nword");
    }
}
