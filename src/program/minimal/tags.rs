//! Tags on modules, by which one is told from the next of its name; and what a behaviour makes the reproducer print.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::labels::{base_of, is_about_module, label_of};
use super::looks::{Form, Look, Looks, group_looks};
use super::select::{outcome, records};
use super::{ByStep, Seen, Step};
use crate::trace::StepRecord;
use crate::trace::fact::FactValue;

/// A statement that tags a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TagStatement {
    /// The fact that names where the module is.
    pub(super) fact: String,
    /// For an attribute: the name of the module that has it is bound.
    pub(super) parent_is_bound: bool,
    /// The tag.
    pub(super) tag: String,
    /// True if it must look first: on some version the module is not there, or has a tag.
    pub(super) is_guarded: bool,
    /// True if it comes before the prints of the step.
    pub(super) is_early: bool,
}

/// The statements that tag modules.
pub(super) struct Tags {
    pub(super) by_step: ByStep<TagStatement>,
    /// True if tags say that they are gone.
    pub(super) tells_death: bool,
}

/// The lines that a behaviour prints.
pub(super) struct Printed {
    /// All lines.
    pub(super) lines: Vec<String>,
    /// The outcome of each step, or the value, the first time.
    pub(super) outcomes: HashMap<usize, String>,
    /// The lines that each look of a step prints, the first time.
    pub(super) looks: HashMap<usize, Vec<String>>,
}

impl Tags {
    pub(super) fn new(steps: &[Step<'_>], seen: &[&Seen<'_>], looks: &Looks) -> Self {
        let all = looks.by_step.values().flatten();
        let tells_death = all.clone().any(|look| look.form == Form::Died);
        let mut bases: HashSet<String> = HashSet::new();
        for (number, step_looks) in &looks.by_step {
            for look in step_looks.iter().filter(|look| look.form == Form::Tag) {
                for record in records(seen, *number) {
                    let label = record.fact(&look.fact).and_then(label_of);
                    bases.extend(label.map(|label| base_of(label).to_owned()));
                }
            }
        }
        for number in &looks.labels {
            for record in records(seen, *number) {
                let label = record.fact("value").and_then(label_of);
                bases.extend(label.map(|label| base_of(label).to_owned()));
            }
        }
        if tells_death {
            for record in seen.iter().flat_map(|seen| seen.steps) {
                if let Some(FactValue::List(died)) = record.fact("died") {
                    bases.extend(
                        died.iter()
                            .filter_map(label_of)
                            .map(|label| base_of(label).to_owned()),
                    );
                }
            }
        }
        let mut by_step = ByStep::new();
        let last = looks
            .by_step
            .iter()
            .filter(|(_, looks)| {
                looks
                    .iter()
                    .any(|look| matches!(look.form, Form::Tag | Form::Died))
            })
            .map(|(number, _)| *number)
            .chain(looks.labels.iter().copied())
            .max();
        for step in steps {
            let statements = tag_new(step.number, seen, looks, &bases, tells_death);
            // Bodies of modules have numbers behind those of the steps, and run before.
            let is_needed = step.body.is_some()
                || last.is_some_and(|last| step.number < last)
                || statements.iter().any(|statement| statement.is_early);
            if is_needed && !statements.is_empty() {
                by_step.insert(step.number, statements);
            }
        }
        Self {
            by_step,
            tells_death,
        }
    }

    /// The lines that a behaviour prints.
    pub(super) fn print_lines(
        &self,
        steps: &[Step<'_>],
        seen: &Seen<'_>,
        looks: &Looks,
    ) -> Printed {
        let mut tags: HashMap<String, String> = HashMap::new();
        let mut gone: Vec<String> = Vec::new();
        let mut printed = Printed {
            lines: vec![],
            outcomes: HashMap::new(),
            looks: HashMap::new(),
        };
        for record in seen.steps {
            let number = record.step;
            let Some(step) = steps.iter().find(|step| step.number == number) else {
                continue;
            };
            if step.code.is_none() {
                continue;
            }
            if let Some(FactValue::List(died)) = record.fact("died") {
                let died = died.iter().filter_map(label_of);
                gone.extend(
                    died.filter(|label| tags.contains_key(*label))
                        .map(str::to_owned),
                );
            }
            if let Some(text) = tell_outcome(step, record, looks, &tags) {
                printed.lines.push(format!("step {number}: {text}"));
                printed.outcomes.entry(number).or_insert(text);
            }
            let statements = self.by_step.get(&number).map_or(&[][..], |all| all);
            let apply = |tags: &mut HashMap<String, String>, is_early: bool| {
                for statement in statements.iter().filter(|one| one.is_early == is_early) {
                    let label = record.fact(&statement.fact).and_then(label_of);
                    if let Some(label) = label
                        && !tags.contains_key(label)
                    {
                        tags.insert(label.to_owned(), statement.tag.clone());
                    }
                }
            };
            // A step in a body that ends in an exception ends the body.
            let is_over = step.body.is_some() && outcome(record) != "ok";
            if !is_over {
                apply(&mut tags, true);
            }
            let step_looks = looks.by_step.get(&number).filter(|_| !is_over);
            let texts: Vec<String> = step_looks
                .into_iter()
                .flatten()
                .map(|look| tell(look, record, &tags, &gone))
                .collect();
            if !texts.is_empty() {
                let mut rest = texts.iter();
                for group in group_looks(number, step_looks.map_or(&[][..], |looks| looks)) {
                    let pairs = group.iter().zip(rest.by_ref());
                    let pairs: Vec<String> = pairs
                        .map(|(look, text)| format!("{}: {text}", look.label))
                        .collect();
                    printed
                        .lines
                        .push(format!("step {number}: {}", pairs.join(", ")));
                }
                printed.looks.entry(number).or_insert(texts);
            }
            if !is_over {
                apply(&mut tags, false);
            }
        }
        printed
    }
}

/// The line that says how a step ended; nothing where that is not printed.
fn tell_outcome(
    step: &Step<'_>,
    record: &StepRecord,
    looks: &Looks,
    tags: &HashMap<String, String>,
) -> Option<String> {
    let outcome = outcome(record);
    if outcome != "ok" {
        let message = record
            .fact("message")
            .filter(|_| looks.messages.contains(&step.number));
        return looks
            .outcomes
            .contains(&step.number)
            .then(|| match message {
                Some(message) => format!("{outcome}: {message}"),
                None => outcome.clone(),
            });
    }
    if step.is_eval && looks.values.contains(&step.number) {
        return Some(
            record
                .fact("value")
                .map_or_else(String::new, |value| tell_value(value, tags)),
        );
    }
    looks
        .outcomes
        .contains(&step.number)
        .then(|| "ok".to_owned())
}

/// The line that a look prints.
fn tell(
    look: &Look,
    record: &StepRecord,
    tags: &HashMap<String, String>,
    gone: &[String],
) -> String {
    let value = record.fact(&look.fact);
    match look.form {
        Form::Died => {
            let mut gone = gone.to_vec();
            gone.sort();
            format!("[{}]", gone.join(", "))
        }
        Form::Warned | Form::WarningMessages => {
            let mut texts: Vec<String> = match value {
                Some(FactValue::List(items)) => items.iter().map(ToString::to_string).collect(),
                _ => vec![],
            };
            texts.sort();
            texts.dedup();
            format!("[{}]", texts.join(", "))
        }
        Form::IsLazy => {
            let is = value == Some(&FactValue::text("lazy"));
            FactValue::Bool(is).to_string()
        }
        Form::IsCache => {
            let is = value.is_some_and(|value| value.to_string() == look.cache);
            FactValue::Bool(is).to_string()
        }
        Form::Presence => {
            let is_there = value.and_then(label_of).is_some();
            FactValue::Bool(is_there).to_string()
        }
        Form::Tag | Form::Value => match value {
            None => String::new(),
            Some(value) => tell_value(value, tags),
        },
    }
}

/// A value as it is printed: of a module the tag.
fn tell_value(value: &FactValue, tags: &HashMap<String, String>) -> String {
    match label_of(value) {
        Some(label) => tags
            .get(label)
            .map_or_else(|| "fresh".to_owned(), Clone::clone),
        None => value.to_string(),
    }
}

/// The statements that tag what a step shows first.
fn tag_new(
    number: usize,
    seen: &[&Seen<'_>],
    looks: &Looks,
    bases: &HashSet<String>,
    tells_death: bool,
) -> Vec<TagStatement> {
    let mut statements: Vec<TagStatement> = Vec::new();
    // Labels that no statement reaches yet: by behaviour.
    let mut open: Vec<(&StepRecord, &HashSet<String>, String)> = Vec::new();
    for (seen, fresh) in seen.iter().zip(&looks.fresh) {
        for (record, fresh) in seen.steps.iter().zip(fresh) {
            if record.step == number {
                let labels: BTreeSet<&String> = fresh
                    .iter()
                    .filter(|label| bases.contains(base_of(label)))
                    .collect();
                open.extend(
                    labels
                        .into_iter()
                        .map(|label| (record, fresh, label.clone())),
                );
            }
        }
    }
    while let Some((record, fresh, label)) = open.first() {
        let places = record
            .facts
            .iter()
            .filter(|(fact, value)| is_about_module(&fact.0) && label_of(value) == Some(label));
        let Some((fact, _)) = places.min_by_key(|(fact, _)| place_rank(&fact.0)) else {
            open.remove(0);
            continue;
        };
        let fact = fact.0.to_string();
        let is_early = fresh
            .iter()
            .any(|other| other != label && base_of(other) == base_of(label))
            && !statements.iter().any(|one| one.is_early);
        let tag = if tells_death {
            label.clone()
        } else {
            label.rsplit('#').next().unwrap_or_default().to_owned()
        };
        let is_new_everywhere = seen.iter().zip(&looks.fresh).all(|(seen, fresh)| {
            let mut all = seen.steps.iter().zip(fresh);
            all.all(|(record, fresh)| {
                record.step != number
                    || record
                        .fact(&fact)
                        .and_then(label_of)
                        .is_some_and(|label| fresh.contains(label))
            })
        });
        let parent = fact
            .strip_prefix("attribute(")
            .and_then(|name| name.rsplit_once('.'))
            .map_or("", |(parent, _)| parent);
        let parent_is_bound = records(seen, number).all(|record| {
            record.fact(&fact).and_then(label_of).is_none()
                || record
                    .fact(parent)
                    .is_some_and(|value| label_of(value).is_some())
        });
        let statement = TagStatement {
            parent_is_bound,
            is_guarded: !is_new_everywhere,
            fact: fact.clone(),
            tag,
            is_early,
        };
        open.retain(|(record, _, label)| {
            record.fact(&fact).and_then(label_of) != Some(label.as_str())
        });
        if !statements.contains(&statement) {
            statements.push(statement);
        }
    }
    statements
}

/// Bindings are the simplest places, then the cache.
fn place_rank(fact: &str) -> usize {
    match fact.split('(').next() {
        Some("cached") => 1,
        Some("attribute") => 2,
        Some("original") => 3,
        _ => 0,
    }
}
