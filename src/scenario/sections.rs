//! Small sections: `timeout`, `xfail`, `changes` and `compare`.

use std::time::Duration;

use super::expect::VariantContext;
use super::model::{Change, XfailMark};
use super::version_specs::{parse_spec, parse_version, refuse_unquoted_version};
use crate::trace::detail::Detail;
use crate::yaml::cursor::Cursor;
use crate::yaml::node::Node;
use crate::yaml::suggest::{quoted, suggest};

pub(super) const XFAIL_KEYS: &[&str] = &["python", "issue"];

/// A text that is no duration.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not a duration; {HELP}")]
pub struct DurationError(String);

const HELP: &str = "expected a whole number and a unit: `500ms`, `10s` or `1m`";

/// Parses `500ms`, `10s` or `1m`, as `timeout:` and `--timeout` have it.
///
/// # Errors
/// When the text is anything else, or no time at all.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: Option<u32> = number.parse().ok();
    let duration = match (number.map(u64::from), unit) {
        (Some(number), "ms") => Some(Duration::from_millis(number)),
        (Some(number), "s") => Some(Duration::from_secs(number)),
        (Some(number), "m") => Some(Duration::from_secs(number * 60)),
        _ => None,
    };
    duration
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| DurationError(quoted(text)))
}

/// Parses `timeout: 10s`.
pub(super) fn parse_timeout(cursor: &Cursor<'_>) -> Option<Duration> {
    if let Node::Int(_) | Node::Float(_) = cursor.node {
        cursor.report("a duration needs a unit", HELP);
        return None;
    }
    let text = cursor.text("`timeout`")?;
    let duration = parse_duration(text).ok();
    if duration.is_none() {
        cursor.report(format!("{} is not a duration", quoted(text)), HELP);
    }
    duration
}

/// Parses `xfail: {python: "3.5", issue: URL}`, takes the mark down, and returns its index.
pub(super) fn parse_xfail(
    cursor: &Cursor<'_>,
    context: &mut VariantContext<'_>,
    whole: bool,
) -> Option<usize> {
    let entries = cursor.entries("`xfail`")?;
    let are_known = entries.are_known("`xfail`", XFAIL_KEYS);
    let spec = entries.value("python").map(|python| parse_spec(python));
    let Some(issue) = entries.value("issue") else {
        if are_known {
            let help = "expected `xfail: {python: \"3.5\", issue: URL}`; without `python` it holds everywhere";
            cursor.report("`xfail` names no `issue`", help);
        }
        return None;
    };
    let issue = issue.text("`issue`")?.trim().to_owned();
    context.marks.push(XfailMark {
        python: spec.map_or(Some(None), |spec| spec.map(Some))?,
        issue,
        whole,
    });
    Some(context.marks.len() - 1)
}

/// Parses `changes: {"3.6": why}`.
pub(super) fn parse_changes(cursor: &Cursor<'_>) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    if matches!(cursor.node, Node::Map(entries) if entries.is_empty()) {
        cursor.report("`changes` is empty", "leave it out");
    }
    if refuse_unquoted_version(cursor) {
        return changes;
    }
    for entry in cursor.entries("`changes`").unwrap_or_default() {
        let note = entry.value.text("a change");
        let Some(version) = parse_version(entry.name) else {
            let message = format!("{} is not the version of a change", quoted(entry.name));
            let help =
                "expected the first version that behaves otherwise, such as \"3.6\" or \"3.6.3\"";
            entry.key.report(message, help);
            continue;
        };
        let Some(note) = note else { continue };
        if changes.last().is_some_and(|last| last.version >= version) {
            let help = "older versions first, each once";
            entry.key.report("`changes` must ascend", help);
        }
        changes.push(Change {
            since: entry.name.to_owned(),
            version,
            note: note.split_whitespace().collect::<Vec<_>>().join(" "),
        });
    }
    changes
}

/// Parses `compare: [message]`: the texts that are part of the behaviour.
pub(super) fn parse_compare(cursor: &Cursor<'_>) -> Vec<Detail> {
    if matches!(cursor.node, Node::List(items) if items.is_empty()) {
        cursor.report("`compare` is an empty list", "leave it out");
    }
    cursor.parse_items("`compare`", |item| {
        let word = item.text("a text to compare")?;
        let detail = Detail::of_fact(word);
        if detail.is_none() {
            let help = suggest(word, &Detail::ALL.map(Detail::fact));
            let message = format!("{} is not a text that can be compared", quoted(word));
            item.report(message, help);
        }
        detail
    })
}
