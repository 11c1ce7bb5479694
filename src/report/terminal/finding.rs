//! Findings: a scenario's title, and what its rows do on which versions, in words.

use std::fmt::Write;

use super::style::{Style, Tone};
use crate::compare::{Comparison, Row, group_by_key};
use crate::record::Verdict;
use crate::report::wording::{Mark, mark_of, plain_twin};
use crate::text::{joined, padded, visible, width, wrapped};

/// Columns before what belongs to a title, and before the behaviours of a variant.
const INDENT: usize = 2;
/// Columns between versions and captions.
const GAP: usize = 2;
/// The part of a line that versions may take, in percent.
const MAX_VERSIONS: usize = 40;

/// A behaviour of a row, or what has none, with its versions.
#[derive(Clone, PartialEq)]
struct Segment {
    mark: Mark,
    versions: String,
    caption: String,
    /// Where it was seen, if not in a run of all of these versions: `recorded`, `3.11 here`.
    origin: String,
}

/// Renders rows of one scenario as its finding: the title whole, the id below, and a line per behaviour. Rows that behave alike
/// share the lines.
pub(super) fn render_finding(
    comparison: &Comparison<'_>,
    rows: &[&Row<'_>],
    style: Style,
) -> String {
    let id = rows[0].id;
    let scenario = comparison.scenario(id.scenario());
    let title = scenario.map_or("", |scenario| &scenario.title);
    let title = wrapped(&visible(title), usize::from(style.width).max(40));
    let mut out = String::new();
    for line in title.lines() {
        let _ = writeln!(out, "{}", style.strong(line));
    }
    let groups = rows.iter().map(|row| {
        let verdict = describe_verdict(row);
        ((build_segments(comparison, row), verdict), *row)
    });
    let groups = group_by_key(groups);
    let names = |rows: &[&Row<'_>]| {
        let choices = rows.iter().filter_map(|row| row.id.bare_choices());
        visible(&joined(choices, "; "))
    };
    let is_one = groups.len() == 1;
    let [(first, _), ..] = &groups[..] else {
        return out;
    };
    let mut id = visible(id.scenario());
    if is_one && rows.len() == 1 {
        id = visible(rows[0].id);
    }
    let verdict = first.1.filter(|_| is_one);
    let verdict = verdict.map_or_else(String::new, |verdict| {
        format!("  {}", style.paint(verdict.word(), Tone::from(verdict)))
    });
    let _ = writeln!(
        out,
        "{:INDENT$}{}{verdict}",
        "",
        style.paint(&id, Tone::Faint)
    );
    for ((segments, verdict), rows) in &groups {
        let mut indent = INDENT;
        if !is_one {
            let verdict = verdict.map_or_else(String::new, |verdict| {
                format!("  {}", style.paint(verdict.word(), Tone::from(verdict)))
            });
            let text = wrapped(
                &names(rows),
                usize::from(style.width).saturating_sub(INDENT).max(30),
            );
            for line in text.lines() {
                let _ = writeln!(out, "{:INDENT$}{line}", "");
            }
            out.truncate(out.trim_end().len());
            let _ = writeln!(out, "{verdict}");
            indent += INDENT;
        }
        write_segments(&mut out, segments, indent, style);
    }
    out
}

/// The verdict of a row that is worth a word.
fn describe_verdict(row: &Row<'_>) -> Option<Verdict> {
    let verdict = row.verdict();
    let is_plain = matches!(
        verdict,
        Verdict::Pass | Verdict::Skipped | Verdict::Recorded
    );
    (!is_plain).then_some(verdict)
}

/// The behaviours of a row and the signs of its other cases, in the order of the versions that show it first.
fn build_segments(comparison: &Comparison<'_>, row: &Row<'_>) -> Vec<Segment> {
    let all = &comparison.versions;
    let captions = comparison.captions(row);
    let columns = all.iter().enumerate();
    let marks = columns.filter_map(|(column, key)| {
        let mark = mark_of(row, column);
        let twin = plain_twin(key, all);
        let is_folded = twin.is_some_and(|twin| mark_of(row, twin) == mark);
        let behaviour = row.cells[column].and_then(|cell| cell.behaviour);
        (!is_folded).then_some(((mark, behaviour), *key))
    });
    let segments = group_by_key(marks)
        .into_iter()
        .map(|((mark, behaviour), keys)| {
            let caption = behaviour.and_then(|index| captions.get(index)?.clone());
            let caption = caption.unwrap_or_else(|| mark.spoken.to_owned());
            Segment {
                caption: visible(&caption),
                origin: comparison.describe_origin(&keys).unwrap_or_default(),
                versions: comparison.ranges(&keys),
                mark,
            }
        });
    let mut segments: Vec<Segment> = segments.collect();
    // What was not run is not what one looks for.
    segments.sort_by_key(|segment| segment.mark.tone == Tone::Faint);
    segments
}

/// Writes a line for each behaviour, with what does not fit below it.
fn write_segments(out: &mut String, segments: &[Segment], indent: usize, style: Style) {
    let all = usize::from(style.width);
    let marks = segments.iter().map(|segment| width(&segment.mark.text));
    let marks = marks.max().unwrap_or(0) + 1;
    let widest = (all * MAX_VERSIONS / 100).max(12);
    let versions = segments.iter().map(|segment| width(&segment.versions));
    let versions = versions.max().unwrap_or(0).min(widest);
    let start = indent + marks + versions + GAP;
    let remaining_width = all.saturating_sub(start).max(16);
    for (index, segment) in segments.iter().enumerate() {
        let tone = match segment.mark.tone {
            Tone::Plain if index == 0 => Tone::Strong,
            Tone::Plain => Tone::Changed,
            tone => tone,
        };
        let keys = wrapped(&segment.versions, versions);
        let mut notes = segment.caption.clone();
        if !segment.origin.is_empty() {
            let gap = if notes.is_empty() { "" } else { "  " };
            let _ = write!(notes, "{gap}({})", segment.origin);
        }
        let notes = wrapped(&notes, remaining_width);
        let origin = format!("({})", segment.origin);
        let paint_origin = |line: &str| match line.strip_suffix(&origin) {
            Some(caption) => format!("{caption}{}", style.paint(&origin, Tone::Faint)),
            None => line.to_owned(),
        };
        let (mut keys, mut notes) = (keys.lines(), notes.lines().map(paint_origin));
        let mut mark = segment.mark.text.as_str();
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
