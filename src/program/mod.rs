//! Programs: the Python that runs a case, as data for the worker and as one plain script for people.

pub mod build;
pub mod fixtures;
mod injected_sys;
pub mod minimal;
mod portable;
pub mod project;
pub(crate) mod python_text;
pub mod script;

pub use build::build_program;

use std::collections::BTreeSet;

use crate::harness::CASE_FLAGS;
use crate::literal;
use crate::scenario::model::Conditions;
use crate::scenario::package::Package;
use crate::trace::detail::Detail;

/// The Python that one case executes, and the names that it watches. The same for every interpreter but where the scenario says otherwise.
#[derive(Clone, Debug)]
pub struct Program {
    /// The entry, if there is one, and the steps, in order.
    pub steps: Vec<ProgramStep>,
    /// The steps in the bodies of modules, whose text is in the files.
    pub bodies: Vec<ProgramStep>,
    /// Modules whose state is recorded after each step.
    pub watched: Vec<String>,
    /// Names of which only the binding is recorded.
    pub bound: Vec<String>,
    /// Names that give the labels of what they hold.
    pub aliases: Vec<String>,
    /// Names that steps bind to copies of the cache.
    pub snapshots: Vec<String>,
    /// Files of the private folder.
    pub files: Vec<File>,
    /// Modules the interpreter must have for the program to make sense.
    pub needs: Vec<String>,
    /// Packages that must be had, at the end of its path.
    pub packages: Vec<Package>,
    /// How the interpreter is started.
    pub launch: Conditions,
    /// Output of the process that is part of the behaviour.
    pub compares: Vec<Detail>,
    /// True if the case must not be a fork of an interpreter that serves others too.
    pub owns_process: bool,
}

/// One step as Python.
#[derive(Clone, Debug)]
pub struct ProgramStep {
    /// From 1; 0 is the entry.
    pub number: usize,
    /// The step in words.
    pub action: String,
    /// Statements, or an expression.
    pub mode: Mode,
    /// The Python text; `None` where the step is not for this Python.
    pub code: Option<String>,
    /// How the text is compiled where a person wrote it, in a `run` or an `eval`; `None` where it is ours.
    pub source: Option<Mode>,
    /// Names the text uses that the scenario did not bind; one with `?` gives way where it did.
    pub helpers: Vec<&'static str>,
    /// Texts of the step that are part of the behaviour.
    pub compares: Vec<Detail>,
}

/// How a step's text is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Statements.
    Exec,
    /// An expression whose value is recorded.
    Eval,
}

/// A file, or with no text a folder, below the private folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// With `/`.
    pub path: String,
    /// Python source, with the line that reports that it runs.
    pub text: Option<String>,
}

impl Mode {
    /// The word that `compile` takes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exec => "exec",
            Self::Eval => "eval",
        }
    }
}

impl Program {
    /// Every step, those in the bodies of modules last.
    pub fn all_steps(&self) -> impl Iterator<Item = &ProgramStep> {
        self.steps.iter().chain(&self.bodies)
    }

    /// Every name from outside the scenario that some step uses, each once, in a fixed order.
    pub fn helpers(&self) -> Vec<&'static str> {
        let asked = self.all_steps().flat_map(|step| step.helpers.iter());
        let names: BTreeSet<_> = asked.map(|name| name.trim_end_matches('?')).collect();
        names.into_iter().collect()
    }

    /// Modules that some helper needs, imported and taken out of the cache again before the first step. `is_2`: on Python 2,
    /// which has some of the helpers built in.
    pub fn hidden_modules(&self, is_2: bool) -> Vec<&'static str> {
        let module_of = |helper: &'static str| match helper {
            "import_module" | "resolve" => Some("importlib"),
            "reload" | "invalidate_caches" if !is_2 => Some("importlib"),
            "c_import" => Some("_ctypes"),
            _ => None,
        };
        let names: BTreeSet<_> = self.helpers().into_iter().filter_map(module_of).collect();
        names.into_iter().collect()
    }

    /// Flags of the interpreter: the usual ones, without `-S` where the scenario wants `site`, then its own.
    pub fn flags(&self) -> impl Iterator<Item = &str> {
        let usual = CASE_FLAGS.into_iter();
        let usual = usual.filter(|flag| *flag != "-S" || !self.launch.site);
        usual.chain(self.launch.flags.iter().map(String::as_str))
    }
}
