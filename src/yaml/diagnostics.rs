//! Mistakes in files that people write, collected and shown with the lines that they are about.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};

use super::lines::LineIndex;
use super::span::{Segment, Span, SpanIndex};
use crate::text::{plural, short};

/// The most problems of one file that are shown.
const MAX_SHOWN_OF_FILE: usize = 20;
/// The most problems that are shown of all files together.
const MAX_SHOWN: usize = 100;
/// The most characters of a message, or of what helps.
const MAX_MESSAGE: usize = 1_000;
/// The most characters of a line that are shown before the place in it, of what is underlined, and behind it.
const MAX_LINE_PART: usize = 100;

/// One thing that is wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file or folder, as the user named it.
    pub file: String,
    /// Where in it; `None` for what is not about a text, such as a folder that does not exist.
    pub location: Option<Location>,
    /// The complaint, as a sentence without a full stop.
    pub message: String,
    /// The way out: what was expected instead, or the nearest known word.
    pub help: Option<String>,
    /// How many problems it stands for: more than one if it says only how many others there are.
    pub count: usize,
}

/// A place in a text, with the line to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// The line, without its end and without control characters; of a long one what is around the place.
    pub source: String,
    /// The part to underline: byte offset in `source`, and length in bytes.
    pub span: (usize, usize),
}

impl Location {
    /// Cuts the line of a span out of its text.
    pub(crate) fn new(text: &str, lines: &LineIndex, span: Span) -> Self {
        let offset = span.offset.min(text.len());
        let (line, start) = lines.line(offset);
        let line_text = text[start..].split('\n').next().unwrap_or_default();
        let end = start + line_text.trim_end_matches('\r').len();
        let from = offset.min(end);
        let mut to = (from + span.length).min(end);
        while !text.is_char_boundary(to) {
            to += 1;
        }
        let column = text[start..from].chars().count() + 1;
        // Made printable piece by piece, because that may change lengths.
        let marked = printable(&short(&text[from..to], MAX_LINE_PART));
        let after = printable(&short(&text[to..end], MAX_LINE_PART));
        let before = printable(&shorten_start(&text[start..from]));
        Self {
            line,
            column,
            span: (before.len(), marked.len()),
            source: before + &marked + &after,
        }
    }
}

/// The text, or its start if it is long.
fn cut(text: String, most: usize) -> String {
    match short(&text, most) {
        Cow::Borrowed(_) => text,
        Cow::Owned(short) => short,
    }
}

/// The end of a text, if it is long.
fn shorten_start(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth_back(MAX_LINE_PART - 1) {
        Some((start, _)) if start > 0 => format!("…{}", &text[start..]).into(),
        _ => text.into(),
    }
}

impl Diagnostic {
    /// A diagnostic without a location.
    pub(crate) fn of_file(file: &str, message: String, help: Option<String>) -> Self {
        Self {
            file: printable(file),
            location: None,
            message: cut(message, MAX_MESSAGE),
            help,
            count: 1,
        }
    }

    /// A diagnostic at a location in a file.
    pub(crate) fn at(file: &str, location: Location, message: &str, help: Option<&str>) -> Self {
        Self {
            file: printable(file),
            location: Some(location),
            message: printable(&short(message, MAX_MESSAGE)),
            help: help.map(|help| printable(&short(help, MAX_MESSAGE))),
            count: 1,
        }
    }

    /// A diagnostic that stands for problems which are not shown.
    fn of_rest(file: &str, count: usize) -> Self {
        let message = format!("and {}", plural(count, "more problem"));
        Self {
            count,
            ..Self::of_file(file, message, None)
        }
    }

    /// The position as compilers write it: `file:line:col`, or only the file.
    pub fn position(&self) -> String {
        match &self.location {
            Some(location) => format!("{}:{}:{}", self.file, location.line, location.column),
            None => self.file.clone(),
        }
    }
}

/// A complaint and its help, before it is known where in the text they belong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Complaint {
    message: String,
    /// Empty where there is nothing to say.
    pub(crate) help: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}

impl Complaint {
    /// A complaint; `help` may be empty. There may be very many: none keeps more than is shown.
    pub(crate) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: cut(message.into(), MAX_MESSAGE),
            help: cut(help.into(), MAX_MESSAGE),
        }
    }

    /// The complaint with more help.
    pub(crate) fn with_help(self, more: &str) -> Self {
        let help = if self.help.is_empty() {
            more.to_owned()
        } else {
            format!("{}; {more}", self.help)
        };
        Self::new(self.message, help)
    }

    /// The complaint with other words.
    pub(crate) fn map(&self, words: impl Fn(&str) -> String) -> Self {
        Self::new(words(&self.message), words(&self.help))
    }
}

/// Complaints, each with the path to what it is about.
pub(crate) type Found = BTreeSet<(Vec<Segment>, Complaint)>;

/// The complaints about one text, collected while it is read. The same thing found in several variants counts once.
#[derive(Debug)]
pub(crate) struct Diagnostics<'t> {
    text: &'t str,
    lines: OnceCell<LineIndex>,
    /// Read when the first place is asked for: most files are right.
    spans: OnceCell<SpanIndex>,
    found: RefCell<Found>,
    /// Complaints that hold in every variant so far, by path; none where one variant is right.
    nowhere: RefCell<BTreeMap<Vec<Segment>, Option<Complaint>>>,
}

impl<'t> Diagnostics<'t> {
    /// An empty collection on a text.
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            lines: OnceCell::new(),
            spans: OnceCell::new(),
            found: RefCell::default(),
            nowhere: RefCell::default(),
        }
    }

    /// Takes down a complaint about the node that the path leads to; `help` may be empty.
    pub(crate) fn report(
        &self,
        path: &[Segment],
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.report_complaint(path, Complaint::new(message, help));
    }

    /// Takes down a complaint about the node that the path leads to.
    pub(crate) fn report_complaint(&self, path: &[Segment], complaint: Complaint) {
        let mut found = self.found.borrow_mut();
        found.insert((path.to_vec(), complaint));
    }

    /// Takes down a complaint that counts only if every variant has one at this path; `None` where this one has not.
    pub(crate) fn report_unless_elsewhere(&self, path: &[Segment], complaint: Option<Complaint>) {
        let mut nowhere = self.nowhere.borrow_mut();
        let is_somewhere = complaint.is_none();
        let known = nowhere.entry(path.to_vec()).or_insert(complaint);
        if is_somewhere {
            *known = None;
        }
    }

    /// Takes down for good what every variant complained about. To be called when all were read.
    pub(crate) fn settle(&self) {
        let nowhere = self.nowhere.take().into_iter();
        let found = nowhere.filter_map(|(path, complaint)| Some((path, complaint?)));
        self.found.borrow_mut().extend(found);
    }

    /// The complaints so far.
    pub(crate) fn found(&self) -> Found {
        self.found.borrow().clone()
    }

    /// Replaces every complaint but these by what is made of it, if anything is.
    pub(crate) fn rewrite(
        &self,
        kept: &Found,
        rewrite: impl Fn(&[Segment], Complaint) -> Option<Complaint>,
    ) {
        let found = self.found.take().into_iter();
        let rewritten = found.filter_map(|(path, complaint)| {
            let entry = (path, complaint);
            if kept.contains(&entry) {
                return Some(entry);
            }
            let (path, complaint) = entry;
            let complaint = rewrite(&path, complaint)?;
            Some((path, complaint))
        });
        let rewritten = rewritten.collect();
        self.found.replace(rewritten);
    }

    /// How many complaints there are, those of [`Self::report_unless_elsewhere`] aside.
    pub(crate) fn len(&self) -> usize {
        self.found.borrow().len()
    }

    /// True if nothing is wrong so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// The whole text.
    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// A scalar as it is written, where what YAML made of it does not tell.
    pub(crate) fn source_of(&self, path: &[Segment]) -> &'t str {
        let span = self.span(path);
        &self.text[span.offset..span.offset + span.length]
    }

    /// The location of the node that the path leads to.
    pub(crate) fn location(&self, path: &[Segment]) -> Location {
        Location::new(self.text, self.lines(), self.span(path))
    }

    /// The number of the line of the node that the path leads to.
    pub(crate) fn line(&self, path: &[Segment]) -> usize {
        self.lines().line(self.span(path).offset).0
    }

    fn span(&self, path: &[Segment]) -> Span {
        let spans = self.spans.get_or_init(|| SpanIndex::read(self.text));
        spans.find(path)
    }

    fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.text))
    }

    /// Returns the problems with their locations in the file, in the order of the text; of many the first, and how many more there are.
    pub(crate) fn in_file(&self, file: &str) -> Vec<Diagnostic> {
        let collected = self.found.borrow();
        let mut found: Vec<_> = collected.iter().collect();
        found.sort_by_cached_key(|(path, _)| self.span(path).offset);
        let rest = found.len().saturating_sub(MAX_SHOWN_OF_FILE);
        let rest = (rest > 0).then(|| Diagnostic::of_rest(file, rest));
        let found = found.into_iter().take(MAX_SHOWN_OF_FILE);
        let shown = found.map(|(path, complaint)| {
            let help = Some(&*complaint.help).filter(|help| !help.is_empty());
            Diagnostic::at(file, self.location(path), &complaint.message, help)
        });
        shown.chain(rest).collect()
    }
}

/// Everything wrong in everything that was to be loaded; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadErrors {
    /// By file in loading order, then by location.
    pub diagnostics: Vec<Diagnostic>,
}

impl std::error::Error for LoadErrors {}

impl fmt::Display for LoadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(80, false))
    }
}

impl LoadErrors {
    /// Renders all diagnostics, each with its source line and a caret, and their number. With colour also with the box-drawing
    /// characters of a terminal, without it in plain ASCII (but for what the files themselves say).
    pub fn render(&self, width: usize, colour: bool) -> String {
        let theme = if colour {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::none()
        };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(width.max(40));
        let mut text = String::new();
        for diagnostic in self.diagnostics.iter().take(MAX_SHOWN) {
            handler
                .render_report(&mut text, diagnostic)
                .expect("a String takes everything");
            text.push('\n');
        }
        let rest = self.diagnostics.iter().skip(MAX_SHOWN);
        let rest: Vec<_> = rest.collect();
        if !rest.is_empty() {
            let files: BTreeSet<_> = rest.iter().map(|rest| &rest.file).collect();
            let _ = writeln!(
                text,
                "and {} in {}\n",
                plural(count_problems(rest.iter().copied()), "more problem"),
                plural(files.len(), "file")
            );
        }
        text.push_str(&self.summary());
        text
    }

    /// `3 problems in 2 files`
    fn summary(&self) -> String {
        let files = self.diagnostics.iter().map(|diagnostic| &diagnostic.file);
        let files: BTreeSet<_> = files.collect();
        format!(
            "{} in {}\n",
            plural(count_problems(&self.diagnostics), "problem"),
            plural(files.len(), "file")
        )
    }
}

fn count_problems<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> usize {
    diagnostics.into_iter().map(|one| one.count).sum()
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

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.location.is_none() {
            write!(f, "{}: ", self.file)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

impl miette::Diagnostic for Diagnostic {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.location.is_some().then_some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let location = self.location.as_ref()?;
        let label = LabeledSpan::new_primary_with_span(None, location.span);
        Some(Box::new(std::iter::once(label)))
    }
}

/// Serves the one line that is kept. miette would count columns in bytes; the header (asked for without context) takes
/// line and column from the location instead.
impl SourceCode for Diagnostic {
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let location = self.location.as_ref().ok_or(MietteError::OutOfBounds)?;
        let column = if lines_before == 0 {
            location.column - 1
        } else {
            0
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.file.clone(),
            location.source.as_bytes(),
            (0, location.source.len()).into(),
            location.line - 1,
            column,
            1,
        )))
    }
}
