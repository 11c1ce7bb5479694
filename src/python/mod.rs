//! Interpreters: finding them, telling them apart, naming them.

pub mod version;
