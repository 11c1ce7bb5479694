//! The table of all rows.

use serde::Serialize;

use crate::compare::{Cell, ChangedIn, Comparison, Row, group_by_key};
use crate::python::releases;
use crate::python::version::InterpreterKey;
use crate::record::letter::index_of;
use crate::record::{Rating, RunReport, Verdict};
use crate::report::tone::Tone;
use crate::report::wording::{Mark, column_heading, mark_of};
use crate::text::visible;

/// Behaviours that have a colour and a pattern of their own; others begin again.
const COLOURS: usize = 8;

/// The heading of a column.
pub(super) struct Column {
    /// `3.11`
    pub(super) release: String,
    /// The lines that tell it from others of its release: the rest of its version, its label.
    pub(super) rest: Vec<String>,
    /// Its whole key.
    pub(super) key: String,
    /// True if its feature release got no more fixes when the run began.
    pub(super) is_ended: bool,
}

/// The rows of a subject, the first folder of their ids.
pub(super) struct Group<'a> {
    pub(super) name: String,
    pub(super) rows: Vec<Line<'a>>,
    /// How many of the rows differ between versions.
    pub(super) differing: usize,
}

/// A row of the table.
pub(super) struct Line<'a> {
    pub(super) row: &'a Row<'a>,
    /// Of each column, true if its release got no more fixes.
    ended: &'a [bool],
    /// Its index among all rows of the report.
    pub(super) number: usize,
    /// The finding of the scenario; empty below its first row.
    pub(super) title: String,
}

impl Line<'_> {
    /// The id of the scenario without its subject.
    pub(super) fn name(&self) -> &str {
        let scenario = self.row.id.scenario();
        scenario.split_once('/').map_or(scenario, |(_, name)| name)
    }

    /// The contents of its cells; not kept, because there may be very many.
    pub(super) fn cells(&self) -> impl Iterator<Item = TableCell> {
        let columns = self.ended.iter().enumerate();
        columns.map(|(column, is_ended)| table_cell(self.row, column, *is_ended))
    }
}

/// The content of a cell.
pub(super) struct TableCell {
    pub(super) class: String,
    pub(super) mark: Mark,
}

/// True if the feature release got no more fixes when the run began.
fn is_ended(report: &RunReport, key: &InterpreterKey) -> bool {
    let began = report.started.parse::<jiff::Timestamp>();
    began.is_ok_and(|time| {
        let day = time.to_zoned(jiff::tz::TimeZone::UTC).date();
        releases::has_ended(&key.version, day)
    })
}

/// The columns, by version.
pub(super) fn build_columns(comparison: &Comparison<'_>) -> Vec<Column> {
    let keys = comparison.versions.iter();
    let columns = keys.map(|key| {
        let heading = column_heading(key, &comparison.versions);
        let mut lines = heading.lines().map(str::to_owned);
        Column {
            release: lines.next().unwrap_or_default(),
            rest: lines.collect(),
            key: key.to_string(),
            is_ended: is_ended(comparison.report, key),
        }
    });
    columns.collect()
}

/// The rows by subject, both in the order of the report. `ended` says which columns are of releases that got no more fixes.
pub(super) fn build_groups<'a>(
    comparison: &'a Comparison<'a>,
    ended: &'a [bool],
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
            // Once for all variants, which follow each other.
            let scenario = comparison.scenario(row.id.scenario());
            let scenario = scenario.filter(|scenario| last_scenario != scenario.id);
            last_scenario = row.id.scenario();
            Line {
                row,
                ended,
                number,
                title: scenario.map_or_else(String::new, |scenario| visible(&scenario.title)),
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

fn table_cell(row: &Row<'_>, column: usize, is_ended: bool) -> TableCell {
    let mark = mark_of(row, column);
    let behaviour_in = |column: usize| row.cells[column].and_then(|cell| cell.behaviour);
    let mut class = match behaviour_in(column) {
        Some(behaviour) => {
            let letter = index_of(&row.behaviours[behaviour].letter).unwrap_or(behaviour);
            let is_repeated = column > 0 && behaviour_in(column - 1) == Some(behaviour);
            let repeated = if is_repeated { " s" } else { "" };
            let violated = if mark.tone == Tone::Bad { " v" } else { "" };
            format!("b{}{repeated}{violated}", letter % COLOURS)
        }
        None if mark.tone == Tone::Faint => "n".to_owned(),
        None => "x".to_owned(),
    };
    if is_ended {
        class.push_str(" e");
    }
    TableCell { class, mark }
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
pub(super) fn number_or_none(index: Option<usize>) -> i64 {
    let index = index.and_then(|index| i64::try_from(index).ok());
    index.unwrap_or(-1)
}

#[derive(Serialize)]
struct IndexEntry {
    id: String,
    title: String,
    /// Of each column its behaviour as a number; −1 where it has none.
    shown: Vec<i64>,
    /// Of each column its verdict as a number; −1 where it has none.
    verdicts: Vec<i64>,
    /// Releases that changed it: of each the first and the last that it may be.
    changed: Vec<[[u64; 3]; 2]>,
}

impl IndexEntry {
    fn new(comparison: &Comparison<'_>, row: &Row<'_>) -> Self {
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
        let scenario = comparison.scenario(row.id.scenario());
        let cells = row.cells.iter().copied();
        Self {
            id: visible(row.id),
            title: scenario.map_or_else(String::new, |scenario| visible(&scenario.title)),
            shown: cells.clone().map(behaviour).collect(),
            verdicts: cells.map(verdict).collect(),
            changed: row.changed_in().iter().map(ChangedIn::span).collect(),
        }
    }
}

pub(super) fn build_index(comparison: &Comparison<'_>, ended: &[bool]) -> Index {
    let keys = &comparison.versions;
    let rows = comparison.rows.iter();
    Index {
        releases: keys.iter().map(|key| key.series()).collect(),
        ended: ended.to_vec(),
        keys: keys.iter().map(ToString::to_string).collect(),
        verdicts: Verdict::ALL.map(Verdict::word).to_vec(),
        rows: rows.map(|row| IndexEntry::new(comparison, row)).collect(),
    }
}
