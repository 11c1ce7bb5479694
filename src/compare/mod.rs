//! Comparison: which versions behave alike, and where behaviour changes.

pub mod bisect;
#[cfg(test)]
mod bisect_tests;
pub mod changes;
pub(crate) mod details;
pub mod difference;
pub mod gaps;
pub mod history;
#[cfg(test)]
mod history_tests;
pub(crate) mod moments;
pub mod ranges;
pub mod releases;

use std::collections::{HashMap, HashSet};

use crate::python::version::InterpreterKey;
use crate::report::model::{CaseReport, KnownBehaviour, RunReport};
use crate::verdict::Verdict;

/// One row of the comparison: a variant on every interpreter of the report.
#[derive(Debug)]
pub struct Row<'a> {
    /// Id of the case.
    pub case: &'a str,
    /// One per interpreter, in the report's order; `None` where an interrupted run did not get to it.
    pub cells: Vec<Option<Cell<'a>>>,
    /// The distinct behaviours, in the order of their letters: those of the baseline, then new ones, oldest first.
    pub behaviours: Vec<Behaviour<'a>>,
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

impl Row<'_> {
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

    /// The interpreters whose behaviour differs from that of the last older one of the same build; the first of a
    /// special build is held against the plain build of its feature release. So a debug build between two plain ones
    /// makes no boundary out of what only its build changes.
    pub fn boundaries(&self) -> Vec<&InterpreterKey> {
        let crossings = self.crossings().into_iter();
        crossings
            .map(|(_, after)| &*after.case.interpreter)
            .collect()
    }

    /// The same, each behind the cell that it is held against.
    pub fn crossings(&self) -> Vec<(Cell<'_>, Cell<'_>)> {
        let shown: Vec<_> = self
            .cells
            .iter()
            .flatten()
            .filter_map(|cell| Some((cell.behaviour?, &cell.case.interpreter, *cell)))
            .collect();
        let same_build =
            |a: &InterpreterKey, b: &InterpreterKey| a.build_suffix() == b.build_suffix();
        let twin = |a: &InterpreterKey, b: &InterpreterKey| {
            b.build_suffix().is_empty()
                && (a.version.major, a.version.minor) == (b.version.major, b.version.minor)
        };
        let crossing = |at: usize| {
            let (behaviour, key, cell) = shown[at];
            let before = shown[..at].iter().rev();
            let before = before
                .clone()
                .find(|(_, other, _)| same_build(key, other))
                .or_else(|| before.clone().find(|(_, other, _)| twin(key, other)));
            before
                .filter(|(other, _, _)| *other != behaviour)
                .map(|(_, _, before)| (*before, cell))
        };
        (0..shown.len()).filter_map(crossing).collect()
    }
}

/// The letter of a behaviour: A to Z, then AA, AB, …
pub fn letter(behaviour: usize) -> String {
    let last = char::from(b'A' + u8::try_from(behaviour % 26).unwrap_or(0));
    if behaviour < 26 {
        last.to_string()
    } else {
        format!("{}{last}", letter(behaviour / 26 - 1))
    }
}

/// The place of a letter: 0 for A; nothing for a text that is not one.
pub fn place(letter: &str) -> Option<usize> {
    let digit = |at: usize, c: char| {
        let digit = c.is_ascii_uppercase().then(|| c as usize - 'A' as usize)?;
        at.checked_add(1)?.checked_mul(26)?.checked_add(digit)
    };
    let mut letters = letter.chars();
    let first = letters.next().filter(char::is_ascii_uppercase)?;
    letters.try_fold(first as usize - 'A' as usize, digit)
}

/// The first letter that none of these, or of those between them, has: a letter that was given up is not given again.
pub fn next_letter<'a>(taken: impl IntoIterator<Item = &'a str>) -> String {
    let last = taken.into_iter().filter_map(place).max();
    letter(last.map_or(0, |last| last + 1))
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
    order.sort_by_key(|at| place(&row.behaviours[*at].letter));
    let cells = row.cells.iter_mut().flatten();
    for behaviour in cells.filter_map(|cell| cell.behaviour.as_mut()) {
        *behaviour = order
            .iter()
            .position(|at| at == behaviour)
            .unwrap_or(*behaviour);
    }
    row.behaviours.sort_by_key(|one| place(&one.letter));
}

/// The rows of a report, in its order of cases; rows of which an interrupted run finished nothing come last.
pub fn rows(report: &RunReport) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    let columns = report.interpreters.iter().enumerate();
    let columns: HashMap<_, _> = columns.map(|(at, one)| (&one.key, at)).collect();
    for case in &report.cases {
        if rows.last().is_none_or(|row| case.case != row.case) {
            let cells = vec![None; report.interpreters.len()];
            rows.push(Row {
                case: &case.case,
                cells,
                behaviours: Vec::new(),
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
    let mut known: HashSet<&str> = rows.iter().map(|row| row.case).collect();
    for open in &report.unfinished {
        if known.insert(&open.case) {
            let cells = vec![None; report.interpreters.len()];
            rows.push(Row {
                case: &open.case,
                cells,
                behaviours: Vec::new(),
            });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_are_between_equal_builds() {
        let cases: Vec<CaseReport> = [
            ("2.7.18", "a"),
            ("3.13.0", "b"),
            ("3.13.0d", "c"),
            ("3.14.0", "b"),
            ("3.14.0t", "b"),
            ("3.14.0d", "c"),
            ("3.15.0", "d"),
        ]
        .map(|(key, trace)| CaseReport {
            case: "x".into(),
            scenario: "x".into(),
            variant: vec![],
            interpreter: key.parse::<InterpreterKey>().unwrap().into(),
            verdict: Verdict::Pass,
            reasons: vec![],
            step: None,
            also: vec![],
            baseline: None,
            end: Some("exit 0".into()),
            during: None,
            duration_ms: 0.0,
            trace: Some(trace.into()),
            packages: std::collections::BTreeMap::new(),
            messages: std::collections::BTreeMap::new(),
            warning_messages: std::collections::BTreeMap::new(),
            stdout: String::new(),
            stderr: String::new(),
        })
        .into();
        let behaviours = ["a", "b", "c", "d"];
        let cells = cases.iter().map(|case| {
            let behaviour = behaviours
                .iter()
                .position(|known| case.trace.as_deref() == Some(known));
            Some(Cell { case, behaviour })
        });
        let row = Row {
            case: "x",
            cells: cells.collect(),
            behaviours: vec![],
        };
        let found: Vec<String> = row
            .boundaries()
            .into_iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(found, ["3.13.0", "3.13.0d", "3.15.0"]);
    }

    #[test]
    fn letters() {
        let letters = [0, 1, 25, 26, 27, 51, 52].map(letter);
        let letters = letters.each_ref().map(String::as_str);
        assert_eq!(letters, ["A", "B", "Z", "AA", "AB", "AZ", "BA"]);
        assert_eq!(letters.map(place), [0, 1, 25, 26, 27, 51, 52].map(Some));
        assert_eq!(["", "a", "A1", "Ä"].map(place), [None; 4]);
        assert_eq!(next_letter([]), "A");
        assert_eq!(next_letter(["C", "A"]), "D");
    }
}
