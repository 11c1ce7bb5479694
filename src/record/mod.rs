//! Everything that is stored: reports and their parts, ids, verdicts, letters of behaviours and ranges of versions.

#[cfg(test)]
pub(crate) mod fake;
pub mod id;
pub mod letter;
mod older;
pub mod ranges;
pub mod read;
mod report;
mod verdict;

pub use id::{CaseId, ScenarioId, VariantId};
pub use report::*;
pub use verdict::{Rating, Verdict};
