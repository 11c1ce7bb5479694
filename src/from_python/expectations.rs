//! Observed behaviour of a script, as expectations by version, for somebody to review.

use std::collections::BTreeMap;

use serde_yaml::{Mapping, Value};

use super::scenario_text::{WrittenScenario, write_scenario};
use super::steps::escape;
use super::{Conversion, Script};
use crate::python::version::InterpreterKey;
use crate::scenario;
use crate::scenario::model::Scenario;
use crate::trace::TraceView;
use crate::trace::align::{align_occurrences, find_changes};
use crate::trace::detail::Detail;
use crate::trace::fact::FactValue;

/// A behaviour that was seen, and the Pythons that showed it.
#[derive(Clone, Debug)]
pub struct Observed<'a> {
    /// The Pythons.
    pub versions: Vec<&'a InterpreterKey>,
    /// The steps.
    pub trace: TraceView<'a>,
}

/// Facts of a step, and the Pythons on which they are so; all of them if none are named.
struct ObservedFacts<'a> {
    versions: Vec<&'a InterpreterKey>,
    facts: Vec<(&'a str, FactValue)>,
}

impl Conversion {
    /// Returns the text of the scenario with expectations of what was seen, without what no expectation can say, and without what was
    /// another thing when it was seen `again`.
    pub fn write_expecting(
        &self,
        script: &Script,
        observed: &[Observed<'_>],
        again: &[Observed<'_>],
    ) -> String {
        let mut expected = collect_facts(self.steps.len(), observed);
        let all = list_versions(observed);
        let seen = [observed, again].concat();
        loop {
            let written = self.write_with(script, &expected, &all);
            let (id, file) = (self.scenario.id.clone(), &self.scenario.file);
            let is_changed = match scenario::parse(file, id, &written.text) {
                Ok(scenario) => drop_untrue(&mut expected, &scenario, &seen),
                Err(errors) => {
                    let wrong = written.steps_of(&errors).into_iter();
                    let wrong: Vec<_> = wrong.filter(|step| !expected[*step].is_empty()).collect();
                    for step in &wrong {
                        expected[*step].clear();
                    }
                    !wrong.is_empty()
                }
            };
            if !is_changed {
                return written.text;
            }
        }
    }

    fn write_with(
        &self,
        script: &Script,
        expected: &[Vec<ObservedFacts<'_>>],
        all: &[&InterpreterKey],
    ) -> WrittenScenario {
        let steps = self.steps.iter().zip(expected).map(|(step, expected)| {
            let mut step = step.clone();
            let entries = expected.iter().flat_map(|facts| write_facts(facts, all));
            let entries: Vec<Value> = entries.collect();
            match &entries[..] {
                [] => {}
                [only] if expected[0].versions.is_empty() => {
                    step.insert("expect".into(), only.clone());
                }
                _ => _ = step.insert("expect".into(), entries.into()),
            }
            step
        });
        write_scenario(script, &steps.collect::<Vec<_>>(), &self.watched)
    }
}

/// The facts of each step that changed in it: first those on which all Pythons agree, then those of each group.
fn collect_facts<'a>(steps: usize, observed: &[Observed<'a>]) -> Vec<Vec<ObservedFacts<'a>>> {
    let traces: Vec<TraceView<'a>> = observed.iter().map(|seen| seen.trace).collect();
    let mut expected: Vec<Vec<ObservedFacts<'a>>> = (0..steps).map(|_| Vec::new()).collect();
    for occurrence in align_occurrences(&traces) {
        let index = occurrence.step.checked_sub(1);
        let Some(step) = index
            .and_then(|index| expected.get_mut(index))
            .filter(|_| !occurrence.is_in_body())
        else {
            continue;
        };
        let mut common = Vec::new();
        let mut apart: Vec<Vec<(&str, FactValue)>> = observed.iter().map(|_| Vec::new()).collect();
        for (name, values) in find_changes(&traces, &occurrence) {
            if Detail::of_fact(name).is_some() {
                continue;
            }
            let values: Vec<Option<FactValue>> = values.into_iter().map(Option::flatten).collect();
            match &values[0] {
                Some(first) if values.iter().all(|value| value.as_ref() == Some(first)) => {
                    common.push((name, first.clone()));
                }
                _ => {
                    for (facts, value) in apart.iter_mut().zip(values) {
                        facts.extend(value.map(|value| (name, value)));
                    }
                }
            }
        }
        if !common.is_empty() {
            step.push(ObservedFacts {
                versions: Vec::new(),
                facts: common,
            });
        }
        let mut groups: Vec<ObservedFacts<'a>> = Vec::new();
        for (seen, facts) in observed.iter().zip(apart) {
            match groups.iter_mut().find(|group| group.facts == facts) {
                Some(group) => group.versions.extend(&seen.versions),
                None => groups.push(ObservedFacts {
                    versions: seen.versions.clone(),
                    facts,
                }),
            }
        }
        step.extend(groups.into_iter().filter(|group| !group.facts.is_empty()));
    }
    expected
}

/// The entries of `expect` for facts: one, or one for each range of versions.
fn write_facts(facts: &ObservedFacts<'_>, all: &[&InterpreterKey]) -> Vec<Value> {
    let map: Mapping = facts
        .facts
        .iter()
        .map(|(name, value)| (Value::from(*name), write_value(value)))
        .collect();
    if facts.versions.is_empty() {
        return vec![map.into()];
    }
    let specs = write_specs(&facts.versions, all).into_iter();
    let entries = specs.map(|spec| {
        let mut entry = Mapping::new();
        entry.insert("python".into(), spec.into());
        entry.extend(map.clone());
        Value::Mapping(entry)
    });
    entries.collect()
}

fn write_value(value: &FactValue) -> Value {
    match serde_yaml::to_value(serde_json::Value::from(value.clone())) {
        Ok(Value::String(text)) => escape(&text).into(),
        Ok(value) => value,
        Err(_) => Value::Null,
    }
}

/// The plain Pythons of all behaviours, in their order.
fn list_versions<'a>(observed: &[Observed<'a>]) -> Vec<&'a InterpreterKey> {
    let all = observed
        .iter()
        .flat_map(|seen| seen.versions.iter().copied());
    let mut all: Vec<_> = all.filter(|key| is_plain(key)).collect();
    all.sort();
    all.dedup_by(|a, b| a.version == b.version);
    all
}

fn is_plain(key: &InterpreterKey) -> bool {
    key.build_suffix().is_empty()
}

/// Specifiers of these versions, a range each, that end where the versions do that were seen: `2.7`, `>=3.6,<3.9`.
fn write_specs(versions: &[&InterpreterKey], all: &[&InterpreterKey]) -> Vec<String> {
    let is_shown = |key: &InterpreterKey| {
        versions
            .iter()
            .any(|shown| is_plain(shown) && shown.version == key.version)
    };
    let mut specs = Vec::new();
    let mut rest = all;
    while let Some(start) = rest.iter().position(|key| is_shown(key)) {
        let length = rest[start..].iter().take_while(|key| is_shown(key)).count();
        let end = start + length;
        let (first, last) = (&rest[start].version, &rest[end - 1].version);
        let is_next_to = |other: Option<&&InterpreterKey>, key: &InterpreterKey| {
            other.is_some_and(|other| other.version.feature() == key.version.feature())
        };
        let before = all.iter().rev().find(|key| key.version < *first);
        let from_inside = is_next_to(before, rest[start]);
        let to_inside = is_next_to(rest.get(end), rest[end - 1]);
        let from = if from_inside {
            first.to_string()
        } else {
            format!("{}.{}", first.major, first.minor)
        };
        specs.push(
            match (first.feature() == last.feature(), from_inside, to_inside) {
                (true, false, false) => from,
                (_, _, true) => format!(">={from},<={last}"),
                _ if last.major == 2 => format!(">={from},<3"),
                _ => format!(">={from},<{}.{}", last.major, last.minor + 1),
            },
        );
        rest = &rest[end..];
    }
    specs
}

/// Drops the expectations that do not hold of what was seen: a specifier may mean a special build too, and not every value can be
/// written. True if there was one.
fn drop_untrue(
    expected: &mut [Vec<ObservedFacts<'_>>],
    scenario: &Scenario,
    observed: &[Observed<'_>],
) -> bool {
    let mut untrue: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for numbered in scenario.variants[0].numbered() {
        for expectation in &numbered.step.expect {
            let fact = expectation.fact.0.as_str();
            let holds = observed.iter().all(|seen| {
                let is_meant = |key: &&&InterpreterKey| {
                    expectation
                        .python
                        .as_ref()
                        .is_none_or(|spec| spec.matches(key))
                };
                let mut records = seen.trace.steps.iter();
                let record = records
                    .find(|record| record.step == numbered.number && record.inside.is_none());
                let actual = record.and_then(|record| record.fact(fact));
                !seen.versions.iter().any(|key| is_meant(&key))
                    || actual.is_some_and(|actual| expectation.value.holds(fact, actual))
            });
            if !holds {
                untrue
                    .entry(numbered.number)
                    .or_default()
                    .push(fact.to_owned());
            }
        }
    }
    for (number, facts) in &untrue {
        for entry in &mut expected[number - 1] {
            entry
                .facts
                .retain(|(name, _)| !facts.iter().any(|fact| fact == name));
        }
        expected[number - 1].retain(|entry| !entry.facts.is_empty());
    }
    !untrue.is_empty()
}
