//! The report as a page of Markdown: the step summary of GitHub Actions.

pub mod changes;
mod failures;
mod page;
mod table;
pub mod vet;

use std::fmt::Write;

use crate::compare::Comparison;
use crate::plan::Shard;
use crate::record::RunReport;
use crate::report::context::RenderContext;
use crate::report::markup::{code, fence, prose};
use crate::report::wording::{DEFAULT_WIDTH, headline, render_baseline_summary, render_totals};
use crate::text::{and_more, joined, plural, short};
use page::Page;

/// Lines of a block that is only lines, such as reasons why cases were skipped, and characters of one.
const MAX_LINES: usize = 40;
const MAX_LINE: usize = 500;
/// Interpreters that the page names.
const MAX_INTERPRETERS: usize = 200;

/// Renders a page of at most so many bytes: the result, what failed, how the run stands to the baseline, the rows that differ
/// between versions, totals and interpreters. What does not fit is left out as a whole and said to be; `None` where not even the
/// result fits.
pub fn render_page(
    comparison: &Comparison<'_>,
    context: &RenderContext<'_>,
    limit: usize,
) -> Option<String> {
    let mut page = Page::new(limit);
    page.add(&format!("## modswap: {}\n", headline(comparison, context)));
    if !context.faults.is_empty() {
        let faults = fence_lines(&context.faults.join("\n"));
        page.add_or_miss("what is missing", &faults);
    }
    failures::add_failures(&mut page, comparison, context.links);
    let baseline = render_baseline_summary(comparison, context, DEFAULT_WIDTH);
    if !baseline.is_empty() {
        let block = format!("### Baseline\n\n{}", fence_lines(&baseline));
        page.add_or_miss("the lines about the baseline", &block);
    }
    let totals = fence_lines(&render_totals(comparison, context.origin, false));
    page.add_or_miss("the totals", &format!("### Totals\n\n{totals}"));
    table::add_table(&mut page, comparison, context.links);
    page.add_or_miss("the interpreters", &render_interpreters(comparison.report));
    page.finish()
}

/// A block of not more lines than one reads, and none longer than one reads.
fn fence_lines(text: &str) -> String {
    let lines = text.lines().take(MAX_LINES);
    let lines = lines.map(|line| short(line, MAX_LINE));
    let more = and_more(text.lines().count(), MAX_LINES, "line").map(Into::into);
    fence(&joined(lines.chain(more), "\n"), "text")
}

/// The interpreters, folded.
fn render_interpreters(report: &RunReport) -> String {
    let part = if report.partition == Shard::WHOLE.to_string() {
        String::new()
    } else {
        format!(", part {}", prose(&short(&report.partition, MAX_LINE)))
    };
    let mut out = format!(
        "<details><summary>{} on {}{part}</summary>\n\n| version | found by | build |\n| --- | --- | --- |\n",
        plural(report.interpreters.len(), "interpreter"),
        prose(&short(&report.platform, MAX_LINE)),
    );
    for interpreter in report.interpreters.iter().take(MAX_INTERPRETERS) {
        let _ = writeln!(
            out,
            "| {} | {} | {} |",
            code(&interpreter.key.to_string()),
            prose(&short(&interpreter.origin, MAX_LINE)),
            prose(&short(&interpreter.build, MAX_LINE))
        );
    }
    if let Some(more) = and_more(report.interpreters.len(), MAX_INTERPRETERS, "") {
        let _ = writeln!(out, "\n{more}");
    }
    let _ = writeln!(out, "\n{}\n\n</details>", prose(&report.tool));
    out
}
