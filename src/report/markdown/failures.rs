//! Failures: a block per row and reason, with what was and what is.

use std::cmp::Reverse;
use std::fmt::Write;

use super::page::Page;
use crate::compare::Comparison;
use crate::compare::failures::{FailedRow, Failure};
use crate::record::{CaseReport, ScenarioReport};
use crate::report::links::Links;
use crate::report::markup::{code, fence, link, prose};
use crate::report::wording::{MAY_BE_CHANCE, render_output};
use crate::text::{and_more, joined, plural, short};
use crate::trace::difference::Difference;

/// Failures that are told in full; the others have a line.
const MAX_BLOCKS: usize = 50;
/// Failures that have a line. Nobody reads more of them, and a browser has to.
const MAX_LINES: usize = 1000;
/// Reasons of one failure, and characters of one.
const MAX_REASONS: usize = 20;
const MAX_REASON: usize = 500;
/// Facts that differ, and characters of a value.
const MAX_FACTS: usize = 20;
const MAX_VALUE: usize = 200;
/// Items of a list that came or went.
const MAX_ITEMS: usize = 12;

/// Adds the failures, worst first, as far as they fit.
pub(super) fn add_failures(page: &mut Page, comparison: &Comparison<'_>, links: &Links) {
    let mut failures: Vec<&Failure<'_>> = comparison.failures.iter().collect();
    failures.sort_by_key(|failure| Reverse(failure.first.case.verdict));
    if failures.is_empty() {
        return;
    }
    let mut shown = 0;
    // The rest of the page must have its place, too.
    let reserve = page.remaining() / 4;
    if page.add("### Not as expected\n") {
        for failure in failures.iter().take(MAX_BLOCKS) {
            let block = render_block(comparison, failure, links);
            if block.len() + reserve > page.remaining() || !page.add(&block) {
                break;
            }
            shown += 1;
        }
        let mut list = String::new();
        for failure in failures.iter().skip(shown).take(MAX_LINES) {
            let heading = render_heading(comparison, &failure.first);
            let others = render_others(failure);
            let others = others.map_or_else(String::new, |text| format!(", {text}"));
            let line = format!("- {heading}{others}\n");
            if list.len() + line.len() + reserve + 1 > page.remaining() {
                break;
            }
            list.push_str(&line);
            shown += 1;
        }
        if !list.is_empty() {
            page.add(&list);
        }
    }
    let left = failures.len() - shown;
    if left > 0 {
        page.miss(plural(left, "failure"));
    }
}

/// `drift: swap/copy on 3.12, 3.13`
fn render_heading(comparison: &Comparison<'_>, row: &FailedRow<'_>) -> String {
    format!(
        "{}: {} on {}",
        row.case.verdict.word(),
        code(&short(&row.case.case, MAX_VALUE)),
        prose(&comparison.ranges(&row.versions))
    )
}

/// The rows that failed in the same way.
fn render_others(failure: &Failure<'_>) -> Option<String> {
    let text = failure.describe_others()?;
    Some(prose(&short(&text, MAX_REASON)))
}

/// A failure in full.
fn render_block(comparison: &Comparison<'_>, failure: &Failure<'_>, links: &Links) -> String {
    let case = failure.first.case;
    let heading = render_heading(comparison, &failure.first);
    let mut out = format!("#### {heading}\n");
    if let Some(scenario) = comparison.scenario(&case.scenario) {
        let title = prose(&short(&scenario.title, MAX_REASON));
        let file = code(&short(&scenario.file, MAX_REASON));
        let file = link(&file, step_address(scenario, case, links).as_deref());
        let _ = writeln!(out, "\n“{title}” in {file}");
    }
    let reasons = case.reasons.iter().take(MAX_REASONS);
    let mut reasons: Vec<_> = reasons.map(|reason| short(reason, MAX_REASON)).collect();
    reasons.extend(and_more(case.reasons.len(), MAX_REASONS, "").map(Into::into));
    if !reasons.is_empty() {
        let _ = write!(out, "\n{}", fence(&reasons.join("\n"), "text"));
    }
    if let Some(others) = render_others(failure) {
        let _ = writeln!(out, "\n{others}");
    }
    out.push_str(&render_differences(comparison, &failure.first).unwrap_or_default());
    let output = render_output(case);
    if !output.is_empty() {
        let output = fence(&output, "text");
        let summary = "<details><summary>what it wrote</summary>";
        let _ = write!(out, "\n{summary}\n\n{output}\n</details>\n");
    }
    if comparison.failed_in_threads(case) {
        let _ = writeln!(out, "\n{}", prose(MAY_BE_CHANCE));
    }
    let command = comparison.show_command(case);
    let _ = writeln!(out, "\nTo see it: {}", code(&short(&command, MAX_REASON)));
    out
}

/// Where the step that failed can be looked at, if its file can; lines have addresses of their own on GitHub.
fn step_address(scenario: &ScenarioReport, case: &CaseReport, links: &Links) -> Option<String> {
    let file = links.to(&scenario.file)?;
    let line = case.step.and_then(|step| scenario.lines.get(&step));
    let line = line.filter(|_| file.contains("/blob/"));
    Some(line.map_or_else(|| file.clone(), |line| format!("{file}#L{line}")))
}

/// The table of what differs between the two behaviours of a failure, where both are known.
fn render_differences(comparison: &Comparison<'_>, row: &FailedRow<'_>) -> Option<String> {
    let pair = row.compared_pair(comparison.report)?;
    let [was, now] = pair.headings.each_ref().map(|heading| prose(heading));
    let found = &pair.differences;
    let mut out = format!("\n| step | fact | {was} | {now} |\n| --- | --- | --- | --- |\n");
    out.extend(found.iter().take(MAX_FACTS).map(render_difference));
    if let Some(more) = and_more(found.len(), MAX_FACTS, "fact") {
        let _ = writeln!(out, "\n{more}");
    }
    Some(out)
}

fn render_difference(difference: &Difference) -> String {
    let value = |text: &str| code(&short(text, MAX_VALUE));
    let [was, now] = match &difference.items[..] {
        [] => [value(&difference.was), value(&difference.now)],
        // What came and went of a long list says more than both lists.
        items => [
            String::new(),
            joined(items.iter().take(MAX_ITEMS).map(|item| value(item)), "<br>"),
        ],
    };
    format!(
        "| {} | {} | {} | {} |\n",
        prose(&short(&difference.title(), MAX_VALUE)),
        value(&difference.fact),
        was,
        now
    )
}
