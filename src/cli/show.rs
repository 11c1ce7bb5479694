//! `modswap show`

use super::arguments::{Common, ShowArguments};
use super::exit::exit_for_report;
use super::run_scenarios::run_one;
use super::{Exit, Failure, pager, style};
use crate::compare;
use crate::report::terminal::trace;

pub(super) async fn run(arguments: ShowArguments, common: &Common) -> Result<Exit, Failure> {
    let style = style(common);
    let report = run_one(&arguments).await?;
    let rows = compare::rows(&report);
    pager::show(&trace::render(&report, &report.scenarios[0], &rows, style))?;
    Ok(exit_for_report(&report, false))
}
