//! The Pythons that were found, and what was not used.

use std::fmt::Write;

use comfy_table::ContentArrangement;

use super::build::interpreter_report;
use super::style::{Style, Tone, trimmed};
use crate::python::inventory::Inventory;
use crate::text::visible;

/// A table of interpreters, then what was rejected or is another name of one of them.
pub fn render(inventory: &Inventory, style: Style) -> String {
    let mut table = style.table();
    // Commands are there to be copied: a long one is not broken.
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(
        ["python", "origin", "build", "command"].map(|word| style.cell(word, Tone::Strong)),
    );
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
    section(
        &mut out,
        "rejected",
        inventory
            .rejected
            .iter()
            .map(|one| (one.path.as_str(), one.reason.clone())),
    );
    let merged = inventory
        .merged
        .iter()
        .map(|one| (one.path.as_str(), format!("{} {}", one.reason, one.into)));
    section(&mut out, "other names of these", merged);
    out
}

/// Paths and why they are no rows of the table; those in one folder with one reason share a line.
fn section<'a>(out: &mut String, title: &str, entries: impl Iterator<Item = (&'a str, String)>) {
    let mut groups: Vec<(&str, String, Vec<&str>)> = Vec::new();
    for (path, reason) in entries {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        match groups
            .iter_mut()
            .find(|(known, why, _)| *known == folder && *why == reason)
        {
            Some((_, _, names)) => names.push(name),
            None => groups.push((folder, reason, vec![name])),
        }
    }
    if !groups.is_empty() {
        let _ = write!(out, "\n{title}\n");
    }
    for (folder, reason, names) in groups {
        let path = match names[..] {
            [name] if folder.is_empty() => name.to_owned(),
            [name] => format!("{folder}/{name}"),
            [first, .., last] if names.len() > 4 => {
                format!("{folder}: {} names, {first} to {last}", names.len())
            }
            _ => format!("{folder}: {}", names.join(", ")),
        };
        let _ = write!(out, "  {}\n    {}\n", visible(&path), visible(&reason));
    }
}

/// The same as JSON: `interpreters` and `rejected` as in a run's report.
pub fn json(inventory: &Inventory) -> String {
    let interpreters: Vec<_> = inventory
        .interpreters
        .iter()
        .map(interpreter_report)
        .collect();
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
