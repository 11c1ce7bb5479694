//! `modswap explain`

use super::arguments::{Common, ShowArguments};
use super::execute::{execute_one, exit_of};
use super::{Exit, Failure, screen, style};
use crate::compare;
use crate::report::terminal::explain;

pub(super) async fn run(arguments: ShowArguments, common: &Common) -> Result<Exit, Failure> {
    let style = style(common);
    let report = execute_one(&arguments, style).await?;
    let rows = compare::rows(&report);
    screen::show(&explain::render(
        &report,
        &report.scenarios[0],
        &rows,
        style,
    ))?;
    Ok(exit_of(&report, false))
}
