//! The overview: a line per row with its behaviours, each with the versions that show it.
//!
//! What is not as expected stands first, then what differs between versions, by subject. Rows on which all versions agree are only
//! counted, unless all are wanted.

use std::fmt::Write;

use super::style::{Style, Tone};
use crate::compare::{Comparison, Row, RowKind, group_by_key};
use crate::python::version::InterpreterKey;
use crate::record::Verdict;
use crate::report::wording::{mark_of, verdict_word};
use crate::text::{fit, padded, plural, visible, width};

/// Columns from which on names and behaviours are given more of them.
const WIDE: usize = 100;
/// Rows that are listed though all versions agree, where there are no others.
const MAX_UNIFORM_ROWS: usize = 12;
/// Columns between behaviours.
const GAP: usize = 3;

/// A part of the overview: its title, and its lines where they are listed.
struct Part {
    title: String,
    lines: Vec<Line>,
}

/// A line: a heading, or a row.
struct Line {
    indent: usize,
    name: String,
    /// The verdict of a row that is worth one.
    verdict: String,
    verdict_tone: Tone,
    segments: Vec<Segment>,
}

/// A behaviour of a row, or a sign for what has none, with its versions.
struct Segment {
    mark: String,
    tone: Tone,
    versions: String,
}

impl Segment {
    fn width(&self) -> usize {
        width(&self.mark) + 1 + width(&self.versions)
    }
}

/// Renders the overview, without a line break at its end.
pub fn render_overview(comparison: &Comparison<'_>, style: Style) -> String {
    let parts = build_parts(comparison, style.all);
    if parts.is_empty() {
        return "no rows".to_owned();
    }
    let lines = parts.iter().flat_map(|part| &part.lines);
    let layout = Layout::new(&lines.collect::<Vec<_>>(), usize::from(style.width));
    let mut out = String::new();
    let mut is_last_listed = false;
    for (index, part) in parts.iter().enumerate() {
        let is_listed = !part.lines.is_empty();
        if index > 0 && (is_listed || is_last_listed) {
            out.push('\n');
        }
        is_last_listed = is_listed;
        let _ = writeln!(out, "{}", style.strong(&part.title));
        for line in &part.lines {
            layout.write_line(&mut out, line, style);
        }
    }
    let all = &comparison.versions;
    let folded = all.iter().filter(|key| plain_twin(key, all).is_some());
    let folded: Vec<String> = folded.map(|key| key.series()).collect();
    if !folded.is_empty() && parts.iter().any(|part| !part.lines.is_empty()) {
        let folded = folded.join(", ");
        let text = format!("{folded}: named only where they differ from the plain build");
        let _ = write!(out, "\n{}", style.paint(&text, Tone::Faint));
    }
    out.truncate(out.trim_end().len());
    out
}

/// The parts that have rows; of those on which all versions agree, the lines only where `all` are wanted, or there are few and no
/// others.
fn build_parts(comparison: &Comparison<'_>, all: bool) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for kind in [
        RowKind::Failing,
        RowKind::Differing,
        RowKind::Uniform,
        RowKind::NotRun,
    ] {
        let rows = comparison.rows.iter();
        let rows: Vec<&Row<'_>> = rows.filter(|row| row.kind() == kind).collect();
        if rows.is_empty() {
            continue;
        }
        let is_in_build = |row: &&Row<'_>| row.differs() && !row.differs_between_versions();
        let title = match kind {
            RowKind::Failing => "not as expected",
            RowKind::Differing if rows.iter().any(is_in_build) => {
                "differ between versions or builds"
            }
            RowKind::Differing => "differ between versions",
            RowKind::Uniform => "the same on all versions that were run",
            RowKind::NotRun => "skipped or not run on all versions",
        };
        let is_listed = matches!(kind, RowKind::Failing | RowKind::Differing)
            || all
            || (parts.is_empty() && rows.len() <= MAX_UNIFORM_ROWS);
        let all_rows = plural(comparison.rows.len(), "row");
        let hint = if is_listed { "" } else { "; --all shows them" };
        let listed = if is_listed { &rows[..] } else { &[] };
        parts.push(Part {
            title: format!("{title}: {} of {all_rows}{hint}", rows.len()),
            lines: build_lines(listed, comparison),
        });
    }
    parts
}

/// The index of the only plain build of the feature release of a special build (debug, free-threaded).
fn plain_twin(key: &InterpreterKey, all: &[&InterpreterKey]) -> Option<usize> {
    if key.build_suffix().is_empty() {
        return None;
    }
    let is_twin = |other: &&InterpreterKey| {
        other.build_suffix().is_empty()
            && other.version.feature() == key.version.feature()
            && other.label == key.label
    };
    let mut twins = all.iter().enumerate().filter(|(_, other)| is_twin(other));
    let (index, _) = twins.next()?;
    twins.next().is_none().then_some(index)
}

/// The rows below their subjects, and variants below their scenarios.
fn build_lines(rows: &[&Row<'_>], comparison: &Comparison<'_>) -> Vec<Line> {
    let heading = |indent, name: String| Line {
        indent,
        name,
        verdict: String::new(),
        verdict_tone: Tone::Plain,
        segments: Vec::new(),
    };
    let all = &comparison.versions;
    let twins: Vec<_> = all.iter().map(|key| plain_twin(key, all)).collect();
    let mut lines = Vec::new();
    let (mut last_folder, mut last_scenario) = ("", "");
    for row in rows {
        let (scenario, choices) = (row.id.scenario(), row.id.bare_choices());
        let (folder, name) = scenario.split_once('/').unwrap_or(("", scenario));
        if folder != last_folder {
            last_folder = folder;
            lines.push(heading(0, format!("{}/", visible(folder))));
        }
        let indent = if folder.is_empty() { 0 } else { 2 };
        let mut verdict = verdict_word(row);
        if verdict == Verdict::Pass.word() || verdict == Verdict::Skipped.word() {
            verdict.clear();
        }
        let (indent, name) = match choices {
            None => (indent, name),
            Some(choices) => {
                if scenario != last_scenario {
                    lines.push(heading(indent, visible(name)));
                }
                (indent + 2, choices)
            }
        };
        last_scenario = scenario;
        lines.push(Line {
            indent,
            name: visible(name),
            verdict,
            verdict_tone: Tone::from(row.verdict()),
            segments: build_segments(row, comparison, &twins),
        });
    }
    lines
}

/// The behaviours of a row and the signs of its other cases, in the order of the versions that show it first.
fn build_segments(
    row: &Row<'_>,
    comparison: &Comparison<'_>,
    twins: &[Option<usize>],
) -> Vec<Segment> {
    let columns = comparison.versions.iter().zip(twins).enumerate();
    let marks = columns.filter_map(|(column, (key, twin))| {
        let mark = mark_of(row, column);
        let is_folded = twin.is_some_and(|twin| mark_of(row, twin) == mark);
        (!is_folded).then_some((mark, *key))
    });
    let segments = group_by_key(marks).into_iter().map(|(mark, keys)| Segment {
        mark: mark.text,
        tone: mark.tone,
        versions: comparison.ranges(&keys),
    });
    let mut segments: Vec<Segment> = segments.collect();
    // What was not run is not what one looks for.
    segments.sort_by_key(|segment| segment.tone == Tone::Faint);
    segments
}

/// Where things stand: names, verdicts, and behaviours below each other by their order in the row. All are columns of a terminal.
struct Layout {
    width: usize,
    names: usize,
    verdicts: usize,
    segments: Vec<usize>,
}

impl Layout {
    fn new(lines: &[&Line], width: usize) -> Self {
        let rows = || lines.iter().filter(|line| !line.segments.is_empty());
        let names = rows().map(|line| line.indent + self::width(&line.name));
        // A longer name has a line for itself, and a wider behaviour does not widen those of other rows.
        let (max_name, max_segment) = if width < WIDE {
            (width * 3 / 10, 8)
        } else {
            (width * 2 / 5, 18)
        };
        let verdicts = rows().filter(|line| !line.verdict.is_empty());
        let verdicts = verdicts.map(|line| line.verdict.len() + 2).max();
        let count = rows().map(|line| line.segments.len()).max().unwrap_or(0);
        let segment_width = |index: usize| {
            let segments = rows().filter_map(|line| line.segments.get(index));
            let widths = segments.map(Segment::width);
            widths.filter(|width| *width <= max_segment).max()
        };
        let segments = (0..count).map(|index| segment_width(index).unwrap_or(0) + GAP);
        Self {
            width,
            names: names.max().unwrap_or(0).min(max_name) + 2,
            verdicts: verdicts.unwrap_or(0),
            segments: segments.collect(),
        }
    }

    fn write_line(&self, out: &mut String, line: &Line, style: Style) {
        let indent = " ".repeat(line.indent);
        let long_name = || {
            let name = fit(&line.name, self.width.saturating_sub(line.indent));
            format!("{indent}{name}\n")
        };
        if line.segments.is_empty() {
            out.push_str(&long_name());
            return;
        }
        let name_width = self.names.saturating_sub(line.indent);
        let name = if width(&line.name) + 2 <= name_width {
            padded(&line.name, name_width)
        } else {
            out.push_str(&long_name());
            " ".repeat(name_width.max(2))
        };
        let verdict = style.paint(&line.verdict, line.verdict_tone);
        let gap = " ".repeat(self.verdicts.saturating_sub(line.verdict.len()));
        let _ = write!(out, "{indent}{name}{verdict}{gap}");
        self.write_segments(out, &line.segments, style);
        out.push('\n');
    }

    /// Writes behaviours one behind the other, and those that do not fit below them.
    fn write_segments(&self, out: &mut String, segments: &[Segment], style: Style) {
        let start = self.names + self.verdicts;
        let (mut column, mut gap) = (start, 0);
        let mut is_first_line = true;
        for (index, segment) in segments.iter().enumerate() {
            if column > start && column + gap + segment.width() > self.width {
                let _ = write!(out, "\n{}", " ".repeat(start));
                (column, gap) = (start, 0);
                is_first_line = false;
            }
            let versions_start = column + gap + width(&segment.mark) + 1;
            let remaining_width = self.width.saturating_sub(versions_start);
            let versions = wrap_list(&segment.versions, remaining_width, versions_start);
            let (mark_tone, versions_tone) = match segment.tone {
                Tone::Faint => (Tone::Faint, Tone::Faint),
                Tone::Plain if index == 0 => (Tone::Strong, Tone::Plain),
                Tone::Plain => (Tone::Changed, Tone::Plain),
                tone => (tone, Tone::Plain),
            };
            let _ = write!(
                out,
                "{}{} {}",
                " ".repeat(gap),
                style.paint(&segment.mark, mark_tone),
                style.paint(&versions, versions_tone)
            );
            column += gap + segment.width();
            // The next one stands below those of the other rows, if this one leaves it enough columns.
            let next = start + self.segments[..=index].iter().sum::<usize>();
            let aligned = next.saturating_sub(column).max(GAP);
            gap = if is_first_line { aligned } else { GAP };
        }
    }
}

/// A list with commas in lines of so many columns, the second of which begins at a column of its own.
fn wrap_list(text: &str, columns: usize, start: usize) -> String {
    let mut lines: Vec<String> = vec![String::new()];
    for part in text.split_inclusive(", ") {
        let last = lines.last_mut().expect("there is one from the beginning");
        if !last.is_empty() && width(last) + width(part.trim_end()) > columns {
            lines.push(part.to_owned());
        } else {
            last.push_str(part);
        }
    }
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    lines.join(&format!("\n{}", " ".repeat(start)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_go_on_below_their_beginning() {
        assert_eq!(wrap_list("2.7, 3.6–3.13", 20, 4), "2.7, 3.6–3.13");
        assert_eq!(wrap_list("2.7, 3.6, 3.7", 9, 4), "2.7, 3.6,\n    3.7");
    }
}
