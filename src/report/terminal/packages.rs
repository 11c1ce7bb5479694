//! Which versions of packages the cases of a row had: a difference between Pythons may be one between these.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::style::Style;
use crate::compare::interpreter_changes::RowChange;
use crate::compare::{Comparison, Row};
use crate::text::{joined, visible, wrapped};

/// Stands for a space at which a line must not be broken.
const JOINER: &str = "\u{2060}";

/// A line per package: `numpy  1.16.6 on 2.7, 1.19.5 on 3.6`; empty for rows that require none.
pub(super) fn render_packages(comparison: &Comparison<'_>, row: &Row<'_>, style: Style) -> String {
    let packages = row.packages();
    let names = packages.iter().map(|((name, _), _)| name.len());
    let Some(name_width) = names.max() else {
        return String::new();
    };
    let mut out = format!("{}\n", style.strong("packages"));
    let width = style.prose_width().saturating_sub(name_width + 4).max(20);
    for versions in packages.chunk_by(|((a, _), _), ((b, _), _)| a == b) {
        let text = versions.iter().map(|((_, version), pythons)| {
            let text = format!("{} on {}", visible(version), comparison.ranges(pythons));
            text.replace(' ', JOINER)
        });
        let text = wrapped(&joined(text, "; "), width).replace(JOINER, " ");
        let mut name = visible(versions[0].0.0);
        for line in text.lines() {
            let line = format!("  {name:name_width$}  {line}");
            let _ = writeln!(out, "{}", line.trim_end());
            name.clear();
        }
    }
    out
}

/// The packages of which rows had another version after a change: `numpy 2.2.6 → 2.4.6`.
pub(super) fn describe_package_changes<'a>(
    changes: impl IntoIterator<Item = &'a RowChange<'a>>,
) -> BTreeSet<String> {
    let changes = changes.into_iter().flat_map(|change| {
        let [before, after] = [change.before, change.after].map(|cell| &cell.case.packages);
        let packages = before.iter();
        packages.filter_map(|(name, old)| {
            let new = after.get(name).filter(|new| *new != old)?;
            Some(visible(&format!("{name} {old} → {new}")))
        })
    });
    changes.collect()
}
