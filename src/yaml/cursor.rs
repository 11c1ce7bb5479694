//! Walking a document with an account of the path that leads to each node.

use std::collections::HashSet;
use std::ops::Deref;

use super::diagnostics::{Diagnostics, printable};
use super::node::Node;
use super::span::Segment;
use super::suggest::{quoted, suggest};

/// A node, the path that leads to it, and where complaints about it go.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    pub(crate) node: &'a Node,
    pub(crate) path: Vec<Segment>,
    pub(crate) diagnostics: &'a Diagnostics<'a>,
}

/// An entry of a map whose key is text.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) name: &'a str,
    pub(crate) key: Cursor<'a>,
    pub(crate) value: Cursor<'a>,
}

/// The entries of a map whose keys are text, each key once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entries<'a>(Vec<Entry<'a>>);

impl<'a> Entries<'a> {
    /// The entry of a key.
    pub(crate) fn get(&self, name: &str) -> Option<&Entry<'a>> {
        self.0.iter().find(|entry| entry.name == name)
    }

    /// The value of a key.
    pub(crate) fn value(&self, name: &str) -> Option<&Cursor<'a>> {
        self.get(name).map(|entry| &entry.value)
    }

    /// True if all keys are known; complains about each that is not. `what` names the map in messages.
    pub(crate) fn are_known(&self, what: &str, known: &[&str]) -> bool {
        self.all_are(|entry| entry.is_known(what, known))
    }

    /// True if all entries are right; each is looked at, whatever the others are.
    pub(crate) fn all_are(&self, is_right: impl FnMut(&Entry<'a>) -> bool) -> bool {
        self.0.iter().map(is_right).fold(true, |all, one| all & one)
    }
}

impl<'a> Deref for Entries<'a> {
    type Target = [Entry<'a>];

    fn deref(&self) -> &[Entry<'a>] {
        &self.0
    }
}

impl<'a> IntoIterator for Entries<'a> {
    type Item = Entry<'a>;
    type IntoIter = std::vec::IntoIter<Entry<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Entry<'_> {
    /// True if the key is known; complains if it is not. `what` names the map in messages.
    pub(crate) fn is_known(&self, what: &str, known: &[&str]) -> bool {
        if known.contains(&self.name) {
            return true;
        }
        let message = format!("unknown key {} in {what}", quoted(self.name));
        self.key.report(message, suggest(self.name, known));
        false
    }
}

/// Sections that are lists of words, where one bare word is a likely slip.
const WORD_LISTS: [&str; 7] = [
    "`parameters`",
    "`flags`",
    "`watch`",
    "`tags`",
    "`refs`",
    "`requires.modules`",
    "`requires.packages`",
];

impl<'a> Cursor<'a> {
    /// A cursor at the whole document.
    pub(crate) fn root(node: &'a Node, diagnostics: &'a Diagnostics<'a>) -> Self {
        Self {
            node,
            path: Vec::new(),
            diagnostics,
        }
    }

    fn below(&self, node: &'a Node, segment: Segment) -> Self {
        let mut path = self.path.clone();
        path.push(segment);
        Self {
            node,
            path,
            diagnostics: self.diagnostics,
        }
    }

    /// Complains about the node; `help` may be empty.
    pub(crate) fn report(&self, message: impl Into<String>, help: impl Into<String>) {
        self.diagnostics.report(&self.path, message, help);
    }

    /// The entries of a map; anything but a map, a key that is not text and a repeated key are complained about.
    pub(crate) fn entries(&self, what: &str) -> Option<Entries<'a>> {
        let Node::Map(entries) = self.node else {
            self.report_kind(what, "a map");
            return None;
        };
        let mut taken = Entries::default();
        let mut names = HashSet::new();
        for (index, (key, value)) in entries.iter().enumerate() {
            let key = self.below(key, Segment::Key(index));
            let Node::Text(name) = key.node else {
                let message = format!("a key of {what} must be text, not {}", key.node.kind());
                key.report(message, "quote it");
                continue;
            };
            if !names.insert(name) {
                let message = format!("the key {} is there twice", quoted(name));
                key.report(message, "keep one of them");
                continue;
            }
            let value = self.below(value, Segment::Value(index));
            taken.0.push(Entry { name, key, value });
        }
        Some(taken)
    }

    /// The key of an entry of a map, whatever kind of value it is.
    pub(crate) fn key_of(&self, index: usize) -> Self {
        match self.node {
            Node::Map(entries) => self.below(&entries[index].0, Segment::Key(index)),
            _ => self.clone(),
        }
    }

    /// The value of an entry of a map.
    pub(crate) fn value_of(&self, index: usize) -> Self {
        match self.node {
            Node::Map(entries) => self.below(&entries[index].1, Segment::Value(index)),
            _ => self.clone(),
        }
    }

    /// The value of a key, if it is a map that has this key.
    pub(crate) fn get(&self, name: &str) -> Option<Self> {
        self.index_of(name).map(|index| self.value_of(index))
    }

    /// The key itself, if it is a map that has this key.
    pub(crate) fn get_key(&self, name: &str) -> Option<Self> {
        self.index_of(name).map(|index| self.key_of(index))
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        let Node::Map(entries) = self.node else {
            return None;
        };
        let is_named = |(key, _): &(Node, Node)| matches!(key, Node::Text(text) if text == name);
        entries.iter().position(is_named)
    }

    /// The nodes directly below: items of a list, values of a map.
    pub(crate) fn children(&self) -> Vec<Self> {
        match self.node {
            Node::List(items) => {
                let items = items.iter().zip((0..).map(Segment::Item));
                items
                    .map(|(item, segment)| self.below(item, segment))
                    .collect()
            }
            Node::Map(entries) => {
                let values = 0..entries.len();
                values.map(|index| self.value_of(index)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The items of a list; anything else is complained about.
    pub(crate) fn items(&self, what: &str) -> Option<Vec<Self>> {
        if let Node::List(_) = self.node {
            return Some(self.children());
        }
        self.report_kind(what, "a list");
        None
    }

    /// Text that says something; anything else is complained about.
    pub(crate) fn text(&self, what: &str) -> Option<&'a str> {
        match self.node {
            Node::Text(text) if !text.trim().is_empty() => return Some(text),
            Node::Text(_) => self.report(format!("{what} is empty"), ""),
            _ => self.report_kind(what, "text"),
        }
        None
    }

    /// Parses the items of a list and returns those that can be parsed; complains about anything but a list.
    pub(crate) fn parse_items<T>(
        &self,
        what: &str,
        parse: impl FnMut(&Self) -> Option<T>,
    ) -> Vec<T> {
        let items = self.items(what).unwrap_or_default();
        items.iter().filter_map(parse).collect()
    }

    /// A list of texts.
    pub(crate) fn texts(&self, what: &str) -> Vec<String> {
        self.parse_items(what, |item| item.text(what).map(str::to_owned))
    }

    /// Complains that the node is of another kind than is expected.
    fn report_kind(&self, what: &str, expected: &str) {
        let message = match self.node {
            Node::Null => format!("{what} is empty; it must be {expected}"),
            node => format!("{what} must be {expected}, not {}", node.kind()),
        };
        let is_scalar = matches!(self.node, Node::Bool(_) | Node::Int(_) | Node::Float(_));
        let help = match self.node {
            Node::Text(text)
                if expected == "a list" && !text.contains('\n') && WORD_LISTS.contains(&what) =>
            {
                format!("write `[{}]`", printable(text))
            }
            _ if expected == "text" && is_scalar => {
                if self.diagnostics.source_of(&self.path).contains("${") {
                    "it is what the matrix says; quote it there".to_owned()
                } else {
                    "quote it".to_owned()
                }
            }
            Node::List(_) | Node::Map(_) if matches!(what, "`eval`" | "`run`") => {
                "Python text that YAML takes for its own must be quoted".to_owned()
            }
            Node::Tagged => {
                "the language has no tags; quote a text that starts with `!`".to_owned()
            }
            _ => String::new(),
        };
        self.report(message, help);
    }
}
