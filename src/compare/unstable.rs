//! What unstable cases did: all of it side by side, and the facts that were not always the same.

use crate::compare::Row;
use crate::python::version::InterpreterKey;
use crate::record::ranges::ranges;
use crate::record::{CaseReport, RunReport};
use crate::report::terminal::steps::Column;
use crate::trace::TraceView;
use crate::trace::difference::{BehaviourTrace, differences};

/// Columns that unstable cases of one row get; who wants all of them has the report.
const MOST_COLUMNS: usize = 4;

/// Facts that are shown of a case, and values of each.
const MOST_FACTS: usize = 6;
const MOST_VALUES: usize = 4;

/// A behaviour that an unstable case showed, as `u1`, `u2`, with those that did.
struct Shape<'a> {
    trace: &'a str,
    end: &'a str,
    during: Option<&'a str>,
    keys: Vec<&'a InterpreterKey>,
}

/// A column for each behaviour of the unstable cases of a row, each once. What a stable case shows as well is told by its letter:
/// `u2, as A: 3.12`.
pub(crate) fn columns<'a>(row: &Row<'a>, all: &[&InterpreterKey]) -> Vec<Column<'a>> {
    let cases = row.cells.iter().flatten().map(|cell| cell.case);
    let mut shapes: Vec<Shape<'a>> = Vec::new();
    for case in cases.filter(|case| !case.also.is_empty()) {
        let own = case.trace.as_deref().zip(case.end.as_deref());
        let own = own.map(|(trace, end)| (trace, end, case.during.as_deref()));
        let others = case.also.iter();
        let others = others.map(|seen| (seen.trace.as_str(), seen.end.as_str(), None));
        for (trace, end, during) in own.into_iter().chain(others) {
            let key = &case.interpreter;
            let same = |shape: &&mut Shape<'_>| (shape.trace, shape.end) == (trace, end);
            if let Some(known) = shapes.iter_mut().find(same) {
                known.keys.push(key);
                known.during = known.during.or(during);
            } else {
                shapes.push(Shape {
                    trace,
                    end,
                    during,
                    keys: vec![key],
                });
            }
        }
    }
    let shapes = shapes.into_iter().take(MOST_COLUMNS).enumerate();
    let column = |(at, shape): (usize, Shape<'a>)| {
        let shown = Some((shape.trace, shape.end));
        let mut stable = row.behaviours.iter();
        let letter = stable.find(|one| one.case.behaviour() == shown);
        let letter = letter.map_or_else(String::new, |one| format!(", as {}", one.letter));
        Column {
            head: format!("u{}{letter}: {}", at + 1, ranges(&shape.keys, all)),
            row: row.case,
            trace: Some(shape.trace),
            end: Some(shape.end),
            during: shape.during,
            cases: Vec::new(),
        }
    };
    shapes.map(column).collect()
}

/// Whether two cases did the same things, if they did several.
pub(crate) fn same(one: &CaseReport, other: &CaseReport) -> bool {
    let did = |case: &CaseReport| {
        let own = (case.trace.clone(), case.end.clone());
        let others = case.also.iter();
        let others = others.map(|seen| (Some(seen.trace.clone()), Some(seen.end.clone())));
        let mut all: Vec<_> = others.chain([own]).collect();
        all.sort();
        all
    };
    (one.also.is_empty() && other.also.is_empty()) || did(one) == did(other)
}

/// The facts that were not always the same, below the steps in which they were not: `value: 1 or 2`.
pub(crate) fn lines(report: &RunReport, case: &CaseReport) -> Vec<String> {
    let own = case.trace.as_deref().zip(case.end.as_deref());
    let others = case.also.iter();
    let all = others.map(|seen| (seen.trace.as_str(), seen.end.as_str()));
    let mut all = own
        .into_iter()
        .chain(all)
        .map(|(trace, end)| BehaviourTrace {
            trace: report.trace(&case.case, trace).unwrap_or(TraceView::EMPTY),
            end,
        });
    let Some(first) = all.next() else {
        return Vec::new();
    };
    // By step and fact: the number of the step, which is last for the end of the process, and the values.
    let mut found: Vec<((usize, String, String), Vec<String>)> = Vec::new();
    for other in all {
        for one in differences(first, other) {
            let name = (one.number().unwrap_or(usize::MAX), one.title(), one.fact);
            match found.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) if values.contains(&one.now) => {}
                Some((_, values)) => values.push(one.now),
                None => found.push((name, vec![one.was, one.now])),
            }
        }
    }
    found.sort_by_key(|((number, _, _), _)| *number);
    let mut lines = Vec::new();
    let mut above = String::new();
    let more = found.len().saturating_sub(MOST_FACTS);
    for ((_, step, fact), values) in found.into_iter().take(MOST_FACTS) {
        if step != above {
            lines.push(step.clone());
            above = step;
        }
        let rest = if values.len() > MOST_VALUES {
            " or others"
        } else {
            ""
        };
        let values: Vec<_> = values.into_iter().take(MOST_VALUES).collect();
        lines.push(format!("  {fact}: {}{rest}", values.join(" or ")));
    }
    if more > 0 {
        lines.push(format!("  and {more} more"));
    }
    lines
}
