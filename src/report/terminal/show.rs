//! The page of one scenario: what was found, the steps, what they do not cover, what changed, and how to see it oneself.

use std::fmt::Write;

use super::packages;
use super::steps::{Column, columns, steps_text};
use super::style::Style;
use super::summary::{evidence, name_of};
use crate::compare::recorded_texts::{steps_with_texts, texts_of_step};
use crate::compare::untested;
use crate::compare::{Row, seen_and_unseen};
use crate::python::version::InterpreterKey;
use crate::record::VariantId;
use crate::record::ranges::ranges;
use crate::record::{CaseReport, ChangeReport, RunReport, ScenarioReport};
use crate::text::{visible, wrapped};
use crate::trace::detail::Detail;

/// Title, prose, the table of steps, what the behaviours do not cover, what changed and why, and how to see it oneself.
pub fn render(
    report: &RunReport,
    scenario: &ScenarioReport,
    rows: &[Row<'_>],
    style: Style,
) -> String {
    let mut out = heading(scenario, style);
    let strong = |text: &str| style.strong(text);
    for row in rows {
        out.push('\n');
        if !row.case.choices().is_empty() {
            let _ = writeln!(out, "{}", strong(&visible(row.case)));
        }
        render_row(&mut out, report, scenario, row, style);
    }
    if let Some(missing) = untested::releases(report) {
        let _ = writeln!(out, "not run here: {missing}");
    }
    let all: Vec<&Row<'_>> = rows.iter().collect();
    let (seen, _) = seen_and_unseen(&scenario.changes, &all);
    if !seen.is_empty() {
        let _ = writeln!(out, "\n{}", strong("what changed, and why"));
        for change in seen {
            noted(&mut out, "  ", change, style);
        }
    }
    reproduce(&mut out, report, rows);
    let id = name_of(report, &VariantId::from(&scenario.id));
    let _ = writeln!(out, "\nscenario file: {}", style.file(&scenario.file));
    if !scenario.refs.is_empty() || scenario.about.is_some() {
        let _ = writeln!(out, "more: modswap explain {id}");
    }
    out
}

/// The id, the finding, and the prose.
pub(crate) fn heading(scenario: &ScenarioReport, style: Style) -> String {
    let (bold, plain) = if style.colour {
        ("\x1b[1m", "\x1b[0m")
    } else {
        ("", "")
    };
    let width = usize::from(style.width).min(100);
    let title = wrapped(&visible(&scenario.title), width);
    let mut out = format!("{bold}{}{plain}\n{title}\n", visible(&scenario.id));
    if let Some(about) = &scenario.about {
        let _ = writeln!(out, "\n{}", wrapped(&visible(about), width));
    }
    out
}

/// A change: its version, and its note in lines that stand below each other.
pub(crate) fn noted(out: &mut String, indent: &str, change: &ChangeReport, style: Style) {
    const VERSION: usize = 8;
    let width = usize::from(style.width).min(100) - indent.len() - VERSION;
    let note = wrapped(&visible(&change.note), width);
    for (at, line) in note.lines().enumerate() {
        let version = if at == 0 { change.since.as_str() } else { "" };
        let _ = writeln!(out, "{indent}{version:VERSION$}{line}");
    }
}

/// How to see it without this program.
pub(crate) fn reproduce(out: &mut String, report: &RunReport, rows: &[Row<'_>]) {
    let newest = |row: &Row<'_>| {
        row.behaviours
            .iter()
            .flat_map(|one| one.versions.iter().copied())
            .max()
            .cloned()
    };
    if let Some((row, key)) = rows.iter().find_map(|row| Some((row, newest(row)?))) {
        let _ = writeln!(
            out,
            "\nreproduce it without modswap\n  modswap script {} --python {} > case.py\n  (its first lines say how it is run)",
            name_of(report, row.case),
            key.without_label(),
        );
    }
}

fn render_row(
    out: &mut String,
    report: &RunReport,
    scenario: &ScenarioReport,
    row: &Row<'_>,
    style: Style,
) {
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let columns = columns(row, &all);
    if !columns.is_empty() {
        let steps = steps_text(report, &scenario.notes, &columns, style);
        let _ = writeln!(out, "{steps}");
    }
    packages::render(out, report, row, style);
    differing_messages(out, row, &columns);
    reasons(out, report, row);
    written(out, report, row);
    if agree(report, row) {
        let _ = writeln!(out, "the same on every interpreter that was run");
    }
}

/// Why cases were skipped, violate something or ended otherwise; each reason once for all versions that share it.
pub(crate) fn reasons(out: &mut String, report: &RunReport, row: &Row<'_>) {
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let cases = row.cells.iter().flatten().map(|cell| cell.case);
    let mut told: Vec<&[String]> = Vec::new();
    for case in cases.filter(|case| !case.reasons.is_empty()) {
        if told.contains(&case.reasons.as_slice()) {
            continue;
        }
        told.push(&case.reasons);
        let same = row
            .cells
            .iter()
            .flatten()
            .filter(|cell| cell.case.reasons == case.reasons);
        let keys: Vec<&InterpreterKey> = same.map(|cell| &*cell.case.interpreter).collect();
        let _ = writeln!(out, "{} on {}:", case.verdict.word(), ranges(&keys, &all));
        for reason in &case.reasons {
            let _ = writeln!(out, "  {}", visible(reason));
        }
        evidence(out, case);
    }
}

/// The steps whose messages differ within one behaviour, which the letters do not show.
fn differing_messages(out: &mut String, row: &Row<'_>, columns: &[Column<'_>]) {
    for (behaviour, column) in row.behaviours.iter().zip(columns) {
        for detail in [Detail::Message, Detail::WarningMessages] {
            let steps = steps_with_texts(&column.cases).into_iter();
            let several = |step: &usize| texts_of_step(&column.cases, *step, detail).len() > 1;
            let steps: Vec<String> = steps.filter(several).map(|step| step.to_string()).collect();
            if !steps.is_empty() {
                let _ = writeln!(
                    out,
                    "{} differs within {} in step {}; `compare: [{}]` makes such versions different behaviours",
                    detail.fact(),
                    behaviour.letter,
                    steps.join(", "),
                    detail.fact(),
                );
            }
        }
    }
}

/// What cases wrote that have nothing else to tell; each text once for all versions that share it.
fn written(out: &mut String, report: &RunReport, row: &Row<'_>) {
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let silent = |case: &&CaseReport| case.stdout.is_empty() && case.stderr.is_empty();
    let mut groups: Vec<(&CaseReport, Vec<&InterpreterKey>)> = Vec::new();
    for case in row
        .cases()
        .into_iter()
        .filter(|case| case.reasons.is_empty() && !silent(case))
    {
        let same =
            |known: &CaseReport| (&known.stdout, &known.stderr) == (&case.stdout, &case.stderr);
        match groups.iter_mut().find(|(known, _)| same(known)) {
            Some((_, keys)) => keys.push(&case.interpreter),
            None => groups.push((case, vec![&case.interpreter])),
        }
    }
    for (case, keys) in groups {
        let _ = writeln!(out, "written on {}:", ranges(&keys, &all));
        evidence(out, case);
    }
}

/// Whether all interpreters, of which there are several, showed one behaviour.
pub(crate) fn agree(report: &RunReport, row: &Row<'_>) -> bool {
    let cells = row.cells.iter().flatten();
    let agree = cells.filter(|cell| cell.behaviour == Some(0)).count();
    agree == report.interpreters.len() && agree > 1
}
