//! Comparison: which versions behave alike, and where behaviour changes.

pub mod bisect;
#[cfg(test)]
mod bisect_tests;
pub mod boundaries;
pub mod changes;
pub(crate) mod failures;
pub mod history;
#[cfg(test)]
mod history_tests;
pub(crate) mod recorded_texts;
pub mod releases;
pub(crate) mod step_table;
pub(crate) mod unjudged;
pub(crate) mod unstable;
pub(crate) mod untested;
pub mod untested_ranges;

use std::collections::{HashMap, HashSet};

pub use boundaries::{Boundary, ChangedIn, Observed};

use crate::python::version::InterpreterKey;
use crate::record::letter::{index_of, next_letter};
use crate::record::{CaseReport, ChangeReport, KnownBehaviour, RunReport};
use crate::record::{VariantId, Verdict};

/// One row of the comparison: a variant on every interpreter of the report.
#[derive(Debug)]
pub struct Row<'a> {
    /// Its id.
    pub case: &'a VariantId,
    /// One per interpreter, in the report's order; `None` where an interrupted run did not get to it.
    pub cells: Vec<Option<Cell<'a>>>,
    /// The distinct behaviours, in the order of their letters: those of the baseline, then new ones, oldest first.
    pub behaviours: Vec<Behaviour<'a>>,
    /// What its scenario says on releases that change it.
    pub notes: &'a [ChangeReport],
}

/// A case and the behaviour it shows.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// The case.
    pub case: &'a CaseReport,
    /// Place among the row's behaviours; `None` when it did not run to an end of its own.
    pub behaviour: Option<usize>,
}

/// Versions with equal traces.
#[derive(Debug)]
pub struct Behaviour<'a> {
    /// What it is called: A, B, C…; what the baseline calls so keeps its letter.
    pub letter: String,
    /// Who shows it, by version.
    pub versions: Vec<&'a InterpreterKey>,
    /// The first case that shows it.
    pub case: &'a CaseReport,
}

impl<'a> Row<'a> {
    /// The worst verdict of the row; a row that was skipped everywhere is skipped.
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.cells.iter().flatten().map(|cell| cell.case.verdict);
        let ran = verdicts
            .clone()
            .filter(|verdict| *verdict != Verdict::Skipped);
        ran.max()
            .or_else(|| verdicts.max())
            .unwrap_or(Verdict::Skipped)
    }

    /// Neighbouring releases between which it changes, oldest first.
    pub fn boundaries(&self) -> Vec<Boundary<Cell<'a>>> {
        boundaries::between_releases(&self.observed())
    }

    /// Builds and labelled interpreters that behave otherwise than the plain build, which is held before each.
    pub fn beside_plain(&self) -> Vec<Boundary<Cell<'a>>> {
        boundaries::beside_plain(&self.observed())
    }

    /// Whether some version behaves otherwise than another one; what only a build or a label changes is no such difference.
    pub fn differs_between_versions(&self) -> bool {
        self.behaviours.len() > 1 && !self.boundaries().is_empty()
    }

    /// The releases that changed it, oldest first.
    pub fn changed_in(&self) -> Vec<ChangedIn<'a>> {
        let found = self.boundaries().into_iter();
        let mut found: Vec<_> = found.flat_map(|one| one.changed_in(self.notes)).collect();
        found.sort_by_key(ChangedIn::order);
        found.dedup();
        found
    }

    /// The same in words: `3.3, 3.6.3, ≤3.9`.
    pub fn changed_in_words(&self) -> String {
        let words = self.changed_in().into_iter().map(|one| one.to_string());
        words.collect::<Vec<_>>().join(", ")
    }

    /// Of its scenario's notes those of releases that changed it.
    pub fn seen_notes(&self) -> Vec<&'a ChangeReport> {
        let found = self.changed_in().into_iter();
        found.filter_map(|one| one.note()).collect()
    }

    /// The cells that have a behaviour.
    fn observed(&self) -> Vec<Cell<'a>> {
        let cells = self.cells.iter().flatten();
        cells
            .filter(|cell| cell.behaviour.is_some())
            .copied()
            .collect()
    }
}

impl Observed for Cell<'_> {
    fn key(&self) -> &InterpreterKey {
        &self.case.interpreter
    }

    fn is_like(&self, other: &Self) -> bool {
        self.behaviour == other.behaviour
    }
}

impl<'a> Boundary<Cell<'a>> {
    /// The two interpreters.
    pub fn keys(&self) -> [&'a InterpreterKey; 2] {
        [self.before, self.after].map(|cell| &*cell.case.interpreter)
    }

    /// The releases that changed it: those that these notes name, or else the gap.
    pub fn changed_in(&self, notes: &'a [ChangeReport]) -> Vec<ChangedIn<'a>> {
        let [before, after] = self.keys();
        boundaries::changed_in(notes, before, after)
    }
}

/// Notes of a scenario on releases that changed some of its rows, and then the others.
pub fn seen_and_unseen<'a>(
    notes: &'a [ChangeReport],
    rows: &[&Row<'a>],
) -> (Vec<&'a ChangeReport>, Vec<&'a ChangeReport>) {
    let seen: Vec<_> = rows.iter().flat_map(|row| row.seen_notes()).collect();
    notes.iter().partition(|note| seen.contains(note))
}

/// Gives each behaviour its letter, and puts the behaviours in the order of these.
fn name(row: &mut Row<'_>, known: &[KnownBehaviour]) {
    let mut taken: Vec<String> = known.iter().map(|one| one.letter.clone()).collect();
    for behaviour in &mut row.behaviours {
        let shown = behaviour.case.behaviour();
        let same = |one: &&KnownBehaviour| shown == Some((&*one.trace, &*one.end));
        // What was recorded with another text of the scenario is another behaviour, unless it still looks the same.
        behaviour.letter = if let Some(one) = known.iter().find(same) {
            one.letter.clone()
        } else {
            let new = next_letter(taken.iter().map(String::as_str));
            taken.push(new.clone());
            new
        };
    }
    let mut order: Vec<usize> = (0..row.behaviours.len()).collect();
    order.sort_by_key(|at| index_of(&row.behaviours[*at].letter));
    let cells = row.cells.iter_mut().flatten();
    for behaviour in cells.filter_map(|cell| cell.behaviour.as_mut()) {
        *behaviour = order
            .iter()
            .position(|at| at == behaviour)
            .unwrap_or(*behaviour);
    }
    row.behaviours.sort_by_key(|one| index_of(&one.letter));
}

/// The rows of a report, in its order of cases; rows of which an interrupted run finished nothing come last.
pub fn rows(report: &RunReport) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    let columns = report.interpreters.iter().enumerate();
    let columns: HashMap<_, _> = columns.map(|(at, one)| (&one.key, at)).collect();
    let scenarios = report.scenarios.iter();
    let notes: HashMap<&str, &[ChangeReport]> =
        scenarios.map(|one| (&*one.id, &*one.changes)).collect();
    for case in &report.cases {
        if rows.last().is_none_or(|row| case.case != *row.case) {
            let cells = vec![None; report.interpreters.len()];
            rows.push(Row {
                case: &case.case,
                cells,
                behaviours: Vec::new(),
                notes: notes.get(&*case.scenario).copied().unwrap_or_default(),
            });
        }
        let Some(row) = rows.last_mut() else {
            unreachable!("pushed above")
        };
        let Some(&column) = columns.get(&*case.interpreter) else {
            continue;
        };
        let behaviour = case.behaviour().map(|shown| {
            let known = row
                .behaviours
                .iter()
                .position(|known| known.case.behaviour() == Some(shown));
            let at = known.unwrap_or_else(|| {
                row.behaviours.push(Behaviour {
                    letter: String::new(),
                    versions: Vec::new(),
                    case,
                });
                row.behaviours.len() - 1
            });
            row.behaviours[at].versions.push(&case.interpreter);
            at
        });
        row.cells[column] = Some(Cell { case, behaviour });
    }
    for row in &mut rows {
        let known = report.baseline.get(row.case);
        name(row, known.map_or(&[], Vec::as_slice));
    }
    let mut known: HashSet<&str> = rows.iter().map(|row| &**row.case).collect();
    for open in &report.unfinished {
        if known.insert(&open.case) {
            let cells = vec![None; report.interpreters.len()];
            rows.push(Row {
                case: &open.case,
                cells,
                behaviours: Vec::new(),
                notes: &[],
            });
        }
    }
    rows
}
