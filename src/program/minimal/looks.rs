//! Values that a reproducer prints after each step.

use std::collections::HashSet;

use super::labels::{find_fresh, is_module, label_of};
use super::select::{Chosen, raises, records};
use super::{ByStep, Seen, Step};
use crate::scenario::model::Variant;
use crate::trace::fact::FactValue;
use crate::trace::facts::Fact;

/// How the value of a fact is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// True or False: it is there.
    Presence,
    /// The tag of a module, or the value.
    Tag,
    /// The value.
    Value,
    /// True or False: the name is bound to a lazy import that nothing has used.
    IsLazy,
    /// True or False: `sys.modules` is a dict that has a name.
    IsCache,
    /// The tags that are gone, from the first step on.
    Died,
    /// The categories of warnings.
    Warned,
    /// Category and text of warnings.
    WarningMessages,
}

/// A fact that is printed.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) fact: String,
    pub(super) form: Form,
    /// The words before the value.
    pub(super) label: String,
    pub(super) expression: String,
    /// True if it shows a module on all versions, and so few looks do that no function is needed.
    pub(super) is_inline: bool,
    /// For a cache its name.
    pub(super) cache: String,
}

/// All that is printed after each step.
pub(super) struct Looks {
    pub(super) by_step: ByStep<Look>,
    /// Steps whose outcome is printed.
    pub(super) outcomes: HashSet<usize>,
    /// Steps whose message is printed.
    pub(super) messages: HashSet<usize>,
    /// Expressions whose value is printed.
    pub(super) values: HashSet<usize>,
    /// Of these, those that give a module.
    pub(super) labels: HashSet<usize>,
    pub(super) bodies: bool,
    /// Labels that a step of a behaviour shows for the first time, by the behaviour and the place of the record.
    pub(super) fresh: Vec<Vec<HashSet<String>>>,
}

impl Looks {
    pub(super) fn new(
        variant: &Variant,
        steps: &[Step<'_>],
        seen: &[&Seen<'_>],
        chosen: &Chosen,
    ) -> Self {
        let fresh: Vec<_> = seen.iter().map(|seen| find_fresh(seen)).collect();
        let mut looks = Self {
            by_step: ByStep::new(),
            outcomes: HashSet::new(),
            messages: HashSet::new(),
            values: HashSet::new(),
            labels: HashSet::new(),
            bodies: chosen.bodies,
            fresh,
        };
        for step in steps.iter().filter(|step| step.code.is_some()) {
            let raises = raises(step, seen);
            if raises {
                looks.outcomes.insert(step.number);
            }
            let facts = chosen.facts.get(&step.number);
            for fact in facts.into_iter().flatten() {
                match fact.as_str() {
                    "message" if raises => _ = looks.messages.insert(step.number),
                    "outcome" | "ran" | "message" => {}
                    "value" => {
                        looks.values.insert(step.number);
                        let mut values =
                            records(seen, step.number).filter_map(|record| record.fact("value"));
                        if values.any(|value| label_of(value).is_some()) {
                            looks.labels.insert(step.number);
                        }
                    }
                    _ if says_nothing(step, seen, fact) => {}
                    _ => {
                        let look = looks.look(variant, step, seen, fact);
                        looks.by_step.entry(step.number).or_default().extend(look);
                    }
                }
            }
            looks.drop_repeated(step.number, seen);
        }
        looks.write_tags_out(seen);
        looks
    }

    /// Does without a function that gives tags where a few looks at modules are all there is.
    fn write_tags_out(&mut self, seen: &[&Seen<'_>]) {
        let tags = self.by_step.iter().flat_map(|(number, looks)| {
            let looks = looks.iter().filter(|look| look.form == Form::Tag);
            looks.map(move |look| (*number, look))
        });
        let are_modules = tags
            .clone()
            .all(|(number, look)| is_module(seen, number, &look.fact));
        if seen.is_empty() || !self.labels.is_empty() || tags.count() > MAX_INLINE || !are_modules {
            return;
        }
        for look in self.by_step.values_mut().flatten() {
            look.is_inline = true;
        }
    }

    /// Drops looks that are alike on all versions and about less telling places: the longer the list, the shorter the text.
    pub(super) fn drop_constant(&mut self, seen: &[&Seen<'_>], kinds: &[&str]) {
        for (number, looks) in &mut self.by_step {
            looks.retain(|look| {
                let kind = match look.fact.split('(').next().unwrap_or_default() {
                    kind if Fact::of(&look.fact).name.is_empty() && kind == look.fact => "binding",
                    kind => kind,
                };
                let mut values = seen.iter().map(|seen| {
                    let record = seen.steps.iter().find(|record| record.step == *number);
                    record.and_then(|record| record.fact(&look.fact))
                });
                let first = values.next();
                !(kinds.contains(&kind) && values.all(|value| Some(value) == first))
            });
        }
        self.by_step.retain(|_, looks| !looks.is_empty());
        let ran = |seen: &&Seen<'_>| -> Vec<Option<FactValue>> {
            seen.steps
                .iter()
                .map(|record| record.fact("ran").cloned())
                .collect()
        };
        if kinds.contains(&"ran") && seen.windows(2).all(|pair| ran(&pair[0]) == ran(&pair[1])) {
            self.bodies = false;
        }
    }

    /// Drops what only repeats by which versions the step ends in an exception, or another look of its kind.
    fn drop_repeated(&mut self, number: usize, seen: &[&Seen<'_>]) {
        let Some(looks) = self.by_step.get_mut(&number) else {
            return;
        };
        let told = |fact: &str| -> Vec<Option<FactValue>> {
            let records = seen
                .iter()
                .map(|seen| seen.steps.iter().find(|record| record.step == number));
            records
                .map(|record| record.and_then(|record| record.fact(fact)).cloned())
                .collect()
        };
        let mut known: Vec<Vec<usize>> = Vec::new();
        if self.outcomes.contains(&number) {
            known.push(partition(&told("outcome")));
        }
        let all_raise = !seen.is_empty()
            && told("outcome")
                .iter()
                .flatten()
                .all(|outcome| *outcome != FactValue::text("ok"));
        looks.retain(|look| {
            // An import that fails binds nothing.
            let unbound = FactValue::text("unbound");
            if all_raise
                && told(&look.fact)
                    .iter()
                    .flatten()
                    .all(|value| *value == unbound)
            {
                return false;
            }
            let parts = partition(&told(&look.fact));
            let differs = parts.iter().any(|part| *part > 0);
            let is_new = !known.contains(&parts);
            if is_new {
                known.push(parts);
            }
            is_new || !differs || look.form != Form::Presence
        });
    }
}

/// True if a fact is the same on all versions, and follows from others: the cache is as it was, or one dict is both.
fn says_nothing(step: &Step<'_>, seen: &[&Seen<'_>], fact: &str) -> bool {
    let original = FactValue::text("original");
    let is_one_dict = !seen.is_empty()
        && records(seen, step.number).all(|record| record.fact("cache") == Some(&original));
    is_one_dict && (fact == "cache" || fact.starts_with("original("))
}

/// For each value the place of the first that is like it.
fn partition(values: &[Option<FactValue>]) -> Vec<usize> {
    let first = |value| values.iter().position(|other| other == value);
    values.iter().filter_map(first).collect()
}

/// Looks at tags that are written out, rather than by a function.
const MAX_INLINE: usize = 3;
/// Columns of a line of code.
const MAX_COLUMNS: usize = 110;

/// The looks of a step as the prints have them: as many in one as a line has room for.
pub(super) fn group_looks(number: usize, looks: &[Look]) -> Vec<&[Look]> {
    let mut groups: Vec<&[Look]> = Vec::new();
    let mut first = 0;
    for end in 1..=looks.len() {
        let is_full = end - first > 1 && print_line(number, &looks[first..end]).len() > MAX_COLUMNS;
        if is_full {
            groups.push(&looks[first..end - 1]);
            first = end - 1;
        }
    }
    if first < looks.len() {
        groups.push(&looks[first..]);
    }
    groups
}

/// The print of some looks.
pub(super) fn print_line(number: usize, looks: &[Look]) -> String {
    let format: Vec<String> = looks
        .iter()
        .map(|look| format!("{}: %s", look.label.replace('%', "%%")))
        .collect();
    let expressions: Vec<String> = looks
        .iter()
        .map(|look| match look.form {
            Form::Tag if look.is_inline => {
                format!("getattr({}, \"tag\", \"fresh\")", look.expression)
            }
            Form::Tag => format!("tag_of({})", look.expression),
            _ => look.expression.clone(),
        })
        .collect();
    let values = match &expressions[..] {
        [only] if looks[0].form == Form::Value => format!("({only},)"),
        [only]
            if only.starts_with("tag_of(")
                || only.starts_with("sorted(")
                || only.starts_with("getattr(") && looks[0].form == Form::Tag =>
        {
            only.clone()
        }
        [only] => format!("({only})"),
        all => format!("({})", all.join(", ")),
    };
    format!("print(\"step {number}: {}\" % {values})", format.join(", "))
}
