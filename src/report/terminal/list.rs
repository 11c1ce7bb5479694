//! The list of scenarios.

use comfy_table::{ColumnConstraint, Width};
use serde_json::{Value, json};

use super::style::{Style, Tone, trimmed};
use crate::scenario::model::{Scenario, Variant};

/// Version of the form of [`render_json`].
const SCHEMA_VERSION: u32 = 1;

/// Renders a line per scenario: id, with the number of its variants where there are several; the finding; tags.
pub fn render_list(scenarios: &[Scenario], style: Style) -> String {
    let mut table = style.table();
    table.set_header(["scenario", "finding", "tags"].map(|word| style.cell(word, Tone::Strong)));
    for scenario in scenarios {
        let variants = match scenario.variants.len() {
            1 => String::new(),
            several => format!(" ×{several}"),
        };
        table.add_row(vec![
            style.cell(format!("{}{variants}", scenario.id), Tone::Plain),
            style.cell(&scenario.title, Tone::Plain),
            style.cell(scenario.tags.join(" "), Tone::Faint),
        ]);
    }
    let natural = table.column_max_content_widths();
    // Ids are there to be copied; the finding gets what is left.
    let (ids, tags) = (natural[0].min(40), natural[2].min(14));
    let finding = natural[1].min(style.width.saturating_sub(ids + tags + 6).max(20));
    for (column, width) in table.column_iter_mut().zip([ids, finding, tags]) {
        column
            .set_padding((0, 2))
            .set_constraint(ColumnConstraint::Absolute(Width::Fixed(width + 2)));
    }
    trimmed(&table)
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
    let variants = scenario.variants.iter().map(describe_variant);
    json!({
        "id": scenario.id.0,
        "file": scenario.file,
        "title": scenario.title,
        "about": scenario.about,
        "tags": scenario.tags,
        "refs": scenario.refs,
        "changes": changes.collect::<Vec<_>>(),
        "variants": variants.collect::<Vec<_>>(),
    })
}

fn describe_variant(variant: &Variant) -> Value {
    let requires = &variant.requires;
    let packages = requires.packages.iter();
    json!({
        "id": variant.id.to_string(),
        "requires": {
            "python": requires.python.as_ref().map(ToString::to_string),
            "build": requires.build.as_ref().map(ToString::to_string),
            "os": requires.os,
            "modules": requires.modules,
            "packages": packages.map(ToString::to_string).collect::<Vec<_>>(),
        },
    })
}
