//! What two behaviours of one row differ in: per step, the facts that were otherwise.

use std::collections::BTreeMap;
use std::fmt;

use super::moments::{MOMENTS, Moment, is_twin, moments, moments_of};
use crate::trace::StepRecord;
use crate::trace::fact::FactValue;

/// A behaviour with its steps.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Its trace.
    pub steps: &'a Vec<StepRecord>,
    /// How the process ended.
    pub end: &'a str,
}

/// A fact that differs, in the step where it begins to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Difference {
    /// Number of the step; nothing for the end of the process.
    pub number: Option<usize>,
    /// The step in words: `step 2  import: demo`.
    pub step: String,
    /// The fact; `reached` for a step that only one of the two came to.
    pub fact: String,
    /// Its value in the one, `—` where it has none.
    pub was: String,
    /// Its value in the other.
    pub now: String,
}

impl fmt::Display for Difference {
    /// The fact without its step: `cached(demo): demo#1 → demo#2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} → {}", self.fact, self.was, self.now)
    }
}

/// What differs, in the order of the steps. Never empty for behaviours that are not equal.
pub fn differences(was: Shown<'_>, now: Shown<'_>) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut told = BTreeMap::new();
    let (before, after) = (moments_of(was.steps), moments_of(now.steps));
    for moment in moments(&[was.steps, now.steps]) {
        let at = |all: &[Moment<'_>]| all.iter().position(|one| *one == moment);
        let step = match moment.inside {
            Some(outer) => format!("in step {outer}  {}", moment.action),
            None => format!("step {}  {}", moment.step, moment.action),
        };
        let mut tell = |fact: &str, was: String, now: String| {
            found.push(Difference {
                number: Some(moment.step),
                step: step.clone(),
                fact: fact.to_owned(),
                was,
                now,
            });
        };
        match (at(&before), at(&after)) {
            (Some(old), Some(new)) => {
                let pair = (&was.steps[old], &now.steps[new]);
                for (name, old, new) in changed(pair, &mut told) {
                    tell(name, word(old), word(new));
                }
            }
            (Some(_), None) => tell("reached", "yes".to_owned(), "no".to_owned()),
            (None, _) => tell("reached", "no".to_owned(), "yes".to_owned()),
        }
    }
    if was.end != now.end {
        found.push(Difference {
            number: None,
            step: "end of the process".to_owned(),
            fact: "end".to_owned(),
            was: was.end.to_owned(),
            now: now.end.to_owned(),
        });
    }
    found
}

fn word(value: Option<&FactValue>) -> String {
    value.map_or_else(|| "—".to_owned(), ToString::to_string)
}

type Pair<'a> = (Option<&'a FactValue>, Option<&'a FactValue>);

/// The facts of a step that differ and were not told before. A state that goes on is told once.
fn changed<'a>(
    (was, now): (&'a StepRecord, &'a StepRecord),
    told: &mut BTreeMap<&'a str, Pair<'a>>,
) -> Vec<(&'a str, Option<&'a FactValue>, Option<&'a FactValue>)> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in was.facts.iter().chain(&now.facts) {
        if !names.contains(&name.0.as_str()) {
            names.push(&name.0);
        }
    }
    names.sort_by_key(|name| {
        let moment = MOMENTS.iter().position(|moment| moment == name);
        moment.unwrap_or(MOMENTS.len())
    });
    let twins = |name: &str| is_twin(was, name) && is_twin(now, name);
    let mut found = Vec::new();
    for name in names.into_iter().filter(|name| !twins(name)) {
        let pair = (was.fact(name), now.fact(name));
        let again = told.insert(name, pair) == Some(pair) && !MOMENTS.contains(&name);
        if !again && pair.0 != pair.1 {
            found.push((name, pair.0, pair.1));
        }
    }
    found
}
