//! The list of scenarios.

use super::style::{Style, Tone, trimmed};
use crate::scenario::model::Scenario;

/// A line per scenario: id, number of variants, tags, title.
pub fn render(scenarios: &[Scenario], style: Style) -> String {
    let mut table = style.table();
    table.set_header(
        ["scenario", "variants", "tags", "finding"].map(|word| style.cell(word, Tone::Strong)),
    );
    for scenario in scenarios {
        table.add_row(vec![
            style.cell(&scenario.id.0, Tone::Plain),
            style.cell(scenario.variants.len().to_string(), Tone::Faint),
            style.cell(scenario.tags.join(", "), Tone::Faint),
            style.cell(&scenario.title, Tone::Plain),
        ]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    trimmed(&table)
}
