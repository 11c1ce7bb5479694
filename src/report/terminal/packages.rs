//! Which versions of packages the cases of a row had: a difference between Pythons may be one between these.

use std::fmt::Write;

use super::style::Style;
use crate::compare::Row;
use crate::python::version::InterpreterKey;
use crate::record::ranges::ranges;
use crate::record::{CaseReport, RunReport};
use crate::text::{visible, wrapped};

/// Stands for a space at which a line must not be broken.
const JOINER: &str = "\u{2060}";

/// A line per package: `numpy  1.16.6 on 2.7, 1.19.5 on 3.6`; nothing for rows that require none.
pub(crate) fn render(out: &mut String, report: &RunReport, row: &Row<'_>, style: Style) {
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let cases: Vec<_> = row.cells.iter().flatten().map(|cell| cell.case).collect();
    let mut names: Vec<&String> = cases.iter().flat_map(|case| case.packages.keys()).collect();
    names.sort();
    names.dedup();
    if names.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.strong("packages"));
    let width = names.iter().map(|name| name.len()).max().unwrap_or(0);
    for name in names {
        let mut versions: Vec<(&String, Vec<&InterpreterKey>)> = Vec::new();
        for case in &cases {
            let Some(version) = case.packages.get(name) else {
                continue;
            };
            match versions.iter_mut().find(|(known, _)| *known == version) {
                Some((_, keys)) => keys.push(&case.interpreter),
                None => versions.push((version, vec![&case.interpreter])),
            }
        }
        let words: Vec<String> = versions
            .iter()
            .map(|(version, keys)| {
                let text = format!("{} on {}", visible(version), ranges(keys, &all));
                text.replace(' ', JOINER)
            })
            .collect();
        let room = usize::from(style.width)
            .min(100)
            .saturating_sub(width + 4)
            .max(20);
        let text = wrapped(&words.join("; "), room).replace(JOINER, " ");
        for (at, line) in text.lines().enumerate() {
            let name = if at == 0 {
                visible(name)
            } else {
                String::new()
            };
            let _ = writeln!(out, "{}", format!("  {name:width$}  {line}").trim_end());
        }
    }
}

/// `numpy 2.2.6 → 2.4.6`: what else than Python is another one between two cases.
pub(crate) fn differences<'a>(
    pairs: impl Iterator<Item = (&'a CaseReport, &'a CaseReport)>,
) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (before, after) in pairs {
        for (name, old) in &before.packages {
            let new = after.packages.get(name).filter(|new| *new != old);
            if let Some(new) = new {
                lines.push(visible(&format!("{name} {old} → {new}")));
            }
        }
    }
    lines.sort();
    lines.dedup();
    lines
}
