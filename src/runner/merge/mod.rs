//! Merging: the reports of several machines as one.
//!
//! A merge is a union, and each field of a report is joined so that neither the order of the reports, nor how they are grouped,
//! nor one that is given twice, changes a byte of the result. Where two reports say different things of one case, both are
//! kept and the case is `unstable`. Reports are taken in one after the other, so that no more is in memory than the union and
//! the one that is read.

mod merged_case;
mod merger;
pub mod missing_coverage;
mod parts;
#[cfg(test)]
mod tests;

pub use merger::Merger;

use crate::plan::ShardError;
use crate::text::first_few;

/// Why reports cannot be merged.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MergeError {
    /// Scenarios of one name do different things.
    #[error(
        "{} another text than in the reports before it; merge reports of one commit, written by one version of modswap",
        name_scenarios(ids)
    )]
    Texts {
        /// Ids of the scenarios.
        ids: Vec<String>,
    },
    /// One of them was written by an older modswap, whose digests had another form.
    #[error(
        "its digests have another form than those in the reports before it; merge reports written by one version of modswap"
    )]
    Forms,
    /// The partition of one of them cannot be read.
    #[error("its partition: {0}")]
    Partition(#[from] ShardError),
}

/// Names scenarios before a verb: `swap/copy has`, `swap/copy and 3 more have`.
fn name_scenarios(ids: &[String]) -> String {
    let verb = if ids.len() == 1 { "has" } else { "have" };
    format!("the scenario {} {verb}", first_few(ids, 1))
}
