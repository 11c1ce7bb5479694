//! Versions and version specifiers in scenario files.

use crate::python::specifier::{SpecError, VersionSpec};
use crate::python::version::PythonVersion;
use crate::yaml::cursor::Cursor;
use crate::yaml::node::Node;

/// Parses a version specifier. YAML reads an unquoted 3.10 as the number 3.1, so a number is never taken for one.
pub(super) fn parse_spec(cursor: &Cursor<'_>) -> Option<VersionSpec> {
    if let (Node::Int(_) | Node::Float(_), Some(number)) = (cursor.node, cursor.node.scalar_text())
    {
        let written = cursor.diagnostics.source_of(&cursor.path);
        let (message, help) = if written.contains("${") {
            let help = format!("the matrix value {number} is a number; quote it there");
            ("a version must be quoted".to_owned(), help)
        } else if written.parse::<f64>().is_err() {
            // What the parser of places does not take for YAML.
            let help = format!("YAML reads it as the number {number}");
            ("a version must be quoted".to_owned(), help)
        } else {
            let number = number.trim_end_matches(".0");
            let help = format!("YAML reads {written} as the number {number}");
            (format!("a version must be quoted: \"{written}\""), help)
        };
        cursor.report(message, help);
        return None;
    }
    let spec = cursor.text("a version specifier")?.parse();
    let spec = spec.map_err(|error: SpecError| {
        let error = error.to_string();
        let (message, help) = error.split_once("; ").unwrap_or((&error, ""));
        cursor.report(message, help);
    });
    spec.ok()
}

/// Complains about a key of a map that is a number where versions belong, as it is done for `python:`, and not as a key that is no
/// text. Returns whether there is one.
pub(super) fn refuse_unquoted_version(cursor: &Cursor<'_>) -> bool {
    let Node::Map(entries) = cursor.node else {
        return false;
    };
    let number = |(key, _): &(Node, Node)| matches!(key, Node::Int(_) | Node::Float(_));
    let Some(index) = entries.iter().position(number) else {
        return false;
    };
    parse_spec(&cursor.key_of(index));
    true
}

/// Parses the version of a change: `3.6`, `3.6.3` or `3.15.0rc3`.
pub(super) fn parse_version(text: &str) -> Option<PythonVersion> {
    let whole = match text.split('.').count() {
        2 => format!("{text}.0"),
        _ => text.to_owned(),
    };
    let is_prerelease = |suffix: &str| {
        let number = ["a", "b", "rc"]
            .iter()
            .find_map(|kind| suffix.strip_prefix(kind));
        number.is_some_and(|number| number.parse::<u64>().is_ok())
    };
    let is_version =
        |version: &PythonVersion| version.suffix.is_empty() || is_prerelease(&version.suffix);
    whole.parse().ok().filter(is_version)
}
