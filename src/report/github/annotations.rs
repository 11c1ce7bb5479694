//! Annotations: their subjects, words and order.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::{Level, MAX_ANNOTATIONS, harmless};
use crate::compare::Comparison;
use crate::compare::failures::{FailedRow, FailedStep, group_by_step};
use crate::record::{BaselineStatus, CaseReport, ScenarioReport};
use crate::report::context::RenderContext;
use crate::report::wording::{describe_new_version, describe_status};
use crate::text::{and_more, joined, plural, short, visible};

/// Characters of a message. The runner drops what is behind 4096 UTF-16 units, of which a character has two at most.
const MAX_MESSAGE: usize = 2000;
/// Characters of a title, of which GitHub takes 255.
const MAX_TITLE: usize = 120;
/// Different reasons within one annotation.
const MAX_REASONS: usize = 8;

/// A remark on a line of a scenario, or on the run.
#[derive(Clone, Debug)]
pub struct Annotation<'a> {
    /// Its level.
    pub level: Level,
    /// In a few words.
    pub title: String,
    /// In sentences.
    pub message: String,
    /// The scenario it is about, if it is about one.
    pub scenario: Option<&'a ScenarioReport>,
    /// The number of the step it is about, if it is about one.
    pub step: Option<usize>,
}

/// The annotations of a run, worst first: at most nine, and one that says how many more there are.
///
/// Cases with one verdict in one step of one scenario are one annotation. What is not in the baseline is an error where the command
/// is strict.
pub fn annotations<'a>(
    comparison: &Comparison<'a>,
    context: &RenderContext<'_>,
) -> Vec<Annotation<'a>> {
    let level = |usual| if context.strict { Level::Error } else { usual };
    let faults = context.faults.iter();
    let faults = faults.map(|fault| Annotation::new(Level::Error, "modswap", fault));
    let failures = group_by_step(&comparison.failures).into_iter();
    let failures = failures.map(|failure| annotate_failure(comparison, &failure));
    let mut all: Vec<Annotation<'a>> = faults.chain(failures).collect();
    for (status, usual) in [
        (BaselineStatus::Stale, Level::Warning),
        (BaselineStatus::OlderForm, Level::Warning),
        (BaselineStatus::NewScenario, Level::Notice),
    ] {
        for cases in comparison.acceptable_by_scenario(status) {
            let name = common_name(&cases);
            let annotation = if status == BaselineStatus::NewScenario {
                let title = format!("not in the baseline: {name}");
                let text = "new, and not in the baseline; `modswap accept` puts it there";
                Annotation::new(level(usual), &title, text)
            } else {
                let meaning = describe_status(status).unwrap_or_default();
                let text = format!("{meaning}; look at it, then `modswap accept`");
                Annotation::new(level(usual), &format!("stale: {name}"), &text)
            };
            all.push(Annotation {
                scenario: comparison.scenario(&cases[0].scenario),
                ..annotation
            });
        }
    }
    all.extend(comparison.baseline.new_versions.iter().map(|(key, new)| {
        let text = describe_new_version(key, new);
        Annotation::new(level(Level::Notice), "not in the baseline", &text)
    }));
    all.sort_by_key(|annotation| Reverse(annotation.level));
    let rest = all.split_off(all.len().min(MAX_ANNOTATIONS));
    all.extend(annotate_rest(&rest));
    all
}

impl Annotation<'_> {
    /// An annotation of the whole run. What says nothing is not shown: then the title is the message.
    fn new(level: Level, title: &str, message: &str) -> Self {
        let message = if message.is_empty() { title } else { message };
        Self {
            level,
            title: harmless(&short(title, MAX_TITLE)),
            message: harmless(&short(message, MAX_MESSAGE)),
            scenario: None,
            step: None,
        }
    }
}

fn annotate_failure<'a>(
    comparison: &Comparison<'a>,
    failure: &FailedStep<'_, 'a>,
) -> Annotation<'a> {
    let versions = failure.rows.iter().flat_map(|row| &row.versions);
    let versions: BTreeSet<_> = versions.copied().collect();
    let versions: Vec<_> = versions.into_iter().collect();
    let cases: Vec<_> = failure.rows.iter().map(|row| row.case).collect();
    let title = format!(
        "{} in {} on {}",
        failure.verdict.word(),
        common_name(&cases),
        comparison.ranges(&versions)
    );
    let reasons = describe_reasons(comparison, &failure.rows);
    Annotation {
        scenario: comparison.scenario(&cases[0].scenario),
        step: failure.step,
        ..Annotation::new(Level::Error, &title, &reasons)
    }
}

/// The row that cases are of, or where they are of several the scenario.
fn common_name(cases: &[&CaseReport]) -> String {
    let first = cases[0];
    let is_one_row = cases.iter().all(|case| case.case == first.case);
    let row: &str = &first.case;
    let name = if is_one_row { row } else { &first.scenario };
    visible(name).replace('\n', " ")
}

/// Why rows failed: each reason once for all versions of a row that share it.
fn describe_reasons(comparison: &Comparison<'_>, rows: &[&FailedRow<'_>]) -> String {
    if let [row] = rows {
        return join_reasons(row, "\n");
    }
    let is_one_row = rows.iter().all(|row| row.case.case == rows[0].case.case);
    let lines = rows.iter().take(MAX_REASONS).map(|row| {
        let text = format!(
            "on {}: {}",
            comparison.ranges(&row.versions),
            join_reasons(row, "; ")
        );
        let name = visible(&row.case.case);
        if is_one_row {
            text
        } else {
            format!("{name} {text}")
        }
    });
    let more = and_more(rows.len(), MAX_REASONS, "");
    joined(lines.chain(more), "\n")
}

fn join_reasons(row: &FailedRow<'_>, separator: &str) -> String {
    // Cut before anything else is done with it: a reason may hold a megabyte.
    let reasons = row.case.reasons.iter().take(MAX_REASONS);
    let reasons = reasons.map(|reason| visible(&short(reason, MAX_MESSAGE)));
    joined(reasons, separator)
}

/// The annotation about those that are not shown.
fn annotate_rest<'a>(rest: &[Annotation<'_>]) -> Option<Annotation<'a>> {
    let level = rest.iter().map(|annotation| annotation.level).max()?;
    let levels = [Level::Error, Level::Warning, Level::Notice].into_iter();
    let counts = levels.filter_map(|level| {
        let of_level = rest.iter().filter(|annotation| annotation.level == level);
        let count = of_level.count();
        (count > 0).then(|| plural(count, level.word()))
    });
    let counts = joined(counts, ", ");
    let text = format!("{counts}; the log of this step and its summary tell of them");
    Some(Annotation::new(level, &and_more(rest.len(), 0, "")?, &text))
}
