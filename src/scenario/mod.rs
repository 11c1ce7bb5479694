//! Scenarios: the YAML language and its plain-data form.

pub mod model;
