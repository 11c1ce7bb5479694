//! Foreign text in Markdown as GitHub reads it: data, whatever it holds.

use std::fmt::Write;

use crate::text::visible;

/// Text in a line of prose, in a cell of a table or within HTML. Whatever Markdown or HTML would take for its own becomes a
/// character reference, which all of these understand, and which is never structure.
pub(in crate::report) fn prose(text: &str) -> String {
    escaped(&one_line(text), true)
}

/// A name or a value in Markdown: a code span, which GitHub searches for no mentions and references.
pub(in crate::report) fn code(text: &str) -> String {
    let text = one_line(text);
    // The backtick ends the span, the table takes `|` first and with it the backslash before it, a span drops blanks at its ends.
    let simple = !text.contains(['`', '|', '\\'])
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.is_empty();
    if simple {
        format!("`{text}`")
    } else {
        html_code(&text)
    }
}

/// A name or a value within HTML, where Markdown is not read.
pub(in crate::report) fn html_code(text: &str) -> String {
    format!("<code>{}</code>", escaped(&one_line(text), false))
}

/// Text that is Markdown already, as a link. An address that could end the link early is none.
pub(in crate::report) fn link(text: &str, address: Option<&str>) -> String {
    let is_whole = |address: &&str| {
        !address.contains(|c: char| "()<>\"`|\\".contains(c) || c.is_whitespace() || c.is_control())
    };
    address
        .filter(is_whole)
        .map_or_else(|| text.to_owned(), |address| format!("[{text}]({address})"))
}

/// A block of lines as they are.
pub(in crate::report) fn fence(text: &str, language: &str) -> String {
    let text = visible(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end())
}

fn one_line(text: &str) -> String {
    visible(text).replace('\n', " ")
}

/// With `broken`, mentions and addresses are broken by a space of no width: for code nobody would be mentioned.
fn escaped(text: &str, broken: bool) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let word = |c: char| c.is_alphanumeric();
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Between letters it is one, and names are full of it.
            '_' if word(before) && rest.starts_with(word) => out.push('_'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '{' | '}' | '#' | '|' | '~' | '$' | '^' => {
                reference(&mut out, c);
            }
            // `https://` and `www.` are links without any brackets.
            ':' if rest.starts_with("//") => reference(&mut out, c),
            '.' if text[..at].to_ascii_lowercase().ends_with("www") => reference(&mut out, c),
            '@' if broken => out.push_str("@\u{200b}"),
            _ => out.push(c),
        }
        before = c;
    }
    out
}

fn reference(out: &mut String, c: char) {
    let _ = write!(out, "&#{};", u32::from(c));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_read_as_it_is_written() {
        assert_eq!(
            prose("a|b <script> `x` __y__ a_b"),
            "a&#124;b &lt;script&gt; &#96;x&#96; &#95;&#95;y&#95;&#95; a_b"
        );
        assert_eq!(
            prose("[x](https://y)\n# z @me"),
            "&#91;x&#93;(https&#58;//y) &#35; z @\u{200b}me"
        );
        assert_eq!(
            prose("WWW.x &amp; $1$ \u{1b}"),
            "WWW&#46;x &amp;amp; &#36;1&#36; \u{fffd}"
        );
    }

    #[test]
    fn code_is_a_span_where_that_says_the_same() {
        assert_eq!(code("demo#1 <x> @me *"), "`demo#1 <x> @me *`");
        assert_eq!(code("a|`b\\"), "<code>a&#124;&#96;b&#92;</code>");
        assert_eq!(code(" a"), "<code> a</code>");
        assert_eq!(code(""), "<code></code>");
    }

    #[test]
    fn a_fence_is_longer_than_what_is_in_it() {
        assert_eq!(
            fence("a\n````\n</details>", "text"),
            "`````text\na\n````\n</details>\n`````\n"
        );
    }
}
