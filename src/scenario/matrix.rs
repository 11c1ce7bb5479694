//! `matrix:` — the variants of a scenario, by the rules of GitHub Actions, and `${key}` in the rest of the file.

use std::collections::BTreeSet;

use super::model::Choices;
use super::substitute::key_length;
use crate::text::{self, plural};
use crate::yaml::cursor::{Cursor, Entries, Entry};
use crate::yaml::node::Node;
use crate::yaml::suggest::{did_you_mean, one_of, quoted};

/// As many as GitHub allows; more is a mistake.
const MAX_VARIANTS: usize = 256;
/// The most keys; more is a mistake, too.
const MAX_KEYS: usize = 32;
/// The most bytes of all texts of all variants, with what `${key}` stands for.
const MAX_FILLED: usize = 16 << 20;
/// The most values of all variants.
const MAX_VALUES: usize = 500_000;

/// The combinations that a matrix stands for.
#[derive(Debug, Default)]
pub(super) struct Matrix {
    /// Its keys: the parameters, those with lists, then those that only `include` brings.
    pub(super) keys: Vec<String>,
    /// How many of its keys are parameters, whose values come from outside.
    pub(super) parameters: usize,
    /// At least one; without a matrix the empty one.
    pub(super) rows: Vec<Row>,
    /// Keys that stand as `${key}` somewhere.
    pub(super) used: BTreeSet<String>,
}

/// One combination, in the order of the keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row(Vec<(String, Node)>);

impl Row {
    /// The name of the variant.
    pub(super) fn choices(&self) -> Choices {
        self.choices_behind(0)
    }

    /// The name of the variant without its first choices.
    pub(super) fn choices_behind(&self, first: usize) -> Choices {
        let text = |value: &Node| value.scalar_text().unwrap_or_default();
        let choices = self.0.iter().skip(first);
        Choices(
            choices
                .map(|(key, value)| (key.clone(), text(value)))
                .collect(),
        )
    }

    /// Returns the value of a key in this combination.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let mut pairs = self.0.iter();
        pairs.find_map(|(name, value)| (name == key).then_some(value))
    }

    fn set(&mut self, key: &str, value: &Node) {
        match self.0.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value.clone(),
            None => self.0.push((key.to_owned(), value.clone())),
        }
    }

    /// True if the keys have these values.
    fn has_all(&self, pairs: &[(&str, &Node)]) -> bool {
        let mut pairs = pairs.iter();
        pairs.all(|(key, value)| self.get(key) == Some(value))
    }
}

impl Matrix {
    /// Parses the section. What is wrong with it is left out, so that the rest of the file can be read all the same.
    pub(super) fn parse(cursor: Option<&Cursor<'_>>) -> Self {
        let mut matrix = Self {
            rows: vec![Row::default()],
            ..Self::default()
        };
        let Some(cursor) = cursor else {
            return matrix;
        };
        let entries = cursor.entries("`matrix`").unwrap_or_default();
        let lists: Vec<_> = entries
            .iter()
            .filter(|entry| !matches!(entry.name, "include" | "exclude"))
            .collect();
        if entries.is_empty() && matches!(cursor.node, Node::Map(_)) {
            cursor.report("`matrix` is empty", "leave it out");
        }
        for entry in &lists {
            matrix.multiply(entry, cursor);
        }
        let sample = matrix.rows[0].clone();
        if let Some(exclude) = entries.value("exclude") {
            matrix.exclude(exclude);
        }
        if let Some(include) = entries.value("include") {
            matrix.include(include, lists.is_empty());
        }
        if matrix.rows.is_empty() {
            cursor.report("the matrix leaves no variant", "");
            matrix.rows.push(sample);
        }
        let mut ids = BTreeSet::new();
        for row in &matrix.rows {
            let id = row.choices().to_string();
            let message = format!("two variants would be called {}", quoted(&id));
            if !ids.insert(id) {
                let help = "each variant needs a value of its own, and a blank counts as `_`";
                cursor.report(message, help);
            }
        }
        matrix
    }

    /// Multiplies every combination so far by the values of one more key.
    fn multiply(&mut self, entry: &Entry<'_>, matrix: &Cursor<'_>) {
        let is_key = key_length(entry.name) == entry.name.len() && !entry.name.is_empty();
        if !is_key {
            let message = format!("{} cannot be a matrix key", quoted(entry.name));
            let help = "expected letters, digits, `_`, `-` and `.`, a letter or `_` first";
            entry.key.report(message, help);
            return;
        }
        if !self.has_room(&entry.key, 1) {
            return;
        }
        self.keys.push(entry.name.to_owned());
        let what = format!("`matrix.{}`", entry.name);
        let items = entry.value.items(&what).unwrap_or_default();
        if items.is_empty() && matches!(entry.value.node, Node::List(_)) {
            entry.value.report(format!("{what} is an empty list"), "");
        }
        let mut values: Vec<&Node> = Vec::new();
        let is_too_much = items.len() * self.rows.len() > MAX_VARIANTS;
        for item in items.into_iter().take(MAX_VARIANTS) {
            if values.contains(&item.node) {
                item.report(format!("a value of {what} is there twice"), "");
            } else if is_one_line(&item, &what) {
                values.push(item.node);
            }
        }
        // Something must stand for `${key}` while the rest is read, even where the file is refused.
        if values.is_empty() {
            values.push(&Node::Null);
        } else if is_too_much {
            let message = format!("the matrix makes more than {MAX_VARIANTS} variants");
            matrix.report(message, "");
            values.truncate(1);
        }
        let rows = self.rows.iter().flat_map(|row| {
            values.iter().map(|value| {
                let mut row = row.clone();
                row.set(entry.name, value);
                row
            })
        });
        self.rows = rows.collect();
    }

    /// Multiplies the combinations by those of parameters, which come first. `values` gives the values of a parameter, one or several.
    pub(super) fn multiply_by_parameters(
        &mut self,
        names: &[String],
        values: impl Fn(&str) -> Vec<String>,
        cursor: &Cursor<'_>,
    ) {
        let mut rows = vec![Row::default()];
        for name in names {
            let mut values = values(name);
            if values.len() * rows.len() * self.rows.len() > MAX_VARIANTS {
                let message = format!("the values make more than {MAX_VARIANTS} variants");
                cursor.report(message, "set fewer at once");
                values.truncate(1);
            }
            let longer = rows.iter().flat_map(|row| {
                values.iter().map(|value| {
                    let mut row = row.clone();
                    row.set(name, &Node::Text(value.clone()));
                    row
                })
            });
            rows = longer.collect();
        }
        let longer = rows.into_iter().flat_map(|first| {
            self.rows.iter().map(move |row| {
                let pairs = first.0.iter().chain(&row.0);
                Row(pairs.cloned().collect())
            })
        });
        self.rows = longer.collect();
        self.keys.splice(0..0, names.iter().cloned());
        self.parameters = names.len();
    }

    /// The parameters.
    pub(super) fn parameters(&self) -> &[String] {
        &self.keys[..self.parameters]
    }

    /// Takes out the combinations that an item of `exclude` matches.
    fn exclude(&mut self, list: &Cursor<'_>) {
        for item in list.items("`exclude`").unwrap_or_default() {
            let Some(entries) = parse_pairs(&item, "`exclude`") else {
                continue;
            };
            let known = entries.all_are(|entry| self.has_key(entry));
            let pairs: Vec<_> = entries.iter().map(|e| (e.name, e.value.node)).collect();
            let before = self.rows.len();
            self.rows.retain(|row| !row.has_all(&pairs));
            if known && self.rows.len() == before {
                let message = "this `exclude` matches no combination";
                item.report(message, "every key must have one of its listed values");
            }
        }
    }

    /// Adds to every original combination that it does not contradict, or else makes one of its own.
    fn include(&mut self, list: &Cursor<'_>, only: bool) {
        let listed = self.keys.clone();
        if only {
            self.rows.clear();
        }
        let originals = self.rows.len();
        for item in list.items("`include`").unwrap_or_default() {
            let Some(entries) = parse_pairs(&item, "`include`") else {
                continue;
            };
            let pairs: Vec<_> = entries.iter().map(|e| (e.name, e.value.node)).collect();
            let is_new = |key: &str| !self.keys.iter().any(|known| known == key);
            let new = pairs.iter().filter(|(key, _)| is_new(key)).count();
            if new > 0 && !self.has_room(&item, new) {
                continue;
            }
            for (key, _) in &pairs {
                if !self.keys.iter().any(|known| known == key) {
                    self.keys.push((*key).to_owned());
                }
            }
            let mut fixed = pairs.clone();
            fixed.retain(|(key, _)| listed.iter().any(|name| name == key));
            let fill = |row: &mut Row| {
                for (key, value) in &pairs {
                    row.set(key, value);
                }
            };
            let mut added = false;
            for row in &mut self.rows[..originals] {
                if row.has_all(&fixed) {
                    fill(row);
                    added = true;
                }
            }
            if !added && self.rows.len() == MAX_VARIANTS {
                let message = format!("the matrix makes more than {MAX_VARIANTS} variants");
                item.report(message, "");
            } else if !added {
                let mut row = Row::default();
                fill(&mut row);
                self.rows.push(row);
            }
        }
        let order = |key: &String| self.keys.iter().position(|known| known == key);
        for row in &mut self.rows {
            row.0.sort_by_key(|(key, _)| order(key));
        }
    }

    /// True if so many keys more are not too many; complains if they are.
    pub(super) fn has_room(&self, cursor: &Cursor<'_>, more: usize) -> bool {
        let is_fit = self.keys.len() + more <= MAX_KEYS;
        if !is_fit {
            let message = format!("the matrix has more than {MAX_KEYS} keys");
            cursor.report(message, "");
        }
        is_fit
    }

    /// True if all variants of these sections together are not too much; complains if they are. It is counted before any is made.
    pub(super) fn is_fit_to_fill<'n>(
        &self,
        sections: impl Iterator<Item = &'n Node>,
        cursor: &Cursor<'_>,
    ) -> bool {
        let (mut values, mut bytes) = (0_usize, 0_usize);
        let mut tokens = vec![0_usize; self.keys.len()];
        for section in sections {
            values += section.count();
            section.for_each_text(&mut |text| {
                bytes += text.len();
                for (offset, _) in text.match_indices("${") {
                    let key = &text[offset + 2..];
                    let key = &key[..key_length(key)];
                    if let Some(index) = self.keys.iter().position(|known| known == key) {
                        tokens[index] += 1;
                    }
                }
            });
        }
        let filled = self.rows.iter().map(|row| {
            let keys = self.keys.iter().zip(&tokens);
            let added = keys.map(|(key, count)| {
                let text = row.get(key).and_then(Node::scalar_text);
                text.map_or(0, |text| text.len().saturating_mul(*count))
            });
            added.fold(bytes, usize::saturating_add)
        });
        let filled = filled.fold(0, usize::saturating_add);
        let variants = plural(self.rows.len(), "variant");
        let message = if filled > MAX_FILLED {
            format!(
                "{variants} with more than {} of text",
                text::bytes(MAX_FILLED as u64)
            )
        } else if values.saturating_mul(self.rows.len()) > MAX_VALUES {
            format!("{variants} with more than {MAX_VALUES} values")
        } else {
            return true;
        };
        cursor.report(
            message,
            "make it several files, or put what is long into a module",
        );
        false
    }

    /// True if the matrix has the key; complains if it has not.
    pub(super) fn has_key(&self, entry: &Entry<'_>) -> bool {
        if !self.keys.iter().any(|key| key == entry.name) {
            let message = format!("{} is not a key of the matrix", quoted(entry.name));
            entry.key.report(message, self.suggest_key(entry.name));
            return false;
        }
        true
    }

    /// Help on a key that the matrix does not have.
    pub(super) fn suggest_key(&self, name: &str) -> String {
        let keys: Vec<&str> = self.keys.iter().map(String::as_str).collect();
        did_you_mean(name, keys.iter().copied()).unwrap_or_else(|| {
            if keys.is_empty() {
                format!(
                    "the file has no `matrix` and no `parameters`; a literal `${{` is written `$${{{name}}}`"
                )
            } else {
                format!("expected {}", one_of(&keys))
            }
        })
    }
}

/// Parses the pairs of an `include` or `exclude` item, whose values can be compared and named.
fn parse_pairs<'a>(item: &Cursor<'a>, what: &str) -> Option<Entries<'a>> {
    let entries = item.entries(&format!("an item of {what}"))?;
    if entries.is_empty() {
        item.report(format!("an item of {what} is empty"), "");
        return None;
    }
    let is_fit =
        |entry: &Entry<'_>| is_one_line(&entry.value, &format!("`{}` in {what}", entry.name));
    entries.all_are(is_fit).then_some(entries)
}

/// True if a value is one line, because it becomes part of a name; complains if it is not.
fn is_one_line(cursor: &Cursor<'_>, what: &str) -> bool {
    let text = cursor.node.scalar_text();
    let is_fit = text.is_some_and(|text| !text.contains(char::is_control));
    if !is_fit {
        let kind = cursor.node.kind();
        let message = format!("a value of {what} must be one line of text or a number, not {kind}");
        cursor.report(message, "");
    }
    is_fit
}
