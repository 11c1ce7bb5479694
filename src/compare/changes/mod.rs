//! What changed between two sides: the baseline and a run, two reports, or two baselines. Equal changes are one group.

mod against_baseline;
mod between;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::group_by_key;
use crate::baseline::Baseline;
use crate::python::version::InterpreterKey;
use crate::record::{RunReport, VariantId, Verdict};
use crate::trace::difference::{BehaviourTrace, Difference, find_differences};

pub use against_baseline::find_changes_against_baseline;

/// One of the two inputs of a comparison.
#[derive(Clone, Copy, Debug)]
pub enum DiffInput<'a> {
    /// Accepted behaviours.
    Baseline(&'a Baseline),
    /// The report of a run.
    Report(&'a RunReport),
}

/// The kind of a change; in the order in which changes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// A version behaves otherwise than it was accepted with.
    Drift,
    /// A case that two reports, or two baselines, both have is not the same.
    ChangedCase,
    /// A case has no behaviour to hold against the baseline: it crashed, took too long, was unstable, or the harness failed.
    Broken,
    /// A version that the baseline does not know behaves otherwise than its nearest neighbour.
    NewBehaviour,
    /// The scenario does something else than on the other side.
    Stale,
    /// The baseline has nothing of the row.
    NewScenario,
    /// A version that the baseline does not know behaves like its nearest neighbour.
    NewVersion,
}

/// Cases that changed alike.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeGroup<'a> {
    /// The kind of change.
    pub kind: ChangeKind,
    /// The id of the scenario that is new or stale; nothing for other changes, of which equal ones may be in any scenario.
    pub scenario: Option<&'a str>,
    /// The version that is new, where all that there is to say is that it is like another one.
    pub version: Option<&'a InterpreterKey>,
    /// The verdicts of two reports, where they are not the same.
    pub verdicts: Option<(Verdict, Verdict)>,
    /// Why it cannot be accepted, if so: the verdict of its cases.
    pub refused: Option<Verdict>,
    /// The first reason of the verdict that keeps a case from having a behaviour.
    pub reason: Option<&'a str>,
    /// True if it is compared with an accepted or earlier behaviour.
    pub is_held: bool,
    /// The facts that differ, in the order of the steps.
    pub differences: Vec<Difference>,
    /// The cases, in the order of the report.
    pub cases: Vec<ChangedCase<'a>>,
}

/// A case that changed.
#[derive(Clone, Copy, Debug)]
pub struct ChangedCase<'a> {
    /// Id of its scenario.
    pub scenario: &'a str,
    /// Id of its row.
    pub case: &'a VariantId,
    /// Its version, as the later input calls it.
    pub key: &'a InterpreterKey,
    /// The version that it is held against, where that is another one.
    pub neighbour: Option<&'a InterpreterKey>,
    /// The behaviour that it is compared with, if one is known.
    pub was: Option<BehaviourTrace<'a>>,
    /// The behaviour that it shows, as far as it came.
    pub now: Option<BehaviourTrace<'a>>,
}

impl PartialEq for ChangedCase<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.case, self.key) == (other.case, other.key)
    }
}

/// The versions and rows that only one of the two inputs has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnlyIn<'a> {
    /// Versions.
    pub versions: BTreeSet<&'a InterpreterKey>,
    /// Rows.
    pub rows: BTreeSet<&'a VariantId>,
}

/// Cases that one side did not run, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untested<'a> {
    /// True if the later input did not run them; false if the earlier one did not.
    pub now: bool,
    /// Why they were not run, as a sentence.
    pub reason: &'a str,
    /// The cases: row and version.
    pub cases: Vec<(&'a str, &'a InterpreterKey)>,
}

/// All that differs, and what was not compared.
#[derive(Clone, Debug, Default)]
pub struct Changes<'a> {
    /// By kind, then in the order in which they were met.
    pub groups: Vec<ChangeGroup<'a>>,
    /// How many cases are the same on both inputs.
    pub same: usize,
    /// The versions and rows that only the earlier input has.
    pub was_only: OnlyIn<'a>,
    /// Those that only the later input has; against a baseline that is a change, and stands among the groups.
    pub now_only: OnlyIn<'a>,
    /// The cases that both inputs have and only one ran.
    pub not_run: Vec<Untested<'a>>,
    /// The versions of the later input, over which ranges go.
    pub versions: Vec<&'a InterpreterKey>,
}

/// Finds what changed from the first input to the second.
pub fn find_changes<'a>(was: DiffInput<'a>, now: DiffInput<'a>) -> Changes<'a> {
    match (was, now) {
        (DiffInput::Baseline(baseline), DiffInput::Report(report)) => {
            find_changes_against_baseline(baseline, report)
        }
        _ => between::find_changes_between(was, now),
    }
}

impl Changes<'_> {
    /// True if something is not as it was. A version that is new and like its neighbour is not such a change, and neither is
    /// what only one side has: of that nothing is known to be otherwise.
    pub fn differs(&self) -> bool {
        let mut groups = self.groups.iter();
        groups.any(|group| group.kind != ChangeKind::NewVersion)
    }
}

impl<'a> Changes<'a> {
    /// Puts a case into the group of those that changed alike.
    fn add_case(&mut self, like: ChangeGroup<'a>, case: ChangedCase<'a>) {
        let mut groups = self.groups.iter_mut();
        match groups.find(|group| group.is_like(&like)) {
            Some(known) => known.cases.push(case),
            None => self.groups.push(ChangeGroup {
                cases: vec![case],
                ..like
            }),
        }
    }

    /// Adds a case that was not run to those with this reason.
    fn add_untested(&mut self, now: bool, reason: &'a str, case: (&'a str, &'a InterpreterKey)) {
        let mut known = self.not_run.iter_mut();
        match known.find(|known| known.now == now && known.reason == reason) {
            Some(known) => known.cases.push(case),
            None => self.not_run.push(Untested {
                now,
                reason,
                cases: vec![case],
            }),
        }
    }

    /// Puts the groups into their order.
    fn sorted(mut self) -> Self {
        self.groups.sort_by_key(|group| group.kind);
        self
    }
}

impl<'a> ChangeGroup<'a> {
    /// A group of this kind for a case, whose differences are found here.
    fn of(kind: ChangeKind, case: &ChangedCase<'a>) -> Self {
        let pair = case.was.zip(case.now);
        Self {
            kind,
            scenario: None,
            version: None,
            verdicts: None,
            refused: None,
            reason: None,
            is_held: case.was.is_some(),
            differences: pair.map_or_else(Vec::new, |(was, now)| find_differences(was, now)),
            cases: Vec::new(),
        }
    }

    /// True if another group is of the same change, whatever cases it has.
    fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind
            && (self.scenario, self.version) == (other.scenario, other.version)
            && (self.verdicts, self.refused) == (other.verdicts, other.refused)
            && (self.reason, self.is_held) == (other.reason, other.is_held)
            && self.differences == other.differences
    }

    /// True if this case is in the group.
    pub fn has(&self, case: &VariantId, key: &InterpreterKey) -> bool {
        let mut cases = self.cases.iter();
        cases.any(|known| known.case == case && known.key == key)
    }

    /// Its rows, in the order of the report.
    pub fn rows(&self) -> Vec<&'a VariantId> {
        let cases = group_by_key(self.cases.iter().map(|case| (case.case, case)));
        cases.into_iter().map(|(row, _)| row).collect()
    }

    /// Its versions, oldest first.
    pub fn versions(&self) -> Vec<&'a InterpreterKey> {
        let versions: BTreeSet<_> = self.cases.iter().map(|case| case.key).collect();
        versions.into_iter().collect()
    }
}
