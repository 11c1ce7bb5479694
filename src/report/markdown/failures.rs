//! What is not as expected: a block per row and reason, with what was and what is.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;

use super::page::Page;
use crate::compare::failures::{Failure, merged};
use crate::python::version::InterpreterKey;
use crate::record::Verdict;
use crate::record::ranges::ranges;
use crate::record::{BehaviourId, CaseReport, RunReport, ScenarioReport};
use crate::report::links::Links;
use crate::report::markup::escape::{code, fence, link, prose};
use crate::report::terminal::summary::{IN_THREADS, evidence, is_in_threads, show};
use crate::scenario::line_of_step;
use crate::text::{plural, short};
use crate::trace::difference::{BehaviourTrace, Difference, differences};

/// Failures that are told in full; the others have a line.
const IN_FULL: usize = 50;
/// Failures that have a line. Nobody reads more of them, and a browser has to.
const MOST_LINES: usize = 1000;
/// Reasons of one failure, and characters of one.
const MOST_REASONS: usize = 20;
const MOST_OF_REASON: usize = 500;
/// Facts that differ, and characters of a value.
const MOST_FACTS: usize = 20;
const MOST_OF_VALUE: usize = 200;

/// The failures, worst first, as far as they fit.
pub(super) fn add(page: &mut Page, report: &RunReport, all: &[&InterpreterKey], links: &Links) {
    let failures = failures(report);
    if failures.is_empty() {
        return;
    }
    let scenarios: BTreeMap<&str, &ScenarioReport> = report
        .scenarios
        .iter()
        .map(|scenario| (scenario.id.as_str(), scenario))
        .collect();
    let mut told = 0;
    // The rest of the page must have its place, too.
    let keep = page.room() / 4;
    if page.add("### Not as expected\n") {
        for failure in failures.iter().take(IN_FULL) {
            let block = block(report, &scenarios, failure, all, links);
            if block.len() + keep > page.room() || !page.add(&block) {
                break;
            }
            told += 1;
        }
        let mut list = String::new();
        for failure in failures.iter().skip(told).take(MOST_LINES) {
            let others = others(failure).map_or_else(String::new, |text| format!(", {text}"));
            let line = format!("- {}{others}\n", head(failure, all));
            if list.len() + line.len() + keep + 1 > page.room() {
                break;
            }
            list.push_str(&line);
            told += 1;
        }
        if !list.is_empty() {
            page.add(&list);
        }
    }
    let left = failures.len() - told;
    if left > 0 {
        page.miss(plural(left, "failure"));
    }
}

/// Each once for all versions and rows that share it: what was expected and what is known of the baseline are the same.
fn failures(report: &RunReport) -> Vec<Failure<'_>> {
    let mut groups: BTreeMap<_, Failure<'_>> = BTreeMap::new();
    let bad = |case: &&CaseReport| case.verdict.fails();
    for case in report.cases.iter().filter(bad) {
        let pair = pair(case).map(|(was, now, ..)| (was, now));
        let verdict = Reverse(case.verdict);
        groups
            .entry((verdict, case.case.as_str(), &case.reasons, pair))
            .and_modify(|group| group.keys.push(&case.interpreter))
            .or_insert_with(|| Failure::new(case));
    }
    merged(groups.into_values().collect())
}

/// The behaviours to compare, and what they are called.
fn pair(case: &CaseReport) -> Option<(&BehaviourId, BehaviourId, String, &'static str)> {
    let now = BehaviourId {
        trace: case.trace.clone()?,
        end: case.end.clone()?,
    };
    let standing = case.baseline.as_ref();
    if case.verdict == Verdict::Unstable {
        return Some((case.also.first()?, now, "once".to_owned(), "otherwise"));
    }
    let was = standing.and_then(|standing| standing.was.as_ref())?;
    let neighbour = standing.and_then(|standing| standing.neighbour.as_ref());
    let name = neighbour.map_or_else(|| "was".to_owned(), ToString::to_string);
    Some((was, now, name, "now"))
}

/// `drift: swap/copy on 3.12, 3.13`
fn head(failure: &Failure<'_>, all: &[&InterpreterKey]) -> String {
    format!(
        "{}: {} on {}",
        failure.case.verdict.word(),
        code(&short(&failure.case.case, MOST_OF_VALUE)),
        prose(&ranges(&failure.keys, all))
    )
}

/// The rows that failed in the same way.
fn others(failure: &Failure<'_>) -> Option<String> {
    let text = failure.others()?;
    Some(prose(&short(&text, MOST_OF_REASON)))
}

fn block(
    report: &RunReport,
    scenarios: &BTreeMap<&str, &ScenarioReport>,
    failure: &Failure<'_>,
    all: &[&InterpreterKey],
    links: &Links,
) -> String {
    let case = failure.case;
    let mut out = format!("#### {}\n", head(failure, all));
    if let Some(scenario) = scenarios.get(case.scenario.as_str()) {
        let title = prose(&short(&scenario.title, MOST_OF_REASON));
        let file = code(&short(&scenario.file, MOST_OF_REASON));
        let file = link(&file, place(scenario, case, links).as_deref());
        let _ = writeln!(out, "\n“{title}” in {file}");
    }
    let mut reasons = String::new();
    for reason in case.reasons.iter().take(MOST_REASONS) {
        let _ = writeln!(reasons, "{}", short(reason, MOST_OF_REASON));
    }
    if let more @ 1.. = case.reasons.len().saturating_sub(MOST_REASONS) {
        let _ = writeln!(reasons, "and {more} more");
    }
    if !reasons.is_empty() {
        let _ = write!(out, "\n{}", fence(&reasons, "text"));
    }
    if let Some(others) = others(failure) {
        let _ = writeln!(out, "\n{others}");
    }
    if let Some((was, now, before, after)) = pair(case)
        && let (Some(was), Some(now)) = (
            shown(report, &case.case, was),
            shown(report, &case.case, &now),
        )
    {
        out.push_str(&facts(&differences(was, now), &before, after));
    }
    let mut wrote = String::new();
    evidence(&mut wrote, case);
    if !wrote.is_empty() {
        let _ = write!(
            out,
            "\n<details><summary>what it wrote</summary>\n\n{}\n</details>\n",
            fence(&wrote, "text")
        );
    }
    if is_in_threads(report, case) {
        let _ = writeln!(out, "\n{}", prose(IN_THREADS));
    }
    let command = show(report, case);
    let _ = writeln!(
        out,
        "\nTo see it: {}",
        code(&short(&command, MOST_OF_REASON))
    );
    out
}

/// The step of a scenario that failed, where its file can be looked at; lines have addresses of their own on GitHub.
fn place(scenario: &ScenarioReport, case: &CaseReport, links: &Links) -> Option<String> {
    let file = links.to(&scenario.file)?;
    let text = scenario.text.as_deref();
    let line = text
        .zip(case.step)
        .and_then(|(text, step)| line_of_step(text, step));
    let line = line.filter(|_| file.contains("/blob/"));
    Some(line.map_or_else(|| file.clone(), |line| format!("{file}#L{line}")))
}

fn shown<'a>(
    report: &'a RunReport,
    row: &str,
    seen: &'a BehaviourId,
) -> Option<BehaviourTrace<'a>> {
    Some(BehaviourTrace {
        trace: report.trace(row, &seen.trace)?,
        end: &seen.end,
    })
}

/// The table of what differs, step by step.
fn facts(found: &[Difference], before: &str, after: &str) -> String {
    let mut out = format!(
        "\n| step | fact | {} | {after} |\n| --- | --- | --- | --- |\n",
        prose(before)
    );
    let value = |text: &str| code(&short(text, MOST_OF_VALUE));
    for one in found.iter().take(MOST_FACTS) {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            prose(&short(&one.title(), MOST_OF_VALUE)),
            value(&one.fact),
            value(&one.was),
            value(&one.now)
        );
    }
    if let more @ 1.. = found.len().saturating_sub(MOST_FACTS) {
        let _ = writeln!(out, "\nand {} more", plural(more, "fact"));
    }
    out
}
