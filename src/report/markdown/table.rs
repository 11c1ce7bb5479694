//! The rows that differ between versions or failed, with neighbours of which no row tells apart in one column.

use std::fmt::Write;

use super::escape::{code, prose};
use super::page::Page;
use crate::compare::Row;
use crate::compare::ranges::ranges;
use crate::python::version::InterpreterKey;
use crate::report::overview::{head, mark, verdict_word};
use crate::report::style::Tone;
use crate::report::summary::plural;
use crate::verdict::Verdict;

/// Rows that are shown at once; more of them are folded.
const UNFOLDED: usize = 25;
/// Rows that are shown at all: nobody reads more of them, and a browser has to.
const MOST_ROWS: usize = 1000;

/// The table, as far as it fits.
pub(super) fn add(page: &mut Page, rows: &[Row<'_>], all: &[&InterpreterKey]) {
    let mut shown: Vec<&Row<'_>> = rows.iter().filter(|row| is_worth_it(row)).collect();
    // What is cut off is what is as expected.
    shown.sort_by_key(|row| !is_bad(row));
    if shown.is_empty() {
        return;
    }
    let columns = columns(&shown, all.len());
    let title = format!(
        "{} of {} differ between versions, or are not as expected",
        shown.len(),
        plural(rows.len(), "row")
    );
    let folded = shown.len() > UNFOLDED;
    let (before, after) = if folded {
        (
            format!("<details><summary>{title}</summary>\n\n"),
            "\n</details>\n",
        )
    } else {
        (format!("### {title}\n\n"), "")
    };
    let mut table = before + &heading(&columns, all);
    let mut added = 0;
    for row in shown.iter().take(MOST_ROWS) {
        let line = line(row, &columns, all);
        if table.len() + line.len() + after.len() + LEGEND.len() + 2 > page.room() {
            break;
        }
        table.push_str(&line);
        added += 1;
    }
    let left = shown.len() - added;
    let _ = write!(table, "\n{LEGEND}{after}");
    if added == 0 || !page.add(&table) {
        page.miss("the table of rows".to_owned());
    } else if left > 0 {
        page.miss(format!("{} of the table", plural(left, "row")));
    }
}

const LEGEND: &str = "Equal letters in a row are equal behaviours. `!` violates something or is not what it was, `~` is known \
    to; `t` timed out, `c` crashed, `u` unstable, `e` the harness failed, `-` skipped, `?` not run.\n";

fn is_bad(row: &Row<'_>) -> bool {
    row.verdict().is_violation() || row.verdict() == Verdict::Faulty
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
    format!("{heads} changed | verdict |{lines} --- | --- |\n")
}

fn line(row: &Row<'_>, columns: &[(usize, usize)], all: &[&InterpreterKey]) -> String {
    let mut line = format!("| {} |", code(row.case));
    for (first, _) in columns {
        let (mark, tone) = mark(row, *first);
        let mark = prose(&mark);
        if tone == Tone::Bad {
            let _ = write!(line, " **{mark}** |");
        } else {
            let _ = write!(line, " {mark} |");
        }
    }
    let changed = row.boundaries().into_iter();
    let changed: Vec<String> = changed
        .map(|key| head(key, all).replace('\n', ""))
        .collect();
    let _ = writeln!(
        line,
        " {} | {} |",
        prose(&changed.join(", ")),
        verdict_word(row)
    );
    line
}
