//! Comparing a case with the baseline: as it was accepted, drifted, or never seen.

use std::cmp::{Ordering, Reverse};

use super::{BehaviourBaseline, ScenarioBaseline, VariantBaseline};
use crate::digest::is_current as is_current_form;
use crate::python::version::InterpreterKey;
use crate::record::Verdict;
use crate::record::{BaselineMatch, BaselineStatus, BehaviourId};
use crate::trace::difference::{BehaviourTrace, Difference, find_differences};
use crate::trace::{StepRecord, TraceView};

/// How a case compares with the baseline: the match, what it makes of a case that is otherwise as expected, and what is to be said.
#[derive(Clone, Debug, PartialEq)]
pub struct BaselineComparison {
    /// How the case stands to the baseline.
    pub matched: BaselineMatch,
    /// `Drift`, `New`, or nothing.
    pub verdict: Option<Verdict>,
    /// Why, as a sentence; nothing where all is as it was accepted.
    pub reason: Option<String>,
    /// Number of the step where it begins to differ.
    pub step: Option<usize>,
    /// The accepted trace, where it differs.
    pub was: Option<Vec<StepRecord>>,
}

/// A case that ran.
#[derive(Clone, Copy, Debug)]
pub struct ObservedCase<'a> {
    /// The digest of its scenario.
    pub scenario: &'a str,
    /// The version that ran it.
    pub key: &'a InterpreterKey,
    /// The digest of its trace.
    pub digest: &'a str,
    /// The behaviour that it showed.
    pub shown: BehaviourTrace<'a>,
}

impl ObservedCase<'_> {
    /// True if it showed an accepted behaviour.
    fn shows(&self, known: &BehaviourBaseline) -> bool {
        (&*known.digest, &*known.end) == (self.digest, self.shown.end)
    }
}

/// Compares a case with its row in the baseline; `None` is a row that was never accepted.
pub fn compare_with_baseline(
    row: Option<(&ScenarioBaseline, &VariantBaseline)>,
    case: ObservedCase<'_>,
) -> BaselineComparison {
    let Some((scenario, row)) = row else {
        return BaselineComparison::without_difference(BaselineStatus::NewScenario, None);
    };
    let is_current = scenario.digest == case.scenario;
    if let Some((index, key)) = row.find_version(case.key) {
        let known = &row.behaviours[index];
        let is_same = case.shows(known);
        if !is_current || !known.versions.contains(&key) {
            let same = if is_same {
                "; it behaves as before"
            } else {
                ""
            };
            let reason = format!("{}{same}", why_outdated(scenario));
            return BaselineComparison::without_difference(outdated_status(scenario), Some(reason));
        }
        return if is_same {
            BaselineComparison::without_difference(BaselineStatus::AsBaseline, None)
        } else {
            let reason = format!("was {} before; differs", known.behaviour);
            BaselineComparison::with_difference(BaselineStatus::Drift, known, case, &reason)
        };
    }
    if is_current && let Some(neighbour) = nearest(case.key, row.current_versions()) {
        return compare_new_version(row, case, neighbour);
    }
    let reason = format!("never seen, and {}", why_outdated(scenario));
    BaselineComparison::without_difference(outdated_status(scenario), Some(reason))
}

/// Compares a case of a version that its row does not know with the nearest version that it knows.
fn compare_new_version(
    row: &VariantBaseline,
    case: ObservedCase<'_>,
    neighbour: &InterpreterKey,
) -> BaselineComparison {
    let status = BaselineStatus::NewVersion;
    let mut behaviours = row.behaviours.iter();
    let near = behaviours.find(|known| known.versions.contains(neighbour));
    let Some(near) = near else {
        unreachable!("a neighbour is one of their versions")
    };
    let like = |neighbour: &InterpreterKey, words: String| {
        let reason = Some(format!("never seen; like {words}"));
        let mut comparison = BaselineComparison::without_difference(status, reason);
        comparison.matched.neighbour = Some(neighbour.clone());
        comparison
    };
    if case.shows(near) {
        return like(neighbour, neighbour.to_string());
    }
    let shown = row.behaviours.iter().find(|known| case.shows(known));
    // Between two versions that differ, or a release and a build that differ, it must be like one of them.
    let others = [
        across(case.key, neighbour, row.current_versions()),
        of_same_build(case.key, neighbour, row.current_versions()),
    ];
    let is_like = |key: &&InterpreterKey| shown.is_some_and(|known| known.versions.contains(*key));
    if let Some(other) = others.into_iter().flatten().find(is_like) {
        return like(other, format!("{other}, not like {neighbour}"));
    }
    let what = match shown {
        Some(known) => format!("behaves like {}", known.behaviour),
        None => "new behaviour".to_owned(),
    };
    let reason = format!("never seen; {what}, differs from {neighbour}");
    let mut comparison = BaselineComparison::with_difference(status, near, case, &reason);
    comparison.matched.neighbour = Some(neighbour.clone());
    comparison
}

/// The status of a case whose scenario was accepted in a form that cannot be compared any more.
fn outdated_status(scenario: &ScenarioBaseline) -> BaselineStatus {
    if is_current_form(&scenario.digest) {
        BaselineStatus::Stale
    } else {
        BaselineStatus::OlderForm
    }
}

/// Why what was accepted of a scenario cannot be compared any more.
fn why_outdated(scenario: &ScenarioBaseline) -> &'static str {
    if is_current_form(&scenario.digest) {
        "the scenario does something else than when it was accepted"
    } else {
        "it was accepted by an older modswap, whose digests had another form; accept it anew"
    }
}

/// The nearest version of its neighbour's build on the other side of it.
fn across<'a>(
    key: &InterpreterKey,
    neighbour: &InterpreterKey,
    known: impl Iterator<Item = &'a InterpreterKey>,
) -> Option<&'a InterpreterKey> {
    let known = known.filter(|other| other.build_suffix() == neighbour.build_suffix());
    match neighbour.version.cmp(&key.version) {
        Ordering::Less => known.filter(|other| other.version > key.version).min(),
        Ordering::Equal => None,
        Ordering::Greater => known.filter(|other| other.version < key.version).max(),
    }
}

/// The nearest version of its own build, where its neighbour is of another one.
fn of_same_build<'a>(
    key: &InterpreterKey,
    neighbour: &InterpreterKey,
    known: impl Iterator<Item = &'a InterpreterKey>,
) -> Option<&'a InterpreterKey> {
    let build = key.build_suffix();
    let of_build = known.filter(|other| other.build_suffix() == build);
    nearest(key, of_build).filter(|_| neighbour.build_suffix() != build)
}

impl BaselineComparison {
    /// A case that differs from nothing that it is held against.
    fn without_difference(status: BaselineStatus, reason: Option<String>) -> Self {
        Self {
            matched: BaselineMatch {
                status,
                was: None,
                neighbour: None,
            },
            verdict: None,
            reason,
            step: None,
            was: None,
        }
    }

    /// A case that differs from an accepted behaviour; the reason goes on with where it begins to.
    fn with_difference(
        status: BaselineStatus,
        known: &BehaviourBaseline,
        case: ObservedCase<'_>,
        reason: &str,
    ) -> Self {
        let was = BehaviourTrace {
            trace: TraceView::of_records(&known.trace),
            end: &known.end,
        };
        let found = find_differences(was, case.shown);
        let first = found.first();
        let location = first.map_or_else(String::new, |difference| match &difference.step {
            Some(step) => format!(" in {}: {difference}", step.location()),
            None => format!(" in how the process ends: {difference}"),
        });
        let more = match found.len().saturating_sub(1) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        Self {
            matched: BaselineMatch {
                status,
                was: Some(BehaviourId {
                    trace: known.digest.as_str().into(),
                    end: known.end.as_str().into(),
                }),
                neighbour: None,
            },
            verdict: Some(if status == BaselineStatus::Drift {
                Verdict::Drift
            } else {
                Verdict::New
            }),
            reason: Some(format!("{reason}{location}{more}")),
            step: first.and_then(Difference::number),
            was: Some(known.trace.clone()),
        }
    }
}

/// The version that is nearest to this one: the same release in another build; else one of the same feature release, else the
/// next older of the same major one, else the next newer. Of those first the same build, then the plain one, then any, and of
/// that build the nearest release; of those with equal distance the older.
pub fn nearest<'a>(
    key: &InterpreterKey,
    known: impl IntoIterator<Item = &'a InterpreterKey>,
) -> Option<&'a InterpreterKey> {
    let feature = |key: &InterpreterKey| (key.version.major, key.version.minor);
    let rank = |other: &&InterpreterKey| {
        let build = match other.build_suffix() {
            build if build == key.build_suffix() => 0,
            "" => 1,
            _ => 2,
        };
        let is_newer = other.version > key.version;
        let release = match feature(other).cmp(&feature(key)) {
            Ordering::Equal => 0,
            Ordering::Less => 1,
            Ordering::Greater => 2,
        };
        let distance = match release {
            _ if other.version == key.version => 0,
            0 => 1,
            _ => 2,
        };
        let minors = other.version.minor.abs_diff(key.version.minor);
        let majors = other.version.major.abs_diff(key.version.major);
        // In an older release the last version is nearest, in a newer one the first.
        let micros = match release {
            0 => other.version.micro.abs_diff(key.version.micro),
            1 => u64::MAX - other.version.micro,
            _ => other.version.micro,
        };
        // Prereleases have the numbers of their release.
        let version = other.version.clone();
        let nearer = if is_newer {
            (Some(version), None)
        } else {
            (None, Some(Reverse(version)))
        };
        (distance, build, majors, release, minors, micros, nearer)
    };
    // With a label or without is the same version; the one without comes first.
    known
        .into_iter()
        .min_by_key(|other| (rank(other), (*other).clone()))
}
