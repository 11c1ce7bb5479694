//! Parses what a fact is expected to be: a value, or a condition on it.

use regex::Regex;

use super::expect::VariantContext;
use super::matcher::Matcher;
use crate::trace::fact::FactValue;
use crate::trace::facts::Fact;
use crate::trace::notation::{quote, to_notation, unquote};
use crate::yaml::cursor::Cursor;
use crate::yaml::node::Node;
use crate::yaml::suggest::{one_of, quoted};

/// The words of conditions, which stand alone in a map.
const CONDITIONS: [&str; 5] = ["one_of", "not", "contains", "matches", "equals"];

/// Parses what is expected of a fact.
pub(super) fn parse_matcher(
    cursor: &Cursor<'_>,
    fact: &str,
    context: &VariantContext<'_>,
) -> Option<Matcher> {
    let Node::Map(entries) = cursor.node else {
        return Some(Matcher::Equals(parse_value(cursor, fact, false, context)?));
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
        return Some(Matcher::Equals(parse_value(cursor, fact, false, context)?));
    }
    let entries = cursor.entries("a condition")?;
    let [entry] = &entries[..] else {
        let word = entries
            .iter()
            .find(|entry| CONDITIONS.contains(&entry.name))?;
        let message = format!("`{}` stands alone in its map", word.name);
        let help = "write a map for each condition; a dict is written `{equals: {…}}`";
        word.key.report(message, help);
        return None;
    };
    let inner = &entry.value;
    match entry.name {
        "equals" => Some(Matcher::Equals(parse_value(inner, fact, false, context)?)),
        "not" => Some(Matcher::Not(Box::new(parse_matcher(inner, fact, context)?))),
        "one_of" => {
            let items = inner.items("`one_of`")?;
            if items.is_empty() {
                inner.report("`one_of` is empty", "nothing is one of nothing");
                return None;
            }
            let matchers: Vec<_> = items
                .iter()
                .map(|item| parse_matcher(item, fact, context))
                .collect();
            matchers
                .into_iter()
                .collect::<Option<_>>()
                .map(Matcher::OneOf)
        }
        "contains" => parse_contains(inner, fact, context),
        _ => parse_matches(inner, fact),
    }
}

fn parse_contains(
    cursor: &Cursor<'_>,
    fact: &str,
    context: &VariantContext<'_>,
) -> Option<Matcher> {
    if *cursor.node == Node::Text(String::new()) {
        cursor.report(
            "every text contains the empty one",
            "expected a part of the text",
        );
        return None;
    }
    if Fact::of(fact).is_list() && matches!(cursor.node, Node::List(_)) {
        let message = format!("an item of `{fact}` is no list");
        cursor.report(
            message,
            "name one item; for several write a list of maps below `expect`",
        );
        return None;
    }
    // A part of a text may look like anything.
    let part = match cursor.node {
        Node::Text(text) if !Fact::of(fact).is_raw() => Matcher::Equals(FactValue::text(
            to_notation(text, false, &context.snapshots, &[]),
        )),
        _ => parse_matcher(cursor, fact, context)?,
    };
    Some(Matcher::Contains(Box::new(part)))
}

fn parse_matches(cursor: &Cursor<'_>, fact: &str) -> Option<Matcher> {
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
            cursor.report(
                message,
                "https://docs.rs/regex/latest/regex/#syntax has the syntax",
            );
            None
        }
    }
}

/// Parses a plain value into the notation of the recorder. `inside`: of a list or a dict.
fn parse_value(
    cursor: &Cursor<'_>,
    fact: &str,
    inside: bool,
    context: &VariantContext<'_>,
) -> Option<FactValue> {
    // What says that a name is not there can only be a text where no name is asked for.
    const FREE_WORDS: [&str; 4] = ["absent", "unbound", "unreadable", "missing"];
    let to_notation = |text: &str| {
        if Fact::of(fact).is_raw() {
            return text.to_owned();
        }
        if let (true, Some(content)) = (fact.starts_with("resolve("), unquote(text)) {
            return quote(&content);
        }
        let free = if fact == "value" {
            &FREE_WORDS[..]
        } else {
            &[]
        };
        to_notation(text, inside, &context.snapshots, free)
    };
    Some(match cursor.node {
        Node::Bool(value) => FactValue::Bool(*value),
        Node::Int(value) => FactValue::Int(*value),
        Node::Float(value) => FactValue::Float(*value),
        Node::Null => FactValue::text("None"),
        Node::Text(text) => FactValue::text(to_notation(text)),
        Node::List(_) => {
            let items = cursor.items("a value")?;
            let values: Option<Vec<_>> = items
                .iter()
                .map(|item| parse_value(item, fact, true, context))
                .collect();
            FactValue::List(values?)
        }
        Node::Map(entries) => {
            let mut values = Vec::new();
            for (index, (key, _)) in entries.iter().enumerate() {
                let key_cursor = cursor.key_of(index);
                let key = match key {
                    Node::Text(text) if matches!(text.as_str(), "()" | "{}") => text.clone(),
                    _ => parse_value(&key_cursor, fact, true, context)?.to_string(),
                };
                if values.iter().any(|(known, _)| *known == key) {
                    key_cursor.report(
                        format!("the key {} is there twice", quoted(&key)),
                        "keep one of them",
                    );
                    return None;
                }
                values.push((
                    key,
                    parse_value(&cursor.value_of(index), fact, true, context)?,
                ));
            }
            FactValue::map(values)
        }
        Node::Tagged => {
            cursor.text("a value")?;
            return None;
        }
    })
}
