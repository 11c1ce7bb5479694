//! The page of a subject: its rows, and of each scenario the steps with behaviours side by side, what changed and why.

use std::fmt::Write;

use super::{Subject, link_row};
use crate::compare::step_table::StepTable;
use crate::compare::{Comparison, Row, split_notes};
use crate::record::ScenarioReport;
use crate::report::links::Links;
use crate::report::markup::{LEGEND, RowTable, code, html_code, link, prose};
use crate::text::{joined, short};

/// Bytes of a page that GitHub still shows as one.
const MAX_PAGE: usize = 450_000;
/// Characters that are shown of a value, and of a caption.
const MAX_VALUE: usize = 300;
const MAX_CAPTION: usize = 40;

/// Renders the page.
pub(super) fn render_subject_page(
    comparison: &Comparison<'_>,
    subject: &Subject<'_>,
    front: &str,
    links: &Links,
) -> String {
    let rows = &subject.rows;
    let table = RowTable::new(comparison, rows);
    let mut out = format!(
        "# {}\n\n[All subjects]({front})\n\n{}\n{LEGEND}",
        code(&format!("{}/", subject.name)),
        table.render(rows, &|row| link_row(row.id, ""))
    );
    let mut left = 0;
    for rows in rows.chunk_by(|a, b| a.id.scenario() == b.id.scenario()) {
        let Some(scenario) = comparison.scenario(rows[0].id.scenario()) else {
            continue;
        };
        let text = render_scenario(comparison, scenario, rows, links);
        if out.len() + text.len() > MAX_PAGE {
            left += 1;
        } else {
            out.push_str(&text);
        }
    }
    if left > 0 {
        let _ = writeln!(
            out,
            "\n{left} more are too long for this page; the page for a browser has them."
        );
    }
    out
}

fn render_scenario(
    comparison: &Comparison<'_>,
    scenario: &ScenarioReport,
    rows: &[&Row<'_>],
    links: &Links,
) -> String {
    let id = &*scenario.id;
    let name = id.split_once('/').map_or(id, |(_, name)| name);
    let address = links.to(&scenario.file);
    let mut out = format!(
        "\n## {}\n\n**{}** ({})\n",
        code(name),
        prose(&scenario.title),
        link(&code(&scenario.file), address.as_deref())
    );
    for text in scenario.about.iter().flat_map(|text| text.split("\n\n")) {
        let _ = writeln!(out, "\n{}", prose(text.trim()));
    }
    for row in rows {
        out.push_str(&render_row(comparison, row));
    }
    let (seen, unseen) = split_notes(&scenario.changes, rows);
    for (title, notes) in [
        ("What changed, and why", seen),
        ("Not seen between the Pythons that were run", unseen),
    ] {
        if !notes.is_empty() {
            let _ = writeln!(out, "\n{title}:\n");
        }
        for change in notes {
            let _ = writeln!(out, "- {}: {}", prose(&change.since), prose(&change.note));
        }
    }
    if !scenario.refs.is_empty() {
        let sources = scenario.refs.iter().map(|text| {
            let is_address = text.starts_with("https://") || text.starts_with("http://");
            link(&prose(text), is_address.then_some(text.as_str()))
        });
        let _ = writeln!(out, "\nSources: {}", joined(sources, " · "));
    }
    out
}

/// The steps of a row, folded below its behaviours.
fn render_row(comparison: &Comparison<'_>, row: &Row<'_>) -> String {
    let behaviours = row.behaviours.iter().enumerate();
    let behaviours = behaviours.map(|(index, behaviour)| {
        let versions = comparison.ranges(&behaviour.versions);
        let caption = comparison.caption(row, index);
        let caption = caption.map_or_else(String::new, |caption| {
            format!(" ({})", short(&caption, MAX_CAPTION))
        });
        format!("{} {versions}{caption}", behaviour.letter)
    });
    let mut heading = prose(&joined(behaviours, " · "));
    if heading.is_empty() {
        heading.push_str("not run to its end");
    }
    let variant = match row.id.choices() {
        "" => "steps".to_owned(),
        choices => html_code(choices),
    };
    let table = comparison.step_table(row);
    let table = table.map_or_else(|| render_reasons(row), |table| render_steps(&table));
    let name = comparison.name_of(row.id).replace('`', "'");
    format!(
        "\n<details><summary>{variant}: {heading}</summary>\n\n{table}\n`modswap show {name}`\n\n</details>\n"
    )
}

/// Why there are no steps.
fn render_reasons(row: &Row<'_>) -> String {
    let mut reasons: Vec<&String> = row.cases().flat_map(|case| &case.reasons).collect();
    reasons.dedup();
    let line = |text: &String| format!("- {}\n", prose(&short(text, MAX_VALUE)));
    joined(reasons.into_iter().map(line), "")
}

/// The steps as a table: a line per step, and one per fact that it changed.
fn render_steps(table: &StepTable<'_>) -> String {
    let mut headings = String::from("| step |");
    let mut rule = String::from("| --- |");
    for column in &table.columns {
        let _ = write!(headings, " {} |", prose(&column.heading));
        rule.push_str(" --- |");
    }
    let mut out = format!("{headings}\n{rule}\n");
    for step in &table.steps {
        let note = step.note.as_ref();
        let note = note.map_or_else(String::new, |note| format!("<br>{}", prose(note)));
        let _ = writeln!(
            out,
            "| **{}** {}{note} |{}",
            prose(&step.number),
            code(&short(&step.action, MAX_VALUE)),
            " |".repeat(table.columns.len())
        );
        for fact in &step.facts {
            let sign = if fact.differs { "**≠** " } else { "" };
            let _ = write!(out, "| {sign}{} |", prose(&fact.name));
            for value in &fact.values {
                let value = value.as_ref().map(|value| code(&short(value, MAX_VALUE)));
                let _ = write!(out, " {} |", value.unwrap_or_default());
            }
            out.push('\n');
        }
    }
    if let Some(ends) = table.ends() {
        let ends = joined(ends.map(code), " | ");
        let _ = writeln!(out, "| **end of the process** | {ends} |");
    }
    out
}
