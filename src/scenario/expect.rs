//! `expect`: facts and the values they must have.

use super::conditions;
use super::matcher;
use super::matrix::{Matrix, Row};
use super::model::{Expectation, Known};
use crate::trace::fact::FactName;
use crate::yaml::cursor::{At, Log, quoted};
use crate::yaml::node::Node;
use crate::yaml::span::Hop;

/// What the steps of one variant are read with.
pub(super) struct Reading<'m> {
    pub(super) matrix: &'m Matrix,
    pub(super) row: &'m Row,
    /// The `known` marks so far; expectations refer to them by place.
    pub(super) marks: Vec<Known>,
    /// Names of the snapshots of this variant: values of `cache`.
    pub(super) snapshots: Vec<String>,
}

/// An expectation and where its fact stands.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) expectation: Expectation,
    pub(super) path: Vec<Hop>,
    /// Where its `python` filter stands, if it has one.
    pub(super) filter: Option<Vec<Hop>>,
}

/// Reads a map of facts, or a list of such maps with filters. Items whose `matrix` filter excludes this variant are
/// left out. Whether they can hold is for [`possible`](super::possible), which knows the whole variant.
pub(super) fn read(at: &At<'_>, reading: &mut Reading<'_>, log: &mut Log<'_>) -> Vec<Expected> {
    match at.node {
        Node::List(items) if items.is_empty() => {
            log.say(&at.path, "`expect` is an empty list", "leave it out");
            Vec::new()
        }
        Node::List(_) => {
            let items = at.items("`expect`", log).unwrap_or_default();
            items
                .iter()
                .flat_map(|item| facts(item, reading, log))
                .collect()
        }
        _ => facts(at, reading, log),
    }
}

fn facts(at: &At<'_>, reading: &mut Reading<'_>, log: &mut Log<'_>) -> Vec<Expected> {
    let entries = at.entries("`expect`", log);
    let Some(entries) = entries else {
        return Vec::new();
    };
    let named = |name| entries.iter().find(|entry| entry.name == name);
    let python = named("python").map(|entry| conditions::python(&entry.value, log));
    let applies =
        named("matrix").is_none_or(|entry| passes(&entry.value, reading.matrix, reading.row, log));
    // A module may be called so, and then this is its binding.
    let is_mark =
        |name: &str, value: &At<'_>| name == "known" && matches!(value.node, Node::Map(_));
    let mark = named("known").filter(|entry| applies && is_mark("known", &entry.value));
    let mark = mark.and_then(|entry| conditions::mark(&entry.value, reading, false, log));
    if let (Some(raises), Some(_)) = (named("raises"), named("outcome")) {
        let message = "`raises` and `outcome` are the same fact";
        log.say(&raises.key.path, message, "keep one of them");
    }
    if let Some(raises) = named("raises")
        && let Some(word) = raises.value.node.scalar()
        && matches!(word.as_str(), "any" | "ok")
    {
        let help = match word.as_str() {
            "ok" => "a step without an exception is written `outcome: ok`",
            _ => "write `outcome: {not: ok}`, or `outcome: any` where an exception may come",
        };
        let message = format!("{} is no exception", quoted(&word));
        log.say(&raises.value.path, message, help);
    }
    let mut expected = Vec::new();
    let facts = entries
        .iter()
        .filter(|entry| !matches!(entry.name, "python" | "matrix"))
        .filter(|entry| !is_mark(entry.name, &entry.value));
    let mut any = false;
    for entry in facts {
        any = true;
        let fact = match entry.name {
            "raises" => "outcome",
            name => name,
        };
        if FactName::LISTS.contains(&fact)
            && !matches!(entry.value.node, Node::List(_) | Node::Map(_))
        {
            const NOTHING: [&str; 7] =
                ["", "None", "absent", "none", "nothing", "empty", "unbound"];
            let message = format!("the fact `{fact}` is a list");
            let help = match entry.value.node.scalar() {
                Some(text) if !NOTHING.contains(&text.as_str()) => format!("write `[{text}]`"),
                _ => "nothing is written `[]`".to_owned(),
            };
            log.say(&entry.value.path, message, help);
            continue;
        }
        if let Some(value) = matcher::read(&entry.value, fact, reading, log) {
            expected.push(Expected {
                expectation: Expectation {
                    python: python.clone().flatten(),
                    fact: FactName(fact.into()),
                    value,
                    known: mark.into_iter().collect(),
                },
                path: entry.key.path.clone(),
                filter: named("python").map(|entry| entry.key.path.clone()),
            });
        }
    }
    if !any {
        log.say(
            &at.path,
            "an expectation without a fact",
            "expected a fact and its value, as in `outcome: ok`",
        );
    }
    if applies { expected } else { Vec::new() }
}

/// Whether an expectation's `matrix:` filter lets this combination through. A filter that lets none through at all
/// is a problem.
fn passes(at: &At<'_>, matrix: &Matrix, row: &Row, log: &mut Log<'_>) -> bool {
    let entries = at.entries("`matrix`", log).unwrap_or_default();
    let mut known = true;
    let mut wanted: Vec<(&str, Vec<&Node>)> = Vec::new();
    for entry in &entries {
        let values = match entry.value.node {
            Node::List(values) => values.iter().collect(),
            value => vec![value],
        };
        let has_key = matrix.knows(entry, log);
        known &= has_key;
        for value in values.iter().filter(|_| has_key) {
            let mut rows = matrix.rows.iter();
            if !rows.any(|row| row.get(entry.name) == Some(value)) {
                let shown = quoted(&value.scalar().unwrap_or_default());
                let message = format!("{shown} is not a value of the matrix key `{}`", entry.name);
                log.say(&entry.value.path, message, variants(matrix));
                known = false;
            }
        }
        wanted.push((entry.name, values));
    }
    let holds = |row: &Row| {
        wanted
            .iter()
            .all(|(key, values)| row.get(key).is_some_and(|value| values.contains(&value)))
    };
    if known && !matrix.rows.iter().any(holds) {
        let message = "this `matrix` filter matches no variant";
        log.say(&at.path, message, variants(matrix));
    }
    holds(row)
}

fn variants(matrix: &Matrix) -> String {
    let ids: Vec<_> = matrix
        .rows
        .iter()
        .map(|row| row.choices().to_string())
        .collect();
    format!("the variants are {}", ids.join(" "))
}
