//! Where the scenarios of a command come from: files, or the program.

use super::{Failure, tell_user};
use crate::builtin::builtin_files;
use crate::runner::select_scenarios::{Corpus, ScenarioSelection};
use crate::scenario::FOLDER;
use crate::scenario::model::Scenario;
use crate::text::plural;

/// Where scenarios are looked for, with `--builtin` or without.
pub(super) fn corpus(is_builtin: bool) -> Corpus {
    if is_builtin {
        Corpus::Builtin
    } else {
        Corpus::FilesFirst
    }
}

/// Loads what is selected, and says where it comes from if that may not be what was meant.
pub(super) fn load_scenarios(selection: &ScenarioSelection) -> Result<Vec<Scenario>, Failure> {
    let scenarios = selection.load()?;
    tell_corpus(selection, &scenarios);
    Ok(scenarios)
}

/// Loads the one that is selected, and says where it comes from if that may not be what was meant.
pub(super) fn load_scenario(selection: &ScenarioSelection) -> Result<Scenario, Failure> {
    let scenario = selection.load_one()?;
    tell_corpus(selection, std::slice::from_ref(&scenario));
    Ok(scenario)
}

/// Says where scenarios come from if that may not be what was meant: they were not asked for by their files.
pub(super) fn tell_corpus(selection: &ScenarioSelection, scenarios: &[Scenario]) {
    let (paths, ids) = selection.paths_and_ids();
    if selection.corpus == Corpus::FilesFirst && paths.is_empty() {
        let is_named = !(ids.is_empty() && selection.tags.is_empty());
        if let Some(text) = describe_corpus(is_named, scenarios) {
            tell_user(&text);
        }
    }
}

fn describe_corpus(is_named: bool, scenarios: &[Scenario]) -> Option<String> {
    if scenarios.iter().any(Scenario::is_builtin) {
        let has_folder = std::path::Path::new(FOLDER).is_dir();
        return match (is_named, has_folder) {
            (false, _) => Some(format!(
                "no folder `{FOLDER}` here: these are the {} that modswap carries",
                plural(scenarios.len(), "scenario")
            )),
            (true, true) => Some(format!(
                "not in the folder `{FOLDER}`: modswap carries {}",
                if scenarios.len() == 1 {
                    "this scenario"
                } else {
                    "these scenarios"
                }
            )),
            (true, false) => None,
        };
    }
    let carried = &builtin_files().scenarios;
    let is_other = |one: &&Scenario| {
        carried
            .get(&one.id.0)
            .is_none_or(|text| **text != *one.text)
    };
    let others = || scenarios.iter().filter(is_other);
    if !is_named {
        others().next()?;
        return Some(format!(
            "these are the scenarios of the folder `{FOLDER}`; --builtin means those that modswap carries"
        ));
    }
    let shadowing = others().find(|one| carried.contains_key(&one.id.0))?;
    Some(format!(
        "`{}` is that of the folder `{FOLDER}`; --builtin means the one that modswap carries",
        shadowing.id
    ))
}
