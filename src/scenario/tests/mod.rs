//! Good scenarios of every form, bad ones with the exact complaints, and files that are nothing of the kind.

mod bad;
mod files;
mod good;
mod limits;
mod parameters;
mod rendering;
mod sections;
mod variants;

use super::model::{Scenario, ScenarioId};
use super::parameters::ValueSource;
use super::parse::parse_scenario;
use crate::yaml::diagnostics::{Diagnostic, LoadErrors};

fn parsed(text: &str) -> Result<Scenario, Vec<Diagnostic>> {
    let id = ScenarioId("x".into());
    parse_scenario("s/x.yaml", id, text, ValueSource::Placeholders)
}

/// The scenario of a text that must be right.
fn good(text: &str) -> Scenario {
    parsed(text).unwrap_or_else(|diagnostics| panic!("{}", LoadErrors { diagnostics }))
}

/// The diagnostics of a text that must be wrong, each as `line:column message | help`.
fn problems(text: &str) -> Vec<String> {
    let problems = parsed(text).expect_err("the text is wrong");
    problems.iter().map(in_one_line).collect()
}

/// A diagnostic as `line:column message | help`.
fn in_one_line(diagnostic: &Diagnostic) -> String {
    let position = diagnostic
        .location
        .as_ref()
        .map_or_else(String::new, |location| {
            format!("{}:{} ", location.line, location.column)
        });
    let help = diagnostic.help.as_ref();
    let help = help.map_or_else(String::new, |help| format!(" | {help}"));
    format!("{position}{}{help}", diagnostic.message)
}
