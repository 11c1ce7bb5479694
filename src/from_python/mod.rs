//! A plain Python script as a scenario: every statement at its top is a step, on every version.
//!
//! The text is split once for all versions, by a grammar that knows Python 2 and 3. What one version cannot compile is that version's
//! `SyntaxError` in that step.

mod encoding;
mod expectations;
mod given;
mod grammar;
mod modules;
mod names;
mod scenario_text;
mod statements;
mod stdlib;
mod steps;
#[cfg(test)]
mod tests;

use serde_yaml::Mapping;

use crate::scenario::model::{Scenario, ScenarioId, Variant};
use crate::scenario::{self, LoadErrors};
pub use encoding::decode_python;
pub use expectations::Observed;
use given::{Given, has_own_texts};
use grammar::Source;
pub use grammar::{is_dotted_name, is_expression};
pub use modules::{FolderError, FolderModules, read_folder};
use names::Names;
use scenario_text::write_scenario;
use statements::{clean_paste, split_statements};
pub use stdlib::distribution_of;
use steps::Converter;

/// The ending of the names of files that can be imported.
const SUFFIX: &str = ".py";
/// The most statements of a script.
const MAX_STATEMENTS: usize = 1_000;
/// The most names of modules that are followed: their state is recorded after every statement.
const MAX_NAMES: usize = 200;

/// A plain script, and what it is run with.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Its name in messages and in the title: that of its file.
    pub name: String,
    /// Its text. Prompts of an interactive session and an indentation of all lines are left out.
    pub text: String,
    /// The modules that it can import, by their dotted names; `pkg.__init__` is that of a package's own file. A package
    /// without it is a folder without `__init__.py`.
    pub modules: Vec<(String, String)>,
    /// Requirements of the packages that it can import.
    pub packages: Vec<String>,
}

impl Script {
    /// Adds the script to its modules if it, or one of them, imports it: as a module it runs a second time, as it does in Python.
    pub fn add_itself(&mut self) {
        let stem = self.name.strip_suffix(SUFFIX);
        let Some(stem) = stem.filter(|stem| is_dotted_name(stem) && !stem.contains('.')) else {
            return;
        };
        if self.modules.iter().any(|(name, _)| name == stem) {
            return;
        }
        let modules = self.modules.iter().map(|(_, text)| text);
        let is_imported = modules
            .chain([&self.text])
            .any(|text| names::mentions_module(text, stem));
        if is_imported {
            self.modules
                .push((stem.to_owned(), clean_paste(&self.text)));
        }
    }
}

/// A script as a scenario.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// The scenario.
    pub scenario: Scenario,
    /// The statements as they were written, one for each step.
    pub statements: Vec<String>,
    /// The tops of the modules that are imported.
    pub imported: Vec<String>,
    /// Those of them that are in no Python's library and were not given with the script.
    pub foreign: Vec<String>,
    /// The steps as they are written.
    steps: Vec<Mapping>,
    /// More names whose state is recorded.
    watched: Vec<String>,
}

/// Why a script is no scenario.
#[derive(Debug, thiserror::Error)]
pub enum ConversionError {
    /// There is nothing to run.
    #[error("{0} has no statement")]
    Empty(String),
    /// There is too much to run.
    #[error(
        "{name} has {count} statements, and {MAX_STATEMENTS} can be steps: put some into a function"
    )]
    TooLong {
        /// Its name.
        name: String,
        /// How many it has.
        count: usize,
    },
    /// There is too much to record.
    #[error("{name} has {count} names of modules, and {MAX_NAMES} can be followed: leave some out")]
    TooManyNames {
        /// Its name.
        name: String,
        /// How many it has.
        count: usize,
    },
    /// The scenario made of it is wrong.
    #[error(transparent)]
    Wrong(#[from] LoadErrors),
}

/// Returns a script as a scenario of that id and file.
///
/// # Errors
/// When the script is empty, or something that it is run with cannot be part of a scenario.
pub fn convert(
    script: &Script,
    id: &ScenarioId,
    file: &str,
) -> Result<Conversion, ConversionError> {
    let text = clean_paste(&script.text);
    let mut statements = split_statements(&text);
    if statements.is_empty() {
        return Err(ConversionError::Empty(script.name.clone()));
    }
    if statements.len() > MAX_STATEMENTS {
        return Err(ConversionError::TooLong {
            name: script.name.clone(),
            count: statements.len(),
        });
    }
    let mut names = Names::new(script.modules.iter().map(|(name, _)| name.as_str()));
    for statement in &statements {
        names.add(&Source::parse(statement));
    }
    let modules = script.modules.iter().map(|(_, text)| text);
    if modules.chain([&text]).any(|text| has_own_texts(text)) {
        names.asks_for.insert(Given::Texts);
    }
    let given = names.asks_for.iter();
    let given = given.filter_map(|given| given.statement(&script.name));
    // A docstring comes first.
    let first = usize::from(is_docstring(&statements[0]));
    statements.splice(first..first, given);
    let watched = names.watched();
    if watched.len() > MAX_NAMES {
        return Err(ConversionError::TooManyNames {
            name: script.name.clone(),
            count: watched.len(),
        });
    }
    let mut converter = Converter::new(&names);
    let texts = statements.iter().map(String::as_str);
    let mut steps: Vec<Mapping> = texts.clone().map(|text| converter.convert(text)).collect();
    let raw: Vec<Mapping> = texts.map(|text| converter.raw(text)).collect();
    if is_docstring(&statements[0]) {
        // As a statement it is the value of `__doc__`.
        steps[0].clone_from(&raw[0]);
    }
    let parse = |steps: &[Mapping], watched: &[String]| {
        let written = write_scenario(script, steps, watched);
        let scenario = scenario::parse(file, id.clone(), &written.text);
        scenario.map_err(|errors| (errors, written))
    };
    // A step that the language refuses, such as the deletion of a name that nothing has bound, is raw Python.
    let scenario = loop {
        match parse(&steps, &watched) {
            Ok(scenario) => break scenario,
            Err((errors, written)) => {
                let wrong = written.steps_of(&errors).into_iter();
                let wrong: Vec<_> = wrong.filter(|index| steps[*index] != raw[*index]).collect();
                if wrong.is_empty() {
                    return Err(errors.into());
                }
                for index in wrong {
                    steps[index].clone_from(&raw[index]);
                }
            }
        }
    };
    // What is recorded anyway need not be asked for.
    let anyway = Variant {
        watch: Vec::new(),
        ..scenario.variants[0].clone()
    };
    let anyway = anyway.recorded_names();
    let watched: Vec<String> = watched
        .into_iter()
        .filter(|name| !anyway.contains(name))
        .collect();
    let scenario = parse(&steps, &watched).map_err(|(errors, _)| errors)?;
    Ok(Conversion {
        scenario,
        statements,
        imported: names.imported(),
        foreign: names.foreign(),
        steps,
        watched,
    })
}

/// True for a statement that is nothing but a text.
fn is_docstring(text: &str) -> bool {
    let source = Source::parse(text);
    source.only_statement().is_some_and(|node| {
        let parts = grammar::children(node);
        node.kind() == "expression_statement" && parts.iter().all(|part| part.kind() == "string")
    })
}
