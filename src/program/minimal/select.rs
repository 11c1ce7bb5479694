//! Which facts a reproducer prints: those that the scenario expects, and of the others as many as it takes to tell behaviours apart.

use std::collections::BTreeSet;

use super::{ByStep, Seen, Step};
use crate::trace::StepRecord;
use crate::trace::fact::FactValue;
use crate::trace::facts::{Fact, NAME_FACTS};

/// The facts that are printed.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// Facts by step.
    pub(super) facts: ByStep<String>,
    /// True if bodies of modules say that they run.
    pub(super) bodies: bool,
}

/// Chooses the facts to print.
pub(super) fn choose_facts(steps: &[Step<'_>], seen: &[&Seen<'_>]) -> Chosen {
    let mut chosen = Chosen::default();
    for step in steps.iter().filter(|step| step.code.is_some()) {
        for expectation in step.expect {
            chosen.add(step.number, &expectation.fact.0);
        }
        if raises(step, seen) {
            chosen.add(step.number, "outcome");
        }
        // Nothing says which of them differ: each may be what the question is about.
        if step.is_eval && seen.is_empty() {
            chosen.add(step.number, "value");
        }
    }
    tell_apart(&mut chosen, seen);
    chosen
}

impl Chosen {
    fn add(&mut self, step: usize, fact: &str) {
        if fact == "ran" {
            self.bodies = true;
        }
        let facts = self.facts.entry(step).or_default();
        if !facts.iter().any(|known| known == fact) && is_printable(fact) {
            facts.push(fact.to_owned());
        }
    }
}

/// True if a fact can be printed.
fn is_printable(fact: &str) -> bool {
    !matches!(fact, "lookups" | "stdout" | "stderr" | "end") && !fact.starts_with("resolve(")
}

/// True if the step ends in an exception, on any version that is known.
pub(super) fn raises(step: &Step<'_>, seen: &[&Seen<'_>]) -> bool {
    if seen.is_empty() {
        let mut facts = step.expect.iter();
        return facts.any(|expected| match &*expected.fact.0 {
            "message" => true,
            "outcome" => {
                let mut values = expected.value.values().into_iter();
                values.any(|value| *value != FactValue::text("ok"))
            }
            _ => false,
        });
    }
    records(seen, step.number).any(|record| outcome(record) != "ok")
}

/// How a step ended.
pub(super) fn outcome(record: &StepRecord) -> String {
    let outcome = record.fact("outcome");
    outcome.map_or_else(String::new, ToString::to_string)
}

/// The records of a step in all behaviours.
pub(super) fn records<'a>(
    seen: &'a [&Seen<'a>],
    number: usize,
) -> impl Iterator<Item = &'a StepRecord> {
    let all = seen.iter().flat_map(|seen| seen.steps);
    all.filter(move |record| record.step == number)
}

/// Adds facts until every two behaviours differ in one.
fn tell_apart(chosen: &mut Chosen, seen: &[&Seen<'_>]) {
    let numbers: BTreeSet<usize> = seen
        .iter()
        .flat_map(|seen| seen.steps.iter().map(|record| record.step))
        .collect();
    let value = |seen: &Seen<'_>, number: usize, fact: &str| {
        let record = seen.steps.iter().find(|record| record.step == number);
        let Some(record) = record else {
            return Some(FactValue::text("not reached"));
        };
        record.fact(fact).cloned()
    };
    let mut open: Vec<(usize, usize)> = Vec::new();
    for second in 0..seen.len() {
        for first in 0..second {
            let mut known = chosen.facts.iter().flat_map(|(number, facts)| {
                let facts = facts.iter();
                facts.map(|fact| (*number, fact.clone()))
            });
            let differ = known.any(|(number, fact)| {
                value(seen[first], number, &fact) != value(seen[second], number, &fact)
            });
            if !differ {
                open.push((first, second));
            }
        }
    }
    for number in numbers {
        if open.is_empty() {
            return;
        }
        let mut facts: Vec<&str> = Vec::new();
        for record in records(seen, number) {
            for (fact, _) in &record.facts {
                if !facts.contains(&fact.0.as_str()) && is_printable(&fact.0) {
                    facts.push(&fact.0);
                }
            }
        }
        // What steps may ask most simply goes first.
        facts.sort_by_key(|fact| rank(fact));
        for fact in facts {
            let before = open.len();
            open.retain(|(first, second)| {
                value(seen[*first], number, fact) == value(seen[*second], number, fact)
            });
            if open.len() < before {
                chosen.add(number, fact);
            }
        }
    }
}

fn rank(fact: &str) -> usize {
    if matches!(fact, "died" | "warned" | "warning_messages") {
        return 9;
    }
    let kind = fact.split('(').next().unwrap_or(fact);
    match NAME_FACTS.iter().position(|known| known.name == kind) {
        Some(at) => 2 + at,
        None if Fact::of(fact).name.is_empty() => 1,
        None => 0,
    }
}
