//! One case on one interpreter, as several reports have it.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::record::Verdict;
use crate::record::{BaselineMatch, BehaviourId, CaseReport};

/// Behaviours of one case that are kept; of more, the first by their digests, so that what never does the same twice stays
/// readable, and a thousand reports of it do not fill the memory.
const MOST: usize = 16;

/// What is said of a case that did so many things, behind their number.
const CONFLICT: &str = " different behaviours in the merged reports";

/// What is known of a case.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// The worst of all.
    verdict: Verdict,
    /// The longest.
    duration_ms: f64,
    /// The worst.
    standing: Option<Box<BaselineMatch>>,
    /// What was seen, up to so many.
    seen: BTreeSet<BehaviourId>,
    /// The case of one of the reports, as which this one is shown: the greatest by [`order`].
    told: CaseReport,
}

impl Cell {
    /// Of one report, which may be merged already.
    pub(super) fn new(mut case: CaseReport) -> Self {
        let mut seen: BTreeSet<BehaviourId> = case.also.drain(..).collect();
        seen.extend(shown(&case));
        cut(&mut seen);
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
            told: case,
        }
    }

    /// What two reports have of one case.
    pub(super) fn join(&mut self, other: Self) {
        if severity(other.verdict) > severity(self.verdict) {
            self.verdict = other.verdict;
        }
        self.duration_ms = self.duration_ms.max(other.duration_ms);
        if other.standing > self.standing {
            self.standing = other.standing;
        }
        if order(&other.told, &self.told) == Ordering::Greater {
            self.told = other.told;
        }
        if other.seen != self.seen {
            self.seen.extend(other.seen);
            cut(&mut self.seen);
        }
    }

    /// The digests of the traces that belong to it.
    pub(super) fn traces(&self) -> impl Iterator<Item = &str> {
        let was = self.standing.as_ref().and_then(|one| one.was.as_ref());
        let told = self.told.trace.as_deref();
        let seen = self.seen.iter().chain(was);
        seen.map(|seen| seen.trace.as_str()).chain(told)
    }

    /// As a report has it.
    pub(super) fn case(self) -> CaseReport {
        let mut case = self.told;
        case.verdict = self.verdict;
        if let Some(said) = conflict(&self.seen) {
            case.verdict = self.verdict.max(Verdict::Unstable);
            // Repeats on one machine may have shown the same before.
            let known = said.split(" in ").next().unwrap_or_default();
            let is_said = case
                .reasons
                .first()
                .is_some_and(|one| one.starts_with(known));
            if !is_said {
                case.reasons.insert(0, said);
            }
        }
        case.duration_ms = self.duration_ms;
        case.baseline = self.standing.filter(|_| case.behaviour().is_some());
        let shown = shown(&case);
        let others = self.seen.into_iter();
        case.also = others.filter(|seen| Some(seen) != shown.as_ref()).collect();
        case
    }
}

/// What a case showed, if it ran.
fn shown(case: &CaseReport) -> Option<BehaviourId> {
    Some(BehaviourId {
        trace: case.trace.clone()?,
        end: case.end.clone()?,
    })
}

fn cut(seen: &mut BTreeSet<BehaviourId>) {
    while seen.len() > MOST {
        seen.pop_last();
    }
}

/// What is said of a case that was seen to do several things.
fn conflict(seen: &BTreeSet<BehaviourId>) -> Option<String> {
    let more = if seen.len() == MOST { " or more" } else { "" };
    let count = (seen.len() > 1).then_some(seen.len())?;
    Some(format!("{count}{more}{CONFLICT}"))
}

/// The worse verdict is greater; a case that ran anywhere was not skipped.
fn severity(verdict: Verdict) -> (bool, Verdict) {
    (verdict != Verdict::Skipped, verdict)
}

/// Which of two cases tells more: what ran than what was skipped, what the harness made of it than what ran, an end in the
/// middle of a step, and reasons. The rest only makes the order complete.
///
/// Verdicts do not count, because a case that was found unstable in an earlier merge no longer says which it was before.
fn order(one: &CaseReport, other: &CaseReport) -> Ordering {
    fn main(case: &CaseReport) -> impl Ord + '_ {
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
    main(one)
        .cmp(&main(other))
        .then_with(|| variant(one).cmp(&variant(other)))
}
