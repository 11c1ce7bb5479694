//! What is known of a row over all versions, from runs and from the baseline.

use std::collections::{BTreeMap, BTreeSet};

use crate::baseline::ScenarioBaseline;
use crate::python::version::InterpreterKey;
use crate::record::VariantId;
use crate::record::Verdict;
use crate::record::letter::next_letter;
use crate::record::{BehaviourId, CaseReport, RunReport};
use crate::trace::TraceView;

/// What is known of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// It behaves so.
    Shown(BehaviourId),
    /// It was run and has no behaviour of its own, or more than one; why, in words: `crashed`.
    Unclear(String),
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Id of the row.
    pub case: VariantId,
    /// By version and build: a label is a name that one machine gave.
    pub seen: BTreeMap<InterpreterKey, Observation>,
    /// What the behaviours are called.
    pub letters: BTreeMap<BehaviourId, String>,
    /// Versions of which only another text of the scenario is known.
    pub stale: BTreeSet<InterpreterKey>,
}

/// Where what is known comes from.
#[derive(Clone, Copy, Debug)]
pub struct Records<'a> {
    /// Runs, which come before the baseline where both know a version. Their order does not matter.
    pub reports: &'a [RunReport],
    /// What was accepted of the scenario.
    pub baseline: Option<&'a ScenarioBaseline>,
}

/// What is seen of a version in one kind of source.
#[derive(Default)]
struct Found {
    shown: BTreeSet<BehaviourId>,
    /// The worst verdict of cases without a behaviour.
    without: Option<Verdict>,
}

impl<'a> Records<'a> {
    /// The rows of a scenario, by id.
    pub fn cases(&self, scenario: &str) -> BTreeSet<&'a VariantId> {
        let of_scenario = |case: &&VariantId| case.scenario() == scenario;
        let run = self.reports.iter().flat_map(|one| &one.cases);
        let run = run.map(|case| &case.case);
        let known = self.reports.iter().flat_map(|one| one.baseline.keys());
        let accepted = self.baseline.into_iter().flat_map(|one| &one.variants);
        let accepted = accepted.map(|row| &row.case);
        let all = run.chain(known).chain(accepted);
        all.filter(of_scenario).collect()
    }

    /// The digest of what the scenario did when it was last run, or else accepted.
    pub fn digest(&self, scenario: &str) -> Option<&'a str> {
        let digests = self.reports.iter().filter_map(|report| {
            let digest = digest_in(report, scenario)?;
            Some((&report.started, digest))
        });
        let last = digests.max().map(|(_, digest)| digest);
        last.or_else(|| self.baseline.map(|one| &*one.digest))
    }

    /// The steps of a behaviour.
    pub fn trace(&self, case: &str, seen: &BehaviourId) -> Option<TraceView<'a>> {
        let stored = self.reports.iter();
        let mut stored = stored.filter_map(|report| report.trace(case, &seen.trace));
        let rows = self.baseline.into_iter().flat_map(|one| &one.variants);
        let behaviours = rows.filter(|row| row.case == *case);
        let mut behaviours = behaviours.flat_map(|row| &row.behaviours);
        stored.next().or_else(|| {
            let one = behaviours.find(|one| one.digest == seen.trace)?;
            Some(TraceView::of_records(&one.trace))
        })
    }

    /// What is known of a row of a scenario that has this digest.
    pub fn history(&self, scenario: &str, case: &VariantId, digest: &str) -> History {
        let mut history = History {
            case: case.clone(),
            ..History::default()
        };
        let mut run: BTreeMap<InterpreterKey, Found> = BTreeMap::new();
        let mut accepted: BTreeMap<InterpreterKey, BTreeSet<BehaviourId>> = BTreeMap::new();
        let mut stale: BTreeSet<InterpreterKey> = BTreeSet::new();
        let mut names: Vec<(String, BehaviourId)> = Vec::new();
        let row = self.baseline.and_then(|file| {
            let row = file.variants.iter().find(|row| row.case == *case)?;
            Some(row.known(file, digest))
        });
        let told = self.reports.iter().map(|report| {
            let known = report.baseline.get(case).cloned().unwrap_or_default();
            (known, digest_in(report, scenario) == Some(digest))
        });
        // The folder comes before what a report tells of an earlier state of it.
        let known = row.into_iter().map(|known| (known, true)).chain(told);
        for (known, is_current) in known {
            let before: BTreeSet<_> = accepted.keys().cloned().collect();
            for one in known {
                let seen = BehaviourId {
                    trace: one.trace,
                    end: one.end,
                };
                for key in &one.versions {
                    let key = key.without_label();
                    if !is_current {
                        stale.insert(key);
                    } else if !before.contains(&key) {
                        accepted.entry(key).or_default().insert(seen.clone());
                    }
                }
                stale.extend(one.stale.iter().map(InterpreterKey::without_label));
                names.push((one.letter, seen));
            }
        }
        for report in self.reports {
            let is_current = digest_in(report, scenario) == Some(digest);
            for case in report.cases.iter().filter(|one| one.case == *case) {
                let key = case.interpreter.without_label();
                if is_current {
                    run.entry(key).or_default().take(case);
                } else if case.behaviour().is_some() {
                    stale.insert(key);
                }
            }
        }
        let keys: BTreeSet<_> = run.keys().chain(accepted.keys()).cloned().collect();
        for key in keys {
            let sighting = sighting(run.get(&key), accepted.get(&key));
            history.seen.insert(key, sighting);
        }
        stale.retain(|key| !history.seen.contains_key(key));
        history.stale = stale;
        history.name(names);
        history
    }
}

impl Found {
    fn take(&mut self, case: &CaseReport) {
        match case.behaviour() {
            Some((trace, end)) => {
                let (trace, end) = (trace.into(), end.into());
                self.shown.insert(BehaviourId { trace, end });
            }
            None => self.without = self.without.max(Some(case.verdict)),
        }
    }
}

/// What two kinds of sources say of a version, of which at least one knows it.
fn sighting(run: Option<&Found>, accepted: Option<&BTreeSet<BehaviourId>>) -> Observation {
    let one = |shown: &BTreeSet<BehaviourId>| match shown.first() {
        Some(seen) if shown.len() == 1 => Observation::Shown(seen.clone()),
        _ => Observation::Unclear("behaves in more than one way".to_owned()),
    };
    let found = run.filter(|found| !found.shown.is_empty());
    let without = run.and_then(|found| found.without);
    match (found, without, accepted) {
        (_, Some(Verdict::Unstable), _) => Observation::Unclear("unstable".to_owned()),
        (Some(found), _, _) => one(&found.shown),
        // Where nothing was seen of the scenario, what was accepted still holds.
        (None, None | Some(Verdict::Skipped | Verdict::Error), Some(shown)) => one(shown),
        (None, verdict, _) => {
            Observation::Unclear(verdict.map_or("unknown", Verdict::word).to_owned())
        }
    }
}

/// The digest of a scenario in a report.
fn digest_in<'a>(report: &'a RunReport, scenario: &str) -> Option<&'a str> {
    let mut scenarios = report.scenarios.iter();
    let scenario = scenarios.find(|one| one.id == scenario)?;
    Some(&scenario.digest)
}

impl History {
    /// Versions with a behaviour, oldest first.
    pub fn shown(&self) -> impl Iterator<Item = (&InterpreterKey, &BehaviourId)> {
        self.seen
            .iter()
            .filter_map(|(key, sighting)| match sighting {
                Observation::Shown(seen) => Some((key, seen)),
                Observation::Unclear(_) => None,
            })
    }

    /// What a behaviour is called.
    pub fn letter(&self, seen: &BehaviourId) -> &str {
        self.letters.get(seen).map_or("?", String::as_str)
    }

    /// Gives the behaviours that are shown their letters: those of the baseline, then new ones, oldest first.
    fn name(&mut self, known: Vec<(String, BehaviourId)>) {
        let shown: Vec<BehaviourId> = self.shown().map(|(_, seen)| seen.clone()).collect();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (letter, seen) in known {
            if !self.letters.contains_key(&seen) && taken.insert(letter.clone()) {
                self.letters.insert(seen, letter);
            }
        }
        for seen in shown {
            self.letters.entry(seen).or_insert_with(|| {
                let letter = next_letter(taken.iter().map(String::as_str));
                taken.insert(letter.clone());
                letter
            });
        }
    }
}
