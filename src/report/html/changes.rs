//! Changes between two versions, as a page that needs nothing beside it.

use askama::Template;

use crate::compare::changed_findings::ChangedFinding;
use crate::compare::group_by_key;
use crate::compare::version_changes::VersionChanges;
use crate::report::wording::describe_version_changes;
use crate::text::{joined, visible};

/// The page.
#[derive(Template)]
#[template(path = "changes.html", config = "src/report/html/askama.toml")]
struct ChangesPage<'a> {
    changes: &'a VersionChanges<'a>,
    subjects: Vec<(&'a str, Vec<&'a ChangedFinding<'a>>)>,
    from: String,
    to: String,
    counts: String,
}

/// Renders the page.
///
/// # Panics
/// Never: the template writes into a string.
pub fn render_version_changes(changes: &VersionChanges<'_>) -> String {
    let findings = changes.findings.iter();
    let page = ChangesPage {
        from: changes.from.series(),
        to: changes.to.series(),
        counts: describe_version_changes(changes),
        subjects: group_by_key(findings.map(|finding| (finding.subject(), finding))),
        changes,
    };
    page.render().expect("a string takes all")
}
