//! Views of a report, each a function of a [`Comparison`](crate::compare::Comparison) and a [`RenderContext`](context::RenderContext).
//!
//! No view uses another one: what several of them print is in `wording`, what those written in Markdown share in `markup`.

#[cfg(test)]
mod agreement_tests;
pub mod context;
pub mod format;
pub mod github;
pub mod html;
pub mod index;
pub mod junit;
pub mod links;
pub mod markdown;
mod markup;
pub mod ndjson;
mod pages;
pub mod site;
pub mod terminal;
mod tone;
mod wording;

use std::io::{self, Write};

use crate::record::RunReport;

/// The report as JSON, with a newline at its end.
pub fn json(report: &RunReport) -> String {
    let mut text = Vec::new();
    write_json(report, &mut text).expect("a report has text keys only");
    String::from_utf8(text).expect("JSON is text")
}

/// Writes the report as JSON, with a newline at its end.
///
/// # Errors
/// When it cannot be written.
pub fn write_json(report: &RunReport, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    out.write_all(b"\n")
}
