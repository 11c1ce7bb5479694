//! Plain scripts of the rows of a stored report, from the texts of scenarios that it keeps.

use crate::program::minimal::{Seen, Target, render_minimal};
use crate::program::script;
use crate::python::version::InterpreterKey;
use crate::record::{ScenarioReport, VariantId};
use crate::scenario;
use crate::scenario::model::{Scenario, ScenarioId, Variant};

/// Renders the scripts of a row for those interpreters, given what was seen of it; nothing for a row that the scenario does not have.
/// Each has the interpreters that it is for.
pub type ScriptRenderer =
    Box<dyn Fn(&VariantId, &[&InterpreterKey], &[Seen<'_>]) -> Vec<(String, Vec<InterpreterKey>)>>;

/// Reads the text that a report keeps of a scenario, and renders its scripts; nothing where it is not the scenario that ran.
pub fn read_stored_scripts(report: &ScenarioReport) -> Option<ScriptRenderer> {
    let text = report.text.as_deref()?;
    let id = ScenarioId(report.id.clone());
    let scenario = scenario::parse(&report.file, id, text).ok()?;
    let is_same = scenario.digest == report.digest;
    let render = move |row: &VariantId, keys: &[&InterpreterKey], seen: &[Seen<'_>]| {
        let Some(variant) = scenario.variant_of_row(row) else {
            return vec![];
        };
        render_scripts(&scenario, &variant, keys, seen)
    };
    is_same.then(|| Box::new(render) as ScriptRenderer)
}

/// One script for all versions on which the steps are the same; whole ones, one for each, where there is no shorter form.
fn render_scripts(
    scenario: &Scenario,
    variant: &Variant,
    keys: &[&InterpreterKey],
    seen: &[Seen<'_>],
) -> Vec<(String, Vec<InterpreterKey>)> {
    let mut scripts: Vec<(String, Vec<InterpreterKey>)> = Vec::new();
    for key in keys.iter().rev() {
        if scripts.iter().any(|(_, known)| known.contains(key)) {
            continue;
        }
        let target = Target {
            key,
            command: "python",
        };
        let one = || vec![InterpreterKey::clone(key)];
        scripts.push(
            if let Ok(minimal) = render_minimal(scenario, variant, target, seen) {
                let printed = minimal.printed.into_iter();
                let known = printed.flat_map(|(versions, _)| versions);
                (minimal.text, known.chain(one()).collect())
            } else {
                let version = key.without_label().to_string();
                let text = script::render_to_post(scenario, variant, &version, seen);
                (text, one())
            },
        );
    }
    scripts
}
