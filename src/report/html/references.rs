//! Bugs and PEPs that texts name, as links to where they can be read.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::visible;

/// A part of a text, with the address that it leads to, if any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) struct Part {
    pub(in crate::report) text: String,
    pub(in crate::report) address: Option<String>,
}

/// Names of bugs and PEPs, and where these can be read.
const NAMES: [(&str, &str); 3] = [
    ("bpo-", "https://bugs.python.org/issue"),
    ("gh-", "https://github.com/python/cpython/issues/"),
    ("PEP ", "https://peps.python.org/pep-"),
];

/// Splits a text at the bugs and PEPs that it names.
pub(in crate::report) fn link_references(text: &str) -> Vec<Part> {
    static NAMED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b(bpo-|gh-|PEP )([0-9]{1,7})\b").expect("a pattern"));
    let text = visible(text);
    let mut parts = Vec::new();
    let mut add = |text: &str, address: Option<String>| {
        if !text.is_empty() {
            parts.push(Part {
                text: text.to_owned(),
                address,
            });
        }
    };
    let mut end = 0;
    for found in NAMED.captures_iter(&text) {
        let (Some(whole), Some(kind), Some(number)) = (found.get(0), found.get(1), found.get(2))
        else {
            continue;
        };
        add(&text[end..whole.start()], None);
        let mut kinds = NAMES.iter();
        let base = kinds
            .find(|(name, _)| *name == kind.as_str())
            .map(|(_, base)| *base);
        let address = base.map(|base| match kind.as_str() {
            "PEP " => format!("{base}{:0>4}/", number.as_str()),
            _ => format!("{base}{}", number.as_str()),
        });
        add(whole.as_str(), address);
        end = whole.end();
    }
    add(&text[end..], None);
    parts
}

/// A source of a scenario: an address under the name that people give it, or a text with the bugs and PEPs that it names.
pub(in crate::report) fn link_source(source: &str) -> Vec<Part> {
    let is_address = (source.starts_with("https://") || source.starts_with("http://"))
        && !source.contains(|c: char| c.is_whitespace() || c.is_control());
    if !is_address {
        return link_references(source);
    }
    let source = visible(source);
    vec![Part {
        text: name_address(&source),
        address: Some(source),
    }]
}

/// `bpo-46953` for the address of this bug; other addresses without their scheme.
fn name_address(address: &str) -> String {
    for (name, base) in NAMES {
        let number = address
            .strip_prefix(base)
            .map(|rest| rest.trim_end_matches('/'));
        let is_number =
            |number: &&str| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        if let Some(number) = number.filter(is_number) {
            let number = if name == "PEP " {
                number.trim_start_matches('0')
            } else {
                number
            };
            return format!("{name}{number}");
        }
    }
    let (_, rest) = address.split_once("://").unwrap_or(("", address));
    rest.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(parts: Vec<Part>) -> Vec<(String, Option<String>)> {
        parts
            .into_iter()
            .map(|part| (part.text, part.address))
            .collect()
    }

    #[test]
    fn bugs_and_peps_are_links() {
        let link = |text: &str, address: &str| (text.to_owned(), Some(address.to_owned()));
        let plain = |text: &str| (text.to_owned(), None);
        assert_eq!(
            described(link_references("bpo-2377, gh-1; PEP 810 (xbpo-1)")),
            [
                link("bpo-2377", "https://bugs.python.org/issue2377"),
                plain(", "),
                link("gh-1", "https://github.com/python/cpython/issues/1"),
                plain("; "),
                link("PEP 810", "https://peps.python.org/pep-0810/"),
                plain(" (xbpo-1)"),
            ]
        );
        for (source, name) in [
            ("https://bugs.python.org/issue2377", "bpo-2377"),
            ("https://github.com/python/cpython/issues/1", "gh-1"),
            ("https://peps.python.org/pep-0810/", "PEP 810"),
            (
                "https://peps.python.org/pep-0810/#x",
                "peps.python.org/pep-0810/#x",
            ),
            ("https://example.org/a/", "example.org/a"),
        ] {
            assert_eq!(described(link_source(source)), [link(name, source)]);
        }
        for source in ["javascript:alert(1)", "https://x y", "CPython Lib/x.py: f"] {
            assert_eq!(described(link_source(source)), [plain(source)]);
        }
    }
}
