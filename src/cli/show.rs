//! `modswap show` and `modswap explain`

use super::arguments::{Common, ShowArguments};
use super::exit::exit_for_report;
use super::run_scenarios::run_one;
use super::{Exit, Failure, pager, stdout_style};
use crate::compare::Comparison;
use crate::record::ScenarioReport;
use crate::report::terminal::modules::render_modules;
use crate::report::terminal::style::Style;
use crate::runner::select_scenarios::ScenarioSelection;

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
    let mut text = render(&comparison, &shown.scenarios[0], style);
    if arguments.modules {
        let scenario = ScenarioSelection::from(&arguments.scenario).load_one()?;
        text.push_str(&render_modules(&scenario, style));
    }
    pager::print_paged(&text)?;
    Ok(exit_for_report(&run.report, false))
}
