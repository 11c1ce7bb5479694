//! How a run stands to the baseline: what is as it was accepted, and what is not.

use std::collections::{BTreeMap, BTreeSet};

use crate::baseline::refusal;
use crate::python::version::InterpreterKey;
use crate::record::{BaselineStatus, CaseReport, RunReport, VariantId, Verdict};

/// How the cases of a run stand to the baseline; empty where there is none.
#[derive(Clone, Debug, Default)]
pub struct BaselineSummary<'a> {
    /// How many cases have a status.
    pub counts: BTreeMap<BaselineStatus, usize>,
    /// Versions that the baseline does not know.
    pub new_versions: BTreeMap<&'a InterpreterKey, NewVersion<'a>>,
    /// Rows with cases that have a status, but where that is of single versions.
    pub rows: BTreeMap<BaselineStatus, BTreeSet<&'a VariantId>>,
    /// Versions that it has in the rows of this report, and that were not run.
    pub kept_versions: BTreeSet<&'a InterpreterKey>,
    /// The command that takes up what is not accepted, where it would do something.
    pub next: Option<&'static str>,
}

/// How a version that the baseline does not know behaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewVersion<'a> {
    /// In how many rows it behaves like a version that the baseline knows.
    pub like: BTreeMap<&'a InterpreterKey, usize>,
    /// Rows in which it behaves like none.
    pub unlike: BTreeSet<&'a VariantId>,
}

impl<'a> BaselineSummary<'a> {
    pub(super) fn new(report: &'a RunReport) -> Self {
        let mut summary = Self {
            kept_versions: find_kept_versions(report),
            next: next_command(report),
            ..Self::default()
        };
        for case in &report.cases {
            let Some(status) = case.baseline_status() else {
                continue;
            };
            *summary.counts.entry(status).or_default() += 1;
            match status {
                BaselineStatus::NewVersion => {
                    let new = summary.new_versions.entry(&case.interpreter);
                    new.or_default().add(case);
                }
                BaselineStatus::AsBaseline | BaselineStatus::Drift => {}
                BaselineStatus::NewScenario | BaselineStatus::Stale | BaselineStatus::OlderForm => {
                    summary.rows.entry(status).or_default().insert(&case.case);
                }
            }
        }
        summary
    }

    /// How many cases are not in the baseline, for another reason than drift.
    pub fn unaccepted(&self) -> usize {
        let open = self.counts.iter().filter(|(status, _)| {
            !matches!(status, BaselineStatus::AsBaseline | BaselineStatus::Drift)
        });
        open.map(|(_, count)| count).sum()
    }
}

impl<'a> NewVersion<'a> {
    fn add(&mut self, case: &'a CaseReport) {
        let matched = case.baseline.as_ref();
        match matched.and_then(|matched| matched.neighbour.as_ref()) {
            Some(neighbour) if case.held_against().is_none() => {
                *self.like.entry(neighbour).or_default() += 1;
            }
            _ => _ = self.unlike.insert(&case.case),
        }
    }
}

fn find_kept_versions(report: &RunReport) -> BTreeSet<&InterpreterKey> {
    let here = report.keys();
    let here = here.flat_map(|key| [key.clone(), key.without_label()]);
    let here: BTreeSet<InterpreterKey> = here.collect();
    let known = report.baseline.values().flatten();
    let known = known.flat_map(|behaviour| behaviour.versions.iter().chain(&behaviour.stale));
    known.filter(|key| !here.contains(*key)).collect()
}

/// The command that takes up what is not accepted. What cannot be accepted is no reason to try, and what the program carries is not changed.
fn next_command(report: &RunReport) -> Option<&'static str> {
    if report.is_of_builtin() {
        return None;
    }
    let acceptable = report.cases.iter().filter(|case| refusal(case).is_none());
    let is_any = |wanted: &dyn Fn(&CaseReport) -> bool| acceptable.clone().any(wanted);
    let has = |status| is_any(&|case| case.baseline_status() == Some(status));
    let differs = |case: &CaseReport| {
        let is_new = case.baseline_status() == Some(BaselineStatus::NewVersion);
        matches!(case.verdict, Verdict::Drift | Verdict::New)
            || is_new && case.held_against().is_some()
    };
    if is_any(&differs) {
        Some("modswap review")
    } else if has(BaselineStatus::NewScenario)
        || has(BaselineStatus::OlderForm)
        || has(BaselineStatus::Stale)
    {
        Some("modswap accept")
    } else if has(BaselineStatus::NewVersion) {
        Some("modswap accept --new-versions")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fake;
    use crate::record::{BaselineMatch, BehaviourId};

    #[test]
    fn a_command_is_offered_where_it_would_do_something() {
        use BaselineStatus::{AsBaseline, Drift, NewScenario, NewVersion, Stale};
        let next = |verdict, status, differs: bool| {
            let mut report = fake::report(&[("swap/a", "3.14.0", verdict, "a")]);
            report.cases[0].baseline = Some(Box::new(BaselineMatch {
                status,
                was: differs.then(|| BehaviourId::new("b", "exit 0")),
                neighbour: None,
            }));
            next_command(&report)
        };
        let like = Some("modswap accept --new-versions");
        assert_eq!(next(Verdict::Pass, NewVersion, false), like);
        assert_eq!(next(Verdict::Xfail, NewVersion, false), like);
        let review = Some("modswap review");
        assert_eq!(next(Verdict::New, NewVersion, true), review);
        assert_eq!(next(Verdict::Xfail, NewVersion, true), review);
        assert_eq!(next(Verdict::Drift, Drift, true), review);
        let accept = Some("modswap accept");
        assert_eq!(next(Verdict::Pass, NewScenario, false), accept);
        assert_eq!(next(Verdict::Pass, Stale, false), accept);
        assert_eq!(next(Verdict::Pass, AsBaseline, false), None);
        // A case that violates what is expected is never accepted.
        for status in [NewVersion, NewScenario, Stale, Drift] {
            for verdict in [Verdict::Fail, Verdict::Crashed, Verdict::Xpass] {
                assert_eq!(next(verdict, status, false), None);
                assert_eq!(next(verdict, status, true), None);
            }
        }
    }
}
