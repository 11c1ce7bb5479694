//! The list of scenarios.

use comfy_table::{ColumnConstraint, Width};

use super::style::{Style, Tone, trimmed};
use crate::scenario::model::Scenario;

/// A line per scenario: id, with the number of its variants where there are several; the finding; tags.
pub fn render(scenarios: &[Scenario], style: Style) -> String {
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
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if at != 1 {
            // Ids and tags are there to be copied; the finding is what wraps.
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(
                natural[at].min(30) + 2,
            )));
        }
    }
    trimmed(&table)
}
