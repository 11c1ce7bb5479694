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
            Self::List(items) => {
                f.write_str("[")?;
                write_items(f, items)?;
                f.write_str("]")
            }
            Self::Tuple(items) => {
                f.write_str("(")?;
                write_items(f, items)?;
                f.write_str(if items.len() == 1 { ",)" } else { ")" })
            }
            Self::Set(items) if items.is_empty() => f.write_str("set()"),
            Self::Set(items) => {
                f.write_str("{")?;
                write_items(f, items)?;
                f.write_str("}")
            }
            Self::Map(entries) => {
                f.write_str("{")?;
                for (index, (key, value)) in entries.iter().enumerate() {
                    write!(f, "{}{key}: {value}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
        }
    }
}

/// Writes items with commas between them.
fn write_items(f: &mut fmt::Formatter<'_>, items: &[FactValue]) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if index == 0 { "" } else { ", " })?;
    }
    Ok(())
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
            Value::Object(entries) => Self::map(
                entries
                    .into_iter()
                    .map(|(key, value)| (key, Self::from(value))),
            ),
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
            FactValue::List(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            FactValue::Tuple(items) => Self::Object(
                [("()".to_owned(), FactValue::List(items).into())]
                    .into_iter()
                    .collect(),
            ),
            FactValue::Set(items) => Self::Object(
                [("{}".to_owned(), FactValue::List(items).into())]
                    .into_iter()
                    .collect(),
            ),
            FactValue::Map(entries) => Self::Object(
                entries
                    .into_iter()
                    .map(|(key, value)| (key, Self::from(value)))
                    .collect(),
            ),
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
