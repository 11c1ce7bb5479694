//! What was found in scenario files without running them.

use serde::Serialize;

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

#[derive(Serialize)]
struct CheckResult<'a> {
    schema_version: u32,
    problems: Vec<ProblemJson<'a>>,
}

/// A problem; what is not about a text, such as a folder that holds no scenario, has no line and no column.
#[derive(Serialize)]
struct ProblemJson<'a> {
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    message: &'a str,
    help: Option<&'a str>,
}

/// The problems for programs: lines and columns count from 1, columns in characters.
pub fn render_json(diagnostics: &[Diagnostic]) -> String {
    let shown = diagnostics.iter().map(|diagnostic| ProblemJson {
        file: &diagnostic.file,
        line: diagnostic.location.as_ref().map(|location| location.line),
        column: diagnostic.location.as_ref().map(|location| location.column),
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
    });
    let found = CheckResult {
        schema_version: SCHEMA_VERSION,
        problems: shown.collect(),
    };
    let text = serde_json::to_string_pretty(&found);
    text.expect("plain data is JSON") + "\n"
}
