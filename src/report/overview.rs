//! The overview: a row per variant, a column per interpreter, a letter per behaviour.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, Table, Width};

use super::model::RunReport;
use super::style::{Style, Tone, trimmed, verdict_tone};
use crate::compare::{self, Row, letter};
use crate::python::version::InterpreterKey;
use crate::verdict::Verdict;

/// The table.
pub fn render(report: &RunReport, style: Style) -> String {
    let keys: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let mut table = style.table();
    let heads = keys
        .iter()
        .map(|key| style.cell(head(key, &keys), Tone::Strong));
    let mut header = vec![style.cell("scenario", Tone::Strong)];
    header.extend(heads);
    header.extend([
        style.cell("changed", Tone::Strong),
        style.cell("verdict", Tone::Strong),
    ]);
    table.set_header(header);
    let rows = compare::rows(report);
    for (at, row) in rows.iter().enumerate() {
        let (scenario, variant) = split(row.case);
        if variant.is_some() && (at == 0 || split(rows[at - 1].case).0 != scenario) {
            table.add_row(vec![style.cell(scenario, Tone::Plain)]);
        }
        let name = variant.map_or_else(|| scenario.to_owned(), |variant| format!("└ {variant}"));
        let mut line = vec![style.cell(name, Tone::Plain)];
        line.extend((0..keys.len()).map(|column| cell(row, column, style)));
        let boundaries: Vec<String> = row
            .boundaries()
            .into_iter()
            .map(|key| head(key, &keys).replace('\n', ""))
            .collect();
        line.push(style.cell(boundaries.join(", "), Tone::Changed));
        let verdict = row.verdict();
        line.push(style.cell(verdict.word(), verdict_tone(verdict)));
        table.add_row(line);
    }
    fit(&mut table, &keys, style.width);
    trimmed(&table)
}

/// Widths: letters and verdicts as they are, then the boundaries, and the rest for the ids, which wrap at last.
fn fit(table: &mut Table, keys: &[&InterpreterKey], width: u16) {
    let natural = table.column_max_content_widths();
    let last = natural.len() - 1;
    let changed = natural[last - 1].min(14);
    let taken: u16 = natural[1..last - 1]
        .iter()
        .chain([&changed, &natural[last]])
        .map(|width| width + 1)
        .sum();
    let id = natural[0].min(width.saturating_sub(taken + 1)).max(16);
    for (at, column) in table.column_iter_mut().enumerate() {
        let content = if at == 0 {
            id
        } else if at == last - 1 {
            changed
        } else {
            natural[at]
        };
        column.set_padding((0, 1));
        // The padding counts.
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(content + 1)));
        if (1..=keys.len()).contains(&at) {
            column.set_cell_alignment(CellAlignment::Center);
        }
    }
    if let Some(ids) = table.column_mut(0) {
        ids.set_delimiter('-');
    }
}

/// The head of a column: `3.14t`; of two with one feature release, `3.11` over `.7`; a label below.
fn head(key: &InterpreterKey, all: &[&InterpreterKey]) -> String {
    let twins = all
        .iter()
        .filter(|other| other.minor() == key.minor())
        .count();
    let mut text = key.minor();
    if twins > 1 {
        text.push_str(&format!("\n.{}{}", key.version.micro, key.version.suffix));
    }
    if let Some(label) = &key.label {
        text.push_str(&format!("\n@{label}"));
    }
    text
}

/// A case id as the scenario's id and the choices of its matrix.
fn split(case: &str) -> (&str, Option<&str>) {
    let parts = case.strip_suffix(']').and_then(|rest| rest.split_once('['));
    parts.map_or((case, None), |(scenario, variant)| {
        (scenario, Some(variant))
    })
}

fn cell(row: &Row<'_>, column: usize, style: Style) -> Cell {
    let Some(cell) = row.cells[column] else {
        return style.cell("?", Tone::Faint);
    };
    let failed = cell.case.verdict.is_violation() || cell.case.verdict == Verdict::Faulty;
    let mark = if failed { "!" } else { "" };
    let Some(behaviour) = cell.behaviour else {
        return match cell.case.verdict {
            Verdict::Skipped => style.cell("-", Tone::Faint),
            Verdict::TimedOut => style.cell("t", Tone::Bad),
            Verdict::Faulty => style.cell("e", Tone::Bad),
            _ => style.cell("c", Tone::Bad),
        };
    };
    let left = column.checked_sub(1).and_then(|left| row.cells[left]);
    match left {
        Some(left) if left.behaviour == Some(behaviour) && !failed => style.cell("·", Tone::Faint),
        _ if failed => style.cell(format!("{}{mark}", letter(behaviour)), Tone::Bad),
        None => style.cell(letter(behaviour), Tone::Plain),
        Some(_) => style.cell(letter(behaviour), Tone::Changed),
    }
}
