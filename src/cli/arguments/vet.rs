//! `modswap vet`

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::results::OUTPUT;
use super::{BASELINE_HEADING, Execution, package};
use crate::from_python::is_expression;
use crate::scenario::package::Package;
use crate::vet::write_without_blanks;

/// `modswap vet`
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub struct VetArguments {
    /// The package: a requirement ("numpy>=2"), or the folder of a project (".") or a wheel
    #[arg(value_name = "PACKAGE", value_parser = package)]
    pub(in crate::cli) package: Package,
    /// The module to import, and with commas more modules of the package [default: those that the package brings]
    #[arg(long, value_name = "NAME", value_parser = modules)]
    pub(in crate::cli) module: Option<String>,
    /// An expression of `m`, the module, that must be true whenever it was imported: "m.loads('[1]') == [1]"
    #[arg(long = "use", value_name = "EXPRESSION", value_parser = expression)]
    pub(in crate::cli) use_: Option<String>,
    /// The format of what is printed
    #[arg(long, value_enum, default_value = "table", help_heading = OUTPUT)]
    pub(in crate::cli) format: VetFormat,
    /// Show questions whose answers are as one would wish one by one, too
    #[arg(long, help_heading = OUTPUT)]
    pub(in crate::cli) all: bool,
    /// Also write the answers to a file; its ending says how: .json, .md, .html, .svg (a badge), .txt
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    pub(in crate::cli) output: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) execution: Execution,
    /// Fail on every answer that is not in the baseline (`reports/vet`, unless `--baseline` names another)
    #[arg(long, help_heading = BASELINE_HEADING, conflicts_with = "no_baseline")]
    pub(in crate::cli) strict: bool,
}

const EXAMPLES: &str = "\
Examples:
  modswap vet requests
  modswap vet . --use 'm.parse(\"1\") == 1'            # the project here
  modswap vet ./dist/mylib-1.0-py3-none-any.whl      # a wheel
  modswap vet PyYAML --output vet.md --output vet.svg  # for a README
  modswap vet . --strict                             # exit 1 on what was not accepted";

/// A way to write the answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::cli) enum VetFormat {
    #[default]
    Table,
    Json,
    Markdown,
    Html,
    Badge,
}

impl VetFormat {
    /// Its name, the endings of its files, and the help.
    fn words(self) -> (&'static str, &'static [&'static str], &'static str) {
        match self {
            Self::Table => ("table", &["txt"], "A table for people"),
            Self::Json => ("json", &["json"], "For programs"),
            Self::Markdown => ("markdown", &["md", "markdown"], "GitHub-flavoured Markdown"),
            Self::Html => ("html", &["html", "htm"], "One page for a browser"),
            Self::Badge => ("badge", &["svg"], "A badge for a README, as SVG"),
        }
    }

    /// The format that the ending of a file's name asks for.
    pub(in crate::cli) fn from_path(path: &std::path::Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        let mut all = Self::value_variants().iter();
        all.find(|format| format.words().1.contains(&&*ending))
            .copied()
    }
}

impl ValueEnum for VetFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Table,
            Self::Json,
            Self::Markdown,
            Self::Html,
            Self::Badge,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (word, _, help) = self.words();
        Some(PossibleValue::new(word).help(help))
    }
}

fn expression(text: &str) -> Result<String, String> {
    if !is_expression(text) {
        return Err("it is no Python expression".to_owned());
    }
    let written = write_without_blanks(text);
    written.map_err(|place| {
        format!("it becomes a part of ids, which have no blanks, and `{place}` needs one: write `(a)and(b)`, or do without")
    })
}

fn modules(text: &str) -> Result<String, String> {
    let is_name = |name: &str| crate::from_python::is_dotted_name(name);
    if text.split(',').all(is_name) {
        Ok(text.to_owned())
    } else {
        Err("expected the name of a module, such as `yaml`, or several with commas between them: `yaml,_yaml`".to_owned())
    }
}
