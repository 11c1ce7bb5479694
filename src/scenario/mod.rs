//! Scenarios: the YAML language and its plain-data form.
//!
//! ```text
//! files ─ load ─▶ text ─ yaml ─▶ tree ─ matrix, parameters ─▶ a tree per variant ─ parse ─▶ model::Scenario
//!                                                                       ├ sections, environment, modules, steps, expect
//!                                                                       └ scope: is every name bound; expectation_checks: can what is expected be seen
//! ```
//! Every stage takes down what is wrong under the path where it is and goes on; `yaml::diagnostics` turns the paths into lines
//! and columns at the end.

mod digest;
mod environment;
mod exception_names;
mod expect;
mod expectation_checks;
mod fact_names;
mod identifiers;
mod impossible_values;
mod load;
pub mod matcher;
mod matrix;
pub mod model;
mod modules;
pub mod package;
mod parameters;
mod parse;
mod parse_matcher;
mod schema;
mod scope;
mod sections;
mod step_lines;
mod steps;
mod substitute;
#[cfg(test)]
mod tests;
mod version_specs;

pub use crate::record::id::{FOLDER, unfit as unfit_id};
pub use crate::yaml::diagnostics::{Diagnostic, LoadErrors, Location};
pub use load::{id_in, load, load_builtin, parse};
pub use parameters::{ParameterValue, ValueError};
pub use schema::schema;
pub use sections::{DurationError, parse_duration};
pub use step_lines::line_of_step;
