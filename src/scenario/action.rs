//! What steps do, as plain data. The Python it stands for is `program::build`'s business.

use serde::Serialize;

use crate::python::specifier::VersionSpec;
use crate::python::version::InterpreterKey;

/// What one step does.
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
    /// Actions of one kind that differ in what they are about (a text, a module, a binding): the first whose specifier fits;
    /// where none does, the step is not run.
    PerVersion(Vec<(VersionSpec, Action)>),
    /// Every spelling of an import of the dotted name, binding nothing.
    Resolve(String),
    /// A file of the private folder, created or replaced.
    Write {
        /// Relative, with `/`.
        file: String,
        /// Its content; Python source reports that it runs, as fixture modules do.
        text: String,
        /// Its modification time afterwards.
        mtime: Mtime,
    },
    /// A file or folder of the private folder, gone.
    Remove(String),
    /// `importlib.invalidate_caches()`, where that exists.
    InvalidateCaches,
    /// `gc.collect()` until it finds nothing.
    Collect,
    /// Not written as a step: `interpreter: {entry: -m NAME}` runs this module as `__main__` before the first step.
    Entry(String),
}

/// The modification time of a file that a step writes. Times are set, never waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Mtime {
    /// One that no earlier step has set: the file, and the folder that it appears in, look changed.
    Next,
    /// What the file and its folder had before, so that neither looks changed.
    Unchanged,
    /// Whole seconds since the epoch; the folder looks changed.
    Seconds(i64),
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
    /// The `lazy import` statement of 3.15 (PEP 810).
    Lazy,
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
    /// A new object of a subclass of `dict`, with the same entries.
    Subclass,
    /// The same, which records every operation on it.
    Spy,
    /// Nothing: `del sys.modules`.
    Missing,
    /// A Python expression, evaluated in the namespace of the steps.
    Expression(String),
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
    /// The action on an interpreter; `None` where none is meant for it.
    pub fn on(&self, key: &InterpreterKey) -> Option<&Self> {
        match self {
            Self::PerVersion(actions) => {
                let fitting = actions.iter().find(|(spec, _)| spec.matches(key));
                fitting.map(|(_, action)| action)
            }
            action => Some(action),
        }
    }

    /// The actions of all versions; most have one only.
    pub(super) fn each(&self) -> Vec<&Self> {
        match self {
            Self::PerVersion(actions) => actions.iter().map(|(_, action)| action).collect(),
            action => vec![action],
        }
    }

    /// Modules that the action speaks of, whatever the version.
    pub(super) fn modules(&self) -> Vec<String> {
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
            Self::Resolve(name) => vec![name.clone()],
            Self::Write { file, .. } => module_of_file(file).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Python text that a person wrote, whatever it is for.
    pub(super) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Eval(text)
            | Self::Run(text)
            | Self::Write { text, .. }
            | Self::Swap(SwapTo::Expression(text))
            | Self::Set {
                to: SetTo::Expression(text),
                ..
            } => vec![text],
            Self::PerVersion(_) => self.each().into_iter().flat_map(Self::texts).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether it is an import that binds the name.
    pub(crate) fn binds(&self, name: &str) -> bool {
        match self {
            Self::Import {
                module,
                from: None,
                alias: None,
                ..
            } => module.split('.').next() == Some(name),
            _ => self.bound_name() == Some(name),
        }
    }

    /// The name that an import binds beside the top of the module's own.
    pub(super) fn bound_name(&self) -> Option<&str> {
        match self {
            Self::Import {
                alias: Some(alias), ..
            } => Some(alias),
            Self::Import {
                module,
                from: Some(_),
                ..
            } => Some(module),
            // One for all versions.
            Self::PerVersion(actions) => actions.first()?.1.bound_name(),
            _ => None,
        }
    }
}

/// The module that a file of the private folder is, if it is one: `pkg/sub.py` is `pkg.sub`.
fn module_of_file(file: &str) -> Option<String> {
    let path = file.strip_suffix(".py")?;
    let path = path.strip_suffix("/__init__").unwrap_or(path);
    let name = path.replace('/', ".");
    super::names::is_dotted(&name).then_some(name)
}
