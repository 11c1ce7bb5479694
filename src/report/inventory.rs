//! The Pythons that were found, and what was not used.

use super::build::interpreter_report;
use super::style::{Style, Tone, trimmed, visible};
use crate::python::inventory::Inventory;

/// A table of interpreters, then what was rejected or is another name of one of them.
pub fn render(inventory: &Inventory, style: Style) -> String {
    let mut table = style.table();
    table.set_header(["python", "origin", "build", "command"].map(|word| style.cell(word, Tone::Strong)));
    for one in &inventory.interpreters {
        table.add_row(vec![
            style.cell(one.key.to_string(), Tone::Strong),
            style.cell(one.origin.to_string(), Tone::Plain),
            style.cell(&one.facts.build, Tone::Faint),
            style.cell(one.command.join(" "), Tone::Plain),
        ]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut out = if inventory.interpreters.is_empty() {
        "no CPython found\n".to_owned()
    } else {
        trimmed(&table) + "\n"
    };
    if !inventory.rejected.is_empty() {
        out.push_str("\nrejected\n");
        for one in &inventory.rejected {
            out.push_str(&format!("  {}: {}\n", visible(&one.path), visible(&one.reason)));
        }
    }
    if !inventory.merged.is_empty() {
        out.push_str("\nother names of these\n");
        for one in &inventory.merged {
            out.push_str(&format!("  {}\n", visible(&one.to_string())));
        }
    }
    out
}

/// The same as JSON: `interpreters` and `rejected` as in a run's report.
pub fn json(inventory: &Inventory) -> String {
    let interpreters: Vec<_> = inventory.interpreters.iter().map(interpreter_report).collect();
    let value = serde_json::json!({
        "schema_version": super::model::SCHEMA_VERSION,
        "interpreters": interpreters,
        "rejected": inventory.rejected,
        "merged": inventory.merged,
    });
    let mut text = serde_json::to_string_pretty(&value).expect("text keys only");
    text.push('\n');
    text
}
