//! The differences of two behaviours of one row: per step, the facts that were otherwise.

use std::collections::BTreeMap;
use std::fmt;

use super::align::{StepOccurrence, align_occurrences, fact_names, is_twin, occurrences_of};
use super::facts::Fact;
use super::list_change::describe_list_change;
use crate::text::joined;
use crate::trace::fact::FactValue;
use crate::trace::{StepRecord, TraceView};

/// A behaviour with its steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BehaviourTrace<'a> {
    /// Its trace.
    pub trace: TraceView<'a>,
    /// How the process ended.
    pub end: &'a str,
}

/// A step in which facts differ.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DifferingStep {
    /// Its number in the scenario.
    pub number: usize,
    /// For a step in the body of a module: the step that was running when the body was.
    pub inside: Option<usize>,
    /// The step in words: `import: demo`.
    pub action: String,
}

impl DifferingStep {
    /// Where it is: `step 2`, or `in step 2` in the body of a module.
    pub fn location(&self) -> String {
        match self.inside {
            Some(outer) => format!("in step {outer}"),
            None => format!("step {}", self.number),
        }
    }
}

/// A fact that differs, in the step where it begins to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Difference {
    /// The step; nothing for the end of the process.
    pub step: Option<DifferingStep>,
    /// The fact; `reached` for a step that only one of the two came to.
    pub fact: String,
    /// Its value in the one, `—` where it has none.
    pub was: String,
    /// Its value in the other.
    pub now: String,
    /// For long lists with items in common: what came and went.
    pub items: Vec<String>,
}

impl Difference {
    /// The number of the step, if it is of one.
    pub fn number(&self) -> Option<usize> {
        self.step.as_ref().map(|step| step.number)
    }

    /// The line above the facts of a step: `step 2  import: demo`.
    pub fn title(&self) -> String {
        match &self.step {
            Some(step) => format!("{}  {}", step.location(), step.action),
            None => "end of the process".to_owned(),
        }
    }
}

impl fmt::Display for Difference {
    /// The fact without its step: `cached(demo): demo#1 → demo#2`, `lookups: + pop pkg.late`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.items.is_empty() {
            write!(f, "{}: {} → {}", self.fact, self.was, self.now)
        } else {
            write!(f, "{}: {}", self.fact, joined(&self.items, ", "))
        }
    }
}

/// Finds the facts that differ, in the order of the steps. Never empty for behaviours that are not equal.
pub fn find_differences(was: BehaviourTrace<'_>, now: BehaviourTrace<'_>) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut seen = BTreeMap::new();
    let (before, after) = (occurrences_of(was.trace), occurrences_of(now.trace));
    for occurrence in align_occurrences(&[was.trace, now.trace]) {
        let index_in =
            |all: &[StepOccurrence<'_>]| all.iter().position(|known| *known == occurrence);
        let step = DifferingStep {
            number: occurrence.step,
            inside: occurrence.inside,
            action: occurrence.action.to_owned(),
        };
        let mut push = |fact: &str, was: String, now: String, items: Vec<String>| {
            found.push(Difference {
                step: Some(step.clone()),
                fact: fact.to_owned(),
                was,
                now,
                items,
            });
        };
        let (old, new) = (index_in(&before), index_in(&after));
        if let (Some(old), Some(new)) = (old, new) {
            let pair = (&was.trace.steps[old], &now.trace.steps[new]);
            for (name, (old, new)) in changed_facts(pair, &mut seen) {
                let items = old.zip(new);
                let items = items.and_then(|(old, new)| describe_list_change(old, new));
                push(name, show(old), show(new), items.unwrap_or_default());
            }
        } else {
            let yes_or_no =
                |index: Option<usize>| if index.is_some() { "yes" } else { "no" }.to_owned();
            push("reached", yes_or_no(old), yes_or_no(new), Vec::new());
        }
    }
    if was.end != now.end {
        found.push(Difference {
            step: None,
            fact: "end".to_owned(),
            was: was.end.to_owned(),
            now: now.end.to_owned(),
            items: Vec::new(),
        });
    }
    found
}

/// A value as tables show it.
fn show(value: Option<&FactValue>) -> String {
    value.map_or_else(|| "—".to_owned(), ToString::to_string)
}

type Pair<'a> = (Option<&'a FactValue>, Option<&'a FactValue>);

/// The facts of a step that differ and were not listed before. A state that goes on is listed once.
fn changed_facts<'a>(
    (was, now): (&'a StepRecord, &'a StepRecord),
    seen: &mut BTreeMap<&'a str, Pair<'a>>,
) -> Vec<(&'a str, Pair<'a>)> {
    let twins = |name: &str| is_twin(was, name) && is_twin(now, name);
    let mut found = Vec::new();
    for name in fact_names([was, now].into_iter())
        .into_iter()
        .filter(|name| !twins(name))
    {
        let pair = (was.fact(name), now.fact(name));
        let is_known = seen.insert(name, pair) == Some(pair) && !Fact::of(name).is_event;
        if !is_known && pair.0 != pair.1 {
            found.push((name, pair));
        }
    }
    found
}
