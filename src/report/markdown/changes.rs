//! Changes between two versions, in Markdown.

use std::fmt::Write;

use crate::compare::changed_findings::ChangedFinding;
use crate::compare::group_by_key;
use crate::compare::version_changes::VersionChanges;
use crate::report::links::Links;
use crate::report::markup::{code, link, prose};
use crate::report::wording::describe_version_changes;
use crate::text::joined;

/// Renders the changes as a page or a comment.
pub fn render_version_changes(changes: &VersionChanges<'_>, links: &Links) -> String {
    let (from, to) = (changes.from.series(), changes.to.series());
    let counts = prose(&describe_version_changes(changes));
    let mut out = format!("# What changes from {from} to {to}\n\n{counts}.\n");
    let findings = changes.findings.iter();
    for (subject, findings) in group_by_key(findings.map(|known| (known.subject(), known))) {
        if !subject.is_empty() {
            let _ = write!(out, "\n## {}\n", code(&format!("{subject}/")));
        }
        for finding in findings {
            write_finding(&mut out, finding, links);
        }
    }
    if !changes.only_now.is_empty() {
        let ids = changes.only_now.iter().map(|id| code(id));
        let _ = write!(out, "\n## Only on {to}\n\n{}\n", joined(ids, ", "));
    }
    out
}

fn write_finding(out: &mut String, finding: &ChangedFinding<'_>, links: &Links) {
    let address = links.to(finding.file);
    let id = link(&code(finding.id), address.as_deref());
    let _ = write!(out, "\n### {}\n\n{id}\n\n", prose(finding.title));
    for rows in &finding.rows {
        let variants = match rows.variants[..] {
            [] => String::new(),
            _ => format!(
                "{}: ",
                joined(rows.variants.iter().map(|text| code(text)), ", ")
            ),
        };
        let (was, now) = (code(&rows.was), code(&rows.now));
        let releases = prose(&joined(&rows.releases, ", "));
        let _ = writeln!(out, "- {variants}{was} → {now} ({releases})");
    }
    for note in &finding.notes {
        let _ = writeln!(out, "- **{}** {}", prose(&note.since), prose(&note.note));
    }
    if !finding.refs.is_empty() {
        let sources = finding.refs.iter().map(|source| {
            let is_address = source.starts_with("https://");
            link(&prose(source), is_address.then_some(source.as_str()))
        });
        let _ = write!(out, "\nSources: {}\n", joined(sources, " · "));
    }
}
