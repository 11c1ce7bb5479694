//! Interpreters: finding them, telling them apart, naming them.
//!
//! ```text
//! Environment ─ discover/{pyenv,path,system} ─▶ Candidate ─ identity::by_file ─▶ Candidate ─ probe ─▶ Facts
//!                                                                                                    │
//! --python TEXT ─ request ─▶ PythonRequest ─ probe ─▶ Facts ─▶ identity::by_build ◀──────────────────┘
//!                                                                     └─▶ Inventory
//! ```

pub mod discover;
pub mod facts;
pub mod identity;
pub mod inventory;
pub mod probe;
pub mod request;
pub mod version;

#[cfg(test)]
mod fake;
