//! A finding as one reads it when its row is open: why it is so, step by step, and what one takes away. Each is a template that a
//! page of one finding can use as well.

use askama::Template;

use super::axis::Column;
use super::matrix::css_class;
use super::references::{Part, link_references, link_source};
use super::steps::{StepsView, cut};
use crate::compare::{Comparison, Row};
use crate::record::{CaseReport, ScenarioReport};
use crate::report::links::Links;
use crate::report::markup::{code, prose};
use crate::report::wording::describe_status;
use crate::text::{short, visible};

/// Characters that are shown of what a case wrote. The report has all of it.
const MAX_OUTPUT: usize = 20_000;

/// The prose of a scenario, for all of its rows.
#[derive(Template)]
#[template(path = "about.html", config = "src/report/html/askama.toml")]
pub(in crate::report) struct About {
    paragraphs: Vec<Vec<Part>>,
}

/// Where a scenario comes from: its file and its sources.
#[derive(Template)]
#[template(path = "source.html", config = "src/report/html/askama.toml")]
pub(in crate::report) struct Source {
    file: String,
    address: Option<String>,
    text: Option<String>,
    sources: Vec<Vec<Part>>,
}

/// A row in detail: its changes, its steps side by side, its verdicts where they say something, and the text to take away.
#[derive(Template)]
#[template(path = "row.html", config = "src/report/html/askama.toml")]
pub(in crate::report) struct RowView {
    changes: Vec<ChangeView>,
    /// Notes of its scenario on releases that changed nothing between the versions that ran.
    unseen: Vec<NoteView>,
    steps: StepsView,
    reasons: Vec<Reason>,
    packages: Vec<String>,
    /// The finding as Markdown; empty on a page of its own, which has no buttons to copy it with.
    pub(super) markdown: String,
    /// Versions of its plain scripts, and the numbers of these.
    pub(super) scripts: Vec<(String, usize)>,
}

/// Two neighbouring releases that differ.
struct ChangeView {
    versions: [String; 2],
    captions: [String; 2],
    notes: Vec<NoteView>,
}

struct NoteView {
    since: String,
    note: Vec<Part>,
}

/// Why something is as it is, and what was written, once for all versions that share it.
struct Reason {
    verdict: &'static str,
    class: &'static str,
    is_bad: bool,
    versions: String,
    baseline: Option<&'static str>,
    reasons: Vec<String>,
    outputs: Vec<(&'static str, String)>,
}

impl About {
    pub(in crate::report) fn new(scenario: &ScenarioReport) -> Self {
        let about = scenario.about.as_deref().unwrap_or_default();
        let paragraphs = about.trim().split("\n\n").filter(|text| !text.is_empty());
        Self {
            paragraphs: paragraphs.map(link_references).collect(),
        }
    }
}

impl Source {
    pub(in crate::report) fn new(scenario: &ScenarioReport, links: &Links) -> Self {
        Self {
            file: visible(&scenario.file),
            address: links.to(&scenario.file),
            text: scenario.text.as_deref().map(visible),
            sources: scenario.refs.iter().map(|text| link_source(text)).collect(),
        }
    }
}

impl RowView {
    pub(in crate::report) fn new(
        comparison: &Comparison<'_>,
        row: &Row<'_>,
        scenario: &ScenarioReport,
        axis: &[Column<'_>],
    ) -> Self {
        let seen = row.seen_notes();
        let unseen = scenario.changes.iter().filter(|note| !seen.contains(note));
        Self {
            changes: find_changes(comparison, row),
            unseen: unseen
                .map(|note| NoteView::new(&note.since, &note.note))
                .collect(),
            steps: StepsView::new(comparison, row, axis),
            reasons: collect_reasons(comparison, row),
            packages: describe_packages(comparison, row),
            markdown: write_markdown(comparison, row, scenario),
            scripts: Vec::new(),
        }
    }
}

impl NoteView {
    fn new(since: &str, note: &str) -> Self {
        Self {
            since: visible(since),
            note: link_references(note),
        }
    }
}

/// The changes from release to release: was, now and why.
fn find_changes(comparison: &Comparison<'_>, row: &Row<'_>) -> Vec<ChangeView> {
    let boundaries = row.boundaries().into_iter();
    let changes = boundaries.map(|boundary| {
        let captions = comparison.change_captions(row, boundary.before, boundary.after);
        let changed_in = boundary.changed_in(row.notes).into_iter();
        let notes = changed_in.filter_map(|release| release.note());
        ChangeView {
            versions: boundary.keys().map(|key| comparison.ranges(&[key])),
            captions: captions.map(|text| visible(&text)),
            notes: notes
                .map(|note| NoteView::new(&note.since, &note.note))
                .collect(),
        }
    });
    changes.collect()
}

/// The reasons of its verdicts and the outputs, where there are some.
fn collect_reasons(comparison: &Comparison<'_>, row: &Row<'_>) -> Vec<Reason> {
    let is_worth_it = |case: &CaseReport| !case.is_silent() || case.is_unaccepted();
    let groups = row.group_cases(is_worth_it, |case| {
        let written = (&case.stdout, &case.stderr);
        (case.verdict, &case.reasons, written, case.baseline_status())
    });
    let reasons = groups.into_iter().map(|(case, versions)| {
        let outputs = [("stdout", &case.stdout), ("stderr", &case.stderr)];
        let outputs = outputs.into_iter().filter(|(_, text)| !text.is_empty());
        Reason {
            verdict: case.verdict.word(),
            class: css_class(case.verdict),
            is_bad: case.verdict.fails(),
            versions: comparison.ranges(&versions),
            baseline: case.baseline_status().and_then(describe_status),
            reasons: case.reasons.iter().map(|text| cut(text)).collect(),
            outputs: outputs
                .map(|(name, text)| (name, visible(&short(text, MAX_OUTPUT))))
                .collect(),
        }
    });
    reasons.collect()
}

/// The versions of packages that its cases had: `numpy 1.16.6 on 2.7`.
fn describe_packages(comparison: &Comparison<'_>, row: &Row<'_>) -> Vec<String> {
    let packages = row.packages().into_iter();
    let lines = packages.map(|((name, version), pythons)| {
        let pythons = comparison.ranges(&pythons);
        visible(&format!("{name} {version} on {pythons}"))
    });
    lines.collect()
}

/// The finding as Markdown, for an issue or a chat.
fn write_markdown(comparison: &Comparison<'_>, row: &Row<'_>, scenario: &ScenarioReport) -> String {
    let mut lines = vec![
        format!("**{}**", prose(&scenario.title)),
        code(row.id),
        String::new(),
    ];
    let captions = comparison.captions(row);
    for (behaviour, caption) in row.behaviours.iter().zip(captions) {
        let versions = prose(&comparison.ranges(&behaviour.versions));
        let caption = caption.map_or_else(|| "the same".to_owned(), |caption| code(&caption));
        lines.push(format!("- {versions}: {caption}"));
    }
    let notes = row.seen_notes();
    if !notes.is_empty() {
        lines.push(String::new());
    }
    for note in notes {
        lines.push(format!("{}: {}", prose(&note.since), prose(&note.note)));
    }
    let sources = scenario.refs.iter();
    let sources: Vec<_> = sources
        .filter(|source| source.starts_with("https://"))
        .collect();
    if !sources.is_empty() {
        lines.push(String::new());
    }
    lines.extend(
        sources
            .into_iter()
            .map(|source| format!("- {}", prose(source))),
    );
    lines.join("\n")
}
