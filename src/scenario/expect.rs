//! `expect`: facts and the values they must have.

use super::matrix::{Matrix, Row};
use super::model::{Expectation, XfailMark};
use super::parse_matcher::MatcherParser;
use super::sections::parse_xfail;
use super::version_specs::parse_spec;
use crate::trace::fact::FactName;
use crate::trace::facts::Fact;
use crate::yaml::cursor::{Cursor, Entry};
use crate::yaml::node::Node;
use crate::yaml::span::Segment;
use crate::yaml::suggest::quoted;

/// The most items of `expect`: each is held against all others.
const MAX_EXPECTATIONS: usize = 256;

/// The context in which the expectations of one variant are parsed.
pub(super) struct VariantContext<'m> {
    pub(super) matrix: &'m Matrix,
    pub(super) row: &'m Row,
    /// The `xfail` marks so far; expectations refer to them by index.
    pub(super) marks: Vec<XfailMark>,
    /// Names of the snapshots of this variant: values of `cache`.
    pub(super) snapshots: Vec<String>,
    /// True if anything is expected, in whichever variant.
    pub(super) is_judged: bool,
}

/// An expectation and the path of its fact.
#[derive(Debug)]
pub(super) struct ParsedExpectation {
    pub(super) expectation: Expectation,
    pub(super) path: Vec<Segment>,
    /// The path of its `python` filter, if it has one.
    pub(super) filter: Option<Vec<Segment>>,
}

/// Parses a map of facts, or a list of such maps with filters. Items whose `matrix` filter excludes this variant are
/// left out. Whether they can hold is for [`expectation_checks`](super::expectation_checks), which know the whole variant.
pub(super) fn parse_expect(
    cursor: &Cursor<'_>,
    context: &mut VariantContext<'_>,
) -> Vec<ParsedExpectation> {
    let Node::List(items) = cursor.node else {
        return parse_facts(cursor, context);
    };
    if items.is_empty() {
        cursor.report("`expect` is an empty list", "leave it out");
    }
    let items = cursor.children().into_iter();
    if items.len() > MAX_EXPECTATIONS {
        let message = format!("more than {MAX_EXPECTATIONS} expectations of a step");
        cursor.report(message, "make them several steps, or several files");
        return Vec::new();
    }
    items.flat_map(|item| parse_facts(&item, context)).collect()
}

/// Parses a map of facts, which may have filters and a mark.
fn parse_facts(cursor: &Cursor<'_>, context: &mut VariantContext<'_>) -> Vec<ParsedExpectation> {
    let Some(entries) = cursor.entries("`expect`") else {
        return Vec::new();
    };
    let python = entries.value("python").and_then(parse_spec);
    let applies = entries
        .value("matrix")
        .is_none_or(|filter| passes_filter(filter, context.matrix, context.row));
    // A module may be called so, and then this is its binding.
    let is_mark =
        |name: &str, value: &Cursor<'_>| name == "xfail" && matches!(value.node, Node::Map(_));
    let mark = entries.value("xfail");
    let mark = mark.filter(|mark| applies && is_mark("xfail", mark));
    let mark = mark.and_then(|mark| parse_xfail(mark, context, false));
    if let (Some(raises), Some(_)) = (entries.get("raises"), entries.get("outcome")) {
        let message = "`raises` and `outcome` are the same fact";
        raises.key.report(message, "keep one of them");
    }
    if let Some(raises) = entries.get("raises")
        && let Some(word) = raises.value.node.scalar_text()
        && matches!(word.as_str(), "any" | "ok")
    {
        let help = match word.as_str() {
            "ok" => "a step without an exception is written `outcome: ok`",
            _ => "write `outcome: {not: ok}`, or `outcome: any` where an exception may come",
        };
        let message = format!("{} is no exception", quoted(&word));
        raises.value.report(message, help);
    }
    let mut expected = Vec::new();
    let is_fact = |entry: &&Entry<'_>| {
        !matches!(entry.name, "python" | "matrix") && !is_mark(entry.name, &entry.value)
    };
    if !entries.iter().any(|entry| is_fact(&entry)) {
        cursor.report(
            "an expectation without a fact",
            "expected a fact and its value, as in `outcome: ok`",
        );
    }
    for entry in entries.iter().filter(is_fact) {
        let fact = match entry.name {
            "raises" => "outcome",
            name => name,
        };
        if Fact::of(fact).is_list() && !matches!(entry.value.node, Node::List(_) | Node::Map(_)) {
            const NOTHING: [&str; 7] =
                ["", "None", "absent", "none", "nothing", "empty", "unbound"];
            let message = format!("the fact `{fact}` is a list");
            let help = match entry.value.node.scalar_text() {
                Some(text) if !NOTHING.contains(&text.as_str()) => format!("write `[{text}]`"),
                _ => "nothing is written `[]`".to_owned(),
            };
            entry.value.report(message, help);
            continue;
        }
        let snapshots = &context.snapshots;
        let parser = MatcherParser { fact, snapshots };
        if let Some(value) = parser.parse(&entry.value) {
            expected.push(ParsedExpectation {
                expectation: Expectation {
                    python: python.clone(),
                    fact: FactName(fact.into()),
                    value,
                    xfail_marks: mark.into_iter().collect(),
                },
                path: entry.key.path.clone(),
                filter: entries.get("python").map(|entry| entry.key.path.clone()),
            });
        }
    }
    context.is_judged |= !expected.is_empty();
    if applies { expected } else { Vec::new() }
}

/// True if an expectation's `matrix:` filter lets this combination through. A filter that lets none through at all
/// is a problem.
fn passes_filter(cursor: &Cursor<'_>, matrix: &Matrix, row: &Row) -> bool {
    let entries = cursor.entries("`matrix`").unwrap_or_default();
    let mut known = true;
    let mut wanted: Vec<(&str, Vec<&Node>)> = Vec::new();
    for entry in entries.iter() {
        let values = match entry.value.node {
            Node::List(values) => values.iter().collect(),
            value => vec![value],
        };
        let has_key = matrix.has_key(entry);
        known &= has_key;
        // Of a parameter, any value may come.
        let is_parameter = matrix.parameters().iter().any(|name| name == entry.name);
        known &= !is_parameter;
        for value in values.iter().filter(|_| has_key && !is_parameter) {
            let mut rows = matrix.rows.iter();
            if !rows.any(|row| row.get(entry.name) == Some(value)) {
                let shown = quoted(&value.scalar_text().unwrap_or_default());
                let message = format!("{shown} is not a value of the matrix key `{}`", entry.name);
                entry.value.report(message, list_variants(matrix));
                known = false;
            }
        }
        wanted.push((entry.name, values));
    }
    let is_one_of = |key: &str, value: &Node, values: &[&Node]| {
        // Values from outside are text, whatever they look like.
        let is_parameter = matrix.parameters().iter().any(|name| name == key);
        let is_like = |other: &&Node| is_parameter && other.scalar_text() == value.scalar_text();
        values.contains(&value) || values.iter().any(is_like)
    };
    let holds = |row: &Row| {
        let mut wanted = wanted.iter();
        wanted.all(|(key, values)| {
            row.get(key)
                .is_some_and(|value| is_one_of(key, value, values))
        })
    };
    if known && !matrix.rows.iter().any(holds) {
        let message = "this `matrix` filter matches no variant";
        cursor.report(message, list_variants(matrix));
    }
    holds(row)
}

/// The most variants that help lists.
const MAX_LISTED: usize = 50;

/// The variants in words, for help.
fn list_variants(matrix: &Matrix) -> String {
    // More than anybody reads, and not all of them for each of many complaints.
    let rows = matrix.rows.iter().take(MAX_LISTED);
    let ids: Vec<_> = rows
        .map(|row| row.choices_behind(matrix.parameters).to_string())
        .collect();
    format!("the variants are {}", ids.join(" "))
}
