//! Removing baseline entries whose scenario no longer exists.

use std::collections::BTreeMap;
use std::fmt;

use super::{Baseline, VariantBaseline};
use crate::plan::find_misfit_version;
use crate::python::version::InterpreterKey;
use crate::record::VariantId;
use crate::scenario::model::{Scenario, Variant};

/// An entry that was removed from the baseline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pruned {
    /// Id of its scenario.
    pub scenario: String,
    /// How much of it.
    pub what: Orphaned,
}

/// How much of a scenario no longer exists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Orphaned {
    /// All of it.
    Scenario,
    /// A variant, by the id of its row.
    Case(VariantId),
    /// Versions that a variant no longer runs on, by what it requires.
    Versions {
        /// Id of the row.
        case: VariantId,
        /// The versions.
        versions: Vec<InterpreterKey>,
        /// The requirement that excludes them, as a sentence.
        reason: String,
    },
}

impl fmt::Display for Pruned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            Orphaned::Scenario => write!(f, "{}: there is no such scenario", self.scenario),
            Orphaned::Case(case) => write!(f, "{case}: there is no such variant"),
            Orphaned::Versions {
                case,
                versions,
                reason,
            } => {
                let versions: Vec<_> = versions.iter().map(ToString::to_string).collect();
                write!(f, "{case} on {}: {reason}", versions.join(", "))
            }
        }
    }
}

/// Removes what no longer exists: scenarios that are not among these, variants that their texts no longer have, and versions
/// that these require not to be. `scenarios` must be all there are. An interpreter that is not here is no reason. A scenario of
/// which nothing is left goes, too.
pub fn prune(baseline: &mut Baseline, scenarios: &[Scenario]) -> Vec<Pruned> {
    let mut pruned = Vec::new();
    baseline.scenarios.retain(|id, file| {
        let mut report = |what| {
            pruned.push(Pruned {
                scenario: id.clone(),
                what,
            });
        };
        let Some(scenario) = scenarios.iter().find(|scenario| scenario.id.0 == *id) else {
            report(Orphaned::Scenario);
            return false;
        };
        file.variants.retain_mut(|row| {
            let mut variants = scenario.variants.iter();
            let is_it = |variant: &&Variant| variant.id == row.case;
            let Some(variant) = variants.find(is_it) else {
                report(Orphaned::Case(row.case.clone()));
                return false;
            };
            for (reason, versions) in remove_unfit(row, variant) {
                report(Orphaned::Versions {
                    case: row.case.clone(),
                    versions,
                    reason,
                });
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
