//! The report as JSON: what is stored, and in words what its rows do.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::compare::Comparison;
use crate::python::version::InterpreterKey;
use crate::record::{RunReport, VariantId};

/// The report with what follows from it. Whoever reads a report makes this anew.
#[derive(Serialize)]
struct WrittenReport<'a> {
    #[serde(flatten)]
    report: &'a RunReport,
    /// The behaviours of the rows that have several.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    behaviours: BTreeMap<&'a VariantId, Vec<WrittenBehaviour<'a>>>,
}

/// A behaviour of a row.
#[derive(Serialize)]
struct WrittenBehaviour<'a> {
    letter: &'a str,
    versions: &'a [&'a InterpreterKey],
    /// The first fact in which it differs from the others, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<String>,
}

/// Renders the report as JSON, with a newline at its end.
pub fn render_json(comparison: &Comparison<'_>) -> String {
    let mut text = Vec::new();
    write_json(comparison, &mut text).expect("a report has text keys only");
    String::from_utf8(text).expect("JSON is text")
}

/// Writes the report as JSON, with a newline at its end.
///
/// # Errors
/// When it cannot be written.
pub fn write_json(comparison: &Comparison<'_>, out: &mut dyn Write) -> io::Result<()> {
    let differing = comparison.rows.iter().filter(|row| row.differs());
    let behaviours = differing.map(|row| {
        let captions = comparison.captions(row);
        let behaviours = row.behaviours.iter().zip(captions);
        let behaviours = behaviours.map(|(behaviour, caption)| WrittenBehaviour {
            letter: &behaviour.letter,
            versions: &behaviour.versions,
            caption,
        });
        (row.id, behaviours.collect())
    });
    let written = WrittenReport {
        report: comparison.report,
        behaviours: behaviours.collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &written)?;
    out.write_all(b"\n")
}
