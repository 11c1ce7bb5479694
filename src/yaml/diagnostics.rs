//! What is wrong in scenario files, and how it is shown.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};

use super::span::Span;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// The file or folder, as the user named it.
    pub file: String,
    /// Where in it; `None` for what is not about a text, such as a folder that does not exist.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What was expected instead, and the nearest known word.
    pub help: Option<String>,
}

/// A place in a text, with the line to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// The whole line, without its end and without control characters.
    pub source: String,
    /// What to underline: byte offset in `source`, and length in bytes.
    pub span: (usize, usize),
}

impl Place {
    /// Cuts the line of a place out of its text.
    pub(crate) fn new(text: &str, span: Span) -> Self {
        let offset = span.offset.min(text.len());
        let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let end = text[offset..]
            .find('\n')
            .map_or(text.len(), |at| offset + at);
        let end = start + text[start..end].trim_end_matches('\r').len();
        let from = offset.min(end);
        let mut to = (from + span.length).min(end);
        while !text.is_char_boundary(to) {
            to += 1;
        }
        // Made printable piece by piece, because that may change lengths.
        let [before, marked, after] =
            [&text[start..from], &text[from..to], &text[to..end]].map(printable);
        Self {
            line: text[..start].matches('\n').count() + 1,
            column: before.chars().count() + 1,
            span: (before.len(), marked.len()),
            source: before + &marked + &after,
        }
    }
}

impl Problem {
    /// A problem without a place.
    pub(crate) fn of_file(file: &str, message: String, help: Option<String>) -> Self {
        Self {
            file: printable(file),
            place: None,
            message,
            help,
        }
    }

    /// `file:line:col`, or only the file.
    pub fn location(&self) -> String {
        self.place.as_ref().map_or_else(
            || self.file.clone(),
            |place| format!("{}:{}:{}", self.file, place.line, place.column),
        )
    }
}

/// Everything wrong in everything that was to be loaded; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadErrors {
    /// By file in loading order, then by place.
    pub problems: Vec<Problem>,
}

impl std::error::Error for LoadErrors {}

impl fmt::Display for LoadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(80, false))
    }
}

impl LoadErrors {
    /// All problems, each with its source line and a caret, and their number. With colour also with the box-drawing
    /// characters of a terminal, without it in plain ASCII (but for what the files themselves say).
    pub fn render(&self, width: usize, colour: bool) -> String {
        let theme = if colour {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::none()
        };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(width.max(40));
        let mut text = String::new();
        for problem in &self.problems {
            handler
                .render_report(&mut text, &Shown(problem))
                .expect("a String takes everything");
            text.push('\n');
        }
        text.push_str(&self.summary());
        text
    }

    /// `3 problems in 2 files`
    fn summary(&self) -> String {
        let mut files: Vec<_> = self.problems.iter().map(|problem| &problem.file).collect();
        files.sort_unstable();
        files.dedup();
        let count = |number: usize, word: &str| match number {
            1 => format!("1 {word}"),
            _ => format!("{number} {word}s"),
        };
        format!(
            "{} in {}\n",
            count(self.problems.len(), "problem"),
            count(files.len(), "file")
        )
    }
}

/// Text from elsewhere without what a terminal would obey.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' => ' ',
            _ if c.is_control() => '\u{fffd}',
            _ => c,
        })
        .collect()
}

/// A problem as miette takes it.
#[derive(Debug)]
struct Shown<'a>(&'a Problem);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.place.is_none() {
            write!(f, "{}: ", self.0.file)?;
        }
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.0.help.as_ref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.0.place.is_some().then_some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.0.place.as_ref()?;
        let label = LabeledSpan::new_primary_with_span(None, place.span);
        Some(Box::new(std::iter::once(label)))
    }
}

/// Serves the one line that is kept. miette would count columns in bytes; the header (asked for without context) takes
/// line and column from the place instead.
impl SourceCode for Shown<'_> {
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let place = self.0.place.as_ref().ok_or(MietteError::OutOfBounds)?;
        let column = if lines_before == 0 {
            place.column - 1
        } else {
            0
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.0.file.clone(),
            place.source.as_bytes(),
            (0, place.source.len()).into(),
            place.line - 1,
            column,
            1,
        )))
    }
}
