//! The rows that differ between versions or failed, with neighbours of which no row tells apart in one column.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::page::Page;
use crate::compare::Row;
use crate::python::version::InterpreterKey;
use crate::record::RunReport;
use crate::record::ranges::ranges;
use crate::report::links::Links;
use crate::report::markup::escape::{code, html_code, link, prose};
use crate::report::terminal::overview::{mark, verdict_word};
use crate::report::terminal::style::Tone;
use crate::text::plural;

/// Rows that are shown at once; more of them are folded.
const UNFOLDED: usize = 25;
/// Rows that are shown at all: nobody reads more of them, and a browser has to.
const MOST_ROWS: usize = 1000;

/// The rows, as far as they fit: all in one table, or, of many, a folded table per subject.
pub(super) fn add(page: &mut Page, report: &RunReport, rows: &[Row<'_>], links: &Links) {
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let mut shown: Vec<&Row<'_>> = rows.iter().filter(|row| is_worth_it(row)).collect();
    // What is cut off is what is as expected.
    shown.sort_by_key(|row| !is_bad(row));
    if shown.is_empty() {
        return;
    }
    let addresses = addresses(report, links);
    let name = |row: &Row<'_>| {
        let address = addresses.get(row.case.scenario());
        link(&code(row.case), address.map(String::as_str))
    };
    let title = format!(
        "### {} of {} differ between versions or builds, or are not as expected\n",
        shown.len(),
        plural(rows.len(), "row")
    );
    if !page.add(&title) {
        return page.miss("the table of rows".to_owned());
    }
    let mut added = 0;
    if shown.len() <= UNFOLDED {
        added = fitting(page, &shown, &all, &name, ["", ""]);
    } else {
        let mut subjects: Vec<(&str, Vec<&Row<'_>>)> = Vec::new();
        for row in &shown {
            let subject = row.case.subject();
            match subjects.iter_mut().find(|(known, _)| *known == subject) {
                Some((_, rows)) => rows.push(row),
                None => subjects.push((subject, vec![row])),
            }
        }
        subjects.sort_by_key(|(_, rows)| !rows.iter().any(|row| is_bad(row)));
        for (subject, rows) in &subjects {
            let bad = rows.iter().filter(|row| is_bad(row)).count();
            let bad = if bad > 0 {
                format!(", {bad} not as expected")
            } else {
                String::new()
            };
            let before = format!(
                "<details><summary>{}: {}{bad}</summary>\n\n",
                html_code(&format!("{subject}/")),
                plural(rows.len(), "row")
            );
            added += fitting(page, rows, &all, &name, [&before, "\n</details>\n"]);
        }
    }
    page.add(LEGEND);
    let left = shown.len() - added;
    if left > 0 {
        page.miss(format!("{} of the table", plural(left, "row")));
    }
}

/// Adds a table of as many of the rows as fit; how many these are.
fn fitting(
    page: &mut Page,
    rows: &[&Row<'_>],
    all: &[&InterpreterKey],
    name: &dyn Fn(&Row<'_>) -> String,
    [before, after]: [&str; 2],
) -> usize {
    let columns = columns(rows, all.len());
    let mut table = format!("{before}{}", heading(&columns, all));
    let mut added = 0;
    for row in rows.iter().take(MOST_ROWS) {
        let line = line(row, &columns, name);
        if table.len() + line.len() + after.len() + LEGEND.len() + 2 > page.room() {
            break;
        }
        table.push_str(&line);
        added += 1;
    }
    table.push_str(after);
    if added > 0 && page.add(&table) {
        added
    } else {
        0
    }
}

/// The table of these rows, each under a name of its own.
pub(in crate::report) fn matrix(
    rows: &[&Row<'_>],
    all: &[&InterpreterKey],
    name: &dyn Fn(&Row<'_>) -> String,
) -> String {
    let columns = columns(rows, all.len());
    let lines = rows.iter().map(|row| line(row, &columns, name));
    format!("{}{}", heading(&columns, all), lines.collect::<String>())
}

/// Where the files of scenarios are, by id.
pub(in crate::report) fn addresses<'a>(
    report: &'a RunReport,
    links: &Links,
) -> BTreeMap<&'a str, String> {
    let scenarios = report.scenarios.iter();
    scenarios
        .filter_map(|one| Some((&*one.id, links.to(&one.file)?)))
        .collect()
}

/// What the letters and signs mean.
pub(in crate::report) const LEGEND: &str = "Equal letters in a row are equal behaviours. `!` violates something or is not what it was, `~` is known \
    to; `t` timed out, `c` crashed, `u` unstable, `e` the harness failed, `-` skipped, `?` not run.\n";

fn is_bad(row: &Row<'_>) -> bool {
    row.verdict().fails()
}

fn is_worth_it(row: &Row<'_>) -> bool {
    row.behaviours.len() > 1 || is_bad(row)
}

/// The columns: first and last place of neighbours that look alike in every row.
fn columns(rows: &[&Row<'_>], count: usize) -> Vec<(usize, usize)> {
    let mut columns: Vec<(usize, usize)> = Vec::new();
    for at in 0..count {
        let same = |row: &&Row<'_>| mark(row, at) == mark(row, at - 1);
        match columns.last_mut() {
            Some((_, last)) if rows.iter().all(same) => *last = at,
            _ => columns.push((at, at)),
        }
    }
    columns
}

fn heading(columns: &[(usize, usize)], all: &[&InterpreterKey]) -> String {
    let mut heads = String::from("| scenario |");
    let mut lines = String::from("\n| --- |");
    for (first, last) in columns {
        let _ = write!(heads, " {} |", prose(&ranges(&all[*first..=*last], all)));
        lines.push_str(" :-: |");
    }
    format!("{heads} changed in | verdict |{lines} --- | --- |\n")
}

fn line(row: &Row<'_>, columns: &[(usize, usize)], name: &dyn Fn(&Row<'_>) -> String) -> String {
    let mut line = format!("| {} |", name(row));
    for (first, _) in columns {
        let (mark, tone) = mark(row, *first);
        let mark = prose(&mark);
        if tone == Tone::Bad {
            let _ = write!(line, " **{mark}** |");
        } else {
            let _ = write!(line, " {mark} |");
        }
    }
    let _ = writeln!(
        line,
        " {} | {} |",
        prose(&row.changed_in_words()),
        verdict_word(row)
    );
    line
}
