//! What a terminal shows.

pub mod bisect;
#[cfg(test)]
mod bisect_tests;
pub mod check;
pub mod diff;
pub(crate) mod expectless;
pub mod explain;
pub mod inventory;
pub mod list;
pub(crate) mod not_run;
pub mod opened;
pub mod overview;
mod packages;
pub mod standing;
pub(crate) mod steps;
pub mod style;
pub mod summary;
pub mod trace;
pub(crate) mod unstable;
pub mod whole;
