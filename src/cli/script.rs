//! `modswap script`

use super::arguments::ScriptArguments;
use super::session::load_one;
use super::{Exit, Failure, print};
use crate::plan::CaseId;
use crate::program::script;
use crate::python::version::VersionSpec;
use crate::report::style::Style;

pub(super) fn run(arguments: &ScriptArguments) -> Result<Exit, Failure> {
    let style = Style {
        width: 80,
        colour: false,
    };
    let scenario = load_one(&arguments.id, &arguments.scenarios, style)?;
    let [variant] = &scenario.variants[..] else {
        let ids: Vec<String> = scenario
            .variants
            .iter()
            .map(|variant| CaseId::new(&scenario.id, &variant.id).to_string())
            .collect();
        let text = format!(
            "`{}` has several variants; name one: {}",
            scenario.id,
            ids.join(", ")
        );
        return Err(Failure::new(Exit::Usage, text));
    };
    let version = arguments.python.as_deref().unwrap_or("3");
    if version.parse::<VersionSpec>().is_err() || !version.starts_with(['2', '3']) {
        let text = format!("`{version}` is not a version; expected something like 3.5 or 3.13.0");
        return Err(Failure::new(Exit::Usage, text));
    }
    print(&script::render(&scenario, variant, version));
    Ok(Exit::Success)
}
