//! Whether what is expected can be seen at all: that the fact is recorded, in a step of that kind, with such a value, on a Python
//! that runs the step.

use std::collections::BTreeSet;

use super::expect::Expected;
use super::matcher::Matcher;
use super::model::{Action, ModuleBody, SwapTo, Variant};
use super::names::{identifiers, is_dotted};
use super::steps::Parsed;
use super::values::{Refusal, Values};
use crate::python::specifier::VersionSpec;
use crate::python::specifier::can_overlap;
use crate::trace::fact::{FactName, FactValue};
use crate::yaml::cursor::{Log, did_you_mean, one_of, quoted};

/// What one variant records.
pub(super) struct Recorded<'v> {
    variant: &'v Variant,
    watched: Vec<String>,
    bound: Vec<String>,
    names: Vec<String>,
    renamed: Vec<(String, String)>,
    snapshots: &'v [String],
    /// Names that something unreadable may have brought: they are not to be complained about as well.
    guessed: &'v BTreeSet<String>,
    mentioned: BTreeSet<String>,
}

/// A step, and where it stands.
pub(super) struct Place<'s, 'a> {
    pub(super) step: &'s Parsed<'a>,
    /// Its number among the steps of the scenario, the entry being 0; nothing in the body of a module.
    pub(super) number: Option<usize>,
    /// Whether it is the last step.
    pub(super) last: bool,
}

impl<'v> Recorded<'v> {
    pub(super) fn new(
        variant: &'v Variant,
        snapshots: &'v [String],
        guessed: &'v BTreeSet<String>,
    ) -> Self {
        let (watched, bound) = (variant.watched(), variant.bound_names());
        let mut mentioned = BTreeSet::new();
        let bodies = variant
            .modules
            .iter()
            .filter_map(|module| match &module.body {
                ModuleBody::Text(text) => Some(text.as_str()),
                _ => None,
            });
        let numbered = variant.numbered();
        let texts = numbered.iter().flat_map(|one| one.step.action.texts());
        for text in bodies.chain(texts) {
            mentioned.extend(identifiers(text).map(str::to_owned));
        }
        let names = watched.iter().chain(&bound).cloned().collect();
        Self {
            variant,
            watched,
            bound,
            names,
            renamed: variant.renamed(),
            snapshots,
            guessed,
            mentioned,
        }
    }

    /// Says which expectations of a step can never hold.
    pub(super) fn check(&self, place: &Place<'_, '_>, log: &mut Log<'_>) {
        let step = place.step;
        let values = Values {
            names: &self.names,
            renamed: &self.renamed,
            snapshots: self.snapshots,
            mentioned: &self.mentioned,
        };
        let right = log.found.len();
        for expected in &step.expect {
            let fact = expected.expectation.fact.0.as_str();
            let before = log.found.len();
            self.check_name(expected, step.action.as_ref(), log);
            if log.found.len() > before {
                continue;
            }
            let specs = self.specs(step, Some(expected));
            let refusal = self
                .refuse_kind(place, expected, &specs)
                .or_else(|| values.refuse(fact, &expected.expectation.value, &specs));
            if let Some((message, help)) = refusal {
                log.say(&expected.path, message, help);
            }
            self.check_versions(step, expected, log);
        }
        if log.found.len() == right {
            self.check_together(step, log);
        }
    }

    /// The specifiers that a Python must fit on which the step is run and the expectation applies.
    fn specs<'s>(
        &'s self,
        step: &'s Parsed<'_>,
        expected: Option<&'s Expected>,
    ) -> Vec<&'s VersionSpec> {
        let requires = &self.variant.requires;
        let filter = expected.and_then(|one| one.expectation.python.as_ref());
        filter
            .into_iter()
            .chain(&step.when)
            .chain(&requires.python)
            .chain(&requires.build)
            .collect()
    }

    /// Whether there is a Python that fits them and runs the step, whose action may be for some only.
    fn is_run(step: &Parsed<'_>, specs: &[&VersionSpec]) -> bool {
        match &step.action {
            Some(Action::PerVersion(actions)) => actions.iter().any(|(spec, _)| {
                can_overlap(&specs.iter().copied().chain([spec]).collect::<Vec<_>>())
            }),
            _ => can_overlap(specs),
        }
    }

    /// A filter that leaves no Python on which the step is run.
    fn check_versions(&self, step: &Parsed<'_>, expected: &Expected, log: &mut Log<'_>) {
        let Some(filter) = &expected.expectation.python else {
            return;
        };
        let path = expected.filter.as_ref().unwrap_or(&expected.path);
        let runs = Self::is_run(step, &self.specs(step, Some(expected)));
        let wrong = (!runs).then(|| {
            let mut others: Vec<_> = self
                .specs(step, None)
                .iter()
                .map(|spec| format!("`{spec}`"))
                .collect();
            if let Some(Action::PerVersion(actions)) = &step.action {
                let specs: Vec<_> = actions
                    .iter()
                    .map(|(spec, _)| format!("`{spec}`"))
                    .collect();
                others.push(specs.join(" or "));
            }
            let help = if can_overlap(&[filter]) && !others.is_empty() {
                format!("the step is run on {}", others.join(" and "))
            } else {
                "leave the expectation out".to_owned()
            };
            (format!("no Python that runs this step is `{filter}`"), help)
        });
        log.say_unless_elsewhere(path, wrong);
    }

    /// Expectations that cannot hold at once.
    fn check_together(&self, step: &Parsed<'_>, log: &mut Log<'_>) {
        let marked = |one: &Expected| !one.expectation.known.is_empty();
        for (at, second) in step.expect.iter().enumerate() {
            for first in &step.expect[..at] {
                let (one, other) = (&first.expectation, &second.expectation);
                let Some((message, help)) = clash(first, second).or_else(|| clash(second, first))
                else {
                    continue;
                };
                let mut specs = self.specs(step, Some(first));
                specs.extend(&other.python);
                if !marked(first)
                    && !marked(second)
                    && one.python != other.python
                    && !Self::is_run(step, &specs)
                {
                    continue;
                }
                if !marked(first) && !marked(second) {
                    log.say(&second.path, message, help);
                }
            }
        }
    }

    /// A fact that a step of this kind, or at this place, does not record.
    fn refuse_kind(
        &self,
        place: &Place<'_, '_>,
        expected: &Expected,
        specs: &[&VersionSpec],
    ) -> Option<Refusal> {
        let action = place.step.action.as_ref()?;
        let fact = expected.expectation.fact.0.as_str();
        let refusal = |message: &str, help: &str| Some((message.to_owned(), help.to_owned()));
        match (fact, place.number) {
            ("value", _) if !matches!(action, Action::Eval(_)) => refusal(
                "only an `eval` has a `value`",
                "look at it with an `eval` of its own",
            ),
            ("died" | "warned" | "warning_messages" | "lookups", None) => refusal(
                &format!("the steps in the body of a module record no `{fact}`"),
                "expect it of the step that imports the module",
            ),
            ("lookups", Some(number)) if !self.is_spied(number, specs) => refusal(
                "no spy is there yet, so no lookups are recorded",
                "write a step `swap: {to: spy}` before it",
            ),
            ("stdout" | "stderr", _) if !place.last => refusal(
                &format!("`{fact}` is what the whole case wrote"),
                "expect it of the last step",
            ),
            _ => None,
        }
    }

    /// Whether a spy may be there when the step of this number has run.
    fn is_spied(&self, number: usize, specs: &[&VersionSpec]) -> bool {
        self.variant.numbered().iter().any(|one| {
            matches!(one.step.action, Action::Swap(SwapTo::Spy))
                && (one.body.is_some() || one.number <= number)
                && can_overlap(
                    &specs
                        .iter()
                        .copied()
                        .chain(&one.step.when)
                        .collect::<Vec<_>>(),
                )
        })
    }

    /// A fact that is not recorded, whatever the step.
    fn check_name(&self, expected: &Expected, action: Option<&Action>, log: &mut Log<'_>) {
        let fact = expected.expectation.fact.0.as_str();
        let watched = |name: &str| {
            self.watched.iter().any(|other| other == name) || self.guessed.contains(name)
        };
        if let Some(spelling) = fact.strip_prefix("resolve(") {
            return check_resolve(spelling.trim_end_matches(')'), expected, action, log);
        }
        let is_bound = self.bound.iter().any(|other| other == fact);
        if FactName::FIXED.contains(&fact) || is_bound || (watched(fact) && !fact.contains('.')) {
            return;
        }
        let of_a_name = FactName::OF_A_NAME.iter().find_map(|kind| {
            let name = fact.strip_prefix(kind)?.strip_prefix('(')?;
            Some((*kind, name.strip_suffix(')')?))
        });
        let watch = |name: &str| format!("watch it: `watch: [{name}]`");
        let (message, help) = match of_a_name {
            Some(("attribute", name)) if !name.contains('.') => (
                format!("`attribute` needs a dot, not {}", quoted(name)),
                "expected `attribute(pkg.sub)`".to_owned(),
            ),
            Some((_, name)) if watched(name) => return,
            Some((kind, name)) => {
                // Of short names every one is near.
                let known = self.watched.iter().filter(|_| name.chars().count() > 2);
                let near = did_you_mean(name, known.map(String::as_str)).map(|near| {
                    near.replacen('`', &format!("`{kind}("), 1)
                        .replacen("`?", ")`?", 1)
                });
                let help = match near {
                    _ if !is_dotted(name) => "expected a dotted name".to_owned(),
                    Some(near) => format!("{near} If not, {}", watch(name)),
                    None => watch(name),
                };
                (format!("nothing watches {}", quoted(name)), help)
            }
            None if watched(fact) => (
                format!("a binding has no dots: {}", quoted(fact)),
                format!("expected `cached({fact})` or `attribute({fact})`"),
            ),
            None => {
                let mut known: Vec<String> = FactName::FIXED.map(str::to_owned).to_vec();
                known.push("raises".to_owned());
                known.extend(
                    self.names
                        .iter()
                        .filter(|name| !name.contains('.'))
                        .cloned(),
                );
                let near = did_you_mean(fact, known.iter().map(String::as_str));
                if is_dotted(fact) {
                    let help = near.unwrap_or_else(|| {
                        format!(
                            "facts are {}; if it is a name, {}",
                            one_of(&FactName::FIXED),
                            watch(fact)
                        )
                    });
                    (
                        format!("{} is neither a fact nor a watched name", quoted(fact)),
                        help,
                    )
                } else {
                    let help = near.unwrap_or_else(|| {
                        let fixed = one_of(&FactName::FIXED);
                        format!("facts are {fixed}, `cached(name)`, `original(name)` and `attribute(pkg.sub)`")
                    });
                    (format!("unknown fact {}", quoted(fact)), help)
                }
            }
        };
        log.say(&expected.path, message, help);
    }
}

/// Why the second expectation cannot hold where the first does.
fn clash(first: &Expected, second: &Expected) -> Option<Refusal> {
    let (one, other) = (&first.expectation, &second.expectation);
    let (fact, other_fact) = (one.fact.0.as_str(), other.fact.0.as_str());
    let Matcher::Equals(value) = &one.value else {
        return None;
    };
    let ends = |outcome: &FactValue| matches!(outcome, FactValue::Text(text) if text != "any");
    match (fact, other_fact) {
        _ if fact == other_fact
            && *value != FactValue::text("any")
            && !other.value.holds(fact, value) =>
        {
            Some((
                format!(
                    "`{fact}` cannot be both {value} and {}",
                    other.value.describe(fact, None)
                ),
                "limit one of them by `python`".to_owned(),
            ))
        }
        ("outcome", "value") if ends(value) && *value != FactValue::text("ok") => Some((
            format!("a step that ends in {value} has no `value`"),
            "limit one of them by `python`, or leave it out".to_owned(),
        )),
        ("outcome", "message") if *value == FactValue::text("ok") => Some((
            "only an exception has a `message`".to_owned(),
            "limit one of them by `python`, or leave it out".to_owned(),
        )),
        _ => None,
    }
}

/// A fact of a `resolve` step: its spelling must be one, and one that a name without dots has.
fn check_resolve(spelling: &str, expected: &Expected, action: Option<&Action>, log: &mut Log<'_>) {
    let path = &expected.path;
    let Some(Action::Resolve(name)) = action else {
        if action.is_some() {
            let message = "only a `resolve` step has such a fact";
            log.say(path, message, "expected a step such as `resolve: pkg.sub`");
        }
        return;
    };
    if !FactName::RESOLVE.contains(&spelling) {
        let help = did_you_mean(spelling, FactName::RESOLVE).unwrap_or_else(|| {
            let spellings = FactName::RESOLVE.map(|word| format!("`resolve({word})`"));
            format!("expected one of {}", spellings.join(", "))
        });
        log.say(path, format!("unknown spelling {}", quoted(spelling)), help);
    } else if spelling == "from" && !name.contains('.') {
        let message = format!("`{name}` has no dot, so nothing to import it from");
        log.say(path, message, "leave the expectation out");
    }
}
