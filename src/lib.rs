//! modswap runs scenarios (YAML files with import, swap and delete sequences) on every `CPython` it finds and compares
//! what they do, step by step.
//!
//! ```text
//! YAML text ─ scenario::load ─▶ Scenario ─ plan ─▶ Case (scenario × variant × interpreter) ─ program ─▶ Program (Python text)
//!                                           ▲                                                             │
//!               python::discover ─▶ Inventory                                               exec (async) ─▶ Trace
//!                                                                                                         │
//! terminal · markdown · html · junit · json · github ◀─ compare::Comparison ◀─ record::RunReport ◀─ runner (verdict, baseline) ◀┘
//! ```
//!
//! Data flows once. Each arrow is a function over plain values; only [`exec`] and the interpreter probe in [`python`] are async
//! and start processes; only [`report`] and [`cli`] know a terminal; only `yaml` reads YAML. Rooms stand from the ground up below:
//! none uses one after it, and `tests/integration/arrows.rs` holds them to it.

pub mod text;

mod folders;
mod fs;
mod interrupt;
mod limits;
mod literal;
mod process;

pub mod digest;

mod builtin;

mod yaml;

pub mod trace;

pub mod python;

pub mod record;

pub mod scenario;

pub mod plan;

pub mod harness;

pub mod program;

pub mod from_python;

pub mod exec;

pub mod verdict;

pub mod baseline;

pub mod compare;

pub mod vet;

pub mod runner;

pub mod report;

pub mod cli;

#[doc(hidden)]
pub mod fuzzing;
