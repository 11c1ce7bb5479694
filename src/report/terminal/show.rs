//! The page of one scenario: what was found, the steps, what they do not cover, what changed, and how to see it oneself.

use std::fmt::Write;

use super::finding::render_behaviours;
use super::packages;
use super::step_table::render_step_table;
use super::style::Style;
use crate::compare::recorded_texts::{steps_with_texts, texts_of_step};
use crate::compare::step_columns::StepColumn;
use crate::compare::{Comparison, Row, RowKind, split_notes};
use crate::record::{CaseReport, ChangeReport, ScenarioReport, VariantId};
use crate::report::context::ReportOrigin;
use crate::report::wording::{describe_untested, render_output};
use crate::text::{joined, visible, wrapped};
use crate::trace::detail::Detail;

/// Title, prose, the table of steps, what the behaviours do not cover, what changed and why, and how to see it oneself.
pub fn render_scenario(
    comparison: &Comparison<'_>,
    scenario: &ScenarioReport,
    style: Style,
) -> String {
    let rows = comparison.rows_of(&scenario.id);
    let mut out = render_heading(scenario, style);
    for row in &rows {
        out.push('\n');
        if !row.id.choices().is_empty() {
            let _ = writeln!(out, "{}", style.strong(&visible(row.id)));
        }
        render_row(&mut out, comparison, row, style, true);
    }
    out.extend(describe_untested(
        comparison,
        ReportOrigin::Run { baseline: None },
    ));
    let (seen, _) = split_notes(&scenario.changes, &rows);
    if !seen.is_empty() {
        let _ = writeln!(out, "\n{}", style.strong("what changed, and why"));
        out.extend(seen.into_iter().map(|change| render_note(change, style)));
    }
    out.push_str(&render_reproduction(comparison, scenario, &rows, style));
    if !scenario.refs.is_empty() || scenario.about.is_some() {
        let id = comparison.name_of(&VariantId::from(&scenario.id));
        let _ = writeln!(out, "more: modswap explain {id}");
    }
    out
}

/// Renders the trial of a script, statement by statement: the behaviours with their captions, then side by side.
pub fn render_trial(
    comparison: &Comparison<'_>,
    scenario: &ScenarioReport,
    style: Style,
) -> String {
    let mut out = String::new();
    for row in comparison.rows_of(&scenario.id) {
        if row.kind() != RowKind::Uniform {
            let _ = writeln!(out, "{}", render_behaviours(comparison, row, style));
        }
        render_row(&mut out, comparison, row, style, false);
    }
    out
}

/// The id, the finding, and the prose.
pub(super) fn render_heading(scenario: &ScenarioReport, style: Style) -> String {
    let width = style.prose_width();
    let id = style.strong(&visible(&scenario.id));
    let title = wrapped(&visible(&scenario.title), width);
    let mut out = format!("{id}\n{title}\n");
    if let Some(about) = &scenario.about {
        let _ = writeln!(out, "\n{}", wrapped(&visible(about), width));
    }
    out
}

/// A change, indented: its version, and its note in lines that stand below each other.
pub(super) fn render_note(change: &ChangeReport, style: Style) -> String {
    const INDENT: usize = 2;
    const VERSION: usize = 8;
    let width = style.prose_width() - INDENT - VERSION;
    let note = wrapped(&visible(&change.note), width);
    let versions = std::iter::once(&*change.since).chain(std::iter::repeat(""));
    let lines = versions.zip(note.lines());
    let lines = lines.map(|(version, line)| {
        let gap = if version.len() < VERSION { "" } else { " " };
        format!("{:INDENT$}{version:VERSION$}{gap}{line}\n", "")
    });
    lines.collect()
}

/// How to see the newest behaviour without this program, and where the scenario is.
pub(super) fn render_reproduction<'a>(
    comparison: &Comparison<'_>,
    scenario: &ScenarioReport,
    rows: &[&Row<'a>],
    style: Style,
) -> String {
    let newest = |row: &&Row<'a>| {
        let behaviours = row.behaviours.iter();
        let versions = behaviours.flat_map(|behaviour| &behaviour.versions);
        let key = versions.max_by_key(|key| (key.build_suffix().is_empty(), **key))?;
        Some((row.id, key.without_label()))
    };
    let mut out = String::new();
    if let Some((row, key)) = rows.iter().find_map(newest) {
        let _ = writeln!(
            out,
            "\nreproduce it without modswap\n  modswap script {} --python {key} > case.py\n  (its first lines say how it is run)",
            comparison.name_of(row),
        );
    }
    let _ = writeln!(out, "\nscenario file: {}", style.file(&scenario.file));
    out
}

/// `has_file`: there is a scenario that can be changed.
fn render_row<'a>(
    out: &mut String,
    comparison: &Comparison<'a>,
    row: &Row<'a>,
    style: Style,
    has_file: bool,
) {
    let table = comparison.step_table(row);
    if let Some(table) = &table {
        let _ = writeln!(out, "{}", render_step_table(table, style));
    }
    out.push_str(&packages::render_packages(comparison, row, style));
    if let Some(table) = &table {
        render_differing_messages(out, row, &table.columns, has_file);
    }
    out.push_str(&render_reasons(comparison, row));
    render_outputs(out, comparison, row);
    if row.is_unanimous() {
        let outputs = row.group_cases(|_| true, |case| (&case.stdout, &case.stderr));
        out.push_str("the same on every interpreter that was run");
        out.push_str(if outputs.len() > 1 {
            ", but for what was written\n"
        } else {
            "\n"
        });
    }
}

/// Why cases were skipped, violate something or ended otherwise; each reason once for all versions that share it.
pub(super) fn render_reasons(comparison: &Comparison<'_>, row: &Row<'_>) -> String {
    let mut out = String::new();
    for (case, versions) in row.group_cases(|case| !case.reasons.is_empty(), |case| &case.reasons) {
        let word = case.verdict.word();
        let _ = writeln!(out, "{word} on {}:", comparison.ranges(&versions));
        for reason in &case.reasons {
            let _ = writeln!(out, "  {}", visible(reason));
        }
        out.push_str(&render_output(case));
    }
    out
}

/// The steps whose messages differ within one behaviour, which the letters do not show.
fn render_differing_messages(
    out: &mut String,
    row: &Row<'_>,
    columns: &[StepColumn<'_>],
    has_file: bool,
) {
    for (behaviour, column) in row.behaviours.iter().zip(columns) {
        for detail in [Detail::Message, Detail::WarningMessages] {
            let differs = |step: &usize| texts_of_step(&column.cases, *step, detail).len() > 1;
            let steps = steps_with_texts(&column.cases).into_iter().filter(differs);
            let steps = joined(steps, ", ");
            if !steps.is_empty() {
                let (letter, fact) = (&behaviour.letter, detail.fact());
                let _ = write!(out, "{fact} differs within {letter} in step {steps}");
                if has_file {
                    let advice = "makes such versions different behaviours";
                    let _ = write!(out, "; `compare: [{fact}]` {advice}");
                }
                out.push('\n');
            }
        }
    }
}

/// The output of cases that have nothing else to tell; each text once for all versions that share it.
fn render_outputs(out: &mut String, comparison: &Comparison<'_>, row: &Row<'_>) {
    let is_wanted = |case: &CaseReport| case.reasons.is_empty() && !case.is_silent();
    for (case, versions) in row.group_cases(is_wanted, |case| (&case.stdout, &case.stderr)) {
        let _ = writeln!(out, "written on {}:", comparison.ranges(&versions));
        out.push_str(&render_output(case));
    }
}
