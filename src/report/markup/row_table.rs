//! A table of rows, with neighbouring versions that no row tells apart in one column.

use std::fmt::Write;

use super::escape::prose;
use crate::compare::{Comparison, Row};
use crate::report::tone::Tone;
use crate::report::wording::{mark_of, verdict_word};

/// The meaning of letters and signs.
pub(in crate::report) const LEGEND: &str = "Equal letters in a row are equal behaviours. `!` violates something or is not what it was, `~` is known \
    to; `t` timed out, `c` crashed, `u` unstable, `e` the harness failed, `-` skipped, `?` not run.\n";

/// A table of some rows.
pub(in crate::report) struct RowTable<'c> {
    comparison: &'c Comparison<'c>,
    /// The first and the last version of each column.
    columns: Vec<(usize, usize)>,
}

impl<'c> RowTable<'c> {
    /// The columns that these rows need.
    pub(in crate::report) fn new(comparison: &'c Comparison<'_>, rows: &[&Row<'_>]) -> Self {
        let mut columns: Vec<(usize, usize)> = Vec::new();
        for version in 0..comparison.versions.len() {
            let is_same = |row: &&Row<'_>| mark_of(row, version) == mark_of(row, version - 1);
            match columns.last_mut() {
                Some((_, last)) if rows.iter().all(is_same) => *last = version,
                _ => columns.push((version, version)),
            }
        }
        Self {
            comparison,
            columns,
        }
    }

    /// The whole table, each row under a name that is Markdown.
    pub(in crate::report) fn render(
        &self,
        rows: &[&Row<'_>],
        name: &dyn Fn(&Row<'_>) -> String,
    ) -> String {
        let lines = rows.iter().map(|row| self.line(row, &name(row)));
        format!("{}{}", self.heading(), lines.collect::<String>())
    }

    /// The heading, and the line below it.
    pub(in crate::report) fn heading(&self) -> String {
        let mut headings = String::from("| scenario |");
        let mut rule = String::from("\n| --- |");
        for (first, last) in &self.columns {
            let versions = &self.comparison.versions[*first..=*last];
            let _ = write!(headings, " {} |", prose(&self.comparison.ranges(versions)));
            rule.push_str(" :-: |");
        }
        format!("{headings} changed in | verdict |{rule} --- | --- |\n")
    }

    /// The line of a row.
    pub(in crate::report) fn line(&self, row: &Row<'_>, name: &str) -> String {
        let mut line = format!("| {name} |");
        for (first, _) in &self.columns {
            let mark = mark_of(row, *first);
            let text = prose(&mark.text);
            let _ = if mark.tone == Tone::Bad {
                write!(line, " **{text}** |")
            } else {
                write!(line, " {text} |")
            };
        }
        let changed = prose(&row.changed_in_words());
        let _ = writeln!(line, " {changed} | {} |", verdict_word(row));
        line
    }
}
