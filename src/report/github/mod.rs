//! Workflow commands: lines in a log that the runner of GitHub Actions obeys instead of showing them, and how to write others so that
//! it does not.
//!
//! The rules are those of the documentation ("Workflow commands for GitHub Actions") and of `ActionCommand.cs`,
//! `ActionCommandManager.cs` and `ExecutionContext.cs` in actions/runner: a line is a command if it begins with `::` behind
//! nothing but blanks, or has `##[` anywhere.

mod annotations;

pub use annotations::{Annotation, annotations};

use std::borrow::Cow;
use std::fmt::Write;

/// Annotations that are shown, and one more that says how many there are beside them: GitHub shows ten of a step and kind.
pub const MAX_ANNOTATIONS: usize = 9;

/// The weight of an annotation; it decides on its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing.
    Notice,
    /// To be looked at, though it fails nothing.
    Warning,
    /// Fails the run.
    Error,
}

impl Level {
    /// The name of the command.
    pub fn word(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place in the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// From the root of the repository, with `/`.
    pub file: String,
    /// From 1; `None` is the file as a whole.
    pub line: Option<usize>,
}

/// An annotation as a line of the log.
pub fn render_command(annotation: &Annotation<'_>, location: Option<&Location>) -> String {
    let mut properties = String::new();
    if let Some(location) = location {
        let _ = write!(properties, "file={},", escape_property(&location.file));
        if let Some(line) = location.line {
            let _ = write!(properties, "line={line},");
        }
    }
    format!(
        "::{} {properties}title={}::{}\n",
        annotation.level.word(),
        escape_property(&annotation.title),
        escape_data(&annotation.message)
    )
}

/// Text that is folded in the log, below its title. Nothing in it is a command.
pub fn render_group(title: &str, text: &str) -> String {
    let text = harmless(text.trim_end_matches('\n'));
    format!("::group::{}\n{text}\n::endgroup::\n", escape_data(title))
}

/// Text of which no line is a command. A space takes the sense from what would be one; nothing else changes.
pub fn harmless(text: &str) -> String {
    rewrite_commands(text, ["# #[", ": :"])
}

/// XML that means the same and holds no command.
pub fn harmless_xml(xml: &str) -> String {
    rewrite_commands(xml, ["&#35;#[", "&#58;:"])
}

/// Writes what begins a command otherwise: `##[` anywhere, and `::` at the beginning of a line.
fn rewrite_commands(text: &str, [brackets, colons]: [&str; 2]) -> String {
    let mut out = String::with_capacity(text.len());
    // A carriage return ends a line for the runner, too.
    for line in text.split_inclusive(['\n', '\r']) {
        let line: Cow<'_, str> = if line.contains("##[") {
            line.replace("##[", brackets).into()
        } else {
            line.into()
        };
        // Blanks are whatever could be taken for some: what cannot be seen as well.
        let visible = |c: char| c.is_alphanumeric() || c.is_ascii_graphic();
        match line.split_once("::") {
            Some((before, rest)) if !before.contains(visible) => {
                let _ = write!(out, "{before}{colons}{rest}");
            }
            _ => out.push_str(&line),
        }
    }
    out
}

/// JSON that means the same and holds no command: strings, the only place for one, can be written otherwise.
pub fn harmless_json(json: &str) -> String {
    json.replace("##[", "#\\u0023[")
}

/// The text of a command.
fn escape_data(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}
