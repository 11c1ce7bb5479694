//! Interpreters: finding them, telling them apart, naming them.
//!
//! ```text
//! Environment ─ discover/{pyenv,uv,…,path} ─▶ Candidate ─ identity::by_file ─▶ Candidate ─ cache, probe ─▶ Facts
//!                                                                                                    │
//! --python TEXT ─ request ─▶ PythonRequest ─ probe ─▶ Facts ─▶ identity::by_build ◀──────────────────┘
//!                                                                     └─▶ Inventory
//! ```

mod cache;
pub mod discover;
pub mod facts;
pub mod identity;
pub mod inventory;
pub mod listed;
pub mod overlap;
pub mod probe;
pub mod request;
pub mod require;
pub mod support;
pub mod version;

#[cfg(test)]
pub(crate) mod fake;
