//! `modswap script`

use super::arguments::ScriptArguments;
use super::{Exit, Failure, print, warn_user};
use crate::plan;
use crate::program::script;
use crate::python::version::InterpreterKey;
use crate::runner::select_scenarios::load_one;
use crate::text::listing;

pub(super) fn run(arguments: &ScriptArguments) -> Result<Exit, Failure> {
    let scenario = load_one(&arguments.id, &arguments.scenarios)?;
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
        return Err(Failure::new(Exit::Usage, text));
    };
    let text = arguments.python.as_deref().unwrap_or("3");
    let Some(key) = key(text) else {
        let text =
            format!("`{text}` is not a version; expected something like 3.5, 3.13.0 or 3.14t");
        return Err(Failure::new(Exit::Usage, text));
    };
    if let Some(reason) = plan::unfit_version(variant, &key) {
        warn_user(&format!("on {text} the scenario is skipped: {reason}"));
    }
    print(&script::render(&scenario, variant, text))?;
    Ok(Exit::Success)
}

/// The version that a text names, as the key of an interpreter; of a feature release its last bug-fix release is meant.
fn key(text: &str) -> Option<InterpreterKey> {
    let numbers = text.trim_end_matches(['t', 'd']);
    let build = &text[numbers.len()..];
    let whole = match numbers.split('.').count() {
        1 => format!("{numbers}.99.99{build}"),
        2 => format!("{numbers}.99{build}"),
        _ => text.to_owned(),
    };
    whole
        .parse()
        .ok()
        .filter(|key: &InterpreterKey| [2, 3].contains(&key.version.major) && key.label.is_none())
}
