//! Rows: a variant of a scenario on every interpreter, with the behaviours that it shows there.

use std::collections::{HashMap, HashSet};

use super::boundaries::{self, Boundary, ChangedIn, Observed};
use super::groups::{group_by_key, versions_of};
use crate::python::version::InterpreterKey;
use crate::record::letter::{index_of, next_letter};
use crate::record::{CaseReport, ChangeReport, KnownBehaviour, RunReport, VariantId, Verdict};
use crate::text::joined;

/// One row of the comparison: a variant on every interpreter of the report.
#[derive(Debug)]
pub struct Row<'a> {
    /// Its id.
    pub id: &'a VariantId,
    /// One per interpreter, in the report's order; `None` where an interrupted run did not get to it.
    pub cells: Vec<Option<Cell<'a>>>,
    /// The distinct behaviours, in the order of their letters: those of the baseline, then new ones, oldest first.
    pub behaviours: Vec<Behaviour<'a>>,
    /// The notes of its scenario on releases that change it.
    pub notes: &'a [ChangeReport],
}

/// A case and the behaviour it shows.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// The case.
    pub case: &'a CaseReport,
    /// Index among the row's behaviours; `None` when the case did not run to an end of its own.
    pub behaviour: Option<usize>,
}

impl Cell<'_> {
    /// True if it is of a Python that is not here, and of which the baseline does not know this row.
    fn is_unrecorded(&self) -> bool {
        self.behaviour.is_none() && self.case.verdict == Verdict::Recorded
    }
}

/// Versions with equal traces.
#[derive(Debug)]
pub struct Behaviour<'a> {
    /// Its name: A, B, C…; what the baseline calls so keeps its letter.
    pub letter: String,
    /// The versions that show it, oldest first.
    pub versions: Vec<&'a InterpreterKey>,
    /// The cases that show it; never empty.
    pub cases: Vec<&'a CaseReport>,
}

impl<'a> Behaviour<'a> {
    /// The digest of its trace, and how the process ended.
    pub fn id(&self) -> Option<(&'a str, &'a str)> {
        self.cases[0].behaviour()
    }
}

/// Name and version of a package that cases of a row could import because they required it, and the Pythons that had it.
pub type PackageVersion<'a> = ((&'a str, &'a str), Vec<&'a InterpreterKey>);

/// The part of an overview in which a row belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// Some case fails the run.
    Failing,
    /// Versions differ, or there is something else to say of it: a known violation, a case that did not finish.
    Differing,
    /// As expected, and the same wherever it ran.
    Uniform,
    /// Skipped or not run everywhere.
    NotRun,
}

impl<'a> Row<'a> {
    /// The worst verdict of the row; a row that was skipped everywhere is skipped.
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.cases().map(|case| case.verdict);
        let ran = verdicts
            .clone()
            .filter(|verdict| !matches!(verdict, Verdict::Skipped | Verdict::Recorded));
        ran.max()
            .or_else(|| verdicts.max())
            .unwrap_or(Verdict::Skipped)
    }

    /// The part of an overview in which it belongs.
    pub fn kind(&self) -> RowKind {
        let verdict = self.verdict();
        let is_plain = !verdict.is_noteworthy();
        match self.behaviours.len() {
            _ if verdict.fails() => RowKind::Failing,
            0 if is_plain => RowKind::NotRun,
            1 if is_plain && !self.is_unfinished() => RowKind::Uniform,
            _ => RowKind::Differing,
        }
    }

    /// True if some interpreter has not given its verdict.
    pub fn is_unfinished(&self) -> bool {
        self.cells.iter().any(Option::is_none)
    }

    /// Every case of the row that there is.
    pub fn cases(&self) -> impl Iterator<Item = &'a CaseReport> + Clone + '_ {
        self.cells.iter().flatten().map(|cell| cell.case)
    }

    /// Groups the wanted cases by what they have in common: the first case of each group, and the versions of all of them.
    pub fn group_cases<T: PartialEq>(
        &self,
        is_wanted: impl Fn(&CaseReport) -> bool,
        common: impl Fn(&'a CaseReport) -> T,
    ) -> Vec<(&'a CaseReport, Vec<&'a InterpreterKey>)> {
        let wanted = self.cases().filter(|case| is_wanted(case));
        let groups = group_by_key(wanted.map(|case| (common(case), case))).into_iter();
        let groups = groups.map(|(_, cases)| (cases[0], versions_of(&cases)));
        groups.collect()
    }

    /// The versions of packages that its cases had, by package.
    pub fn packages(&self) -> Vec<PackageVersion<'a>> {
        let installed = self.cases().flat_map(|case| {
            let packages = case.packages.iter();
            packages.map(|(name, version)| ((&**name, &**version), &*case.interpreter))
        });
        let mut packages = group_by_key(installed);
        packages.sort_by_key(|((name, _), _)| *name);
        packages
    }

    /// True if all interpreters, of which there are several, showed one behaviour.
    pub fn is_unanimous(&self) -> bool {
        let is_first = |cell: &Option<Cell<'_>>| {
            cell.is_some_and(|cell| cell.behaviour == Some(0) || cell.is_unrecorded())
        };
        self.cells.len() > 1 && self.cells.iter().all(is_first)
    }

    /// Neighbouring releases between which it changes, oldest first.
    pub fn boundaries(&self) -> Vec<Boundary<Cell<'a>>> {
        boundaries::find_between_releases(&self.observed_cells())
    }

    /// Builds and labelled interpreters that behave otherwise than the plain build, which is held before each.
    pub fn beside_plain(&self) -> Vec<Boundary<Cell<'a>>> {
        boundaries::find_beside_plain(&self.observed_cells())
    }

    /// True if some interpreter behaves otherwise than another one.
    pub fn differs(&self) -> bool {
        self.behaviours.len() > 1
    }

    /// True if some version behaves otherwise than another one; what only a build or a label changes is no such difference.
    pub fn differs_between_versions(&self) -> bool {
        self.differs() && !self.boundaries().is_empty()
    }

    /// The releases that changed it, oldest first.
    pub fn changed_in(&self) -> Vec<ChangedIn<'a>> {
        let boundaries = self.boundaries().into_iter();
        let mut found: Vec<_> = boundaries
            .flat_map(|boundary| boundary.changed_in(self.notes))
            .collect();
        found.sort_by_key(ChangedIn::sort_key);
        found.dedup();
        found
    }

    /// The releases that changed it, in words: `3.3, 3.6.3, ≤3.9`.
    pub fn changed_in_words(&self) -> String {
        joined(self.changed_in(), ", ")
    }

    /// Those of its scenario's notes that are about releases that changed it.
    pub fn seen_notes(&self) -> Vec<&'a ChangeReport> {
        let found = self.changed_in().into_iter();
        found.filter_map(|release| release.note()).collect()
    }

    /// The cells that have a behaviour.
    fn observed_cells(&self) -> Vec<Cell<'a>> {
        let cells = self.cells.iter().flatten();
        let observed = cells.filter(|cell| cell.behaviour.is_some());
        observed.copied().collect()
    }

    /// The letter of the behaviour that a cell shows.
    pub(super) fn letter_of(&self, cell: Cell<'_>) -> &str {
        let behaviour = cell.behaviour.and_then(|index| self.behaviours.get(index));
        behaviour.map_or("?", |behaviour| &behaviour.letter)
    }

    /// A row without cases.
    fn empty(id: &'a VariantId, columns: usize) -> Self {
        Self {
            id,
            cells: vec![None; columns],
            behaviours: Vec::new(),
            notes: &[],
        }
    }

    /// A row of these cases, each in the column of its interpreter, with what the baseline knows of it.
    fn new(
        cases: &'a [CaseReport],
        columns: &HashMap<&InterpreterKey, usize>,
        notes: &'a [ChangeReport],
        known: &[KnownBehaviour],
    ) -> Self {
        let mut row = Self::empty(&cases[0].case, columns.len());
        row.notes = notes;
        let shown = cases
            .iter()
            .filter_map(|case| Some((case.behaviour()?, case)));
        let shown = shown.filter(|(_, case)| columns.contains_key(&*case.interpreter));
        let groups = group_by_key(shown).into_iter();
        let behaviours = groups.map(|(_, cases)| Behaviour {
            letter: String::new(),
            versions: versions_of(&cases),
            cases,
        });
        row.behaviours = behaviours.collect();
        row.assign_letters(known);
        for case in cases {
            if let Some(column) = columns.get(&*case.interpreter) {
                let mut behaviours = row.behaviours.iter();
                let behaviour = behaviours.position(|known| known.id() == case.behaviour());
                row.cells[*column] = Some(Cell { case, behaviour });
            }
        }
        row
    }

    /// Gives each behaviour its letter, and puts the behaviours in the order of these. What was recorded when the scenario did
    /// something else is another behaviour, unless it still looks the same.
    fn assign_letters(&mut self, known: &[KnownBehaviour]) {
        let mut taken: Vec<String> = known.iter().map(|known| known.letter.clone()).collect();
        for behaviour in &mut self.behaviours {
            let shown = behaviour.id();
            let is_same = |known: &&KnownBehaviour| shown == Some((&*known.trace, &*known.end));
            behaviour.letter = if let Some(known) = known.iter().find(is_same) {
                known.letter.clone()
            } else {
                let new = next_letter(taken.iter().map(String::as_str));
                taken.push(new.clone());
                new
            };
        }
        self.behaviours
            .sort_by_key(|behaviour| index_of(&behaviour.letter));
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
        boundaries::locate_change(notes, before, after)
    }
}

/// The rows of a report, in its order of cases; rows of which an interrupted run finished nothing come last.
pub(super) fn build_rows(report: &RunReport) -> Vec<Row<'_>> {
    let columns = report.keys().enumerate();
    let columns: HashMap<_, _> = columns.map(|(column, key)| (key, column)).collect();
    let scenarios = report.scenarios.iter();
    let notes: HashMap<&str, &[ChangeReport]> = scenarios
        .map(|scenario| (&*scenario.id, &*scenario.changes))
        .collect();
    let rows = report.cases.chunk_by(|a, b| a.case == b.case);
    let rows = rows.map(|cases| {
        let notes = notes.get(&*cases[0].scenario).copied();
        let known = report.baseline.get(&cases[0].case);
        let known = known.map_or(&[][..], Vec::as_slice);
        Row::new(cases, &columns, notes.unwrap_or_default(), known)
    });
    let mut rows: Vec<Row<'_>> = rows.collect();
    let mut known: HashSet<&str> = rows.iter().map(|row| &**row.id).collect();
    for unfinished in &report.unfinished {
        if known.insert(&unfinished.case) {
            rows.push(Row::empty(&unfinished.case, columns.len()));
        }
    }
    rows
}

/// Notes of a scenario on releases that changed some of its rows, and then the others.
pub fn split_notes<'a>(
    notes: &'a [ChangeReport],
    rows: &[&Row<'a>],
) -> (Vec<&'a ChangeReport>, Vec<&'a ChangeReport>) {
    let seen: Vec<_> = rows.iter().flat_map(|row| row.seen_notes()).collect();
    notes.iter().partition(|note| seen.contains(note))
}

/// The rows of each scenario, in their order.
pub fn group_by_scenario<'r, 'a>(
    rows: impl IntoIterator<Item = &'r Row<'a>>,
) -> Vec<Vec<&'r Row<'a>>>
where
    'a: 'r,
{
    let groups = group_by_key(rows.into_iter().map(|row| (row.id.scenario(), row)));
    groups.into_iter().map(|(_, rows)| rows).collect()
}

/// The rows of each subject (the first folder of their ids), in the order in which subjects first appear.
pub fn group_by_subject<'r, 'a>(
    rows: impl IntoIterator<Item = &'r Row<'a>>,
) -> Vec<(&'a str, Vec<&'r Row<'a>>)>
where
    'a: 'r,
{
    group_by_key(rows.into_iter().map(|row| (row.id.subject(), row)))
}
