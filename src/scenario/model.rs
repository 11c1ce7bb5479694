//! A scenario as plain data: what `scenario::load` makes of a YAML file, and all that later stages see of it.

use std::collections::BTreeSet;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::identifiers::identifiers;
use super::matcher::Matcher;
use super::package::Package;
pub use super::steps::*;
use crate::builtin::is_builtin;
use crate::python::specifier::VersionSpec;
use crate::python::version::{InterpreterKey, PythonVersion};
pub use crate::record::id::{Choices, ScenarioId, VariantId};
use crate::trace::detail::Detail;
use crate::trace::fact::FactName;

/// One YAML file.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its identity in tables, reports and on the command line.
    pub id: ScenarioId,
    /// The file as the user named it: the folder given on the command line, then the path below it.
    pub file: String,
    /// One line: the finding, not the procedure.
    pub title: String,
    /// Prose shown in reports.
    pub about: Option<String>,
    /// Sources: bug numbers, commits, documentation, questions.
    pub refs: Vec<String>,
    /// Words for selection on the command line.
    pub tags: Vec<String>,
    /// Names whose values come from outside.
    pub parameters: Vec<String>,
    /// Those of them that have no value. As long as there are some, nothing can run.
    pub unset: Vec<String>,
    /// The concrete forms of the scenario, in matrix order; exactly one, with an empty id, without a matrix. With unset parameters they
    /// stand for those of any values, and their ids leave these out.
    pub variants: Vec<Variant>,
    /// The known changes by version, with their reasons; ascending.
    pub changes: Vec<Change>,
    /// Digest of what the scenario does; title, prose, refs, notes and expectations do not count.
    pub digest: String,
    /// The file as it was read.
    pub text: Arc<str>,
}

impl Scenario {
    /// Gives the scenario another id, as that of a file depends on the folder that is loaded.
    pub fn rename(&mut self, id: ScenarioId) {
        for variant in &mut self.variants {
            variant.id = VariantId::new(&id, &variant.choices);
        }
        self.id = id;
    }

    /// True if the program carries it.
    pub fn is_builtin(&self) -> bool {
        is_builtin(&self.file)
    }
}

/// An entry of `changes`: the first version that behaves otherwise than those before it, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// As it is written: `3.6` or `3.6.3`.
    pub since: String,
    /// The same with its micro version, 0 where none is written.
    pub version: PythonVersion,
    /// The change and its reason.
    pub note: String,
}

/// A scenario with one choice of its matrix filled in: what actually runs.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its identity in tables, reports and on the command line.
    pub id: VariantId,
    /// The choice.
    pub choices: Choices,
    /// Files written before the first step.
    pub modules: Vec<Module>,
    /// The module that runs as `__main__` before the first step, as a step.
    pub entry: Option<Step>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// More modules whose state is recorded.
    pub watch: Vec<String>,
    /// Conditions without which the variant does not run at all.
    pub requires: Requires,
    /// Most wall time for one case; `None` means the default of the run.
    pub timeout: Option<Duration>,
    /// How the interpreter is started.
    pub interpreter: Conditions,
    /// Texts that are part of the behaviour in every step, or at the end; expectations on others add these.
    pub compare: Vec<Detail>,
    /// True if any step of the scenario, in whichever variant, expects something: then no exception may go unmentioned.
    pub is_judged: bool,
    /// Marks of expectations that are known to be violated; expectations refer to them by index.
    pub xfail_marks: Vec<XfailMark>,
}

/// How the measured interpreter is started, beside the usual flags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// More flags.
    pub flags: Vec<String>,
    /// Variables of its environment.
    pub env: Vec<(String, String)>,
    /// Import the `site` module, which cases otherwise do without.
    pub site: bool,
    /// How cases are kept apart, where the scenario says so.
    pub isolation: Option<Isolation>,
}

impl Conditions {
    /// True if a started interpreter of the usual kind could not serve.
    fn differ(&self) -> bool {
        self.site || !self.flags.is_empty() || !self.env.is_empty()
    }
}

/// How cases are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Isolation {
    /// A fork of a started interpreter.
    Fork,
    /// An interpreter of its own.
    Spawn,
}

/// A mark on expectations that are violated, and known to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XfailMark {
    /// Where; `None` is everywhere.
    pub python: Option<VersionSpec>,
    /// The issue that says so.
    pub issue: String,
    /// True if the mark covers the whole scenario, and with it how the process ends.
    pub whole: bool,
}

/// A step with its number: 0 is the entry, from 1 on the steps, behind them those in the bodies of modules.
#[derive(Clone, Copy, Debug)]
pub struct NumberedStep<'a> {
    /// The number.
    pub number: usize,
    /// The fixture module in whose body it stands, and its number there, from 1.
    pub body: Option<(&'a str, usize)>,
    /// The step.
    pub step: &'a Step,
}

impl NumberedStep<'_> {
    /// The step in words, as reports have it.
    pub fn action(&self) -> String {
        match self.body {
            Some((module, number)) => format!("{module} {number}: {}", self.step.action),
            None => self.step.action.to_string(),
        }
    }

    /// The Python text of the step, where it is one text of several lines.
    pub fn code(&self) -> Option<&str> {
        let texts = self.step.action.operation().python_texts();
        let [text] = texts[..] else { return None };
        let text = text.trim_end();
        text.contains('\n').then_some(text)
    }

    /// The step as messages name it: `step 3 (import: demo)`, or `demo 2 (import: other)` in the body of a module.
    pub fn label(&self) -> String {
        match self.body {
            Some((module, number)) => format!("{module} {number} ({})", self.step.action),
            None => format!("step {} ({})", self.number, self.step.action),
        }
    }
}

/// Names whose presence means that a scenario may start threads.
const THREAD_NAMES: [&str; 12] = [
    "asyncio",
    "multiprocessing",
    "to_thread",
    "ThreadPool",
    "threading",
    "_thread",
    "thread",
    "dummy_threading",
    "_dummy_thread",
    "concurrent",
    "start_new_thread",
    "Thread",
];

impl Variant {
    /// Every step there is, by number.
    pub fn numbered(&self) -> Vec<NumberedStep<'_>> {
        let steps = self.entry.iter().chain(&self.steps);
        let steps = steps.map(|step| (None, step));
        let bodies = self.modules.iter().flat_map(|module| {
            let steps = match &module.body {
                ModuleBody::Steps(steps) => &steps[..],
                _ => &[],
            };
            let steps = steps.iter().zip(1..);
            steps.map(|(step, number)| (Some((module.name.as_str(), number)), step))
        });
        let first = usize::from(self.entry.is_none());
        let all = (first..).zip(steps.chain(bodies));
        all.map(|(number, (body, step))| NumberedStep { number, body, step })
            .collect()
    }

    /// The actions of all steps.
    fn actions(&self) -> impl Iterator<Item = &Action> {
        let numbered = self.numbered().into_iter();
        numbered.map(|numbered| &numbered.step.action)
    }

    /// The operations of all steps.
    fn operations(&self) -> impl Iterator<Item = &dyn Operation> {
        self.actions().map(Action::operation)
    }

    /// Python text that a person wrote: that of modules, and that in steps.
    pub(crate) fn python_texts(&self) -> impl Iterator<Item = &str> {
        let sources = self.modules.iter().filter_map(|module| match &module.body {
            ModuleBody::Text(text) => Some(text.as_str()),
            _ => None,
        });
        sources.chain(self.operations().flat_map(Operation::python_texts))
    }

    /// Texts of a step that are part of the behaviour.
    pub fn compared_of_step(&self, step: &Step) -> Vec<Detail> {
        self.compared_details(&step.expect, false)
    }

    /// Output of the process that is part of the behaviour.
    pub fn compared_output(&self) -> Vec<Detail> {
        let numbered = self.numbered().into_iter();
        self.compared_details(numbered.flat_map(|numbered| &numbered.step.expect), true)
    }

    /// The details that the scenario or one of the expectations asks for: output, or those of steps.
    fn compared_details<'a>(
        &self,
        expectations: impl IntoIterator<Item = &'a Expectation>,
        is_output: bool,
    ) -> Vec<Detail> {
        let expectations = expectations.into_iter();
        let asked = expectations.filter_map(|expected| Detail::of_fact(&expected.fact.0));
        let details = self.compare.iter().copied().chain(asked);
        let details = details.filter(|detail| detail.is_output() == is_output);
        details.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The label of a step by its number.
    pub fn step_label(&self, number: usize) -> String {
        let numbered = self.numbered();
        let step = numbered.iter().find(|step| step.number == number);
        step.map_or_else(|| format!("step {number}"), NumberedStep::label)
    }

    /// True if a case needs an interpreter of its own: it says so, it is started otherwise, or it may start threads,
    /// of which a process that goes on forking should have none.
    pub fn owns_process(&self) -> bool {
        match self.interpreter.isolation {
            Some(isolation) => isolation == Isolation::Spawn,
            None => self.entry.is_some() || self.interpreter.differ() || self.may_start_threads(),
        }
    }

    /// True if anything in it is called like what starts threads: one run of it may differ from the next.
    pub fn may_start_threads(&self) -> bool {
        let is_thread_name = |name: &str| THREAD_NAMES.contains(&name);
        let mut words = self.python_texts().flat_map(identifiers);
        let actions = self.actions().flat_map(Action::alternatives);
        let mut modules = actions.flat_map(|action| action.operation().modules());
        words.any(is_thread_name) || modules.any(|module| module.split('.').any(is_thread_name))
    }

    /// Every module whose state is recorded after each step: fixture modules, then modules in the order the steps
    /// mention them. A dotted name brings its parents along.
    pub fn watched_modules(&self) -> Vec<String> {
        let mut watched = Vec::new();
        let mut known = HashSet::new();
        let modules = self.modules.iter().map(|module| module.name.clone());
        let mentioned = self.operations().flat_map(Operation::modules);
        for name in modules.chain(mentioned).chain(self.watch.iter().cloned()) {
            let dots = name.match_indices('.').map(|(index, _)| index);
            for end in dots.chain([name.len()]) {
                if known.insert(name[..end].to_owned()) {
                    watched.push(name[..end].to_owned());
                }
            }
        }
        watched
    }

    /// Names that steps bind and that no watched module has: only what they are bound to is recorded.
    pub fn bound_names(&self) -> Vec<String> {
        let mut known: HashSet<_> = self.watched_modules().into_iter().collect();
        let mut names = Vec::new();
        for name in self.operations().filter_map(Operation::bound_name) {
            if known.insert(name.to_owned()) {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// Every name of which something is recorded: watched modules, then other bindings.
    pub fn recorded_names(&self) -> Vec<String> {
        [self.watched_modules(), self.bound_names()].concat()
    }

    /// Modules that are imported by version, each with the name that it is bound to: it gives the label, because the module's own name
    /// is another one on each version.
    pub fn imports_by_version(&self) -> Vec<(String, String)> {
        self.actions()
            .filter(|action| matches!(action, Action::ByVersion(_)))
            .flat_map(Action::alternatives)
            .map(Action::operation)
            .filter_map(|import| Some((import.modules().pop()?, import.bound_name()?.to_owned())))
            .collect()
    }
}

/// A file of the private folder that stands first on `sys.path`.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    /// Dotted name.
    pub name: String,
    /// True if it is a package also where nothing is below it (`pkg.__init__` in the file).
    pub is_package: bool,
    /// Its text, its steps, or nothing but a folder.
    pub body: ModuleBody,
}

/// The content of a fixture module.
#[derive(Clone, Debug, PartialEq)]
pub enum ModuleBody {
    /// Python source.
    Text(String),
    /// A folder without `__init__.py` (`pkg/` in the file): a portion of a namespace package.
    Namespace,
    /// Steps, which run inside the import.
    Steps(Vec<Step>),
}

/// One entry of `steps`.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The action.
    pub action: Action,
    /// Where it is run; `None` is everywhere.
    pub when: Option<VersionSpec>,
    /// Facts that must hold afterwards; all that apply to an interpreter must hold on it.
    pub expect: Vec<Expectation>,
    /// A remark for readers.
    pub note: Option<String>,
}

impl Step {
    /// True if the step is run on an interpreter; elsewhere it is recorded as `not run`.
    pub fn is_run_on(&self, key: &InterpreterKey) -> bool {
        self.when.as_ref().is_none_or(|spec| spec.matches(key)) && self.action.on(key).is_some()
    }
}

/// One fact and the value it must have, on the Pythons that the specifier names.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// Where it applies; `None` is everywhere.
    pub python: Option<VersionSpec>,
    /// Which fact.
    pub fact: FactName,
    /// The condition on its value.
    pub value: Matcher,
    /// Indices of the marks that say it is known to be violated.
    pub xfail_marks: Vec<usize>,
}

/// The needs of a case; where one is not met, the case is skipped with the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requires {
    /// Versions and builds.
    pub python: Option<VersionSpec>,
    /// Modules that the interpreter must be able to find.
    pub modules: Vec<String>,
    /// Packages that the case must be able to import; installed where they are not there.
    pub packages: Vec<Package>,
    /// The build.
    pub build: Option<VersionSpec>,
    /// Operating systems, one of which it must run on: `linux`, `macos`, `windows`.
    pub os: Vec<String>,
}
