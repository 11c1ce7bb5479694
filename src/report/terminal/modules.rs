//! The fixture modules of a scenario, as files.

use std::fmt::Write;

use super::style::Style;
use crate::scenario::model::{ModuleBody, Scenario};
use crate::text::visible;

/// Renders each module of the first variant with its source. Variants differ in what their steps say, hardly in their modules.
pub fn render_modules(scenario: &Scenario, style: Style) -> String {
    let modules = scenario.variants.first().map(|variant| &variant.modules);
    let mut out = format!("\n{}\n", style.strong("modules"));
    for module in modules.into_iter().flatten() {
        let _ = writeln!(out, "  {}", style.strong(&visible(&module.name)));
        match &module.body {
            ModuleBody::Namespace => out.push_str("    (a folder without __init__.py)\n"),
            ModuleBody::Text(text) if text.trim().is_empty() => out.push_str("    (empty)\n"),
            ModuleBody::Text(text) => {
                for line in text.trim_end().lines() {
                    let _ = writeln!(out, "{}", format!("    {}", visible(line)).trim_end());
                }
            }
            ModuleBody::Steps(steps) => {
                for step in steps {
                    let _ = writeln!(out, "    {}", visible(&step.action.to_string()));
                }
            }
        }
    }
    if modules.is_none_or(Vec::is_empty) {
        out.push_str("  none\n");
    }
    out
}
