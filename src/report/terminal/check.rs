//! Mistakes in scenario files, found without running them.

use serde_json::{Value, json};

use crate::scenario::Diagnostic;
use crate::scenario::model::Scenario;
use crate::text::plural;

/// Version of [`json`]'s form.
const SCHEMA_VERSION: u32 = 1;

/// `71 scenarios, 83 variants: all right`
pub fn render_success(scenarios: &[Scenario]) -> String {
    let variants = scenarios.iter().map(|scenario| scenario.variants.len());
    format!(
        "{}, {}: all right\n",
        plural(scenarios.len(), "scenario"),
        plural(variants.sum(), "variant")
    )
}

/// The problems for programs: lines and columns count from 1, columns in characters.
pub fn render_json(diagnostics: &[Diagnostic]) -> String {
    // What is not about a text, such as a folder that holds no scenario, has no line and no column.
    let problems = diagnostics.iter().map(|diagnostic| {
        let location = diagnostic.location.as_ref();
        json!({
            "file": diagnostic.file,
            "line": location.map(|location| location.line),
            "column": location.map(|location| location.column),
            "message": diagnostic.message,
            "help": diagnostic.help,
        })
    });
    let problems: Vec<Value> = problems.collect();
    let found = json!({"schema_version": SCHEMA_VERSION, "problems": problems});
    format!("{found:#}\n")
}
