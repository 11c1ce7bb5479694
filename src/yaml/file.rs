//! Files of YAML: their text, their tree, and all that is wrong in them, with places.

use std::fs;
use std::io;
use std::path::Path;

use super::cursor::Log;
use super::diagnostics::{Place, Problem, printable};
use super::node::{self, Node};
use super::span::{self, Span};

/// Reads the text of a file that messages call `name`.
///
/// # Errors
/// If it cannot be read, or is not UTF-8.
pub(crate) fn read_text(name: &str, path: &Path) -> Result<String, Vec<Problem>> {
    let bytes = fs::read(path).map_err(|error| vec![unreadable_file(path, &error)])?;
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        // Up to the bad byte the lossy text is the same, so the offset holds in it.
        let text = String::from_utf8_lossy(error.as_bytes());
        let length = '\u{fffd}'.len_utf8();
        let byte = error.as_bytes()[offset];
        let span = Span { offset, length };
        let message = format!("not UTF-8: the byte 0x{byte:02x} at offset {offset}");
        vec![locate(
            name,
            &text,
            span,
            &message,
            Some("save the file as UTF-8"),
        )]
    })
}

/// Returns what is said of a file or folder that cannot be read.
pub(crate) fn unreadable_file(path: &Path, error: &io::Error) -> Problem {
    let name = crate::text::path(path);
    Problem::of_file(&name, format!("cannot be read: {error}"), None)
}

/// Parses the text of a file as YAML.
///
/// # Errors
/// Where it stops being YAML.
pub(crate) fn parse_document(file: &str, text: &str) -> Result<Node, Vec<Problem>> {
    node::document(text).map_err(|error| {
        let found = text[error.offset..].chars().next();
        let span = Span {
            offset: error.offset,
            length: found.map_or(0, char::len_utf8),
        };
        let help = (found == Some('\t')).then_some("YAML is indented by spaces, not tabs");
        let message = format!("not YAML: {}", error.message);
        vec![locate(file, text, span, &message, help)]
    })
}

/// Returns what was found to be wrong, with its places, in the order of the text.
pub(crate) fn locate_problems(file: &str, text: &str, log: &Log<'_>) -> Vec<Problem> {
    let findings = log.found.iter();
    let mut problems: Vec<Problem> = findings
        .map(|finding| {
            let span = span::find(text, &finding.path);
            locate(file, text, span, &finding.message, finding.help.as_deref())
        })
        .collect();
    problems.sort_by_key(|problem| {
        let place = problem.place.as_ref();
        place.map(|place| (place.line, place.column))
    });
    problems
}

fn locate(file: &str, text: &str, span: Span, message: &str, help: Option<&str>) -> Problem {
    Problem {
        file: printable(file),
        place: Some(Place::new(text, span)),
        message: printable(message),
        help: help.map(printable),
    }
}
