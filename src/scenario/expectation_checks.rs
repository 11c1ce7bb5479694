//! The check that an expectation can be met at all: that the fact is recorded, in a step of that kind, with such a value, on a Python
//! that runs the step.

use std::collections::BTreeSet;

use super::expect::ParsedExpectation;
use super::identifiers::identifiers;
use super::matcher::Matcher;
use super::model::{Action, Swap, SwapWord, Variant};
use super::steps::ParsedStep;
use crate::python::specifier::{VersionSpec, can_overlap};
use crate::trace::fact::FactValue;
use crate::yaml::diagnostics::Complaint;

/// The records that one variant makes, to hold its expectations to.
pub(super) struct ExpectationChecks<'v> {
    variant: &'v Variant,
    /// Modules whose state is recorded.
    pub(super) watched: Vec<String>,
    /// Names of which only the binding is recorded.
    pub(super) bound: Vec<String>,
    /// All of these.
    pub(super) names: Vec<String>,
    /// Modules that are imported by version, and what they are bound to.
    pub(super) renamed: Vec<(String, String)>,
    /// Names of snapshots, which the cache may be.
    pub(super) snapshots: &'v [String],
    /// Names that something unreadable may have brought: they are not to be complained about as well.
    guessed: &'v BTreeSet<String>,
    /// Every name in Python text of the scenario: it may be that of anything.
    pub(super) mentioned: BTreeSet<String>,
}

/// Where a step stands.
#[derive(Clone, Copy)]
pub(super) enum StepPosition {
    /// Among the steps of the scenario, behind the entry if there is one.
    Top { index: usize, is_last: bool },
    /// In the body of a module.
    Body,
}

impl<'v> ExpectationChecks<'v> {
    /// Collects what a variant records.
    pub(super) fn new(
        variant: &'v Variant,
        snapshots: &'v [String],
        guessed: &'v BTreeSet<String>,
    ) -> Self {
        let (watched, bound) = (variant.watched_modules(), variant.bound_names());
        let mentioned = variant.python_texts().flat_map(identifiers);
        Self {
            variant,
            names: watched.iter().chain(&bound).cloned().collect(),
            watched,
            bound,
            renamed: variant.imports_by_version(),
            snapshots,
            guessed,
            mentioned: mentioned.map(str::to_owned).collect(),
        }
    }

    /// True if the state of a module of this name is recorded, as far as one can tell.
    pub(super) fn is_watched(&self, name: &str) -> bool {
        self.watched.iter().any(|watched| watched == name) || self.guessed.contains(name)
    }

    /// Complains about the expectations of a step that can never hold.
    pub(super) fn check_step(&self, step: &ParsedStep<'_>, position: StepPosition) {
        let diagnostics = step.cursor.diagnostics;
        let before = diagnostics.len();
        for expected in &step.expect {
            let fact = expected.expectation.fact.0.as_str();
            let action = step.action.as_ref();
            if let Some(complaint) = self.refuse_fact_name(fact, action) {
                diagnostics.report_complaint(&expected.path, complaint);
                continue;
            }
            let specs = self.specs(step, Some(expected));
            let complaint = self
                .refuse_fact(fact, step, position, &specs)
                .or_else(|| self.refuse_values(fact, &expected.expectation.value, &specs));
            if let Some(complaint) = complaint {
                diagnostics.report_complaint(&expected.path, complaint);
            }
            self.check_filter(step, expected);
        }
        if diagnostics.len() == before {
            self.check_together(step);
        }
    }

    /// The specifiers that a Python must fit on which the step is run and the expectation applies.
    fn specs<'s>(
        &'s self,
        step: &'s ParsedStep<'_>,
        expected: Option<&'s ParsedExpectation>,
    ) -> Vec<&'s VersionSpec> {
        let requires = &self.variant.requires;
        let filter = expected.and_then(|expected| expected.expectation.python.as_ref());
        let specs = filter.into_iter().chain(&step.when);
        specs
            .chain(&requires.python)
            .chain(&requires.build)
            .collect()
    }

    /// Complains about a filter that leaves no Python on which the step is run, in whichever variant.
    fn check_filter(&self, step: &ParsedStep<'_>, expected: &ParsedExpectation) {
        let Some(filter) = &expected.expectation.python else {
            return;
        };
        let is_run = is_run_on_any(step, &self.specs(step, Some(expected)));
        let complaint = (!is_run).then(|| {
            let others = self.specs(step, None).into_iter();
            let mut others: Vec<_> = others.map(|spec| format!("`{spec}`")).collect();
            if let Some(Action::ByVersion(by_version)) = &step.action {
                let specs = by_version.alternatives.iter();
                let specs: Vec<_> = specs.map(|(spec, _)| format!("`{spec}`")).collect();
                others.push(specs.join(" or "));
            }
            let help = if can_overlap(&[filter]) && !others.is_empty() {
                format!("the step is run on {}", others.join(" and "))
            } else {
                "leave the expectation out".to_owned()
            };
            Complaint::new(format!("no Python that runs this step is `{filter}`"), help)
        });
        let path = expected.filter.as_ref().unwrap_or(&expected.path);
        let diagnostics = step.cursor.diagnostics;
        diagnostics.report_unless_elsewhere(path, complaint);
    }

    /// Complains about expectations that cannot hold at once. One that is known to be violated may contradict another.
    fn check_together(&self, step: &ParsedStep<'_>) {
        let is_marked =
            |expected: &&ParsedExpectation| !expected.expectation.xfail_marks.is_empty();
        let unmarked: Vec<_> = step.expect.iter().filter(|e| !is_marked(e)).collect();
        for (index, second) in unmarked.iter().enumerate() {
            for first in &unmarked[..index] {
                let clash = find_clash(first, second).or_else(|| find_clash(second, first));
                let Some(complaint) = clash else { continue };
                let mut specs = self.specs(step, Some(first));
                specs.extend(&second.expectation.python);
                let is_same = first.expectation.python == second.expectation.python;
                if is_same || is_run_on_any(step, &specs) {
                    let diagnostics = step.cursor.diagnostics;
                    diagnostics.report_complaint(&second.path, complaint);
                }
            }
        }
    }

    /// Why a step of this kind, or at this position, does not record a fact.
    fn refuse_fact(
        &self,
        fact: &str,
        step: &ParsedStep<'_>,
        position: StepPosition,
        specs: &[&VersionSpec],
    ) -> Option<Complaint> {
        let action = step.action.as_ref()?;
        let complaint = match (fact, position) {
            ("value", _) if !matches!(action, Action::Eval(_)) => Complaint::new(
                "only an `eval` has a `value`",
                "look at it with an `eval` of its own",
            ),
            ("died" | "warned" | "warning_messages" | "lookups", StepPosition::Body) => {
                Complaint::new(
                    format!("the steps in the body of a module record no `{fact}`"),
                    "expect it of the step that imports the module",
                )
            }
            ("lookups", StepPosition::Top { index, .. }) if !self.may_be_spied(index, specs) => {
                Complaint::new(
                    "no spy is there yet, so no lookups are recorded",
                    "write a step `swap: {to: spy}` before it",
                )
            }
            (
                "stdout" | "stderr",
                StepPosition::Body | StepPosition::Top { is_last: false, .. },
            ) => Complaint::new(
                format!("`{fact}` is what the whole case wrote"),
                "expect it of the last step",
            ),
            _ => return None,
        };
        Some(complaint)
    }

    /// True if a spy may be there when the step at this index has run.
    fn may_be_spied(&self, index: usize, specs: &[&VersionSpec]) -> bool {
        let number = index + usize::from(self.variant.entry.is_none());
        self.variant.numbered().iter().any(|numbered| {
            let when = numbered.step.when.iter();
            matches!(
                numbered.step.action,
                Action::Swap(Swap::Word(SwapWord::Spy))
            ) && (numbered.body.is_some() || numbered.number <= number)
                && can_overlap(&specs.iter().copied().chain(when).collect::<Vec<_>>())
        })
    }
}

/// True if there is a Python that fits the specifiers and runs the step, whose action may be for some only.
fn is_run_on_any(step: &ParsedStep<'_>, specs: &[&VersionSpec]) -> bool {
    match &step.action {
        Some(Action::ByVersion(by_version)) => by_version
            .alternatives
            .iter()
            .any(|(spec, _)| can_overlap(&[specs, &[spec]].concat())),
        _ => can_overlap(specs),
    }
}

/// Why the second expectation cannot hold where the first does.
fn find_clash(first: &ParsedExpectation, second: &ParsedExpectation) -> Option<Complaint> {
    let (first, second) = (&first.expectation, &second.expectation);
    let (fact, second_fact) = (first.fact.0.as_str(), second.fact.0.as_str());
    let Matcher::Equals(value) = &first.value else {
        return None;
    };
    let is = |word: &str| *value == FactValue::text(word);
    let is_text = matches!(value, FactValue::Text(_));
    match (fact, second_fact) {
        _ if fact == second_fact && !is("any") && !second.value.holds(fact, value) => {
            let other = second.value.describe(fact, None);
            let message = format!("`{fact}` cannot be both {value} and {other}");
            Some(Complaint::new(message, "limit one of them by `python`"))
        }
        ("outcome", "value") if is_text && !is("any") && !is("ok") => Some(Complaint::new(
            format!("a step that ends in {value} has no `value`"),
            "limit one of them by `python`, or leave it out",
        )),
        ("outcome", "message") if is("ok") => Some(Complaint::new(
            "only an exception has a `message`",
            "limit one of them by `python`, or leave it out",
        )),
        _ => None,
    }
}
