//! What can be typed.

mod others;
mod results;
mod run;
mod shell;
mod state;
mod try_script;
mod vet;

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValue, UnknownArgumentValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

pub(super) use others::{
    CacheArguments, CacheCommand, ChangesArguments, ChangesFormat, CheckArguments, ConfigArguments,
    ExportArguments, ListArguments, ListFormat, NewArguments, PythonsArguments, ScriptArguments,
};
pub(super) use results::{MergeArguments, ReportArguments, Results};
pub(super) use run::{Regression, RunArguments, ShowArguments};
pub(super) use shell::{CompletionsArguments, ManArguments, Shell};
pub(super) use state::{
    AcceptArguments, BASELINE, BisectArguments, DiffArguments, PruneArguments, ReviewArguments,
    Stored,
};
pub(super) use try_script::TryArguments;
pub(super) use vet::{VetArguments, VetFormat};

use crate::exec::Isolation;
use crate::python::request::PythonRequest;
use crate::python::requirements::Requirements;
use crate::scenario::package::Package;
use crate::scenario::{ParameterValue, parse_duration};

/// Compare what CPython's import system does across versions.
///
/// Without a command: `modswap run scenarios`.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = EXIT_CODES,
    max_term_width = 100,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub(super) common: Common,
    /// Print the version
    #[arg(short = 'V', long, action = clap::ArgAction::Version, help_heading = GLOBAL)]
    version: Option<bool>,
}

/// The heading of the options that every command has.
const GLOBAL: &str = "Global options";

const EXIT_CODES: &str = "\
Exit codes:
  0    all as expected
  1    a violated expectation, a crash, a timeout, drift from the baseline, or different behaviours of one case
  2    wrong usage or a wrong scenario; nothing ran
  3    a Python that was asked for or a part of a merge is missing, nothing was selected, or everything was skipped
  4    a case could not be judged, because the harness failed; or something could not be written
  130  interrupted

Variables:
  MODSWAP_JOBS=4  as `--jobs 4`, and so for each option of `modswap run`";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run scenarios on every Python found and print the comparison (the default)
    Run(RunArguments),
    /// Run one scenario and print what happened step by step, by version
    Show(ShowArguments),
    /// Run one scenario and print what changed between which versions, why, and the sources
    Explain(ShowArguments),
    /// Run a plain Python script statement by statement, and print what each did, by version
    Try(TryArguments),
    /// Ask a package whether it may be unloaded, reloaded and imported in any order, and print the answers, by version
    Vet(VetArguments),
    /// Print what changes in a release, or between two versions, as it is recorded; runs nothing
    Changes(ChangesArguments),
    /// Show how the last run differs from the baseline, or one report from another
    Diff(DiffArguments),
    /// Go through what differs from the baseline, and accept or reject one change after another
    Review(ReviewArguments),
    /// Accept what the last run showed into the baseline
    Accept(AcceptArguments),
    /// Remove baseline entries whose scenario no longer exists
    Prune(PruneArguments),
    /// Print between which versions a scenario changes, and which Python to try next
    Bisect(BisectArguments),
    /// Merge the reports of several machines into one, and say what is missing
    Merge(MergeArguments),
    /// Write a stored report in another format: a table, JSON, JUnit XML, Markdown or a page
    Report(ReportArguments),
    /// Print a scenario as one plain Python file that needs no modswap
    Script(ScriptArguments),
    /// List scenarios
    List(ListArguments),
    /// Check scenarios without running them; needs no Python
    Check(CheckArguments),
    /// Write a new scenario to start from
    New(NewArguments),
    /// Write scenarios that modswap carries as files, with what was accepted of them
    Export(ExportArguments),
    /// Print the JSON Schema of scenario files, for editors
    Schema,
    /// List the Pythons that were found, and what was rejected and why
    Pythons(PythonsArguments),
    /// Print where the cache folder is and what it takes, or empty it
    Cache(CacheArguments),
    /// Print what holds where nothing is typed, and whence: a variable, a file of the project, or the default
    Config(ConfigArguments),
    /// Print the script that completes commands, options, scenarios and Pythons in a shell
    Completions(CompletionsArguments),
    /// Write the manual pages into a folder: modswap.1, and one for each command
    #[command(hide = true)]
    Man(ManArguments),
}

impl Command {
    /// True if it asks Pythons what they are, or runs them.
    pub(super) fn starts_pythons(&self) -> bool {
        matches!(
            self,
            Self::Run(_)
                | Self::Show(_)
                | Self::Explain(_)
                | Self::Try(_)
                | Self::Vet(_)
                | Self::Review(_)
                | Self::Bisect(_)
                | Self::Pythons(_)
        )
    }
}

impl Default for Command {
    fn default() -> Self {
        Self::Run(RunArguments::default())
    }
}

/// Options of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = GLOBAL)]
pub(super) struct Common {
    /// Colours: `auto` is on a terminal, unless `NO_COLOR` is set
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN"
    )]
    pub(super) color: When,
    /// Print nothing but ASCII: signs become `-`, `.`, `#` (for ≠) and `~` (for …), other characters are escaped
    #[arg(long, global = true)]
    pub(super) ascii: bool,
    /// Print long text at once, not through `MODSWAP_PAGER`, `PAGER` or `less`
    #[arg(long, global = true)]
    pub(super) no_pager: bool,
    /// Print results, warnings and errors only: no progress, no hints
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Say what is being done, on standard error (-vv: more)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    /// Print help; `-h` is shorter
    #[arg(short, long, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
}

/// When to do something.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum When {
    #[default]
    Auto,
    Always,
    Never,
}

/// Which scenarios.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Scenarios {
    /// Scenario files and folders [default: scenarios, or those that modswap carries], and which of their scenarios: ids,
    /// subjects (swap), globs ('swap/*')
    #[arg(value_name = "PATH|ID")]
    pub(super) what: Vec<String>,
    /// Only scenarios with this tag
    #[arg(long, value_name = "TAG", help_heading = SELECTION)]
    pub(super) tag: Vec<String>,
    /// The scenarios that modswap carries, also where there is a folder `scenarios`
    #[arg(long, help_heading = SELECTION)]
    pub(super) builtin: bool,
    #[command(flatten)]
    pub(super) parameters: Parameters,
}

/// The values of parameters.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Parameters {
    /// A value for a parameter of scenarios: "package=numpy"; of several values, each is a variant
    #[arg(long, value_name = "NAME=VALUE", help_heading = SELECTION)]
    pub(super) set: Vec<ParameterValue>,
}

/// Which one scenario.
#[derive(Args, Clone, Debug)]
pub(super) struct OneScenario {
    /// The scenario: its id, with a variant's `[…]` or without, the last part of it, or its file; before an id the folder, if it is
    /// not `scenarios`
    #[arg(value_name = "PATH|ID", required = true)]
    pub(super) what: Vec<String>,
    /// The scenarios that modswap carries, also where there is a folder `scenarios`
    #[arg(long, help_heading = SELECTION)]
    pub(super) builtin: bool,
    #[command(flatten)]
    pub(super) parameters: Parameters,
    #[arg(long, hide = true, value_parser = UnknownArgumentValueParser::suggest(FOLDER_IS_A_WORD))]
    scenarios: Option<String>,
}

const FOLDER_IS_A_WORD: &str = "name the folder before the id, as for `modswap run`";

/// Which Pythons.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Pythons")]
pub(super) struct Pythons {
    /// Only these Pythons: a version ("3.11", ">=3.6,<3.12", "3.14t"), a label ("@sid"), a path, or a command that ends in a Python
    /// ("chroot /srv/sid python3.15"), which may have a label ("sid=chroot …")
    #[arg(long, value_name = "SPEC")]
    pub(super) python: Vec<PythonRequest>,
    /// A list of Pythons behind commands, instead of `pythons.yaml` in the folder of the scenarios
    #[arg(long = "pythons", value_name = "FILE")]
    pub(super) lists: Vec<PathBuf>,
    /// Pythons that must be there, or nothing runs and the exit code is 3: "2.7,3.5,>=3.6"
    #[arg(long, value_name = "SPECS")]
    pub(super) require: Vec<Requirements>,
    /// The same, and uv installs those that are not here: "3.14,3.15"
    #[arg(long, value_name = "SPECS")]
    pub(super) get: Vec<Requirements>,
    /// How long a Python may take to say what it is [default: 30s]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(super) probe_timeout: Option<Duration>,
    /// Ask every Python again what it is, and remember nothing
    #[arg(long)]
    pub(super) no_cache: bool,
}

/// Headings of the help.
const PACKAGES: &str = "Packages";
const EXECUTION: &str = "Execution";
const SELECTION: &str = "Selection";
const BASELINE_HEADING: &str = "Baseline";

/// Which Pythons, and how cases run on them.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct CaseOptions {
    #[command(flatten)]
    pub(super) pythons: Pythons,
    /// A package that every case can import: a requirement ("numpy>=1.16"), or the folder of a project (".") or a wheel
    #[arg(long, value_name = "PACKAGE", value_parser = package, help_heading = PACKAGES)]
    pub(super) with: Vec<Package>,
    /// Install nothing, not even what is asked for by name
    #[arg(long, help_heading = PACKAGES)]
    pub(super) offline: bool,
    /// Build packages that have no wheel, which runs their code
    #[arg(long, help_heading = PACKAGES)]
    pub(super) build: bool,
    /// Cases at the same time [default: the number of processors]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = EXECUTION)]
    pub(super) jobs: Option<u16>,
    /// Limit for one case, unless its scenario sets one [default: 30s]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, help_heading = EXECUTION)]
    pub(super) timeout: Option<Duration>,
    /// Run each case in a fork of a started interpreter, or in an interpreter of its own [default: fork]
    #[arg(long, value_enum, value_name = "HOW", help_heading = EXECUTION)]
    pub(super) isolation: Option<Isolation>,
}

/// The same, and what cases are compared with.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Execution {
    #[command(flatten)]
    pub(super) cases: CaseOptions,
    #[command(flatten)]
    pub(super) baseline: BaselineArguments,
}

/// The baseline that cases are compared with.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = BASELINE_HEADING)]
pub(super) struct BaselineArguments {
    /// The accepted behaviours [default: reports/baseline beside the folder `scenarios`]
    #[arg(long, value_name = "FOLDER", conflicts_with = "no_baseline")]
    pub(super) baseline: Option<PathBuf>,
    /// Compare with no baseline
    #[arg(long)]
    pub(super) no_baseline: bool,
}

fn package(text: &str) -> Result<Package, String> {
    text.parse::<Package>().map_err(|error| error.help)
}

impl ValueEnum for Isolation {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Fork, Self::Spawn]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (word, help) = match self {
            Self::Fork => ("fork", "A fork of a started interpreter: fast"),
            Self::Spawn => ("spawn", "An interpreter of its own"),
        };
        Some(PossibleValue::new(word).help(help))
    }
}

/// The form of an answer that is no report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum AnswerFormat {
    /// A table for people
    #[default]
    Table,
    /// For programs
    Json,
}
