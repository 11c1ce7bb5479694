//! What is annotated, in which words, and in which order.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Level, MOST_ANNOTATIONS, harmless};
use crate::baseline::refusal;
use crate::python::version::InterpreterKey;
use crate::record::Verdict;
use crate::record::ranges::ranges;
use crate::record::{BaselineStatus, CaseReport, RunReport, ScenarioReport};
use crate::report::wording::baseline_summary;
use crate::text::{plural, short, visible};

/// Characters of a message. The runner drops what is behind 4096 UTF-16 units, of which a character has two at most.
const MOST_CHARACTERS: usize = 2000;
/// Characters of a title, of which GitHub takes 255.
const MOST_OF_TITLE: usize = 120;
/// Different reasons within one annotation.
const MOST_REASONS: usize = 8;

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
/// Cases with one verdict in one step of one scenario are one annotation. What is not in the baseline is an error where
/// `strict` makes it one. `faults` are sentences about what else fails the run.
pub fn annotations<'a>(
    report: &'a RunReport,
    strict: bool,
    faults: &'a [String],
) -> Vec<Annotation<'a>> {
    let mut subjects: Vec<(Level, Subject<'a>)> = Vec::new();
    let errors = faults.iter().map(|fault| Subject::Fault(fault));
    let errors = errors.chain(failures(report));
    subjects.extend(errors.map(|one| (Level::Error, one)));
    let level = |usual| if strict { Level::Error } else { usual };
    let stale = rows(report, BaselineStatus::Stale).map(|one| (level(Level::Warning), one));
    subjects.extend(stale);
    let new = rows(report, BaselineStatus::NewScenario).map(|one| (level(Level::Notice), one));
    subjects.extend(new);
    let versions = baseline_summary::new_versions(report).into_iter();
    subjects.extend(versions.map(|line| (level(Level::Notice), Subject::Version(line))));
    subjects.sort_by_key(|(level, _)| Reverse(*level));

    let scenarios: BTreeMap<&str, &ScenarioReport> = report
        .scenarios
        .iter()
        .map(|scenario| (scenario.id.as_str(), scenario))
        .collect();
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let rest = subjects.split_off(subjects.len().min(MOST_ANNOTATIONS));
    let mut annotations: Vec<Annotation<'a>> = subjects
        .into_iter()
        .map(|(level, subject)| subject.annotation(level, &scenarios, &all))
        .collect();
    annotations.extend(more(&rest));
    annotations
}

/// What an annotation is about.
enum Subject<'a> {
    Fault(&'a str),
    Failure(Verdict, Option<usize>, Vec<&'a CaseReport>),
    Row(BaselineStatus, Vec<&'a CaseReport>),
    Version(String),
}

/// Cases that fail the run: by verdict, the worst first, scenario and step.
fn failures(report: &RunReport) -> impl Iterator<Item = Subject<'_>> {
    let mut groups: BTreeMap<_, Vec<&CaseReport>> = BTreeMap::new();
    let bad = |case: &&CaseReport| case.verdict.fails();
    for case in report.cases.iter().filter(bad) {
        let key = (Reverse(case.verdict), case.scenario.as_str(), case.step);
        groups.entry(key).or_default().push(case);
    }
    let groups = groups.into_iter();
    groups.map(|((verdict, _, step), cases)| Subject::Failure(verdict.0, step, cases))
}

/// Cases that stand so to the baseline and can be accepted, by scenario.
fn rows(report: &RunReport, wanted: BaselineStatus) -> impl Iterator<Item = Subject<'_>> {
    let mut groups: BTreeMap<&str, Vec<&CaseReport>> = BTreeMap::new();
    let is_wanted = |case: &&CaseReport| {
        baseline_summary::status(case) == Some(wanted) && refusal(case).is_none()
    };
    for case in report.cases.iter().filter(is_wanted) {
        groups.entry(&case.scenario).or_default().push(case);
    }
    let groups = groups.into_values();
    groups.map(move |cases| Subject::Row(wanted, cases))
}

impl<'a> Subject<'a> {
    fn annotation(
        self,
        level: Level,
        scenarios: &BTreeMap<&str, &'a ScenarioReport>,
        all: &[&InterpreterKey],
    ) -> Annotation<'a> {
        let cases = match &self {
            Self::Failure(_, _, cases) | Self::Row(_, cases) => cases.as_slice(),
            Self::Fault(_) | Self::Version(_) => &[],
        };
        let scenario = cases.first().and_then(|case| {
            let known = scenarios.get(case.scenario.as_str());
            known.copied()
        });
        let on = || ranges(&keys(cases), all);
        let (title, message, step) = match &self {
            Self::Fault(fault) => ("modswap".to_owned(), (*fault).to_owned(), None),
            Self::Version(line) => ("not in the baseline".to_owned(), line.clone(), None),
            Self::Failure(verdict, step, cases) => {
                let title = format!("{} in {} on {}", verdict.word(), name(cases), on());
                (title, reasons(cases, all), *step)
            }
            Self::Row(BaselineStatus::Stale, cases) => {
                let text = "the scenario does something else than when it was accepted; \
                    look at it, then `modswap accept`";
                (format!("stale: {}", name(cases)), text.to_owned(), None)
            }
            Self::Row(_, cases) => {
                let text = "new, and not in the baseline; `modswap accept` puts it there";
                (
                    format!("not in the baseline: {}", name(cases)),
                    text.to_owned(),
                    None,
                )
            }
        };
        // What says nothing is not shown.
        let message = if message.is_empty() {
            title.clone()
        } else {
            message
        };
        Annotation {
            level,
            title: harmless(&short(&title, MOST_OF_TITLE)),
            message: harmless(&short(&message, MOST_CHARACTERS)),
            scenario,
            step,
        }
    }
}

/// The row that cases are of, or where they are of several the scenario.
fn name(cases: &[&CaseReport]) -> String {
    let first = cases.first().map_or("", |case| &case.case);
    let one = cases.iter().all(|case| case.case == first);
    let id = cases.first().map_or("", |case| &case.scenario);
    visible(if one { first } else { id }).replace('\n', " ")
}

fn keys<'a>(cases: &[&'a CaseReport]) -> Vec<&'a InterpreterKey> {
    let mut keys: Vec<_> = cases.iter().map(|case| &*case.interpreter).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// Why the cases failed: each reason once for all versions that share it.
fn reasons(cases: &[&CaseReport], all: &[&InterpreterKey]) -> String {
    let mut groups: BTreeMap<(&str, &[String]), Vec<&CaseReport>> = BTreeMap::new();
    for case in cases {
        let group = groups.entry((&case.case, &case.reasons)).or_default();
        group.push(case);
    }
    if let ([((_, reasons), _)], 1) = (&groups.iter().collect::<Vec<_>>()[..], groups.len()) {
        return told(reasons, "\n");
    }
    let rows = cases.iter().any(|case| case.case != cases[0].case);
    let mut lines: Vec<String> = Vec::new();
    for ((case, reasons), cases) in groups.iter().take(MOST_REASONS) {
        let row = if rows {
            format!("{} ", visible(case))
        } else {
            String::new()
        };
        let on = ranges(&keys(cases), all);
        lines.push(format!("{row}on {on}: {}", told(reasons, "; ")));
    }
    if let more @ 1.. = groups.len().saturating_sub(MOST_REASONS) {
        lines.push(format!("and {more} more"));
    }
    lines.join("\n")
}

fn told(reasons: &[String], between: &str) -> String {
    // Cut before anything else is done with it: a reason may hold a megabyte.
    let reasons = reasons.iter().take(MOST_REASONS);
    let reasons = reasons.map(|reason| visible(&short(reason, MOST_CHARACTERS)));
    reasons.collect::<Vec<_>>().join(between)
}

/// The annotation about those that are not shown.
fn more<'a>(rest: &[(Level, Subject<'_>)]) -> Option<Annotation<'a>> {
    let level = rest.iter().map(|(level, _)| *level).max()?;
    let kinds = [Level::Error, Level::Warning, Level::Notice];
    let counts = kinds.map(|kind| {
        let count = rest.iter().filter(|(level, _)| *level == kind).count();
        (count > 0).then(|| plural(count, kind.word()))
    });
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    Some(Annotation {
        level,
        title: format!("and {} more", rest.len()),
        message: format!(
            "{}; the log of this step and its summary tell of them",
            counts.join(", ")
        ),
        scenario: None,
        step: None,
    })
}
