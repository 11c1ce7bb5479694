//! `modswap list`

use super::arguments::{BaselineArguments, Common, ListArguments, ListFormat};
use super::corpus::load_scenarios;
use super::{Exit, Failure, pager, print_data, print_json, state, stdout_style};
use crate::compare::Comparison;
use crate::report::index;
use crate::report::terminal::list;
use crate::runner::build_recorded_report;
use crate::runner::select_scenarios::ScenarioSelection;

pub(super) fn run(arguments: &ListArguments, common: &Common) -> Result<Exit, Failure> {
    let scenarios = load_scenarios(&ScenarioSelection::from(&arguments.scenarios))?;
    match arguments.format {
        ListFormat::Table => {
            let recorded = state::load_record(&scenarios, &BaselineArguments::default())?;
            let record = build_recorded_report(&scenarios, &recorded);
            let list =
                list::render_list(&scenarios, &Comparison::new(&record), stdout_style(common));
            pager::print_paged(&format!("{list}\n"))?;
        }
        ListFormat::Json => print_json(&list::render_json(&scenarios))?,
        ListFormat::Markdown => print_data(&index::render_index(&scenarios))?,
    }
    Ok(Exit::Success)
}
