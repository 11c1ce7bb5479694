//! The explanation of one scenario: what it is about, what changed between which versions and why, and the sources.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::show::{render_heading, render_note, render_reasons, render_reproduction};
use super::style::Style;
use super::{MAX_PROSE_WIDTH, packages};
use crate::compare::boundaries::notes_between;
use crate::compare::recorded_texts::{steps_with_texts, texts_of_step};
use crate::compare::{Comparison, Row, split_notes};
use crate::python::version::InterpreterKey;
use crate::record::{CaseReport, RunReport, ScenarioReport, VariantId};
use crate::text::{fit, visible};
use crate::trace::detail::Detail;
use crate::trace::difference::{BehaviourTrace, Difference, differences};

/// Differences that are shown of one variant at one boundary.
const MAX_DIFFERENCES: usize = 8;

/// Rows that differ between two interpreters, each with the cases before and after.
type Crossing<'r, 'a> = Vec<(&'r Row<'a>, &'a CaseReport, &'a CaseReport)>;
/// The rows that differ between several pairs of interpreters, each pair with the newer one first.
type Crossings<'r, 'a> = BTreeMap<(&'a InterpreterKey, &'a InterpreterKey), Crossing<'r, 'a>>;

/// Title, prose, boundaries with their notes and what differs across them, sources, and how to see it oneself.
pub fn render_explanation(
    comparison: &Comparison<'_>,
    scenario: &ScenarioReport,
    style: Style,
) -> String {
    let rows = comparison.rows_of(&scenario.id);
    let mut out = render_heading(scenario, style);
    let (mut releases, mut builds) = (Crossings::new(), Crossings::new());
    for row in &rows {
        for (boundaries, crossings) in [
            (row.boundaries(), &mut releases),
            (row.beside_plain(), &mut builds),
        ] {
            for boundary in boundaries {
                let [before, after] = boundary.keys();
                let crossing = crossings.entry((after, before)).or_default();
                crossing.push((row, boundary.before.case, boundary.after.case));
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
            let _ = writeln!(out, "\n{}", style.strong(&heading));
            let notes = notes_between(&scenario.changes, before, after);
            let notes = notes.filter(|_| !are_builds);
            out.extend(notes.map(|change| render_note(change, style)));
            let cases = crossing.iter().map(|(_, before, after)| (*before, *after));
            for line in packages::describe_package_changes(cases) {
                let _ = writeln!(out, "  {line}");
            }
            let is_named = rows.len() > 1;
            render_crossing(&mut out, comparison.report, crossing, is_named, style);
        }
    }
    if rows.iter().all(|row| row.is_unanimous()) {
        out.push_str("\nthe same on every interpreter that was run\n");
    }
    for row in &rows {
        let reasons = render_reasons(comparison, row);
        if !reasons.is_empty() {
            let id = style.strong(&visible(row.id));
            let _ = write!(out, "\n{id}\n{reasons}");
        }
    }
    render_messages(&mut out, comparison, &rows, style);
    let (_, unseen) = split_notes(&scenario.changes, &rows);
    if !unseen.is_empty() {
        let title = style.strong("not seen between the Pythons that were run");
        let _ = writeln!(out, "\n{title}");
        out.extend(unseen.into_iter().map(|change| render_note(change, style)));
    }
    if let Some(untested) = &comparison.untested {
        let _ = writeln!(out, "\nnot run here: {untested}");
    }
    out.push_str(&render_sources(scenario, style));
    render_reproduction(&mut out, comparison, &rows);
    let _ = writeln!(out, "\nscenario file: {}", style.file(&scenario.file));
    out
}

/// The sources of a scenario, addresses as links; empty where it names none.
pub(super) fn render_sources(scenario: &ScenarioReport, style: Style) -> String {
    if scenario.refs.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}\n", style.strong("sources"));
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
    out
}

/// What differs across a boundary; variants that differ alike share the lines.
fn render_crossing(
    out: &mut String,
    report: &RunReport,
    crossing: &Crossing<'_, '_>,
    is_named: bool,
    style: Style,
) {
    let mut groups: Vec<(Vec<Difference>, Vec<&VariantId>)> = Vec::new();
    for (row, before, after) in crossing {
        let found = differences_of_cases(report, before, after);
        match groups.iter_mut().find(|(known, _)| *known == found) {
            Some((_, rows)) => rows.push(row.id),
            None => groups.push((found, vec![row.id])),
        }
    }
    for (found, rows) in groups {
        if is_named {
            let choices = rows
                .iter()
                .map(|id| visible(id.bare_choices().unwrap_or(id)));
            let _ = writeln!(out, "  with {}", choices.collect::<Vec<_>>().join("; "));
        }
        out.push_str(&render_differences(&found, style));
    }
}

/// Messages of exceptions and of warnings that are recorded and not compared, with the versions that had them.
fn render_messages(out: &mut String, comparison: &Comparison<'_>, rows: &[&Row<'_>], style: Style) {
    let mut text = String::new();
    for row in rows {
        let messages = render_messages_of_row(comparison, row, style);
        if rows.len() > 1 && !messages.is_empty() {
            let _ = writeln!(text, "  {}", visible(row.id));
        }
        text.push_str(&messages);
    }
    if !text.is_empty() {
        let title = style.strong("messages, which are not compared");
        let _ = write!(out, "\n{title}\n{text}");
    }
}

/// The messages of a row, by step.
fn render_messages_of_row(comparison: &Comparison<'_>, row: &Row<'_>, style: Style) -> String {
    let width = usize::from(style.width).min(MAX_PROSE_WIDTH);
    let cases: Vec<&CaseReport> = row.cases().collect();
    let mut out = String::new();
    for step in steps_with_texts(&cases) {
        let records = cases.iter().filter_map(|case| {
            let trace = comparison.report.trace_of(case)?;
            let record = trace.steps.iter().find(|record| record.step == step)?;
            Some((trace.action(record), record))
        });
        let records: Vec<_> = records.collect();
        let mut lines = String::new();
        for detail in [Detail::Message, Detail::WarningMessages] {
            let mut facts = records.iter().map(|(_, record)| record.fact(detail.fact()));
            if facts.any(|fact| fact.is_some()) {
                continue; // compared, and told where it differs
            }
            for (text, keys) in texts_of_step(&cases, step, detail) {
                for line in text.lines() {
                    let line = fit(&visible(line), width.saturating_sub(6)).into_owned();
                    let _ = writeln!(lines, "      {line}");
                }
                let _ = writeln!(lines, "        on {}", comparison.ranges(&keys));
            }
        }
        if let (false, Some((action, _))) = (lines.is_empty(), records.first()) {
            let title = format!("step {step}  {action}");
            let _ = write!(out, "    {}\n{lines}", fit(&visible(&title), width - 4));
        }
    }
    out
}

/// Differences, step by step, indented; those past the limit are only counted.
pub(super) fn render_differences(found: &[Difference], style: Style) -> String {
    let width = usize::from(style.width).min(MAX_PROSE_WIDTH);
    let mut out = String::new();
    let mut last_title = String::new();
    for difference in found.iter().take(MAX_DIFFERENCES) {
        let title = difference.title();
        if title != last_title {
            let _ = writeln!(out, "    {}", fit(&visible(&title), width - 4));
            last_title = title;
        }
        let _ = writeln!(out, "      {}", visible(&difference.to_string()));
    }
    if let Some(more) = crate::text::and_more(found.len(), MAX_DIFFERENCES, "") {
        let _ = writeln!(out, "      {more}; see `modswap show`");
    }
    out
}

/// What two cases of a row differ in; nothing where a trace is not kept.
fn differences_of_cases(
    report: &RunReport,
    before: &CaseReport,
    after: &CaseReport,
) -> Vec<Difference> {
    let [was, now] = [before, after].map(|case| {
        Some(BehaviourTrace {
            trace: report.trace_of(case)?,
            end: case.end.as_deref().unwrap_or("—"),
        })
    });
    let pair = was.zip(now);
    pair.map_or_else(Vec::new, |(was, now)| differences(was, now))
}
