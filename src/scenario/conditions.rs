//! Small values wherever they stand: version specifiers, durations, dotted names, `known`; and `changes`.

use std::time::Duration;

use super::expect::Reading;
use super::model::{Change, Known};
use super::names::is_dotted;
use crate::python::specifier::VersionSpec;
use crate::python::version::PythonVersion;
use crate::trace::detail::Detail;
use crate::yaml::cursor::{At, Log, Words, did_you_mean, one_of, quoted};
use crate::yaml::node::Node;

pub(super) const KNOWN: Words = Words {
    known: &["python", "issue"],
};

/// A version specifier. YAML reads an unquoted 3.10 as the number 3.1, so a number is never taken for one.
pub(super) fn python(at: &At<'_>, log: &mut Log<'_>) -> Option<VersionSpec> {
    if let (Node::Int(_) | Node::Float(_), Some(number)) = (at.node, at.node.scalar()) {
        let written = log.written(&at.path);
        let (message, help) = if written.contains("${") {
            let help = format!("the matrix value {number} is a number; quote it there");
            ("a version must be quoted".to_owned(), help)
        } else {
            let number = number.trim_end_matches(".0");
            let message = format!("a version must be quoted: \"{written}\"");
            (
                message,
                format!("YAML reads {written} as the number {number}"),
            )
        };
        log.say(&at.path, message, help);
        return None;
    }
    let text = at.text("a version specifier", log)?;
    match text.parse() {
        Ok(spec) => Some(spec),
        Err(error) => {
            let error = error.to_string();
            let (message, help) = error.split_once("; ").unwrap_or((&error, ""));
            log.say(&at.path, message, help);
            None
        }
    }
}

/// A text that is no duration.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not a duration; {HELP}")]
pub struct DurationError(String);

const HELP: &str = "expected a whole number and a unit: `500ms`, `10s` or `1m`";

/// Reads `500ms`, `10s` or `1m`, as `timeout:` and `--timeout` have it.
///
/// # Errors
/// When the text is anything else, or no time at all.
pub fn duration(text: &str) -> Result<Duration, DurationError> {
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

/// `timeout: 10s`
pub(super) fn timeout(at: &At<'_>, log: &mut Log<'_>) -> Option<Duration> {
    if let Node::Int(_) | Node::Float(_) = at.node {
        log.say(&at.path, "a duration needs a unit", HELP);
        return None;
    }
    let text = at.text("`timeout`", log)?;
    let duration = duration(text).ok();
    if duration.is_none() {
        log.say(
            &at.path,
            format!("{} is not a duration", quoted(text)),
            HELP,
        );
    }
    duration
}

/// A dotted Python name.
pub(super) fn dotted(at: &At<'_>, what: &str, log: &mut Log<'_>) -> Option<String> {
    let text = at.text(what, log)?;
    if is_dotted(text) {
        return Some(text.to_owned());
    }
    let message = format!("{what} must be a dotted name, not {}", quoted(text));
    log.say(
        &at.path,
        message,
        "expected identifiers joined by dots, such as `pkg.sub`",
    );
    None
}

/// `known: {python: "3.5", issue: URL}`: takes the mark down and says at which place.
pub(super) fn mark(
    at: &At<'_>,
    reading: &mut Reading<'_>,
    whole: bool,
    log: &mut Log<'_>,
) -> Option<usize> {
    let entries = at.entries("`known`", log)?;
    let mut right = true;
    for entry in &entries {
        right &= KNOWN.knows("`known`", entry, log);
    }
    let named = |name| entries.iter().find(|entry| entry.name == name);
    let spec = named("python").map(|entry| python(&entry.value, log));
    let Some(issue) = named("issue") else {
        if right {
            let help = "expected `known: {python: \"3.5\", issue: URL}`; without `python` it is known everywhere";
            log.say(&at.path, "`known` names no `issue`", help);
        }
        return None;
    };
    let issue = issue.value.text("`issue`", log)?.trim().to_owned();
    reading.marks.push(Known {
        python: spec.map_or(Some(None), |spec| spec.map(Some))?,
        issue,
        whole,
    });
    Some(reading.marks.len() - 1)
}

/// `changes: {"3.6": why}`
pub(super) fn changes(at: &At<'_>, log: &mut Log<'_>) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let Node::Map(entries) = at.node else {
        at.entries("`changes`", log);
        return changes;
    };
    if entries.is_empty() {
        log.say(&at.path, "`changes` is empty", "leave it out");
    }
    if unquoted_version(at, log) {
        return changes;
    }
    for entry in at.entries("`changes`", log).unwrap_or_default() {
        let note = entry.value.text("a change", log);
        let Some(version) = version(entry.name) else {
            let message = format!("{} is not the version of a change", quoted(entry.name));
            let help =
                "expected the first version that behaves otherwise, such as \"3.6\" or \"3.6.3\"";
            log.say(&entry.key.path, message, help);
            continue;
        };
        let Some(note) = note else { continue };
        if changes.last().is_some_and(|last| last.version >= version) {
            let message = "`changes` must ascend";
            log.say(&entry.key.path, message, "older versions first, each once");
        }
        changes.push(Change {
            since: entry.name.to_owned(),
            version,
            note: note.split_whitespace().collect::<Vec<_>>().join(" "),
        });
    }
    changes
}

/// `compare`: the texts that are part of the behaviour.
pub(super) fn compare(at: &At<'_>, log: &mut Log<'_>) -> Vec<Detail> {
    let mut found = Vec::new();
    let items = at.items("`compare`", log).unwrap_or_default();
    if items.is_empty() && matches!(at.node, Node::List(_)) {
        log.say(&at.path, "`compare` is an empty list", "leave it out");
    }
    for item in items {
        let Some(word) = item.text("a text to compare", log) else {
            continue;
        };
        if let Some(detail) = Detail::of_fact(word) {
            found.push(detail);
            continue;
        }
        let words = Detail::ALL.map(Detail::fact);
        let help = did_you_mean(word, words);
        let help = help.unwrap_or_else(|| format!("expected {}", one_of(&words)));
        let message = format!("{} is not a text that can be compared", quoted(word));
        log.say(&item.path, message, help);
    }
    found
}

/// Whether a key of the map is a number where versions belong; said as it is for `python:`, not as a key that is no text.
pub(super) fn unquoted_version(at: &At<'_>, log: &mut Log<'_>) -> bool {
    let Node::Map(entries) = at.node else {
        return false;
    };
    let number = |(key, _): &(Node, Node)| matches!(key, Node::Int(_) | Node::Float(_));
    let Some(index) = entries.iter().position(number) else {
        return false;
    };
    python(&at.key_of(index), log);
    true
}

/// `3.6`, `3.6.3` or `3.15.0rc3`
fn version(text: &str) -> Option<PythonVersion> {
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
