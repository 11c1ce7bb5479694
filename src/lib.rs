//! modswap runs scenarios (YAML files with import, swap and delete sequences) on every `CPython` it finds and compares
//! what they do, step by step.
//!
//! ```text
//! YAML text ─ scenario::load ─▶ Scenario ─ plan ─▶ Case (scenario × variant × interpreter) ─ program::build ▶ Program (Python)
//!                                           ▲                                                                    │
//!               python::discover ─▶ Inventory                                                      exec (async) ─▶ Trace
//!                                                                                                                │
//!                         terminal · json ◀─ report ◀─ compare (behaviours, boundaries) ◀─ verdict (expect) ◀────┘
//! ```
//!
//! Data flows once, left to right. Each arrow is a function over plain values; only [`exec`] and the interpreter probe
//! in [`python`] are async and start processes; only [`report`] and [`cli`] know a terminal; only [`scenario`] knows
//! YAML.

pub mod baseline;
pub mod cli;
pub mod compare;
pub mod digest;
pub mod exec;
mod fs;
pub mod harness;
pub mod plan;
mod process;
pub mod program;
pub mod python;
pub mod record;
pub mod report;
pub mod runner;
pub mod scenario;
pub mod text;
pub mod trace;
pub mod verdict;
mod yaml;
