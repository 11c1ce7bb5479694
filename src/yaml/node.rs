//! A YAML document as a tree that keeps what `serde_yaml::Value` drops: repeated keys, so that each can be pointed at.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};

use super::lines::LineIndex;
use super::span::second_document_offset;

/// The most values in a document. The largest scenario that was seen has two hundred.
const MAX_VALUES: usize = 50_000;
/// The most bytes in all its texts.
const MAX_TEXT: usize = 8 << 20;
/// The most entries of one list or map.
const MAX_ENTRIES: usize = 2_000;
/// The most lists and maps in each other.
const MAX_DEPTH: usize = 64;
/// The most brackets that are open at once, those in texts included. For each token libyaml looks at all of them.
const MAX_OPEN_BRACKETS: usize = 256;

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

    /// How many values the tree has.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.iter().map(Self::count).sum::<usize>(),
            Self::Map(entries) => {
                let entries = entries.iter();
                1 + entries
                    .map(|(key, value)| key.count() + value.count())
                    .sum::<usize>()
            }
            _ => 1,
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
    /// True if it is YAML, and too much of it.
    pub(crate) is_excess: bool,
}

/// Parses the one document of a file. An empty file is `Null`.
pub(crate) fn parse_document(text: &str) -> Result<Node, SyntaxError> {
    if let Some((offset, found)) = text.char_indices().find(|(_, c)| !is_allowed(*c)) {
        // The parser knows only a byte offset here, and does not tell it.
        let message = format!(
            "the character U+{:04X} may not stand in YAML",
            u32::from(found)
        );
        return Err(SyntaxError {
            offset,
            message,
            is_excess: false,
        });
    }
    if let Some(offset) = find_excess_bracket(text) {
        return Err(SyntaxError {
            offset,
            message: format!("more than {MAX_OPEN_BRACKETS} brackets are open here"),
            is_excess: true,
        });
    }
    let mut documents = serde_yaml::Deserializer::from_str(text);
    let Some(first) = documents.next() else {
        return Ok(Node::Null);
    };
    let budget = Budget::default();
    let node = NodeSeed(&budget).deserialize(first).map_err(|error| {
        let error = SyntaxError::new(text, &error);
        match budget.excess.take() {
            Some(message) => SyntaxError {
                message,
                is_excess: true,
                ..error
            },
            None => error,
        }
    })?;
    match documents.next() {
        None => Ok(node),
        Some(_) => Err(SyntaxError {
            offset: second_document_offset(text),
            message: "a second YAML document; one file is one scenario".to_owned(),
            is_excess: false,
        }),
    }
}

/// The offset of the first bracket that is too deep in others. Counted before the parser looks at them.
fn find_excess_bracket(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    let mut bytes = text.bytes();
    bytes.position(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > MAX_OPEN_BRACKETS
    })
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
            return Self {
                offset: 0,
                message,
                is_excess: false,
            };
        };
        let (line, column) = (location.line(), location.column());
        Self {
            offset: LineIndex::new(text).offset(text, line, column),
            message: message.replacen(&format!(" at line {line} column {column}"), "", 1),
            is_excess: false,
        }
    }
}

/// Counts what a document has, and stops where it is too much. Aliases count as what they stand for: a few of them may stand for more
/// than a machine holds.
#[derive(Debug, Default)]
struct Budget {
    values: Cell<usize>,
    bytes: Cell<usize>,
    depth: Cell<usize>,
    /// The complaint about the first limit that was passed.
    excess: RefCell<Option<String>>,
}

impl Budget {
    /// Adds to a counter.
    ///
    /// # Errors
    /// When it has more than it may.
    fn spend<E: de::Error>(
        &self,
        counter: &Cell<usize>,
        count: usize,
        max: usize,
        what: &str,
    ) -> Result<(), E> {
        counter.set(counter.get() + count);
        self.limit(counter.get(), max, what)
    }

    fn limit<E: de::Error>(&self, count: usize, max: usize, what: &str) -> Result<(), E> {
        if count <= max {
            return Ok(());
        }
        self.excess.replace(Some(format!("more than {max} {what}")));
        Err(E::custom(what))
    }

    /// Counts a value and the bytes of its text.
    fn value<E: de::Error>(&self, bytes: usize) -> Result<(), E> {
        self.spend(&self.values, 1, MAX_VALUES, "values in a file")?;
        let what = "bytes of text in a file, aliases counted as what they stand for";
        self.spend(&self.bytes, bytes, MAX_TEXT, what)
    }

    /// Reads what is below a list or a map.
    fn below<T, E: de::Error>(&self, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.spend(&self.depth, 1, MAX_DEPTH, "lists and maps in each other")?;
        let read = read();
        self.depth.set(self.depth.get() - 1);
        read
    }

    /// Collects the entries of a list or a map.
    fn collect<T, E: de::Error>(
        &self,
        mut next: impl FnMut() -> Result<Option<T>, E>,
    ) -> Result<Vec<T>, E> {
        let mut entries = Vec::new();
        while let Some(entry) = next()? {
            entries.push(entry);
            self.limit(entries.len(), MAX_ENTRIES, "entries in one list or map")?;
        }
        Ok(entries)
    }
}

/// Reads a value within a budget.
#[derive(Clone, Copy)]
struct NodeSeed<'b>(&'b Budget);

impl<'de> DeserializeSeed<'de> for NodeSeed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        self.0.value(0)?;
        Ok(Node::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        self.0.value(0)?;
        Ok(Node::Int(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        self.0.value(0)?;
        Ok(i64::try_from(value).map_or_else(|_| Node::Text(value.to_string()), Node::Int))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Node, E> {
        self.0.value(0)?;
        Ok(Node::Text(value.to_string()))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Node, E> {
        self.0.value(0)?;
        Ok(Node::Text(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        self.0.value(0)?;
        Ok(if value.is_finite() {
            Node::Float(value)
        } else {
            // Python's own words: `inf`, `-inf`, `nan`.
            Node::Text(value.to_string().to_lowercase())
        })
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Node, E> {
        self.0.value(text.len())?;
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        self.0.value(0)?;
        Ok(Node::Null)
    }

    /// An empty document.
    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let budget = self.0;
        budget.value(0)?;
        let read = || budget.collect(|| list.next_element_seed(self));
        budget.below(read).map(Node::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let budget = self.0;
        budget.value(0)?;
        let read = || budget.collect(|| map.next_entry_seed(self, self));
        budget.below(read).map(Node::Map)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Node, A::Error> {
        let (_tag, content): (String, _) = tagged.variant()?;
        de::VariantAccess::newtype_variant::<de::IgnoredAny>(content)?;
        Ok(Node::Tagged)
    }
}
