//! Facts: names and values of what is recorded after every step.

use std::fmt;

use serde::{Deserialize, Serialize};

use smol_str::SmolStr;

/// Name of a fact as it stands in scenarios and reports: `outcome`, `demo`, `cached(pkg.sub)`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FactName(pub SmolStr);

impl From<String> for FactName {
    fn from(name: String) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for FactName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Value of a fact. No two different values look alike: see [`notation`](super::notation).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "serde_json::Value", into = "serde_json::Value")]
pub enum FactValue {
    /// `True` or `False`
    Bool(bool),
    /// An integer that fits; others are their digits as text.
    Int(i64),
    /// A finite float.
    Float(f64),
    /// A label (`demo#1`), a word (`absent`, `None`), a Python text (in quotes where it would read as one of the others), or
    /// the `repr` of an object, `<…>` or `name(…)`.
    Text(SmolStr),
    /// A list.
    List(Vec<FactValue>),
    /// A tuple. In JSON an object with the one key `()`, which a dict has in quotes.
    Tuple(Vec<FactValue>),
    /// A set, sorted. In JSON an object with the one key `{}`.
    Set(Vec<FactValue>),
    /// A dict, by key: the order of a dict is another one on 2.7 and 3.5. See [`FactValue::map`].
    Map(Vec<(String, FactValue)>),
}

impl fmt::Display for FactValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(true) => f.write_str("True"),
            Self::Bool(false) => f.write_str("False"),
            Self::Int(value) => value.fmt(f),
            // With its point, or 1.0 would read as 1.
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Text(text) => f.write_str(text),
            Self::List(items) => write!(f, "[{}]", join_items(items)),
            Self::Tuple(items) if items.len() == 1 => write!(f, "({},)", items[0]),
            Self::Tuple(items) => write!(f, "({})", join_items(items)),
            Self::Set(items) if items.is_empty() => f.write_str("set()"),
            Self::Set(items) => write!(f, "{{{}}}", join_items(items)),
            Self::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| format!("{key}: {value}"));
                write!(f, "{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// Writes items with commas between them.
fn join_items(items: &[FactValue]) -> String {
    let items: Vec<_> = items.iter().map(ToString::to_string).collect();
    items.join(", ")
}

impl FactValue {
    /// A dict value, or what is written as one: a tuple or a set.
    pub fn map(entries: impl IntoIterator<Item = (String, Self)>) -> Self {
        let mut entries: Vec<_> = entries.into_iter().collect();
        if let [(key, Self::List(items))] = &mut entries[..] {
            match key.as_str() {
                "()" => return Self::Tuple(std::mem::take(items)),
                "{}" => return Self::Set(std::mem::take(items)),
                _ => {}
            }
        }
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        Self::Map(entries)
    }

    /// A text value.
    pub fn text(text: impl Into<SmolStr>) -> Self {
        Self::Text(text.into())
    }
}

impl From<serde_json::Value> for FactValue {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::text("None"),
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => number
                .as_i64()
                .map(Self::Int)
                .or_else(|| number.as_f64().map(Self::Float))
                .unwrap_or_else(|| Self::text(number.to_string())),
            Value::String(text) => Self::text(text),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Object(entries) => {
                Self::map(entries.into_iter().map(|(key, value)| (key, value.into())))
            }
        }
    }
}

impl From<FactValue> for serde_json::Value {
    fn from(value: FactValue) -> Self {
        match value {
            FactValue::Bool(value) => value.into(),
            FactValue::Int(value) => value.into(),
            FactValue::Float(value) => value.into(),
            FactValue::Text(text) => text.as_str().into(),
            FactValue::List(items) => items.into(),
            FactValue::Tuple(items) => [("()", items)].into_iter().collect(),
            FactValue::Set(items) => [("{}", items)].into_iter().collect(),
            FactValue::Map(entries) => entries.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_round_trip_through_json() {
        let text = r#"[true,3,1.5,"demo#1",{"a":"None","b":[]},{"()":[1]},{"{}":["a",1]},{"'()'":[1]},"'1'",1.0]"#;
        let value: FactValue = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), text);
        assert_eq!(
            value.to_string(),
            "[True, 3, 1.5, demo#1, {a: None, b: []}, (1,), {a, 1}, {'()': [1]}, '1', 1.0]"
        );
    }
}
