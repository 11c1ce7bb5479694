//! Settings, which hold where nothing is typed: variables of the environment, then a file of the project, then the usual.
//!
//! Both become defaults of the options, before the arguments are read: so what is typed replaces them, lists as a whole.

mod file;
mod variables;

use std::path::PathBuf;
use std::sync::OnceLock;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, CommandFactory as _, FromArgMatches as _};

pub(super) use file::KEYS;

use super::arguments::Cli;
use super::{Failure, usage};
use crate::scenario::FOLDER;

/// A value that holds where nothing else is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    /// The option, without its dashes; `scenarios` for what is named without one.
    pub(super) option: String,
    /// Its values, as they would be typed.
    pub(super) values: Vec<String>,
    /// Where they come from.
    pub(super) origin: Origin,
}

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A line of a file, counted from 1.
    File {
        /// As it is seen from the working directory.
        name: String,
        /// Counted from 1.
        line: usize,
    },
    /// A variable of that name.
    Variable(String),
}

/// The folders of scenarios that are meant where none is named; unset before the arguments are read.
static SCENARIOS: OnceLock<Vec<PathBuf>> = OnceLock::new();

/// The files and folders of scenarios that are meant where none is named.
pub(super) fn usual_scenarios() -> Vec<PathBuf> {
    let configured = SCENARIOS.get().filter(|folders| !folders.is_empty());
    configured.map_or_else(|| vec![PathBuf::from(FOLDER)], Clone::clone)
}

/// Reads what was typed, and fills up with what holds otherwise. Ends where the arguments are wrong, or ask for help.
///
/// # Errors
/// When a variable or the file is wrong.
pub(super) fn parse_arguments() -> Result<Cli, Failure> {
    let mut words: Vec<_> = std::env::args_os().collect();
    let mut typed = Cli::command()
        .try_get_matches_from(&words)
        .unwrap_or_else(|error| usage::refuse_arguments(&error));
    if typed.subcommand_name().is_none() {
        words.push("run".into());
        typed = Cli::command()
            .try_get_matches_from(&words)
            .unwrap_or_else(|error| usage::refuse_arguments(&error));
    }
    // What shows or makes no results does without the project.
    let is_apart = |name| matches!(name, "completions" | "man" | "schema" | "cache");
    let settings = load(!typed.subcommand_name().is_some_and(is_apart))?;
    keep_scenarios(&settings);
    let matches = apply(&typed, &settings)
        .try_get_matches_from(&words)
        .unwrap_or_else(|error| usage::refuse_arguments(&error));
    Ok(Cli::from_arg_matches(&matches).unwrap_or_else(|error| usage::refuse_arguments(&error)))
}

/// Loads all settings, or those of variables alone: of an option, the variable comes before the file.
///
/// # Errors
/// When a variable or the file is wrong.
pub(super) fn load(with_file: bool) -> Result<Vec<Setting>, Failure> {
    let mut cli = Cli::command();
    cli.build();
    let run = cli.find_subcommand("run").expect("a command");
    let mut settings = variables::read(run)?;
    if !with_file {
        return Ok(settings);
    }
    let folder = std::env::current_dir().unwrap_or_default();
    let of_file = file::find_and_read(&folder);
    let of_file = of_file.map_err(|errors| Failure::wrong_files("wrong settings", &errors))?;
    for setting in of_file {
        if !settings.iter().any(|known| known.option == setting.option) {
            settings.push(setting);
        }
    }
    Ok(settings)
}

/// Keeps the folders of scenarios for the commands that look for them.
pub(super) fn keep_scenarios(settings: &[Setting]) {
    let scenarios = settings.iter().find(|one| one.option == "scenarios");
    let folders = scenarios.map_or(&[][..], |setting| &setting.values);
    let _ = SCENARIOS.set(folders.iter().map(PathBuf::from).collect());
}

/// The command with the settings as defaults of its options, as far as nothing that was typed excludes them.
fn apply(typed: &ArgMatches, settings: &[Setting]) -> clap::Command {
    let mut built = Cli::command();
    built.build();
    let Some((name, typed)) = typed.subcommand() else {
        return Cli::command();
    };
    let run = built.find_subcommand("run").expect("a command").clone();
    let command = built.find_subcommand(name).expect("a command").clone();
    let is_typed = |option: &Arg| {
        let id = option.get_id().as_str();
        typed.try_contains_id(id).is_ok()
            && typed.value_source(id) == Some(ValueSource::CommandLine)
    };
    let all: Vec<&Arg> = command.get_arguments().collect();
    let excludes = |one: &Arg, other: &Arg| {
        let excluded = command.get_arg_conflicts_with(one);
        excluded.iter().any(|arg| arg.get_id() == other.get_id())
    };
    let is_excluded = |option: &Arg| {
        all.iter()
            .any(|other| is_typed(other) && (excludes(option, other) || excludes(other, option)))
    };
    let of_run = |option: &Arg| {
        run.get_arguments()
            .find(|known| known.get_long() == option.get_long())
    };
    let with_default = |option: Arg| {
        let setting = option
            .get_long()
            .and_then(|long| settings.iter().find(|setting| setting.option == long));
        let Some(setting) = setting else {
            return option;
        };
        let own = all.iter().find(|known| known.get_id() == option.get_id());
        if own.is_some_and(|own| is_excluded(own)) || !fits(&option, of_run(&option), setting) {
            return option;
        }
        option.default_values(setting.values.clone())
    };
    Cli::command()
        .mut_args(with_default)
        .mut_subcommand(name, |command| command.mut_args(with_default))
}

/// True if an option of a command means what that of `run` means, and has the values of the setting.
fn fits(option: &Arg, of_run: Option<&Arg>, setting: &Setting) -> bool {
    if setting.option == "scenarios" {
        // A command for one folder: of several nobody knows which.
        return setting.values.len() == 1;
    }
    let known = option.get_possible_values();
    let is_known = |value: &String| known.iter().any(|known| known.matches(value, false));
    of_run.is_some_and(|of_run| of_run.get_value_names() == option.get_value_names())
        && (!option.get_action().takes_values()
            || known.is_empty()
            || setting.values.iter().all(is_known))
}

/// The names of variables that options have, with those of the options.
pub fn option_variables() -> Vec<(String, String)> {
    let mut cli = Cli::command();
    cli.build();
    let run = cli.find_subcommand("run").expect("a command");
    let options = variables::options(run).filter_map(Arg::get_long);
    options
        .chain(["scenarios"])
        .map(|option| (variables::name_of(option), option.to_owned()))
        .collect()
}
