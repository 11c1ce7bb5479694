//! `modswap list`

use super::arguments::{Common, ListArguments};
use super::session::load;
use super::{Exit, Failure, print, style};
use crate::report::list;

pub(super) fn run(arguments: &ListArguments, common: &Common) -> Result<Exit, Failure> {
    let scenarios = load(&arguments.scenarios, common)?;
    print(&format!("{}\n", list::render(&scenarios, style(common))))?;
    Ok(Exit::Success)
}
