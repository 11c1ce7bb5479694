//! Reports: the one persisted model, and one small file per way to show it.

pub mod build;
pub mod check;
pub mod explain;
pub mod index;
pub mod inventory;
pub mod list;
pub mod merge;
pub mod model;
pub mod overview;
mod packages;
pub mod read;
pub mod standing;
mod steps;
pub mod style;
pub mod summary;
pub mod trace;
mod unstable;
pub mod whole;

use model::RunReport;

/// The report as JSON, with a newline at its end.
pub fn json(report: &RunReport) -> String {
    let mut text = serde_json::to_string_pretty(report).expect("a report has text keys only");
    text.push('\n');
    text
}
