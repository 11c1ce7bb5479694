//! The history of a row over all versions, from runs and from the baseline.

use std::collections::{BTreeMap, BTreeSet};

use super::bisect::VersionBehaviour;
use crate::baseline::ScenarioBaseline;
use crate::python::version::InterpreterKey;
use crate::record::VariantId;
use crate::record::Verdict;
use crate::record::letter::next_letter;
use crate::record::{BehaviourId, CaseReport, KnownBehaviour, RunReport};
use crate::trace::TraceView;
use crate::trace::difference::BehaviourTrace;

/// The knowledge of a row on one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// The one behaviour that the version showed.
    Behaviour(BehaviourId),
    /// The version was run and has no behaviour of its own, or more than one; why, in words: `crashed`.
    Unclear(String),
}

/// What is known of a row, over all versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Id of the row.
    pub case: VariantId,
    /// By version and build: a label is a name that one machine gave.
    pub seen: BTreeMap<InterpreterKey, Observation>,
    /// Letters of the behaviours.
    pub letters: BTreeMap<BehaviourId, String>,
    /// Versions of which only another text of the scenario is known.
    pub stale: BTreeSet<InterpreterKey>,
}

/// Where what is known comes from.
#[derive(Clone, Copy, Debug)]
pub struct Records<'a> {
    /// Runs, which come before the baseline where both know a version. Their order does not matter.
    pub reports: &'a [RunReport],
    /// The accepted behaviours of the scenario.
    pub baseline: Option<&'a ScenarioBaseline>,
}

/// What is known of a row so far, by version without label.
#[derive(Default)]
struct Knowledge {
    runs: BTreeMap<InterpreterKey, RunBehaviours>,
    accepted: BTreeMap<InterpreterKey, BTreeSet<BehaviourId>>,
    /// Versions of which another text of the scenario is known.
    stale: BTreeSet<InterpreterKey>,
    /// Letters of accepted behaviours, those that count most first.
    letters: Vec<(String, BehaviourId)>,
}

/// What the runs of one version showed.
#[derive(Default)]
struct RunBehaviours {
    shown: BTreeSet<BehaviourId>,
    /// The worst verdict of cases without a behaviour.
    worst_without: Option<Verdict>,
}

impl<'a> Records<'a> {
    /// The rows of a scenario, by id.
    pub fn rows(&self, scenario: &str) -> BTreeSet<&'a VariantId> {
        let of_scenario = |case: &&VariantId| case.scenario() == scenario;
        let cases = self.reports.iter().flat_map(|report| &report.cases);
        let run = cases.map(|case| &case.case);
        let reports = self.reports.iter();
        let known = reports.flat_map(|report| report.baseline.keys());
        let variants = self.baseline.into_iter().flat_map(|file| &file.variants);
        let accepted = variants.map(|row| &row.case);
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
        last.or_else(|| self.baseline.map(|file| &*file.digest))
    }

    /// A behaviour of a row with its steps.
    pub fn behaviour<'b>(&self, row: &str, id: &'b BehaviourId) -> Option<BehaviourTrace<'b>>
    where
        'a: 'b,
    {
        let mut reports = self.reports.iter();
        let stored = reports.find_map(|report| report.behaviour(row, id));
        stored.or_else(|| {
            let rows = &self.baseline?.variants;
            let row = rows.iter().find(|known| known.case == *row)?;
            let mut known = row.behaviours.iter();
            let known = known.find(|known| known.digest == id.trace)?;
            Some(BehaviourTrace {
                trace: TraceView::of_records(&known.trace),
                end: &id.end,
            })
        })
    }

    /// What is known of a row of a scenario that has this digest.
    pub fn history(&self, scenario: &str, row: &VariantId, digest: &str) -> History {
        let mut knowledge = Knowledge::default();
        // The folder comes before what a report tells of an earlier state of it.
        let accepted = self.baseline.and_then(|file| {
            let known = file.variants.iter().find(|known| known.case == *row)?;
            Some(known.known(file, digest))
        });
        knowledge.add_accepted(accepted.unwrap_or_default(), true);
        for report in self.reports {
            let is_current = digest_in(report, scenario) == Some(digest);
            let accepted = report.baseline.get(row).cloned();
            knowledge.add_accepted(accepted.unwrap_or_default(), is_current);
            for case in report.cases.iter().filter(|case| case.case == *row) {
                knowledge.add_case(case, is_current);
            }
        }
        knowledge.into_history(row)
    }
}

impl Knowledge {
    /// Adds what one baseline has of the row. A version that an earlier one has is not taken from a later one.
    fn add_accepted(&mut self, behaviours: Vec<KnownBehaviour>, is_current: bool) {
        let before: BTreeSet<_> = self.accepted.keys().cloned().collect();
        for behaviour in behaviours {
            let id = BehaviourId::new(behaviour.trace, behaviour.end);
            for key in &behaviour.versions {
                let key = key.without_label();
                if !is_current {
                    self.stale.insert(key);
                } else if !before.contains(&key) {
                    self.accepted.entry(key).or_default().insert(id.clone());
                }
            }
            let stale = behaviour.stale.iter();
            self.stale.extend(stale.map(InterpreterKey::without_label));
            self.letters.push((behaviour.letter, id));
        }
    }

    /// Adds a case of the row.
    fn add_case(&mut self, case: &CaseReport, is_current: bool) {
        let key = case.interpreter.without_label();
        let id = case.behaviour().and_then(|_| case.behaviour_id());
        if is_current {
            let run = self.runs.entry(key).or_default();
            match id {
                Some(id) => _ = run.shown.insert(id),
                None => run.worst_without = run.worst_without.max(Some(case.verdict)),
            }
        } else if id.is_some() {
            self.stale.insert(key);
        }
    }

    fn into_history(mut self, row: &VariantId) -> History {
        let keys: BTreeSet<_> = self.runs.keys().chain(self.accepted.keys()).collect();
        let seen = keys.into_iter().map(|key| {
            let observation = combine(self.runs.get(key), self.accepted.get(key));
            (key.clone(), observation)
        });
        let seen: BTreeMap<_, _> = seen.collect();
        self.stale.retain(|key| !seen.contains_key(key));
        let mut history = History {
            case: row.clone(),
            seen,
            letters: BTreeMap::new(),
            stale: self.stale,
        };
        history.assign_letters(self.letters);
        history
    }
}

/// What runs and what was accepted say of a version, of which at least one knows it.
fn combine(run: Option<&RunBehaviours>, accepted: Option<&BTreeSet<BehaviourId>>) -> Observation {
    let only = |shown: &BTreeSet<BehaviourId>| match shown.first() {
        Some(id) if shown.len() == 1 => Observation::Behaviour(id.clone()),
        _ => Observation::Unclear("behaves in more than one way".to_owned()),
    };
    let found = run.filter(|run| !run.shown.is_empty());
    let without = run.and_then(|run| run.worst_without);
    match (found, without, accepted) {
        (_, Some(Verdict::Unstable), _) => Observation::Unclear("unstable".to_owned()),
        (Some(found), _, _) => only(&found.shown),
        // Where nothing was seen of the scenario, what was accepted still holds.
        (None, None | Some(Verdict::Skipped | Verdict::Error), Some(accepted)) => only(accepted),
        (None, verdict, _) => {
            Observation::Unclear(verdict.map_or("unknown", Verdict::word).to_owned())
        }
    }
}

/// The digest of a scenario in a report.
fn digest_in<'a>(report: &'a RunReport, scenario: &str) -> Option<&'a str> {
    let mut scenarios = report.scenarios.iter();
    let scenario = scenarios.find(|known| known.id == scenario)?;
    Some(&scenario.digest)
}

impl History {
    /// Versions with a behaviour, oldest first.
    pub fn behaviours(&self) -> impl Iterator<Item = VersionBehaviour<'_>> {
        let seen = self.seen.iter();
        seen.filter_map(|(key, observation)| match observation {
            Observation::Behaviour(id) => Some((key, id)),
            Observation::Unclear(_) => None,
        })
    }

    /// The letter of a behaviour.
    pub fn letter(&self, id: &BehaviourId) -> &str {
        self.letters.get(id).map_or("?", String::as_str)
    }

    /// Gives the behaviours that are shown their letters: those of the baseline, then new ones, oldest first.
    fn assign_letters(&mut self, known: Vec<(String, BehaviourId)>) {
        let shown: Vec<BehaviourId> = self.behaviours().map(|(_, id)| id.clone()).collect();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (letter, id) in known {
            if !self.letters.contains_key(&id) && taken.insert(letter.clone()) {
                self.letters.insert(id, letter);
            }
        }
        for id in shown {
            self.letters.entry(id).or_insert_with(|| {
                let letter = next_letter(taken.iter().map(String::as_str));
                taken.insert(letter.clone());
                letter
            });
        }
    }
}
