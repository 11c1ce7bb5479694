//! `modswap show`

use super::arguments::{Common, ShowArguments};
use super::exit::exit_for_report;
use super::run_scenarios::run_one;
use super::{Exit, Failure, pager, stdout_style};
use crate::compare::Comparison;
use crate::report::terminal::show::render_scenario;

pub(super) async fn run(arguments: ShowArguments, common: &Common) -> Result<Exit, Failure> {
    let style = stdout_style(common);
    let report = run_one(&arguments).await?;
    let comparison = Comparison::new(&report);
    let scenario = &report.scenarios[0];
    pager::print_paged(&render_scenario(&comparison, scenario, style))?;
    Ok(exit_for_report(&report, false))
}
