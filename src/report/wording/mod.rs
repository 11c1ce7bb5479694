//! Sentences and commands that several views print.

pub mod baseline_summary;
