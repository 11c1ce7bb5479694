//! The columns of a row's step table: a behaviour each, or how far those came that did not end as they should.

use super::Row;
use crate::python::version::InterpreterKey;
use crate::record::ranges::ranges;
use crate::record::{CaseReport, RunReport, Verdict};
use crate::trace::TraceView;

/// Columns that unstable cases of one row get; the report has all of their behaviours.
const MAX_UNSTABLE_COLUMNS: usize = 4;

/// A column of a step table.
#[derive(Clone, Debug)]
pub struct StepColumn<'a> {
    /// Its heading: the letter of a behaviour or a sign, and the versions that show it.
    pub heading: String,
    /// The behaviour: digest of the trace, and how the process ended; nothing where only a trace is known.
    pub behaviour: Option<(&'a str, &'a str)>,
    /// The trace, as far as it is kept.
    pub trace: TraceView<'a>,
    /// How the process ended, in words, with the step that was running.
    pub end: String,
    /// The cases that show it; none where only its trace is known.
    pub cases: Vec<&'a CaseReport>,
}

impl<'a> StepColumn<'a> {
    fn new(
        report: &'a RunReport,
        row: &Row<'a>,
        heading: String,
        behaviour: Option<(&'a str, &'a str)>,
        interrupted_step: Option<&str>,
    ) -> Self {
        let trace = behaviour.and_then(|(digest, _)| report.trace(row.id, digest));
        let end = behaviour.map_or("—", |(_, end)| end);
        let step = interrupted_step.map_or_else(String::new, |step| format!(" in {step}"));
        Self {
            heading,
            behaviour,
            trace: trace.unwrap_or(TraceView::EMPTY),
            end: format!("{end}{step}"),
            cases: Vec::new(),
        }
    }

    /// A column for cases that did the same.
    fn of_cases(
        report: &'a RunReport,
        row: &Row<'a>,
        heading: String,
        cases: Vec<&'a CaseReport>,
    ) -> Self {
        let first = cases.first();
        let behaviour = first.and_then(|case| shown(case));
        let step = first.and_then(|case| case.during.as_deref());
        let column = Self::new(report, row, heading, behaviour, step);
        Self { cases, ..column }
    }
}

/// What a case showed, whatever its verdict.
fn shown(case: &CaseReport) -> Option<(&str, &str)> {
    case.trace.as_deref().zip(case.end.as_deref())
}

/// The columns of a row: behaviours by their letters, then crashes and timeouts, each once, and all that unstable cases did.
pub(super) fn build_columns<'a>(
    report: &'a RunReport,
    row: &Row<'a>,
    versions: &[&InterpreterKey],
) -> Vec<StepColumn<'a>> {
    let behaviours = row.behaviours.iter().enumerate();
    let behaviours = behaviours.map(|(index, behaviour)| {
        let versions = ranges(&behaviour.versions, versions);
        let heading = format!("{}: {versions}", behaviour.letter);
        StepColumn::of_cases(report, row, heading, row.cases_of(index))
    });
    let mut columns: Vec<_> = behaviours.collect();
    let mut ended: Vec<Vec<&CaseReport>> = Vec::new();
    let is_cut_off =
        |case: &&CaseReport| matches!(case.verdict, Verdict::Crashed | Verdict::TimedOut);
    for case in row.cases().filter(is_cut_off) {
        let what = |case: &'a CaseReport| (&case.trace, &case.end, &case.during);
        match ended.iter_mut().find(|known| what(known[0]) == what(case)) {
            Some(known) => known.push(case),
            None => ended.push(vec![case]),
        }
    }
    columns.extend(ended.into_iter().map(|cases| {
        let keys: Vec<_> = cases.iter().map(|case| &*case.interpreter).collect();
        let sign = if cases[0].verdict == Verdict::TimedOut {
            "t"
        } else {
            "c"
        };
        let heading = format!("{sign}: {}", ranges(&keys, versions));
        StepColumn::of_cases(report, row, heading, cases)
    }));
    columns.extend(unstable_columns(report, row, versions));
    columns
}

/// A behaviour that unstable cases showed, with the step that was running if it was cut off, and the versions.
type UnstableBehaviour<'a> = ((&'a str, &'a str), Option<&'a str>, Vec<&'a InterpreterKey>);

/// A column for each behaviour of the unstable cases of a row, each once. What a stable case shows as well is told by its letter:
/// `u2, as A: 3.12`.
fn unstable_columns<'a>(
    report: &'a RunReport,
    row: &Row<'a>,
    versions: &[&InterpreterKey],
) -> Vec<StepColumn<'a>> {
    let mut found: Vec<UnstableBehaviour<'a>> = Vec::new();
    for case in row.cases().filter(|case| !case.also.is_empty()) {
        let own = shown(case).map(|behaviour| (behaviour, case.during.as_deref()));
        let others = case.also.iter();
        let others = others.map(|id| ((id.trace.as_str(), id.end.as_str()), None));
        for (behaviour, step) in own.into_iter().chain(others) {
            match found.iter_mut().find(|(known, ..)| *known == behaviour) {
                Some((_, known_step, keys)) => {
                    keys.push(&case.interpreter);
                    *known_step = known_step.or(step);
                }
                None => found.push((behaviour, step, vec![&case.interpreter])),
            }
        }
    }
    let found = found.into_iter().take(MAX_UNSTABLE_COLUMNS).enumerate();
    let columns = found.map(|(index, (behaviour, step, keys))| {
        let mut stable = row.behaviours.iter();
        let stable = stable.find(|known| known.case.behaviour() == Some(behaviour));
        let letter = stable.map_or_else(String::new, |known| format!(", as {}", known.letter));
        let heading = format!("u{}{letter}: {}", index + 1, ranges(&keys, versions));
        StepColumn::new(report, row, heading, Some(behaviour), step)
    });
    columns.collect()
}
