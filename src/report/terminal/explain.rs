//! The explanation of one scenario: what it is about, what changed between which versions and why, and the sources.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::packages;
use super::style::Style;
use super::trace::{agree, heading, noted, reasons, reproduce};
use crate::compare::boundaries::notes;
use crate::compare::recorded_texts::{steps_with_texts, texts_of_step};
use crate::compare::untested;
use crate::compare::{Row, seen_and_unseen};
use crate::python::version::InterpreterKey;
use crate::record::VariantId;
use crate::record::ranges::ranges;
use crate::record::{CaseReport, RunReport, ScenarioReport};
use crate::text::{fit, visible};
use crate::trace::detail::Detail;
use crate::trace::difference::{BehaviourTrace, Difference};

/// Differences that are shown of one variant at one boundary.
const MOST: usize = 8;

/// Rows that differ between two interpreters, each with the cases before and after.
type Crossing<'a> = Vec<(&'a Row<'a>, &'a CaseReport, &'a CaseReport)>;
/// The same for several pairs, each with the newer one first.
type Crossings<'a> = BTreeMap<(&'a InterpreterKey, &'a InterpreterKey), Crossing<'a>>;

/// Title, prose, boundaries with their notes and what differs across them, sources, and how to see it oneself.
pub fn render(
    report: &RunReport,
    scenario: &ScenarioReport,
    rows: &[Row<'_>],
    style: Style,
) -> String {
    let (bold, plain) = if style.colour {
        ("\x1b[1m", "\x1b[0m")
    } else {
        ("", "")
    };
    let width = usize::from(style.width).min(100);
    let mut out = heading(scenario, style);
    let (mut releases, mut builds) = (Crossings::new(), Crossings::new());
    for row in rows {
        for (found, crossings) in [
            (row.boundaries(), &mut releases),
            (row.beside_plain(), &mut builds),
        ] {
            for one in found {
                let [before, after] = one.keys();
                let crossing = crossings.entry((after, before)).or_default();
                crossing.push((row, one.before.case, one.after.case));
            }
        }
    }
    for (crossings, are_builds) in [(&releases, false), (&builds, true)] {
        for ((after, before), crossing) in crossings {
            let heading = if are_builds {
                format!("{after} unlike {before}")
            } else {
                format!("{before} → {after}")
            };
            let _ = writeln!(out, "\n{bold}{heading}{plain}");
            let notes = notes(&scenario.changes, before, after);
            for change in notes.filter(|_| !are_builds) {
                noted(&mut out, "  ", change, style);
            }
            let cases = crossing.iter().map(|(_, before, after)| (*before, *after));
            for line in packages::differences(cases) {
                let _ = writeln!(out, "  {line}");
            }
            differences(&mut out, report, crossing, rows.len(), width);
        }
    }
    let all: Vec<&Row<'_>> = rows.iter().collect();
    let (_, unseen) = seen_and_unseen(&scenario.changes, &all);
    if rows.iter().all(|row| agree(report, row)) {
        out.push_str("\nthe same on every interpreter that was run\n");
    }
    for row in rows {
        let mut text = String::new();
        reasons(&mut text, report, row);
        if !text.is_empty() {
            let _ = write!(out, "\n{bold}{}{plain}\n{text}", visible(row.case));
        }
    }
    messages(&mut out, report, rows, style);
    if !unseen.is_empty() {
        let _ = writeln!(
            out,
            "\n{bold}not seen between the Pythons that were run{plain}"
        );
        for change in unseen {
            noted(&mut out, "  ", change, style);
        }
    }
    if let Some(missing) = untested::releases(report) {
        let _ = writeln!(out, "\nnot run here: {missing}");
    }
    if !scenario.refs.is_empty() {
        let _ = writeln!(out, "\n{bold}sources{plain}");
        for source in &scenario.refs {
            let shown = visible(source);
            let is_address = source.starts_with("https://") && !shown.contains(char::is_whitespace);
            let shown = if is_address {
                style.link(&shown, &shown)
            } else {
                shown
            };
            let _ = writeln!(out, "  {shown}");
        }
    }
    reproduce(&mut out, report, rows);
    let _ = writeln!(out, "\nscenario file: {}", style.file(&scenario.file));
    out
}

/// What differs, by variant; variants that differ alike share the lines.
fn differences(
    out: &mut String,
    report: &RunReport,
    crossing: &Crossing<'_>,
    rows: usize,
    width: usize,
) {
    let mut groups: Vec<(Vec<Difference>, Vec<&VariantId>)> = Vec::new();
    for (row, before, after) in crossing {
        let found = difference(report, before, after);
        match groups.iter_mut().find(|(known, _)| *known == found) {
            Some((_, cases)) => cases.push(row.case),
            None => groups.push((found, vec![row.case])),
        }
    }
    for (found, cases) in groups {
        if rows > 1 {
            let variants = cases
                .iter()
                .map(|case| visible(case.bare_choices().unwrap_or(case)));
            let _ = writeln!(out, "  with {}", variants.collect::<Vec<_>>().join("; "));
        }
        listed(out, &found, width);
    }
}

/// Messages of exceptions and of warnings that are recorded and not compared, with the versions that had them.
fn messages(out: &mut String, report: &RunReport, rows: &[Row<'_>], style: Style) {
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let width = usize::from(style.width).min(100);
    let mut text = String::new();
    for row in rows {
        let cases = row.cases();
        let lines = recorded(report, &cases, &all, width);
        if rows.len() > 1 && !lines.is_empty() {
            let _ = writeln!(text, "  {}", visible(row.case));
        }
        text.push_str(&lines);
    }
    if !text.is_empty() {
        let title = style.strong("messages, which are not compared");
        let _ = write!(out, "\n{title}\n{text}");
    }
}

/// The messages of a row, by step.
fn recorded(
    report: &RunReport,
    cases: &[&CaseReport],
    all: &[&InterpreterKey],
    width: usize,
) -> String {
    let mut out = String::new();
    for step in steps_with_texts(cases) {
        let records = cases.iter().filter_map(|case| {
            let trace = report.trace_of(case)?;
            let record = trace.steps.iter().find(|record| record.step == step)?;
            Some((trace.action(record), record))
        });
        let records: Vec<_> = records.collect();
        let mut lines = String::new();
        for detail in [Detail::Message, Detail::WarningMessages] {
            if records
                .iter()
                .any(|(_, record)| record.fact(detail.fact()).is_some())
            {
                continue; // compared, and told where it differs
            }
            for (text, keys) in texts_of_step(cases, step, detail) {
                for line in text.lines() {
                    let line = fit(&visible(line), width.saturating_sub(6)).into_owned();
                    let _ = writeln!(lines, "      {line}");
                }
                let _ = writeln!(lines, "        on {}", ranges(&keys, all));
            }
        }
        if let (false, Some((action, _))) = (lines.is_empty(), records.first()) {
            let title = format!("step {step}  {action}");
            let _ = write!(out, "    {}\n{lines}", fit(&visible(&title), width - 4));
        }
    }
    out
}

/// Differences, step by step.
pub(crate) fn listed(out: &mut String, found: &[Difference], width: usize) {
    let mut step = String::new();
    for one in found.iter().take(MOST) {
        if one.title() != step {
            step = one.title();
            let _ = writeln!(out, "    {}", fit(&visible(&step), width - 4));
        }
        let text = format!("{}: {} → {}", one.fact, one.was, one.now);
        let _ = writeln!(out, "      {}", visible(&text));
    }
    if found.len() > MOST {
        let more = found.len() - MOST;
        let _ = writeln!(out, "      and {more} more; see `modswap show`");
    }
}

fn difference(report: &RunReport, before: &CaseReport, after: &CaseReport) -> Vec<Difference> {
    let [was, now] = [before, after].map(|case| {
        Some(BehaviourTrace {
            trace: report.trace_of(case)?,
            end: case.end.as_deref().unwrap_or("—"),
        })
    });
    let (Some(was), Some(now)) = (was, now) else {
        return Vec::new();
    };
    crate::trace::difference::differences(was, now)
}
