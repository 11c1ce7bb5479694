//! What becomes of a report, and making one of several.

use std::path::PathBuf;

use clap::Args;

use super::{Format, When};
use crate::python::require::Requirements;

/// Where the results go.
#[derive(Args, Clone, Debug, Default)]
pub(in crate::cli) struct Results {
    /// What to print
    #[arg(long, value_enum, default_value = "table")]
    pub(in crate::cli) format: Format,
    /// Also write the report to a file; its kind is in its name (.json)
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) output: Vec<PathBuf>,
    /// Also write the results as JUnit XML, which CI services show: a suite per interpreter
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) junit: Option<PathBuf>,
    /// Groups, annotations and a summary for GitHub Actions: `auto` is where `GITHUB_ACTIONS` is `true`
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    pub(in crate::cli) github: When,
}

/// `modswap merge`
#[derive(Args, Clone, Debug, Default)]
pub struct MergeArguments {
    /// Reports that `modswap run --output FILE.json` wrote, or merges of such
    #[arg(value_name = "FILE", required = true)]
    pub(in crate::cli) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) results: Results,
    /// Pythons that must be there, or the exit code is 3: "2.7,3.5,>=3.6"
    #[arg(long, value_name = "SPECS")]
    pub(in crate::cli) require: Vec<Requirements>,
    /// Let missing parts, rows and Pythons pass; they are named all the same
    #[arg(long)]
    pub(in crate::cli) allow_incomplete: bool,
    /// Fail on everything that is not in the baseline: new versions, new scenarios, changed texts
    #[arg(long)]
    pub(in crate::cli) strict: bool,
}
