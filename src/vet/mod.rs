//! The answers of the checks of `modswap vet` about a package: a table of questions by version, in words.
//!
//! A check is a scenario below `scenarios/vet`. Each of its `eval` steps that has a note asks a question, and the value is the answer.

mod advice;
mod answer;
mod expression;
mod modules;
mod summary;
mod table;
#[cfg(test)]
mod tests;

pub use advice::{Advice, find_advice};
pub use answer::{Answer, Level};
pub use expression::write_without_blanks;
pub use modules::{LIST_MODULES, ModulesError, choose_modules};
pub use summary::{Unload, bears_on_unloading, judge_unloading};
pub use table::{Column, Question, Row, VetTable};

/// The folder of the checks, in ids of scenarios.
pub const SUBJECT: &str = "vet";

/// The parameters of the checks: what is installed, what is imported, and the expression that must hold.
pub const PARAMETERS: [&str; 3] = ["package", "module", "use"];
