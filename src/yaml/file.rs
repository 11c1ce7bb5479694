//! Files of YAML: their text and their tree.

use std::io;
use std::path::Path;

use super::diagnostics::{Diagnostic, Location};
use super::lines::LineIndex;
use super::node::{self, Node};
use super::span::Span;
use crate::fs::read_file;

/// The most bytes that a file of YAML which people write may have.
const MAX_FILE: u64 = 4 << 20;

/// Reads the text of a file that messages call `name`.
///
/// # Errors
/// If it cannot be read, is no file, is too large, or is not UTF-8.
pub(crate) fn read_text(name: &str, path: &Path) -> Result<String, Vec<Diagnostic>> {
    let bytes = read_file(path, MAX_FILE).map_err(|error| vec![unreadable_file(path, &error)])?;
    decode_text(name, bytes).map_err(|diagnostic| vec![*diagnostic])
}

/// The bytes of a file that are looked at to see whether it is a text.
const START: usize = 8 << 10;

/// True if this is no text in any encoding: bytes of 0, but not those of UTF-16, which says what it is.
fn is_binary(bytes: &[u8]) -> bool {
    let is_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    !is_utf16 && bytes[..bytes.len().min(START)].contains(&0)
}

/// Decodes the text of a file that messages call `name`.
///
/// # Errors
/// If it is not UTF-8, or no text at all.
pub(crate) fn decode_text(name: &str, bytes: Vec<u8>) -> Result<String, Box<Diagnostic>> {
    if is_binary(&bytes) {
        let message = "a binary file, not YAML".to_owned();
        return Err(Box::new(Diagnostic::of_file(name, message, None)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        // Up to the bad byte the lossy text is the same, so the offset holds in it.
        let text = String::from_utf8_lossy(error.as_bytes());
        let length = '\u{fffd}'.len_utf8();
        let byte = error.as_bytes()[offset];
        let location = locate(&text, Span { offset, length });
        let message = format!("not UTF-8: the byte 0x{byte:02x} at offset {offset}");
        let help = Some("save the file as UTF-8");
        Box::new(Diagnostic::at(name, location, &message, help))
    })
}

/// Returns what is said of a file or folder that cannot be read.
pub(crate) fn unreadable_file(path: &Path, error: &io::Error) -> Diagnostic {
    let name = crate::text::path(path);
    Diagnostic::of_file(&name, format!("cannot be read: {error}"), None)
}

/// Parses the text of a file as YAML.
///
/// # Errors
/// Where it stops being YAML.
pub(crate) fn parse_document(file: &str, text: &str) -> Result<Node, Vec<Diagnostic>> {
    node::parse_document(text).map_err(|error| {
        let found = text[error.offset..].chars().next();
        let span = Span {
            offset: error.offset,
            length: found.map_or(0, char::len_utf8),
        };
        let help = (found == Some('\t')).then_some("YAML is indented by spaces, not tabs");
        let message = if error.is_excess {
            error.message
        } else {
            format!("not YAML: {}", error.message)
        };
        vec![Diagnostic::at(file, locate(text, span), &message, help)]
    })
}

/// The location of a span, for a text in which little is wrong: see [`Diagnostics`](super::diagnostics::Diagnostics).
pub(crate) fn locate(text: &str, span: Span) -> Location {
    Location::new(text, &LineIndex::new(text), span)
}
