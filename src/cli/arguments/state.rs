//! Commands about what is remembered: the baseline and stored reports.

use std::path::PathBuf;

use clap::Args;

use super::{Execution, OneScenario};

/// Where the baseline is, where the command is not about scenarios, beside which it would be looked for.
pub(in crate::cli) const BASELINE: &str = "reports/baseline";

/// `modswap diff`
#[derive(Args, Clone, Debug, Default)]
#[command(after_help = DIFF_HELP)]
pub struct DiffArguments {
    /// A stored report, or the folder of a baseline; alone, it is compared with the baseline [default: the last run]
    #[arg(value_name = "A")]
    pub(in crate::cli) a: Option<PathBuf>,
    /// What to compare A with
    #[arg(value_name = "B")]
    pub(in crate::cli) b: Option<PathBuf>,
    /// The accepted behaviours
    #[arg(long, value_name = "FOLDER", default_value = BASELINE)]
    pub(in crate::cli) baseline: PathBuf,
    /// Show everything, however long
    #[arg(long)]
    pub(in crate::cli) full: bool,
}

const DIFF_HELP: &str = "\
Exit codes:
  0  nothing differs; versions that are new and like their neighbours, and what only one side has, do not count
  1  something differs
  2  a report or the baseline cannot be read
  3  there is nothing to compare";

/// `modswap review`
#[derive(Args, Clone, Debug, Default)]
pub struct ReviewArguments {
    #[command(flatten)]
    pub(in crate::cli) stored: Stored,
}

/// `modswap prune`
#[derive(Args, Clone, Debug, Default)]
pub struct PruneArguments {
    /// Only these scenarios, by ids that the baseline has and globs over them [default: all]
    #[arg(value_name = "ID")]
    pub(in crate::cli) what: Vec<String>,
    /// Show what would be removed, and write nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// All scenarios of the baseline
    #[arg(long, value_name = "FOLDER", default_value = "scenarios")]
    pub(in crate::cli) scenarios: PathBuf,
    /// The accepted behaviours [default: reports/baseline beside the folder `scenarios`]
    #[arg(long, value_name = "FOLDER")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Write even where `CI` is set
    #[arg(long)]
    pub(in crate::cli) allow_ci: bool,
}

/// `modswap accept`
#[derive(Args, Clone, Debug, Default)]
pub struct AcceptArguments {
    /// Only these scenarios and variants, by ids and globs over them, and of these only a version: 'swap/*', swap/copy@3.14
    /// [default: all]
    #[arg(value_name = "ID[@VERSION]")]
    pub(in crate::cli) what: Vec<String>,
    /// Only versions that were never seen and behave like their nearest neighbour
    #[arg(long)]
    pub(in crate::cli) new_versions: bool,
    #[command(flatten)]
    pub(in crate::cli) stored: Stored,
}

/// The report and the baseline of a command, and leave to write.
#[derive(Args, Clone, Debug, Default)]
pub(in crate::cli) struct Stored {
    /// A stored report, instead of the last run
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) report: Option<PathBuf>,
    /// The accepted behaviours
    #[arg(long, value_name = "FOLDER", default_value = BASELINE)]
    pub(in crate::cli) baseline: PathBuf,
    /// Write even where `CI` is set
    #[arg(long)]
    pub(in crate::cli) allow_ci: bool,
}

/// `modswap bisect`
#[derive(Args, Clone, Debug)]
pub struct BisectArguments {
    #[command(flatten)]
    pub(in crate::cli) scenario: OneScenario,
    /// A stored report, instead of the last run; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) report: Vec<PathBuf>,
    /// Run the scenario on the versions to try next, until none is left: on the Pythons of --python, or on all
    #[arg(long)]
    pub(in crate::cli) run: bool,
    #[command(flatten)]
    pub(in crate::cli) execution: Execution,
}
