//! modswap

pub mod python;
pub mod scenario;
pub mod trace;
