//! Options for the results of a run, for making one report of several, and for writing one again.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::When;
use crate::cli::github::links_to_commit;
use crate::python::requirements::Requirements;
use crate::report::format::Format;
use crate::report::links::Links;

/// The heading of the options of output.
pub(super) const OUTPUT: &str = "Output";

/// Where the results go.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = OUTPUT)]
pub(in crate::cli) struct Results {
    /// What to print
    #[arg(long, value_enum, default_value = "table")]
    pub(in crate::cli) format: Format,
    /// Show rows on which all versions agree, too
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Also write the results to a file; its ending says how: .json, .html, .md, .xml (JUnit), .ndjson, .txt
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) output: Vec<PathBuf>,
    /// Also write a folder of pages for a repository or a web server: README.md, a page per subject, index.html, report.json
    #[arg(long, value_name = "FOLDER")]
    pub(in crate::cli) pages: Option<PathBuf>,
    /// What to put before the files of scenarios in links: a URL or a folder [default: for --pages the way from there; otherwise
    /// on GitHub Actions the commit of the run]
    #[arg(long, value_name = "PREFIX")]
    pub(in crate::cli) links: Option<String>,
}

impl Results {
    /// The links of pages.
    pub(in crate::cli) fn links(&self) -> Links {
        self.links
            .as_deref()
            .map_or_else(links_to_commit, Links::below)
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Table => "Tables for people",
            Self::Json => "The report, which `merge`, `diff` and `report` read",
            Self::Ndjson => "A line of JSON for each event; of a run, when it happens",
            Self::Junit => "JUnit XML, for CI services",
            Self::Markdown => "GitHub-flavoured Markdown",
            Self::Html => "One page for a browser",
        };
        Some(PossibleValue::new(self.word()).help(help))
    }
}

/// `modswap merge`
#[derive(Args, Clone, Debug, Default)]
pub struct MergeArguments {
    /// Reports that `modswap run --output FILE.json` wrote, or merges of such
    #[arg(value_name = "FILE", required = true)]
    pub(in crate::cli) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) results: Results,
    /// Groups, annotations and a summary for GitHub Actions: `auto` is where `GITHUB_ACTIONS` is `true`
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN", help_heading = OUTPUT)]
    pub(in crate::cli) github: When,
    /// Pythons that must be there, or the exit code is 3: "2.7,3.5,>=3.6"
    #[arg(long, value_name = "SPECS")]
    pub(in crate::cli) require: Vec<Requirements>,
    /// Let missing parts, rows and Pythons pass; they are named all the same
    #[arg(long)]
    pub(in crate::cli) allow_incomplete: bool,
    /// Fail on everything that is not in the baseline: new versions, new scenarios, changed scenarios
    #[arg(long)]
    pub(in crate::cli) strict: bool,
}

/// `modswap report`
#[derive(Args, Clone, Debug, Default)]
pub struct ReportArguments {
    /// A report that `modswap run --output FILE.json` or `modswap merge` wrote; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "builtin")]
    pub(in crate::cli) file: Option<PathBuf>,
    /// The record that modswap carries: all its scenarios, as they were accepted
    #[arg(long, conflicts_with = "file")]
    pub(in crate::cli) builtin: bool,
    #[command(flatten)]
    pub(in crate::cli) results: Results,
    /// Show everything that is not in the baseline as failed: new versions, new scenarios, changed scenarios
    #[arg(long)]
    pub(in crate::cli) strict: bool,
}
