//! `${key}` in the rest of the file: replacing it, and noticing the keys that nothing uses.

use super::matrix::{Matrix, Row};
use crate::yaml::cursor::{At, Log, quoted};
use crate::yaml::node::Node;
use crate::yaml::span::Hop;

impl Matrix {
    /// The tree with every `${key}` replaced. A text that is nothing but `${key}` takes the value's own type.
    pub(super) fn fill(&mut self, at: &At<'_>, row: &Row, log: &mut Log<'_>) -> Node {
        let mut path = at.path.clone();
        self.fill_node(at.node, &mut path, row, log)
    }

    fn fill_node(
        &mut self,
        node: &Node,
        path: &mut Vec<Hop>,
        row: &Row,
        log: &mut Log<'_>,
    ) -> Node {
        let mut below = |this: &mut Self, node: &Node, hop: Hop| {
            path.push(hop);
            let filled = this.fill_node(node, path, row, log);
            path.pop();
            filled
        };
        match node {
            Node::List(items) => Node::List(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| below(self, item, Hop::Item(index)))
                    .collect(),
            ),
            Node::Map(entries) => Node::Map(
                entries
                    .iter()
                    .enumerate()
                    .map(|(index, (key, value))| {
                        let key = below(self, key, Hop::Key(index));
                        (key, below(self, value, Hop::Value(index)))
                    })
                    .collect(),
            ),
            Node::Text(text) => self.fill_text(text, path, row, log),
            other => other.clone(),
        }
    }

    fn fill_text(&mut self, text: &str, path: &[Hop], row: &Row, log: &mut Log<'_>) -> Node {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let key = &rest[at + 2..][..key_length(&rest[at + 2..])];
            let after = rest[at + 2 + key.len()..].strip_prefix('}');
            let (Some(after), false) = (after, key.is_empty()) else {
                filled.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
                continue;
            };
            let token = format!("${{{key}}}");
            if let Some(literal) = rest[..at].strip_suffix('$') {
                filled.push_str(literal);
                filled.push_str(&token);
                rest = after;
                continue;
            }
            self.used.insert(key.to_owned());
            match row.get(key) {
                Some(value) if token == text => return value.clone(),
                Some(value) => {
                    filled.push_str(&rest[..at]);
                    filled.push_str(&value.scalar().unwrap_or_default());
                }
                None => {
                    // The token stays, so that an empty text is not complained about as well.
                    filled.push_str(&rest[..at]);
                    filled.push_str(&token);
                    if self.keys.iter().any(|known| known == key) {
                        let message =
                            format!("`{token}` has no value in the variant `{}`", row.choices());
                        log.say(path, message, "give it one under `include`");
                    } else {
                        log.say(path, format!("unknown `{token}`"), self.nearest(key));
                    }
                }
            }
            rest = after;
        }
        filled.push_str(rest);
        Node::Text(filled)
    }

    /// Says which keys nothing in the file uses: their variants would differ only in name. Not if the file uses keys that
    /// do not exist, which are probably these, misspelt.
    pub(super) fn unused(&self, at: &At<'_>, log: &mut Log<'_>) {
        if !self.used.iter().all(|key| self.keys.contains(key)) {
            return;
        }
        let mut entries = at.entries("`matrix`", log).unwrap_or_default();
        let include = entries.iter().position(|entry| entry.name == "include");
        if let Some(include) = include.map(|index| entries.swap_remove(index)) {
            let items = include.value.items("`include`", log).unwrap_or_default();
            for item in items {
                entries.extend(
                    item.entries("an item of `include`", log)
                        .unwrap_or_default(),
                );
            }
        }
        for entry in entries {
            let (name, known) = (entry.name, self.keys.iter().any(|key| key == entry.name));
            if known && !self.used.contains(name) {
                let message = format!("nothing uses the matrix key {}", quoted(name));
                let help = format!("write `${{{name}}}` where its value belongs, or leave it out");
                log.say(&entry.key.path, message, help);
            }
        }
    }
}

/// Length of the matrix key that the text starts with.
pub(super) fn key_length(text: &str) -> usize {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return 0;
    }
    text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))
        .unwrap_or(text.len())
}
