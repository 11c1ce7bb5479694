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
    pub new_versions: Vec<NewVersion<'a>>,
    /// Rows that it does not know.
    pub new_rows: BTreeSet<&'a VariantId>,
    /// Rows that did something else when they were accepted.
    pub stale_rows: BTreeSet<&'a VariantId>,
    /// Rows that an older modswap accepted, whose digests had another form.
    pub older_rows: BTreeSet<&'a VariantId>,
    /// Versions that it has in the rows of this report, and that were not run.
    pub kept_versions: BTreeSet<&'a InterpreterKey>,
    /// The command that takes up what is not accepted, where it would do something.
    pub next: Option<&'static str>,
}

/// A version that the baseline does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVersion<'a> {
    /// The version.
    pub version: &'a InterpreterKey,
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
        let mut new_versions: BTreeMap<&InterpreterKey, Vec<&CaseReport>> = BTreeMap::new();
        for case in &report.cases {
            let Some(status) = case.baseline_status() else {
                continue;
            };
            *summary.counts.entry(status).or_default() += 1;
            match status {
                BaselineStatus::NewVersion => {
                    new_versions
                        .entry(&case.interpreter)
                        .or_default()
                        .push(case);
                }
                BaselineStatus::NewScenario => _ = summary.new_rows.insert(&case.case),
                BaselineStatus::Stale => _ = summary.stale_rows.insert(&case.case),
                BaselineStatus::OlderForm => _ = summary.older_rows.insert(&case.case),
                BaselineStatus::AsBaseline | BaselineStatus::Drift => {}
            }
        }
        let new_versions = new_versions.into_iter();
        summary.new_versions = new_versions
            .map(|(version, cases)| NewVersion::new(version, &cases))
            .collect();
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
    fn new(version: &'a InterpreterKey, cases: &[&'a CaseReport]) -> Self {
        let mut found = Self {
            version,
            like: BTreeMap::new(),
            unlike: BTreeSet::new(),
        };
        for case in cases {
            let neighbour = case.baseline.as_ref();
            let neighbour = neighbour.and_then(|matched| matched.neighbour.as_ref());
            match neighbour.filter(|_| case.held_against().is_none()) {
                Some(neighbour) => *found.like.entry(neighbour).or_default() += 1,
                None => _ = found.unlike.insert(&case.case),
            }
        }
        found
    }
}

fn find_kept_versions(report: &RunReport) -> BTreeSet<&InterpreterKey> {
    let here: BTreeSet<InterpreterKey> = report
        .interpreters
        .iter()
        .flat_map(|interpreter| [interpreter.key.clone(), interpreter.key.without_label()])
        .collect();
    let known = report.baseline.values().flatten();
    let known = known.flat_map(|behaviour| behaviour.versions.iter().chain(&behaviour.stale));
    known.filter(|key| !here.contains(*key)).collect()
}

/// The command that takes up what is not accepted. What cannot be accepted is no reason to try.
fn next_command(report: &RunReport) -> Option<&'static str> {
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
            let was = differs.then(|| BehaviourId {
                trace: "b".into(),
                end: "exit 0".into(),
            });
            report.cases[0].baseline = Some(Box::new(BaselineMatch {
                status,
                was,
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
