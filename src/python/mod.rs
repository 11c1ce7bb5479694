//! Interpreters: finding them, telling them apart, naming them.
//!
//! ```text
//! Environment ─ sources (table of places) ─▶ Collector ─▶ Candidate ─ merge_by_file ─▶ cache, probe ─▶ InterpreterInfo
//!                                                                                                   │
//! --python TEXT ─ request ─▶ PythonRequest ─ named ─▶ cache, probe ─▶ InterpreterInfo ─▶ merge_by_build ◀┘
//! pythons.yaml ──────────▶ NamedPython ─────┘                                                 └─▶ Inventory
//! ```

mod binary;
mod cache;
mod classify;
mod collector;
pub mod discover;
pub mod environment;
pub mod identity;
pub mod interpreter;
pub mod interpreter_info;
pub mod inventory;
pub(crate) mod launch_settings;
mod named;
pub mod probe;
pub mod probe_queue;
pub mod pythons_yaml;
pub mod reject;
pub mod releases;
pub mod request;
pub mod requirements;
mod shim;
pub mod source;
mod sources;
pub mod specifier;
pub mod uv;
pub mod version;

pub use cache::remembered;

#[cfg(test)]
pub(crate) mod fake;
