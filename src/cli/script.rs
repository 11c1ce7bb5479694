//! `modswap script`

use super::arguments::ScriptArguments;
use super::{Exit, Failure, print_data, warn_user};
use crate::plan;
use crate::program::script;
use crate::runner::select_scenarios::ScenarioSelection;
use crate::text::listing;

pub(super) fn run(arguments: &ScriptArguments) -> Result<Exit, Failure> {
    let scenario = ScenarioSelection::from(&arguments.scenario).load_one()?;
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
    print_data(&script::render(&scenario, variant, text))?;
    Ok(Exit::Success)
}
