//! Comparison: which versions behave alike, and where behaviour changes.

pub mod ranges;

use crate::python::version::InterpreterKey;
use crate::report::model::{CaseReport, RunReport};
use crate::verdict::Verdict;

/// One row of the comparison: a variant on every interpreter of the report.
#[derive(Debug)]
pub struct Row<'a> {
    /// Id of the case.
    pub case: &'a str,
    /// One per interpreter, in the report's order; `None` where an interrupted run did not get to it.
    pub cells: Vec<Option<Cell<'a>>>,
    /// The distinct behaviours, oldest first: A, B, C…
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

    /// The versions at which behaviour differs from the version before that showed one.
    pub fn boundaries(&self) -> Vec<&InterpreterKey> {
        let shown: Vec<_> = self
            .cells
            .iter()
            .flatten()
            .filter_map(|cell| Some((cell.behaviour?, &cell.case.interpreter)))
            .collect();
        shown
            .windows(2)
            .filter(|pair| pair[0].0 != pair[1].0)
            .map(|pair| pair[1].1)
            .collect()
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

/// The rows of a report, in its order of cases.
pub fn rows(report: &RunReport) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for case in &report.cases {
        if rows.last().is_none_or(|row| row.case != case.case) {
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
        let column = report
            .interpreters
            .iter()
            .position(|interpreter| interpreter.key == case.interpreter);
        let Some(column) = column else { continue };
        let behaviour = case.behaviour().map(|shown| {
            let known = row
                .behaviours
                .iter()
                .position(|known| known.case.behaviour() == Some(shown));
            let at = known.unwrap_or_else(|| {
                row.behaviours.push(Behaviour {
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
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters() {
        let letters = [0, 1, 25, 26, 27, 51, 52].map(letter);
        assert_eq!(letters, ["A", "B", "Z", "AA", "AB", "AZ", "BA"]);
    }
}
