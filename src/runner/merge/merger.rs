//! The union of reports while it grows.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::Serialize;

use super::MergeError;
use super::merged_case::MergedCase;
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

/// How many traces are kept before it pays to look for those that no case refers to any more.
const MIN_TRACE_LIMIT: usize = 1024;

/// Separates the parts of a text that is a set.
const SEPARATOR: &str = ", ";

/// Takes in report after report, and keeps each thing once.
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
    cells: BTreeMap<VariantId, BTreeMap<InterpreterKey, MergedCase>>,
    traces: BTreeMap<SmolStr, Steps>,
    actions: BTreeMap<VariantId, Actions>,
    baseline: BTreeMap<VariantId, KnownRow>,
    unfinished: BTreeSet<Unfinished>,
    /// How many traces may be kept before unused ones are dropped.
    trace_limit: usize,
}

/// A row of the baseline: for each behaviour (position of its letter, the letter, trace and end) the versions that showed it,
/// and those that did before the scenario changed.
type KnownRow = BTreeMap<(Option<usize>, String, SmolStr, SmolStr), [BTreeSet<InterpreterKey>; 2]>;

impl Merger {
    /// Takes in one more report, which may be a merge.
    ///
    /// # Errors
    /// When one of its scenarios does something else than in the reports before, or its partition cannot be read. The merger is of no
    /// use then.
    pub fn add(&mut self, report: RunReport) -> Result<(), MergeError> {
        let parts = parts::read_parts(&report)?;
        let is_of_other_form = |scenario: &ScenarioReport| {
            let known = self.scenarios.get(&scenario.id);
            known.is_some_and(|known| is_current(&known.digest) != is_current(&scenario.digest))
        };
        if report.scenarios.iter().any(is_of_other_form) {
            return Err(MergeError::Forms);
        }
        let mut different = Vec::new();
        for scenario in report.scenarios {
            different.extend(self.add_scenario(scenario));
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
        let earliest = self
            .started
            .take()
            .into_iter()
            .chain([report.started])
            .min();
        self.started = earliest;
        self.elapsed_s = self.elapsed_s.max(report.elapsed_s);
        for (key, shards) in parts {
            self.parts.entry(key).or_default().extend(shards);
        }
        for interpreter in report.interpreters {
            let known = self.interpreters.entry(interpreter.key.clone());
            keep_richer(known, interpreter);
        }
        self.rejected.extend(report.rejected);
        for case in report.cases {
            let row = self.cells.entry(case.case.clone()).or_default();
            let key = (*case.interpreter).clone();
            let merged = MergedCase::new(case);
            match row.get_mut(&key) {
                Some(known) => known.merge_with(merged),
                None => _ = row.insert(key, merged),
            }
        }
        for (digest, steps) in report.traces {
            // Equal digests are equal traces, unless somebody edited one.
            keep_smaller(self.traces.entry(digest), steps);
        }
        for (case, actions) in report.actions {
            keep_smaller(self.actions.entry(case), actions);
        }
        for (case, known) in report.baseline {
            let row = self.baseline.entry(case).or_default();
            for behaviour in known {
                add_known_behaviour(row, behaviour);
            }
        }
        self.unfinished.extend(report.unfinished);
        if self.traces.len() > self.trace_limit.max(MIN_TRACE_LIMIT) {
            self.drop_unused_traces();
            self.trace_limit = self.traces.len() * 2;
        }
        Ok(())
    }

    /// Joins a scenario. Returns its id if it does something else than before.
    fn add_scenario(&mut self, mut scenario: ScenarioReport) -> Option<String> {
        let mut rows = std::mem::take(&mut scenario.rows);
        let mut lines = std::mem::take(&mut scenario.lines);
        if let Some(known) = self.scenarios.get_mut(&scenario.id) {
            if known.digest != scenario.digest {
                return Some(scenario.id);
            }
            // The longer list: a run of some rows leaves the others out.
            let other = std::mem::take(&mut known.rows);
            rows = std::cmp::max_by_key(other, rows, |rows| (rows.len(), rows.clone()));
            for (step, line) in std::mem::take(&mut known.lines) {
                let kept = lines.entry(step).or_insert(line);
                *kept = line.min(*kept);
            }
        }
        let scenario = keep_richer(self.scenarios.entry(scenario.id.clone()), scenario);
        (scenario.rows, scenario.lines) = (rows, lines);
        None
    }

    /// Drops traces that no case shows, and none is compared with.
    fn drop_unused_traces(&mut self) {
        let cells = self.cells.values().flat_map(BTreeMap::values);
        let shown: HashSet<&str> = cells.flat_map(MergedCase::trace_digests).collect();
        self.traces
            .retain(|digest, _| shown.contains(digest.as_str()));
    }

    /// Builds the report of all that was taken in.
    pub fn finish(mut self) -> RunReport {
        parts::replace_complete_sets(&mut self.parts);
        let (partition, parts) = parts::render_parts(&self.parts);
        let mut unfinished: Vec<_> = self.unfinished.into_iter().collect();
        unfinished.retain(|open| {
            let row = self.cells.get(&open.case);
            !row.is_some_and(|row| row.contains_key(&open.interpreter))
        });
        let positions = index_rows(&self.scenarios);
        // Stable, so that the columns of a row stay by version.
        unfinished
            .sort_by(|a, b| sort_key(&positions, &a.case).cmp(&sort_key(&positions, &b.case)));
        let mut rows: Vec<_> = self.cells.into_iter().collect();
        rows.sort_by(|(a, _), (b, _)| sort_key(&positions, a).cmp(&sort_key(&positions, b)));
        let cells = rows.into_iter().flat_map(|(_, row)| row.into_values());
        let cases: Vec<CaseReport> = cells.map(MergedCase::into_report).collect();
        let shown: HashSet<&str> = cases.iter().flat_map(trace_digests_of).collect();
        self.traces
            .retain(|digest, _| shown.contains(digest.as_str()));
        let baseline = self.baseline.into_iter();
        RunReport {
            schema_version: SCHEMA_VERSION,
            tool: join_set(self.tools),
            started: self.started.unwrap_or_default(),
            elapsed_s: self.elapsed_s,
            partition,
            parts,
            platform: join_set(self.platforms),
            interpreters: self.interpreters.into_values().collect(),
            rejected: self.rejected.into_iter().collect(),
            scenarios: self.scenarios.into_values().collect(),
            cases,
            actions: self.actions,
            traces: self.traces,
            baseline: baseline
                .map(|(case, known)| (case, known_behaviours(known)))
                .collect(),
            // Why something was not finished is a matter of the run that did not finish it; another one may have.
            interrupted: false,
            stopped: None,
            unfinished,
        }
    }
}

/// The digests of all traces that a case refers to.
fn trace_digests_of(case: &CaseReport) -> impl Iterator<Item = &str> {
    let was = case.baseline.as_ref().and_then(|known| known.was.as_ref());
    let seen = case.also.iter().chain(was);
    seen.map(|seen| seen.trace.as_str())
        .chain(case.trace.as_deref())
}

fn join_set(set: BTreeSet<String>) -> String {
    set.into_iter().collect::<Vec<_>>().join(SEPARATOR)
}

/// Keeps, of two records of one thing, the longer; of equally long ones, the last by their texts.
fn keep_richer<K: Ord, T: Serialize + PartialEq>(entry: Entry<'_, K, T>, record: T) -> &mut T {
    keep_better(entry, record, |new, known| {
        (new.len(), new) > (known.len(), known)
    })
}

/// Keeps, of two values under one key, the first by their texts.
fn keep_smaller<K: Ord, T: Serialize + PartialEq>(entry: Entry<'_, K, T>, value: T) {
    keep_better(entry, value, |new, known| new < known);
}

/// Keeps a value where there is none, or one that is worse by its text.
fn keep_better<K: Ord, T: Serialize + PartialEq>(
    entry: Entry<'_, K, T>,
    value: T,
    is_better: impl Fn(&str, &str) -> bool,
) -> &mut T {
    let text = |value: &T| serde_json::to_string(value).expect("records have text keys only");
    match entry {
        Entry::Vacant(vacant) => vacant.insert(value),
        Entry::Occupied(mut known) => {
            if *known.get() != value && is_better(&text(&value), &text(known.get())) {
                known.insert(value);
            }
            known.into_mut()
        }
    }
}

/// Adds a behaviour that a baseline has of a row.
fn add_known_behaviour(row: &mut KnownRow, known: KnownBehaviour) {
    let name = (
        index_of(&known.letter),
        known.letter,
        known.trace,
        known.end,
    );
    let [versions, stale] = row.entry(name).or_default();
    for (set, more) in [(versions, known.versions), (stale, known.stale)] {
        if *set != more {
            set.extend(more);
        }
    }
}

/// The behaviours of a row in the form of reports.
fn known_behaviours(row: KnownRow) -> Vec<KnownBehaviour> {
    let known = |((_, letter, trace, end), [versions, stale]): (_, [BTreeSet<_>; 2])| {
        KnownBehaviour {
            // A version has one of the two.
            stale: stale.difference(&versions).cloned().collect(),
            letter,
            trace,
            end,
            versions,
        }
    };
    row.into_iter().map(known).collect()
}

/// The position of each row in the matrix of its scenario.
fn index_rows(scenarios: &BTreeMap<String, ScenarioReport>) -> HashMap<VariantId, usize> {
    let rows = scenarios
        .values()
        .flat_map(|scenario| scenario.rows.iter().enumerate());
    rows.map(|(position, row)| (row.clone(), position))
        .collect()
}

/// Sorts rows by scenario, then in the order of its matrix; those of unknown position come last, by their names.
fn sort_key<'a>(
    positions: &HashMap<VariantId, usize>,
    row: &'a VariantId,
) -> (&'a str, usize, &'a str) {
    let scenario = row.scenario();
    let position = positions.get(row).copied();
    (scenario, position.unwrap_or(usize::MAX), row)
}
