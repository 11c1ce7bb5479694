//! Where the scenarios of a command come from: files, or the program.

use super::{Failure, tell_user};
use crate::builtin::builtin_files;
use crate::runner::select_parameters::UnsetParameters;
use crate::runner::select_scenarios::{Corpus, ScenarioSelection, SelectError};
use crate::scenario::FOLDER;
use crate::scenario::model::Scenario;
use crate::text::{self, joined, plural};
use crate::vet::SUBJECT;

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

/// Loads the one that is selected, whose parameters must be set, and says where it comes from if that may not be what was meant.
pub(super) fn load_scenario(selection: &ScenarioSelection) -> Result<Scenario, Failure> {
    let scenario = selection.load_one()?;
    refuse_unset(&scenario)?;
    tell_corpus(selection, std::slice::from_ref(&scenario));
    Ok(scenario)
}

/// Refuses a scenario that cannot run, because it has parameters that are not set.
pub(super) fn refuse_unset(scenario: &Scenario) -> Result<(), Failure> {
    let unset = UnsetParameters::find([scenario]);
    unset.map_or(Ok(()), |unset| Err(SelectError::from(unset).into()))
}

/// Says where scenarios come from if that may not be what was meant: they were not asked for by their files.
pub(super) fn tell_corpus(selection: &ScenarioSelection, scenarios: &[Scenario]) {
    let (paths, ids) = selection.paths_and_ids();
    if selection.corpus == Corpus::FilesFirst && paths.is_empty() {
        let is_named = !(ids.is_empty() && selection.tags.is_empty());
        if let Some(text) = describe_corpus(selection, is_named, scenarios) {
            tell_user(&text);
        }
    }
}

/// Says that there are more scenarios than those of the folder.
pub(super) fn tell_builtin(selection: &ScenarioSelection, scenarios: &[Scenario]) {
    let is_bare = selection.words.is_empty() && selection.tags.is_empty();
    if is_bare && selection.corpus == Corpus::FilesFirst && scenarios.iter().any(is_own) {
        tell_user(&format!(
            "the scenarios of {}; --builtin lists those that modswap carries",
            name_folders(selection)
        ));
    }
}

/// True if the program does not carry this text.
fn is_own(scenario: &Scenario) -> bool {
    let carried = builtin_files().scenarios.get(&scenario.id.0);
    !scenario.is_builtin() && carried.is_none_or(|text| **text != *scenario.text)
}

/// True if it is a check of `modswap vet`, as the program carries it.
pub(super) fn is_check(scenario: &Scenario) -> bool {
    let is_below = scenario.id.0.split('/').next() == Some(SUBJECT);
    is_below && !is_own(scenario)
}

/// The files and folders in which scenarios are looked for, in words.
fn name_folders(selection: &ScenarioSelection) -> String {
    let names = selection.roots().into_iter();
    joined(names.map(|path| format!("`{}`", text::path(&path))), ", ")
}

fn describe_corpus(
    selection: &ScenarioSelection,
    is_named: bool,
    scenarios: &[Scenario],
) -> Option<String> {
    let folders = name_folders(selection);
    if scenarios.iter().any(Scenario::is_builtin) {
        let has_folder = selection.roots().iter().any(|root| root.exists());
        return match (is_named, has_folder) {
            (false, _) => Some(format!(
                "no folder `{FOLDER}` here: these are the {} that modswap carries",
                plural(scenarios.len(), "scenario")
            )),
            (true, true) => Some(format!(
                "not in {folders}: modswap carries {}",
                if scenarios.len() == 1 {
                    "this scenario"
                } else {
                    "these scenarios"
                }
            )),
            (true, false) => None,
        };
    }
    if !is_named {
        return None;
    }
    let carried = &builtin_files().scenarios;
    let mut others = scenarios.iter().filter(|scenario| is_own(scenario));
    let shadowing = others.find(|one| carried.contains_key(&one.id.0))?;
    Some(format!(
        "`{}` is that of {folders}; --builtin means the one that modswap carries",
        shadowing.id
    ))
}
