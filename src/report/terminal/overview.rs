//! The overview: a line per row with its behaviours, each with the versions that show it.
//!
//! What is not as expected stands first, then what differs between versions, by subject. Rows in which all versions behave alike are
//! a number, unless all are wanted.

use std::fmt::Write;

use super::style::{Style, Tone, verdict_tone};
use crate::compare::{self, Row};
use crate::python::version::InterpreterKey;
use crate::record::RunReport;
use crate::record::Verdict;
use crate::record::ranges::ranges;
use crate::text::{fit, padded, plural, visible, width};

/// Columns from which on there is room enough.
const WIDE: usize = 100;
/// Rows that are shown though all versions behave alike, where there are no others.
const FEW: usize = 12;
/// Columns between behaviours.
const GAP: usize = 3;

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

/// A line: a heading, or a row.
struct Line {
    indent: usize,
    name: String,
    verdict: Option<(String, Tone)>,
    segments: Vec<Segment>,
}

/// The overview.
pub fn render(report: &RunReport, style: Style) -> String {
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let rows = compare::rows(report);
    let (bad, rest): (Vec<&Row<'_>>, Vec<&Row<'_>>) = rows.iter().partition(|row| is_bad(row));
    let (differing, alike): (Vec<_>, Vec<_>) = rest.into_iter().partition(|row| differs(row));
    let of = |count: usize| format!("{count} of {}", plural(rows.len(), "row"));
    let mut parts: Vec<(String, Vec<Line>)> = Vec::new();
    if !bad.is_empty() {
        let title = format!("not as expected: {}", of(bad.len()));
        parts.push((title, lines(&bad, &all)));
    }
    if !differing.is_empty() {
        let in_builds =
            |row: &&Row<'_>| row.behaviours.len() > 1 && !row.differs_between_versions();
        let or_builds = if differing.iter().any(in_builds) {
            " or builds"
        } else {
            ""
        };
        let title = format!(
            "differ between versions{or_builds}: {}",
            of(differing.len())
        );
        parts.push((title, lines(&differing, &all)));
    }
    let (skipped, same): (Vec<_>, Vec<_>) =
        alike.into_iter().partition(|row| row.behaviours.is_empty());
    for (rows, word) in [
        (same, "the same on all versions that were run"),
        (skipped, "skipped or not run on all versions"),
    ] {
        if rows.is_empty() {
            continue;
        }
        let is_listed = style.all || (parts.is_empty() && rows.len() <= FEW);
        let hidden = if is_listed { "" } else { "; --all shows them" };
        let title = format!("{word}: {}{hidden}", of(rows.len()));
        let lines = if is_listed {
            lines(&rows, &all)
        } else {
            Vec::new()
        };
        parts.push((title, lines));
    }
    if parts.is_empty() {
        return "no rows".to_owned();
    }
    let shown = parts.iter().flat_map(|(_, lines)| lines);
    let layout = Layout::new(&shown.collect::<Vec<_>>(), usize::from(style.width));
    let mut out = String::new();
    for (at, (title, lines)) in parts.iter().enumerate() {
        let is_listed = |part: &(String, Vec<Line>)| !part.1.is_empty();
        if at > 0 && (is_listed(&parts[at]) || is_listed(&parts[at - 1])) {
            out.push('\n');
        }
        let _ = writeln!(out, "{}", style.strong(title));
        for line in lines {
            layout.write(&mut out, line, style);
        }
    }
    let twins = all.iter().filter(|key| twin(key, &all).is_some());
    let twins: Vec<String> = twins.map(|key| key.minor()).collect();
    if !twins.is_empty() && parts.iter().any(|(_, lines)| !lines.is_empty()) {
        let text = format!(
            "{}: named only where they differ from the plain build",
            twins.join(", ")
        );
        let _ = write!(out, "\n{}", style.paint(&text, Tone::Faint));
    }
    out.truncate(out.trim_end().len());
    out
}

/// The only plain build of the feature release of a special build (debug, free-threaded).
fn twin(key: &InterpreterKey, all: &[&InterpreterKey]) -> Option<usize> {
    if key.build_suffix().is_empty() {
        return None;
    }
    let is_twin = |other: &&InterpreterKey| {
        let version = |key: &InterpreterKey| (key.version.major, key.version.minor);
        other.build_suffix().is_empty()
            && version(other) == version(key)
            && other.label == key.label
    };
    let mut twins = all.iter().enumerate().filter(|(_, other)| is_twin(other));
    let (at, _) = twins.next()?;
    twins.next().is_none().then_some(at)
}

fn is_bad(row: &Row<'_>) -> bool {
    row.verdict().fails()
}

/// Whether there is more to say of a row than that it is as expected, and the same everywhere.
fn differs(row: &Row<'_>) -> bool {
    let is_open = row.cells.iter().any(Option::is_none) && !row.behaviours.is_empty();
    let is_plain = |verdict| matches!(verdict, Verdict::Pass | Verdict::Skipped);
    row.behaviours.len() > 1 || is_open || !is_plain(row.verdict())
}

/// The rows below their subjects, and variants below their scenarios.
fn lines(rows: &[&Row<'_>], all: &[&InterpreterKey]) -> Vec<Line> {
    let heading = |indent, name: String| Line {
        indent,
        name,
        verdict: None,
        segments: Vec::new(),
    };
    let twins: Vec<_> = all.iter().map(|key| twin(key, all)).collect();
    let mut lines = Vec::new();
    let (mut subject, mut scenario) = ("", "");
    for row in rows {
        let (id, variant) = (row.case.scenario(), row.case.bare_choices());
        let (own, name) = id.split_once('/').unwrap_or(("", id));
        if own != subject {
            subject = own;
            lines.push(heading(0, format!("{}/", visible(own))));
        }
        let indent = if own.is_empty() { 0 } else { 2 };
        let word = verdict_word(row);
        let verdict = (word != Verdict::Pass.word() && word != Verdict::Skipped.word())
            .then(|| (word, verdict_tone(row.verdict())));
        let (indent, name) = match variant {
            None => (indent, name),
            Some(variant) => {
                if id != scenario {
                    lines.push(heading(indent, visible(name)));
                }
                (indent + 2, variant)
            }
        };
        scenario = id;
        lines.push(Line {
            indent,
            name: visible(name),
            verdict,
            segments: segments(row, all, &twins),
        });
    }
    lines
}

/// What the row shows, in the order of the versions that show it first.
fn segments(row: &Row<'_>, all: &[&InterpreterKey], twins: &[Option<usize>]) -> Vec<Segment> {
    let mut marks: Vec<(String, Tone, Vec<&InterpreterKey>)> = Vec::new();
    for (at, key) in all.iter().enumerate() {
        let (text, tone) = mark(row, at);
        if twins[at].is_some_and(|twin| mark(row, twin).0 == text) {
            continue;
        }
        match marks.iter_mut().find(|(known, _, _)| *known == text) {
            Some((_, _, keys)) => keys.push(key),
            None => marks.push((text, tone, vec![key])),
        }
    }
    // What was not run is not what one looks for.
    marks.sort_by_key(|(_, tone, _)| *tone == Tone::Faint);
    let segments = marks.into_iter().map(|(mark, tone, keys)| Segment {
        mark,
        tone,
        versions: ranges(&keys, all),
    });
    segments.collect()
}

/// Where things stand: names, verdicts, and behaviours below each other by their place in the row.
struct Layout {
    width: usize,
    names: usize,
    verdicts: usize,
    columns: Vec<usize>,
}

impl Layout {
    fn new(lines: &[&Line], width: usize) -> Self {
        let rows = || lines.iter().filter(|line| !line.segments.is_empty());
        let names = rows()
            .map(|line| line.indent + self::width(&line.name))
            .max();
        // A longer name has a line for itself, and a wider behaviour does not widen those of other rows.
        let (most_of_name, most_of_behaviour) = if width < WIDE {
            (width * 3 / 10, 8)
        } else {
            (width * 2 / 5, 18)
        };
        let verdicts = rows().filter_map(|line| line.verdict.as_ref());
        let verdicts = verdicts.map(|(word, _)| word.len() + 2).max();
        let count = rows().map(|line| line.segments.len()).max().unwrap_or(0);
        let column = |at: usize| {
            let widths = rows().filter_map(|line| line.segments.get(at));
            let widths = widths.map(Segment::width);
            widths.filter(|width| *width <= most_of_behaviour).max()
        };
        Self {
            width,
            names: names.unwrap_or(0).min(most_of_name) + 2,
            verdicts: verdicts.unwrap_or(0),
            columns: (0..count).map(|at| column(at).unwrap_or(0) + GAP).collect(),
        }
    }

    fn write(&self, out: &mut String, line: &Line, style: Style) {
        let indent = " ".repeat(line.indent);
        if line.segments.is_empty() {
            let name = fit(&line.name, self.width.saturating_sub(line.indent));
            let _ = writeln!(out, "{indent}{name}");
            return;
        }
        let room = self.names.saturating_sub(line.indent + 2);
        let name = if width(&line.name) <= room {
            padded(&line.name, room + 2)
        } else {
            let name = fit(&line.name, self.width.saturating_sub(line.indent));
            let _ = writeln!(out, "{indent}{name}");
            " ".repeat(room + 2)
        };
        let verdict = line.verdict.as_ref().map_or_else(
            || " ".repeat(self.verdicts),
            |(word, tone)| {
                let gap = " ".repeat(self.verdicts.saturating_sub(word.len()));
                format!("{}{gap}", style.paint(word, *tone))
            },
        );
        let start = self.names + self.verdicts;
        let _ = write!(out, "{indent}{name}{verdict}");
        let mut at = start;
        let mut gap = 0;
        let mut is_first_line = true;
        for (place, segment) in line.segments.iter().enumerate() {
            let needed = segment.width();
            if at > start && at + gap + needed > self.width {
                let _ = write!(out, "\n{}", " ".repeat(start));
                (at, gap) = (start, 0);
                is_first_line = false;
            }
            let blank = " ".repeat(gap);
            let room = self
                .width
                .saturating_sub(at + gap + width(&segment.mark) + 1);
            let versions =
                wrapped_list(&segment.versions, room, at + gap + width(&segment.mark) + 1);
            let versions = style.paint(
                &versions,
                if segment.tone == Tone::Faint {
                    Tone::Faint
                } else {
                    Tone::Plain
                },
            );
            let tone = match segment.tone {
                Tone::Plain if place == 0 => Tone::Strong,
                Tone::Plain => Tone::Changed,
                tone => tone,
            };
            let _ = write!(
                out,
                "{blank}{} {versions}",
                style.paint(&segment.mark, tone)
            );
            at += gap + needed;
            // The next one stands below those of the other rows, if this one leaves it the room.
            let column = start + self.columns[..=place].iter().sum::<usize>();
            let aligned = column.saturating_sub(at).max(GAP);
            gap = if is_first_line { aligned } else { GAP };
        }
        out.push('\n');
    }
}

/// A list with commas in lines of so many columns, the second of which begins at a column of its own.
fn wrapped_list(text: &str, room: usize, start: usize) -> String {
    let mut lines: Vec<String> = vec![String::new()];
    for part in text.split_inclusive(", ") {
        let last = lines.last_mut().expect("there is one from the beginning");
        if !last.is_empty() && width(last) + width(part.trim_end()) > room {
            lines.push(part.to_owned());
        } else {
            last.push_str(part);
        }
    }
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    lines.join(&format!("\n{}", " ".repeat(start)))
}

/// The head of a column: `3.14t`; of two with one feature release, `3.11` over `.7`; a label below.
pub(crate) fn head(key: &InterpreterKey, all: &[&InterpreterKey]) -> String {
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
pub(crate) fn verdict_word(row: &Row<'_>) -> String {
    let open = row.cells.iter().any(Option::is_none);
    let any = row.cells.iter().any(Option::is_some);
    format!(
        "{}{}",
        if any { row.verdict().word() } else { "" },
        if open { "?" } else { "" }
    )
}

/// What stands for a case, wherever its row is shown: the letter of its behaviour, with `!` where it violates something and
/// `~` where it is known to, or the sign of what has no behaviour.
pub(crate) fn mark(row: &Row<'_>, column: usize) -> (String, Tone) {
    let Some(cell) = row.cells[column] else {
        return ("?".to_owned(), Tone::Faint);
    };
    let Some(behaviour) = cell.behaviour else {
        let (sign, tone) = match cell.case.verdict {
            Verdict::Skipped => ("-", Tone::Faint),
            Verdict::TimedOut => ("t", Tone::Bad),
            Verdict::Error => ("e", Tone::Bad),
            Verdict::Unstable => ("u", Tone::Bad),
            _ => ("c", Tone::Bad),
        };
        return (sign.to_owned(), tone);
    };
    let letter = &row.behaviours[behaviour].letter;
    match cell.case.verdict {
        Verdict::Xfail => (format!("{letter}~"), Tone::Changed),
        verdict if verdict.is_violation() => (format!("{letter}!"), Tone::Bad),
        _ => (letter.clone(), Tone::Plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn lists_go_on_below_their_beginning() {
        assert_eq!(wrapped_list("2.7, 3.6–3.13", 20, 4), "2.7, 3.6–3.13");
        assert_eq!(wrapped_list("2.7, 3.6, 3.7", 9, 4), "2.7, 3.6,\n    3.7");
    }
}
