//! Plain scripts of the rows of a stored report, from the texts of scenarios that it keeps.

use crate::program::script;
use crate::python::version::InterpreterKey;
use crate::record::{ScenarioReport, VariantId};
use crate::scenario;
use crate::scenario::model::ScenarioId;

/// Renders the plain script of a row for an interpreter; nothing for a row that the scenario does not have.
pub type ScriptRenderer = Box<dyn Fn(&VariantId, &InterpreterKey) -> Option<String>>;

/// Reads the text that a report keeps of a scenario, and renders its scripts; nothing where it is not the scenario that ran.
pub fn read_stored_scripts(report: &ScenarioReport) -> Option<ScriptRenderer> {
    let text = report.text.as_deref()?;
    let id = ScenarioId(report.id.clone());
    let scenario = scenario::parse(&report.file, id, text).ok()?;
    let is_same = scenario.digest == report.digest;
    let render = move |row: &VariantId, key: &InterpreterKey| {
        let mut variants = scenario.variants.iter();
        let variant = variants.find(|variant| variant.id == *row)?;
        let python = key.without_label().to_string();
        Some(script::render(&scenario, variant, &python))
    };
    is_same.then(|| Box::new(render) as ScriptRenderer)
}
