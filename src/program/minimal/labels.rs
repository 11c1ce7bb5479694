//! Labels of modules: which are new, and which fact is about them.

use std::collections::HashSet;

use super::Seen;
use super::looks::Looks;
use super::select::records;
use crate::trace::StepRecord;
use crate::trace::fact::{FactName, FactValue};
use crate::trace::notation::is_label;

impl Looks {
    /// True if the modules that a fact shows are the first of their names, and new: then it is enough that they are there.
    pub(super) fn are_all_first(&self, seen: &[&Seen<'_>], number: usize, fact: &str) -> bool {
        let mut all = seen.iter().zip(&self.fresh).flat_map(|(seen, fresh)| {
            let pairs = seen.steps.iter().zip(fresh);
            pairs.filter(|(record, _)| record.step == number)
        });
        let mut is_any = false;
        let are = all.all(|(record, fresh)| {
            let Some(value) = record.fact(fact) else {
                return true;
            };
            match label_of(value) {
                Some(label) => {
                    is_any = true;
                    label.ends_with("#1")
                        && fresh.contains(label)
                        && !has_twin(record, fresh, label)
                }
                None => matches!(value, FactValue::Text(text) if matches!(text.as_str(), "absent" | "unbound")),
            }
        });
        let all_absent = !is_any && !self.is_known_before(seen, number, fact);
        are && (is_any || all_absent)
    }

    /// True if a module that no version had before is there on all of them: what every import does.
    pub(super) fn are_all_there(&self, seen: &[&Seen<'_>], number: usize, fact: &str) -> bool {
        is_about_module(fact)
            && self.are_all_first(seen, number, fact)
            && records(seen, number).all(|record| record.fact(fact).and_then(label_of).is_some())
    }

    /// True if a module of that name was seen before the step, or a later one.
    pub(super) fn is_known_before(&self, seen: &[&Seen<'_>], number: usize, fact: &str) -> bool {
        let name = fact
            .split_once('(')
            .map_or(fact, |(_, rest)| rest.trim_end_matches(')'));
        let label = format!("{name}#1");
        let mut all = seen.iter().zip(&self.fresh);
        all.any(|(seen, fresh)| {
            let before = seen.steps.iter().zip(fresh);
            let mut before = before.take_while(|(record, _)| record.step != number);
            before.any(|(_, fresh)| fresh.contains(&label))
        })
    }
}

/// Another new module of the same name in the same step.
pub(super) fn has_twin(record: &StepRecord, fresh: &HashSet<String>, label: &str) -> bool {
    let base = base_of(label);
    let mut others = fresh.iter().filter(|other| *other != label);
    others.any(|other| base_of(other) == base) && record.facts.len() > 1
}

/// The name of a label without its number.
pub(super) fn base_of(label: &str) -> &str {
    label.rsplit_once('#').map_or(label, |(base, _)| base)
}

/// The label that a value is, if it is that of a module.
pub(super) fn label_of(value: &FactValue) -> Option<&str> {
    match value {
        FactValue::Text(text) if is_label(text) && !text.starts_with("cache#") => Some(text),
        _ => None,
    }
}

/// Facts whose values may be labels.
pub(super) fn is_about_module(fact: &str) -> bool {
    !FactName::FIXED.contains(&fact) && !fact.starts_with("resolve(")
}

/// Labels that each record shows first.
pub(super) fn find_fresh(seen: &Seen<'_>) -> Vec<HashSet<String>> {
    let mut known: HashSet<String> = HashSet::new();
    let records = seen.steps.iter().map(|record| {
        let facts = record.facts.iter();
        let labels = facts
            .filter(|(fact, _)| is_about_module(&fact.0))
            .filter_map(|(_, value)| label_of(value));
        let fresh: HashSet<String> = labels
            .filter(|label| !known.contains(*label))
            .map(str::to_owned)
            .collect();
        known.extend(fresh.iter().cloned());
        fresh
    });
    records.collect()
}

/// True if a fact of a step is a module on all versions.
pub(super) fn is_module(seen: &[&Seen<'_>], number: usize, fact: &str) -> bool {
    records(seen, number).all(|record| record.fact(fact).and_then(label_of).is_some())
}
