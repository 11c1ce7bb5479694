//! Rows as findings: the title of their scenario, and what they do on which versions, in words.

use std::fmt::Write;

use super::escape::{code, prose};
use crate::compare::{Comparison, Row, group_by_key};
use crate::report::tone::Tone;
use crate::report::wording::{summarize_row, verdict_word};
use crate::text::{and_more, joined, short};

/// The heading of a table of findings.
pub(in crate::report) const HEADING: &str =
    "| finding | what it does | changed in |\n| --- | --- | --- |\n";
/// Characters that are shown of a title, of a caption and of the choices of variants.
const MAX_TITLE: usize = 500;
const MAX_CAPTION: usize = 200;
const MAX_CHOICES: usize = 300;
/// Groups of rows of one scenario that are told apart.
const MAX_GROUPS: usize = 40;

/// The id below which a finding stands: that of its scenario, or of its only row.
pub(in crate::report) fn id_of<'a>(rows: &[&'a Row<'_>]) -> &'a str {
    match rows {
        [row] => row.id,
        rows => rows[0].id.scenario(),
    }
}

/// The title of a scenario as Markdown, whole unless it is a page of its own.
pub(in crate::report) fn short_title(title: &str) -> String {
    prose(&short(title, MAX_TITLE))
}

/// The line of a finding in a table below [`HEADING`], with its id as Markdown.
pub(in crate::report) fn render_line(
    comparison: &Comparison<'_>,
    rows: &[&Row<'_>],
    id: &str,
) -> String {
    // A foreign report may have ids of another form: the case says of which scenario it is.
    let case = rows[0].cases().next();
    let scenario = case.map_or(rows[0].id.scenario(), |case| &case.scenario);
    let title = comparison.scenario(scenario);
    let title = short_title(title.map_or(scenario, |scenario| &scenario.title));
    let behaviours = joined(describe_rows(comparison, rows), "<br>");
    let mut changed: Vec<String> = Vec::new();
    for release in rows.iter().flat_map(|row| row.changed_in()) {
        let name = prose(&release.to_string());
        if !changed.contains(&name) {
            changed.push(name);
        }
    }
    let changed = joined(changed, ", ");
    format!("| <b>{title}</b><br><sub>{id}</sub> | {behaviours} | {changed} |\n")
}

/// The behaviours of the rows of one scenario, a line of Markdown each: rows that behave alike share the lines, below their choices.
pub(in crate::report) fn describe_rows(
    comparison: &Comparison<'_>,
    rows: &[&Row<'_>],
) -> Vec<String> {
    let groups = rows.iter().map(|row| (describe_row(comparison, row), *row));
    let groups = group_by_key(groups);
    let is_one = groups.len() == 1;
    let mut lines = Vec::new();
    let more = and_more(groups.len(), MAX_GROUPS, "");
    for (behaviours, rows) in groups.into_iter().take(MAX_GROUPS) {
        if !is_one {
            let choices = rows.iter().filter_map(|row| row.id.bare_choices());
            let choices = joined(choices, "; ");
            let choices = if choices.is_empty() {
                "plain"
            } else {
                &choices
            };
            lines.push(format!("<sub>{}</sub>", code(&short(choices, MAX_CHOICES))));
        }
        lines.extend(behaviours);
    }
    lines.extend(more);
    lines
}

/// The behaviours of a row with their versions and captions, in the order of the versions that show them first, and its verdict
/// where that says something. Special builds are named where they differ from the plain one.
fn describe_row(comparison: &Comparison<'_>, row: &Row<'_>) -> Vec<String> {
    let lines = summarize_row(comparison, row).into_iter().map(|part| {
        let caption = part.is_behaviour.then(|| match &part.caption {
            Some(caption) => code(&short(caption, MAX_CAPTION)),
            None if row.differs() => {
                format!("behaviour {}", part.mark.text.trim_end_matches(['!', '~']))
            }
            None => "the same".to_owned(),
        });
        let spoken = Some(part.mark.spoken).filter(|word| !word.is_empty());
        let spoken = spoken.map(|word| match part.mark.tone {
            Tone::Bad => format!("**{word}**"),
            _ => word.to_owned(),
        });
        let words = joined(caption.into_iter().chain(spoken), ", ");
        let mut line = format!("**{}** {words}", prose(&part.versions));
        if let Some(origin) = part.origin {
            let _ = write!(line, " ({})", prose(&origin));
        }
        line
    });
    let mut lines: Vec<String> = lines.collect();
    if row.verdict().is_noteworthy() {
        lines.insert(0, format!("verdict: **{}**", verdict_word(row)));
    }
    lines
}
