//! The ways in which a report is written, and which one the name of a file asks for.

use std::io;
use std::path::Path;

use super::context::RenderContext;
use super::terminal::style::Style;
use super::{html, json, junit, markdown, ndjson, terminal};
use crate::compare::Comparison;

/// A way to write a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Tables for people, on a terminal.
    #[default]
    Table,
    /// The report itself, which every command that takes a report reads.
    Json,
    /// The events of the run, a line of JSON each.
    Ndjson,
    /// JUnit XML, for CI services.
    Junit,
    /// GitHub-flavoured Markdown, for a summary or a comment.
    Markdown,
    /// One page for a browser, which needs nothing beside it.
    Html,
}

impl Format {
    /// Every format, in the order in which help lists them.
    pub const ALL: [Self; 6] = [
        Self::Table,
        Self::Json,
        Self::Ndjson,
        Self::Junit,
        Self::Markdown,
        Self::Html,
    ];

    /// Its name on the command line.
    pub fn word(self) -> &'static str {
        self.names().0
    }

    /// How the names of its files end, the usual ending first.
    pub fn extensions(self) -> &'static [&'static str] {
        self.names().1
    }

    /// Its name, and its endings.
    fn names(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Table => ("table", &["txt"]),
            Self::Json => ("json", &["json"]),
            Self::Ndjson => ("ndjson", &["ndjson", "jsonl"]),
            Self::Junit => ("junit", &["xml"]),
            Self::Markdown => ("markdown", &["md", "markdown"]),
            Self::Html => ("html", &["html", "htm"]),
        }
    }

    /// The format that the ending of a file name asks for; nothing where it is not a known one.
    pub fn from_path(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        let mut all = Self::ALL.into_iter();
        all.find(|format| format.extensions().contains(&&*ending))
    }
}

/// Writes the report in a format, piece by piece: a large one is never in memory as a whole text, but for what people read
/// (tables, Markdown), which is short. `exit` is the exit code that it asks for.
///
/// # Errors
/// When it cannot be written.
pub fn write(
    format: Format,
    comparison: &Comparison<'_>,
    context: &RenderContext<'_>,
    exit: u8,
    style: Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        Format::Table => {
            let (overview, rest) = terminal::render_report(comparison, context, style);
            write!(out, "{overview}\n\n{rest}")
        }
        Format::Json => json::write_json(comparison, out),
        Format::Ndjson => ndjson::write_events(comparison.report, exit, out),
        Format::Junit => junit::write_junit(comparison, context, out),
        Format::Markdown => {
            let page = markdown::render_page(comparison, context, usize::MAX);
            out.write_all(page.unwrap_or_default().as_bytes())
        }
        Format::Html => html::write_page(comparison, context, out),
    }
}

/// Renders the report in a format.
pub fn render(
    format: Format,
    comparison: &Comparison<'_>,
    context: &RenderContext<'_>,
    exit: u8,
    style: Style,
) -> String {
    let mut text = Vec::new();
    let written = write(format, comparison, context, exit, style, &mut text);
    written.expect("a vector can be written to");
    String::from_utf8(text).expect("every format is text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_a_name_is_a_format() {
        let of = |name: &str| Format::from_path(Path::new(name)).map(Format::word);
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
