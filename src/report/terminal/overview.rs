//! The overview: findings, with what is not as expected first, and then what differs between versions.
//!
//! A run ends with as much as a screen can show: the failing rows, or else the newest differences. With `--all` every row is there,
//! by subject.

use std::cmp::Reverse;
use std::fmt::Write;

use super::finding::render_finding;
use super::style::{Style, Tone};
use crate::compare::{Comparison, Outcome, Row, RowKind, group_by_key, group_by_scenario};
use crate::python::version::FeatureVersion;
use crate::report::wording::plain_twin;
use crate::text::{joined, plural, visible};

/// Rows that are listed though all versions agree, where there are no others.
const MAX_UNIFORM_ROWS: usize = 12;
/// Lines of a screen that the totals and the prompt need.
const TOTALS: usize = 9;
/// Lines of the shortest finding: title, id, a behaviour, and the gap below.
const MIN_LINES: usize = 4;
/// Findings that are shown on however small a screen.
const MIN_FINDINGS: usize = 2;

/// Renders the overview, without a line break at its end.
pub fn render_overview(comparison: &Comparison<'_>, style: Style) -> String {
    let mut out = String::new();
    let mut lines_left = usize::from(style.lines).saturating_sub(TOTALS);
    let mut is_first = true;
    for kind in [
        RowKind::Failing,
        RowKind::Differing,
        RowKind::Uniform,
        RowKind::NotRun,
    ] {
        let rows = comparison.rows.iter();
        let rows: Vec<&Row<'_>> = rows.filter(|row| row.kind() == kind).collect();
        if rows.is_empty() {
            continue;
        }
        let is_few = rows.len() <= MAX_UNIFORM_ROWS;
        let is_listed = match kind {
            RowKind::Failing => true,
            // What differs is for when all is as expected.
            RowKind::Differing => is_first || style.all,
            RowKind::Uniform | RowKind::NotRun => (is_first && is_few) || style.all,
        };
        let part = if !is_listed {
            Part::default()
        } else if style.all {
            render_all(comparison, &rows, style)
        } else {
            render_some(comparison, &rows, kind, lines_left, style)
        };
        lines_left = lines_left.saturating_sub(part.text.lines().count() + 1);
        let title = describe_kind(kind, &rows);
        let all_rows = plural(comparison.rows.len(), "row");
        let hint = match part.left_out {
            _ if !is_listed => "; --all shows them".to_owned(),
            0 => String::new(),
            _ if kind == RowKind::Failing => "; the first, --all shows the rest".to_owned(),
            _ => "; the newest, --all shows the rest".to_owned(),
        };
        if !is_first && (is_listed || out.ends_with("\n\n")) {
            out.truncate(out.trim_end().len());
            out.push_str("\n\n");
        }
        let title = format!("{title}: {} of {all_rows}{hint}", rows.len());
        let _ = writeln!(out, "{}", style.paint(&title, Tone::Good));
        if !part.text.is_empty() {
            let _ = write!(out, "\n{}\n", part.text);
        }
        is_first = false;
    }
    if out.is_empty() {
        return "no rows".to_owned();
    }
    out.truncate(out.trim_end().len());
    out.push_str(&describe_folded_builds(comparison, style));
    out
}

/// The rows of a part as they are listed, and how many findings are not.
#[derive(Default)]
struct Part {
    text: String,
    left_out: usize,
}

fn describe_kind(kind: RowKind, rows: &[&Row<'_>]) -> &'static str {
    let is_in_build = |row: &&Row<'_>| row.differs() && !row.differs_between_versions();
    match kind {
        RowKind::Failing => "not as expected",
        RowKind::Differing if rows.iter().any(is_in_build) => "differ between versions or builds",
        RowKind::Differing => "differ between versions",
        RowKind::Uniform => "the same on all versions",
        RowKind::NotRun => "skipped or not run on all versions",
    }
}

/// Every row, below the subjects.
fn render_all(comparison: &Comparison<'_>, rows: &[&Row<'_>], style: Style) -> Part {
    let mut text = String::new();
    for (subject, rows) in group_by_key(rows.iter().map(|row| (row.id.subject(), *row))) {
        if !subject.is_empty() {
            let _ = write!(
                text,
                "{}\n\n",
                style.strong(&format!("{}/", visible(subject)))
            );
        }
        for finding in group_by_scenario(rows) {
            let _ = writeln!(text, "{}", render_finding(comparison, &finding, style));
        }
    }
    Part { text, left_out: 0 }
}

/// As many findings as there are lines for: failing ones in their order, others with the newest change first.
fn render_some(
    comparison: &Comparison<'_>,
    rows: &[&Row<'_>],
    kind: RowKind,
    lines: usize,
    style: Style,
) -> Part {
    let mut findings = group_by_scenario(rows.iter().copied());
    if kind == RowKind::Differing {
        findings.sort_by_cached_key(|finding| rank_finding(comparison, finding));
    }
    let mut part = Part::default();
    let mut used = 0;
    let mut shown = 0;
    for finding in &findings {
        // A long one does not keep shorter ones from the screen.
        let is_full = shown >= MIN_FINDINGS && used + MIN_LINES > lines;
        let text = if is_full {
            String::new()
        } else {
            render_finding(comparison, finding, style)
        };
        let needed = text.lines().count() + 1;
        if is_full || (shown >= MIN_FINDINGS && used + needed > lines) {
            part.left_out += 1;
            continue;
        }
        shown += 1;
        used += needed;
        let _ = writeln!(part.text, "{text}");
    }
    part
}

/// The key to sort findings by: the newest feature release that changed them first, and of one release those in which something fails on one side only.
fn rank_finding(
    comparison: &Comparison<'_>,
    rows: &[&Row<'_>],
) -> (Reverse<Option<FeatureVersion>>, Reverse<bool>) {
    let changes = rows.iter().flat_map(|row| row.changed_in());
    let features = changes.map(|change| {
        let [_, [major, minor, _]] = change.span();
        (major, minor)
    });
    let is_telling = rows.iter().any(|row| {
        let outcomes = comparison.outcomes(row);
        outcomes.contains(&Outcome::Ok) && outcomes.contains(&Outcome::Raised)
    });
    (Reverse(features.max()), Reverse(is_telling))
}

/// Builds that are named only where they differ.
fn describe_folded_builds(comparison: &Comparison<'_>, style: Style) -> String {
    let all = &comparison.versions;
    let folded = all.iter().filter(|key| plain_twin(key, all).is_some());
    let folded: Vec<String> = folded.map(|key| key.series()).collect();
    if folded.is_empty() {
        return String::new();
    }
    let folded = joined(folded, ", ");
    let text = format!("{folded}: named only where they differ from the plain build");
    format!("\n\n{}", style.paint(&text, Tone::Faint))
}
