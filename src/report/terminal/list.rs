//! The list of scenarios.

use std::fmt::Write;

use super::style::{Style, Tone};
use crate::compare::{ChangedIn, Comparison};
use crate::scenario::model::Scenario;
use crate::text::{joined, visible, wrapped};

/// Renders each scenario: the finding whole, and below it the id, the number of variants where there are several, tags, and the
/// releases that change it, as far as they are recorded.
pub fn render_list(scenarios: &[Scenario], record: &Comparison<'_>, style: Style) -> String {
    let mut out = String::new();
    for scenario in scenarios {
        let title = wrapped(&visible(&scenario.title), usize::from(style.width).max(40));
        for line in title.lines() {
            let _ = writeln!(out, "{}", style.strong(line));
        }
        let variants = match scenario.variants.len() {
            1 => String::new(),
            several => format!(" ×{several}"),
        };
        let mut notes = vec![visible(&joined(&scenario.tags, " "))];
        notes.extend(describe_changes(record, &scenario.id.0));
        notes.retain(|note| !note.is_empty());
        let id = visible(&scenario.id.0);
        let rest = format!("{id}{variants}  {}", joined(notes, " · "));
        let rest = wrapped(
            rest.trim_end(),
            usize::from(style.width).saturating_sub(4).max(36),
        );
        for (index, line) in rest.lines().enumerate() {
            let indent = if index == 0 { 2 } else { 4 };
            // Ids are there to be copied.
            let line = match line.strip_prefix(&id).filter(|_| index == 0) {
                Some(rest) => format!("{id}{}", style.paint(rest, Tone::Faint)),
                None => style.paint(line, Tone::Faint),
            };
            let _ = writeln!(out, "{:indent$}{line}", "");
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The releases that change rows of a scenario, in words; nothing where nothing is recorded of it.
fn describe_changes(record: &Comparison<'_>, scenario: &str) -> Option<String> {
    let rows = record.rows_of(scenario);
    if rows.is_empty() {
        return None;
    }
    let mut changes: Vec<_> = rows.iter().flat_map(|row| row.changed_in()).collect();
    changes.sort_by_key(ChangedIn::sort_key);
    changes.dedup();
    Some(if changes.is_empty() {
        "the same on all versions".to_owned()
    } else {
        format!("changed in {}", joined(changes, ", "))
    })
}
