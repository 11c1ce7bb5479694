//! The table of all rows.

use std::collections::HashMap;

use serde::Serialize;

use crate::compare::{ChangedIn, Row};
use crate::python::support;
use crate::python::version::InterpreterKey;
use crate::record::RunReport;
use crate::record::{Rating, Verdict};
use crate::report::terminal::overview::{head, mark, verdict_word};
use crate::text::visible;

/// Behaviours that have a colour and a pattern of their own; others begin again.
const COLOURS: usize = 8;

/// The head of a column.
pub(super) struct Column {
    /// `3.11`
    pub(super) release: String,
    /// What tells it from others of its release: the rest of its version, its label.
    pub(super) rest: Vec<String>,
    /// Its whole key.
    pub(super) key: String,
    /// Whether its feature release got no more fixes when the run began.
    pub(super) is_ended: bool,
}

/// The rows of a subject, the first part of their ids.
pub(super) struct Group<'a> {
    pub(super) name: String,
    pub(super) rows: Vec<Line<'a>>,
    pub(super) differing: usize,
}

/// A row.
pub(super) struct Line<'a> {
    row: &'a Row<'a>,
    /// Which columns are of releases that got no more fixes.
    ended: &'a [bool],
    pub(super) number: usize,
    pub(super) id: String,
    /// The id without its subject.
    pub(super) name: String,
    /// `via=c_api`
    pub(super) variant: String,
    pub(super) title: String,
    pub(super) changed: String,
    pub(super) verdict: String,
    pub(super) tone: &'static str,
}

impl Line<'_> {
    /// What stands in its cells; not kept, because there may be very many.
    pub(super) fn cells(&self) -> impl Iterator<Item = Mark> {
        let ended = self.ended.iter().enumerate();
        ended.map(|(at, ended)| cell(self.row, at, *ended))
    }
}

/// What stands in a cell.
pub(super) struct Mark {
    pub(super) class: String,
    pub(super) text: String,
    /// What a sign means, for those who hear the table.
    pub(super) spoken: &'static str,
}

/// Whether the feature release got no more fixes when the run began.
fn is_ended(report: &RunReport, key: &InterpreterKey) -> bool {
    let began = report.started.parse::<jiff::Timestamp>();
    began.is_ok_and(|time| support::is_ended(key, time.to_zoned(jiff::tz::TimeZone::UTC).date()))
}

/// The columns, by version.
pub(super) fn columns(report: &RunReport) -> Vec<Column> {
    let keys: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let column = |key: &&InterpreterKey| {
        let head = head(key, &keys);
        let mut lines = head.lines().map(str::to_owned);
        Column {
            release: lines.next().unwrap_or_default(),
            rest: lines.collect(),
            key: key.to_string(),
            is_ended: is_ended(report, key),
        }
    };
    keys.iter().map(column).collect()
}

/// The rows by subject, both in the order of the report.
pub(super) fn groups<'a>(
    report: &RunReport,
    rows: &'a [Row<'a>],
    ended: &'a [bool],
) -> Vec<Group<'a>> {
    let titles = titles(report);
    let mut last = "";
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (number, row) in rows.iter().enumerate() {
        let (scenario, variant) = (row.case.scenario(), row.case.bare_choices().unwrap_or(""));
        let (subject, name) = scenario.split_once('/').unwrap_or(("", scenario));
        // Once for all variants, which follow each other.
        let title = titles.get(scenario).filter(|_| last != scenario);
        let title = title.map(|title| visible(title));
        last = scenario;
        let line = Line {
            row,
            ended,
            number,
            id: visible(row.case),
            name: visible(name),
            variant: visible(variant),
            title: title.unwrap_or_default(),
            changed: row.changed_in_words(),
            verdict: verdict_word(row),
            tone: tone(row.verdict()),
        };
        let subject = visible(subject);
        let place = *places.entry(subject).or_insert_with_key(|subject| {
            groups.push(Group {
                name: subject.clone(),
                rows: Vec::new(),
                differing: 0,
            });
            groups.len() - 1
        });
        let group = &mut groups[place];
        group.differing += usize::from(row.differs_between_versions());
        group.rows.push(line);
    }
    groups
}

fn titles(report: &RunReport) -> HashMap<&str, &str> {
    let scenarios = report.scenarios.iter();
    scenarios.map(|one| (&*one.id, &*one.title)).collect()
}

/// The class of a verdict.
pub(super) fn tone(verdict: Verdict) -> &'static str {
    match verdict.rating() {
        Rating::Good => "good",
        Rating::NotRun => "none",
        Rating::Noted => "note",
        Rating::Bad => "bad",
    }
}

fn cell(row: &Row<'_>, at: usize, is_ended: bool) -> Mark {
    let (text, _) = mark(row, at);
    let shown = |at: usize| row.cells[at].and_then(|cell| cell.behaviour);
    let mut class = match (shown(at), row.cells[at].map(|cell| cell.case.verdict)) {
        (Some(behaviour), _) => {
            let same = at > 0 && shown(at - 1) == Some(behaviour);
            let letter = crate::record::letter::index_of(&row.behaviours[behaviour].letter)
                .unwrap_or(behaviour);
            format!("b{}{}", letter % COLOURS, if same { " s" } else { "" })
        }
        (None, Some(Verdict::Skipped) | None) => "n".to_owned(),
        (None, Some(_)) => "x".to_owned(),
    };
    let verdict = row.cells[at].map(|cell| cell.case.verdict);
    let spoken = match verdict {
        None => " not run",
        Some(Verdict::Xfail) => " known violation",
        Some(Verdict::Skipped) => " skipped",
        Some(verdict) if shown(at).is_none() => match verdict {
            Verdict::TimedOut => " timed out",
            Verdict::Unstable => " unstable",
            Verdict::Error => " harness failed",
            _ => " crashed",
        },
        Some(verdict) if verdict.is_violation() => {
            class.push_str(" v");
            " not as expected"
        }
        Some(_) => "",
    };
    if is_ended {
        class.push_str(" e");
    }
    Mark {
        class,
        text,
        spoken,
    }
}

/// What the script looks rows up in.
#[derive(Serialize)]
pub(super) struct Index {
    keys: Vec<String>,
    /// The feature release of each key, with the suffix of its build.
    releases: Vec<String>,
    ended: Vec<bool>,
    verdicts: Vec<&'static str>,
    rows: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    id: String,
    title: String,
    /// Of each column its behaviour as a number; −1 where it has none.
    shown: Vec<i64>,
    /// Of each column its verdict as a number; −1 where it has none.
    verdicts: Vec<i64>,
    /// Releases that changed it: of each the first and the last that it may be.
    changed: Vec<[[u64; 3]; 2]>,
}

pub(super) fn index(report: &RunReport, rows: &[Row<'_>]) -> Index {
    let keys: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let number = |at: Option<usize>| at.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1);
    let place = |verdict: Verdict| Verdict::ALL.iter().position(|known| *known == verdict);
    let titles = titles(report);
    let entry = |row: &Row<'_>| {
        let scenario = row.case.scenario();
        let cells = row.cells.iter();
        let changed = row.changed_in();
        Entry {
            id: visible(row.case),
            title: visible(titles.get(scenario).copied().unwrap_or_default()),
            shown: cells
                .clone()
                .map(|cell| number(cell.and_then(|cell| cell.behaviour)))
                .collect(),
            verdicts: cells
                .map(|cell| number(cell.and_then(|cell| place(cell.case.verdict))))
                .collect(),
            changed: changed.iter().map(ChangedIn::span).collect(),
        }
    };
    Index {
        releases: keys.iter().map(|key| key.minor()).collect(),
        ended: keys.iter().map(|key| is_ended(report, key)).collect(),
        keys: keys.iter().map(ToString::to_string).collect(),
        verdicts: Verdict::ALL.map(Verdict::word).to_vec(),
        rows: rows.iter().map(entry).collect(),
    }
}
