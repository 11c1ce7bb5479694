//! Reports: the one persisted model, and one small file per way to show it.

mod alike;
pub mod bisect;
#[cfg(test)]
mod bisect_tests;
pub mod build;
pub mod check;
pub mod diff;
pub mod events;
mod expectless;
pub mod explain;
#[cfg(test)]
pub(crate) mod fake;
pub mod format;
pub mod github;
pub mod html;
pub mod index;
pub mod inventory;
pub mod junit;
pub mod links;
pub mod list;
pub mod markdown;
pub mod merge;
pub mod model;
mod not_run;
mod older;
pub mod opened;
pub mod overview;
mod packages;
pub mod pages;
pub mod read;
mod sides;
pub mod standing;
mod steps;
pub mod style;
pub mod summary;
pub mod trace;
mod unstable;
pub mod whole;

use std::io::{self, Write};

use model::RunReport;

/// Name and version of the program, as what it writes has them.
const TOOL: &str = concat!("modswap ", env!("CARGO_PKG_VERSION"));

/// The report as JSON, with a newline at its end.
pub fn json(report: &RunReport) -> String {
    let mut text = Vec::new();
    write_json(report, &mut text).expect("a report has text keys only");
    String::from_utf8(text).expect("JSON is text")
}

/// Writes the same.
///
/// # Errors
/// When it cannot be written.
pub fn write_json(report: &RunReport, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    out.write_all(b"\n")
}
