//! `${key}` in the rest of the file: replacing it, and noticing the keys that nothing uses.

use super::matrix::{Matrix, Row};
use crate::yaml::cursor::Cursor;
use crate::yaml::diagnostics::Diagnostics;
use crate::yaml::node::Node;
use crate::yaml::span::Segment;
use crate::yaml::suggest::quoted;

impl Matrix {
    /// Copies the tree with every `${key}` replaced. A text that is nothing but `${key}` takes the value's own type.
    pub(super) fn fill(
        &mut self,
        cursor: &Cursor<'_>,
        row: &Row,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Node {
        let mut path = cursor.path.clone();
        self.fill_node(cursor.node, &mut path, row, diagnostics)
    }

    fn fill_node(
        &mut self,
        node: &Node,
        path: &mut Vec<Segment>,
        row: &Row,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Node {
        let mut below = |this: &mut Self, node: &Node, hop: Segment| {
            path.push(hop);
            let filled = this.fill_node(node, path, row, diagnostics);
            path.pop();
            filled
        };
        match node {
            Node::List(items) => Node::List(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| below(self, item, Segment::Item(index)))
                    .collect(),
            ),
            Node::Map(entries) => Node::Map(
                entries
                    .iter()
                    .enumerate()
                    .map(|(index, (key, value))| {
                        let key = below(self, key, Segment::Key(index));
                        (key, below(self, value, Segment::Value(index)))
                    })
                    .collect(),
            ),
            Node::Text(text) => self.fill_text(text, path, row, diagnostics),
            other => other.clone(),
        }
    }

    fn fill_text(
        &mut self,
        text: &str,
        path: &[Segment],
        row: &Row,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Node {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(offset) = rest.find("${") {
            let key = &rest[offset + 2..][..key_length(&rest[offset + 2..])];
            let after = rest[offset + 2 + key.len()..].strip_prefix('}');
            let (Some(after), false) = (after, key.is_empty()) else {
                filled.push_str(&rest[..offset + 2]);
                rest = &rest[offset + 2..];
                continue;
            };
            let token = format!("${{{key}}}");
            if let Some(literal) = rest[..offset].strip_suffix('$') {
                filled.push_str(literal);
                filled.push_str(&token);
                rest = after;
                continue;
            }
            self.used.insert(key.to_owned());
            match row.get(key) {
                Some(value) if token == text => return value.clone(),
                Some(value) => {
                    filled.push_str(&rest[..offset]);
                    filled.push_str(&value.scalar_text().unwrap_or_default());
                }
                None => {
                    // The token stays, so that an empty text is not complained about as well.
                    filled.push_str(&rest[..offset]);
                    filled.push_str(&token);
                    if self.keys.iter().any(|known| known == key) {
                        let message =
                            format!("`{token}` has no value in the variant `{}`", row.choices());
                        diagnostics.report(path, message, "give it one under `include`");
                    } else {
                        diagnostics.report(
                            path,
                            format!("unknown `{token}`"),
                            self.suggest_key(key),
                        );
                    }
                }
            }
            rest = after;
        }
        filled.push_str(rest);
        Node::Text(filled)
    }

    /// Complains about keys that nothing in the file uses: their variants would differ only in name. Not if the file uses keys that
    /// do not exist, which are probably these, misspelt.
    pub(super) fn report_unused_keys(
        &self,
        cursor: &Cursor<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        if !self.used.iter().all(|key| self.keys.contains(key)) {
            return;
        }
        let entries = cursor.entries("`matrix`", diagnostics).unwrap_or_default();
        let include = entries.value("include").map(Cursor::children);
        let included = include.iter().flatten().flat_map(|item| {
            item.entries("an item of `include`", diagnostics)
                .unwrap_or_default()
        });
        let included: Vec<_> = included.collect();
        let listed = entries.into_iter().filter(|entry| entry.name != "include");
        for entry in listed.chain(included) {
            let (name, known) = (entry.name, self.keys.iter().any(|key| key == entry.name));
            if known && !self.used.contains(name) {
                let message = format!("nothing uses the matrix key {}", quoted(name));
                let help = format!("write `${{{name}}}` where its value belongs, or leave it out");
                diagnostics.report(&entry.key.path, message, help);
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
