//! What a terminal shows.

pub mod bisect;
#[cfg(test)]
mod bisect_tests;
pub mod check;
pub mod diff;
pub mod explain;
pub mod inventory;
pub mod list;
pub mod overview;
mod packages;
pub mod review_detail;
pub(crate) mod steps;
pub mod style;
pub mod summary;
pub mod trace;
