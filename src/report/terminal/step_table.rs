//! The table of steps: a column per behaviour, and only the facts that changed.

use std::collections::BTreeMap;
use std::fmt::Write;

use comfy_table::{Cell, ColumnConstraint, Table, Width};

use super::style::{Style, Tone, trimmed};
use crate::compare::Row;
use crate::compare::recorded_texts::{TextByVersion, texts_of_step};
use crate::compare::unstable;
use crate::python::version::InterpreterKey;
use crate::record::Verdict;
use crate::record::ranges::ranges;
use crate::record::{CaseReport, RunReport};
use crate::text::{visible, width, wrapped};
use crate::trace::TraceView;
use crate::trace::align::{Moment, Values, changes, moments};
use crate::trace::detail::Detail;
use crate::trace::fact::FactValue;

/// What stands in one column: a behaviour with its versions, or how far those came that did not end as they should.
pub(crate) struct Column<'a> {
    pub(crate) head: String,
    /// Id of the row.
    pub(crate) row: &'a str,
    pub(crate) trace: Option<&'a str>,
    pub(crate) end: Option<&'a str>,
    pub(crate) during: Option<&'a str>,
    /// The cases that show it.
    pub(crate) cases: Vec<&'a CaseReport>,
}

impl<'a> Column<'a> {
    fn new(head: String, case: &'a CaseReport, cases: Vec<&'a CaseReport>) -> Self {
        Self {
            head,
            cases,
            row: &case.case,
            trace: case.trace.as_deref(),
            end: case.end.as_deref(),
            during: case.during.as_deref(),
        }
    }

    /// Its trace, as far as it is kept.
    pub(crate) fn trace<'r>(&self, report: &'r RunReport) -> TraceView<'r> {
        let trace = self.trace.and_then(|digest| report.trace(self.row, digest));
        trace.unwrap_or(TraceView::EMPTY)
    }
}

/// The columns of a row: behaviours by their letters, then crashes and timeouts, each once, and all that unstable cases did.
pub(crate) fn columns<'a>(row: &Row<'a>, all: &[&InterpreterKey]) -> Vec<Column<'a>> {
    let behaviours = row.behaviours.iter().enumerate();
    let behaviours = behaviours.map(|(at, one)| {
        let head = format!("{}: {}", one.letter, ranges(&one.versions, all));
        Column::new(head, one.case, row.cases_of(at))
    });
    let mut columns: Vec<Column<'a>> = behaviours.collect();
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
        let alike: Vec<&CaseReport> = cases.iter().filter(same).copied().collect();
        let keys: Vec<&InterpreterKey> = alike.iter().map(|other| &*other.interpreter).collect();
        let sign = if case.verdict == Verdict::TimedOut {
            "t"
        } else {
            "c"
        };
        let head = format!("{sign}: {}", ranges(&keys, all));
        columns.push(Column::new(head, case, alike));
    }
    columns.extend(unstable::columns(row, all));
    columns
}

/// Marks a line of the table whose place a title takes. From the private use area, where no fact has business.
const TITLE: char = '\u{e000}';

/// A column with all that is shown of it.
pub(crate) struct StepColumn<'a> {
    /// Its head.
    pub(crate) head: String,
    /// Its trace.
    pub(crate) trace: TraceView<'a>,
    /// How the process ended.
    pub(crate) end: String,
    /// The cases that show it; none where only its trace is known.
    pub(crate) cases: Vec<&'a CaseReport>,
}

/// The table of steps of these columns.
pub(crate) fn steps_text(
    report: &RunReport,
    notes: &BTreeMap<usize, String>,
    columns: &[Column<'_>],
    style: Style,
) -> String {
    let told = columns.iter().map(|column| {
        let during = column.during;
        let during = during.map_or_else(String::new, |step| format!(" in {step}"));
        StepColumn {
            head: column.head.clone(),
            trace: column.trace(report),
            end: format!("{}{during}", column.end.unwrap_or("—")),
            cases: column.cases.clone(),
        }
    });
    side_by_side(notes, &told.collect::<Vec<_>>(), style)
}

/// Step by step, the facts that changed in any of the columns; the end of the process where it is worth a word. The
/// titles of the steps, with their notes, run over the whole width.
pub(crate) fn side_by_side(
    notes: &BTreeMap<usize, String>,
    columns: &[StepColumn<'_>],
    style: Style,
) -> String {
    let mut table = style.table();
    let heads = columns
        .iter()
        .map(|column| style.cell(&column.head, Tone::Strong));
    table.set_header(std::iter::once(style.cell("step", Tone::Strong)).chain(heads));
    let traces: Vec<TraceView<'_>> = columns.iter().map(|column| column.trace).collect();
    let mut titles = Vec::new();
    for moment in moments(&traces) {
        table.add_row(vec![format!("{TITLE}{}", titles.len())]);
        titles.push(title(&moment, notes.get(&moment.step), style));
        let facts = changes(&traces, &moment);
        let cases: Vec<_> = columns.iter().map(|column| &*column.cases).collect();
        let mut texts = recorded_texts(&cases, &moment, &facts);
        for (name, values) in facts {
            table.add_row(line(name, &values, style));
            texts.retain(|text| {
                let is_next = text.behind == name;
                if is_next {
                    table.add_row(text_line(text, style));
                }
                !is_next
            });
        }
        for text in &texts {
            table.add_row(text_line(text, style));
        }
    }
    let ends: Vec<&str> = columns.iter().map(|column| column.end.as_str()).collect();
    if ends.iter().any(|end| *end != "exit 0") {
        let mut line = vec![style.cell("end of the process", Tone::Strong)];
        line.extend(ends.iter().map(|end| style.cell(end, Tone::Changed)));
        table.add_row(line);
    }
    arrange(&mut table, columns, style);
    let lines = trimmed(&table);
    let lines = lines.lines().map(|line| match line.find(TITLE) {
        None => line.to_owned(),
        Some(at) => {
            let digits = line[at + TITLE.len_utf8()..].trim();
            let known = digits.parse().ok().and_then(|at: usize| titles.get(at));
            known.cloned().unwrap_or_default()
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A text that is recorded and not compared, in all columns.
pub(crate) struct RecordedText {
    /// How it is called in tables: in brackets, because columns that differ in it are not other behaviours for that.
    pub(crate) name: String,
    /// The fact behind which it is shown.
    behind: &'static str,
    /// Of each column what its cases had, by version where they had several texts.
    pub(crate) values: Vec<String>,
}

/// The texts of a step that are not among its facts.
pub(crate) fn recorded_texts(
    columns: &[&[&CaseReport]],
    moment: &Moment<'_>,
    facts: &[(&str, Values)],
) -> Vec<RecordedText> {
    let details = [
        (Detail::Message, "outcome"),
        (Detail::WarningMessages, "warned"),
    ];
    let details = details.into_iter().filter(|(detail, _)| {
        moment.turn == 0 && !facts.iter().any(|(name, _)| *name == detail.fact())
    });
    let texts = details.map(|(detail, behind)| RecordedText {
        name: format!("({})", detail.fact()),
        behind,
        values: columns
            .iter()
            .map(|cases| by_version(&texts_of_step(cases, moment.step, detail)))
            .collect(),
    });
    let is_there = |text: &RecordedText| text.values.iter().any(|value| !value.is_empty());
    texts.filter(is_there).collect()
}

/// The text that all versions had, or each with its versions.
fn by_version(texts: &[TextByVersion<'_>]) -> String {
    if let [(text, _)] = texts {
        return text.clone();
    }
    let all: Vec<&InterpreterKey> = texts.iter().flat_map(|(_, keys)| keys.clone()).collect();
    let lines = texts.iter();
    let lines = lines.map(|(text, keys)| format!("{}: {text}", ranges(keys, &all)));
    lines.collect::<Vec<_>>().join("\n")
}

fn text_line(text: &RecordedText, style: Style) -> Vec<Cell> {
    let mut line = vec![style.cell(format!("   {}", text.name), Tone::Faint)];
    let values = &text.values;
    line.extend(values.iter().enumerate().map(|(at, value)| {
        if at > 0 && values[at - 1] == *value && !value.is_empty() {
            style.cell("·", Tone::Faint)
        } else {
            style.cell(value, Tone::Plain)
        }
    }));
    line
}

/// The title of a step and its note, in lines of the whole width.
fn title(moment: &Moment<'_>, note: Option<&String>, style: Style) -> String {
    let number = match moment.inside {
        // StepColumn before the step itself, because it happened before that ended.
        Some(outer) => format!("{outer}›"),
        None => moment.step.to_string(),
    };
    let head = format!("{number}  ");
    let indent = width(&head);
    let room = usize::from(style.width).saturating_sub(indent).max(20);
    let hanging = |text: &str| {
        let lines = wrapped(&visible(text), room);
        lines.replace('\n', &format!("\n{}", " ".repeat(indent)))
    };
    let (bold, faint, plain) = if style.colour {
        ("\x1b[1m", "\x1b[2m", "\x1b[0m")
    } else {
        ("", "", "")
    };
    let mut text = format!("{bold}{head}{}{plain}", hanging(moment.action));
    if let Some(note) = note.filter(|_| moment.turn == 0) {
        let note = hanging(&format!("({})", note.trim()));
        let _ = write!(text, "\n{faint}{}{note}{plain}", " ".repeat(indent));
    }
    text
}

/// The line of a fact.
fn line(name: &str, values: &Values, style: Style) -> Vec<Cell> {
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
    line
}

/// Gives the columns their widths: names of facts as they are, and no value narrower than its longest word, where all of
/// that has room.
fn arrange(table: &mut Table, columns: &[StepColumn<'_>], style: Style) {
    let room = usize::from(style.width);
    let longest_word = |at: usize| {
        let cells = table.row_iter().filter_map(|row| row.cell_iter().nth(at));
        let words = cells.filter_map(|cell| {
            let words = cell.content();
            words.split_whitespace().map(width).max()
        });
        let head = columns
            .get(at.wrapping_sub(1))
            .map_or("step", |one| &one.head);
        let head = head.split_whitespace().map(width);
        words.chain(head).max().unwrap_or(0)
    };
    let names = table.column_max_content_widths();
    let names = usize::from(names.first().copied().unwrap_or(0)).min(room / 2);
    let words: Vec<usize> = (1..=columns.len()).map(longest_word).collect();
    let fits = names + 2 + words.iter().map(|width| width + 2).sum::<usize>() <= room;
    let fixed = |width: usize| Width::Fixed(u16::try_from(width + 2).unwrap_or(u16::MAX));
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if at == 0 {
            column.set_constraint(ColumnConstraint::Absolute(fixed(names)));
        } else if fits && let Some(width) = words.get(at - 1) {
            column.set_constraint(ColumnConstraint::LowerBoundary(fixed(*width)));
        }
    }
}
