//! Programs: the Python that runs a case, as data for the worker and as one plain file for people.

pub mod emit;
pub mod fixture;
mod git;
mod lent;
pub mod marshal;
pub mod metadata;
mod plain;
pub mod project;
pub mod protocol;
pub mod script;

use crate::literal;
use crate::scenario::model::Conditions;
use crate::scenario::package::Package;
use crate::trace::detail::Detail;

/// What one case executes and watches. The same for every interpreter but where the scenario says otherwise.
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
    /// Whether the case must not be a fork of an interpreter that serves others too.
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

impl Program {
    /// Every step, those in the bodies of modules last.
    pub fn all(&self) -> impl Iterator<Item = &ProgramStep> {
        self.steps.iter().chain(&self.bodies)
    }

    /// Every name from outside the scenario that some step uses, each once, in a fixed order.
    pub fn helpers(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self
            .all()
            .flat_map(|step| step.helpers.iter())
            .map(|name| name.trim_end_matches('?'))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Modules that some helper needs, loaded and taken out of the cache again before the first step. `is_2`: on Python 2,
    /// which has some of the helpers built in.
    pub fn borrows(&self, is_2: bool) -> Vec<&'static str> {
        let of = |helper: &'static str| match helper {
            "import_module" | "resolve" => Some("importlib"),
            "reload" | "invalidate_caches" if !is_2 => Some("importlib"),
            "c_import" => Some("_ctypes"),
            _ => None,
        };
        let mut names: Vec<_> = self.helpers().into_iter().filter_map(of).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
