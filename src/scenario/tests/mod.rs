//! Good scenarios of every form, bad ones with the exact complaints, and files that are nothing of the kind.

mod bad;
mod files;
mod good;
mod rendering;
mod sections;

use super::model::{Scenario, ScenarioId};
use super::parse;
use crate::yaml::diagnostics::{LoadErrors, Problem};

fn parsed(text: &str) -> Result<Scenario, Vec<Problem>> {
    parse::scenario("s/x.yaml", ScenarioId("x".into()), text)
}

/// The scenario of a text that must be right.
fn good(text: &str) -> Scenario {
    parsed(text).unwrap_or_else(|problems| panic!("{}", LoadErrors { problems }))
}

/// The problems of a text that must be wrong, each as `line:column message | help`.
fn problems(text: &str) -> Vec<String> {
    let problems = parsed(text).expect_err("the text is wrong");
    problems.iter().map(told).collect()
}

fn told(problem: &Problem) -> String {
    let place = problem.place.as_ref().map_or_else(String::new, |place| {
        format!("{}:{} ", place.line, place.column)
    });
    let help = problem.help.as_ref();
    let help = help.map_or_else(String::new, |help| format!(" | {help}"));
    format!("{place}{}{help}", problem.message)
}
