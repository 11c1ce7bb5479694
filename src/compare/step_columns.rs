//! The columns of a row's step table: a behaviour each, or how far those came that did not end as they should.

use super::Row;
use super::groups::{group_by_key, versions_of};
use crate::python::version::InterpreterKey;
use crate::record::ranges::ranges;
use crate::record::{CaseReport, RunReport, VariantId, Verdict};
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
        row: &VariantId,
        heading: String,
        behaviour: Option<(&'a str, &'a str)>,
        interrupted_step: Option<&str>,
    ) -> Self {
        let trace = behaviour.and_then(|(digest, _)| report.trace(row, digest));
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
    fn of_cases(report: &'a RunReport, heading: String, cases: Vec<&'a CaseReport>) -> Self {
        let first = cases[0];
        let step = first.during.as_deref();
        let column = Self::new(report, &first.case, heading, shown(first), step);
        Self { cases, ..column }
    }
}

/// The behaviour of a case, whatever its verdict.
fn shown(case: &CaseReport) -> Option<(&str, &str)> {
    case.trace.as_deref().zip(case.end.as_deref())
}

/// Says which of some versions ran here, where not all did: `recorded`, `3.11 here`.
pub(super) fn describe_origin(
    shown: &[&InterpreterKey],
    here: &[&InterpreterKey],
    all: &[&InterpreterKey],
) -> Option<String> {
    let shown_here = shown.iter().filter(|key| here.contains(key));
    let shown_here: Vec<&InterpreterKey> = shown_here.copied().collect();
    match shown_here.len() {
        _ if here.is_empty() => None,
        0 => Some("recorded".to_owned()),
        count if count == shown.len() => None,
        _ => Some(format!("{} here", ranges(&shown_here, all))),
    }
}

/// The columns of a row: behaviours by their letters, then crashes and timeouts, each once, and all that unstable cases did.
pub(super) fn build_columns<'a>(
    report: &'a RunReport,
    row: &Row<'a>,
    versions: &[&InterpreterKey],
) -> Vec<StepColumn<'a>> {
    let here: Vec<&InterpreterKey> = report.keys_here().collect();
    let behaviours = row.behaviours.iter().map(|behaviour| {
        let origin = describe_origin(&behaviour.versions, &here, versions);
        let origin = origin.map_or_else(String::new, |origin| format!(" ({origin})"));
        let versions = ranges(&behaviour.versions, versions);
        let heading = format!("{}: {versions}{origin}", behaviour.letter);
        StepColumn::of_cases(report, heading, behaviour.cases.clone())
    });
    let is_cut_off =
        |case: &&CaseReport| matches!(case.verdict, Verdict::Crashed | Verdict::TimedOut);
    let cut_off = row.cases().filter(is_cut_off);
    let ended = group_by_key(cut_off.map(|case| ((&case.trace, &case.end, &case.during), case)));
    let ended = ended.into_iter().map(|(_, cases)| {
        let is_late = cases[0].verdict == Verdict::TimedOut;
        let sign = if is_late { "t" } else { "c" };
        let versions = ranges(&versions_of(&cases), versions);
        StepColumn::of_cases(report, format!("{sign}: {versions}"), cases)
    });
    let unstable = unstable_columns(report, row, versions);
    behaviours.chain(ended).chain(unstable).collect()
}

/// A column for each behaviour of the unstable cases of a row, each once. What a stable case shows as well is told by its letter:
/// `u2, as A: 3.12`.
fn unstable_columns<'a>(
    report: &'a RunReport,
    row: &Row<'a>,
    versions: &[&InterpreterKey],
) -> Vec<StepColumn<'a>> {
    let unstable = row.cases().filter(|case| !case.also.is_empty());
    // Of each behaviour the step that was running, if it was cut off, and the version.
    let found = unstable.flat_map(|case| {
        let own = shown(case).map(|behaviour| (behaviour, case.during.as_deref()));
        let others = case.also.iter().map(|id| ((&*id.trace, &*id.end), None));
        let all = own.into_iter().chain(others);
        all.map(|(behaviour, step)| (behaviour, (step, &*case.interpreter)))
    });
    let found = group_by_key(found).into_iter().take(MAX_UNSTABLE_COLUMNS);
    let columns = found.enumerate().map(|(index, (behaviour, cases))| {
        let mut stable = row.behaviours.iter();
        let stable = stable.find(|known| known.id() == Some(behaviour));
        let letter = stable.map_or_else(String::new, |known| format!(", as {}", known.letter));
        let keys: Vec<_> = cases.iter().map(|(_, key)| *key).collect();
        let heading = format!("u{}{letter}: {}", index + 1, ranges(&keys, versions));
        let step = cases.iter().find_map(|(step, _)| *step);
        StepColumn::new(report, row.id, heading, Some(behaviour), step)
    });
    columns.collect()
}
