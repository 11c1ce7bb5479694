//! From a path in a document to its place in the text.
//!
//! `serde_yaml` keeps no places in its values, but its errors carry them. So the text is read once more, and every node is asked
//! twice: first by a [`Probe`], which fails before it reads anything, so that the error says where the node begins, and then by a
//! [`NodeReader`], which reads it. An alias (`*a`) is gone after the first of them, and the place is that of its anchor (`&a`), whose
//! spans it gets.

#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::rc::Rc;
use std::sync::Once;

use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use super::lines::LineIndex;

/// One step down in a document. Entries of a map are counted, because keys may repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Segment {
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

/// The spans of all nodes of a document.
#[derive(Debug)]
pub(crate) struct SpanIndex {
    root: Rc<NodeSpan>,
}

#[derive(Debug)]
struct NodeSpan {
    span: Span,
    below: Below,
}

#[derive(Debug)]
enum Below {
    Nothing,
    Items(Vec<Rc<NodeSpan>>),
    Entries(Vec<(Rc<NodeSpan>, Rc<NodeSpan>)>),
}

impl SpanIndex {
    /// Reads the spans of the one document of a text. Where the text is no YAML, everything is at its beginning.
    pub(crate) fn read(text: &str, lines: &LineIndex) -> Self {
        let spans = SpanReader {
            text,
            lines,
            anchored: RefCell::default(),
            nodes_left: Cell::new(2 * text.len() + 2),
        };
        let offset = document_offset(text, lines, serde_yaml::Deserializer::from_str(text));
        let reader = NodeReader {
            spans: &spans,
            offset,
        };
        let read = || reader.deserialize(serde_yaml::Deserializer::from_str(text));
        let root = catch_panic(read).and_then(Result::ok);
        Self {
            root: root.unwrap_or_else(|| spans.leaf(offset, Scalar::None)),
        }
    }

    /// Finds the node at the end of a path. A path that leads further than the text (a value that the matrix put in) ends at the
    /// last node that the text has.
    pub(crate) fn find(&self, path: &[Segment]) -> Span {
        let mut node = &self.root;
        for segment in path {
            let below = match (*segment, &node.below) {
                (Segment::Item(index), Below::Items(items)) => items.get(index),
                (Segment::Key(index), Below::Entries(entries)) => {
                    entries.get(index).map(|it| &it.0)
                }
                (Segment::Value(index), Below::Entries(entries)) => {
                    entries.get(index).map(|it| &it.1)
                }
                _ => None,
            };
            let Some(below) = below else { break };
            node = below;
        }
        node.span
    }
}

thread_local! {
    /// True while a panic of this thread is caught, and no news.
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Calls a function, and returns nothing where it panics. yaml_serde panics where an access is used again behind a tag in error
/// ("unexpected end of mapping"): then only the places of complaints are lost, not the complaints.
fn catch_panic<T>(function: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_CAUGHT.get() {
                previous(info);
            }
        }));
    });
    IS_CAUGHT.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(function));
    IS_CAUGHT.set(false);
    result.ok()
}

/// The byte offset at which the content of a document begins.
pub(super) fn document_offset(
    text: &str,
    lines: &LineIndex,
    document: serde_yaml::Deserializer<'_>,
) -> usize {
    let probed = document.deserialize_str(Probe).err();
    let location = probed.and_then(|error| error.location());
    location.map_or(0, |found| lines.offset(text, found.line(), found.column()))
}

/// The message of errors that tell no more than a place.
const PROBED: &str = "here";

/// Fails at a node before it reads it.
struct Probe;

impl<'de> DeserializeSeed<'de> for Probe {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        // The one method that looks at the next event without taking it.
        deserializer.deserialize_enum("", &[], self)
    }
}

impl<'de> Visitor<'de> for Probe {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing: this is the place")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(de::Error::custom(PROBED))
    }
}

/// The reader of all nodes of one text.
struct SpanReader<'t> {
    text: &'t str,
    lines: &'t LineIndex,
    /// The nodes that aliases may stand for, by the offset of their anchor or of the tag before it.
    anchored: RefCell<HashMap<usize, Rc<NodeSpan>>>,
    /// How many more nodes the text may have. A tag on a key that is in error is met again and again.
    nodes_left: Cell<usize>,
}

/// The knowledge of a scalar by which its length is found.
#[derive(Clone, Copy)]
enum Scalar<'s> {
    /// There is none.
    None,
    /// Its text without quotes.
    Text(&'s str),
    /// A number, `true`, `false` or `null`.
    Word,
}

impl SpanReader<'_> {
    /// The offset that an error tells; nothing at a tag.
    fn offset_in(&self, error: &impl fmt::Display) -> Option<usize> {
        let message = error.to_string();
        if message == PROBED {
            return None;
        }
        let location = message.rsplit_once(" at line ");
        let Some((line, column)) = location.and_then(|(_, place)| place.split_once(" column "))
        else {
            // The very beginning is not mentioned, the path to the node is.
            return Some(0);
        };
        let (line, column) = (line.parse().ok()?, column.parse().ok()?);
        Some(self.lines.offset(self.text, line, column))
    }

    fn leaf(&self, offset: usize, scalar: Scalar<'_>) -> Rc<NodeSpan> {
        self.node(offset, scalar, Below::Nothing)
    }

    fn node(&self, offset: usize, scalar: Scalar<'_>, below: Below) -> Rc<NodeSpan> {
        let rest = &self.text[offset..];
        let length = scalar_length(rest, scalar);
        let node = Rc::new(NodeSpan {
            span: Span { offset, length },
            below,
        });
        if rest.starts_with(['&', '!']) {
            // A map begins where its first key does, which was read before it.
            let mut anchored = self.anchored.borrow_mut();
            anchored.entry(offset).or_insert_with(|| node.clone());
        }
        node
    }

    /// Reads the next node. `access` gives it to a seed, and to the next seed again where the
    /// first took nothing of it.
    fn read_next<A, E: de::Error>(
        &self,
        access: &mut A,
        probe: impl FnOnce(&mut A) -> Result<Option<()>, E>,
        read: impl FnOnce(&mut A, NodeReader<'_>) -> Result<Option<Rc<NodeSpan>>, E>,
    ) -> Option<Rc<NodeSpan>> {
        self.nodes_left.set(self.nodes_left.get().checked_sub(1)?);
        let offset = match probe(access) {
            Ok(_) => return None,
            Err(error) => self.offset_in(&error),
        };
        let anchored = offset.and_then(|offset| self.anchored.borrow().get(&offset).cloned());
        if anchored.is_some() {
            return anchored;
        }
        let reader = NodeReader {
            spans: self,
            offset: offset.unwrap_or(0),
        };
        match read(access, reader) {
            Ok(node) => node,
            // Only what has a tag fails, when all of it was read.
            Err(error) => {
                let offset = self.offset_in(&error).unwrap_or(0);
                Some(self.leaf(offset, Scalar::None))
            }
        }
    }
}

/// Reads a node and all below it.
struct NodeReader<'r> {
    spans: &'r SpanReader<'r>,
    offset: usize,
}

impl<'de> DeserializeSeed<'de> for NodeReader<'_> {
    type Value = Rc<NodeSpan>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Visits everything that is written as one word.
macro_rules! visit_words {
    ($($visit:ident($type:ty)),*) => {
        $(fn $visit<E>(self, _: $type) -> Result<Self::Value, E> {
            Ok(self.spans.leaf(self.offset, Scalar::Word))
        })*
    };
}

impl<'de> Visitor<'de> for NodeReader<'_> {
    type Value = Rc<NodeSpan>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    visit_words! {
        visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_i128(i128), visit_u128(u128), visit_f64(f64)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(self.spans.leaf(self.offset, Scalar::Word))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.spans.leaf(self.offset, Scalar::Text(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = self.spans.read_next(
            &mut list,
            |list| list.next_element_seed(Probe),
            |list, reader| list.next_element_seed(reader),
        ) {
            items.push(item);
        }
        let below = Below::Items(items);
        Ok(self.spans.node(self.offset, Scalar::None, below))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = self.spans.read_next(
            &mut map,
            |map| map.next_key_seed(Probe),
            |map, reader| map.next_key_seed(reader),
        ) {
            let value = self.spans.read_next(
                &mut map,
                |map| map.next_value_seed(Probe).map(Some),
                |map, reader| map.next_value_seed(reader).map(Some),
            );
            let Some(value) = value else { break };
            entries.push((key, value));
        }
        let below = Below::Entries(entries);
        Ok(self.spans.node(self.offset, Scalar::None, below))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Self::Value, A::Error> {
        let (_tag, content): (String, _) = tagged.variant()?;
        content.newtype_variant::<IgnoredAny>()?;
        // Nothing else tells where it begins.
        Err(de::Error::custom(PROBED))
    }
}

/// The most bytes of a line that are looked at for the end of a node: many may stand on one line.
const MAX_LENGTH: usize = 1_000;

/// The first line of a text, or the start of one that is long.
fn first_line(text: &str) -> &str {
    let mut end = text.len().min(MAX_LENGTH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let start = &text[..end];
    start.split(['\n', '\r']).next().unwrap_or_default()
}

/// How much of `rest` to underline: a scalar with its quotes, or else the first word.
fn scalar_length(rest: &str, scalar: Scalar<'_>) -> usize {
    let line = first_line(rest);
    let word = || line.find([' ', ':', ',']).unwrap_or(line.len());
    let text = match scalar {
        Scalar::None => return word(),
        Scalar::Word => {
            let in_word = |c: char| c.is_ascii_alphanumeric() || "+-._~".contains(c);
            return line.find(|c| !in_word(c)).unwrap_or(line.len());
        }
        Scalar::Text(text) => text,
    };
    if let Some(quote @ ('"' | '\'')) = line.chars().next() {
        return line[1..].find(quote).map_or(line.len(), |end| end + 2);
    }
    if !text.is_empty() && line.starts_with(text) {
        return text.len();
    }
    match line.find(" #") {
        _ if line.starts_with(['|', '>', '&', '*']) => word(),
        Some(comment) => comment,
        None => line.trim_end().len(),
    }
}
