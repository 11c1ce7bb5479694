//! Changes between two versions, by subject.

use std::fmt::Write;

use super::style::{Style, Tone};
use crate::compare::changed_findings::ChangedFinding;
use crate::compare::group_by_key;
use crate::compare::version_changes::VersionChanges;
use crate::record::ChangeReport;
use crate::report::wording::describe_version_changes;
use crate::text::{joined, visible, wrapped};

/// Columns before what belongs to a title.
const INDENT: usize = 2;
/// Columns of `was`, `now` and releases.
const LABEL: usize = 8;

/// Renders the changes: a line that counts them, each finding below its subject, and what only the newer version can run.
pub fn render_version_changes(changes: &VersionChanges<'_>, style: Style) -> String {
    let width = style.prose_width();
    let mut out = format!("{}\n", wrapped(&describe_version_changes(changes), width));
    let findings = changes.findings.iter();
    for (subject, findings) in group_by_key(findings.map(|known| (known.subject(), known))) {
        if !subject.is_empty() {
            let heading = style.paint(&format!("{}/", visible(subject)), Tone::Good);
            let _ = write!(out, "\n{heading}\n");
        }
        for finding in findings {
            out.push('\n');
            write_finding(&mut out, finding, style);
        }
    }
    if !changes.only_now.is_empty() {
        let title = format!("only on {}", changes.to.series());
        let _ = writeln!(out, "\n{}", style.strong(&title));
        let ids = visible(&joined(&changes.only_now, ", "));
        for line in wrapped(&ids, width.saturating_sub(INDENT)).lines() {
            let _ = writeln!(out, "{:INDENT$}{line}", "");
        }
    }
    out
}

fn write_finding(out: &mut String, finding: &ChangedFinding<'_>, style: Style) {
    let width = style.prose_width();
    for line in wrapped(&visible(finding.title), width).lines() {
        let _ = writeln!(out, "{}", style.strong(line));
    }
    let id = style.paint(&visible(finding.id), Tone::Faint);
    let _ = writeln!(out, "{:INDENT$}{id}", "");
    for rows in &finding.rows {
        if !rows.variants.is_empty() {
            let variants = visible(&joined(&rows.variants, "; "));
            for line in wrapped(&variants, width.saturating_sub(INDENT)).lines() {
                let _ = writeln!(out, "{:INDENT$}{line}", "");
            }
        }
        write_labelled(out, "was", &visible(&rows.was), width);
        write_labelled(out, "now", &visible(&rows.now), width);
        let unexplained = rows.unexplained(&finding.notes);
        if !unexplained.is_empty() {
            write_labelled(out, "in", &joined(unexplained, ", "), width);
        }
    }
    for ChangeReport { since, note } in finding.notes.iter().copied() {
        write_labelled(out, &visible(since), &visible(note), width);
    }
    for source in finding.refs {
        let shown = visible(source);
        let is_address = source.starts_with("https://") && !shown.contains(char::is_whitespace);
        let source = if is_address {
            style.link(&shown, &shown)
        } else {
            shown
        };
        let _ = writeln!(out, "{:INDENT$}{}", "", style.paint(&source, Tone::Faint));
    }
}

/// Writes a text behind a label, with its further lines below it.
fn write_labelled(out: &mut String, label: &str, text: &str, width: usize) {
    let text = wrapped(text, width.saturating_sub(INDENT + LABEL));
    let labels = std::iter::once(label).chain(std::iter::repeat(""));
    for (label, line) in labels.zip(text.lines()) {
        let gap = if label.len() < LABEL { "" } else { " " };
        let _ = writeln!(out, "{:INDENT$}{label:LABEL$}{gap}{line}", "");
    }
}
