//! `modswap try`

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use super::CaseOptions;
use crate::from_python::is_dotted_name;

/// `modswap try`
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub struct TryArguments {
    /// The script; `-` reads standard input
    #[arg(
        value_name = "SCRIPT",
        required_unless_present = "command",
        conflicts_with = "command"
    )]
    pub(in crate::cli) script: Option<PathBuf>,
    /// The text of the script
    #[arg(short = 'c', value_name = "TEXT")]
    pub(in crate::cli) command: Option<String>,
    /// A module that the script can import: the path of its file, and its text ("pkg/sub.py=x = 1")
    #[arg(long = "file", value_name = "PATH=TEXT")]
    pub(in crate::cli) files: Vec<FixtureFile>,
    /// A folder whose modules the script can import
    #[arg(short = 'C', value_name = "FOLDER")]
    pub(in crate::cli) folder: Option<PathBuf>,
    /// Write it as a scenario, too, below the folder `scenarios` ("swap/mine")
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) save: Option<String>,
    /// Let the scenario expect what was seen, for you to review
    #[arg(long, requires = "save")]
    pub(in crate::cli) expect: bool,
    #[command(flatten)]
    pub(in crate::cli) cases: CaseOptions,
}

const EXAMPLES: &str = "\
Examples:
  modswap try question.py
  modswap try -c 'import json; del json; import json'
  modswap try question.py --with numpy              # a package that it imports
  modswap try -C ./repro repro/main.py              # the modules beside it
  modswap try question.py --save swap/mine --expect # a scenario to keep";

/// A module of `--file`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct FixtureFile {
    /// Dotted name; that of `pkg/__init__.py` is `pkg.__init__`.
    pub(in crate::cli) module: String,
    /// Python source.
    pub(in crate::cli) text: String,
}

impl FromStr for FixtureFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected =
            || "expected the path of a module and its text: `pkg/sub.py=x = 1`".to_owned();
        let (path, text) = text.split_once('=').ok_or_else(expected)?;
        let path = path
            .trim()
            .trim_start_matches("./")
            .strip_suffix(".py")
            .ok_or_else(expected)?;
        let module = path.replace('/', ".");
        if !is_dotted_name(&module) {
            return Err(format!("`{path}` is no path of a module; {}", expected()));
        }
        let text = if text.is_empty() || text.ends_with('\n') {
            text.to_owned()
        } else {
            format!("{text}\n")
        };
        Ok(Self { module, text })
    }
}
