//! Parses what a fact is expected to be: a value, or a condition on it.

use regex::Regex;

use super::matcher::Matcher;
use crate::trace::fact::FactValue;
use crate::trace::facts::Fact;
use crate::trace::notation::{quote, to_notation, unquote};
use crate::yaml::cursor::Cursor;
use crate::yaml::node::Node;
use crate::yaml::suggest::{one_of, quoted};

/// The words of conditions, which stand alone in a map.
const CONDITIONS: [&str; 5] = ["one_of", "not", "contains", "matches", "equals"];

/// The fact of which something is expected, and what its values are parsed with.
pub(super) struct MatcherParser<'c> {
    pub(super) fact: &'c str,
    /// Names of the snapshots of this variant: values of `cache`.
    pub(super) snapshots: &'c [String],
}

impl MatcherParser<'_> {
    /// Parses what is expected of the fact.
    pub(super) fn parse(&self, cursor: &Cursor<'_>) -> Option<Matcher> {
        let fact = self.fact;
        let Node::Map(entries) = cursor.node else {
            return Some(Matcher::Equals(self.parse_value(cursor, false)?));
        };
        let is_word =
            |key: &Node| matches!(key, Node::Text(word) if CONDITIONS.contains(&word.as_str()));
        if !entries.iter().any(|(key, _)| is_word(key)) {
            if fact != "value" && !entries.is_empty() && Fact::of(fact).is_raw() {
                let message = format!("the fact `{fact}` is no dict");
                let help = format!("expected its value, or one of {}", one_of(&CONDITIONS));
                cursor.report(message, help);
                return None;
            }
            return Some(Matcher::Equals(self.parse_value(cursor, false)?));
        }
        let entries = cursor.entries("a condition")?;
        let [entry] = &entries[..] else {
            let mut entries = entries.iter();
            let word = entries.find(|entry| CONDITIONS.contains(&entry.name))?;
            let message = format!("`{}` stands alone in its map", word.name);
            let help = "write a map for each condition; a dict is written `{equals: {…}}`";
            word.key.report(message, help);
            return None;
        };
        let inner = &entry.value;
        match entry.name {
            "equals" => Some(Matcher::Equals(self.parse_value(inner, false)?)),
            "not" => Some(Matcher::Not(Box::new(self.parse(inner)?))),
            "one_of" => {
                let items = inner.items("`one_of`")?;
                if items.is_empty() {
                    inner.report("`one_of` is empty", "nothing is one of nothing");
                    return None;
                }
                // All are looked at, whatever is wrong with one.
                let matchers: Vec<_> = items.iter().map(|item| self.parse(item)).collect();
                let matchers: Option<_> = matchers.into_iter().collect();
                matchers.map(Matcher::OneOf)
            }
            "contains" => self.parse_contains(inner),
            _ => self.parse_matches(inner),
        }
    }

    fn parse_contains(&self, cursor: &Cursor<'_>) -> Option<Matcher> {
        let fact = self.fact;
        if *cursor.node == Node::Text(String::new()) {
            let help = "expected a part of the text";
            cursor.report("every text contains the empty one", help);
            return None;
        }
        if Fact::of(fact).is_list() && matches!(cursor.node, Node::List(_)) {
            let message = format!("an item of `{fact}` is no list");
            let help = "name one item; for several write a list of maps below `expect`";
            cursor.report(message, help);
            return None;
        }
        // A part of a text may look like anything.
        let part = match cursor.node {
            Node::Text(text) if !Fact::of(fact).is_raw() => {
                let text = to_notation(text, false, self.snapshots, &[]);
                Matcher::Equals(FactValue::text(text))
            }
            _ => self.parse(cursor)?,
        };
        Some(Matcher::Contains(Box::new(part)))
    }

    fn parse_matches(&self, cursor: &Cursor<'_>) -> Option<Matcher> {
        let fact = self.fact;
        if Fact::of(fact).is_list() {
            let message = format!("the fact `{fact}` is a list, and `matches` is for texts");
            cursor.report(message, "for an item write `contains: {matches: …}`");
            return None;
        }
        let text = cursor.text("a regular expression")?;
        match Regex::new(text) {
            Ok(expression) => Some(Matcher::Matches(expression)),
            Err(error) => {
                let error = error.to_string();
                let why = error.lines().last().unwrap_or_default();
                let why = why.trim_start_matches("error: ");
                let message = format!("{} is no regular expression: {why}", quoted(text));
                let help = "https://docs.rs/regex/latest/regex/#syntax has the syntax";
                cursor.report(message, help);
                None
            }
        }
    }

    /// Parses a plain value into the notation of the recorder. `inside`: of a list or a dict.
    fn parse_value(&self, cursor: &Cursor<'_>, inside: bool) -> Option<FactValue> {
        let fact = self.fact;
        let to_notation = |text: &str| {
            if Fact::of(fact).is_raw() {
                return text.to_owned();
            }
            if let (true, Some(content)) = (fact.starts_with("resolve("), unquote(text)) {
                return quote(&content);
            }
            // What says that a name is not there can only be a text where no name is asked for.
            let free: &[&str] = match fact {
                "value" => &["absent", "unbound", "unreadable", "missing"],
                _ => &[],
            };
            to_notation(text, inside, self.snapshots, free)
        };
        Some(match cursor.node {
            Node::Bool(value) => FactValue::Bool(*value),
            Node::Int(value) => FactValue::Int(*value),
            Node::Float(value) => FactValue::Float(*value),
            Node::Null => FactValue::text("None"),
            Node::Text(text) => FactValue::text(to_notation(text)),
            Node::List(_) => {
                let items = cursor.items("a value")?;
                let values = items.iter().map(|item| self.parse_value(item, true));
                FactValue::List(values.collect::<Option<_>>()?)
            }
            Node::Map(entries) => {
                let mut values = Vec::new();
                for (index, (key, _)) in entries.iter().enumerate() {
                    let key_cursor = cursor.key_of(index);
                    let key = match key {
                        Node::Text(text) if matches!(text.as_str(), "()" | "{}") => text.clone(),
                        _ => self.parse_value(&key_cursor, true)?.to_string(),
                    };
                    if values.iter().any(|(known, _)| *known == key) {
                        let message = format!("the key {} is there twice", quoted(&key));
                        key_cursor.report(message, "keep one of them");
                        return None;
                    }
                    let value = self.parse_value(&cursor.value_of(index), true)?;
                    values.push((key, value));
                }
                FactValue::map(values)
            }
            Node::Tagged => {
                cursor.text("a value")?;
                return None;
            }
        })
    }
}
