//! Conditions on the values of facts.

use std::borrow::Cow;

use regex::Regex;

use crate::trace::fact::FactValue;
use crate::trace::facts::Fact;
use crate::trace::notation::{from_notation, is_repr, quote};

/// A condition on the value of a fact.
#[derive(Clone, Debug)]
pub enum Matcher {
    /// This value.
    Equals(FactValue),
    /// One of these holds.
    OneOf(Vec<Matcher>),
    /// Anything but that.
    Not(Box<Matcher>),
    /// Has it in the sense of Python's `in`: a text that part, a list that item, a dict that key.
    Contains(Box<Matcher>),
    /// A text, some part of which the regular expression fits.
    Matches(Regex),
}

impl Matcher {
    /// True if the value of the fact is as expected.
    pub fn holds(&self, fact: &str, actual: &FactValue) -> bool {
        let text = |text| read_text(fact, text);
        match (self, actual) {
            (Self::Equals(FactValue::Text(any)), _) if fact == "outcome" && *any == "any" => true,
            (Self::Equals(expected), _) => is_equal(expected, actual),
            (Self::OneOf(several), _) => several.iter().any(|matcher| matcher.holds(fact, actual)),
            (Self::Not(other), _) => !other.holds(fact, actual),
            (Self::Matches(expression), FactValue::Text(actual)) => {
                expression.is_match(&text(actual))
            }
            (Self::Contains(part), FactValue::Text(actual)) => match &**part {
                Self::Equals(FactValue::Text(part)) => text(actual).contains(&*text(part)),
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
        let text = |part: &str| quote(&read_text(fact, part));
        match self {
            Self::Equals(value) => value.to_string(),
            Self::OneOf(matchers) => {
                let matchers = matchers
                    .iter()
                    .map(|matcher| matcher.describe(fact, actual));
                matchers.collect::<Vec<_>>().join(" or ")
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
            Self::OneOf(matchers) => matchers.iter().flat_map(Self::values).collect(),
            Self::Not(other) | Self::Contains(other) => other.values(),
            Self::Matches(_) => vec![],
        }
    }
}

/// The text that a value of a fact stands for.
fn read_text<'t>(fact: &str, text: &'t str) -> Cow<'t, str> {
    if Fact::of(fact).is_raw() {
        text.into()
    } else {
        from_notation(text)
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

/// True if a value is what a scenario says. YAML has neither tuples nor sets, so that its list stands for them, too; and what is
/// written as an object's `repr` stands for an object and for the text.
fn is_equal(expected: &FactValue, actual: &FactValue) -> bool {
    use FactValue::{List, Map, Set, Text, Tuple};
    let are_equal = |expected: &[FactValue], actual: &[FactValue]| {
        let mut pairs = expected.iter().zip(actual);
        expected.len() == actual.len() && pairs.all(|(expected, actual)| is_equal(expected, actual))
    };
    match (expected, actual) {
        (Text(expected), Text(actual)) => {
            expected == actual || is_repr(expected) && *actual == quote(expected).as_str()
        }
        (List(expected), List(actual) | Tuple(actual)) | (Tuple(expected), Tuple(actual)) => {
            are_equal(expected, actual)
        }
        (List(expected) | Set(expected), Set(actual)) => {
            let mut rest: Vec<&FactValue> = actual.iter().collect();
            expected.len() == actual.len()
                && expected.iter().all(|expected| {
                    let found = rest.iter().position(|actual| is_equal(expected, actual));
                    found.map(|index| rest.swap_remove(index)).is_some()
                })
        }
        (Map(expected), Map(actual)) => {
            let mut pairs = expected.iter().zip(actual);
            expected.len() == actual.len()
                && pairs.all(|(expected, actual)| {
                    expected.0 == actual.0 && is_equal(&expected.1, &actual.1)
                })
        }
        _ => expected == actual,
    }
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
