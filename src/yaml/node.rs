//! A YAML document as a tree that keeps what `serde_yaml::Value` drops: repeated keys, so that each can be pointed at.

use std::fmt;
use std::iter;

use serde::Deserialize;
use serde::de::{self, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};

use super::lines::LineIndex;
use super::span::document_offset;

/// One YAML value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// `null`, `~` or nothing.
    Null,
    /// `true`, `false`
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// A finite float.
    Float(f64),
    /// Text; numbers that fit neither `i64` nor a finite float as well.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in order and with repeated keys.
    Map(Vec<(Node, Node)>),
    /// Something behind a tag of its own (`!name`), which the language has no use for.
    Tagged,
}

impl Node {
    /// The kind of value in the words of messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Tagged => "a YAML tag",
        }
    }

    /// The text of a scalar as Python writes it; `None` for lists, maps and tags.
    pub(crate) fn scalar_text(&self) -> Option<String> {
        match self {
            Self::Null => Some("None".to_owned()),
            Self::Bool(true) => Some("True".to_owned()),
            Self::Bool(false) => Some("False".to_owned()),
            Self::Int(value) => Some(value.to_string()),
            // `{:?}` keeps the `.0` that Python shows too.
            Self::Float(value) => Some(format!("{value:?}")),
            Self::Text(text) => Some(text.clone()),
            Self::List(_) | Self::Map(_) | Self::Tagged => None,
        }
    }

    /// True if any text of the tree, keys included, contains a part.
    pub(crate) fn contains_text(&self, part: &str) -> bool {
        let mut is_found = false;
        self.for_each_text(&mut |text| is_found |= text.contains(part));
        is_found
    }

    /// The texts under this key in any map of the tree.
    pub(crate) fn texts_of_key(&self, key: &str) -> Vec<String> {
        let texts_of = |(name, value): &(Self, Self)| match (name, value) {
            (Self::Text(name), Self::Text(value)) if name == key => vec![value.clone()],
            _ => value.texts_of_key(key),
        };
        match self {
            Self::List(items) => items
                .iter()
                .flat_map(|item| item.texts_of_key(key))
                .collect(),
            Self::Map(entries) => entries.iter().flat_map(texts_of).collect(),
            _ => Vec::new(),
        }
    }

    /// Calls `visit` with every text in the tree, keys included.
    pub(crate) fn for_each_text(&self, visit: &mut dyn FnMut(&str)) {
        match self {
            Self::Text(text) => visit(text),
            Self::List(items) => items.iter().for_each(|item| item.for_each_text(visit)),
            Self::Map(entries) => {
                for (key, value) in entries {
                    key.for_each_text(visit);
                    value.for_each_text(visit);
                }
            }
            _ => {}
        }
    }
}

/// A text that is not one YAML document.
#[derive(Debug)]
pub(crate) struct SyntaxError {
    /// Byte offset in the text.
    pub(crate) offset: usize,
    /// The message of the parser.
    pub(crate) message: String,
}

/// Parses the one document of a file. An empty file is `Null`.
pub(crate) fn parse_document(text: &str) -> Result<Node, SyntaxError> {
    if let Some((offset, found)) = text.char_indices().find(|(_, c)| !is_allowed(*c)) {
        // The parser knows only a byte offset here, and does not tell it.
        let message = format!(
            "the character U+{:04X} may not stand in YAML",
            u32::from(found)
        );
        return Err(SyntaxError { offset, message });
    }
    let mut documents = serde_yaml::Deserializer::from_str(text);
    let Some(first) = documents.next() else {
        return Ok(Node::Null);
    };
    let node = Node::deserialize(first).map_err(|error| SyntaxError::new(text, &error))?;
    match documents.next() {
        None => Ok(node),
        Some(second) => Err(SyntaxError {
            offset: document_offset(text, &LineIndex::new(text), second),
            message: "a second YAML document; one file is one scenario".to_owned(),
        }),
    }
}

/// True if the character is one of YAML 1.1, as libyaml reads it.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}'
        | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
        && c != '\u{feff}'
}

impl SyntaxError {
    /// Takes the message of an error and where it is in the text apart.
    pub(crate) fn new(text: &str, error: &serde_yaml::Error) -> Self {
        let message = error.to_string();
        let Some(location) = error.location() else {
            return Self { offset: 0, message };
        };
        let (line, column) = (location.line(), location.column());
        Self {
            offset: LineIndex::new(text).offset(text, line, column),
            message: message.replacen(&format!(" at line {line} column {column}"), "", 1),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(i64::try_from(value).map_or_else(|_| Node::Text(value.to_string()), Node::Int))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Node, E> {
        Ok(Node::Text(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Node, E> {
        Ok(Node::Text(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(if value.is_finite() {
            Node::Float(value)
        } else {
            // Python's own words: `inf`, `-inf`, `nan`.
            Node::Text(value.to_string().to_lowercase())
        })
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    /// An empty document.
    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let items = iter::from_fn(|| list.next_element().transpose());
        items.collect::<Result<_, _>>().map(Node::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let entries = iter::from_fn(|| map.next_entry().transpose());
        entries.collect::<Result<_, _>>().map(Node::Map)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Node, A::Error> {
        let (_tag, content): (String, _) = tagged.variant()?;
        de::VariantAccess::newtype_variant::<de::IgnoredAny>(content)?;
        Ok(Node::Tagged)
    }
}
