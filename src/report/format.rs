//! The ways in which a report is written, and which one the name of a file asks for.

use std::io;
use std::path::Path;

use super::ndjson;
use super::{html, junit, markdown, write_json};
use crate::report::context::{self, RenderContext};
use crate::report::terminal::style::Style;

/// A way to write a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Tables for people, on a terminal.
    #[default]
    Table,
    /// The report itself, which every command that takes a report reads.
    Json,
    /// What happened, a line of JSON each.
    Ndjson,
    /// JUnit XML, for CI services.
    Junit,
    /// GitHub-flavoured Markdown, for a summary or a comment.
    Markdown,
    /// One page for a browser, which needs nothing beside it.
    Html,
}

/// Why a report cannot be written in a format.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// No XML can be made of it.
    #[error(transparent)]
    Junit(#[from] junit::JunitError),
    /// It cannot be written where it should be.
    #[error(transparent)]
    Unwritten(#[from] io::Error),
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Table,
        Self::Json,
        Self::Ndjson,
        Self::Junit,
        Self::Markdown,
        Self::Html,
    ];

    /// The word for it on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }

    /// How the names of its files end, the usual ending first.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Table => &["txt"],
            Self::Json => &["json"],
            Self::Ndjson => &["ndjson", "jsonl"],
            Self::Junit => &["xml"],
            Self::Markdown => &["md", "markdown"],
            Self::Html => &["html", "htm"],
        }
    }

    /// What the name of a file asks for; nothing where its ending says nothing known.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        let mut all = Self::ALL.into_iter();
        all.find(|format| format.extensions().contains(&&*ending))
    }
}

/// Writes the report in a format, piece by piece: a large one is never in memory as a whole text, but for what people read
/// (tables, Markdown), which is short. `exit` is the exit code that it asks for.
///
/// # Errors
/// When it cannot be written, or the format cannot hold it, which a report does not bring about.
pub fn write(
    format: Format,
    told: RenderContext<'_>,
    exit: u8,
    style: Style,
    out: &mut dyn io::Write,
) -> Result<(), RenderError> {
    match format {
        Format::Table => {
            let (overview, rest) = context::render(told, style);
            write!(out, "{overview}\n\n{rest}")?;
        }
        Format::Json => write_json(told.report, out)?,
        Format::Ndjson => ndjson::write(told.report, exit, out)?,
        Format::Junit => junit::write(told.report, told.strict, told.faults, out)?,
        Format::Markdown => {
            let page = markdown::page(told, usize::MAX).unwrap_or_default();
            out.write_all(page.as_bytes())?;
        }
        Format::Html => html::write(told, out)?,
    }
    Ok(())
}

/// The report in a format, as a text.
///
/// # Errors
/// When the format cannot hold it, which a report does not bring about.
pub fn render(
    format: Format,
    told: RenderContext<'_>,
    exit: u8,
    style: Style,
) -> Result<String, RenderError> {
    let mut text = Vec::new();
    write(format, told, exit, style, &mut text)?;
    Ok(String::from_utf8(text).expect("every format is text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_a_name_is_a_format() {
        let of = |name: &str| Format::of(Path::new(name)).map(Format::word);
        assert_eq!(of("a/report.json"), Some("json"));
        assert_eq!(of("REPORT.XML"), Some("junit"));
        assert_eq!(of("page.htm"), Some("html"));
        assert_eq!(of("summary.md"), Some("markdown"));
        assert_eq!(of("events.jsonl"), Some("ndjson"));
        assert_eq!(of("table.txt"), Some("table"));
        for name in ["report", "json", "report.yaml", ".json"] {
            assert_eq!(of(name), None, "{name}");
        }
    }
}
