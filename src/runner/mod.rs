//! A run: from found Pythons and a plan to a report.

pub mod build;
pub mod merge;
pub(crate) mod observer;
pub(crate) mod shutdown;
