//! `modswap script`

use super::arguments::{BaselineArguments, ScriptArguments};
use super::corpus::load_scenario;
use super::{Exit, Failure, print_data, state, warn_user};
use crate::plan;
use crate::program::minimal::Seen;
use crate::program::script;
use crate::runner::select_scenarios::ScenarioSelection;
use crate::text::listing;

pub(super) fn run(arguments: &ScriptArguments) -> Result<Exit, Failure> {
    let scenario = load_scenario(&ScenarioSelection::from(&arguments.scenario))?;
    let [variant] = &scenario.variants[..] else {
        let ids: Vec<String> = scenario
            .variants
            .iter()
            .map(|variant| variant.id.to_string())
            .collect();
        let text = format!(
            "`{}` has several variants; name one: {}",
            scenario.id,
            listing(&ids, ids.len())
        );
        return Err(Failure::usage(text));
    };
    let text = arguments.python.as_deref().unwrap_or("3");
    let Some(key) = script::parse_target(text) else {
        let text =
            format!("`{text}` is not a version; expected something like 3.5, 3.13.0 or 3.14t");
        return Err(Failure::usage(text));
    };
    if let Some(reason) = plan::find_misfit_version(variant, &key) {
        warn_user(&format!("on {text} the scenario is skipped: {reason}"));
    }
    if arguments.full {
        print_data(&script::render(&scenario, variant, text))?;
        return Ok(Exit::Success);
    }
    let record = state::load_record(
        std::slice::from_ref(&scenario),
        &BaselineArguments::default(),
    )?;
    let row = record.row(&scenario.id.0, &variant.id);
    let row = row.filter(|(file, _)| file.digest == scenario.digest);
    let behaviours = row.into_iter().flat_map(|(_, row)| &row.behaviours);
    let behaviours = behaviours.filter(|behaviour| !behaviour.versions.is_empty());
    let seen: Vec<Seen<'_>> = behaviours
        .map(|behaviour| Seen {
            versions: behaviour.versions.iter().collect(),
            steps: &behaviour.trace,
        })
        .collect();
    print_data(&script::render_to_post(&scenario, variant, text, &seen))?;
    Ok(Exit::Success)
}
