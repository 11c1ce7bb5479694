//! How a case stands to the baseline: as it was, drifted, or never seen.

use std::cmp::{Ordering, Reverse};

use super::{BehaviourBaseline, ScenarioBaseline, VariantBaseline};
use crate::digest::is_current as is_current_form;
use crate::python::version::InterpreterKey;
use crate::record::Verdict;
use crate::record::{BaselineMatch, BaselineStatus, BehaviourId};
use crate::trace::difference::{BehaviourTrace, Difference, differences};
use crate::trace::{StepRecord, TraceView};

/// A standing, what it makes of a case that is otherwise as expected, and what is to be said.
#[derive(Clone, Debug, PartialEq)]
pub struct BaselineComparison {
    /// The standing.
    pub standing: BaselineMatch,
    /// `Drift`, `New`, or nothing.
    pub verdict: Option<Verdict>,
    /// As a sentence; nothing where all is as it was.
    pub reason: Option<String>,
    /// Number of the step where it begins to differ.
    pub step: Option<usize>,
    /// The trace that it is held against, where it differs.
    pub was: Option<Vec<StepRecord>>,
}

/// What a case showed.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The digest of its scenario.
    pub scenario: &'a str,
    /// Who ran it.
    pub key: &'a InterpreterKey,
    /// The digest of its trace.
    pub digest: &'a str,
    /// What it showed.
    pub shown: BehaviourTrace<'a>,
}

/// Holds a case against its row in the baseline; `None` is a row that was never accepted.
pub fn compare_with_baseline(
    row: Option<(&ScenarioBaseline, &VariantBaseline)>,
    case: Case<'_>,
) -> BaselineComparison {
    let Some((scenario, row)) = row else {
        return BaselineComparison::plain(BaselineStatus::NewScenario, None);
    };
    let is_current = scenario.digest == case.scenario;
    let is_shown =
        |one: &BehaviourBaseline| (&*one.digest, &*one.end) == (case.digest, case.shown.end);
    if let Some((at, key)) = row.place_of(case.key) {
        let known = &row.behaviours[at];
        let same = is_shown(known);
        if !is_current || !known.versions.contains(&key) {
            let same = if same { "; it behaves as before" } else { "" };
            let reason = format!("{}{same}", outdated(scenario));
            return BaselineComparison::plain(BaselineStatus::Stale, Some(reason));
        }
        return if same {
            BaselineComparison::plain(BaselineStatus::AsBaseline, None)
        } else {
            BaselineComparison::against(BaselineStatus::Drift, known, case, None)
        };
    }
    let usable = row.behaviours.iter().filter(|_| is_current);
    let keys = usable.clone().flat_map(|one| &one.versions);
    let Some(neighbour) = nearest(case.key, keys) else {
        let reason = format!("never seen, and {}", outdated(scenario));
        return BaselineComparison::plain(BaselineStatus::Stale, Some(reason));
    };
    let near = usable.clone().find(|one| one.versions.contains(neighbour));
    let Some(near) = near else {
        unreachable!("a neighbour is one of their versions")
    };
    let like = |neighbour: &InterpreterKey, words: String| {
        let mut held = BaselineComparison::plain(
            BaselineStatus::NewVersion,
            Some(format!("never seen; like {words}")),
        );
        held.standing.neighbour = Some(neighbour.clone());
        held
    };
    if is_shown(near) {
        return like(neighbour, neighbour.to_string());
    }
    let shown = usable.clone().find(|one| is_shown(one));
    let keys = usable.flat_map(|one| &one.versions);
    let others = [
        across(case.key, neighbour, keys.clone()),
        of_its_build(case.key, neighbour, keys),
    ];
    let is_like = |key: &&InterpreterKey| shown.is_some_and(|one| one.versions.contains(*key));
    match others.into_iter().flatten().find(is_like) {
        // Between two versions that differ, or a release and a build that differ, it must be like one of them.
        Some(other) => like(other, format!("{other}, not like {neighbour}")),
        None => BaselineComparison::against(
            BaselineStatus::NewVersion,
            near,
            case,
            Some((neighbour, shown)),
        ),
    }
}

/// Why what was accepted of a scenario cannot be compared any more.
fn outdated(scenario: &ScenarioBaseline) -> &'static str {
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
    let known = known.filter(|one| one.build_suffix() == neighbour.build_suffix());
    match neighbour.version.cmp(&key.version) {
        Ordering::Less => known.filter(|one| one.version > key.version).min(),
        Ordering::Equal => None,
        Ordering::Greater => known.filter(|one| one.version < key.version).max(),
    }
}

/// The nearest version of its own build, where its neighbour is of another one.
fn of_its_build<'a>(
    key: &InterpreterKey,
    neighbour: &InterpreterKey,
    known: impl Iterator<Item = &'a InterpreterKey>,
) -> Option<&'a InterpreterKey> {
    let build = key.build_suffix();
    nearest(key, known.filter(|one| one.build_suffix() == build))
        .filter(|_| neighbour.build_suffix() != build)
}

impl BaselineComparison {
    fn plain(status: BaselineStatus, reason: Option<String>) -> Self {
        let standing = BaselineMatch {
            status,
            was: None,
            neighbour: None,
        };
        Self {
            standing,
            verdict: None,
            reason,
            step: None,
            was: None,
        }
    }

    fn against(
        status: BaselineStatus,
        known: &BehaviourBaseline,
        case: Case<'_>,
        neighbour: Option<(&InterpreterKey, Option<&BehaviourBaseline>)>,
    ) -> Self {
        let was = BehaviourTrace {
            trace: TraceView::of_records(&known.trace),
            end: &known.end,
        };
        let found = differences(was, case.shown);
        let first = found.first();
        let place = first.map_or_else(String::new, |difference| match &difference.step {
            Some(step) => format!(" in {}", step.location()),
            None => " in how the process ends".to_owned(),
        });
        let detail = first.map_or_else(String::new, |one| format!(": {one}"));
        let more = match found.len().saturating_sub(1) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let reason = match neighbour {
            None => format!(
                "was {} before; differs{place}{detail}{more}",
                known.behaviour
            ),
            Some((key, like)) => {
                let what = match like {
                    Some(like) => format!("behaves like {}", like.behaviour),
                    None => "new behaviour".to_owned(),
                };
                format!("never seen; {what}, differs from {key}{place}{detail}{more}")
            }
        };
        let verdict = if status == BaselineStatus::Drift {
            Verdict::Drift
        } else {
            Verdict::New
        };
        Self {
            standing: BaselineMatch {
                status,
                was: Some(BehaviourId {
                    trace: known.digest.as_str().into(),
                    end: known.end.as_str().into(),
                }),
                neighbour: neighbour.map(|(key, _)| key.clone()),
            },
            verdict: Some(verdict),
            reason: Some(reason),
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
