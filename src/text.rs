//! Foreign text made fit to be shown.

mod nearest;

pub use nearest::{did_you_mean, did_you_mean_file, nearest};

use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

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
        _ if is_steering(c) => '\u{fffd}',
        _ => c,
    };
    text.chars().map(show).collect()
}

/// Returns foreign text that is safe to show: control characters are left out, ends are trimmed.
pub fn printable(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !is_steering(*c)).collect();
    kept.trim().to_owned()
}

/// JSON in which what no terminal should see is escaped; it says the same.
pub fn visible_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_steering(c) && c != '\n' {
            let _ = write!(out, "\\u{:04x}", c as u32);
        } else {
            out.push(c);
        }
    }
    out
}

/// True if a character may steer a terminal, or reorder what stands around it.
pub fn is_steering(c: char) -> bool {
    // Marks and overrides of direction reorder what stands around them; separators break lines in some places only.
    let is_mark = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    is_mark || c.is_control()
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

/// Columns of a terminal that the text takes: two for characters of East Asia and emoji, none for marks that join others.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The text in so many columns of a terminal; one that is cut ends in `…`, and never within what is seen as one character.
pub fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return text.into();
    }
    let mut kept = String::new();
    for part in text.graphemes(true) {
        // Width is not a sum: some characters take less beside others.
        if width(&kept) + width(part) + 1 > columns {
            break;
        }
        kept.push_str(part);
    }
    kept.push('…');
    kept.into()
}

/// The text with blanks behind it, up to so many columns.
pub fn padded(text: &str, columns: usize) -> String {
    let gap = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(gap))
}

/// The text in ASCII. Signs that modswap itself draws become one character each, so that tables stay in line; all else is escaped.
pub fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0'..='\x7f' => out.push(c),
            '─' | '–' | '—' | '−' => out.push('-'),
            '│' => out.push('|'),
            '·' => out.push('.'),
            '×' => out.push('x'),
            '→' | '›' | '▸' => out.push('>'),
            '≠' => out.push('#'),
            '…' => out.push('~'),
            '└' | '╰' | '├' | '╭' | '┬' => out.push('+'),
            '≤' => out.push_str("<="),
            '\u{2060}' => {}
            '\u{fffd}' => out.push('?'),
            '“' | '”' => out.push('"'),
            '‘' | '’' => out.push('\''),
            c => out.extend(c.escape_unicode()),
        }
    }
    out
}

/// The word as a shell takes it. What a terminal would obey is written in the way of `$'…'`, so that it can be shown and copied.
pub fn shell_word(text: &str) -> String {
    if text.contains(is_steering) {
        let mut out = String::from("$'");
        for c in text.chars() {
            match c {
                '\\' | '\'' => out.extend(['\\', c]),
                _ if is_steering(c) => {
                    let mut bytes = [0; 4];
                    for byte in c.encode_utf8(&mut bytes).bytes() {
                        let _ = write!(out, "\\x{byte:02x}");
                    }
                }
                _ => out.push(c),
            }
        }
        out.push('\'');
        return out;
    }
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), Cow::into_owned)
}

/// A number of bytes, in the largest unit that it is a multiple of: `16 MiB`, `1 byte`.
pub fn bytes(count: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let unit = units
        .into_iter()
        .find(|(_, shift)| count >> shift > 0 && count.trailing_zeros() >= *shift);
    match unit {
        Some((unit, shift)) => format!("{} {unit}", count >> shift),
        None => format!("{count} byte{}", if count == 1 { "" } else { "s" }),
    }
}

/// A number and the noun it counts: `1 row`, `2 rows`.
pub fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Things as one text, with a separator between them: `3.6, 3.7`.
pub fn joined(things: impl IntoIterator<Item = impl ToString>, separator: &str) -> String {
    let texts = things.into_iter().map(|thing| thing.to_string());
    texts.collect::<Vec<_>>().join(separator)
}

/// How many of several are left when the first `max` are shown: `and 3 more`, `and 3 more rows`.
pub fn and_more(count: usize, max: usize, noun: &str) -> Option<String> {
    match count.saturating_sub(max) {
        0 => None,
        more if noun.is_empty() => Some(format!("and {more} more")),
        more => Some(format!("and {}", plural(more, &format!("more {noun}")))),
    }
}

/// The first few of several, and how many more there are: `a, b and 3 more`.
pub fn first_few(words: &[impl AsRef<str>], max: usize) -> String {
    let shown: Vec<&str> = words.iter().take(max).map(AsRef::as_ref).collect();
    let more = and_more(words.len(), max, "");
    let more = more.map_or_else(String::new, |more| format!(" {more}"));
    format!("{}{more}", shown.join(", "))
}

/// The first few of several as a shell takes them, and how many more there are: `a, 'b[c=d]' and 3 more`.
pub fn listing(words: &[impl AsRef<str>], max: usize) -> String {
    let words = words.iter().map(|word| shell_word(word.as_ref()));
    first_few(&words.collect::<Vec<_>>(), max)
}

/// Prose in lines of at most so many columns, where its words allow it; paragraphs stay apart.
pub fn wrapped(text: &str, width: usize) -> String {
    let paragraph = |text: &str| {
        let mut lines = vec![String::new()];
        for word in text.split_whitespace() {
            let Some(line) = lines.last_mut() else {
                continue;
            };
            if line.is_empty() {
                line.push_str(word);
            } else if self::width(line) + 1 + self::width(word) <= width {
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
    fn what_is_wide_is_cut_where_it_is_seen() {
        assert_eq!(fit("abc", 3), "abc");
        assert_eq!(fit("abcd", 3), "ab…");
        assert_eq!(fit("日本語", 6), "日本語");
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(fit("日本語", 4), "日…", "half a character is none");
        assert_eq!(fit("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        let family = "👩\u{200d}👩\u{200d}👧";
        assert_eq!(fit(&format!("{family}abc"), 4), format!("{family}a…"));
        assert_eq!(width(&padded("日本", 6)), 6);
        for text in ["日本語 ", family, "e\u{301}", "abc def"] {
            for columns in 1..8 {
                let long = text.repeat(3);
                assert!(
                    width(&fit(&long, columns)) <= columns,
                    "{text} in {columns}"
                );
            }
        }
    }

    #[test]
    fn signs_keep_their_width_in_ascii() {
        let signs = "─–—│·×→›≠…└“”‘’";
        assert_eq!(ascii(signs), "---|.x>>#~+\"\"''");
        assert_eq!(width(signs), ascii(signs).len());
        assert_eq!(ascii("≤3.6"), "<=3.6");
        assert_eq!(ascii("naïve 日"), r"na\u{ef}ve \u{65e5}");
    }

    #[test]
    fn words_can_be_copied_into_a_shell() {
        assert_eq!(shell_word("swap/exit"), "swap/exit");
        assert_eq!(shell_word("swap/exit[via=c_api]"), "'swap/exit[via=c_api]'");
        assert_eq!(shell_word("it's"), "\"it's\"");
        assert_eq!(
            shell_word("a\x1b[31m\n'\\\u{9b}"),
            "$'a\\x1b[31m\\x0a\\'\\\\\\xc2\\x9b'"
        );
        assert_eq!(listing(&["a", "b[c=d]", "e"], 2), "a, 'b[c=d]' and 1 more");
        assert_eq!(and_more(5, 2, "row").as_deref(), Some("and 3 more rows"));
        assert_eq!(and_more(2, 2, "row"), None);
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
