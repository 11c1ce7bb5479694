//! What a fact is expected to be: a value, or a condition on it.

use regex::Regex;

use super::expect::VariantContext;
use crate::trace::fact::FactValue;
use crate::trace::facts::Fact;
use crate::trace::notation::{canonical, is_repr, plain, quote, unquote};
use crate::yaml::cursor::Cursor;
use crate::yaml::node::Node;
use crate::yaml::suggest::{one_of, quoted};

/// What a fact is expected to be.
#[derive(Clone, Debug)]
pub enum Matcher {
    /// This value.
    Equals(FactValue),
    /// What one of these says.
    OneOf(Vec<Matcher>),
    /// Anything but that.
    Not(Box<Matcher>),
    /// Has it in the sense of Python's `in`: a text that part, a list that item, a dict that key.
    Contains(Box<Matcher>),
    /// A text, some part of which the regular expression fits.
    Matches(Regex),
}

/// The words of conditions, which stand alone in a map.
pub(super) const MATCHERS: [&str; 5] = ["one_of", "not", "contains", "matches", "equals"];

impl Matcher {
    /// Whether the value of the fact is as expected.
    pub fn holds(&self, fact: &str, actual: &FactValue) -> bool {
        let raw = Fact::of(fact).is_raw();
        let text = |text: &str| {
            if raw {
                text.to_owned()
            } else {
                plain(text).into_owned()
            }
        };
        match (self, actual) {
            (Self::Equals(FactValue::Text(any)), _) if fact == "outcome" && *any == "any" => true,
            (Self::Equals(expected), _) => equal(expected, actual),
            (Self::OneOf(several), _) => several.iter().any(|matcher| matcher.holds(fact, actual)),
            (Self::Not(other), _) => !other.holds(fact, actual),
            (Self::Matches(expression), FactValue::Text(actual)) => {
                expression.is_match(&text(actual))
            }
            (Self::Contains(part), FactValue::Text(actual)) => match &**part {
                Self::Equals(FactValue::Text(part)) => text(actual).contains(&text(part)),
                _ => false,
            },
            (
                Self::Contains(item),
                FactValue::List(items) | FactValue::Tuple(items) | FactValue::Set(items),
            ) => items.iter().any(|actual| item.holds(fact, actual)),
            (Self::Contains(key), FactValue::Map(entries)) => entries
                .iter()
                .any(|(name, _)| key.holds(fact, &FactValue::text(name.as_str()))),
            (Self::Contains(_) | Self::Matches(_), _) => false,
        }
    }

    /// Describes what is expected. What was seen says what `contains` is about.
    pub fn describe(&self, fact: &str, actual: Option<&FactValue>) -> String {
        let text = |part: &str| {
            if Fact::of(fact).is_raw() {
                quote(part)
            } else {
                quote(&plain(part))
            }
        };
        match self {
            Self::Equals(value) => value.to_string(),
            Self::OneOf(several) => {
                let several: Vec<_> = several
                    .iter()
                    .map(|matcher| matcher.describe(fact, actual))
                    .collect();
                several.join(" or ")
            }
            Self::Not(other) => format!("not {}", other.describe(fact, actual)),
            Self::Matches(expression) => format!("text matching {}", quote(expression.as_str())),
            Self::Contains(part) => match (&**part, actual) {
                (_, Some(FactValue::Map(_))) => {
                    format!("a dict with the key {}", part.describe(fact, None))
                }
                (Self::Equals(FactValue::Text(part)), Some(FactValue::Text(_))) => {
                    format!("text containing {}", text(part))
                }
                (Self::Equals(FactValue::Text(part)), None) if !Fact::of(fact).is_list() => {
                    format!("text containing {}", text(part))
                }
                _ => format!("a list containing {}", part.describe(fact, None)),
            },
        }
    }

    /// Every value that it names.
    pub fn values(&self) -> Vec<&FactValue> {
        match self {
            Self::Equals(value) => vec![value],
            Self::OneOf(several) => several.iter().flat_map(Self::values).collect(),
            Self::Not(other) | Self::Contains(other) => other.values(),
            Self::Matches(_) => vec![],
        }
    }
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Equals(value), Self::Equals(other)) => value == other,
            (Self::OneOf(matchers), Self::OneOf(others)) => matchers == others,
            (Self::Not(inner), Self::Not(other))
            | (Self::Contains(inner), Self::Contains(other)) => inner == other,
            (Self::Matches(regex), Self::Matches(other)) => regex.as_str() == other.as_str(),
            _ => false,
        }
    }
}

/// Whether a value is what a scenario says. YAML has neither tuples nor sets, so that its list stands for them, too; and what is
/// written as an object's `repr` stands for an object and for the text.
fn equal(expected: &FactValue, actual: &FactValue) -> bool {
    use FactValue::{List, Map, Set, Text, Tuple};
    let each = |one: &[FactValue], other: &[FactValue]| {
        one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
    };
    match (expected, actual) {
        (Text(one), Text(other)) => one == other || is_repr(one) && *other == quote(one).as_str(),
        (List(one), List(other) | Tuple(other)) | (Tuple(one), Tuple(other)) => each(one, other),
        (List(one) | Set(one), Set(other)) => {
            let mut rest: Vec<&FactValue> = other.iter().collect();
            one.len() == other.len()
                && one.iter().all(|one| {
                    let found = rest.iter().position(|other| equal(one, other));
                    found.map(|index| rest.swap_remove(index)).is_some()
                })
        }
        (Map(one), Map(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|((key, one), (other_key, other))| key == other_key && equal(one, other))
        }
        _ => expected == actual,
    }
}

/// Parses what is expected of a fact.
pub(super) fn parse_matcher(
    cursor: &Cursor<'_>,
    fact: &str,
    context: &VariantContext<'_>,
) -> Option<Matcher> {
    let Node::Map(entries) = cursor.node else {
        return Some(Matcher::Equals(parse_value(cursor, fact, false, context)?));
    };
    let is_word = |key: &Node| matches!(key, Node::Text(word) if MATCHERS.contains(&word.as_str()));
    if !entries.iter().any(|(key, _)| is_word(key)) {
        if fact != "value" && !entries.is_empty() && Fact::of(fact).is_raw() {
            let message = format!("the fact `{fact}` is no dict");
            let help = format!("expected its value, or one of {}", one_of(&MATCHERS));
            cursor.report(message, help);
            return None;
        }
        return Some(Matcher::Equals(parse_value(cursor, fact, false, context)?));
    }
    let entries = cursor.entries("a condition")?;
    let [entry] = &entries[..] else {
        let word = entries
            .iter()
            .find(|entry| MATCHERS.contains(&entry.name))?;
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
            let several: Vec<_> = items
                .iter()
                .map(|item| parse_matcher(item, fact, context))
                .collect();
            several
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
            canonical(text, false, &context.snapshots, &[]),
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
        canonical(text, inside, &context.snapshots, free)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> FactValue {
        FactValue::text(text)
    }

    fn equals(value: FactValue) -> Matcher {
        Matcher::Equals(value)
    }

    #[test]
    fn contains_is_what_python_calls_in() {
        let part = Matcher::Contains(Box::new(equals(text("a"))));
        let list = FactValue::List(vec![text("a"), text("b")]);
        assert!(part.holds("message", &text("bab")) && !part.holds("message", &text("b")));
        assert!(part.holds("ran", &list) && !part.holds("ran", &FactValue::List(vec![text("ab")])));
        assert!(part.holds("value", &FactValue::Set(vec![text("a")])));
        assert!(part.holds(
            "value",
            &FactValue::map([("a".to_owned(), FactValue::Int(1))])
        ));
        assert!(!part.holds("value", &FactValue::Int(1)));
        let item = Matcher::Contains(Box::new(Matcher::Matches(Regex::new("^get ").unwrap())));
        assert!(item.holds("lookups", &FactValue::List(vec![text("get demo")])));
        assert!(!item.holds("lookups", &list));
    }

    #[test]
    fn texts_are_looked_into_without_their_quotes() {
        let line = Matcher::Matches(Regex::new("^a\nb$").unwrap());
        assert!(line.holds("value", &text("'a\\nb'")) && !line.holds("message", &text("'a\\nb'")));
        let part = Matcher::Contains(Box::new(equals(text("'1'"))));
        assert!(part.holds("value", &text("x 1")));
        assert!(
            part.holds("message", &text("KeyError '1'")) && !part.holds("message", &text("x 1"))
        );
    }

    #[test]
    fn conditions_combine() {
        let either = Matcher::OneOf(vec![
            equals(text("ok")),
            Matcher::Not(Box::new(equals(text("KeyError")))),
        ]);
        assert!(
            either.holds("outcome", &text("ok")) && either.holds("outcome", &text("TypeError"))
        );
        assert!(!either.holds("outcome", &text("KeyError")));
        assert_eq!(either.describe("outcome", None), "ok or not KeyError");
    }

    #[test]
    fn a_list_stands_for_what_yaml_cannot_say() {
        let list = equals(FactValue::List(vec![FactValue::Int(1), text("a")]));
        let items = || vec![FactValue::Int(1), text("a")];
        assert!(list.holds("value", &FactValue::Tuple(items())));
        assert!(list.holds("value", &FactValue::Set(vec![text("a"), FactValue::Int(1)])));
        assert!(!list.holds("value", &FactValue::Set(vec![text("a"), text("a")])));
        let tuple = equals(FactValue::Tuple(items()));
        assert!(tuple.holds("value", &FactValue::Tuple(items())));
        assert!(!tuple.holds("value", &FactValue::List(items())));
        let object = equals(text("<module 'x'>"));
        assert!(object.holds("value", &text("\"<module 'x'>\"")));
        assert!(!equals(text("'None'")).holds("value", &text("None")));
        assert!(!equals(text("None")).holds("value", &text("'None'")));
    }
}
