//! `modswap show` and `modswap explain`

use super::arguments::{Common, ShowArguments};
use super::exit::exit_for_report;
use super::run_scenarios::run_one;
use super::{Exit, Failure, pager, stdout_style};
use crate::compare::Comparison;
use crate::record::ScenarioReport;
use crate::report::terminal::style::Style;

/// Runs one scenario and prints a view of it.
pub(super) async fn run(
    arguments: ShowArguments,
    common: &Common,
    render: fn(&Comparison<'_>, &ScenarioReport, Style) -> String,
) -> Result<Exit, Failure> {
    let style = stdout_style(common);
    let run = run_one(&arguments).await?;
    let shown = run.with_recorded();
    let comparison = Comparison::new(&shown);
    pager::print_paged(&render(&comparison, &shown.scenarios[0], style))?;
    Ok(exit_for_report(&run.report, false))
}
