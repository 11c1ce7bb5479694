//! Taking out of the baseline what no scenario speaks of any longer.

use std::collections::BTreeSet;

use super::{Baseline, VariantBaseline};
use crate::plan::{CaseId, unfit_version};
use crate::python::version::InterpreterKey;
use crate::scenario::model::{Scenario, Variant};

/// Something that the baseline had and that no longer exists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pruned {
    /// A scenario; its file goes.
    Scenario(String),
    /// A variant of a scenario.
    Case(String),
    /// Versions that a variant no longer runs on, by what it requires.
    Versions(String, Vec<InterpreterKey>),
}

/// Takes out what no longer exists: scenarios that are not among these, variants that their texts no longer have, and versions
/// that these require not to be. `scenarios` must be all there are. An interpreter that is not here is no reason.
pub fn prune(baseline: &mut Baseline, scenarios: &[Scenario]) -> (Vec<Pruned>, BTreeSet<String>) {
    let mut pruned = Vec::new();
    let mut changed = BTreeSet::new();
    baseline.scenarios.retain(|id, file| {
        let scenario = scenarios.iter().find(|scenario| scenario.id.0 == *id);
        let Some(scenario) = scenario else {
            pruned.push(Pruned::Scenario(id.clone()));
            return false;
        };
        let before = pruned.len();
        file.variants.retain_mut(|row| {
            let mut variants = scenario.variants.iter();
            let is_it = |variant: &&Variant| CaseId::new(&scenario.id, &variant.id).0 == row.case;
            let Some(variant) = variants.find(is_it) else {
                pruned.push(Pruned::Case(row.case.clone()));
                return false;
            };
            let gone = unfit(row, variant);
            if !gone.is_empty() {
                pruned.push(Pruned::Versions(row.case.clone(), gone));
            }
            !row.behaviours.is_empty()
        });
        if pruned.len() > before {
            changed.insert(id.clone());
        }
        true
    });
    (pruned, changed)
}

/// Takes out the versions that the variant does not run on.
fn unfit(row: &mut VariantBaseline, variant: &Variant) -> Vec<InterpreterKey> {
    let mut gone = Vec::new();
    for one in &mut row.behaviours {
        for set in [&mut one.versions, &mut one.stale] {
            set.retain(|key| {
                let fits = unfit_version(variant, key).is_none();
                if !fits {
                    gone.push(key.clone());
                }
                fits
            });
        }
    }
    row.behaviours
        .retain(|one| !one.versions.is_empty() || !one.stale.is_empty());
    gone.sort();
    gone
}
