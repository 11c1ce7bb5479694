//! `modswap schema`

use super::{Exit, Failure, print};
use crate::scenario;

pub(super) fn run() -> Result<Exit, Failure> {
    print(&format!("{:#}\n", scenario::schema()))?;
    Ok(Exit::Success)
}
