//! `modswap explain`

use std::path::PathBuf;

use super::arguments::{Common, ShowArguments};
use super::execute::{Controls, execute, exit_of};
use super::session::load_one;
use super::{Exit, Failure, print, style};
use crate::compare;
use crate::report::explain;

pub(super) async fn run(arguments: ShowArguments, common: &Common) -> Result<Exit, Failure> {
    let style = style(common);
    let scenario = load_one(&arguments.id, &arguments.scenarios, style)?;
    let roots = [PathBuf::from(&scenario.file), arguments.scenarios];
    let report = execute(
        vec![scenario],
        &roots,
        &arguments.execution,
        Controls {
            repeat: usize::from(arguments.repeat.unwrap_or(1)),
            ..Controls::default()
        },
        style,
    )
    .await?;
    let rows = compare::rows(&report);
    print(&explain::render(
        &report,
        &report.scenarios[0],
        &rows,
        style,
    ))?;
    Ok(exit_of(&report, false))
}
