//! One case, as several reports have it.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::record::Verdict;
use crate::record::{BaselineMatch, BehaviourId, CaseReport};

/// Behaviours of one case that are kept; of more, the first by their digests, so that what never does the same twice stays
/// readable, and a thousand reports of it do not fill the memory.
const MAX_BEHAVIOURS: usize = 16;

/// The text of a reason behind the number of behaviours.
const CONFLICT: &str = " different behaviours in the merged reports";

/// A case in the union of several reports.
#[derive(Clone, Debug)]
pub(super) struct MergedCase {
    /// The worst verdict of all reports.
    verdict: Verdict,
    /// The longest duration, in milliseconds.
    duration_ms: f64,
    /// The worst match with the baseline.
    standing: Option<Box<BaselineMatch>>,
    /// The behaviours that were seen, up to [`MAX_BEHAVIOURS`].
    seen: BTreeSet<BehaviourId>,
    /// The case of one of the reports that stands for all: the greatest by [`compare_informativeness`].
    representative: CaseReport,
}

impl MergedCase {
    /// Takes the case of one report, which may be merged already.
    pub(super) fn new(mut case: CaseReport) -> Self {
        let mut seen: BTreeSet<BehaviourId> = case.also.drain(..).collect();
        seen.extend(case.behaviour_id());
        drop_excess(&mut seen);
        if seen.len() > 1 {
            case.verdict = case.verdict.max(Verdict::Unstable);
        }
        // What an earlier merge said of its conflict is said anew of the one that there is now.
        let is_said = |reason: &&String| reason.ends_with(CONFLICT);
        let said = case.reasons.iter().take_while(is_said).count();
        case.reasons.drain(..said);
        let standing = case.baseline.take();
        Self {
            verdict: case.verdict,
            duration_ms: case.duration_ms,
            standing: standing.filter(|_| case.behaviour().is_some()),
            seen,
            representative: case,
        }
    }

    /// Joins what another report has of the case.
    pub(super) fn merge_with(&mut self, other: Self) {
        if severity(other.verdict) > severity(self.verdict) {
            self.verdict = other.verdict;
        }
        self.duration_ms = self.duration_ms.max(other.duration_ms);
        if other.standing > self.standing {
            self.standing = other.standing;
        }
        if compare_informativeness(&other.representative, &self.representative) == Ordering::Greater
        {
            self.representative = other.representative;
        }
        if other.seen != self.seen {
            self.seen.extend(other.seen);
            drop_excess(&mut self.seen);
        }
    }

    /// The digests of all traces that the case refers to.
    pub(super) fn trace_digests(&self) -> impl Iterator<Item = &str> {
        let was = self.standing.as_ref().and_then(|known| known.was.as_ref());
        let representative = self.representative.trace.as_deref();
        let seen = self.seen.iter().chain(was);
        seen.map(|seen| seen.trace.as_str()).chain(representative)
    }

    /// Makes the case of the merged report.
    pub(super) fn into_report(self) -> CaseReport {
        let mut case = self.representative;
        case.verdict = self.verdict;
        if let Some(said) = describe_conflict(&self.seen) {
            case.verdict = self.verdict.max(Verdict::Unstable);
            // Repeats on one machine may have shown the same before.
            let known = said.split(" in ").next().unwrap_or_default();
            let is_said = case
                .reasons
                .first()
                .is_some_and(|reason| reason.starts_with(known));
            if !is_said {
                case.reasons.insert(0, said);
            }
        }
        case.duration_ms = self.duration_ms;
        case.baseline = self.standing.filter(|_| case.behaviour().is_some());
        let shown = case.behaviour_id();
        let others = self.seen.into_iter();
        case.also = others.filter(|seen| Some(seen) != shown.as_ref()).collect();
        case
    }
}

fn drop_excess(seen: &mut BTreeSet<BehaviourId>) {
    while seen.len() > MAX_BEHAVIOURS {
        seen.pop_last();
    }
}

/// Says that several behaviours were seen, if they were.
fn describe_conflict(seen: &BTreeSet<BehaviourId>) -> Option<String> {
    let more = if seen.len() == MAX_BEHAVIOURS {
        " or more"
    } else {
        ""
    };
    let count = (seen.len() > 1).then_some(seen.len())?;
    Some(format!("{count}{more}{CONFLICT}"))
}

/// Orders verdicts: the worse is greater, and a case that ran anywhere was not skipped.
fn severity(verdict: Verdict) -> (bool, Verdict) {
    (verdict != Verdict::Skipped, verdict)
}

/// Orders cases by how much they say: what ran than what was skipped, what the harness made of it than what ran, an end in the
/// middle of a step, and reasons. The rest only makes the order complete.
///
/// Verdicts do not count, because a case that was found unstable in an earlier merge no longer says which it was before.
fn compare_informativeness(left: &CaseReport, right: &CaseReport) -> Ordering {
    fn main_key(case: &CaseReport) -> impl Ord + '_ {
        let class = match case.verdict {
            Verdict::Error => 2,
            Verdict::Skipped if case.trace.is_none() => 0,
            _ => 1,
        };
        let shown = (&case.trace, &case.end, &case.during, case.step);
        let wrote = (
            &case.stderr,
            &case.stdout,
            &case.messages,
            &case.warning_messages,
            &case.packages,
        );
        let head = (class, case.during.is_some(), &case.reasons);
        (head, shown, wrote, &case.scenario)
    }
    let variant = |case: &CaseReport| {
        let pairs = case.variant.iter();
        let pairs = pairs.map(|(name, value)| (name.clone(), value.to_string()));
        pairs.collect::<Vec<_>>()
    };
    main_key(left)
        .cmp(&main_key(right))
        .then_with(|| variant(left).cmp(&variant(right)))
}
