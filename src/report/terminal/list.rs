//! The list of scenarios.

use std::fmt::Write;

use serde_json::{Value, json};

use super::style::{Style, Tone};
use crate::compare::{ChangedIn, Comparison};
use crate::scenario::model::{Scenario, Variant};
use crate::text::{joined, visible, wrapped};

/// Version of the form of [`render_json`].
const SCHEMA_VERSION: u32 = 1;

/// Renders each scenario: the finding whole, and below it the id, the number of variants where there are several, what sets its
/// parameters, tags, and the releases that change it, as far as they are recorded.
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
        let mut notes = vec![
            describe_parameters(scenario),
            visible(&joined(&scenario.tags, " ")),
        ];
        notes.extend(describe_changes(record, &scenario.id.0));
        notes.retain(|note| !note.is_empty());
        let id = visible(&scenario.id.0);
        notes.insert(0, format!("{id}{variants}"));
        let width = usize::from(style.width).saturating_sub(4).max(36);
        let rest = wrapped(&joined(notes, " · "), width);
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

/// The values that set the parameters of a scenario; empty for one without.
fn describe_parameters(scenario: &Scenario) -> String {
    let parameters = scenario.parameters.iter();
    joined(parameters.map(|name| format!("--set {name}=…")), " ")
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

/// The scenarios for programs: each with its finding, its sources, the versions at which it changes, and what its variants need.
pub fn render_json(scenarios: &[Scenario]) -> String {
    let scenarios: Vec<Value> = scenarios.iter().map(describe_scenario).collect();
    let list = json!({"schema_version": SCHEMA_VERSION, "scenarios": scenarios});
    format!("{list:#}\n")
}

fn describe_scenario(scenario: &Scenario) -> Value {
    let changes = scenario.changes.iter();
    let changes = changes.map(|change| json!({"since": change.since, "note": change.note}));
    let variants = scenario.variants.iter();
    let variants = variants.map(|variant| describe_variant(scenario, variant));
    json!({
        "id": scenario.id.0,
        "file": scenario.file,
        "title": scenario.title,
        "about": scenario.about,
        "tags": scenario.tags,
        "refs": scenario.refs,
        "changes": changes.collect::<Vec<_>>(),
        "parameters": scenario.parameters,
        "variants": variants.collect::<Vec<_>>(),
    })
}

fn describe_variant(scenario: &Scenario, variant: &Variant) -> Value {
    let requires = &variant.requires;
    let packages = requires.packages.iter();
    let packages = packages.map(|package| scenario.with_tokens(&package.to_string()));
    let modules = requires.modules.iter();
    let modules = modules.map(|module| scenario.with_tokens(module));
    json!({
        "id": variant.id.to_string(),
        "requires": {
            "python": requires.python.as_ref().map(ToString::to_string),
            "build": requires.build.as_ref().map(ToString::to_string),
            "os": requires.os,
            "modules": modules.collect::<Vec<_>>(),
            "packages": packages.collect::<Vec<_>>(),
        },
    })
}
