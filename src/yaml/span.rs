//! From a path in a document to its place in the text.
//!
//! `serde_yaml` keeps no places in its values, so the text is read once more, by a parser that tells the place of each event. The two do
//! not quite agree on what is YAML: where this one stops, a path ends at the last node that it saw.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

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
    /// In the order in which they begin, so that the root is the first; never empty.
    nodes: Vec<NodeSpan>,
}

#[derive(Debug)]
struct NodeSpan {
    span: Span,
    below: Below,
}

/// The nodes below a node, by their numbers in the index. An alias (`*a`) is the node that it stands for.
#[derive(Debug)]
enum Below {
    Nothing,
    Items(Vec<usize>),
    /// Keys and values in turn.
    Entries(Vec<usize>),
}

impl SpanIndex {
    /// Reads the spans of the first document of a text. Where it has none, everything is at its beginning.
    pub(crate) fn read(text: &str) -> Self {
        let mut nodes: Vec<NodeSpan> = Vec::new();
        let mut anchored = HashMap::new();
        let mut open = Vec::new();
        for (event, place) in read_events(text) {
            match event {
                Event::DocumentEnd => break,
                Event::SequenceEnd | Event::MappingEnd => {
                    let ended = open.pop().map(|number: usize| &mut nodes[number].span);
                    // Nothing ends what has no brackets.
                    if let Some(span) = ended.filter(|_| !place.is_empty()) {
                        *span = underline(text, span.offset..place.end);
                    }
                }
                _ if event.is_node() => {
                    let target = event.alias_id().and_then(|anchor| anchored.get(&anchor));
                    let number = target.copied().unwrap_or(nodes.len());
                    if let Some(&parent) = open.last() {
                        nodes[parent].below.push(number);
                    }
                    if target.is_some() {
                        continue;
                    }
                    let below = match event {
                        Event::SequenceStart(..) => Below::Items(Vec::new()),
                        Event::MappingStart(..) => Below::Entries(Vec::new()),
                        _ => Below::Nothing,
                    };
                    let span = match below {
                        Below::Nothing => underline(text, place),
                        _ => underline_word(text, place.start),
                    };
                    anchored.extend(event.anchor_id().map(|anchor| (anchor, number)));
                    if !matches!(below, Below::Nothing) {
                        open.push(number);
                    }
                    nodes.push(NodeSpan { span, below });
                }
                _ => {}
            }
        }
        if nodes.is_empty() {
            nodes.push(NodeSpan {
                span: underline_word(text, 0),
                below: Below::Nothing,
            });
        }
        Self { nodes }
    }

    /// Finds the node at the end of a path. A path that leads further than the text (a value that the matrix put in) ends at the
    /// last node that the text has.
    pub(crate) fn find(&self, path: &[Segment]) -> Span {
        let mut node = &self.nodes[0];
        for segment in path {
            let below = match (*segment, &node.below) {
                (Segment::Item(index), Below::Items(items)) => items.get(index),
                (Segment::Key(index), Below::Entries(entries)) => entries.get(2 * index),
                (Segment::Value(index), Below::Entries(entries)) => entries.get(2 * index + 1),
                _ => None,
            };
            let Some(&below) = below else { break };
            node = &self.nodes[below];
        }
        node.span
    }
}

impl Below {
    fn push(&mut self, number: usize) {
        if let Self::Items(below) | Self::Entries(below) = self {
            below.push(number);
        }
    }
}

/// The byte offset at which the content of the second document of a text begins.
pub(super) fn second_document_offset(text: &str) -> usize {
    let mut events = read_events(text);
    let is_start = |(event, _): &(Event<'_>, _)| matches!(event, Event::DocumentStart(..));
    let start = events.by_ref().filter(is_start).nth(1);
    events.next().or(start).map_or(0, |(_, place)| place.start)
}

/// Reads the events of a text, each with its place in bytes, up to the first that is no YAML.
fn read_events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    let mut before = 0;
    let events = Parser::new_from_str(text).map_while(Result::ok);
    events.map(move |(event, span)| {
        let mut place = span.byte_range().unwrap_or_default();
        // Some places are those of what comes behind the first character of the node.
        let signs: &[char] = match event {
            Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) => &['|', '>'],
            Event::SequenceStart(StructureStyle::Block, ..)
                if text.as_bytes().get(place.start) != Some(&b'-') =>
            {
                &['-']
            }
            _ => &[],
        };
        let gap = text.get(before..place.start).unwrap_or_default();
        let sign = gap.rfind(signs).map(|sign| before + sign);
        // A complaint about a tag of its own stands there.
        let own_tag = event.tag().filter(|tag| tag.is_custom());
        let tag = own_tag.and_then(|_| span.tag_start()?.byte_offset());
        before = place.end;
        place.start = tag.or(sign).unwrap_or(place.start);
        (event, place)
    })
}

/// Underlines a stretch of text, to the end of its first line.
fn underline(text: &str, place: Range<usize>) -> Span {
    let offset = place.start;
    let line = first_line(text.get(place).unwrap_or_default());
    let length = line.trim_end().len();
    Span { offset, length }
}

/// Underlines the first word from an offset on.
fn underline_word(text: &str, offset: usize) -> Span {
    let line = first_line(text.get(offset..).unwrap_or_default());
    let length = line.find([' ', ':', ',']).unwrap_or(line.len());
    Span { offset, length }
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
