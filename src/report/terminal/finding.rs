//! Findings: a scenario's title, and what its rows do on which versions, in words.

use std::fmt::Write;

use super::style::{Style, Tone};
use crate::compare::{Comparison, Row, group_by_key};
use crate::report::wording::{RowPart, summarize_row};
use crate::text::{joined, padded, visible, width, wrapped};

/// Columns before what belongs to a title, and before the behaviours of a variant.
const INDENT: usize = 2;
/// Columns between versions and captions.
const GAP: usize = 2;
/// The part of a line that versions may take, in percent.
const MAX_VERSIONS: usize = 40;

/// Renders rows of one scenario as its finding: the title whole, the id below, and a line per behaviour. Rows that behave alike
/// share the lines.
pub(super) fn render_finding(
    comparison: &Comparison<'_>,
    rows: &[&Row<'_>],
    style: Style,
) -> String {
    let all = usize::from(style.width);
    let title = rows[0].cases().next();
    let title = title.and_then(|case| comparison.scenario(&case.scenario));
    let title = title.map_or("", |scenario| &scenario.title);
    let mut out = String::new();
    for line in wrapped(&visible(title), all.max(40)).lines() {
        let _ = writeln!(out, "{}", style.strong(line));
    }
    let id = match rows {
        [row] => row.id,
        rows => rows[0].id.scenario(),
    };
    let id = style.paint(&visible(id), Tone::Faint);
    let _ = write!(out, "{:INDENT$}{id}", "");
    let groups = rows.iter().map(|row| {
        let verdict = Some(row.verdict()).filter(|verdict| verdict.is_noteworthy());
        ((summarize_row(comparison, row), verdict), *row)
    });
    let groups = group_by_key(groups);
    let mut indent = INDENT;
    if groups.len() > 1 {
        indent += INDENT;
        out.push('\n');
    }
    for ((parts, verdict), rows) in &groups {
        if groups.len() > 1 {
            let choices = rows.iter().filter_map(|row| row.id.bare_choices());
            let choices = wrapped(&visible(&joined(choices, "; ")), (all - INDENT).max(30));
            let choices = choices.replace('\n', &format!("\n{:INDENT$}", ""));
            let _ = write!(out, "{:INDENT$}{choices}", "");
        }
        if let Some(verdict) = verdict {
            let word = style.paint(verdict.word(), Tone::from(*verdict));
            let _ = write!(out, "  {word}");
        }
        out.push('\n');
        write_parts(&mut out, parts, indent, style);
    }
    out
}

/// Renders a line for each behaviour of a row: its versions and its caption.
pub(super) fn render_behaviours(
    comparison: &Comparison<'_>,
    row: &Row<'_>,
    style: Style,
) -> String {
    let mut out = String::new();
    write_parts(&mut out, &summarize_row(comparison, row), 0, style);
    out
}

/// Writes a line for each behaviour, with what does not fit below it.
fn write_parts(out: &mut String, parts: &[RowPart], indent: usize, style: Style) {
    let all = usize::from(style.width);
    let marks = parts.iter().map(|part| width(&part.mark.text));
    let marks = marks.max().unwrap_or(0) + 1;
    let widest = (all * MAX_VERSIONS / 100).max(12);
    let versions = parts.iter().map(|part| width(&part.versions));
    let versions = versions.max().unwrap_or(0).min(widest);
    let start = indent + marks + versions + GAP;
    let remaining_width = all.saturating_sub(start).max(16);
    for (index, part) in parts.iter().enumerate() {
        let tone = match part.mark.tone {
            Tone::Plain if index == 0 => Tone::Strong,
            Tone::Plain => Tone::Changed,
            tone => tone,
        };
        let keys = wrapped(&part.versions, versions);
        let caption = part.caption.as_deref().unwrap_or(part.mark.spoken);
        let mut notes = visible(caption);
        let origin = part.origin.as_ref();
        let origin = origin.map_or_else(String::new, |origin| format!("({origin})"));
        if !origin.is_empty() {
            let gap = if notes.is_empty() { "" } else { "  " };
            let _ = write!(notes, "{gap}{origin}");
        }
        let notes = wrapped(&notes, remaining_width);
        let paint_origin = |line: &str| match line.strip_suffix(&origin) {
            Some(caption) => format!("{caption}{}", style.paint(&origin, Tone::Faint)),
            None => line.to_owned(),
        };
        let (mut keys, mut notes) = (keys.lines(), notes.lines().map(paint_origin));
        let mut mark = part.mark.text.as_str();
        loop {
            let (key, note) = (keys.next(), notes.next());
            if key.is_none() && note.is_none() {
                break;
            }
            let gap = " ".repeat(marks.saturating_sub(width(mark)));
            let line = format!(
                "{:indent$}{}{gap}{}{:GAP$}{}",
                "",
                style.paint(mark, tone),
                padded(key.unwrap_or_default(), versions),
                "",
                note.unwrap_or_default()
            );
            let _ = writeln!(out, "{}", line.trim_end());
            mark = "";
        }
    }
}
