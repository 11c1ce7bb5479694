//! The table of steps: a column per behaviour, and only the facts that changed.

use comfy_table::{ColumnConstraint, Table, Width};

use super::model::{CaseReport, RunReport};
use super::style::{Style, Tone};
use crate::compare::ranges::ranges;
use crate::compare::{Row, letter};
use crate::python::version::InterpreterKey;
use crate::trace::StepRecord;
use crate::trace::fact::FactValue;
use crate::verdict::Verdict;

/// Facts of a moment: shown where they are recorded. All others are states: shown where they change.
pub(super) const MOMENTS: [&str; 7] = [
    "outcome", "message", "value", "ran", "died", "warned", "lookups",
];

/// What stands in one column: a behaviour with its versions, or how far those came that did not end as they should.
pub(super) struct Column<'a> {
    head: String,
    case: &'a CaseReport,
}

/// The columns of a row: behaviours by their letters, then crashes and timeouts, each once.
pub(super) fn columns<'a>(row: &Row<'a>, all: &[&InterpreterKey]) -> Vec<Column<'a>> {
    let mut columns: Vec<Column<'a>> = row
        .behaviours
        .iter()
        .enumerate()
        .map(|(at, one)| Column {
            head: format!("{}: {}", letter(at), ranges(&one.versions, all)),
            case: one.case,
        })
        .collect();
    let ended = |case: &CaseReport| matches!(case.verdict, Verdict::Crashed | Verdict::TimedOut);
    let cases: Vec<&'a CaseReport> = row
        .cells
        .iter()
        .flatten()
        .map(|cell| cell.case)
        .filter(|case| ended(case))
        .collect();
    for (at, case) in cases.iter().enumerate() {
        let same = |other: &&&CaseReport| {
            (&other.trace, &other.end, &other.during) == (&case.trace, &case.end, &case.during)
        };
        if cases[..at].iter().any(|other| same(&other)) {
            continue;
        }
        let keys: Vec<&InterpreterKey> = cases
            .iter()
            .filter(same)
            .map(|other| &other.interpreter)
            .collect();
        let sign = if case.verdict == Verdict::TimedOut {
            "t"
        } else {
            "c"
        };
        columns.push(Column {
            head: format!("{sign}: {}", ranges(&keys, all)),
            case,
        });
    }
    columns
}

/// Step by step, the facts that changed in any of the columns; the end of the process where it is worth a word.
pub(super) fn steps_table(report: &RunReport, columns: &[Column<'_>], style: Style) -> Table {
    let mut table = style.table();
    let heads = columns
        .iter()
        .map(|column| style.cell(&column.head, Tone::Strong));
    table.set_header(std::iter::once(style.cell("step", Tone::Strong)).chain(heads));
    let empty = Vec::new();
    let trace = |column: &Column<'_>| {
        column
            .case
            .trace
            .as_ref()
            .and_then(|digest| report.traces.get(digest))
    };
    let traces: Vec<&Vec<StepRecord>> = columns
        .iter()
        .map(|column| trace(column).unwrap_or(&empty))
        .collect();
    for moment in moments(&traces) {
        let number = match moment.inside {
            // Told before the step itself, because it happened before that ended.
            Some(outer) => format!("{outer}›{}", moment.step),
            None => moment.step.to_string(),
        };
        table.add_row(vec![
            style.cell(format!("{number}  {}", moment.action), Tone::Strong),
        ]);
        for (name, values) in changes(&traces, &moment) {
            let reached: Vec<&Option<FactValue>> = values.iter().flatten().collect();
            let differs = reached.windows(2).any(|pair| pair[0] != pair[1]);
            let (mark, tone) = if differs {
                ("≠", Tone::Changed)
            } else {
                (" ", Tone::Plain)
            };
            let mut line = vec![style.cell(format!(" {mark} {name}"), tone)];
            line.extend(values.iter().enumerate().map(|(at, value)| match value {
                None => style.cell("", Tone::Plain),
                Some(_) if at > 0 && values[at - 1] == *value => style.cell("·", Tone::Faint),
                Some(None) => style.cell("—", tone),
                Some(Some(FactValue::List(operations))) if name == "lookups" => {
                    let lines: Vec<_> = operations.iter().map(ToString::to_string).collect();
                    let none = if lines.is_empty() { "[]" } else { "" };
                    style.cell(format!("{none}{}", lines.join("\n")), tone)
                }
                Some(Some(value)) => style.cell(value.to_string(), tone),
            }));
            table.add_row(line);
        }
    }
    let end = |column: &Column<'_>| {
        let during = column
            .case
            .during
            .as_ref()
            .map_or_else(String::new, |step| format!(" in {step}"));
        format!("{}{during}", column.case.end.as_deref().unwrap_or("—"))
    };
    let ends: Vec<String> = columns.iter().map(end).collect();
    if ends.iter().any(|end| end != "exit 0") {
        let mut line = vec![style.cell("end of the process", Tone::Strong)];
        line.extend(ends.iter().map(|end| style.cell(end, Tone::Changed)));
        table.add_row(line);
    }
    let natural = table.column_max_content_widths();
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    if let (Some(steps), Some(width)) = (table.column_mut(0), natural.first()) {
        // The steps are what one reads along; values wrap first.
        let width = (*width).min(style.width / 2);
        steps.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width + 2)));
    }
    table
}

/// A fact in each column: nothing where the step was not reached, no value where it was and has no such fact.
type Values = Vec<Option<Option<FactValue>>>;

/// A line of steps: the same step of every trace. One in the body of a module may come more than once.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moment<'a> {
    pub(super) step: usize,
    pub(super) inside: Option<usize>,
    /// Which time in that step, from 0.
    turn: usize,
    pub(super) action: &'a str,
}

/// The moments of a trace, one for each of its records.
pub(super) fn moments_of(trace: &[StepRecord]) -> Vec<Moment<'_>> {
    let mut moments: Vec<Moment<'_>> = Vec::new();
    for record in trace {
        let same = |known: &&Moment<'_>| (known.step, known.inside) == (record.step, record.inside);
        moments.push(Moment {
            step: record.step,
            inside: record.inside,
            turn: moments.iter().filter(same).count(),
            action: &record.action,
        });
    }
    moments
}

/// The moments of all traces, in the order in which they came: one that only some traces have stands behind what
/// came before it there.
fn moments<'a>(traces: &[&'a Vec<StepRecord>]) -> Vec<Moment<'a>> {
    let mut all: Vec<Moment<'a>> = Vec::new();
    for trace in traces {
        let mut at = 0;
        for moment in moments_of(trace) {
            if let Some(known) = all.iter().position(|known| *known == moment) {
                at = known + 1;
            } else {
                all.insert(at, moment);
                at += 1;
            }
        }
    }
    all
}

/// The facts worth a line after a step: those that changed in any column, or were recorded of the moment.
fn changes<'a>(traces: &[&'a Vec<StepRecord>], moment: &Moment<'a>) -> Vec<(&'a str, Values)> {
    let place = |trace: &'a Vec<StepRecord>| moments_of(trace).iter().position(|one| one == moment);
    let at = |trace: &'a Vec<StepRecord>| place(trace).map(|place| &trace[place]);
    // Bindings are those of one namespace, that of the steps or that of a module; all else is of the whole process.
    let before = |trace: &'a Vec<StepRecord>, name: &str| {
        let binding = name != "cache" && !name.contains('(');
        let same = |record: &&StepRecord| {
            !binding || body(record.inside, &record.action) == body(moment.inside, moment.action)
        };
        place(trace).and_then(|place| trace[..place].iter().rev().find(same))
    };
    let mut names: Vec<&str> = Vec::new();
    for record in traces.iter().filter_map(|trace| at(trace)) {
        for (name, _) in &record.facts {
            if !names.contains(&name.0.as_str()) {
                names.push(&name.0);
            }
        }
    }
    // A fact that only a later behaviour has must not fall to the end of the step.
    names.sort_by_key(|name| {
        MOMENTS
            .iter()
            .position(|moment| moment == name)
            .unwrap_or(MOMENTS.len())
    });
    let is_worth_it = |name: &str, trace: &'a Vec<StepRecord>| {
        let Some(value) = at(trace).and_then(|record| record.fact(name)) else {
            return false;
        };
        if MOMENTS.contains(&name) {
            let nothing = match name {
                "outcome" => *value == FactValue::text("ok"),
                "lookups" => *value == FactValue::List(vec![]),
                _ => false,
            };
            return !nothing;
        }
        if name.starts_with("resolve(") {
            return true;
        }
        match before(trace, name).and_then(|record| record.fact(name)) {
            Some(old) => old != value,
            // Before the first step nothing is bound, cached or swapped.
            None => !is_nothing(value),
        }
    };
    names
        .into_iter()
        .filter(|name| traces.iter().any(|trace| is_worth_it(name, trace)))
        .map(|name| {
            let values = traces
                .iter()
                .map(|trace| at(trace).map(|record| record.fact(name).cloned()));
            (name, values.collect())
        })
        .collect()
}

/// The module in whose body a step is.
fn body(inside: Option<usize>, action: &str) -> Option<&str> {
    inside?;
    action.split_once(": ").map(|(module, _)| module)
}

fn is_nothing(value: &FactValue) -> bool {
    matches!(value, FactValue::Text(text) if ["absent", "unbound", "original"].contains(&text.as_str()))
}
