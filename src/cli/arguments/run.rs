//! The commands that run scenarios: all, or one.

use std::path::PathBuf;

use clap::Args;
use clap::builder::UnknownArgumentValueParser;

use super::results::OUTPUT;
use super::{
    BASELINE_HEADING, EXECUTION, Execution, OneScenario, PACKAGES, Results, SELECTION, Scenarios,
    When,
};
use crate::plan::Shard;

/// `modswap run`
#[derive(Args, Clone, Debug, Default)]
#[command(after_help = RUN_EXAMPLES)]
pub struct RunArguments {
    #[command(flatten)]
    pub(in crate::cli) scenarios: Scenarios,
    #[command(flatten)]
    pub(in crate::cli) execution: Execution,
    /// Install all packages that scenarios require; otherwise those of scenarios that are named by id or file
    #[arg(long, conflicts_with = "offline", help_heading = PACKAGES)]
    pub(in crate::cli) packages: bool,
    #[command(flatten)]
    pub(in crate::cli) regression: Regression,
    /// Wait when all has run, and run again what a saved file changes: its scenarios, or all when it is `pythons.yaml`
    #[arg(
        long,
        help_heading = EXECUTION,
        conflicts_with_all = ["format", "output", "pages", "shard", "failed_from", "builtin"]
    )]
    pub(in crate::cli) watch: bool,
    #[command(flatten)]
    pub(in crate::cli) results: Results,
    /// Groups, annotations and a summary for GitHub Actions: `auto` is where `GITHUB_ACTIONS` is `true`
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN", help_heading = OUTPUT)]
    pub(in crate::cli) github: When,
    #[arg(long, hide = true, value_parser = UnknownArgumentValueParser::suggest(EVENTS_ARE_A_FORMAT))]
    events: Option<String>,
}

const RUN_EXAMPLES: &str = "\
Examples:
  modswap run                                  # every scenario on every Python found
  modswap run reload --python '>=3.9'          # one subject on some Pythons
  modswap run --packages --output report.json  # nothing left out, and a report to keep";

const EVENTS_ARE_A_FORMAT: &str =
    "write `--output FILE.ndjson`, or `--format ndjson` for standard output";

/// How much runs, how often, and what counts as a failure.
#[derive(Args, Clone, Debug, Default)]
pub(in crate::cli) struct Regression {
    /// Fail on everything that is not in the baseline: new versions, new scenarios, changed scenarios
    #[arg(long, help_heading = BASELINE_HEADING)]
    pub(in crate::cli) strict: bool,
    /// Run each case N times; different behaviours are `unstable`, and fail
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = EXECUTION)]
    pub(in crate::cli) repeat: Option<u16>,
    /// Start no more cases after N failures
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = EXECUTION)]
    pub(in crate::cli) max_fail: Option<u32>,
    /// Only the cases that failed in a stored report
    #[arg(long, value_name = "REPORT", help_heading = SELECTION)]
    pub(in crate::cli) failed_from: Option<PathBuf>,
    /// Only a part of the rows, for several machines: `2/5` is the second of five
    #[arg(long, value_name = "K/N", help_heading = SELECTION)]
    pub(in crate::cli) shard: Option<Shard>,
}

/// `modswap show` and `modswap explain`
#[derive(Args, Clone, Debug)]
pub struct ShowArguments {
    #[command(flatten)]
    pub(in crate::cli) scenario: OneScenario,
    /// Run each case N times, to see everything that an unstable one does
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = EXECUTION)]
    pub(in crate::cli) repeat: Option<u16>,
    /// Print the modules that the scenario brings along, too
    #[arg(long)]
    pub(in crate::cli) modules: bool,
    #[command(flatten)]
    pub(in crate::cli) execution: Execution,
}
