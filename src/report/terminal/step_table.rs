//! The table of steps: a column per behaviour, and only the facts that changed.

use std::ops::Range;

use comfy_table::{Cell, ColumnConstraint, Table, Width};

use super::style::{Style, Tone, trimmed};
use crate::compare::step_table::{StepTable, TableFact, TableStep};
use crate::text::{joined, short, visible, width, wrapped};

/// Marks a line of the table that a title replaces. From the private use area, where no fact has business.
const TITLE: char = '\u{e000}';

/// Begins the words of a step that runs statements.
const CODE: &str = "run: ";

/// The least columns for names of facts: for the heading, and for what a title replaces.
const MIN_NAMES: usize = 6;

/// The most characters of a value in a cell.
const MAX_VALUE: usize = 4_000;

/// The most lines of code that are shown of a step, and how many of more: a file, or `modswap script`, has them all.
const MAX_LINES: usize = 40;
const FIRST_LINES: usize = 5;

/// Columns between two columns of the table.
const GAP: usize = 2;

/// Step by step, the facts that changed in any of the columns, and how the process ended where that is worth a word. The titles of
/// the steps, with their notes, run over the whole width. Columns that do not fit beside each other without breaking words stand in
/// tables below each other.
pub(super) fn render_step_table(steps: &StepTable<'_>, style: Style) -> String {
    let widths = Widths::new(steps, style);
    let tables = widths.split_columns(usize::from(style.width));
    let tables = tables
        .into_iter()
        .map(|columns| render_columns(steps, &widths, columns, style));
    joined(tables, "\n\n")
}

/// The table of some of the columns.
fn render_columns(
    steps: &StepTable<'_>,
    widths: &Widths,
    columns: Range<usize>,
    style: Style,
) -> String {
    let mut table = style.table();
    let headings = steps.columns[columns.clone()].iter();
    let headings = headings.map(|column| column.heading.as_str());
    let headings = std::iter::once("step").chain(headings);
    table.set_header(headings.map(|heading| style.cell(heading, Tone::Strong)));
    let mut titles = Vec::new();
    for step in &steps.steps {
        table.add_row(vec![format!("{TITLE}{}", titles.len())]);
        // What was said once is not said again.
        let is_first = columns.start == 0;
        titles.push(render_title(step, is_first, style));
        for fact in &step.facts {
            table.add_row(fact_cells(fact, columns.clone(), style));
        }
    }
    if let Some(ends) = steps.ends() {
        let title = style.cell("end of the process", Tone::Strong);
        let ends = ends.skip(columns.start).take(columns.len());
        let ends = ends.map(|end| style.cell(end, Tone::Changed));
        table.add_row(std::iter::once(title).chain(ends));
    }
    widths.apply(&mut table, columns, style);
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

/// The title of a step, its Python text and its note, in lines of the whole width.
fn render_title(step: &TableStep, is_whole: bool, style: Style) -> String {
    let number = format!("{}  ", step.number);
    let indent = " ".repeat(width(&number));
    let remaining_width = usize::from(style.width).saturating_sub(indent.len());
    let remaining_width = remaining_width.max(20);
    let hanging = |text: &str| {
        let lines = wrapped(&visible(text), remaining_width);
        lines.replace('\n', &format!("\n{indent}"))
    };
    let code = step.code.as_deref().filter(|_| is_whole);
    // Of a script the action is the first line, which the others go on with.
    let (action, margin) = match (code, step.action.find(CODE)) {
        (Some(_), Some(start)) => (&step.action[..start + CODE.len() - 1], "  "),
        _ => (step.action.as_str(), ""),
    };
    let rest = if step.code.is_some() && !is_whole && !action.contains(CODE) {
        " …"
    } else {
        ""
    };
    let mut out = style.strong(&format!("{number}{}{rest}", hanging(action)));
    let code = code.unwrap_or_default();
    let lines = code.lines().count();
    let shown = if lines > MAX_LINES {
        FIRST_LINES
    } else {
        lines
    };
    for line in code.lines().take(shown) {
        out.push_str(format!("\n{indent}{margin}{}", visible(line)).trim_end());
    }
    if shown < lines {
        let more = format!("\n{indent}{margin}… {} more lines", lines - shown);
        out.push_str(&style.paint(&more, Tone::Faint));
    }
    if let Some(note) = step.note.as_ref().filter(|_| is_whole) {
        let note = format!("{indent}{}", hanging(&format!("({note})")));
        out.push('\n');
        out.push_str(&style.paint(&note, Tone::Faint));
    }
    out
}

/// The cells of a fact: its name, and its value in each column or `·` where it is that of the column to the left. What an
/// expectation is violated by has a `!`.
fn fact_cells(fact: &TableFact, columns: Range<usize>, style: Style) -> Vec<Cell> {
    let is_violated = |column: usize| fact.violations.get(column) == Some(&true);
    let (mark, tone) = if fact.violations.contains(&true) {
        ("!", Tone::Bad)
    } else if fact.differs {
        ("≠", Tone::Changed)
    } else {
        (" ", Tone::Plain)
    };
    let name_tone = if fact.is_compared { tone } else { Tone::Faint };
    let mut cells = vec![style.cell(format!(" {mark} {}", fact.name), name_tone)];
    let start = columns.start;
    let value_tone = if fact.differs {
        Tone::Changed
    } else {
        Tone::Plain
    };
    cells.extend(columns.map(|column| {
        let text = fact.values[column].as_deref().unwrap_or_default();
        let text = short(text, MAX_VALUE);
        if column > start && fact.is_repeated(column) && !is_violated(column) {
            style.cell("·", Tone::Faint)
        } else if is_violated(column) {
            style.cell(format!("! {text}"), Tone::Bad)
        } else {
            style.cell(text.as_ref(), value_tone)
        }
    }));
    cells
}

/// The columns of a terminal that names of facts and values need.
struct Widths {
    names: usize,
    /// Of each column the longest word.
    words: Vec<usize>,
}

impl Widths {
    fn new(steps: &StepTable<'_>, style: Style) -> Self {
        let facts = || steps.steps.iter().flat_map(|step| &step.facts);
        let names = facts().map(|fact| width(&fact.name) + 3);
        let end = steps.ends().map(|_| width("end of the process"));
        let names = names.chain(end).max().unwrap_or(0).max(MIN_NAMES);
        let longest_word = |text: &str| text.split_whitespace().map(width).max().unwrap_or(0);
        let words = steps.columns.iter().enumerate().map(|(index, column)| {
            let values = facts().filter_map(|fact| fact.values[index].as_deref());
            let texts = values.chain([column.heading.as_str(), column.end.as_str()]);
            texts
                .map(|text| longest_word(&visible(&short(text, MAX_VALUE))))
                .max()
                .unwrap_or(0)
        });
        Self {
            names: names.min(usize::from(style.width) / 2),
            words: words.collect(),
        }
    }

    /// The columns that fit beside each other, table by table.
    fn split_columns(&self, all: usize) -> Vec<Range<usize>> {
        let mut tables: Vec<Range<usize>> = Vec::new();
        let mut used = 0;
        for (index, word) in self.words.iter().enumerate() {
            let needed = word + GAP;
            match tables.last_mut() {
                Some(table) if used + needed <= all => table.end = index + 1,
                _ => {
                    used = self.names + GAP;
                    tables.push(index..index + 1);
                }
            }
            used += needed;
        }
        tables
    }

    /// Gives the columns their widths: names of facts as they are, and no value narrower than its longest word, where the terminal
    /// is wide enough for that.
    fn apply(&self, table: &mut Table, columns: Range<usize>, style: Style) {
        let words = &self.words[columns];
        let needed = self.names + words.iter().map(|word| word + GAP).sum::<usize>() + GAP;
        let fits = needed <= usize::from(style.width);
        let fixed = |width: usize| Width::Fixed(u16::try_from(width + GAP).unwrap_or(u16::MAX));
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, 2));
            if index == 0 {
                column.set_constraint(ColumnConstraint::Absolute(fixed(self.names)));
            } else if let Some(word) = words.get(index - 1).filter(|_| fits) {
                column.set_constraint(ColumnConstraint::LowerBoundary(fixed(*word)));
            }
        }
    }
}
