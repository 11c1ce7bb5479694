//! `modswap list`

use super::arguments::{BaselineArguments, Common, ListArguments, ListFormat};
use super::{Exit, Failure, pager, print_data, print_json, state, stdout_style};
use crate::compare::Comparison;
use crate::report::index;
use crate::report::terminal::list;
use crate::runner::build_recorded_report;
use crate::runner::select_scenarios::ScenarioSelection;

pub(super) fn run(arguments: &ListArguments, common: &Common) -> Result<Exit, Failure> {
    let scenarios = ScenarioSelection::from(&arguments.scenarios).load()?;
    match arguments.format {
        ListFormat::Table => {
            let baseline = state::load_baseline(&scenarios, &BaselineArguments::default(), false)?;
            let record = build_recorded_report(&scenarios, &baseline.unwrap_or_default());
            let list =
                list::render_list(&scenarios, &Comparison::new(&record), stdout_style(common));
            pager::print_paged(&format!("{list}\n"))?;
        }
        ListFormat::Json => print_json(&list::render_json(&scenarios))?,
        ListFormat::Markdown => print_data(&index::render_index(&scenarios))?,
    }
    Ok(Exit::Success)
}
