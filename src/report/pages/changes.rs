//! Lists of changes: the finding, what it did before and does now, and why.

use std::collections::HashMap;

use super::link_scenario;
use crate::compare::changed_findings::{ChangedFinding, ChangedRows};
use crate::report::markup::{code, prose, short_title};
use crate::text::{and_more, joined, short};

/// Findings of one list; the pages of subjects have all of them.
const MAX_FINDINGS: usize = 200;
/// Ways in which the rows of one finding change.
const MAX_WAYS: usize = 12;
/// Characters that are shown of a caption, and of the choices of variants.
const MAX_CAPTION: usize = 200;
const MAX_CHOICES: usize = 200;

/// Renders findings as items of a list. The releases that changed them are named, unless they are the `usual` one. `pages` has the
/// page of each subject.
pub(super) fn render_changes(
    pages: &HashMap<&str, &str>,
    findings: &[ChangedFinding<'_>],
    usual: &str,
) -> Vec<String> {
    let shown = findings.iter().take(MAX_FINDINGS);
    let mut items: Vec<String> = shown
        .map(|finding| render_finding(pages, finding, usual))
        .collect();
    let more = and_more(findings.len(), MAX_FINDINGS, "finding");
    items.extend(more.map(|more| format!("- {more}\n")));
    items
}

/// A finding: its title, was → now once for rows that change alike, the reasons, and its id.
fn render_finding(
    pages: &HashMap<&str, &str>,
    finding: &ChangedFinding<'_>,
    usual: &str,
) -> String {
    let ways = finding.rows.iter().take(MAX_WAYS);
    let ways = ways.map(|rows| render_rows(rows, finding, usual));
    let more = and_more(finding.rows.len(), MAX_WAYS, "");
    let notes = finding.notes.iter().map(|note| {
        let since = Some(&*note.since).filter(|since| *since != usual);
        let since = since.map_or_else(String::new, |since| format!("{}: ", prose(since)));
        format!("{since}{}", prose(&note.note))
    });
    let page = pages.get(finding.subject()).copied();
    let id = link_scenario(finding.id, page.unwrap_or_default());
    let lines = ways.chain(more).chain(notes);
    let lines = lines.chain([format!("<sub>{id}</sub>")]);
    format!(
        "- <b>{}</b><br>{}\n",
        short_title(finding.title),
        joined(lines, "<br>")
    )
}

/// Was → now, with the choices of the rows and the releases that no note explains.
fn render_rows(rows: &ChangedRows<'_>, finding: &ChangedFinding<'_>, usual: &str) -> String {
    let [was, now] = [&rows.was, &rows.now].map(|text| code(&short(text, MAX_CAPTION)));
    let choices = short(&joined(&rows.variants, "; "), MAX_CHOICES).into_owned();
    let choices = match choices.as_str() {
        "" => String::new(),
        choices => format!("<sub>{}</sub> ", code(choices)),
    };
    let releases = rows.unexplained(&finding.notes).into_iter();
    let releases = joined(releases.filter(|name| *name != usual), ", ");
    let releases = match releases.as_str() {
        "" => String::new(),
        releases => format!(" ({})", prose(releases)),
    };
    format!("{choices}{was} → {now}{releases}")
}
