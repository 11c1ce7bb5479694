//! From a path in a document to its place in the text.
//!
//! `serde_yaml` keeps no places in its values, but its errors carry them. So a path is found by reading the text once
//! more with a seed that follows it and fails at its end: the error then says where that is.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// One step down in a document. Entries of a map are counted, because keys may repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hop {
    /// An item of a list.
    Item(usize),
    /// The key of an entry.
    Key(usize),
    /// The value of an entry.
    Value(usize),
}

/// A stretch of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    /// Byte offset of its first character.
    pub(crate) offset: usize,
    /// Length in bytes; never more than the rest of the line.
    pub(crate) length: usize,
}

/// Where the node at the end of the path stands. A path that leads further than the text (a value that the matrix put
/// in) ends at the last node that the text has.
pub(crate) fn find(text: &str, path: &[Hop]) -> Span {
    let scalar = Cell::new(None);
    let seed = Walk {
        path,
        scalar: &scalar,
    };
    let found = seed.deserialize(serde_yaml::Deserializer::from_str(text));
    let offset = found
        .err()
        .and_then(|error| error.location())
        .map_or(0, |at| offset(text, at.line(), at.column()));
    Span {
        offset,
        length: length(&text[offset..], scalar.take()),
    }
}

/// Where the content of one document of several starts.
pub(crate) fn of_document(text: &str, document: serde_yaml::Deserializer<'_>) -> usize {
    let scalar = Cell::new(None);
    let seed = Walk {
        path: &[],
        scalar: &scalar,
    };
    seed.deserialize(document)
        .err()
        .and_then(|error| error.location())
        .map_or(0, |at| offset(text, at.line(), at.column()))
}

/// Byte offset of a place as libyaml counts: lines end at every Unicode line break, columns are characters.
pub(crate) fn offset(text: &str, line: usize, column: usize) -> usize {
    let mut start = 0;
    let mut rest = text.char_indices().peekable();
    let mut current = 1;
    while current < line {
        let Some((at, c)) = rest.next() else {
            return text.len();
        };
        let end = match c {
            '\r' => rest
                .next_if(|(_, next)| *next == '\n')
                .map_or(at + 1, |(at, _)| at + 1),
            '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => at + c.len_utf8(),
            _ => continue,
        };
        start = end;
        current += 1;
    }
    text[start..]
        .char_indices()
        .nth(column.saturating_sub(1))
        .map_or(text.len(), |(at, _)| start + at)
}

/// How much of `rest` to underline: the scalar with its quotes, or else the first word.
fn length(rest: &str, scalar: Option<String>) -> usize {
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    let word = || line.find([' ', ':', ',']).unwrap_or(line.len());
    let Some(text) = scalar else {
        return word();
    };
    if let Some(quote @ ('"' | '\'')) = line.chars().next() {
        return line[1..].find(quote).map_or(line.len(), |end| end + 2);
    }
    if !text.is_empty() && line.starts_with(&text) {
        return text.len();
    }
    match line.find(" #") {
        _ if line.starts_with(['|', '>', '&', '*']) => word(),
        Some(comment) => comment,
        None => line.trim_end().len(),
    }
}

/// Follows the path and fails at its end; leaves there the text of a scalar as it is written.
struct Walk<'a> {
    path: &'a [Hop],
    scalar: &'a Cell<Option<String>>,
}

impl<'a> Walk<'a> {
    fn below(&self, path: &'a [Hop]) -> Self {
        Self {
            path,
            scalar: self.scalar,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.path.is_empty() {
            // Gives a scalar untouched, and fails on its own on anything else.
            deserializer.deserialize_str(self)
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing: this is the place")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.scalar.set(Some(text.to_owned()));
        Err(E::custom("here"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if let [Hop::Item(index), rest @ ..] = self.path {
            for _ in 0..*index {
                list.next_element::<IgnoredAny>()?;
            }
            list.next_element_seed(self.below(rest))?;
        }
        Err(de::Error::custom("here"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if let [Hop::Key(index) | Hop::Value(index), rest @ ..] = self.path {
            for _ in 0..*index {
                map.next_entry::<IgnoredAny, IgnoredAny>()?;
            }
            if let Hop::Key(_) = self.path[0] {
                map.next_key_seed(self.below(&[]))?;
            } else if map.next_key::<IgnoredAny>()?.is_some() {
                map.next_value_seed(self.below(rest))?;
            }
        }
        Err(de::Error::custom("here"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(text: &'a str, path: &[Hop]) -> &'a str {
        let span = find(text, path);
        &text[span.offset..span.offset + span.length]
    }

    #[test]
    fn paths_lead_to_keys_values_and_items() {
        use Hop::{Item, Key, Value};
        let text = "title: Ünï \"x\"  # why\nsteps:\n  - run: |\n      x = 1\n  - {swap: \"a b\", set: 3.10}\n  - eval:\nsteps: 2\n";
        assert_eq!(found(text, &[Key(0)]), "title");
        assert_eq!(found(text, &[Value(0)]), "Ünï \"x\"");
        assert_eq!(found(text, &[Value(1), Item(0), Key(0)]), "run");
        assert_eq!(found(text, &[Value(1), Item(0), Value(0)]), "|");
        assert_eq!(found(text, &[Value(1), Item(1), Value(0)]), "\"a b\"");
        assert_eq!(found(text, &[Value(1), Item(1), Value(1)]), "3.10");
        assert_eq!(found(text, &[Key(2)]), "steps");
        assert_eq!(find(text, &[Key(2)]).offset, text.len() - 9);
        // Further than the text goes: the last node there is.
        assert_eq!(found(text, &[Value(2), Item(3), Value(0)]), "2");
    }

    #[test]
    fn lines_end_where_libyaml_ends_them() {
        let text = "a\r\nb\u{2028}c\rd\nêe";
        let at = |line, column| &text[offset(text, line, column)..];
        assert_eq!(at(2, 1), "b\u{2028}c\rd\nêe");
        assert_eq!(at(3, 1), "c\rd\nêe");
        assert_eq!(at(4, 1), "d\nêe");
        assert_eq!(at(5, 2), "e");
        assert_eq!(at(9, 1), "");
    }
}
