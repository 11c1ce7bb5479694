//! The list of scenarios.

use comfy_table::{ColumnConstraint, Width};

use super::style::{Style, Tone, trimmed};
use crate::scenario::model::Scenario;

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
