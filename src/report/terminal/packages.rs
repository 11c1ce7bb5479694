//! Which versions of packages the cases of a row had: a difference between Pythons may be one between these.

use std::fmt::Write;

use super::MAX_PROSE_WIDTH;
use super::style::Style;
use crate::compare::{Comparison, Row};
use crate::record::CaseReport;
use crate::text::{visible, wrapped};

/// Stands for a space at which a line must not be broken.
const JOINER: &str = "\u{2060}";

/// A line per package: `numpy  1.16.6 on 2.7, 1.19.5 on 3.6`; empty for rows that require none.
pub(super) fn render_packages(comparison: &Comparison<'_>, row: &Row<'_>, style: Style) -> String {
    let packages = row.packages();
    let Some(name_width) = packages.iter().map(|package| package.name.len()).max() else {
        return String::new();
    };
    let mut out = format!("{}\n", style.strong("packages"));
    let width = usize::from(style.width).min(MAX_PROSE_WIDTH);
    let width = width.saturating_sub(name_width + 4).max(20);
    for package in packages {
        let versions = package.versions.iter().map(|(version, pythons)| {
            let text = format!("{} on {}", visible(version), comparison.ranges(pythons));
            text.replace(' ', JOINER)
        });
        let text = versions.collect::<Vec<_>>().join("; ");
        let text = wrapped(&text, width).replace(JOINER, " ");
        let mut name = visible(package.name);
        for line in text.lines() {
            let line = format!("  {name:name_width$}  {line}");
            let _ = writeln!(out, "{}", line.trim_end());
            name.clear();
        }
    }
    out
}

/// What else than Python is another one between two cases: `numpy 2.2.6 → 2.4.6`.
pub(super) fn describe_package_changes<'a>(
    pairs: impl Iterator<Item = (&'a CaseReport, &'a CaseReport)>,
) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (before, after) in pairs {
        for (name, old) in &before.packages {
            let new = after.packages.get(name).filter(|new| *new != old);
            lines.extend(new.map(|new| visible(&format!("{name} {old} → {new}"))));
        }
    }
    lines.sort();
    lines.dedup();
    lines
}
