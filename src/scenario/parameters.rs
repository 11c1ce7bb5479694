//! `parameters:` — keys like those of a matrix, whose values come from outside: `--set package=numpy`.
//!
//! A file with parameters is read twice. First with placeholders for the values: so a wrong file is found, and its digest is the same,
//! whatever the values are. Then with the values, which makes the variants that run.

use std::borrow::Cow;
use std::str::FromStr;

use super::matrix::Matrix;
use super::model::{Scenario, Variant, VariantId};
use super::parse::parse_scenario;
use super::substitute::key_length;
use crate::record::id::unescape_value;
use crate::yaml::cursor::Cursor;
use crate::yaml::diagnostics::{Found, LoadErrors};
use crate::yaml::node::Node;
use crate::yaml::span::Segment;
use crate::yaml::suggest::quoted;

/// The most bytes of a value: it is a part of the id of its variant.
const MAX_VALUE: usize = 200;

const NAME_HELP: &str = "expected letters, digits and `_`, a letter or `_` first";

/// A value for a parameter, as `--set` has it: `package=numpy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterValue {
    /// The parameter.
    pub name: String,
    /// One word, which the id of its variant says exactly.
    pub value: String,
}

/// A text that is no value for a parameter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// There is no name, or no value.
    #[error("expected NAME=VALUE, such as package=numpy")]
    Form,
    /// The name cannot be that of a parameter.
    #[error("{0} cannot be the name of a parameter; {NAME_HELP}")]
    Name(String),
    /// The value has blanks or control characters.
    #[error("a value is a part of the id of its variant, so it is one word without blanks")]
    Blank,
    /// The value is too long.
    #[error("a value is a part of the id of its variant, so it has at most {MAX_VALUE} bytes")]
    Long,
}

impl FromStr for ParameterValue {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let (name, value) = text.split_once('=').ok_or(ValueError::Form)?;
        if name.is_empty() || value.is_empty() {
            return Err(ValueError::Form);
        }
        if !is_name(name) {
            return Err(ValueError::Name(quoted(name)));
        }
        // Blanks are written as `_` in ids, so that such a value could not be told from the id.
        if value.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(ValueError::Blank);
        }
        if value.len() > MAX_VALUE {
            return Err(ValueError::Long);
        }
        Ok(Self {
            name: name.to_owned(),
            value: value.to_owned(),
        })
    }
}

/// Where the values of parameters come from.
#[derive(Clone, Copy, Debug)]
pub(super) enum ValueSource<'v> {
    /// From nowhere: something stands for them, and what depends on them is not complained about.
    Placeholders,
    /// From outside: one or several for each parameter.
    Given(&'v [ParameterValue]),
}

impl ValueSource<'_> {
    /// The values of a parameter.
    pub(super) fn values_of(self, name: &str) -> Vec<String> {
        match self {
            Self::Placeholders => vec![placeholder_of(name)],
            Self::Given(values) => {
                let values = values.iter().filter(|one| one.name == name);
                values.map(|one| one.value.clone()).collect()
            }
        }
    }
}

impl Scenario {
    /// Gives the parameters values: each combination is a variant. Parameters without a value stay unset; values of other names are
    /// passed over.
    ///
    /// # Errors
    /// When a value cannot stand where the file has it.
    pub fn with_values(&self, values: &[ParameterValue]) -> Result<Self, LoadErrors> {
        let is_set = |name: &&String| values.iter().any(|value| value.name == **name);
        let unset = self.parameters.iter().filter(|name| !is_set(name));
        let unset: Vec<String> = unset.cloned().collect();
        if !unset.is_empty() || self.parameters.is_empty() {
            return Ok(Self {
                unset,
                ..self.clone()
            });
        }
        let filled = parse_scenario(
            &self.file,
            self.id.clone(),
            &self.text,
            ValueSource::Given(values),
        );
        let filled = filled.map_err(|diagnostics| LoadErrors { diagnostics })?;
        Ok(Self {
            digest: self.digest.clone(),
            ..filled
        })
    }

    /// The values that the id of a row says; nothing where it is no such row. Parameters stand first in an id.
    fn values_in_id(&self, row: &VariantId) -> Option<Vec<ParameterValue>> {
        let mut pairs = row.pairs();
        let values = self.parameters.iter().map(|name| {
            let (key, value) = pairs.next()?;
            let value = unescape_value(value).filter(|_| key == name)?;
            format!("{name}={value}").parse().ok()
        });
        values.collect()
    }

    /// The one row of this id, or of such an id whose scenario goes without its folders; nothing where the scenario has no parameters, or
    /// no such row.
    pub fn with_values_of_row(&self, row: &VariantId) -> Option<Self> {
        let values = self.values_in_id(row).filter(|values| !values.is_empty())?;
        let mut filled = self.with_values(&values).ok()?;
        filled
            .variants
            .retain(|variant| variant.id.choices() == row.choices());
        (!filled.variants.is_empty()).then_some(filled)
    }

    /// True if it has a variant of this id.
    pub fn has_variant(&self, id: &VariantId) -> bool {
        self.variants.iter().any(|variant| variant.id == *id)
    }

    /// The variant of a row, whatever the values of the parameters are; nothing for what is no row of this scenario.
    pub fn variant_of_row(&self, row: &VariantId) -> Option<Cow<'_, Variant>> {
        if self.parameters.is_empty() {
            let known = self.variants.iter().find(|variant| variant.id == *row);
            return known.map(Cow::Borrowed);
        }
        let variant = self.with_values_of_row(row)?.variants.pop();
        variant.filter(|variant| variant.id == *row).map(Cow::Owned)
    }

    /// A text of the scenario with `${package}` where it was read without a value.
    pub fn with_tokens(&self, text: &str) -> String {
        put_tokens_back(text, &self.unset)
    }
}

/// True if a parameter may be called so.
fn is_name(text: &str) -> bool {
    !text.is_empty() && key_length(text) == text.len() && !text.contains(['-', '.'])
}

/// A name that is not where it belongs, and is probably meant wherever it is used.
fn readable_name(node: &Node) -> Option<String> {
    node.scalar_text().filter(|text| is_name(text))
}

/// Parses `parameters: [package]`. What is wrong with it is left out.
pub(super) fn parse_parameters(cursor: &Cursor<'_>, matrix: &Matrix) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    if matches!(cursor.node, Node::List(items) if items.is_empty()) {
        cursor.report("`parameters` is an empty list", "leave it out");
    }
    if let Node::Map(entries) = cursor.node {
        let help = "write `[package]`; the value comes from `--set package=…`";
        cursor.report("`parameters` must be a list of names, not a map", help);
        let keys = entries.iter().map(|(key, _)| key);
        return keys.filter_map(readable_name).collect();
    }
    let Some(items) = cursor.items("`parameters`") else {
        return readable_name(cursor.node).into_iter().collect();
    };
    for item in items {
        let Some(name) = item.text("a parameter") else {
            continue;
        };
        if !is_name(name) {
            let message = format!("{} cannot be the name of a parameter", quoted(name));
            item.report(message, NAME_HELP);
        } else if names.iter().any(|known| known == name) {
            item.report(format!("the parameter `{name}` is there twice"), "");
        } else if matrix.keys.iter().any(|key| key == name) {
            let message = format!("`{name}` is a key of the matrix, too");
            item.report(message, "give one of them another name");
        } else if matrix.has_room(&item, names.len() + 1) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The placeholder of a value that is not set: the name of a module or a package, as most values are.
fn placeholder_of(name: &str) -> String {
    format!("value_of_{name}")
}

/// Writes `${package}` for each placeholder.
fn put_tokens_back(text: &str, names: &[String]) -> String {
    let mut names: Vec<&String> = names.iter().collect();
    // One may begin like another.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let mut text = text.to_owned();
    for name in names {
        text = text.replace(&placeholder_of(name), &format!("${{{name}}}"));
    }
    text
}

/// Takes back complaints that depend on the value of a parameter, where it has none; where it has one, adds that it is such a value.
pub(super) fn adapt_complaints(
    root: &Cursor<'_>,
    parameters: &[String],
    source: ValueSource<'_>,
    independent: &Found,
) {
    if parameters.is_empty() {
        return;
    }
    root.diagnostics.rewrite(independent, |path, complaint| {
        let found = find_parameter(root.node, path, parameters);
        match (found, source) {
            (Some(_), ValueSource::Placeholders) => None,
            (None, ValueSource::Placeholders) => {
                Some(complaint.map(|text| put_tokens_back(text, parameters)))
            }
            (Some(name), ValueSource::Given(_)) => {
                Some(complaint.with_help(&format!("it is the value of the parameter `{name}`")))
            }
            (None, ValueSource::Given(_)) => Some(complaint),
        }
    });
}

/// The parameter whose value a complaint about the node at a path may be about, if there is one: that of a scalar, or of a key or an
/// item directly in a map or list. What is expected is complained about at the fact, and may be about the value behind it.
fn find_parameter<'n>(
    document: &Node,
    path: &[Segment],
    names: &'n [String],
) -> Option<&'n String> {
    let mut node = document;
    let mut is_expected = false;
    let mut beside = None;
    for segment in path {
        beside = None;
        node = match (node, segment) {
            (Node::List(items), Segment::Item(index)) => items.get(*index)?,
            (Node::Map(entries), Segment::Value(index)) => {
                let (key, value) = entries.get(*index)?;
                is_expected |= matches!(key, Node::Text(key) if key == "expect");
                value
            }
            (Node::Map(entries), Segment::Key(index)) => {
                let (key, value) = entries.get(*index)?;
                beside = Some(value).filter(|_| is_expected);
                key
            }
            _ => return None,
        };
    }
    let is_in = |name: &&String| {
        let token = format!("${{{name}}}");
        let has = |node: &Node| matches!(node, Node::Text(text) if text.contains(&token));
        has(node)
            || beside.is_some_and(|value| value.contains_text(&token))
            || matches!(node, Node::Map(entries) if entries.iter().any(|(key, _)| has(key)))
            || matches!(node, Node::List(items) if items.iter().any(has))
    };
    names.iter().find(is_in)
}

/// Keys of prose and expectations, which are no part of what a scenario does.
const SAID: [&str; 3] = ["expect", "note", "xfail"];

/// The texts in which a parameter stands: with values that only some places take, they say what the placeholders cannot.
pub(super) fn collect_texts(node: &Node, names: &[String], texts: &mut Vec<String>) {
    match node {
        Node::Text(text) => {
            let mut tokens = names.iter().map(|name| format!("${{{name}}}"));
            if tokens.any(|token| text.contains(&token)) {
                texts.push(text.clone());
            }
        }
        Node::List(items) => {
            for item in items {
                collect_texts(item, names, texts);
            }
        }
        Node::Map(entries) => {
            for (key, value) in entries {
                if !matches!(key, Node::Text(key) if SAID.contains(&key.as_str())) {
                    collect_texts(key, names, texts);
                    collect_texts(value, names, texts);
                }
            }
        }
        _ => {}
    }
}
