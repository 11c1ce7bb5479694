//! `modswap list`

use super::arguments::{Common, ListArguments, ListFormat};
use super::session::load;
use super::{Exit, Failure, print, screen, style};
use crate::report::index;
use crate::report::terminal::list;

pub(super) fn run(arguments: &ListArguments, common: &Common) -> Result<Exit, Failure> {
    let scenarios = load(&arguments.scenarios, common)?;
    match arguments.format {
        ListFormat::Table => {
            screen::show(&format!("{}\n", list::render(&scenarios, style(common))))?;
        }
        ListFormat::Markdown => print(&index::markdown(&scenarios))?,
    }
    Ok(Exit::Success)
}
