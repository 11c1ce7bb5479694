//! The parameters of scenarios that are selected: their values, and what to do where there are none.

use std::collections::BTreeSet;
use std::path::Path;

use super::select_scenarios::{MAX_CANDIDATES, ScenarioSelection, SelectError};
use crate::plan::{Selection, collect_ids};
use crate::record::id::VariantId;
use crate::scenario::LoadErrors;
use crate::scenario::model::{Scenario, ScenarioId};
use crate::text::{self, first_few, listing};

/// Scenarios with parameters that are not set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} {} not set; add `{}`",
    first_few(&quoted_ids(ids), MAX_CANDIDATES),
    match (ids.len(), names.len()) {
        (1, 1) => "has a parameter that is",
        (1, _) => "has parameters that are",
        _ => "have parameters that are",
    },
    self.options()
)]
pub struct UnsetParameters {
    /// The ids of the scenarios, in their order; at least one.
    pub ids: Vec<String>,
    /// The parameters, in their order.
    pub names: Vec<String>,
}

impl UnsetParameters {
    /// Collects the parameters that are not set, if there are any.
    pub fn find<'s>(scenarios: impl IntoIterator<Item = &'s Scenario>) -> Option<Self> {
        let mut unset = Self {
            ids: Vec::new(),
            names: Vec::new(),
        };
        for scenario in scenarios.into_iter().filter(|one| !one.unset.is_empty()) {
            unset.ids.push(scenario.id.0.clone());
            for name in &scenario.unset {
                if !unset.names.contains(name) {
                    unset.names.push(name.clone());
                }
            }
        }
        (!unset.ids.is_empty()).then_some(unset)
    }

    /// These, without some scenarios; nothing where no other is left.
    #[must_use]
    pub fn without(mut self, ids: &[String]) -> Option<Self> {
        self.ids.retain(|id| !ids.contains(id));
        (!self.ids.is_empty()).then_some(self)
    }

    /// The options that set them: `--set package=…`.
    pub fn options(&self) -> String {
        let names = self.names.iter();
        text::joined(names.map(|name| format!("--set {name}=…")), " ")
    }
}

impl ScenarioSelection {
    /// Refuses a value that is there twice.
    pub(super) fn refuse_repeated_values(&self) -> Result<(), SelectError> {
        for (index, value) in self.values.iter().enumerate() {
            if self.values[..index].contains(value) {
                let text = format!("{}={}", value.name, value.value);
                return Err(SelectError::RepeatedValue(text));
            }
        }
        Ok(())
    }

    /// Gives the parameters of scenarios their values. What a value does not fit stays as it is, and is returned with the reason: it may
    /// not be selected.
    pub(super) fn fill_parameters(
        &self,
        scenarios: Vec<Scenario>,
    ) -> (Vec<Scenario>, Vec<(ScenarioId, LoadErrors)>) {
        let words = self.words.iter().filter(|word| word.ends_with(']'));
        let rows: Vec<VariantId> = words.map(|word| word.as_str().into()).collect();
        let mut misfits = Vec::new();
        let filled = scenarios.into_iter().map(|scenario| {
            if scenario.parameters.is_empty() {
                return scenario;
            }
            let is_of_it = |row: &&VariantId| {
                let id = &scenario.id.0;
                let before = id.strip_suffix(row.scenario());
                before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
            };
            let mut filled = match scenario.with_values(&self.values) {
                Ok(filled) => filled,
                Err(errors) => {
                    misfits.push((scenario.id.clone(), errors));
                    return scenario;
                }
            };
            for row in self.rows.iter().chain(&rows).filter(is_of_it) {
                let Some(of_row) = scenario.with_values_of_row(row) else {
                    continue;
                };
                if !filled.unset.is_empty() {
                    filled = of_row;
                } else if !filled.has_variant(&of_row.variants[0].id) {
                    filled.variants.extend(of_row.variants);
                }
            }
            filled
        });
        (filled.collect(), misfits)
    }

    /// Refuses values of parameters that none of these scenarios has.
    pub(super) fn refuse_unknown_parameters(
        &self,
        scenarios: &[Scenario],
    ) -> Result<(), SelectError> {
        let known: BTreeSet<&str> = scenarios
            .iter()
            .flat_map(|scenario| &scenario.parameters)
            .map(String::as_str)
            .collect();
        let mut values = self.values.iter();
        let Some(unknown) = values.find(|value| !known.contains(value.name.as_str())) else {
            return Ok(());
        };
        let near = text::did_you_mean(&unknown.name, known.iter().copied());
        Err(SelectError::NoParameter {
            name: unknown.name.clone(),
            hint: near.unwrap_or_else(|| match known.len() {
                0 => "none has any; see `modswap list`".to_owned(),
                _ => format!(
                    "there is {}",
                    listing(&Vec::from_iter(known), MAX_CANDIDATES)
                ),
            }),
        })
    }

    /// Leaves out scenarios with parameters that are not set, which cannot run, and returns which they are.
    ///
    /// # Errors
    /// When one of them was named, or nothing else is left.
    pub fn leave_out_unset(
        &self,
        scenarios: Vec<Scenario>,
    ) -> Result<(Vec<Scenario>, Option<UnsetParameters>), SelectError> {
        let Some(all) = UnsetParameters::find(&scenarios) else {
            return Ok((scenarios, None));
        };
        let (paths, ids) = self.paths_and_ids();
        let selection = Selection::new(&ids, &[], &collect_ids(&scenarios))?;
        let is_same_file = |path: &String, file: &str| {
            let real = |path: &str| Path::new(path).canonicalize().ok();
            Path::new(path).is_file() && real(path) == real(file)
        };
        let is_named = |scenario: &&Scenario| {
            let mut variants = scenario.variants.iter();
            variants.any(|variant| selection.singles_out(&scenario.id.0, &variant.id))
                || paths.iter().any(|path| is_same_file(path, &scenario.file))
        };
        if let Some(named) = UnsetParameters::find(scenarios.iter().filter(is_named)) {
            return Err(named.into());
        }
        let is_set = |scenario: &Scenario| scenario.unset.is_empty();
        let set: Vec<_> = scenarios.into_iter().filter(is_set).collect();
        if set.is_empty() {
            return Err(all.into());
        }
        Ok((set, Some(all)))
    }
}

fn quoted_ids(ids: &[String]) -> Vec<String> {
    ids.iter().map(|id| format!("`{id}`")).collect()
}
