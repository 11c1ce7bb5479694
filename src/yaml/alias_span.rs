//! The span of one node of a document with anchors, where an alias stands for a node elsewhere.
//!
//! The text is read once more with a seed that follows the path and fails at its end: the error then says where that is.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::lines::LineIndex;
use super::span::{Scalar, Segment, Span, scalar_length};

/// Finds the node at the end of a path by reading the text up to it.
pub(super) fn find_span(text: &str, lines: &LineIndex, path: &[Segment]) -> Span {
    let scalar = Cell::new(None);
    let seed = Walk {
        path,
        scalar: &scalar,
    };
    let found = seed.deserialize(serde_yaml::Deserializer::from_str(text));
    let location = found.err().and_then(|error| error.location());
    let offset = location.map_or(0, |found| lines.offset(text, found.line(), found.column()));
    let scalar = scalar.take();
    let scalar = scalar.as_deref().map_or(Scalar::None, Scalar::Text);
    Span {
        offset,
        length: scalar_length(&text[offset..], scalar),
    }
}

/// Follows the path and fails at its end; leaves there the text of a scalar as it is written.
struct Walk<'a> {
    path: &'a [Segment],
    scalar: &'a Cell<Option<String>>,
}

impl<'a> Walk<'a> {
    fn below(&self, path: &'a [Segment]) -> Self {
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
        if let [Segment::Item(index), rest @ ..] = self.path {
            for _ in 0..*index {
                list.next_element::<IgnoredAny>()?;
            }
            list.next_element_seed(self.below(rest))?;
        }
        Err(de::Error::custom("here"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if let [Segment::Key(index) | Segment::Value(index), rest @ ..] = self.path {
            for _ in 0..*index {
                map.next_entry::<IgnoredAny, IgnoredAny>()?;
            }
            if let Segment::Key(_) = self.path[0] {
                map.next_key_seed(self.below(&[]))?;
            } else if map.next_key::<IgnoredAny>()?.is_some() {
                map.next_value_seed(self.below(rest))?;
            }
        }
        Err(de::Error::custom("here"))
    }
}
