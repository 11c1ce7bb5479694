//! Removing baseline entries whose scenario no longer exists.

use std::collections::{BTreeMap, HashMap};

use super::{Baseline, VariantBaseline};
use crate::plan::find_misfit_version;
use crate::python::version::InterpreterKey;
use crate::scenario::model::{Scenario, Variant};

/// An entry that was removed from the baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pruned {
    /// Id of its scenario.
    pub scenario: String,
    /// The scenario, the row or the versions of a row that went, and why, as a sentence.
    pub text: String,
}

/// Removes what no longer exists: scenarios that are not among these, variants that their texts no longer have, and versions
/// that these require not to be. `scenarios` must be all there are. An interpreter that is not here is no reason. A scenario of
/// which nothing is left goes, too.
pub fn prune(baseline: &mut Baseline, scenarios: &[Scenario]) -> Vec<Pruned> {
    let mut pruned = Vec::new();
    let scenarios: HashMap<&str, &Scenario> = scenarios
        .iter()
        .map(|scenario| (scenario.id.0.as_str(), scenario))
        .collect();
    baseline.scenarios.retain(|id, file| {
        let mut report = |text| {
            pruned.push(Pruned {
                scenario: id.clone(),
                text,
            });
        };
        let Some(scenario) = scenarios.get(id.as_str()) else {
            report(format!("{id}: there is no such scenario"));
            return false;
        };
        file.variants.retain_mut(|row| {
            // Of parameters, any value may be set.
            let Some(variant) = scenario.variant_of_row(&row.case) else {
                report(format!("{}: there is no such variant", row.case));
                return false;
            };
            for (reason, versions) in remove_unfit(row, &variant) {
                let versions: Vec<_> = versions.iter().map(ToString::to_string).collect();
                report(format!("{} on {}: {reason}", row.case, versions.join(", ")));
            }
            !row.behaviours.is_empty()
        });
        !file.variants.is_empty()
    });
    pruned
}

/// Removes the versions that the variant does not run on, and returns them by the reason.
fn remove_unfit(
    row: &mut VariantBaseline,
    variant: &Variant,
) -> BTreeMap<String, Vec<InterpreterKey>> {
    let mut gone: BTreeMap<String, Vec<InterpreterKey>> = BTreeMap::new();
    for known in &mut row.behaviours {
        for set in [&mut known.versions, &mut known.stale] {
            set.retain(|key| {
                let unfit = find_misfit_version(variant, key);
                if let Some(reason) = &unfit {
                    gone.entry(reason.clone()).or_default().push(key.clone());
                }
                unfit.is_none()
            });
        }
    }
    row.behaviours.retain(|known| !known.is_unused());
    for versions in gone.values_mut() {
        versions.sort();
    }
    gone
}
