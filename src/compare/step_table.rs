//! Behaviours side by side, step by step, as plain data that every view draws in its own way.

use std::collections::BTreeMap;

use serde::Serialize;

use super::recorded_texts::{TextByVersion, texts_of_step};
use super::step_columns::StepColumn;
use crate::record::CaseReport;
use crate::record::ranges::ranges;
use crate::text::joined;
use crate::trace::TraceView;
use crate::trace::align::{
    FactColumns, StepOccurrence, align_occurrences, find_changes, values_at,
};
use crate::trace::detail::Detail;
use crate::trace::fact::FactValue;
use crate::trace::list_change::describe_list_change;

/// How a process ends unless something is to be said of it.
pub(super) const REGULAR_END: &str = "exit 0";

/// The steps of several behaviours.
#[derive(Clone, Debug, Default)]
pub struct StepTable<'a> {
    /// The behaviours.
    pub columns: Vec<StepColumn<'a>>,
    /// The steps that any of them came to, with the facts that changed in any of them.
    pub steps: Vec<TableStep>,
}

/// A step, with the facts that changed in any of the columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableStep {
    /// `2`; `1›` for a step in the body of a module, which happened before step 1 ended.
    pub number: String,
    /// The step in words.
    pub action: String,
    /// The Python text of the step, where it has several lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The remark of the scenario on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The facts.
    pub facts: Vec<TableFact>,
}

/// A fact in all columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableFact {
    /// Its name; in brackets for a text that is recorded and not compared.
    pub name: String,
    /// True if it is part of the behaviour: columns that differ in nothing else are one behaviour.
    #[serde(skip)]
    pub is_compared: bool,
    /// True if it is compared and not the same in all columns that came so far.
    pub differs: bool,
    /// Nothing where the step was not reached, or no text was recorded; `—` where the step has no such fact. Of a long list that is
    /// another one than that to its left, what came and went.
    pub values: Vec<Option<String>>,
    /// True for each column in which an expectation of it is violated; empty where none is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<bool>,
}

impl<'a> StepTable<'a> {
    /// The table of these columns, with remarks on steps by their numbers.
    pub fn new(notes: &BTreeMap<usize, String>, columns: Vec<StepColumn<'a>>) -> Self {
        let traces: Vec<TraceView<'_>> = columns.iter().map(|column| column.trace).collect();
        let steps = align_occurrences(&traces).into_iter().map(|occurrence| {
            let note = notes.get(&occurrence.step).filter(|_| occurrence.turn == 0);
            TableStep {
                number: match occurrence.inside {
                    Some(outer) => format!("{outer}›"),
                    None => occurrence.step.to_string(),
                },
                action: occurrence.action.to_owned(),
                code: find_code(&traces, &occurrence),
                note: note.map(|note| note.trim().to_owned()),
                facts: facts_of_step(&columns, &traces, &occurrence),
            }
        });
        Self {
            steps: steps.collect(),
            columns,
        }
    }

    /// How the process ended in each column, where that is not how processes always end.
    pub fn ends(&self) -> Option<impl Iterator<Item = &str>> {
        let mut ends = self.columns.iter().map(|column| column.end.as_str());
        let all = ends.clone();
        ends.any(|end| end != REGULAR_END).then_some(all)
    }
}

/// The Python text of a step, once.
fn find_code(traces: &[TraceView<'_>], occurrence: &StepOccurrence<'_>) -> Option<String> {
    let mut actions = traces.iter().filter(|_| occurrence.turn == 0);
    let code = actions.find_map(|trace| trace.actions.get(&occurrence.step)?.code.as_ref());
    code.map(ToString::to_string)
}

/// The facts of a step of which cases say that they are not as expected, each with true for their columns.
fn find_violations<'a>(
    columns: &[StepColumn<'a>],
    occurrence: &StepOccurrence<'_>,
) -> BTreeMap<&'a str, Vec<bool>> {
    let (place, action) = match occurrence.action.split_once(": ") {
        // A step in the body of a module has its name before it.
        Some((body, action)) if occurrence.is_in_body() => (body.to_owned(), action),
        _ => (format!("step {}", occurrence.step), occurrence.action),
    };
    let beginning = format!("{place} ({action}): ");
    let mut found: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    for (index, column) in columns.iter().enumerate() {
        for reason in column.cases.iter().flat_map(|case| &case.reasons) {
            let rest = reason.strip_prefix(&beginning);
            if let Some((fact, _)) = rest.and_then(|rest| rest.split_once(": expected ")) {
                let violated = found.entry(fact);
                violated.or_insert_with(|| vec![false; columns.len()])[index] = true;
            }
        }
    }
    found
}

/// The facts that changed in a step, each text that is not compared behind the fact that it belongs to.
fn facts_of_step(
    columns: &[StepColumn<'_>],
    traces: &[TraceView<'_>],
    occurrence: &StepOccurrence<'_>,
) -> Vec<TableFact> {
    let mut changed = find_changes(traces, occurrence);
    let violations = find_violations(columns, occurrence);
    // What should have changed and did not is worth a line, too.
    for name in violations.keys() {
        let values = values_at(traces, occurrence, name);
        let is_known = changed.iter().any(|(known, _)| known == name);
        if !is_known && values.iter().flatten().any(Option::is_some) {
            changed.push((*name, values));
        }
    }
    let mut facts: Vec<_> = changed
        .iter()
        .map(|(name, values)| TableFact {
            violations: violations.get(name).cloned().unwrap_or_default(),
            ..TableFact::compared(name, values)
        })
        .collect();
    for (detail, owner) in [
        (Detail::Message, "outcome"),
        (Detail::WarningMessages, "warned"),
    ] {
        if occurrence.turn > 0 || facts.iter().any(|fact| fact.name == detail.fact()) {
            continue;
        }
        let values = columns
            .iter()
            .map(|column| text_by_version(&column.cases, occurrence.step, detail));
        let text = TableFact {
            name: format!("({})", detail.fact()),
            is_compared: false,
            differs: false,
            values: values.collect(),
            violations: Vec::new(),
        };
        if text.values.iter().any(Option::is_some) {
            let owner = facts.iter().position(|fact| fact.name == owner);
            facts.insert(owner.map_or(facts.len(), |owner| owner + 1), text);
        }
    }
    facts
}

impl TableFact {
    fn compared(name: &str, values: &FactColumns) -> Self {
        let reached: Vec<&Option<FactValue>> = values.iter().flatten().collect();
        Self {
            name: name.to_owned(),
            is_compared: true,
            differs: reached.windows(2).any(|pair| pair[0] != pair[1]),
            values: render_values(name, values),
            violations: Vec::new(),
        }
    }

    /// True if a column has the same value as the one to its left.
    pub fn is_repeated(&self, column: usize) -> bool {
        column > 0
            && self.values[column].is_some()
            && self.values[column - 1] == self.values[column]
    }
}

/// The values of a fact in all columns as texts.
fn render_values(name: &str, values: &FactColumns) -> Vec<Option<String>> {
    let mut texts: Vec<Option<String>> = Vec::new();
    for (column, value) in values.iter().enumerate() {
        let left = column.checked_sub(1);
        let left = left.and_then(|left| Some((values[left].as_ref()?, texts[left].clone()?)));
        texts.push(value.as_ref().map(|value| match (left, value) {
            (Some((known, text)), _) if known == value => text,
            (_, None) => "—".to_owned(),
            (left, Some(value)) => {
                let left = left.and_then(|(known, _)| known.as_ref());
                let changes = left.and_then(|left| describe_list_change(left, value));
                match (changes, value) {
                    (Some(changes), _) => joined(changes, "\n"),
                    (None, FactValue::List(operations))
                        if name == "lookups" && !operations.is_empty() =>
                    {
                        joined(operations, "\n")
                    }
                    (None, _) => value.to_string(),
                }
            }
        }));
    }
    texts
}

/// The text that all cases of a column had, or each with its versions.
fn text_by_version(cases: &[&CaseReport], step: usize, detail: Detail) -> Option<String> {
    let texts = texts_of_step(cases, step, detail);
    match &texts[..] {
        [] => None,
        [(text, _)] => Some(text.clone()),
        texts => {
            let all: Vec<_> = texts.iter().flat_map(|(_, keys)| keys.clone()).collect();
            let line = |(text, keys): &TextByVersion<'_>| format!("{}: {text}", ranges(keys, &all));
            Some(joined(texts.iter().map(line), "\n"))
        }
    }
}
