//! The rows that differ between versions or failed.

use super::page::Page;
use crate::compare::{Comparison, Row, RowKind, group_by_scenario, group_by_subject};
use crate::report::links::Links;
use crate::report::markup::{
    HEADING, code, html_code, id_of, link, render_line, scenario_addresses,
};
use crate::text::plural;

/// Rows that are shown unfolded; more of them are folded.
const MAX_UNFOLDED_ROWS: usize = 25;
/// Lines of one table: nobody reads more of them, and a browser has to.
const MAX_FINDINGS: usize = 1000;

/// Adds the rows, as far as they fit: all in one table, or, of many, a folded table per subject.
pub(super) fn add_table(page: &mut Page, comparison: &Comparison<'_>, links: &Links) {
    let is_worth_it = |row: &&Row<'_>| matches!(row.kind(), RowKind::Failing | RowKind::Differing);
    let mut rows: Vec<&Row<'_>> = comparison.rows.iter().filter(is_worth_it).collect();
    // What is cut off is what is as expected.
    rows.sort_by_key(|row| !is_failing(row));
    if rows.is_empty() {
        return;
    }
    let title = format!(
        "### {} of {} differ between versions or builds, or are not as expected\n",
        rows.len(),
        plural(comparison.rows.len(), "row")
    );
    if !page.add(&title) {
        return page.miss("the table of rows".to_owned());
    }
    let addresses = scenario_addresses(comparison.report, links);
    let name = |rows: &[&Row<'_>]| {
        let address = addresses.get(rows[0].id.scenario());
        link(&code(id_of(rows)), address.map(String::as_str))
    };
    let mut added = 0;
    if rows.len() <= MAX_UNFOLDED_ROWS {
        added += add_fitting(page, comparison, &rows, &name, ["", ""]);
    } else {
        let mut subjects = group_by_subject(rows.iter().copied());
        subjects.sort_by_key(|(_, rows)| !rows.iter().any(|row| is_failing(row)));
        for (subject, rows) in &subjects {
            let failing = match rows.iter().filter(|row| is_failing(row)).count() {
                0 => String::new(),
                failing => format!(", {failing} not as expected"),
            };
            let before = format!(
                "<details><summary>{}: {}{failing}</summary>\n\n",
                html_code(&format!("{subject}/")),
                plural(rows.len(), "row")
            );
            added += add_fitting(page, comparison, rows, &name, [&before, "\n</details>\n"]);
        }
    }
    let left = rows.len() - added;
    if left > 0 {
        page.miss(format!("{} of the table", plural(left, "row")));
    }
}

fn is_failing(row: &Row<'_>) -> bool {
    row.kind() == RowKind::Failing
}

/// Adds a table of as many of the rows as fit, a line per scenario; how many rows these are.
fn add_fitting(
    page: &mut Page,
    comparison: &Comparison<'_>,
    rows: &[&Row<'_>],
    name: &dyn Fn(&[&Row<'_>]) -> String,
    [before, after]: [&str; 2],
) -> usize {
    let mut text = format!("{before}{HEADING}");
    let mut added = 0;
    for finding in group_by_scenario(rows.iter().copied())
        .iter()
        .take(MAX_FINDINGS)
    {
        let line = render_line(comparison, finding, &name(finding));
        if text.len() + line.len() + after.len() + 1 > page.remaining() {
            break;
        }
        text.push_str(&line);
        added += finding.len();
    }
    text.push_str(after);
    let is_added = added > 0 && page.add(&text);
    if is_added { added } else { 0 }
}
