//! The totals of a run, what was not run, and what to do next.

use std::fmt::Write;

use crate::compare::{Comparison, UnjudgedScenario};
use crate::record::RunReport;
use crate::report::context::ReportOrigin;
use crate::text::{and_more, joined, plural, short, visible};

/// How the reason begins for which cases are skipped on a Python that they are not for.
const REQUIRES_PYTHON: &str = "requires ";
/// Exceptions that are named of a scenario that expects nothing, and characters of one.
const MAX_EXCEPTIONS: usize = 3;
const MAX_EXCEPTION: usize = 140;

/// Totals, what was not run, and the next useful commands.
pub(in crate::report) fn render_totals(
    comparison: &Comparison<'_>,
    origin: ReportOrigin<'_>,
    all: bool,
) -> String {
    let mut out = render_counts(comparison, origin, all);
    for command in next_commands(comparison, origin) {
        let _ = writeln!(out, "next: {command}");
    }
    out
}

/// Totals, and what was not run. Unless `all` is wanted, cases that were skipped for their Python are only counted.
pub(in crate::report) fn render_counts(
    comparison: &Comparison<'_>,
    origin: ReportOrigin<'_>,
    all: bool,
) -> String {
    let report = comparison.report;
    let counts = comparison.counts.iter();
    let cases = counts.clone().map(|(_, count)| count).sum::<usize>();
    let counts = counts.map(|(verdict, count)| format!("{count} {}", verdict.word()));
    let mut counts = joined(counts, ", ");
    if counts.is_empty() {
        counts.push_str("none ran");
    }
    let rows = plural(comparison.rows.len(), "row");
    let mut out = if comparison.is_record() {
        let interpreters = plural(comparison.versions.len(), "interpreter");
        format!("{rows}, as recorded of {interpreters}\n")
    } else {
        let interpreters = plural(comparison.here.len(), "interpreter");
        let cases = plural(cases + report.unfinished.len(), "case");
        let seconds = report.elapsed_s;
        format!("{rows} × {interpreters} = {cases}: {counts} in {seconds:.1} s\n")
    };
    if comparison.rows.len() > 1 {
        let differing = comparison.rows.iter();
        let differing = differing.filter(|row| row.differs());
        let (between_versions, in_builds): (Vec<_>, Vec<_>) =
            differing.partition(|row| row.differs_between_versions());
        for (differing, what) in [(between_versions, "versions"), (in_builds, "builds only")] {
            if !differing.is_empty() {
                let count = differing.len();
                let _ = writeln!(out, "{count} of {rows} differ between {what}");
            }
        }
    }
    out.extend(describe_unfinished(report));
    for scenario in comparison.unjudged_scenarios() {
        let _ = writeln!(out, "{}", describe_unjudged(comparison, &scenario));
    }
    let is_usual = |reason: &str| !all && reason.starts_with(REQUIRES_PYTHON);
    let (usual, special): (Vec<&(&str, usize)>, Vec<_>) = comparison
        .skips
        .iter()
        .partition(|(reason, _)| is_usual(reason));
    for (reason, cases) in special {
        let cases = plural(*cases, "case");
        let _ = writeln!(out, "skipped {cases}: {}", visible(reason));
    }
    if !usual.is_empty() {
        let cases: usize = usual.iter().map(|(_, cases)| cases).sum();
        let cases = plural(cases, "case");
        let _ = writeln!(
            out,
            "skipped {cases}: for other Pythons, as their scenarios require"
        );
    }
    out.extend(describe_untested(comparison, origin));
    out
}

/// The feature releases that were not run: the current ones first, and how to get them.
pub(in crate::report) fn describe_untested(
    comparison: &Comparison<'_>,
    origin: ReportOrigin<'_>,
) -> Option<String> {
    let untested = comparison.untested.as_ref()?;
    let mut text = format!("not run {}: {untested}\n", origin.place());
    let is_recorded = comparison.here.len() < comparison.versions.len();
    let shown = is_recorded.then(|| "they are shown as recorded".to_owned());
    let current = untested.current.iter().rev();
    let current = current.map(|((major, minor), _)| format!("{major}.{minor}"));
    let current = joined(current, " ");
    let is_run = matches!(origin, ReportOrigin::Run { .. }) && !current.is_empty();
    let install = is_run.then(|| format!("to run the current ones: uv python install {current}"));
    let hints = joined(shown.into_iter().chain(install), "; ");
    if !hints.is_empty() {
        let _ = writeln!(text, "  {hints}");
    }
    Some(text)
}

/// How many cases did not finish, and why.
fn describe_unfinished(report: &RunReport) -> Option<String> {
    let count = plural(report.unfinished.len(), "case");
    let text = match &report.stopped {
        _ if report.interrupted => format!("interrupted: {count} had not finished"),
        Some(stopped) => format!("stopped {stopped}: {count} had not finished"),
        None if report.unfinished.is_empty() => return None,
        None => format!("not finished: {count}"),
    };
    Some(format!("{text}, marked ? above\n"))
}

/// The exceptions that the steps of a scenario without an expectation ended in.
fn describe_unjudged(comparison: &Comparison<'_>, scenario: &UnjudgedScenario<'_>) -> String {
    let id = visible(scenario.id);
    let exceptions = scenario.exceptions.iter().take(MAX_EXCEPTIONS);
    let exceptions = exceptions.map(|(text, versions)| {
        let versions: Vec<_> = versions.iter().copied().collect();
        let text = visible(&short(text, MAX_EXCEPTION));
        format!("{text} on {}", comparison.ranges(&versions))
    });
    let more = and_more(scenario.exceptions.len(), MAX_EXCEPTIONS, "");
    let mut exceptions = joined(exceptions.chain(more), "; ");
    if exceptions.is_empty() {
        exceptions.push_str("no step ended in an exception");
    }
    format!("{id} expects nothing; {exceptions}")
}

/// The commands to type next: about the baseline, and about the row most worth a look.
fn next_commands(comparison: &Comparison<'_>, origin: ReportOrigin<'_>) -> Vec<String> {
    let baseline = comparison.baseline.next;
    let baseline = baseline.map(|command| format!("{command}{}", origin.options()));
    let show = comparison.next_show_command();
    baseline.into_iter().chain(show).collect()
}
