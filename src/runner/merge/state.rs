//! The union while it grows.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::Serialize;

use super::MergeError;
use super::cell::Cell;
use super::parts::{self, Parts};
use crate::digest::is_current;
use crate::python::version::InterpreterKey;
use crate::record::letter::index_of;
use crate::record::{
    CaseReport, InterpreterReport, KnownBehaviour, RejectedReport, RunReport, SCHEMA_VERSION,
    ScenarioReport, Unfinished, VariantId,
};
use crate::trace::{Actions, Steps};
use smol_str::SmolStr;

/// Traces that may be there before it is worth a look which of them nobody shows any longer.
const FEW_TRACES: usize = 1024;

/// What stands between the parts of a text that is a set.
const SEPARATOR: &str = ", ";

/// Takes in report after report and keeps what they say, each thing once.
#[derive(Debug, Default)]
pub struct Merger {
    tools: BTreeSet<String>,
    platforms: BTreeSet<String>,
    started: Option<String>,
    elapsed_s: f64,
    parts: Parts,
    interpreters: BTreeMap<InterpreterKey, InterpreterReport>,
    rejected: BTreeSet<RejectedReport>,
    scenarios: BTreeMap<String, ScenarioReport>,
    cells: BTreeMap<VariantId, BTreeMap<InterpreterKey, Cell>>,
    traces: BTreeMap<SmolStr, Steps>,
    actions: BTreeMap<VariantId, Actions>,
    baseline: BTreeMap<VariantId, Known>,
    unfinished: BTreeSet<(VariantId, InterpreterKey)>,
    /// How many traces there may be before the next look.
    enough_traces: usize,
}

/// What the baseline has of a row: by place of its letter, the letter, trace and end, who showed it, and who did before the
/// text changed.
type Known = BTreeMap<(Option<usize>, String, SmolStr, SmolStr), [BTreeSet<InterpreterKey>; 2]>;

impl Merger {
    /// Takes in one more, which may be a merge.
    ///
    /// # Errors
    /// When it is about another text of a scenario than those before it, or its partition is none. Nothing is to be made of
    /// the merger then.
    pub fn add(&mut self, report: RunReport) -> Result<(), MergeError> {
        let parts = parts::of(&report)?;
        let is_of_other_form = |scenario: &ScenarioReport| {
            let known = self.scenarios.get(&scenario.id);
            known.is_some_and(|known| is_current(&known.digest) != is_current(&scenario.digest))
        };
        if report.scenarios.iter().any(is_of_other_form) {
            return Err(MergeError::Forms);
        }
        let mut different = Vec::new();
        for scenario in report.scenarios {
            different.extend(self.scenario(scenario));
        }
        if !different.is_empty() {
            return Err(MergeError::Texts { ids: different });
        }
        for (set, text) in [
            (&mut self.tools, report.tool),
            (&mut self.platforms, report.platform),
        ] {
            if !set.contains(&text) {
                set.extend(text.split(SEPARATOR).map(str::to_owned));
            }
        }
        if self
            .started
            .as_ref()
            .is_none_or(|known| report.started < *known)
        {
            self.started = Some(report.started);
        }
        self.elapsed_s = self.elapsed_s.max(report.elapsed_s);
        for (key, shards) in parts {
            self.parts.entry(key).or_default().extend(shards);
        }
        for one in report.interpreters {
            richer(self.interpreters.entry(one.key.clone()), one);
        }
        self.rejected.extend(report.rejected);
        for case in report.cases {
            let row = row(&mut self.cells, &case.case);
            let key = (*case.interpreter).clone();
            let cell = Cell::new(case);
            match row.entry(key) {
                Entry::Occupied(mut known) => known.get_mut().join(cell),
                Entry::Vacant(place) => {
                    place.insert(cell);
                }
            }
        }
        for (digest, steps) in report.traces {
            // Equal digests are equal traces, unless somebody edited one.
            smaller(self.traces.entry(digest), steps);
        }
        for (case, actions) in report.actions {
            smaller(self.actions.entry(case), actions);
        }
        for (case, known) in report.baseline {
            let row = row(&mut self.baseline, &case);
            for one in known {
                learn(row, one);
            }
        }
        let open = report.unfinished.into_iter();
        self.unfinished
            .extend(open.map(|one| (one.case, one.interpreter)));
        if self.traces.len() > self.enough_traces.max(FEW_TRACES) {
            self.forget_traces();
            self.enough_traces = self.traces.len() * 2;
        }
        Ok(())
    }

    /// Joins a scenario; its id, if it is another text.
    fn scenario(&mut self, mut one: ScenarioReport) -> Option<String> {
        let mut rows = std::mem::take(&mut one.rows);
        let mut lines = std::mem::take(&mut one.lines);
        let entry = self.scenarios.entry(one.id.clone());
        let entry = match entry {
            Entry::Occupied(known) if known.get().digest != one.digest => return Some(one.id),
            Entry::Occupied(mut known) => {
                let other = std::mem::take(&mut known.get_mut().rows);
                rows = longer(rows, other);
                for (step, line) in std::mem::take(&mut known.get_mut().lines) {
                    let kept = lines.entry(step).or_insert(line);
                    *kept = line.min(*kept);
                }
                Entry::Occupied(known)
            }
            vacant @ Entry::Vacant(_) => vacant,
        };
        let scenario = richer(entry, one);
        (scenario.rows, scenario.lines) = (rows, lines);
        None
    }

    /// Leaves the traces that a case shows, or may turn out to be held against.
    fn forget_traces(&mut self) {
        let cells = self.cells.values().flat_map(BTreeMap::values);
        let shown: HashSet<&str> = cells.flat_map(Cell::traces).collect();
        self.traces
            .retain(|digest, _| shown.contains(digest.as_str()));
    }

    /// The report of all that was taken in.
    pub fn finish(mut self) -> RunReport {
        parts::settle(&mut self.parts);
        let (partition, parts) = parts::told(&self.parts);
        let unfinished = self.unfinished.into_iter().filter(|(case, key)| {
            let row = self.cells.get(case);
            !row.is_some_and(|row| row.contains_key(key))
        });
        let places = places(&self.scenarios);
        let mut unfinished: Vec<_> = unfinished.collect();
        unfinished.sort_by(|(a, at_a), (b, at_b)| {
            (place_of(&places, a), at_a).cmp(&(place_of(&places, b), at_b))
        });
        let mut rows: Vec<_> = self.cells.into_iter().collect();
        rows.sort_by(|(a, _), (b, _)| place_of(&places, a).cmp(&place_of(&places, b)));
        let cells = rows.into_iter().flat_map(|(_, row)| row.into_values());
        let cases: Vec<CaseReport> = cells.map(Cell::case).collect();
        let shown: HashSet<&str> = cases.iter().flat_map(traces).collect();
        self.traces
            .retain(|digest, _| shown.contains(digest.as_str()));
        let baseline = self.baseline.into_iter();
        RunReport {
            schema_version: SCHEMA_VERSION,
            tool: joined(self.tools),
            started: self.started.unwrap_or_default(),
            elapsed_s: self.elapsed_s,
            partition,
            parts,
            platform: joined(self.platforms),
            interpreters: self.interpreters.into_values().collect(),
            rejected: self.rejected.into_iter().collect(),
            scenarios: self.scenarios.into_values().collect(),
            cases,
            actions: self.actions,
            traces: self.traces,
            baseline: baseline
                .map(|(case, known)| (case.into(), told(known)))
                .collect(),
            // Why something was not finished is a matter of the run that did not finish it; another one may have.
            interrupted: false,
            stopped: None,
            unfinished: unfinished
                .into_iter()
                .map(|(case, interpreter)| Unfinished { case, interpreter })
                .collect(),
        }
    }
}

/// The digests of the traces that a case needs.
fn traces(case: &CaseReport) -> impl Iterator<Item = &str> {
    let was = case.baseline.as_ref().and_then(|one| one.was.as_ref());
    let seen = case.also.iter().chain(was);
    seen.map(|seen| seen.trace.as_str())
        .chain(case.trace.as_deref())
}

fn joined(set: BTreeSet<String>) -> String {
    set.into_iter().collect::<Vec<_>>().join(SEPARATOR)
}

/// The entry of a row, which most often is there.
fn row<'a, T: Default>(rows: &'a mut BTreeMap<VariantId, T>, case: &VariantId) -> &'a mut T {
    if !rows.contains_key(case) {
        rows.insert(case.clone(), T::default());
    }
    rows.get_mut(case).expect("it was put there")
}

/// Of two lists of the rows of a scenario the one that knows more of their order: a run of some leaves the others out.
fn longer(rows: Vec<VariantId>, other: Vec<VariantId>) -> Vec<VariantId> {
    let is_longer = (rows.len(), &rows) >= (other.len(), &other);
    if is_longer { rows } else { other }
}

/// Of two records of one thing, the one with more to say; of equally long ones, the last by their texts.
fn richer<K: Ord, T: Serialize + PartialEq>(entry: Entry<'_, K, T>, one: T) -> &mut T {
    let weight = |one: &T| {
        let text = serde_json::to_string(one).expect("records have text keys only");
        (text.len(), text)
    };
    match entry {
        Entry::Vacant(place) => place.insert(one),
        Entry::Occupied(mut known) => {
            if *known.get() != one && weight(&one) > weight(known.get()) {
                known.insert(one);
            }
            known.into_mut()
        }
    }
}

/// Keeps, of two values under one key, the first by their texts.
fn smaller<K: Ord, T: Serialize + PartialEq>(entry: Entry<'_, K, T>, value: T) {
    let text = |value: &T| serde_json::to_string(value).expect("records have text keys only");
    match entry {
        Entry::Vacant(vacant) => {
            vacant.insert(value);
        }
        Entry::Occupied(mut known) => {
            if *known.get() != value && text(&value) < text(known.get()) {
                known.insert(value);
            }
        }
    }
}

/// Adds what a baseline has of a row.
fn learn(row: &mut Known, one: KnownBehaviour) {
    let name = (index_of(&one.letter), one.letter, one.trace, one.end);
    let [versions, stale] = row.entry(name).or_default();
    for (set, more) in [(versions, one.versions), (stale, one.stale)] {
        if *set != more {
            set.extend(more);
        }
    }
}

/// As reports have it.
fn told(row: Known) -> Vec<KnownBehaviour> {
    let row = row.into_iter();
    let known = row.map(
        |((_, letter, trace, end), [versions, stale])| KnownBehaviour {
            // A version has one of the two.
            stale: stale.difference(&versions).cloned().collect(),
            letter,
            trace,
            end,
            versions,
        },
    );
    known.collect()
}

/// Places of rows in the matrices of their scenarios.
fn places(scenarios: &BTreeMap<String, ScenarioReport>) -> HashMap<VariantId, usize> {
    let rows = scenarios
        .values()
        .flat_map(|one| one.rows.iter().enumerate());
    rows.map(|(place, row)| (row.clone(), place)).collect()
}

/// Where a row stands: by scenario, in the order of its matrix, and behind those that nobody knows the place of by their names.
fn place_of<'a>(
    places: &HashMap<VariantId, usize>,
    row: &'a VariantId,
) -> (&'a str, usize, &'a str) {
    let scenario = row.scenario();
    let place = places.get(row).copied();
    (scenario, place.unwrap_or(usize::MAX), row)
}
