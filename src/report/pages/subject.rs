//! The page of a subject: its rows, and of each scenario the steps with behaviours side by side, what changed and why.

use std::fmt::Write;

use super::{Subject, anchor, link_scenario, name_in_subject};
use crate::compare::step_table::{StepTable, TableFact};
use crate::compare::{Comparison, Row, group_by_scenario, split_notes};
use crate::record::ScenarioReport;
use crate::report::links::Links;
use crate::report::markup::{
    HEADING, code, describe_rows, html_code, id_of, link, prose, render_line, short_title,
};
use crate::text::{and_more, joined, short};

/// Bytes of a page that GitHub still shows as one.
const MAX_PAGE: usize = 450_000;
/// Characters that are shown of a line of a value, and lines of one.
const MAX_VALUE: usize = 300;
const MAX_LINES: usize = 30;

/// Renders the page.
pub(super) fn render_subject_page(
    comparison: &Comparison<'_>,
    subject: &Subject<'_>,
    front: &str,
    links: &Links,
) -> String {
    let findings = group_by_scenario(subject.rows.iter().copied());
    let entries = findings.iter().map(|rows| {
        let id = link_scenario(id_of(rows), "");
        render_line(comparison, rows, &id)
    });
    let mut out = format!(
        "# {}\n\n[All subjects]({front})\n\n{HEADING}{}",
        code(&format!("{}/", subject.name)),
        entries.collect::<String>()
    );
    let mut left = 0;
    for rows in &findings {
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
    let name = anchor(name_in_subject(&scenario.id));
    let address = links.to(&scenario.file);
    let mut out = format!(
        "\n## <a id=\"{name}\"></a>{}\n\n<sub>{}</sub>\n\n{}\n",
        short_title(&scenario.title),
        link(&code(&scenario.file), address.as_deref()),
        joined(describe_rows(comparison, rows), "<br>\n")
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

/// The steps of a row, folded.
fn render_row(comparison: &Comparison<'_>, row: &Row<'_>) -> String {
    let variant = match row.id.choices() {
        "" => String::new(),
        choices => format!(" of {}", html_code(choices)),
    };
    let table = comparison.step_table(row);
    let table = table.map_or_else(|| render_reasons(row), |table| render_steps(&table));
    let name = comparison.name_of(row.id).replace('`', "'");
    format!(
        "\n<details><summary>Step by step{variant}</summary>\n\n{table}\n`modswap show {name}`\n\n</details>\n"
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
            out.push_str(&render_fact(fact));
        }
    }
    if let Some(ends) = table.ends() {
        let ends = joined(ends.map(code), " | ");
        let _ = writeln!(out, "| **end of the process** | {ends} |");
    }
    out
}

/// A line of the table of steps. A value that is that of the column to its left is not repeated.
fn render_fact(fact: &TableFact) -> String {
    let sign = if fact.differs { "**≠** " } else { "" };
    let mut out = format!("| {sign}{} |", prose(&fact.name));
    for (column, value) in fact.values.iter().enumerate() {
        let is_violated = fact.violations.get(column) == Some(&true);
        let sign = if is_violated { "**✗** " } else { "" };
        let value = match value {
            Some(_) if fact.is_repeated(column) => "·".to_owned(),
            Some(value) => {
                let lines = value.lines().take(MAX_LINES);
                let lines = lines.map(|line| code(&short(line, MAX_VALUE)));
                let more = and_more(value.lines().count(), MAX_LINES, "");
                joined(lines.chain(more), "<br>")
            }
            None => String::new(),
        };
        let _ = write!(out, " {sign}{value} |");
    }
    out.push('\n');
    out
}
