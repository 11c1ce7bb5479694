//! The report as a page of Markdown: the step summary of GitHub Actions.

mod failures;
mod page;
pub(super) mod table;

use std::fmt::Write;

use super::markup::escape::{code, fence, prose};
use crate::compare;
use crate::plan::Shard;
use crate::python::version::InterpreterKey;
use crate::record::RunReport;
use crate::record::Verdict;
use crate::report::context::RenderContext;
use crate::report::terminal::summary;
use crate::report::wording::baseline_summary;
use crate::text::{plural, short};
use page::Page;

/// Lines of a block that is only lines, such as reasons why cases were skipped, and characters of one.
const MOST_LINES: usize = 40;
const MOST_OF_LINE: usize = 500;
/// Interpreters that the page names.
const MOST_INTERPRETERS: usize = 200;

/// The page, of at most so many bytes: the verdict, what failed, how the run stands to the baseline, the rows that differ
/// between versions, totals and interpreters. What does not fit is left out as a whole and said to be; `None` where
/// not even the verdict fits.
pub fn page(told: RenderContext<'_>, limit: usize) -> Option<String> {
    let RenderContext {
        report,
        strict,
        faults,
        made,
        links,
    } = told;
    let rows = compare::rows(report);
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let mut page = Page::new(limit);
    page.add(&format!(
        "## modswap: {}\n",
        verdict(report, strict, faults)
    ));
    if !faults.is_empty() {
        page.add_or_miss(
            "what is missing",
            &fence(&lines(&faults.join("\n")), "text"),
        );
    }
    failures::add(&mut page, report, &all, links);
    let baseline = baseline_summary::render(report, strict, made, baseline_summary::WIDE);
    if !baseline.is_empty() {
        let block = format!("### Baseline\n\n{}", fence(&lines(&baseline), "text"));
        page.add_or_miss("the lines about the baseline", &block);
    }
    let totals = fence(&lines(&summary::totals(report, made)), "text");
    page.add_or_miss("the totals", &format!("### Totals\n\n{totals}"));
    table::add(&mut page, report, &rows, links);
    page.add_or_miss("the interpreters", &interpreters(report));
    page.done()
}

/// In a few words: `failed: 3 drift, 2 fail of 40 cases, 12 skipped`. What was skipped is no case that passed.
pub(super) fn verdict(report: &RunReport, strict: bool, faults: &[String]) -> String {
    let count = |wanted: Verdict| {
        let cases = report.cases.iter();
        cases.filter(|case| case.verdict == wanted).count()
    };
    let mut bad: Vec<String> = Verdict::ALL
        .into_iter()
        .filter(|verdict| verdict.fails())
        .filter(|verdict| count(*verdict) > 0)
        .map(|verdict| format!("{} {}", count(verdict), verdict.word()))
        .collect();
    if let open @ 1.. = baseline_summary::open(report)
        && strict
    {
        bad.push(format!("{open} not accepted"));
    }
    let skipped = count(Verdict::Skipped);
    let known = count(Verdict::Xfail);
    let total = plural(report.cases.len() - skipped, "case");
    let mut beside = String::new();
    if known > 0 {
        let _ = write!(beside, " ({})", plural(known, "known violation"));
    }
    if skipped > 0 {
        let _ = write!(beside, ", {skipped} skipped");
    }
    if report.interrupted {
        "interrupted".to_owned()
    } else if !bad.is_empty() {
        format!("failed: {} of {total}{beside}", bad.join(", "))
    } else if skipped == report.cases.len() {
        "nothing ran".to_owned()
    } else if !faults.is_empty() {
        "failed".to_owned()
    } else {
        format!("passed: {total}{beside}")
    }
}

/// Not more lines than one reads, and none longer than one reads.
fn lines(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines().take(MOST_LINES) {
        let _ = writeln!(out, "{}", short(line, MOST_OF_LINE));
    }
    if let more @ 1.. = text.lines().count().saturating_sub(MOST_LINES) {
        let _ = writeln!(out, "and {} more", plural(more, "line"));
    }
    out
}

/// The interpreters, folded.
fn interpreters(report: &RunReport) -> String {
    let part = if report.partition == Shard::WHOLE.to_string() {
        String::new()
    } else {
        format!(", part {}", prose(&short(&report.partition, MOST_OF_LINE)))
    };
    let mut out = format!(
        "<details><summary>{} on {}{part}</summary>\n\n| version | found by | build |\n| --- | --- | --- |\n",
        plural(report.interpreters.len(), "interpreter"),
        prose(&short(&report.platform, MOST_OF_LINE)),
    );
    for one in report.interpreters.iter().take(MOST_INTERPRETERS) {
        let _ = writeln!(
            out,
            "| {} | {} | {} |",
            code(&one.key.to_string()),
            prose(&short(&one.origin, MOST_OF_LINE)),
            prose(&short(&one.build, MOST_OF_LINE))
        );
    }
    if let more @ 1.. = report.interpreters.len().saturating_sub(MOST_INTERPRETERS) {
        let _ = writeln!(out, "\nand {more} more");
    }
    let _ = writeln!(out, "\n{}\n\n</details>", prose(&report.tool));
    out
}
