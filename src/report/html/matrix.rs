//! The list of all findings.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::axis::Column;
use super::blocks::Block;
use crate::compare::{Cell, ChangedIn, Comparison, Row, group_by_key};
use crate::record::{Rating, Verdict};
use crate::text::visible;
use crate::trace::fact::FactValue;

/// The rows of a subject, the first folder of their ids.
pub(super) struct Group<'a> {
    pub(super) name: String,
    pub(super) rows: Vec<Line<'a>>,
    /// How many of the rows differ between versions.
    pub(super) differing: usize,
}

/// A row of the list.
pub(super) struct Line<'a> {
    pub(super) row: &'a Row<'a>,
    pub(super) blocks: &'a [Block],
    /// Its index among all rows of the report.
    pub(super) number: usize,
    /// The finding of the scenario.
    pub(super) title: String,
    /// True if the row before it is of the same scenario.
    pub(super) is_again: bool,
}

impl Line<'_> {
    /// True if its verdict is worth a badge: all cases that ran passed otherwise, or none ran.
    pub(super) fn has_badge(&self) -> bool {
        !matches!(self.row.verdict(), Verdict::Pass | Verdict::Recorded) || self.row.is_unfinished()
    }
}

/// The rows by subject, both in the order of the report, with the blocks of each.
pub(super) fn build_groups<'a>(
    comparison: &'a Comparison<'a>,
    blocks: &'a [Vec<Block>],
) -> Vec<Group<'a>> {
    let rows = comparison.rows.iter().enumerate();
    let groups = group_by_key(rows.map(|numbered| (numbered.1.id.subject(), numbered)));
    let groups = groups.into_iter().map(|(subject, rows)| {
        let differing = rows
            .iter()
            .filter(|(_, row)| row.differs_between_versions());
        let differing = differing.count();
        let mut last_scenario = "";
        let lines = rows.into_iter().map(|(number, row)| {
            let id = row.id.scenario();
            let title = comparison
                .scenario(id)
                .map_or(id, |scenario| &scenario.title);
            let is_again = std::mem::replace(&mut last_scenario, id) == id;
            Line {
                row,
                blocks: &blocks[number],
                number,
                title: visible(title),
                is_again,
            }
        });
        Group {
            name: visible(subject),
            rows: lines.collect(),
            differing,
        }
    });
    groups.collect()
}

/// The class of a verdict.
pub(super) fn css_class(verdict: Verdict) -> &'static str {
    match verdict.rating() {
        Rating::Good => "good",
        Rating::Noted => "note",
        Rating::Bad => "bad",
        Rating::NotRun => "none",
    }
}

/// The index in which the script looks rows up.
#[derive(Serialize)]
pub(super) struct Index {
    keys: Vec<String>,
    /// The feature release of each key, with the suffix of its build.
    releases: Vec<String>,
    ended: Vec<bool>,
    verdicts: Vec<&'static str>,
    rows: Vec<IndexEntry>,
}

/// An index as the script reads it: −1 for none.
fn number_or_none(index: Option<usize>) -> i64 {
    let index = index.and_then(|index| i64::try_from(index).ok());
    index.unwrap_or(-1)
}

#[derive(Serialize)]
struct IndexEntry {
    id: String,
    /// The number of its scenario.
    scenario: i64,
    /// Of each column its behaviour as a number; −1 where it has none.
    shown: Vec<i64>,
    /// Of each column its block as a number; −1 where it has none.
    blocks: Vec<i64>,
    /// Of each column its verdict as a number; −1 where it has none.
    verdicts: Vec<i64>,
    /// Releases that changed it: of each the first and the last that it may be.
    changed: Vec<[[u64; 3]; 2]>,
    /// Names of exceptions in which steps ended.
    exceptions: Vec<String>,
}

impl IndexEntry {
    fn new(
        comparison: &Comparison<'_>,
        row: &Row<'_>,
        scenario: Option<usize>,
        blocks: &[Block],
    ) -> Self {
        let behaviour =
            |cell: Option<Cell<'_>>| number_or_none(cell.and_then(|cell| cell.behaviour));
        let verdict = |cell: Option<Cell<'_>>| {
            let verdict = cell.map(|cell| cell.case.verdict);
            number_or_none(
                Verdict::ALL
                    .iter()
                    .position(|known| Some(*known) == verdict),
            )
        };
        let cells = row.cells.iter().copied();
        let block = |column: usize| {
            number_or_none(
                blocks
                    .iter()
                    .position(|block| block.columns.contains(&column)),
            )
        };
        Self {
            id: visible(row.id),
            scenario: number_or_none(scenario),
            shown: cells.clone().map(behaviour).collect(),
            blocks: (0..row.cells.len()).map(block).collect(),
            verdicts: cells.map(verdict).collect(),
            changed: row.changed_in().iter().map(ChangedIn::span).collect(),
            exceptions: name_exceptions(comparison, row),
        }
    }
}

/// The exceptions in which steps ended in any behaviour of a row, each once.
fn name_exceptions(comparison: &Comparison<'_>, row: &Row<'_>) -> Vec<String> {
    let behaviours = row.behaviours.iter();
    let traces = behaviours.filter_map(|known| comparison.report.behaviour_of(known.cases[0]));
    let records = traces.flat_map(|behaviour| behaviour.trace.steps);
    let outcomes = records.filter_map(|record| match record.fact("outcome")? {
        FactValue::Text(text) if text != "ok" => Some(visible(text)),
        _ => None,
    });
    let names: BTreeSet<String> = outcomes.collect();
    names.into_iter().collect()
}

/// Builds the index. `blocks` are those of each row.
pub(super) fn build_index(
    comparison: &Comparison<'_>,
    axis: &[Column<'_>],
    blocks: &[Vec<Block>],
) -> Index {
    let scenarios = comparison.report.scenarios.iter().enumerate();
    let numbers: HashMap<&str, usize> = scenarios
        .map(|(number, scenario)| (&*scenario.id, number))
        .collect();
    let rows = comparison.rows.iter().zip(blocks);
    let entries = rows.map(|(row, blocks)| {
        let scenario = numbers.get(row.id.scenario()).copied();
        IndexEntry::new(comparison, row, scenario, blocks)
    });
    Index {
        releases: axis.iter().map(|column| column.series.clone()).collect(),
        ended: axis.iter().map(|column| column.is_ended).collect(),
        keys: axis.iter().map(|column| column.key.to_string()).collect(),
        verdicts: Verdict::ALL.map(Verdict::word).to_vec(),
        rows: entries.collect(),
    }
}
