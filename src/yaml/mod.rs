//! YAML for all who read it: trees that keep every key, spans in the text, and diagnostics that show them.

pub(crate) mod cursor;
pub(crate) mod diagnostics;
pub(crate) mod file;
pub(crate) mod lines;
pub(crate) mod node;
pub(crate) mod span;
pub(crate) mod suggest;
