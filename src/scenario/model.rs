//! A scenario as plain data: what `scenario::load` makes of a YAML file, and all that later stages see of it.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::python::version::VersionSpec;
use crate::trace::fact::{FactName, FactValue};

/// Path of the file below the scenarios folder, with `/` and without its extension: `swap/earlier-copy`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ScenarioId(pub String);

impl fmt::Display for ScenarioId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

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
    /// The concrete forms of the scenario, in matrix order; exactly one, with an empty id, without a matrix.
    pub variants: Vec<Variant>,
    /// Digest of what the scenario does; title, prose, refs, notes and expectations do not count.
    pub digest: String,
}

/// The values a matrix gave to its keys, in the order of the matrix: `[via=c_api]`; empty without a matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariantId(pub Vec<(String, String)>);

impl fmt::Display for VariantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        let pairs: Vec<String> = self
            .0
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        write!(f, "[{}]", pairs.join(","))
    }
}

/// A scenario with one choice of its matrix filled in: what actually runs.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The choice.
    pub id: VariantId,
    /// Files written before the first step.
    pub modules: Vec<Module>,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// What must be there for the variant to run at all.
    pub requires: Requires,
    /// Most wall time for one case; `None` means the default of the run.
    pub timeout: Option<Duration>,
}

impl Variant {
    /// Every module whose state is recorded after each step: fixture modules, then modules in the order the steps
    /// mention them. A dotted name brings its parents along.
    pub fn watched(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mentioned = self.steps.iter().flat_map(|step| step.action.modules());
        for name in self
            .modules
            .iter()
            .map(|module| module.name.clone())
            .chain(mentioned)
        {
            let ends = name
                .match_indices('.')
                .map(|(at, _)| at)
                .chain([name.len()]);
            for end in ends {
                let part = name[..end].to_owned();
                if !names.contains(&part) {
                    names.push(part);
                }
            }
        }
        names
    }

    /// Names that steps bind and that no watched module has: only what they are bound to is recorded.
    pub fn bound_names(&self) -> Vec<String> {
        let watched = self.watched();
        let mut names = Vec::new();
        for name in self
            .steps
            .iter()
            .filter_map(|step| step.action.bound_name())
        {
            if !watched.iter().chain(&names).any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }
}

/// A file of the private folder that stands first on `sys.path`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Module {
    /// Dotted name.
    pub name: String,
    /// Its text, or nothing but a folder.
    pub body: ModuleBody,
}

/// What a fixture module consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum ModuleBody {
    /// Python source.
    Text(String),
    /// A folder without `__init__.py` (`pkg/` in the file): a portion of a namespace package.
    Namespace,
}

/// One entry of `steps`.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// What must be seen afterwards; all that apply to an interpreter must hold on it.
    pub expect: Vec<Expectation>,
    /// A remark for readers.
    pub note: Option<String>,
}

/// What one step does. The Python it stands for is `program::emit`'s business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Action {
    /// `before = sys.modules.copy()`
    Snapshot {
        /// The name it is bound to.
        name: String,
    },
    /// An import in one of its spellings.
    Import {
        /// Dotted name; with `from`, the name taken from it.
        module: String,
        /// `from FROM import MODULE`
        from: Option<String>,
        /// `as ALIAS`
        alias: Option<String>,
        /// The spelling.
        via: Via,
    },
    /// `sys.modules = …`
    Swap(SwapTo),
    /// `sys.modules.clear(); sys.modules.update(NAME)`
    Restore {
        /// The snapshot.
        name: String,
    },
    /// `del …`
    Delete(Delete),
    /// `sys.modules["demo"] = …`
    Set {
        /// The key.
        cached: String,
        /// The new value.
        to: SetTo,
    },
    /// `reload(NAME)`, wherever that Python keeps it.
    Reload {
        /// The bound name of the module, dotted for an attribute.
        name: String,
    },
    /// An expression whose normalised value becomes the fact `value`.
    Eval(String),
    /// Raw Python.
    Run(String),
    /// `gc.collect()` until it finds nothing.
    Collect,
}

/// The spelling of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Via {
    /// The `import` statement.
    #[default]
    Statement,
    /// `importlib.import_module`
    ImportModule,
    /// The builtin `__import__`
    DunderImport,
    /// `PyImport_ImportModule`
    CApi,
}

/// What `sys.modules` is rebound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum SwapTo {
    /// A snapshot, by name.
    Snapshot(String),
    /// `sys.modules.copy()`
    Copy,
    /// `{}`
    Empty,
    /// The dict the interpreter started with.
    Original,
}

/// What a `delete` step removes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Delete {
    /// `del demo`
    Binding(String),
    /// `del sys.modules["demo"]`
    Cached {
        /// The key.
        name: String,
        /// Everything below as well (`pkg.**`).
        tree: bool,
        /// From the dict the interpreter started with, not from what `sys.modules` is now.
        in_original: bool,
    },
    /// Every key that the snapshot lacks.
    NewSince {
        /// The snapshot.
        snapshot: String,
        /// As above.
        in_original: bool,
    },
    /// `del pkg.sub`
    Attribute(String),
}

/// What a `set` step stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum SetTo {
    /// `None`: blocks the import.
    None,
    /// A new, empty module object of that name.
    Module,
    /// A Python expression, evaluated in the namespace of the steps; a bound name is the simplest one.
    Expression(String),
}

impl Action {
    /// Modules that the action speaks of.
    fn modules(&self) -> Vec<String> {
        match self {
            // What is taken from a package may be a module.
            Self::Import {
                module,
                from: Some(from),
                ..
            } => vec![format!("{from}.{module}")],
            Self::Import {
                module, from: None, ..
            } => vec![module.clone()],
            Self::Delete(Delete::Cached { name, .. } | Delete::Attribute(name)) => {
                vec![name.clone()]
            }
            Self::Set { cached, .. } => vec![cached.clone()],
            _ => Vec::new(),
        }
    }

    /// The name that an import binds beside the top of the module's own.
    fn bound_name(&self) -> Option<&str> {
        match self {
            Self::Import {
                alias: Some(alias), ..
            } => Some(alias),
            Self::Import {
                module,
                from: Some(_),
                ..
            } => Some(module),
            _ => None,
        }
    }
}

/// One fact and the value it must have, on the Pythons that the specifier names.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// Where it applies; `None` is everywhere.
    pub python: Option<VersionSpec>,
    /// Which fact.
    pub fact: FactName,
    /// Its value.
    pub value: FactValue,
}

/// What must be there for a case to run; unmet means skipped with the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requires {
    /// Versions and builds.
    pub python: Option<VersionSpec>,
    /// Modules that the interpreter must be able to find.
    pub modules: Vec<String>,
}
