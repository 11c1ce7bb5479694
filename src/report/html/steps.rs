//! The steps of a row, its behaviours side by side.

use askama::Template;

use super::axis::Column;
use crate::compare::step_columns::StepColumn;
use crate::compare::step_table::{TableFact, TableStep};
use crate::compare::{Comparison, Row};
use crate::text::{joined, short, visible};

/// Characters that are shown of one value. The report has all of it.
const MAX_VALUE: usize = 4_000;

/// The table of steps.
#[derive(Template)]
#[template(path = "steps.html", config = "src/report/html/askama.toml")]
pub(in crate::report) struct StepsView {
    id: String,
    pub(super) heads: Vec<Head>,
    steps: Vec<StepView>,
}

/// The heading of a behaviour.
pub(super) struct Head {
    /// Its letter or sign.
    mark: String,
    versions: String,
    caption: String,
    /// The columns of the axis that show it, as their numbers with blanks between them.
    columns: String,
}

struct StepView {
    number: String,
    action: String,
    /// Its Python text, where it has several lines.
    code: Option<String>,
    note: Option<String>,
    facts: Vec<FactView>,
}

struct FactView {
    name: String,
    differs: bool,
    cells: Vec<CellView>,
}

/// Neighbouring behaviours with the same value of a fact.
struct CellView {
    /// Their letters.
    marks: String,
    /// How many they are.
    span: usize,
    value: String,
    /// True if an expectation of it is violated.
    is_violated: bool,
}

/// Cuts a value to the characters that are shown of one.
pub(super) fn cut(text: &str) -> String {
    visible(&short(text, MAX_VALUE))
}

impl StepsView {
    pub(in crate::report) fn new(
        comparison: &Comparison<'_>,
        row: &Row<'_>,
        axis: &[Column<'_>],
    ) -> Self {
        let table = comparison.step_table(row).unwrap_or_default();
        let captions = comparison.captions(row);
        let columns = table.columns.iter();
        let heads: Vec<Head> = columns
            .map(|column| Head::new(&captions, row, axis, column))
            .collect();
        let steps = table.steps.iter().map(|step| StepView::new(step, &heads));
        let mut steps: Vec<StepView> = steps.collect();
        if let Some(ends) = table.ends() {
            let ends: Vec<Option<String>> = ends.map(|end| Some(cut(end))).collect();
            let differs = ends.windows(2).any(|pair| pair[0] != pair[1]);
            steps.push(StepView {
                number: String::new(),
                action: "end of the process".to_owned(),
                code: None,
                note: None,
                facts: vec![FactView::new("end", differs, (&ends, &[]), &heads)],
            });
        }
        Self {
            id: visible(row.id),
            heads,
            steps,
        }
    }
}

impl Head {
    fn new(
        captions: &[Option<String>],
        row: &Row<'_>,
        axis: &[Column<'_>],
        column: &StepColumn<'_>,
    ) -> Self {
        let heading = &*column.heading;
        let (mark, versions) = heading.split_once(": ").unwrap_or((heading, ""));
        let mut behaviours = row.behaviours.iter();
        let behaviour = behaviours.position(|known| known.id() == column.behaviour);
        let caption = behaviour.and_then(|behaviour| captions[behaviour].clone());
        let shows = |index: &usize| {
            let case = row.cells[*index].map(|cell| cell.case);
            let shown = case.and_then(|case| case.trace.as_deref().zip(case.end.as_deref()));
            shown.is_some() && shown == column.behaviour
        };
        Self {
            mark: visible(mark),
            versions: visible(versions),
            caption: visible(&caption.unwrap_or_default()),
            columns: joined((0..axis.len()).filter(shows), " "),
        }
    }
}

impl StepView {
    fn new(step: &TableStep, heads: &[Head]) -> Self {
        let fact = |fact: &TableFact| {
            let values = (&fact.values[..], &fact.violations[..]);
            FactView::new(&fact.name, fact.differs, values, heads)
        };
        Self {
            number: step.number.clone(),
            action: match &step.code {
                // The text has these words whole.
                Some(_) => cut(step
                    .action
                    .split_once("run: ")
                    .map_or(&*step.action, |_| "run")),
                None => cut(&step.action),
            },
            code: step.code.as_deref().map(cut),
            note: step.note.as_deref().map(visible),
            facts: step.facts.iter().map(fact).collect(),
        }
    }
}

impl FactView {
    fn new(
        name: &str,
        differs: bool,
        (values, violations): (&[Option<String>], &[bool]),
        heads: &[Head],
    ) -> Self {
        let mut cells: Vec<CellView> = Vec::new();
        let mut last = None;
        for (index, (value, head)) in values.iter().zip(heads).enumerate() {
            let is_violated = violations.get(index) == Some(&true);
            match cells.last_mut() {
                Some(cell) if last == Some((value, is_violated)) => {
                    cell.span += 1;
                    cell.marks.push(' ');
                    cell.marks.push_str(&head.mark);
                }
                _ => cells.push(CellView {
                    marks: head.mark.clone(),
                    span: 1,
                    value: value.as_deref().map_or_else(String::new, cut),
                    is_violated,
                }),
            }
            last = Some((value, is_violated));
        }
        Self {
            name: cut(name),
            differs,
            cells,
        }
    }
}
