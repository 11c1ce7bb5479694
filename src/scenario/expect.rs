//! `expect`: facts and the values they must have.

use std::collections::BTreeSet;

use super::conditions;
use super::cursor::{At, Log, did_you_mean, one_of, quoted};
use super::matrix::{Matrix, Row};
use super::model::{Action, Expectation, Known};
use super::names::is_dotted;
use super::place::Hop;
use super::yaml::Node;
use crate::trace::ProcessEnd;
use crate::trace::fact::{FactName, FactValue};

/// Facts whose value is always a list; a bare word there could never hold.
const LISTS: [&str; 5] = ["ran", "died", "warned", "warning_messages", "lookups"];

/// What the steps of one variant are read with.
pub(super) struct Reading<'m> {
    pub(super) matrix: &'m Matrix,
    pub(super) row: &'m Row,
    /// The `known` marks so far; expectations refer to them by place.
    pub(super) marks: Vec<Known>,
}

/// An expectation and where its fact stands.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) expectation: Expectation,
    pub(super) path: Vec<Hop>,
}

/// Reads a map of facts, or a list of such maps with filters. Items whose `matrix` filter excludes this variant are
/// left out. Whether the facts exist is for [`check`], which knows the whole variant.
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
        if LISTS.contains(&fact) && !matches!(entry.value.node, Node::List(_)) {
            let message = format!("the fact `{fact}` is a list");
            let help = match entry.value.node.scalar() {
                Some(text) if *entry.value.node != Node::Null => format!("write `[{text}]`"),
                _ => "nothing is written `[]`".to_owned(),
            };
            log.say(&entry.value.path, message, help);
            continue;
        }
        if let Some(value) = value(&entry.value, log) {
            expected.push(Expected {
                expectation: Expectation {
                    python: python.clone().flatten(),
                    fact: FactName(fact.into()),
                    value,
                    known: mark.into_iter().collect(),
                },
                path: entry.key.path.clone(),
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

/// Why no interpreter could ever report this value for this fact, and what to write instead.
fn impossible(fact: &str, value: &FactValue) -> Option<(String, String)> {
    let FactValue::Text(text) = value else {
        if let (true, FactValue::List(items)) = (LISTS.contains(&fact), value) {
            let odd = items
                .iter()
                .find(|item| !matches!(item, FactValue::Text(_)))?;
            let message = format!("the fact `{fact}` is a list of texts, and {odd} is none");
            return Some((message, "quote it, if it is one".to_owned()));
        }
        let free = fact == "value";
        let message = format!("the fact `{fact}` is a text, not {value}");
        let help = match value {
            FactValue::List(_) | FactValue::Map(_) => {
                "expected one word, a label or a quoted repr".to_owned()
            }
            _ => format!("a plain value is its repr, quoted: `\"{value}\"`"),
        };
        return (!free).then_some((message, help));
    };
    if fact == "outcome" && text.trim().is_empty() {
        let help = "expected `ok`, or the type of an exception such as `KeyError`".to_owned();
        return Some(("an outcome is never empty".to_owned(), help));
    }
    let end = if fact == "end" {
        text.parse::<ProcessEnd>().err()?
    } else {
        return None;
    };
    Some((
        end.to_string(),
        "expected `exit 3`, `signal SIGSEGV` or `timeout`".to_owned(),
    ))
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
    let ids: Vec<_> = matrix.rows.iter().map(|row| row.id().to_string()).collect();
    format!("the variants are {}", ids.join(" "))
}

fn value(at: &At<'_>, log: &mut Log<'_>) -> Option<FactValue> {
    Some(match at.node {
        Node::Bool(value) => FactValue::Bool(*value),
        Node::Int(value) => FactValue::Int(*value),
        Node::Float(value) => FactValue::Float(*value),
        Node::Null => FactValue::text("None"),
        Node::Text(text) => FactValue::text(text),
        Node::List(_) => {
            let items = at.items("a value", log)?;
            let values: Option<Vec<_>> = items.iter().map(|item| value(item, log)).collect();
            FactValue::List(values?)
        }
        Node::Map(_) => {
            let mut values = Vec::new();
            for entry in at.entries("a value", log)? {
                values.push((entry.name.to_owned(), value(&entry.value, log)?));
            }
            FactValue::map(values)
        }
        Node::Tagged => {
            at.text("a value", log)?;
            return None;
        }
    })
}

/// Says which facts no interpreter could ever report, given the watched names of the variant and those that something
/// unreadable in it may have brought.
pub(super) fn check(
    expected: &Expected,
    action: Option<&Action>,
    watched: &[String],
    bound: &[String],
    guessed: &BTreeSet<String>,
    log: &mut Log<'_>,
) {
    let fact = expected.expectation.fact.0.as_str();
    let is_watched =
        |name: &str| watched.iter().any(|other| other == name) || guessed.contains(name);
    let path = &expected.path;
    if let Some(spelling) = fact.strip_prefix("resolve(") {
        return check_resolve(spelling.trim_end_matches(')'), expected, action, log);
    }
    let is_bound = bound.iter().any(|other| other == fact);
    let say_impossible = |log: &mut Log<'_>| {
        if let Some((message, help)) = impossible(fact, &expected.expectation.value) {
            log.say(path, message, help);
        }
    };
    if FactName::FIXED.contains(&fact) || is_bound || (is_watched(fact) && !fact.contains('.')) {
        return say_impossible(log);
    }
    let of_a_name = FactName::OF_A_NAME.iter().find_map(|kind| {
        let name = fact.strip_prefix(kind)?.strip_prefix('(')?;
        Some((*kind, name.strip_suffix(')')?))
    });
    let (message, help) = match of_a_name {
        Some(("attribute", name)) if !name.contains('.') => (
            format!("`attribute` needs a dot, not {}", quoted(name)),
            "expected `attribute(pkg.sub)`".to_owned(),
        ),
        Some((_, name)) if is_watched(name) => return say_impossible(log),
        Some((_, name)) => (
            format!("nothing watches {}", quoted(name)),
            format!(
                "watched are the fixture modules, the names that the steps mention and those in `watch`: {}",
                one_of_names(watched)
            ),
        ),
        None if is_watched(fact) => (
            format!("a binding has no dots: {}", quoted(fact)),
            format!("expected `cached({fact})` or `attribute({fact})`"),
        ),
        None if is_dotted(fact) => (
            format!("{} is neither a fact nor a watched name", quoted(fact)),
            format!(
                "facts are {}; watched names are {}",
                one_of(&FactName::FIXED),
                one_of_names(watched)
            ),
        ),
        None => (
            format!("unknown fact {}", quoted(fact)),
            format!(
                "facts are {}, `cached(name)`, `original(name)` and `attribute(pkg.sub)`",
                one_of(&FactName::FIXED)
            ),
        ),
    };
    let mut known = facts_of(watched);
    known.extend_from_slice(bound);
    let nearest = did_you_mean(fact, known.iter().map(String::as_str));
    log.say(path, message, nearest.unwrap_or(help));
}

/// A fact of a `resolve` step: its spelling must be one, and one that a name without dots has.
fn check_resolve(spelling: &str, expected: &Expected, action: Option<&Action>, log: &mut Log<'_>) {
    let path = &expected.path;
    let Some(Action::Resolve(name)) = action else {
        if action.is_some() {
            let message = "only a `resolve` step has such a fact";
            log.say(path, message, "expected a step such as `resolve: pkg.sub`");
        }
        return;
    };
    if !FactName::RESOLVE.contains(&spelling) {
        let help = did_you_mean(spelling, FactName::RESOLVE).unwrap_or_else(|| {
            let spellings = FactName::RESOLVE.map(|word| format!("`resolve({word})`"));
            format!("expected one of {}", spellings.join(", "))
        });
        log.say(path, format!("unknown spelling {}", quoted(spelling)), help);
    } else if spelling == "from" && !name.contains('.') {
        let message = format!("`{name}` has no dot, so nothing to import it from");
        log.say(path, message, "leave the expectation out");
    } else if let Some((message, help)) =
        impossible(&expected.expectation.fact.0, &expected.expectation.value)
    {
        log.say(path, message, help);
    }
}

fn one_of_names(names: &[String]) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        one_of(&names)
    }
}

/// Every fact that a step of the variant may have.
fn facts_of(watched: &[String]) -> Vec<String> {
    let mut facts: Vec<String> = FactName::FIXED.map(str::to_owned).to_vec();
    facts.push("raises".to_owned());
    for name in watched {
        facts.push(format!("cached({name})"));
        facts.push(format!("original({name})"));
        if name.contains('.') {
            facts.push(format!("attribute({name})"));
        } else {
            facts.push(name.clone());
        }
    }
    facts
}
