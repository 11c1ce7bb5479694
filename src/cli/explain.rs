//! `modswap explain`

use super::arguments::{Common, ShowArguments};
use super::exit::exit_for_report;
use super::run_scenarios::run_one;
use super::{Exit, Failure, pager, style};
use crate::compare::Comparison;
use crate::report::terminal::explain::render_explanation;

pub(super) async fn run(arguments: ShowArguments, common: &Common) -> Result<Exit, Failure> {
    let style = style(common);
    let report = run_one(&arguments).await?;
    let comparison = Comparison::new(&report);
    let scenario = &report.scenarios[0];
    pager::show(&render_explanation(&comparison, scenario, style))?;
    Ok(exit_for_report(&report, false))
}
