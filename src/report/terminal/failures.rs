//! What stands below the overview: what is not as expected, totals, and what to do next.

use std::collections::HashMap;
use std::fmt::Write;

use super::style::Style;
use crate::compare;
use crate::compare::failures::{Failure, merged};
use crate::compare::{unjudged, unstable, untested};
use crate::python::version::InterpreterKey;
use crate::record::Verdict;
use crate::record::ranges::ranges;
use crate::record::{CaseReport, RunReport, VariantId};
use crate::report::context::ReportOrigin;
use crate::report::wording::baseline_summary;
use crate::text::{plural, shell_word, visible};

/// Lines of a case's output that are shown under its violation.
const EVIDENCE_LINES: usize = 12;

/// What shows whether a case always does the same.
const REPEAT: &str = " --repeat 10";

/// Violations and faults, each once for all versions and rows that share it.
pub fn violations(report: &RunReport, style: Style) -> String {
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let mut groups: Vec<Failure<'_>> = Vec::new();
    let files: HashMap<&str, &str> = report
        .scenarios
        .iter()
        .map(|one| (&*one.id, &*one.file))
        .collect();
    // Cases of a row follow each other: only its own groups are looked through.
    let mut first = 0;
    let bad = |case: &&CaseReport| case.verdict.fails();
    for case in report.cases.iter().filter(bad) {
        let same = |known: &CaseReport| {
            known.case == case.case
                && known.verdict == case.verdict
                && known.reasons == case.reasons
                && unstable::same(known, case)
        };
        if groups
            .last()
            .is_some_and(|last| last.case.case != case.case)
        {
            first = groups.len();
        }
        match groups[first..].iter_mut().find(|known| same(known.case)) {
            Some(known) => known.keys.push(&case.interpreter),
            None => groups.push(Failure::new(case)),
        }
    }
    let mut out = String::new();
    for failure in merged(groups) {
        let (case, keys) = (failure.case, &failure.keys);
        let (on, off) = if style.colour {
            ("\x1b[1;31m", "\x1b[0m")
        } else {
            ("", "")
        };
        let word = case.verdict.word();
        let _ = writeln!(
            out,
            "{on}{word}{off} {} on {}",
            visible(&case.case),
            ranges(keys, &all)
        );
        for reason in &case.reasons {
            let _ = writeln!(out, "     {}", visible(reason));
        }
        if let Some(others) = failure.others() {
            let _ = writeln!(out, "     {}", visible(&others));
        }
        for line in unstable::lines(report, case) {
            let _ = writeln!(out, "     {}", visible(&line));
        }
        if is_in_threads(report, case) {
            let _ = writeln!(out, "     {IN_THREADS}");
        }
        if let Some(file) = files.get(&*case.scenario) {
            let _ = writeln!(out, "     in {}", style.file(file));
        }
        evidence(&mut out, case);
    }
    out
}

/// The last lines that a case wrote.
pub(crate) fn evidence(out: &mut String, case: &CaseReport) {
    for (name, text) in [("stdout", &case.stdout), ("stderr", &case.stderr)] {
        let lines: Vec<&str> = text.lines().collect();
        let cut = lines.len().saturating_sub(EVIDENCE_LINES);
        let note = if cut > 0 {
            format!(", last {EVIDENCE_LINES} of {} lines", lines.len())
        } else {
            String::new()
        };
        if !lines.is_empty() {
            let _ = writeln!(out, "     {name}{note}:");
        }
        for line in &lines[cut..] {
            let shown: String = visible(line).chars().take(200).collect();
            let _ = writeln!(out, "     | {shown}");
        }
    }
}

/// Totals, what was not run, and the next useful command.
pub fn totals(report: &RunReport, made: ReportOrigin<'_>) -> String {
    let rows = compare::rows(report);
    let count = |verdict: Verdict| {
        report
            .cases
            .iter()
            .filter(|case| case.verdict == verdict)
            .count()
    };
    let counts: Vec<String> = Verdict::ALL
        .into_iter()
        .filter(|verdict| count(*verdict) > 0)
        .map(|verdict| format!("{} {}", count(verdict), verdict.word()))
        .collect();
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} × {} = {}: {} in {:.1} s",
        plural(rows.len(), "row"),
        plural(report.interpreters.len(), "interpreter"),
        plural(report.cases.len() + report.unfinished.len(), "case"),
        if counts.is_empty() {
            "none ran".to_owned()
        } else {
            counts.join(", ")
        },
        report.elapsed_s,
    );
    let differing = rows.iter().filter(|row| row.behaviours.len() > 1);
    let (changing, other): (Vec<_>, Vec<_>) =
        differing.partition(|row| row.differs_between_versions());
    let parts = [(changing, "versions"), (other, "builds only")];
    let parts = parts.iter().filter(|(rows, _)| !rows.is_empty());
    let all = plural(rows.len(), "row");
    let parts = parts.map(|(rows, what)| format!("{} of {all} differ between {what}", rows.len()));
    if rows.len() > 1 {
        out.extend(parts.map(|part| part + "\n"));
    }
    if report.interrupted {
        let _ = writeln!(
            out,
            "interrupted: {} had not finished, marked ? above",
            plural(report.unfinished.len(), "case")
        );
    }
    for line in unjudged::lines(report) {
        let _ = writeln!(out, "{line}");
    }
    skips(&mut out, report);
    if let Some(missing) = untested::releases(report) {
        let _ = writeln!(out, "not run {}: {missing}", made.here());
    }
    let bad = |row: &&compare::Row<'_>| row.verdict().fails();
    let differing = rows.iter().filter(|row| row.behaviours.len() > 1);
    let worth = rows
        .iter()
        .find(bad)
        .or_else(|| differing.max_by_key(|row| row.behaviours.len()));
    if let Some(stopped) = &report.stopped {
        let _ = writeln!(
            out,
            "stopped {stopped}: {} had not finished, marked ? above",
            plural(report.unfinished.len(), "case")
        );
    }
    if !report.interrupted && report.stopped.is_none() && !report.unfinished.is_empty() {
        let open = plural(report.unfinished.len(), "case");
        let _ = writeln!(out, "not finished: {open}, marked ? above");
    }
    if let Some(command) = baseline_summary::next(report) {
        let _ = writeln!(out, "next: {command}{}", made.stored());
    }
    if let Some(row) = worth {
        let cases = row.cells.iter().flatten().map(|cell| cell.case);
        let case = cases.clone().find(|case| may_vary(report, case));
        let command = case.or(cases.clone().next()).map(|case| show(report, case));
        let _ = writeln!(out, "next: {}", command.unwrap_or_default());
    }
    out
}

/// The command that shows a case, as it is typed; so often that what is due to chance is seen to be.
pub fn show(report: &RunReport, case: &CaseReport) -> String {
    let repeat = if may_vary(report, case) { REPEAT } else { "" };
    format!("modswap show {}{repeat}", name_of(report, &case.case))
}

/// Whether the next run may show something else.
fn may_vary(report: &RunReport, case: &CaseReport) -> bool {
    !case.also.is_empty() || is_in_threads(report, case)
}

/// What is said of a failed case of a scenario that may start threads.
pub(crate) const IN_THREADS: &str =
    "it may start threads, and this may be chance: `--repeat 10` shows whether it always fails";

/// Whether a case that may start threads failed, as far as one run can tell.
pub(crate) fn is_in_threads(report: &RunReport, case: &CaseReport) -> bool {
    let is_judged = case.verdict.is_violation() && case.also.is_empty();
    let mut scenarios = report.scenarios.iter();
    is_judged && scenarios.any(|one| one.threads && one.id == *case.scenario)
}

/// How a row is named on the command line: by its id where scenarios are looked for, else with their folder.
pub fn name_of(report: &RunReport, case: &VariantId) -> String {
    let id = case.scenario();
    let scenario = report.scenarios.iter().find(|scenario| scenario.id == id);
    named(scenario.map(|scenario| &*scenario.file), case)
}

/// The same, of a scenario in a file, for the commands that take one scenario.
pub(crate) fn named(file: Option<&str>, case: &VariantId) -> String {
    match file.map(|file| (folder(file, case), file)) {
        Some((Some("scenarios"), _)) | None => shell_word(case),
        Some((Some(folder), _)) => {
            format!("{} --scenarios {}", shell_word(case), shell_word(folder))
        }
        Some((None, file)) => shell_word(file),
    }
}

/// How `modswap run` takes the same.
pub(crate) fn run_of(file: Option<&str>, case: &VariantId) -> String {
    match file.map(|file| (folder(file, case), file)) {
        Some((Some(folder), _)) if folder != "scenarios" => {
            format!("{} {}", shell_word(folder), shell_word(case))
        }
        Some((None, file)) => shell_word(file),
        _ => shell_word(case),
    }
}

/// The folder below which the file of a row is called as its id says.
fn folder<'a>(file: &'a str, case: &VariantId) -> Option<&'a str> {
    let stem = file
        .strip_suffix(".yaml")
        .or_else(|| file.strip_suffix(".yml"))?;
    let folder = stem.strip_suffix(case.scenario())?.trim_end_matches('/');
    Some(if folder.is_empty() { "." } else { folder })
}

/// Why cases were skipped: each reason once.
fn skips(out: &mut String, report: &RunReport) {
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    for case in report
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Skipped)
    {
        let reason = case
            .reasons
            .first()
            .map_or("no reason given", String::as_str);
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => reasons.push((reason, 1)),
        }
    }
    for (reason, count) in reasons {
        let _ = writeln!(
            out,
            "skipped {}: {}",
            plural(count, "case"),
            visible(reason)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fake;

    #[test]
    fn a_failure_among_threads_hints_at_repeats() {
        let told = |verdict, threads| {
            let mut report = fake::report(&[("swap/a", "3.14.0", verdict, "a")]);
            report.scenarios[0].threads = threads;
            let made = ReportOrigin::Stored { file: None };
            let told = violations(&report, Style::PLAIN) + &totals(&report, made);
            let hints = told.contains(IN_THREADS);
            (
                hints,
                told.contains("next: modswap show swap/a --repeat 10\n"),
            )
        };
        assert_eq!(told(Verdict::Fail, true), (true, true));
        assert_eq!(told(Verdict::Drift, true), (true, true));
        assert_eq!(told(Verdict::Fail, false), (false, false));
        assert_eq!(told(Verdict::Pass, true), (false, false));
    }
}
