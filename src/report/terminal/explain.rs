//! The explanation of one scenario: what it is about, what changed between which versions and why, and the sources.

use std::fmt::Write;

use super::packages;
use super::show::{render_heading, render_note, render_reasons, render_reproduction};
use super::style::Style;
use crate::compare::boundaries::notes_between;
use crate::compare::interpreter_changes::{InterpreterChanges, sort_by_interpreter};
use crate::compare::recorded_texts::{steps_with_texts, texts_of_step};
use crate::compare::{Comparison, Row, group_by_key, split_notes};
use crate::record::{CaseReport, ScenarioReport};
use crate::report::context::ReportOrigin;
use crate::report::wording::describe_untested;
use crate::text::{and_more, fit, joined, visible, wrapped};
use crate::trace::detail::Detail;
use crate::trace::difference::{Difference, find_differences};

/// Differences that are shown of one variant at one boundary.
const MAX_DIFFERENCES: usize = 8;

/// Title, prose, boundaries with their notes and what differs across them, sources, and how to see it oneself.
pub fn render_explanation(
    comparison: &Comparison<'_>,
    scenario: &ScenarioReport,
    style: Style,
) -> String {
    let rows = comparison.rows_of(&scenario.id);
    let mut out = render_heading(scenario, style);
    for between in sort_by_interpreter(&rows) {
        render_change(&mut out, comparison, &between, rows.len() > 1, style);
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
    let untested = describe_untested(comparison, ReportOrigin::Run { baseline: None });
    out.extend(untested.map(|text| format!("\n{text}")));
    out.push_str(&render_sources(scenario, style));
    out.push_str(&render_reproduction(comparison, scenario, &rows, style));
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
        let address = is_address.then(|| style.link(&shown, &shown));
        let _ = writeln!(out, "  {}", address.unwrap_or(shown));
    }
    out
}

/// The differences between two interpreters, and why; variants that differ alike share the lines.
fn render_change(
    out: &mut String,
    comparison: &Comparison<'_>,
    between: &InterpreterChanges<'_>,
    is_named: bool,
    style: Style,
) {
    let [before, after] = between.keys;
    if between.are_builds {
        let _ = writeln!(
            out,
            "\n{}",
            style.strong(&format!("{after} unlike {before}"))
        );
    } else {
        let _ = writeln!(out, "\n{}", style.strong(&format!("{before} → {after}")));
        let scenario = comparison.scenario(between.changes[0].row.scenario());
        let changes = scenario.map_or(&[][..], |scenario| &scenario.changes);
        let notes = notes_between(changes, before, after);
        out.extend(notes.map(|change| render_note(change, style)));
    }
    for line in packages::describe_package_changes(&between.changes) {
        let _ = writeln!(out, "  {line}");
    }
    let changes = between.changes.iter().map(|change| {
        let cells = [change.before, change.after];
        let [was, now] = cells.map(|cell| comparison.report.behaviour_of(cell.case));
        let pair = was.zip(now);
        let found = pair.map_or_else(Vec::new, |(was, now)| find_differences(was, now));
        (found, change.row)
    });
    for (found, rows) in group_by_key(changes) {
        if is_named {
            let choices = rows.iter();
            let choices = choices.map(|id| visible(id.bare_choices().unwrap_or(id)));
            let _ = writeln!(out, "  with {}", joined(choices, "; "));
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
    let width = style.prose_width();
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
    let width = style.prose_width();
    let mut out = String::new();
    let mut last_title = String::new();
    for difference in found.iter().take(MAX_DIFFERENCES) {
        let title = difference.title();
        if title != last_title {
            let _ = writeln!(out, "    {}", fit(&visible(&title), width - 4));
            last_title = title;
        }
        let text = wrapped(&visible(&difference.to_string()), width.saturating_sub(8));
        let _ = writeln!(out, "      {}", text.replace('\n', "\n        "));
    }
    if let Some(more) = and_more(found.len(), MAX_DIFFERENCES, "") {
        let _ = writeln!(out, "      {more}; see `modswap show`");
    }
    out
}
