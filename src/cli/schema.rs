//! `modswap schema`

use super::{Exit, Failure, print_data};
use crate::scenario;

pub(super) fn run() -> Result<Exit, Failure> {
    print_data(&format!("{:#}\n", scenario::schema()))?;
    Ok(Exit::Success)
}
