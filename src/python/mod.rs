//! Interpreters: finding them, telling them apart, naming them.
//!
//! ```text
//! Environment ─ sources/{pyenv,uv,…,path} ─▶ Candidate ─ identity::merge_by_file ─▶ Candidate ─ cache, probe ─▶ InterpreterInfo
//!                                                                                                    │
//! --python TEXT ─ request ─▶ PythonRequest ─ probe ─▶ InterpreterInfo ─▶ identity::merge_by_build ◀──────────────────┘
//!                                                                     └─▶ Inventory
//! ```

mod binary;
mod cache;
mod classify;
mod collector;
pub mod discover;
pub mod environment;
pub mod identity;
pub mod interpreter_info;
pub mod inventory;
mod listed;
mod named;
pub mod overlap;
pub mod probe;
pub mod probe_all;
pub mod pythons_yaml;
pub mod reject;
pub mod releases;
pub mod request;
pub mod requirements;
mod shim;
pub mod source;
mod sources;
pub mod version;

#[cfg(test)]
pub(crate) mod fake;
