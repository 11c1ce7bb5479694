//! The page of a subject: its rows, and of each scenario the steps with behaviours side by side, what changed and why.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::FRONT;
use super::front::address_of;
use crate::compare::step_table::{self, Step};
use crate::compare::{Row, seen_and_unseen};
use crate::python::version::InterpreterKey;
use crate::record::ranges::ranges;
use crate::record::{RunReport, ScenarioReport};
use crate::report::links::Links;
use crate::report::markdown::table::{LEGEND, matrix};
use crate::report::markup::escape::{code, html_code, link, prose};
use crate::report::terminal::steps::{Column, columns};
use crate::report::terminal::summary::name_of;
use crate::text::short;

/// Bytes of a page that GitHub still shows as one.
const MOST_OF_PAGE: usize = 450_000;
/// Characters that are shown of a value.
const MOST_OF_VALUE: usize = 300;

/// The page.
pub(super) fn page(report: &RunReport, subject: &str, rows: &[&Row<'_>], links: &Links) -> String {
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let here = BTreeMap::from([(subject, String::new())]);
    let name = |row: &Row<'_>| address_of(row.case, &here);
    let mut out = format!(
        "# {}\n\n[All subjects]({FRONT})\n\n{}\n{LEGEND}",
        code(&format!("{subject}/")),
        matrix(rows, &all, &name)
    );
    let mut left = 0;
    for own in rows.chunk_by(|a, b| a.case.scenario() == b.case.scenario()) {
        let id = own[0].case.scenario();
        let Some(scenario) = report.scenarios.iter().find(|one| one.id == id) else {
            continue;
        };
        let text = about(report, scenario, own, &all, links);
        if out.len() + text.len() > MOST_OF_PAGE {
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

fn about(
    report: &RunReport,
    scenario: &ScenarioReport,
    rows: &[&Row<'_>],
    all: &[&InterpreterKey],
    links: &Links,
) -> String {
    let name = scenario
        .id
        .split_once('/')
        .map_or(&*scenario.id, |(_, name)| name);
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
        let columns = columns(row, all);
        let heads: Vec<String> = row
            .behaviours
            .iter()
            .map(|one| format!("{} {}", one.letter, ranges(&one.versions, all)))
            .collect();
        let variant = row.case.strip_prefix(&scenario.id).unwrap_or_default();
        let variant = if variant.is_empty() {
            "steps".to_owned()
        } else {
            html_code(variant)
        };
        let table = if columns.is_empty() {
            reasons(row)
        } else {
            table(&step_table::steps(report, scenario, &columns), &columns)
        };
        let _ = write!(
            out,
            "\n<details><summary>{variant}: {}</summary>\n\n{table}\n`modswap show {}`\n\n</details>\n",
            if heads.is_empty() {
                "not run to its end".to_owned()
            } else {
                prose(&heads.join(" · "))
            },
            name_of(report, row.case).replace('`', "'"),
        );
    }
    let (seen, unseen) = seen_and_unseen(&scenario.changes, rows);
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
        let _ = writeln!(
            out,
            "\nSources: {}",
            sources.collect::<Vec<_>>().join(" · ")
        );
    }
    out
}

/// Why there are no steps.
fn reasons(row: &Row<'_>) -> String {
    let cases = row.cells.iter().flatten().map(|cell| cell.case);
    let mut reasons: Vec<&str> = cases
        .flat_map(|case| &case.reasons)
        .map(String::as_str)
        .collect();
    reasons.dedup();
    let lines = reasons
        .iter()
        .map(|text| format!("- {}\n", prose(&short(text, MOST_OF_VALUE))));
    lines.collect()
}

/// The steps as a table: a line per step, and one per fact that it changed.
fn table(steps: &[Step], columns: &[Column<'_>]) -> String {
    let mut heads = String::from("| step |");
    let mut lines = String::from("| --- |");
    for column in columns {
        let _ = write!(heads, " {} |", prose(&column.head));
        lines.push_str(" --- |");
    }
    let mut out = format!("{heads}\n{lines}\n");
    for step in steps {
        let note = step
            .note
            .as_ref()
            .map_or_else(String::new, |note| format!("<br>{}", prose(note)));
        let action = code(&short(&step.action, MOST_OF_VALUE));
        let _ = writeln!(
            out,
            "| **{}** {action}{note} |{}",
            prose(&step.number),
            " |".repeat(columns.len())
        );
        for fact in &step.facts {
            let sign = if fact.differs { "**≠** " } else { "" };
            let _ = write!(out, "| {sign}{} |", prose(&fact.name));
            for value in &fact.values {
                let value = value
                    .as_ref()
                    .map_or_else(String::new, |value| code(&short(value, MOST_OF_VALUE)));
                let _ = write!(out, " {value} |");
            }
            out.push('\n');
        }
    }
    let ends = step_table::ends(columns);
    if ends.iter().any(|end| end != "exit 0") {
        let ends: Vec<String> = ends.iter().map(|end| code(end)).collect();
        let _ = writeln!(out, "| **end of the process** | {} |", ends.join(" | "));
    }
    out
}
