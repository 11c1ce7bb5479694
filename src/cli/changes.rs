//! `modswap changes`

use std::path::Path;

use serde_json::json;

use super::arguments::{BaselineArguments, ChangesArguments, ChangesFormat, Common};
use super::configuration::usual_scenarios;
use super::corpus::{corpus, tell_corpus};
use super::github::links_to_commit;
use super::{Exit, Failure, pager, print_data, print_json, state, stdout_style};
use crate::baseline::Baseline;
use crate::compare::Comparison;
use crate::compare::version_changes::find_version_changes;
use crate::compare::version_pair::VersionPair;
use crate::report::{html, markdown, terminal};
use crate::runner::build_recorded_report;
use crate::runner::select_scenarios::ScenarioSelection;
use crate::scenario::model::Scenario;

/// Version of the form of the JSON.
const SCHEMA_VERSION: u32 = 1;

/// Prints what the record says of two versions. Nothing is run, and differences are no failure.
pub(super) fn run(arguments: &ChangesArguments, common: &Common) -> Result<Exit, Failure> {
    let selection = ScenarioSelection {
        corpus: corpus(arguments.builtin),
        words: arguments.what.clone(),
        usual: usual_scenarios(),
        ..ScenarioSelection::default()
    };
    let scenarios = selection.load_by_ids_or_tags()?;
    tell_corpus(&selection, &scenarios);
    let baseline = load_record(&scenarios, arguments.baseline.as_deref())?;
    let report = build_recorded_report(&scenarios, &baseline);
    let comparison = Comparison::new(&report);
    let pair = VersionPair::find(&arguments.versions, &comparison.versions);
    let pair = pair.map_err(Failure::usage)?;
    let changes = find_version_changes(&comparison, &pair);
    match arguments.format {
        ChangesFormat::Table => {
            let style = stdout_style(common);
            pager::print_paged(&terminal::changes::render_version_changes(&changes, style))?;
        }
        ChangesFormat::Markdown => {
            let links = links_to_commit();
            print_data(&markdown::changes::render_version_changes(&changes, &links))?;
        }
        ChangesFormat::Html => print_data(&html::changes::render_version_changes(&changes))?,
        ChangesFormat::Json => {
            let mut value = serde_json::to_value(&changes).expect("it has text keys only");
            value["schema_version"] = json!(SCHEMA_VERSION);
            print_json(&format!("{value:#}\n"))?;
        }
    }
    Ok(Exit::Success)
}

/// Loads the record, without which there is nothing to tell.
fn load_record(scenarios: &[Scenario], folder: Option<&Path>) -> Result<Baseline, Failure> {
    let arguments = BaselineArguments {
        baseline: folder.map(Path::to_owned),
        no_baseline: false,
    };
    let record = state::load_record(scenarios, &arguments)?;
    if record.scenarios.is_empty() {
        let text = "nothing is recorded of these scenarios: `modswap run`, then `modswap accept`, makes a record";
        return Err(Failure::new(Exit::Nothing, text));
    }
    Ok(record)
}
