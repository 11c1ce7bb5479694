//! `${key}` in the rest of the file: replacing it, and noticing the keys that nothing uses.

use super::matrix::{Matrix, Row};
use crate::yaml::cursor::Cursor;
use crate::yaml::node::Node;
use crate::yaml::suggest::quoted;

impl Matrix {
    /// Copies the tree with every `${key}` replaced. A text that is nothing but `${key}` takes the value's own type.
    pub(super) fn fill(&mut self, cursor: &Cursor<'_>, row: &Row) -> Node {
        match cursor.node {
            Node::List(_) => {
                let items = cursor.children();
                Node::List(items.iter().map(|item| self.fill(item, row)).collect())
            }
            Node::Map(entries) => {
                let mut fill = |cursor| self.fill(&cursor, row);
                let entries = 0..entries.len();
                let entries =
                    entries.map(|index| (fill(cursor.key_of(index)), fill(cursor.value_of(index))));
                Node::Map(entries.collect())
            }
            Node::Text(text) => self.fill_text(text, cursor, row),
            other => other.clone(),
        }
    }

    fn fill_text(&mut self, text: &str, cursor: &Cursor<'_>, row: &Row) -> Node {
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
                        let variant = row.choices();
                        let message = format!("`{token}` has no value in the variant `{variant}`");
                        cursor.report(message, "give it one under `include`");
                    } else {
                        cursor.report(format!("unknown `{token}`"), self.suggest_key(key));
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
    pub(super) fn report_unused_keys(&self, cursor: &Cursor<'_>) {
        if !self.used.iter().all(|key| self.keys.contains(key)) {
            return;
        }
        let entries = cursor.entries("`matrix`").unwrap_or_default();
        let include = entries
            .value("include")
            .map_or_else(Vec::new, Cursor::children);
        let included = include
            .iter()
            .filter_map(|item| item.entries("an item of `include`"));
        let listed = entries.iter().filter(|entry| entry.name != "include");
        for entry in listed.cloned().chain(included.flatten()) {
            let (name, known) = (entry.name, self.keys.iter().any(|key| key == entry.name));
            if known && !self.used.contains(name) {
                let message = format!("nothing uses the matrix key {}", quoted(name));
                let help = format!("write `${{{name}}}` where its value belongs, or leave it out");
                entry.key.report(message, help);
            }
        }
    }
}

impl Matrix {
    /// Complains about parameters that nothing in the file uses, as about keys.
    pub(super) fn report_unused_parameters(&self, cursor: &Cursor<'_>) {
        if !self.used.iter().all(|key| self.keys.contains(key)) {
            return;
        }
        for item in cursor.children() {
            let Node::Text(name) = item.node else {
                continue;
            };
            if self.parameters().contains(name) && !self.used.contains(name) {
                let message = format!("nothing uses the parameter {}", quoted(name));
                let help = format!("write `${{{name}}}` where its value belongs, or leave it out");
                item.report(message, help);
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
