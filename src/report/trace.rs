//! The trace of one variant: step by step, a column per behaviour, and only what changed.

use std::fmt::Write;

use comfy_table::{ColumnConstraint, Table, Width};

use super::model::{RunReport, ScenarioReport};
use super::style::{Style, Tone, trimmed};
use super::summary::{evidence, shell_word};
use crate::compare::ranges::{not_run, ranges};
use crate::compare::{Behaviour, Row, letter};
use crate::python::version::InterpreterKey;
use crate::text::{visible, wrapped};
use crate::trace::StepRecord;
use crate::trace::fact::FactValue;
use crate::verdict::Verdict;

/// Facts of a moment: shown where they are recorded. All others are states: shown where they change.
const MOMENTS: [&str; 7] = [
    "outcome", "message", "value", "ran", "died", "warned", "lookups",
];

/// Title, prose, the table of steps, what the behaviours do not cover, sources, and how to see it oneself.
pub fn render(
    report: &RunReport,
    scenario: &ScenarioReport,
    rows: &[Row<'_>],
    style: Style,
) -> String {
    let mut out = String::new();
    let strong = |text: &str| {
        if style.colour {
            format!("\x1b[1m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    };
    let _ = writeln!(out, "{}", strong(&visible(&scenario.id)));
    let _ = writeln!(out, "{}", visible(&scenario.title));
    if let Some(about) = &scenario.about {
        let _ = writeln!(
            out,
            "\n{}",
            wrapped(&visible(about), usize::from(style.width).min(100))
        );
    }
    for row in rows {
        out.push('\n');
        if row.case != scenario.id {
            let _ = writeln!(out, "{}", strong(&visible(row.case)));
        }
        render_row(&mut out, report, row, style);
    }
    if !scenario.refs.is_empty() {
        out.push_str("\nsources\n");
        for source in &scenario.refs {
            let _ = writeln!(out, "  {}", visible(source));
        }
    }
    if let Some(row) = rows.iter().find(|row| !row.behaviours.is_empty()) {
        let newest = row
            .behaviours
            .iter()
            .flat_map(|behaviour| &behaviour.versions)
            .max();
        if let Some(key) = newest {
            let _ = writeln!(
                out,
                "\nreproduce it without modswap\n  modswap script {} --python {} > case.py && python{}.{} -s -S -B case.py",
                shell_word(row.case),
                key.version,
                key.version.major,
                key.version.minor,
            );
        }
    }
    let _ = writeln!(out, "scenario file: {}", visible(&scenario.file));
    out
}

fn render_row(out: &mut String, report: &RunReport, row: &Row<'_>, style: Style) {
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    if !row.behaviours.is_empty() {
        let _ = writeln!(out, "{}", trimmed(&steps_table(report, row, &all, style)));
    }
    let holes = not_run(&all);
    let silent = |wanted: fn(Verdict) -> bool| -> Vec<&InterpreterKey> {
        let cells = row.cells.iter().flatten();
        cells
            .filter(|cell| wanted(cell.case.verdict))
            .map(|cell| &cell.case.interpreter)
            .collect()
    };
    if !holes.is_empty() {
        let _ = writeln!(out, "not run here: {}", holes.join(", "));
    }
    let cases = row.cells.iter().flatten().map(|cell| cell.case);
    let mut told: Vec<&[String]> = Vec::new();
    for case in cases.filter(|case| !case.reasons.is_empty()) {
        if told.contains(&case.reasons.as_slice()) {
            continue;
        }
        told.push(&case.reasons);
        let same = row
            .cells
            .iter()
            .flatten()
            .filter(|cell| cell.case.reasons == case.reasons);
        let keys: Vec<&InterpreterKey> = same.map(|cell| &cell.case.interpreter).collect();
        let _ = writeln!(out, "{} on {}:", case.verdict.word(), ranges(&keys, &all));
        for reason in &case.reasons {
            let _ = writeln!(out, "  {}", visible(reason));
        }
        evidence(out, case);
    }
    let unexplained = silent(|verdict| verdict == Verdict::Pass);
    if row.behaviours.len() == 1 && unexplained.len() == all.len() {
        let _ = writeln!(out, "the same on every interpreter that was run");
    }
}

fn steps_table(report: &RunReport, row: &Row<'_>, all: &[&InterpreterKey], style: Style) -> Table {
    let mut table = style.table();
    let mut header = vec![style.cell("step", Tone::Strong)];
    header.extend(row.behaviours.iter().enumerate().map(|(at, behaviour)| {
        style.cell(
            format!("{}: {}", letter(at), ranges(&behaviour.versions, all)),
            Tone::Strong,
        )
    }));
    table.set_header(header);
    let empty = Vec::new();
    let traces: Vec<&Vec<StepRecord>> = row
        .behaviours
        .iter()
        .map(|behaviour| {
            behaviour
                .case
                .trace
                .as_ref()
                .and_then(|digest| report.traces.get(digest))
                .unwrap_or(&empty)
        })
        .collect();
    let mut steps: Vec<(usize, &str)> = traces
        .iter()
        .flat_map(|trace| {
            trace
                .iter()
                .map(|record| (record.step, record.action.as_str()))
        })
        .collect();
    steps.sort_unstable();
    steps.dedup_by_key(|(number, _)| *number);
    for (number, action) in steps {
        table.add_row(vec![
            style.cell(format!("{number}  {action}"), Tone::Strong),
        ]);
        for (name, values) in changes(&traces, number) {
            let differs = values.windows(2).any(|pair| pair[0] != pair[1]);
            let mark = if differs { "≠" } else { " " };
            let mut line = vec![style.cell(
                format!(" {mark} {name}"),
                if differs { Tone::Changed } else { Tone::Plain },
            )];
            for (at, value) in values.iter().enumerate() {
                let same = at > 0 && values[at - 1] == *value;
                let text = value
                    .as_ref()
                    .map_or_else(|| "—".to_owned(), FactValue::to_string);
                line.push(match (same, differs) {
                    (true, _) => style.cell("·", Tone::Faint),
                    (false, true) => style.cell(text, Tone::Changed),
                    (false, false) => style.cell(text, Tone::Plain),
                });
            }
            table.add_row(line);
        }
    }
    let ends: Vec<Option<&str>> = row
        .behaviours
        .iter()
        .map(|behaviour: &Behaviour<'_>| behaviour.case.end.as_deref())
        .collect();
    if ends.iter().any(|end| *end != Some("exit 0")) {
        let mut line = vec![style.cell("   end of the process", Tone::Strong)];
        line.extend(
            ends.iter()
                .map(|end| style.cell(end.unwrap_or("—"), Tone::Changed)),
        );
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

/// The facts worth a line after a step: those that changed in any behaviour, or were recorded of the moment.
fn changes<'a>(
    traces: &[&'a Vec<StepRecord>],
    number: usize,
) -> Vec<(&'a str, Vec<Option<FactValue>>)> {
    let at =
        |trace: &'a Vec<StepRecord>, step: usize| trace.iter().find(|record| record.step == step);
    let before =
        |trace: &'a Vec<StepRecord>| trace.iter().rev().find(|record| record.step < number);
    let mut names: Vec<&str> = Vec::new();
    for record in traces.iter().filter_map(|trace| at(trace, number)) {
        names.extend(record.facts.iter().map(|(name, _)| name.0.as_str()));
    }
    let mut seen = Vec::new();
    names.retain(|name| {
        !seen.contains(name) && {
            seen.push(*name);
            true
        }
    });
    // A fact that only a later behaviour has must not fall to the end of the step.
    names.sort_by_key(|name| {
        MOMENTS
            .iter()
            .position(|moment| moment == name)
            .unwrap_or(MOMENTS.len())
    });
    names
        .into_iter()
        .filter_map(|name| {
            let values: Vec<Option<FactValue>> = traces
                .iter()
                .map(|trace| {
                    at(trace, number)
                        .and_then(|record| record.fact(name))
                        .cloned()
                })
                .collect();
            let changed = traces.iter().zip(&values).any(|(trace, value)| {
                let old = before(trace).and_then(|record| record.fact(name)).cloned();
                if MOMENTS.contains(&name) {
                    value
                        .as_ref()
                        .is_some_and(|value| name != "outcome" || *value != FactValue::text("ok"))
                } else if old.is_none() {
                    // Before the first step nothing is bound, cached or swapped.
                    value.as_ref().is_some_and(|value| !is_nothing(value))
                } else {
                    old != *value
                }
            });
            changed.then_some((name, values))
        })
        .collect()
}

fn is_nothing(value: &FactValue) -> bool {
    matches!(value, FactValue::Text(text) if ["absent", "unbound", "original"].contains(&text.as_str()))
}
