//! What is annotated, in which words, and in which order.

use std::cmp::Reverse;

use super::{Level, MAX_ANNOTATIONS, harmless};
use crate::compare::Comparison;
use crate::compare::failures::{FailedRow, FailedStep, group_by_step};
use crate::record::{BaselineStatus, CaseReport, ScenarioReport};
use crate::report::context::RenderContext;
use crate::report::wording::{describe_new_version, describe_status};
use crate::text::{and_more, plural, short, visible};

/// Characters of a message. The runner drops what is behind 4096 UTF-16 units, of which a character has two at most.
const MAX_MESSAGE: usize = 2000;
/// Characters of a title, of which GitHub takes 255.
const MAX_TITLE: usize = 120;
/// Different reasons within one annotation.
const MAX_REASONS: usize = 8;

/// A remark on a line of a scenario, or on the run.
#[derive(Clone, Debug)]
pub struct Annotation<'a> {
    /// How much it matters.
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

/// What to annotate, worst first: at most nine, and one that says how many more there are.
///
/// Cases with one verdict in one step of one scenario are one annotation. What is not in the baseline is an error where the command
/// is strict.
pub fn annotations<'a>(
    comparison: &Comparison<'a>,
    context: &RenderContext<'_>,
) -> Vec<Annotation<'a>> {
    let failures = group_by_step(&comparison.failures);
    let faults = context.faults.iter().map(|fault| Subject::Fault(fault));
    let errors = faults.chain(failures.into_iter().map(Subject::Failure));
    let mut subjects: Vec<(Level, Subject<'_, 'a>)> =
        errors.map(|subject| (Level::Error, subject)).collect();
    let level = |usual| if context.strict { Level::Error } else { usual };
    for (status, usual) in [
        (BaselineStatus::Stale, Level::Warning),
        (BaselineStatus::OlderForm, Level::Warning),
        (BaselineStatus::NewScenario, Level::Notice),
    ] {
        let scenarios = comparison.acceptable_by_scenario(status).into_iter();
        let scenarios = scenarios.map(|cases| Subject::Unaccepted(status, cases));
        subjects.extend(scenarios.map(|subject| (level(usual), subject)));
    }
    let versions = comparison.baseline.new_versions.iter();
    let versions = versions.map(|version| Subject::Version(describe_new_version(version)));
    subjects.extend(versions.map(|subject| (level(Level::Notice), subject)));
    subjects.sort_by_key(|(level, _)| Reverse(*level));

    let rest = subjects.split_off(subjects.len().min(MAX_ANNOTATIONS));
    let subjects = subjects.into_iter();
    let annotations = subjects.map(|(level, subject)| subject.annotate(level, comparison));
    annotations.chain(annotate_rest(&rest)).collect()
}

/// What an annotation is about.
enum Subject<'f, 'a> {
    Fault(&'f str),
    Failure(FailedStep<'f, 'a>),
    Unaccepted(BaselineStatus, Vec<&'a CaseReport>),
    Version(String),
}

impl<'a> Subject<'_, 'a> {
    fn annotate(self, level: Level, comparison: &Comparison<'a>) -> Annotation<'a> {
        let (title, message) = match &self {
            Self::Fault(fault) => ("modswap".to_owned(), (*fault).to_owned()),
            Self::Version(line) => ("not in the baseline".to_owned(), line.clone()),
            Self::Failure(failure) => {
                let mut versions: Vec<_> = failure
                    .rows
                    .iter()
                    .flat_map(|row| &row.versions)
                    .copied()
                    .collect();
                versions.sort();
                versions.dedup();
                let cases: Vec<_> = failure.rows.iter().map(|row| row.case).collect();
                let title = format!(
                    "{} in {} on {}",
                    failure.verdict.word(),
                    common_name(&cases),
                    comparison.ranges(&versions)
                );
                (title, describe_reasons(comparison, &failure.rows))
            }
            Self::Unaccepted(
                status @ (BaselineStatus::Stale | BaselineStatus::OlderForm),
                cases,
            ) => {
                let meaning = describe_status(*status).unwrap_or_default();
                let text = format!("{meaning}; look at it, then `modswap accept`");
                (format!("stale: {}", common_name(cases)), text)
            }
            Self::Unaccepted(_, cases) => {
                let text = "new, and not in the baseline; `modswap accept` puts it there";
                let title = format!("not in the baseline: {}", common_name(cases));
                (title, text.to_owned())
            }
        };
        // What says nothing is not shown.
        let message = if message.is_empty() {
            title.clone()
        } else {
            message
        };
        let (case, step) = match &self {
            Self::Failure(failure) => (Some(failure.rows[0].case), failure.step),
            Self::Unaccepted(_, cases) => (cases.first().copied(), None),
            Self::Fault(_) | Self::Version(_) => (None, None),
        };
        Annotation {
            level,
            title: harmless(&short(&title, MAX_TITLE)),
            message: harmless(&short(&message, MAX_MESSAGE)),
            scenario: case.and_then(|case| comparison.scenario(&case.scenario)),
            step,
        }
    }
}

/// The row that cases are of, or where they are of several the scenario.
fn common_name(cases: &[&CaseReport]) -> String {
    let Some(first) = cases.first() else {
        return String::new();
    };
    let is_one_row = cases.iter().all(|case| case.case == first.case);
    let name: &str = if is_one_row {
        &first.case
    } else {
        &first.scenario
    };
    visible(name).replace('\n', " ")
}

/// Why rows failed: each reason once for all versions of a row that share it.
fn describe_reasons(comparison: &Comparison<'_>, rows: &[&FailedRow<'_>]) -> String {
    if let [row] = rows {
        return join_reasons(row, "\n");
    }
    let is_one_row = rows.iter().all(|row| row.case.case == rows[0].case.case);
    let lines = rows.iter().take(MAX_REASONS).map(|row| {
        let name = if is_one_row {
            String::new()
        } else {
            format!("{} ", visible(&row.case.case))
        };
        let versions = comparison.ranges(&row.versions);
        format!("{name}on {versions}: {}", join_reasons(row, "; "))
    });
    let more = and_more(rows.len(), MAX_REASONS, "");
    lines.chain(more).collect::<Vec<_>>().join("\n")
}

fn join_reasons(row: &FailedRow<'_>, separator: &str) -> String {
    // Cut before anything else is done with it: a reason may hold a megabyte.
    let reasons = row.case.reasons.iter().take(MAX_REASONS);
    let reasons = reasons.map(|reason| visible(&short(reason, MAX_MESSAGE)));
    reasons.collect::<Vec<_>>().join(separator)
}

/// The annotation about those that are not shown.
fn annotate_rest<'a>(rest: &[(Level, Subject<'_, '_>)]) -> Option<Annotation<'a>> {
    let level = rest.iter().map(|(level, _)| *level).max()?;
    let levels = [Level::Error, Level::Warning, Level::Notice].into_iter();
    let counts = levels.filter_map(|level| {
        let count = rest.iter().filter(|(known, _)| *known == level).count();
        (count > 0).then(|| plural(count, level.word()))
    });
    let counts = counts.collect::<Vec<_>>().join(", ");
    Some(Annotation {
        level,
        title: and_more(rest.len(), 0, "")?,
        message: format!("{counts}; the log of this step and its summary tell of them"),
        scenario: None,
        step: None,
    })
}
