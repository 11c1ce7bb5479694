//! Sentences and signs that several views print.

mod baseline_summary;
mod builds;
mod marks;
mod row_summary;
mod totals;
mod version_changes;
mod vet;

use std::fmt::Write;

pub(super) use baseline_summary::{describe_new_version, describe_status, render_baseline_summary};
pub(super) use builds::plain_twin;
pub(super) use marks::{Mark, mark_of, verdict_word};
pub(super) use row_summary::{RowPart, summarize_row};
pub(super) use totals::{describe_untested, render_counts, render_totals};
pub(super) use version_changes::describe_version_changes;
pub(super) use vet::{
    LEVELS, SHOWN_LEVELS, count_levels, describe_import, describe_unloading, list_ok,
    merge_columns, name_with_versions,
};

use super::context::RenderContext;
use crate::compare::Comparison;
use crate::python::version::InterpreterKey;
use crate::record::{CaseReport, Verdict};
use crate::text::{plural, visible};

/// Columns of lists where no terminal says otherwise.
pub(super) const DEFAULT_WIDTH: usize = 100;

/// Lines of a case's output that are shown below its failure, and characters of one.
const MAX_OUTPUT_LINES: usize = 12;
const MAX_OUTPUT_LINE: usize = 200;

/// The remark on a failed case of a scenario that may start threads.
pub(super) const MAY_BE_CHANCE: &str =
    "it may start threads, and this may be chance: `--repeat 10` shows whether it always fails";

/// The result in a few words: `failed: 3 drift, 2 fail of 40 cases, 12 skipped`. What was skipped is no case that passed.
pub(super) fn headline(comparison: &Comparison<'_>, context: &RenderContext<'_>) -> String {
    let counts = comparison.counts.iter();
    let failed = counts.filter(|(verdict, _)| verdict.fails());
    let mut failed: Vec<String> = failed
        .map(|(verdict, count)| format!("{count} {}", verdict.word()))
        .collect();
    if let unaccepted @ 1.. = comparison.baseline.unaccepted()
        && context.strict
    {
        failed.push(format!("{unaccepted} not accepted"));
    }
    let counts = comparison.counts.iter();
    let all: usize = counts.map(|(_, count)| count).sum();
    let skipped = comparison.count(Verdict::Skipped);
    let ran = plural(all - skipped, "case");
    let mut beside = String::new();
    if let known @ 1.. = comparison.count(Verdict::Xfail) {
        let _ = write!(beside, " ({})", plural(known, "known violation"));
    }
    if skipped > 0 {
        let _ = write!(beside, ", {skipped} skipped");
    }
    if comparison.report.interrupted {
        "interrupted".to_owned()
    } else if !failed.is_empty() {
        format!("failed: {} of {ran}{beside}", failed.join(", "))
    } else if comparison.is_record() {
        "as recorded".to_owned()
    } else if skipped == all {
        "nothing ran".to_owned()
    } else if !context.faults.is_empty() {
        "failed".to_owned()
    } else {
        format!("passed: {ran}{beside}")
    }
}

/// The content of a report in one sentence: `208 of 308 findings change between Python 2.7 and 3.15`.
pub(super) fn describe_findings(comparison: &Comparison<'_>) -> String {
    let changing = comparison.rows.iter();
    let changing = changing.filter(|row| row.differs_between_versions());
    let changing = changing.count();
    let findings = plural(comparison.rows.len(), "finding");
    let feature = |key: &InterpreterKey| {
        let (major, minor) = key.version.feature();
        format!("{major}.{minor}")
    };
    match &comparison.versions[..] {
        [] => findings,
        [first, .., last] if feature(first) != feature(last) => format!(
            "{changing} of {findings} {} between Python {} and {}",
            if changing == 1 { "changes" } else { "change" },
            feature(first),
            feature(last)
        ),
        [only, ..] => format!("{findings} on Python {}", feature(only)),
    }
}

/// The last lines that a case wrote, indented.
pub(super) fn render_output(case: &CaseReport) -> String {
    let mut out = String::new();
    for (name, text) in [("stdout", &case.stdout), ("stderr", &case.stderr)] {
        let lines: Vec<&str> = text.lines().collect();
        let cut = lines.len().saturating_sub(MAX_OUTPUT_LINES);
        let note = format!(", last {MAX_OUTPUT_LINES} of {} lines", lines.len());
        let note = if cut > 0 { &note } else { "" };
        if !lines.is_empty() {
            let _ = writeln!(out, "     {name}{note}:");
        }
        for line in &lines[cut..] {
            let shown: String = visible(line).chars().take(MAX_OUTPUT_LINE).collect();
            let _ = writeln!(out, "     | {shown}");
        }
    }
    out
}
