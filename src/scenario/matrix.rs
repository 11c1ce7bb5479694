//! `matrix:` — the variants of a scenario, by the rules of GitHub Actions, and `${key}` in the rest of the file.

use std::collections::BTreeSet;

use super::model::Choices;
use super::substitute::key_length;
use crate::yaml::cursor::{At, Entry, Log, did_you_mean, one_of, quoted};
use crate::yaml::node::Node;

/// As many as GitHub allows; more is a mistake.
const MOST_VARIANTS: usize = 256;

/// The combinations that a matrix stands for.
#[derive(Debug, Default)]
pub(super) struct Matrix {
    /// Its keys: those with lists, then those that only `include` brings.
    pub(super) keys: Vec<String>,
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
        let text = |value: &Node| value.scalar().unwrap_or_default();
        Choices(
            self.0
                .iter()
                .map(|(key, value)| (key.clone(), text(value)))
                .collect(),
        )
    }

    /// What a key is in this combination.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.0
            .iter()
            .find_map(|(name, value)| (name == key).then_some(value))
    }

    fn set(&mut self, key: &str, value: &Node) {
        match self.0.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value.clone(),
            None => self.0.push((key.to_owned(), value.clone())),
        }
    }

    fn has_all(&self, pairs: &[(&str, &Node)]) -> bool {
        pairs
            .iter()
            .all(|(key, value)| self.get(key) == Some(*value))
    }
}

impl Matrix {
    /// Reads the section. What is wrong with it is left out, so that the rest of the file can be read all the same.
    pub(super) fn read(at: Option<&At<'_>>, log: &mut Log<'_>) -> Self {
        let mut matrix = Self {
            rows: vec![Row::default()],
            ..Self::default()
        };
        let Some(at) = at else { return matrix };
        let entries = at.entries("`matrix`", log).unwrap_or_default();
        let (special, lists): (Vec<_>, Vec<_>) = entries
            .iter()
            .partition(|entry| matches!(entry.name, "include" | "exclude"));
        if entries.is_empty() && matches!(at.node, Node::Map(_)) {
            log.say(&at.path, "`matrix` is empty", "leave it out");
        }
        for entry in &lists {
            matrix.multiply(entry, at, log);
        }
        let section = |name| special.iter().find(|entry| entry.name == name);
        let sample = matrix.rows[0].clone();
        if let Some(exclude) = section("exclude") {
            matrix.exclude(&exclude.value, log);
        }
        if let Some(include) = section("include") {
            matrix.include(&include.value, lists.is_empty(), log);
        }
        if matrix.rows.is_empty() {
            log.say(&at.path, "the matrix leaves no variant", "");
            matrix.rows.push(sample);
        }
        let mut ids = BTreeSet::new();
        for row in &matrix.rows {
            let id = row.choices().to_string();
            if ids.contains(&id) {
                let message = format!("two variants would be called {}", quoted(&id));
                let help = "each variant needs a value of its own, and a blank counts as `_`";
                log.say(&at.path, message, help);
            }
            ids.insert(id);
        }
        matrix
    }

    /// Every combination so far, with each value of one more key.
    fn multiply(&mut self, entry: &Entry<'_>, matrix: &At<'_>, log: &mut Log<'_>) {
        let name_fits = key_length(entry.name) == entry.name.len() && !entry.name.is_empty();
        if !name_fits {
            let message = format!("{} cannot be a matrix key", quoted(entry.name));
            let help = "expected letters, digits, `_`, `-` and `.`, a letter or `_` first";
            log.say(&entry.key.path, message, help);
            return;
        }
        self.keys.push(entry.name.to_owned());
        let what = format!("`matrix.{}`", entry.name);
        let items = entry.value.items(&what, log).unwrap_or_default();
        if items.is_empty() && matches!(entry.value.node, Node::List(_)) {
            log.say(&entry.value.path, format!("{what} is an empty list"), "");
        }
        let mut values: Vec<&Node> = Vec::new();
        for item in items {
            if values.contains(&item.node) {
                log.say(&item.path, format!("a value of {what} is there twice"), "");
            } else if value_fits(&item, &what, log) {
                values.push(item.node);
            }
        }
        if values.is_empty() {
            // Something must stand for `${key}` while the rest is read; the file is refused anyway.
            self.rows
                .iter_mut()
                .for_each(|row| row.set(entry.name, &Node::Null));
        } else if values.len() * self.rows.len() > MOST_VARIANTS {
            let message = format!("the matrix makes more than {MOST_VARIANTS} variants");
            log.say(&matrix.path, message, "");
            self.rows
                .iter_mut()
                .for_each(|row| row.set(entry.name, values[0]));
        } else {
            let rows = self.rows.iter().flat_map(|row| {
                values.iter().map(|value| {
                    let mut row = row.clone();
                    row.set(entry.name, value);
                    row
                })
            });
            self.rows = rows.collect();
        }
    }

    fn exclude(&mut self, list: &At<'_>, log: &mut Log<'_>) {
        for item in list.items("`exclude`", log).unwrap_or_default() {
            let Some(entries) = pairs(&item, "`exclude`", log) else {
                continue;
            };
            let mut known = true;
            for entry in &entries {
                known &= self.knows(entry, log);
            }
            let pairs: Vec<_> = entries.iter().map(|e| (e.name, e.value.node)).collect();
            let before = self.rows.len();
            self.rows.retain(|row| !row.has_all(&pairs));
            if known && self.rows.len() == before {
                let message = "this `exclude` matches no combination";
                log.say(
                    &item.path,
                    message,
                    "every key must have one of its listed values",
                );
            }
        }
    }

    /// Adds to every original combination that it does not contradict, or else makes one of its own.
    fn include(&mut self, list: &At<'_>, only: bool, log: &mut Log<'_>) {
        let listed = self.keys.clone();
        if only {
            self.rows.clear();
        }
        let originals = self.rows.len();
        for item in list.items("`include`", log).unwrap_or_default() {
            let Some(entries) = pairs(&item, "`include`", log) else {
                continue;
            };
            let pairs: Vec<_> = entries.iter().map(|e| (e.name, e.value.node)).collect();
            for (key, _) in &pairs {
                if !self.keys.iter().any(|known| known == key) {
                    self.keys.push((*key).to_owned());
                }
            }
            let fixed: Vec<_> = pairs
                .iter()
                .copied()
                .filter(|(key, _)| listed.iter().any(|name| name == key))
                .collect();
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
            if !added && self.rows.len() == MOST_VARIANTS {
                let message = format!("the matrix makes more than {MOST_VARIANTS} variants");
                log.say(&item.path, message, "");
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

    /// Whether the matrix has the key and, in some combination, the value; if not, says so.
    pub(super) fn knows(&self, entry: &Entry<'_>, log: &mut Log<'_>) -> bool {
        if !self.keys.iter().any(|key| key == entry.name) {
            let message = format!("{} is not a key of the matrix", quoted(entry.name));
            log.say(&entry.key.path, message, self.nearest(entry.name));
            return false;
        }
        true
    }

    /// Help on a key that the matrix does not have.
    pub(super) fn nearest(&self, name: &str) -> String {
        let keys: Vec<&str> = self.keys.iter().map(String::as_str).collect();
        did_you_mean(name, keys.iter().copied()).unwrap_or_else(|| {
            if keys.is_empty() {
                format!("the file has no `matrix`; a literal `${{` is written `$${{{name}}}`")
            } else {
                format!("expected {}", one_of(&keys))
            }
        })
    }
}

/// The pairs of an `include` or `exclude` item, with values that can be compared and named.
fn pairs<'a>(item: &At<'a>, what: &str, log: &mut Log<'_>) -> Option<Vec<Entry<'a>>> {
    let entries = item.entries(&format!("an item of {what}"), log)?;
    if entries.is_empty() {
        log.say(&item.path, format!("an item of {what} is empty"), "");
        return None;
    }
    let mut fit = true;
    for entry in &entries {
        fit &= value_fits(&entry.value, &format!("`{}` in {what}", entry.name), log);
    }
    fit.then_some(entries)
}

/// A value becomes part of a name, so it is one line.
fn value_fits(at: &At<'_>, what: &str, log: &mut Log<'_>) -> bool {
    match at.node.scalar() {
        Some(text) if !text.contains(char::is_control) => true,
        _ => {
            let message = format!(
                "a value of {what} must be one line of text or a number, not {}",
                at.node.kind()
            );
            log.say(&at.path, message, "");
            false
        }
    }
}
