//! Comments: what is printed, by version.

use std::fmt::Write;

use super::layout::Writer;
use crate::python::version::InterpreterKey;
use crate::record::ranges::ranges;
use crate::text::{short, visible, width};

/// Columns of a line with its comment.
const MAX_COLUMNS: usize = 110;

impl Writer<'_> {
    /// How a step ended, by version.
    pub(super) fn outcome_comment(&self, number: usize) -> Vec<String> {
        if self.row.seen.is_empty() {
            return self.expected_outcomes(number);
        }
        let texts = self.row.printed.iter().map(|printed| {
            let text = printed.outcomes.get(&number);
            text.cloned()
        });
        self.by_version(texts)
    }

    /// The outcomes that the scenario expects, where nothing is recorded.
    pub(super) fn expected_outcomes(&self, number: usize) -> Vec<String> {
        let step = self.row.steps.iter().find(|step| step.number == number);
        let expected = step.into_iter().flat_map(|step| step.expect);
        let expected = expected
            .filter(|expected| matches!(&*expected.fact.0, "outcome" | "value" | "message"))
            .map(|expected| {
                let value = tidy(&expected.value.describe(&expected.fact.0, None));
                match &expected.python {
                    Some(spec) => format!("{spec}: {value}"),
                    None => value,
                }
            });
        expected.collect()
    }

    /// The bodies that run in a step, by version; nothing where none does, or not told.
    pub(super) fn runs_comment(&self, number: usize) -> Option<Vec<String>> {
        if !self.row.looks.bodies || self.row.seen.is_empty() {
            return None;
        }
        let texts: Vec<Option<String>> = self
            .row
            .seen
            .iter()
            .map(|seen| {
                let record = seen.steps.iter().find(|record| record.step == number)?;
                let ran = record
                    .fact("ran")
                    .map(ToString::to_string)
                    .unwrap_or_default();
                let names = ran.trim_matches(['[', ']']).to_owned();
                Some(if names.is_empty() {
                    "runs nothing".to_owned()
                } else {
                    format!("runs {names}")
                })
            })
            .collect();
        let is_quiet = texts.iter().flatten().all(|text| text == "runs nothing");
        (!is_quiet).then(|| self.by_version(texts.into_iter()))
    }

    /// Texts of the behaviours, by version: one where all are alike.
    pub(super) fn by_version(&self, texts: impl Iterator<Item = Option<String>>) -> Vec<String> {
        let mut groups: Vec<(String, Vec<&InterpreterKey>)> = Vec::new();
        let mut all: Vec<&InterpreterKey> = Vec::new();
        for (seen, text) in self.row.seen.iter().zip(texts) {
            all.extend(&seen.versions);
            let text = text.unwrap_or_else(|| "nothing".to_owned());
            match groups.iter_mut().find(|(known, _)| *known == text) {
                Some((_, versions)) => versions.extend(&seen.versions),
                None => groups.push((text, seen.versions.clone())),
            }
        }
        if let [(text, _)] = &groups[..] {
            return vec![tidy(text)];
        }
        for (_, versions) in &mut groups {
            leave_out_builds(versions);
        }
        groups.sort_by_key(|(_, versions)| versions.iter().min().copied().cloned());
        let texts = groups.iter().map(|(text, versions)| {
            let mut versions = versions.clone();
            versions.sort();
            let versions = ranges(&versions, &all).replace('\u{2013}', "-");
            format!("{versions}: {}", tidy(text))
        });
        texts.collect()
    }
}

/// Leaves out the free-threaded and the debug build of a release that does the same.
pub(super) fn leave_out_builds(versions: &mut Vec<&InterpreterKey>) {
    let plain: Vec<_> = versions
        .iter()
        .filter(|key| key.build_suffix().is_empty())
        .map(|key| key.version.feature())
        .collect();
    versions.retain(|key| key.build_suffix().is_empty() || !plain.contains(&key.version.feature()));
}

/// A value in a comment.
pub(super) fn tidy(text: &str) -> String {
    short(&visible(text), 90)
        .replace('\u{2026}', "...")
        .replace('\n', " ")
}

/// A line with comments beside it, or above where there is no room.
pub(super) fn with_comment(line: &str, comments: &[String]) -> String {
    add_comment(&format!("{line}\n"), comments)
}

/// Adds comments to the first line of a block, or above.
pub(super) fn add_comment(block: &str, comments: &[String]) -> String {
    let comments: Vec<&String> = comments.iter().filter(|text| !text.is_empty()).collect();
    if comments.is_empty() {
        return block.to_owned();
    }
    let joined: Vec<&str> = comments.iter().map(|text| text.as_str()).collect();
    let joined = joined.join(" | ");
    let first = block.lines().next().unwrap_or_default();
    let is_simple = block.lines().count() == 1 || first.ends_with(':');
    if is_simple && !first.contains('#') && width(first) + width(&joined) + 4 <= MAX_COLUMNS {
        return block.replacen(first, &format!("{first}  # {joined}"), 1);
    }
    let mut out = String::new();
    if width(&joined) + 2 <= MAX_COLUMNS {
        let _ = writeln!(out, "# {joined}");
    } else {
        for text in comments {
            let _ = writeln!(out, "# {text}");
        }
    }
    out + block
}
