//! The table of steps: a column per behaviour, and only the facts that changed.

use comfy_table::{Cell, ColumnConstraint, Table, Width};

use super::style::{Style, Tone, trimmed};
use crate::compare::step_columns::StepColumn;
use crate::compare::step_table::{StepTable, TableFact, TableStep};
use crate::text::{joined, visible, width, wrapped};

/// Marks a line of the table that a title replaces. From the private use area, where no fact has business.
const TITLE: char = '\u{e000}';

/// Columns between two columns of the table.
const GAP: usize = 2;

/// Step by step, the facts that changed in any of the columns, and how the process ended where that is worth a word. The titles of
/// the steps, with their notes, run over the whole width.
pub(super) fn render_step_table(steps: &StepTable<'_>, style: Style) -> String {
    let mut table = style.table();
    let headings = steps.columns.iter().map(|column| column.heading.as_str());
    let headings = std::iter::once("step").chain(headings);
    table.set_header(headings.map(|heading| style.cell(heading, Tone::Strong)));
    let mut titles = Vec::new();
    for step in &steps.steps {
        table.add_row(vec![format!("{TITLE}{}", titles.len())]);
        titles.push(render_title(step, style));
        for fact in &step.facts {
            table.add_row(fact_cells(fact, style));
        }
    }
    if let Some(ends) = steps.ends() {
        let title = style.cell("end of the process", Tone::Strong);
        let ends = ends.map(|end| style.cell(end, Tone::Changed));
        table.add_row(std::iter::once(title).chain(ends));
    }
    set_widths(&mut table, &steps.columns, style);
    let lines = trimmed(&table);
    let lines = lines.lines().map(|line| match line.split_once(TITLE) {
        None => line.to_owned(),
        Some((_, digits)) => {
            let index: Option<usize> = digits.trim().parse().ok();
            let title = index.and_then(|index| titles.get(index));
            title.cloned().unwrap_or_default()
        }
    });
    joined(lines, "\n")
}

/// The title of a step and its note, in lines of the whole width.
fn render_title(step: &TableStep, style: Style) -> String {
    let number = format!("{}  ", step.number);
    let indent = " ".repeat(width(&number));
    let remaining_width = usize::from(style.width).saturating_sub(indent.len());
    let remaining_width = remaining_width.max(20);
    let hanging = |text: &str| {
        let lines = wrapped(&visible(text), remaining_width);
        lines.replace('\n', &format!("\n{indent}"))
    };
    let action = style.strong(&format!("{number}{}", hanging(&step.action)));
    match &step.note {
        None => action,
        Some(note) => {
            let note = format!("{indent}{}", hanging(&format!("({note})")));
            format!("{action}\n{}", style.paint(&note, Tone::Faint))
        }
    }
}

/// The cells of a fact: its name, and its value in each column or `·` where it is that of the column to the left.
fn fact_cells(fact: &TableFact, style: Style) -> Vec<Cell> {
    let (mark, tone) = if fact.differs {
        ("≠", Tone::Changed)
    } else {
        (" ", Tone::Plain)
    };
    let name_tone = if fact.is_compared { tone } else { Tone::Faint };
    let mut cells = vec![style.cell(format!(" {mark} {}", fact.name), name_tone)];
    cells.extend(fact.values.iter().enumerate().map(|(column, value)| {
        if fact.is_repeated(column) {
            style.cell("·", Tone::Faint)
        } else {
            style.cell(value.as_deref().unwrap_or_default(), tone)
        }
    }));
    cells
}

/// Gives the columns their widths: names of facts as they are, and no value narrower than its longest word, where the terminal is
/// wide enough for all of that.
fn set_widths(table: &mut Table, columns: &[StepColumn<'_>], style: Style) {
    let longest_word = |index: usize| {
        let cells = table
            .row_iter()
            .filter_map(|row| row.cell_iter().nth(index));
        let cells = cells.map(Cell::content);
        let texts = cells.chain([columns[index - 1].heading.clone()]);
        let words = texts.filter_map(|text| text.split_whitespace().map(width).max());
        words.max().unwrap_or(0)
    };
    let all = usize::from(style.width);
    let names = table.column_max_content_widths();
    let names = usize::from(names.first().copied().unwrap_or(0)).min(all / 2);
    let words: Vec<usize> = (1..=columns.len()).map(longest_word).collect();
    let needed = names + GAP + words.iter().map(|width| width + GAP).sum::<usize>();
    let fixed = |width: usize| Width::Fixed(u16::try_from(width + GAP).unwrap_or(u16::MAX));
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if index == 0 {
            column.set_constraint(ColumnConstraint::Absolute(fixed(names)));
        } else if needed <= all
            && let Some(width) = words.get(index - 1)
        {
            column.set_constraint(ColumnConstraint::LowerBoundary(fixed(*width)));
        }
    }
}
