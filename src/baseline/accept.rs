//! Accepting what a run showed into the baseline.

use std::collections::{BTreeSet, HashMap};

use super::{Baseline, BehaviourBaseline, SCHEMA_VERSION, ScenarioBaseline, VariantBaseline};
use crate::python::version::InterpreterKey;
use crate::record::VariantId;
use crate::record::Verdict;
use crate::record::letter::{index_of, next_letter};
use crate::record::{CaseReport, RunReport, ScenarioReport};

/// The cases that were accepted, and those that were refused. Indexes are those in the report's list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Cases that the baseline did not have so.
    pub taken: Vec<usize>,
    /// Cases that cannot be accepted: they violate what the scenario expects, or have no behaviour of their own.
    pub refused: Vec<usize>,
    /// Ids of the scenarios whose files change.
    pub scenarios: BTreeSet<String>,
}

/// Takes the wanted cases of a report into the baseline, which must have been read for all of its scenarios.
///
/// What a scenario expects comes first: a case that violates it is refused, and so is one that crashed or was unstable. What
/// was skipped is passed over, because nothing was seen. Nothing that was not run is removed.
pub fn accept(
    baseline: &mut Baseline,
    report: &RunReport,
    wanted: &dyn Fn(&CaseReport) -> bool,
) -> Accepted {
    let mut accepted = Accepted::default();
    let scenarios = report.scenarios.iter();
    let scenarios: HashMap<&str, &ScenarioReport> = scenarios
        .map(|scenario| (scenario.id.as_str(), scenario))
        .collect();
    for (index, case) in report.cases.iter().enumerate() {
        if case.verdict == Verdict::Skipped || !wanted(case) {
            continue;
        }
        let shown = case.behaviour().filter(|_| refusal(case).is_none());
        let steps = shown.and_then(|(trace, _)| report.trace(&case.case, trace));
        let scenario = scenarios.get(case.scenario.as_str());
        let (Some((trace, end)), Some(steps), Some(scenario)) = (shown, steps, scenario) else {
            accepted.refused.push(index);
            continue;
        };
        let file = baseline
            .scenarios
            .entry(case.scenario.clone().into())
            .or_insert_with(|| ScenarioBaseline {
                schema_version: SCHEMA_VERSION,
                scenario: case.scenario.clone().into(),
                digest: scenario.digest.clone(),
                variants: Vec::new(),
            });
        if file.digest != scenario.digest {
            mark_stale(file, &scenario.digest);
        }
        let row = find_or_add_row(file, &case.case);
        let key = choose_key(row, report, case);
        if has_behaviour(row, &key, (trace, end)) {
            continue;
        }
        accepted.taken.push(index);
        accepted.scenarios.insert(case.scenario.clone().into());
        move_version(
            row,
            key,
            BehaviourBaseline {
                behaviour: String::new(),
                versions: BTreeSet::new(),
                stale: BTreeSet::new(),
                end: end.to_owned(),
                digest: trace.to_owned(),
                trace: steps.to_records(),
            },
        );
    }
    accepted
}

/// Why a case cannot be accepted: its verdict, where it violates what the scenario expects or has no behaviour of its own. What was
/// skipped has none either, and there is nothing to accept of it.
pub fn refusal(case: &CaseReport) -> Option<Verdict> {
    let violates = matches!(case.verdict, Verdict::Fail | Verdict::Xpass);
    (violates || case.behaviour().is_none()).then_some(case.verdict)
}

/// The scenario is another text now: what was recorded with the old one is no longer comparable.
fn mark_stale(file: &mut ScenarioBaseline, digest: &str) {
    digest.clone_into(&mut file.digest);
    let rows = file.variants.iter_mut();
    for behaviour in rows.flat_map(|row| &mut row.behaviours) {
        behaviour.stale.append(&mut behaviour.versions);
    }
}

/// The row of a case, which is made where it is missing.
fn find_or_add_row<'a>(
    file: &'a mut ScenarioBaseline,
    case: &VariantId,
) -> &'a mut VariantBaseline {
    // A hand may have put the rows into another order, in which no binary search finds them.
    let known = file.variants.iter().position(|row| row.case == *case);
    let index = known.unwrap_or_else(|| {
        let index = file.variants.partition_point(|row| row.case < *case);
        file.variants.insert(
            index,
            VariantBaseline {
                case: case.clone(),
                behaviours: Vec::new(),
            },
        );
        index
    });
    &mut file.variants[index]
}

/// The key under which a version is kept. A label is a name that one machine gave, and stays only where it is needed: where
/// the baseline has it, or where another interpreter of this version and build behaves otherwise in the same report.
fn choose_key(row: &VariantBaseline, report: &RunReport, case: &CaseReport) -> InterpreterKey {
    let plain = case.interpreter.without_label();
    let is_kept = row.versions().any(|known| *known == *case.interpreter);
    let differs = |other: &CaseReport| {
        other.case == case.case
            && other.interpreter != case.interpreter
            && other.interpreter.without_label() == plain
            && other
                .behaviour()
                .is_some_and(|shown| Some(shown) != case.behaviour())
    };
    if is_kept || (case.interpreter.label.is_some() && report.cases.iter().any(differs)) {
        (*case.interpreter).clone()
    } else {
        plain
    }
}

/// True if a version is in the baseline with this behaviour.
fn has_behaviour(row: &VariantBaseline, key: &InterpreterKey, (trace, end): (&str, &str)) -> bool {
    let mut behaviours = row.behaviours.iter();
    let known = behaviours.find(|known| known.versions.contains(key));
    known.is_some_and(|known| known.digest == trace && known.end == end)
}

/// Moves a version to the behaviour that it shows now; one that nobody shows any longer goes.
fn move_version(row: &mut VariantBaseline, key: InterpreterKey, mut shown: BehaviourBaseline) {
    for known in &mut row.behaviours {
        known.versions.remove(&key);
        known.stale.remove(&key);
    }
    let is_same =
        |known: &&mut BehaviourBaseline| (&known.digest, &known.end) == (&shown.digest, &shown.end);
    if let Some(known) = row.behaviours.iter_mut().find(is_same) {
        known.versions.insert(key);
    } else {
        let letters = row.behaviours.iter().map(|known| known.behaviour.as_str());
        shown.behaviour = next_letter(letters);
        shown.versions.insert(key);
        row.behaviours.push(shown);
    }
    row.behaviours.retain(|known| !known.is_unused());
    row.behaviours
        .sort_by_key(|known| index_of(&known.behaviour));
}
