//! Commands about scenarios, Pythons and the cache that make no report.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{AnswerFormat, OneScenario, Pythons, Scenarios};

/// `modswap changes`
#[derive(Args, Clone, Debug)]
#[command(after_help = CHANGES_HELP)]
pub struct ChangesArguments {
    /// A release ("3.14"), or two versions ("3.9..3.13")
    #[arg(value_name = "VERSIONS")]
    pub(in crate::cli) versions: String,
    /// Which scenarios: ids, subjects, globs and tags [default: all]
    #[arg(value_name = "ID|TAG")]
    pub(in crate::cli) what: Vec<String>,
    /// The scenarios that modswap carries, also where there is a folder `scenarios`
    #[arg(long)]
    pub(in crate::cli) builtin: bool,
    /// The accepted behaviours [default: reports/baseline beside the folder `scenarios`]
    #[arg(long, value_name = "FOLDER")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value = "table")]
    pub(in crate::cli) format: ChangesFormat,
}

const CHANGES_HELP: &str = "\
Examples:
  modswap changes 3.14                   what is new in a release
  modswap changes 3.9..3.13 reload       what a move from 3.9 to 3.13 changes for reload
  modswap changes 3.14..3.14t threads    what the free-threaded build changes";

/// How changes are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ChangesFormat {
    /// For people, on a terminal
    #[default]
    Table,
    /// GitHub-flavoured Markdown
    Markdown,
    /// For programs
    Json,
    /// One page for a browser
    Html,
}

/// `modswap script`
#[derive(Args, Clone, Debug)]
pub struct ScriptArguments {
    #[command(flatten)]
    pub(in crate::cli) scenario: OneScenario,
    /// The version it is for; it need not be here
    #[arg(long, value_name = "VERSION")]
    pub(in crate::cli) python: Option<String>,
    /// The whole script, which records every fact after every step
    #[arg(long)]
    pub(in crate::cli) full: bool,
}

/// `modswap list`
#[derive(Args, Clone, Debug, Default)]
pub struct ListArguments {
    #[command(flatten)]
    pub(in crate::cli) scenarios: Scenarios,
    /// What to print
    #[arg(long, value_enum, default_value = "table")]
    pub(in crate::cli) format: ListFormat,
}

/// How scenarios are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ListFormat {
    /// A table for people
    #[default]
    Table,
    /// A page by subject, as `scenarios/README.md` is
    Markdown,
    /// For programs
    Json,
}

/// `modswap check`
#[derive(Args, Clone, Debug, Default)]
pub struct CheckArguments {
    #[command(flatten)]
    pub(in crate::cli) scenarios: Scenarios,
    /// What to print
    #[arg(long, value_enum, default_value = "table")]
    pub(in crate::cli) format: AnswerFormat,
}

/// `modswap config`
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct ConfigArguments {
    /// What to print
    #[arg(long, value_enum, default_value = "table")]
    pub(in crate::cli) format: AnswerFormat,
}

/// `modswap new`
#[derive(Args, Clone, Debug)]
pub struct NewArguments {
    /// The id: a path below the scenarios folder, without extension ('swap/my-case')
    #[arg(value_name = "ID")]
    pub(in crate::cli) id: String,
    /// Where scenarios are
    #[arg(long, value_name = "FOLDER", default_value = "scenarios")]
    pub(in crate::cli) scenarios: PathBuf,
}

/// `modswap export`
#[derive(Args, Clone, Debug)]
pub struct ExportArguments {
    /// The folder of a project, which gets a folder `scenarios` and a folder `reports/baseline`
    #[arg(value_name = "FOLDER")]
    pub(in crate::cli) folder: PathBuf,
    /// Which scenarios: ids, subjects and globs [default: all]
    #[arg(value_name = "ID")]
    pub(in crate::cli) what: Vec<String>,
    /// Only scenarios with this tag
    #[arg(long, value_name = "TAG")]
    pub(in crate::cli) tag: Vec<String>,
}

/// `modswap cache`
#[derive(Args, Clone, Copy, Debug)]
pub struct CacheArguments {
    /// The thing to do with it.
    #[command(subcommand)]
    pub(in crate::cli) command: CacheCommand,
}

/// The things that can be done with the cache folder.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(in crate::cli) enum CacheCommand {
    /// Print the path of the folder
    Dir,
    /// Print what is in it and how large it is
    Size,
    /// Remove all that modswap put there; the next runs make it anew
    Clean,
}

/// `modswap pythons`
#[derive(Args, Clone, Debug, Default)]
pub struct PythonsArguments {
    #[command(flatten)]
    pub(in crate::cli) pythons: Pythons,
    /// Start the commands of `pythons.yaml`, too, to see where they lead
    #[arg(long)]
    pub(in crate::cli) probe: bool,
    /// Show everything: other names, sources, platforms, and what to do about what was rejected
    #[arg(long)]
    pub(in crate::cli) explain: bool,
    /// What to print
    #[arg(long, value_enum, default_value = "table")]
    pub(in crate::cli) format: AnswerFormat,
}
