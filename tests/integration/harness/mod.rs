//! What the tests share; `main.rs` says what there is.
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "each test binary uses its part"
)]

mod command;
pub mod corpus;
mod package;
mod pythons;
mod report;
pub mod stored;
mod workspace;

pub use command::*;
pub use package::*;
pub use pythons::*;
pub use report::*;
pub use workspace::*;
