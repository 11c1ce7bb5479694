//! `modswap pythons`

use super::arguments::{Common, Format, PythonsArguments};
use super::session::find_pythons;
use super::{Exit, Failure, print, style};
use crate::report::inventory;

pub(super) async fn run(arguments: &PythonsArguments, common: &Common) -> Result<Exit, Failure> {
    let found = find_pythons(&arguments.python).await?;
    print(&match arguments.format {
        Format::Table => inventory::render(&found, style(common)),
        Format::Json => inventory::json(&found),
    });
    Ok(if found.interpreters.is_empty() {
        Exit::Nothing
    } else {
        Exit::Success
    })
}
