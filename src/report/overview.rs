//! The overview: a row per variant, a column per interpreter, a letter per behaviour.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, Width};

use super::model::RunReport;
use super::style::{Style, Tone, trimmed, verdict_tone};
use crate::compare::{self, Row};
use crate::python::version::InterpreterKey;
use crate::verdict::Verdict;

/// Columns of text that the boundaries keep when the ids need room, and the ids in any case.
const LEAST_FOR_BOUNDARIES: usize = 9;
const LEAST_FOR_IDS: usize = 12;

/// The table.
pub fn render(report: &RunReport, style: Style) -> String {
    let keys: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let heads: Vec<String> = keys.iter().map(|key| head(key, &keys)).collect();
    let rows = compare::rows(report);
    let lines = lines(&rows, &keys);
    let widths = widths(&lines, &heads, style.width);

    let mut table = style.table();
    let names = std::iter::once("scenario")
        .chain(heads.iter().map(String::as_str))
        .chain(["changed", "verdict"]);
    table.set_header(names.map(|name| style.cell(name, Tone::Strong)));
    for line in &lines {
        let mut cells = vec![style.cell(broken(&line.name, widths[0]), Tone::Plain)];
        if let Some(row) = line.row {
            cells.extend((0..keys.len()).map(|column| cell(row, column, style)));
            cells.push(style.cell(&line.boundaries, Tone::Changed));
            cells.push(style.cell(verdict_word(row), verdict_tone(row.verdict())));
        }
        table.add_row(cells);
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        // With its padding.
        let width = u16::try_from(widths[at] + 1).unwrap_or(u16::MAX);
        column
            .set_padding((0, 1))
            .set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
        if (1..=keys.len()).contains(&at) {
            column.set_cell_alignment(CellAlignment::Center);
        }
    }
    trimmed(&table)
}

/// A line of the table: a variant, or with no row the name of the scenario that its variants stand below.
struct Line<'a> {
    name: String,
    row: Option<&'a Row<'a>>,
    boundaries: String,
}

fn lines<'a>(rows: &'a [Row<'a>], keys: &[&InterpreterKey]) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    let mut above = "";
    for row in rows {
        let (scenario, variant) = split(row.case);
        if variant.is_some() && scenario != above {
            lines.push(Line {
                name: scenario.to_owned(),
                row: None,
                boundaries: String::new(),
            });
        }
        above = scenario;
        let boundaries = row
            .boundaries()
            .into_iter()
            .map(|key| head(key, keys).replace('\n', ""));
        lines.push(Line {
            name: variant.map_or_else(|| scenario.to_owned(), |variant| format!("└ {variant}")),
            row: Some(row),
            boundaries: boundaries.collect::<Vec<_>>().join(", "),
        });
    }
    lines
}

/// Width of each column: letters and verdicts as they are, then the boundaries, and what is left for the ids.
fn widths(lines: &[Line<'_>], heads: &[String], total: u16) -> Vec<usize> {
    let longest = |texts: &mut dyn Iterator<Item = usize>, least: &str| {
        texts.max().unwrap_or(0).max(least.len())
    };
    let letters: Vec<usize> = heads
        .iter()
        .map(|head| {
            head.lines()
                .map(|line| line.chars().count())
                .max()
                .unwrap_or(1)
        })
        .collect();
    let words = lines
        .iter()
        .filter_map(|line| Some(verdict_word(line.row?).len()));
    let verdicts = longest(&mut words.into_iter(), "verdict");
    let taken: usize = letters
        .iter()
        .chain([&verdicts])
        .map(|width| width + 1)
        .sum();
    let room = usize::from(total).saturating_sub(taken + 2);
    let boundaries = longest(
        &mut lines.iter().map(|line| line.boundaries.len()),
        "changed",
    );
    let ids = longest(
        &mut lines.iter().map(|line| line.name.chars().count()),
        "scenario",
    );
    let ids = ids
        .min(room.saturating_sub(boundaries.min(LEAST_FOR_BOUNDARIES)))
        .max(LEAST_FOR_IDS);
    let boundaries = boundaries.min(room.saturating_sub(ids).max("changed".len()));
    std::iter::once(ids)
        .chain(letters)
        .chain([boundaries, verdicts])
        .collect()
}

/// The name in lines of so many columns, broken behind a separator where there is one.
fn broken(name: &str, width: usize) -> String {
    let mut lines: Vec<String> = vec![String::new()];
    for part in name.split_inclusive(['/', '-', '=', ',', '_']) {
        let Some(line) = lines.last_mut() else {
            continue;
        };
        if line.chars().count() + part.chars().count() <= width || line.is_empty() {
            line.push_str(part);
        } else {
            lines.push(format!("  {part}"));
        }
    }
    lines.join("\n")
}

/// The head of a column: `3.14t`; of two with one feature release, `3.11` over `.7`; a label below.
pub(super) fn head(key: &InterpreterKey, all: &[&InterpreterKey]) -> String {
    let twins = all
        .iter()
        .filter(|other| other.minor() == key.minor())
        .count();
    let patch = if twins > 1 {
        format!("\n.{}{}", key.version.micro, key.version.suffix)
    } else {
        String::new()
    };
    let label = key
        .label
        .as_ref()
        .map_or_else(String::new, |label| format!("\n@{label}"));
    format!("{}{patch}{label}", key.minor())
}

/// The verdict, with a question mark where not every interpreter has given its own.
pub(super) fn verdict_word(row: &Row<'_>) -> String {
    let open = row.cells.iter().any(Option::is_none);
    let any = row.cells.iter().any(Option::is_some);
    format!(
        "{}{}",
        if any { row.verdict().word() } else { "" },
        if open { "?" } else { "" }
    )
}

/// A case id as the scenario's id and the choices of its matrix.
fn split(case: &str) -> (&str, Option<&str>) {
    let parts = case.strip_suffix(']').and_then(|rest| rest.split_once('['));
    parts.map_or((case, None), |(scenario, variant)| {
        (scenario, Some(variant))
    })
}

/// What stands for a case, wherever its row is shown: the letter of its behaviour, with `!` where it violates something and
/// `~` where it is known to, or the sign of what has no behaviour.
pub(super) fn mark(row: &Row<'_>, column: usize) -> (String, Tone) {
    let Some(cell) = row.cells[column] else {
        return ("?".to_owned(), Tone::Faint);
    };
    let Some(behaviour) = cell.behaviour else {
        let (sign, tone) = match cell.case.verdict {
            Verdict::Skipped => ("-", Tone::Faint),
            Verdict::TimedOut => ("t", Tone::Bad),
            Verdict::Faulty => ("e", Tone::Bad),
            Verdict::Unstable => ("u", Tone::Bad),
            _ => ("c", Tone::Bad),
        };
        return (sign.to_owned(), tone);
    };
    let letter = &row.behaviours[behaviour].letter;
    match cell.case.verdict {
        Verdict::Known => (format!("{letter}~"), Tone::Changed),
        verdict if verdict.is_violation() => (format!("{letter}!"), Tone::Bad),
        _ => (letter.clone(), Tone::Plain),
    }
}

fn cell(row: &Row<'_>, column: usize, style: Style) -> Cell {
    let (mark, tone) = mark(row, column);
    if tone != Tone::Plain {
        return style.cell(mark, tone);
    }
    let shown = |cell: Option<compare::Cell<'_>>| cell.and_then(|cell| cell.behaviour);
    let left = column.checked_sub(1).and_then(|left| row.cells[left]);
    match left {
        None => style.cell(mark, Tone::Plain),
        Some(_) if shown(left) == shown(row.cells[column]) => style.cell("·", Tone::Faint),
        Some(_) => style.cell(mark, Tone::Changed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_break_behind_separators() {
        assert_eq!(broken("swap/earlier-copy", 20), "swap/earlier-copy");
        assert_eq!(
            broken("delete/new-keys-in-place", 16),
            "delete/new-keys-\n  in-place"
        );
        assert_eq!(broken("└ via=import_module", 14), "└ via=import_\n  module");
    }

    #[test]
    fn a_case_id_is_a_scenario_and_a_choice() {
        assert_eq!(split("swap/copy"), ("swap/copy", None));
        assert_eq!(
            split("swap/new[via=c_api]"),
            ("swap/new", Some("via=c_api"))
        );
    }

    #[test]
    fn heads_tell_twins_apart() {
        let keys: Vec<InterpreterKey> = ["3.10.13", "3.11.2", "3.11.7", "3.14.0t", "3.15.2@sid"]
            .map(|key| key.parse().unwrap())
            .to_vec();
        let all: Vec<&InterpreterKey> = keys.iter().collect();
        let heads: Vec<String> = all.iter().map(|key| head(key, &all)).collect();
        assert_eq!(
            heads,
            ["3.10", "3.11\n.2", "3.11\n.7", "3.14t", "3.15\n@sid"]
        );
    }
}
