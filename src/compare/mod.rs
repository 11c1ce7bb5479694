//! Comparison: which versions behave alike, and where behaviour changes.
//!
//! [`Comparison`] is what every view of a report reads: whatever two views could count, group or word differently is here once.

mod baseline_summary;
pub mod bisect;
#[cfg(test)]
mod bisect_tests;
pub mod boundaries;
mod caption;
pub mod changed_findings;
pub mod changes;
mod commands;
mod comparison;
pub mod failures;
mod groups;
pub mod history;
#[cfg(test)]
mod history_tests;
pub mod interpreter_changes;
mod outcome;
pub mod recorded_texts;
mod row;
pub mod step_columns;
pub mod step_table;
mod unjudged;
pub mod unstable;
mod untested;
pub mod untested_ranges;
pub mod version_changes;
pub mod version_pair;

pub use baseline_summary::{BaselineSummary, NewVersion};
pub use boundaries::{Boundary, ChangedIn, Observed};
pub use commands::name_on_command_line;
pub use comparison::Comparison;
pub(crate) use groups::group_by_key;
pub use outcome::Outcome;
pub use row::{
    Behaviour, Cell, PackageVersion, Row, RowKind, group_by_scenario, group_by_subject, split_notes,
};
pub use unjudged::UnjudgedScenario;
pub use untested::UntestedReleases;
