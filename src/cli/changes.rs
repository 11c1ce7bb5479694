//! `modswap changes`

use std::collections::BTreeSet;
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
use crate::runner::select_scenarios::{Corpus, ScenarioSelection};
use crate::scenario::model::Scenario;

/// Version of the form of the JSON.
const SCHEMA_VERSION: u32 = 1;

/// Prints what the record says of two versions. Nothing is run, and differences are no failure.
pub(super) fn run(arguments: &ChangesArguments, common: &Common) -> Result<Exit, Failure> {
    let scenarios = select_scenarios(arguments)?;
    let selection = ScenarioSelection {
        corpus: corpus(arguments.builtin),
        words: arguments.what.clone(),
        tags: Vec::new(),
        usual: usual_scenarios(),
    };
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

/// Loads the scenarios that words mean: ids, subjects and globs as for other commands, and tags.
fn select_scenarios(arguments: &ChangesArguments) -> Result<Vec<Scenario>, Failure> {
    let words = arguments.what.iter().cloned();
    let is_file = |word: &String| !arguments.builtin && Path::new(word).exists();
    let (paths, names): (Vec<String>, Vec<String>) = words.partition(is_file);
    let corpus = corpus(arguments.builtin);
    let all = load(corpus, &paths)?;
    let is_builtin = all.iter().any(Scenario::is_builtin);
    let found = select_named(all, &paths, &names);
    if found.is_err()
        && !is_builtin
        && paths.is_empty()
        && let Ok(builtin) = select_named(load(Corpus::Builtin, &[])?, &[], &names)
    {
        return Ok(builtin);
    }
    found
}

fn load(corpus: Corpus, words: &[String]) -> Result<Vec<Scenario>, Failure> {
    let selection = ScenarioSelection {
        corpus,
        words: words.to_vec(),
        tags: Vec::new(),
        usual: usual_scenarios(),
    };
    Ok(selection.load()?)
}

/// Leaves what names mean, each of which is a tag, or an id or glob.
fn select_named(
    all: Vec<Scenario>,
    paths: &[String],
    names: &[String],
) -> Result<Vec<Scenario>, Failure> {
    if names.is_empty() {
        return Ok(all);
    }
    let corpus = if all.iter().any(Scenario::is_builtin) {
        Corpus::Builtin
    } else {
        Corpus::Files
    };
    let is_tag = |word: &&String| all.iter().any(|scenario| scenario.tags.contains(word));
    let (tags, ids): (Vec<&String>, Vec<&String>) = names.iter().partition(is_tag);
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    if !ids.is_empty() {
        let words: Vec<String> = paths.iter().chain(ids).cloned().collect();
        let found = load(corpus, &words)?;
        wanted.extend(found.into_iter().map(|scenario| scenario.id.0));
    }
    let has_tag = |scenario: &Scenario| {
        let subject = scenario.id.0.split('/').next();
        let mut tags = tags.iter();
        tags.any(|tag| scenario.tags.contains(tag) || subject == Some(tag.as_str()))
    };
    let is_wanted = |scenario: &Scenario| wanted.contains(&scenario.id.0) || has_tag(scenario);
    Ok(all.into_iter().filter(is_wanted).collect())
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
