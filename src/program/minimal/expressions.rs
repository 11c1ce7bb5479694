//! Facts as Python expressions.

use std::collections::BTreeSet;

use super::labels::{is_module, label_of};
use super::looks::{Form, Look, Looks};
use super::select::records;
use super::{Seen, Step};
use crate::scenario::model::{Action, Variant};
use crate::trace::StepRecord;
use crate::trace::fact::FactValue;

impl Looks {
    pub(super) fn look(
        &self,
        variant: &Variant,
        step: &Step<'_>,
        seen: &[&Seen<'_>],
        fact: &str,
    ) -> Vec<Look> {
        let mut values = values_of(step, seen, fact);
        let look = |form, label: &str, expression: &str| Look {
            fact: fact.to_owned(),
            form,
            label: label.to_owned(),
            expression: expression.to_owned(),
            is_inline: false,
            cache: String::new(),
        };
        if !seen.is_empty() && self.are_all_there(seen, step.number, fact) {
            return vec![];
        }
        match fact {
            "died" => return vec![look(Form::Died, "gone", "sorted(gone)")],
            "warned" => {
                let text = "sorted(set(each.category.__name__ for each in caught))";
                return vec![look(Form::Warned, "warnings", text)];
            }
            "warning_messages" => {
                let text = "sorted(set(\"%s: %s\" % (each.category.__name__, each.message) for each in caught))";
                return vec![look(Form::WarningMessages, "warnings", text)];
            }
            "cache" => return look_at_cache(variant, &values),
            _ => {}
        }
        let (kind, name) = match fact.split_once('(') {
            Some((kind, rest)) => (kind, rest.trim_end_matches(')')),
            None => ("", fact),
        };
        if values.is_empty() {
            values.push(FactValue::text("absent"));
        }
        let is_word = |value: &FactValue, word: &str| *value == FactValue::text(word);
        if values.iter().any(|value| is_word(value, "unreadable")) {
            return vec![];
        }
        if kind.is_empty() && values.iter().any(|value| is_word(value, "lazy")) {
            let text = format!("type(globals().get(\"{name}\")).__name__ == \"lazy_import\"");
            return vec![look(Form::IsLazy, &format!("{name} is lazy"), &text)];
        }
        let can_lack = seen.is_empty()
            || values
                .iter()
                .any(|value| is_word(value, "absent") || is_word(value, "unbound"));
        let is_plain = |value: &FactValue| {
            !is_word(value, "absent") && !is_word(value, "unbound") && label_of(value).is_none()
        };
        let form = if !seen.is_empty() && self.are_all_first(seen, step.number, fact) {
            Form::Presence
        } else if values.iter().all(is_plain) {
            Form::Value
        } else {
            Form::Tag
        };
        let cache = cache_expression(seen, step.number);
        let parent = name.rsplit_once('.').map_or("", |(parent, _)| parent);
        let parent_is_bound =
            !seen.is_empty() && !parent.is_empty() && is_module(seen, step.number, parent);
        let namespace = namespace_of(seen, step.number, parent, cache);
        let place = Place {
            kind,
            name,
            can_lack,
            cache,
            namespace: &namespace,
            parent_is_bound,
        };
        if form == Form::Presence && kind.is_empty() && !can_lack {
            return vec![];
        }
        let (label, expression) = place.write(form == Form::Presence);
        vec![look(form, &label, &expression)]
    }
}

/// Where a fact is.
struct Place<'a> {
    kind: &'a str,
    name: &'a str,
    /// True if there may be nothing.
    can_lack: bool,
    /// The module cache.
    cache: &'a str,
    /// The namespace of the parent.
    namespace: &'a str,
    parent_is_bound: bool,
}

impl Place<'_> {
    /// The label before the value, and the expression: true or false for `is_presence`, and otherwise what is there.
    fn write(&self, is_presence: bool) -> (String, String) {
        let Self {
            kind,
            name,
            can_lack,
            cache,
            namespace,
            parent_is_bound,
        } = *self;
        let last = name.rsplit('.').next().unwrap_or(name);
        match (kind, is_presence) {
            ("cached", true) => (
                format!("'{name}' in sys.modules"),
                format!("\"{name}\" in {cache}"),
            ),
            ("cached", _) if can_lack => (
                format!("sys.modules['{name}']"),
                format!("{cache}.get(\"{name}\", \"absent\")"),
            ),
            ("cached", _) => (
                format!("sys.modules['{name}']"),
                format!("{cache}[\"{name}\"]"),
            ),
            ("original", true) => (
                format!("'{name}' in original"),
                format!("\"{name}\" in original"),
            ),
            ("original", _) => (
                format!("original['{name}']"),
                format!("original.get(\"{name}\", \"absent\")"),
            ),
            ("attribute", true) => (format!("has {name}"), format!("\"{last}\" in {namespace}")),
            ("attribute", _) if !can_lack && parent_is_bound => (name.to_owned(), name.to_owned()),
            ("attribute", _) => (
                name.to_owned(),
                format!("{namespace}.get(\"{last}\", \"absent\")"),
            ),
            (_, true) => (
                format!("{name} is bound"),
                format!("\"{name}\" in globals()"),
            ),
            _ if can_lack => (
                name.to_owned(),
                format!("globals().get(\"{name}\", \"unbound\")"),
            ),
            _ => (name.to_owned(), name.to_owned()),
        }
    }
}

/// The module cache, which may be gone.
fn cache_expression(seen: &[&Seen<'_>], number: usize) -> &'static str {
    let missing = FactValue::text("missing");
    if records(seen, number).any(|record| record.fact("cache") == Some(&missing)) {
        "getattr(sys, \"modules\", {})"
    } else {
        "sys.modules"
    }
}

/// The namespace of a package, which its name may be bound to. Not `getattr`, which a module may answer itself.
fn namespace_of(seen: &[&Seen<'_>], number: usize, parent: &str, cache: &str) -> String {
    let is_cached = !seen.is_empty() && is_module(seen, number, &format!("cached({parent})"));
    let is_bound = |record: &StepRecord| record.fact(parent).and_then(label_of).is_some();
    if !seen.is_empty() && !parent.is_empty() && is_module(seen, number, parent) {
        format!("vars({parent})")
    } else if is_cached {
        format!("vars({cache}[\"{parent}\"])")
    } else if records(seen, number).any(is_bound) {
        format!(
            "getattr(globals().get(\"{parent}\") or {cache}.get(\"{parent}\"), \"__dict__\", {{}})"
        )
    } else {
        format!("getattr({cache}.get(\"{parent}\"), \"__dict__\", {{}})")
    }
}

/// The values that a fact of a step had, or is expected to have.
fn values_of(step: &Step<'_>, seen: &[&Seen<'_>], fact: &str) -> Vec<FactValue> {
    if seen.is_empty() {
        let expected = step
            .expect
            .iter()
            .filter(|expected| expected.fact.0 == fact);
        return expected
            .flat_map(|expected| expected.value.values().into_iter().cloned())
            .collect();
    }
    let values = records(seen, step.number).filter_map(|record| record.fact(fact));
    values.cloned().collect()
}

/// Prints whether `sys.modules` is a dict that has a name: each that it may be.
fn look_at_cache(variant: &Variant, values: &[FactValue]) -> Vec<Look> {
    let numbered = variant.numbered().into_iter();
    let mut names: BTreeSet<String> = numbered
        .filter_map(|numbered| match &numbered.step.action {
            Action::Snapshot(snapshot) => Some(snapshot.name.clone()),
            _ => None,
        })
        .collect();
    names.insert("original".to_owned());
    let mut found: Vec<String> = Vec::new();
    for value in values.iter().map(ToString::to_string) {
        if names.contains(&value) && !found.contains(&value) {
            found.push(value);
        }
    }
    if found.is_empty() {
        found.push("original".to_owned());
    }
    let may_lack = values
        .iter()
        .any(|value| *value == FactValue::text("missing"));
    let looks = found.into_iter().map(|name| Look {
        fact: "cache".to_owned(),
        form: Form::IsCache,
        label: format!("sys.modules is {name}"),
        expression: if may_lack {
            format!("getattr(sys, \"modules\", None) is {name}")
        } else {
            format!("sys.modules is {name}")
        },
        is_inline: false,
        cache: name,
    });
    looks.collect()
}
