//! Scenarios: the YAML language and its plain-data form.
//!
//! ```text
//! files ─ load ─▶ text ─ yaml ─▶ tree ─ matrix ─▶ a tree per variant ─ parse ─▶ model::Scenario
//!                                                                       ├ conditions, requires, fixtures, steps, actions, import, files, expect
//!                                                                       └ names: is everything bound; possible: can what is expected be seen
//! ```
//! Every stage notes what is wrong under the path where it is and goes on; `place` turns the paths into lines and
//! columns at the end, and `problem` shows them.

mod action;
mod actions;
mod by_version;
mod conditions;
mod describe;
mod digest;
mod exceptions;
mod expect;
mod files;
mod fixtures;
mod import;
mod lines;
mod load;
pub mod matcher;
mod matrix;
pub mod model;
mod names;
pub mod package;
mod parse;
mod possible;
mod requires;
mod schema;
mod steps;
mod substitute;
#[cfg(test)]
mod tests;
mod values;

pub use crate::record::id::{FOLDER, unfit as unfit_id};
pub use crate::yaml::diagnostics::{LoadErrors, Place, Problem};
pub use conditions::{DurationError, duration};
pub use lines::line_of_step;
pub use load::{id_in, load, read};
pub use schema::schema;
