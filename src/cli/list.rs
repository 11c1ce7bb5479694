//! `modswap list`

use super::arguments::{Common, ListArguments, ListFormat};
use super::{Exit, Failure, pager, print_data, print_json, stdout_style};
use crate::report::index;
use crate::report::terminal::list;
use crate::runner::select_scenarios::ScenarioSelection;

pub(super) fn run(arguments: &ListArguments, common: &Common) -> Result<Exit, Failure> {
    let scenarios = ScenarioSelection::from(&arguments.scenarios).load()?;
    match arguments.format {
        ListFormat::Table => {
            pager::print_paged(&format!(
                "{}\n",
                list::render_list(&scenarios, stdout_style(common))
            ))?;
        }
        ListFormat::Json => print_json(&list::render_json(&scenarios))?,
        ListFormat::Markdown => print_data(&index::render_index(&scenarios))?,
    }
    Ok(Exit::Success)
}
