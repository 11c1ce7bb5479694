//! `modswap pythons`

use super::arguments::{Common, Format, PythonsArguments};
use super::session::find_pythons;
use super::{Exit, Failure, print, style};
use crate::report::inventory;

pub(super) async fn run(arguments: &PythonsArguments, common: &Common) -> Result<Exit, Failure> {
    let mut found = find_pythons(&arguments.python).await?;
    if !arguments.python.is_empty() {
        // Only these were asked for.
        found.rejected.clear();
        let used: Vec<&str> = found
            .interpreters
            .iter()
            .flat_map(|one| one.command.iter().map(String::as_str))
            .collect();
        found.merged.retain(|one| used.contains(&one.into.as_str()));
    }
    print(&match arguments.format {
        Format::Table => inventory::render(&found, style(common)),
        Format::Json => inventory::json(&found),
    })?;
    Ok(if found.interpreters.is_empty() {
        Exit::Nothing
    } else {
        Exit::Success
    })
}
