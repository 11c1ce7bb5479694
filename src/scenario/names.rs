//! Names: what may be one, and whether a step uses one that no earlier step has bound.

use std::collections::BTreeSet;

use super::actions::SWAPS;
use super::model::{Action, Delete, Module, ModuleBody, SetTo, SwapTo, Via};
use super::steps::Parsed;
use crate::trace::fact::FactName;
use crate::yaml::cursor::{Log, did_you_mean};

/// Keywords of Python 2.7 and 3 alike, and the constants that became keywords. Those of one side only (`print`,
/// `async`) are left out: that a module may have such a name on one Python and not on another is worth a scenario.
const KEYWORDS: [&str; 33] = [
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "__debug__",
];

/// Builtins that an expression may consist of.
const BUILTINS: [&str; 16] = [
    "None",
    "True",
    "False",
    "Ellipsis",
    "NotImplemented",
    "object",
    "int",
    "float",
    "str",
    "bytes",
    "list",
    "dict",
    "set",
    "tuple",
    "type",
    "len",
];

/// Whether Python takes the text for a name.
pub(super) fn is_identifier(text: &str) -> bool {
    let mut rest = text.chars();
    rest.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && rest.all(|c| c.is_alphanumeric() || c == '_')
}

/// Whether it is one or several such names joined by dots.
pub(super) fn is_dotted(text: &str) -> bool {
    text.split('.').all(is_identifier)
}

/// Whether Python keeps the word for itself.
pub(super) fn is_keyword(text: &str) -> bool {
    KEYWORDS.contains(&text)
}

/// Why a binding may not have this name, if so.
pub(super) fn reserved(name: &str) -> Option<&'static str> {
    match name {
        _ if FactName::FIXED.contains(&name) || FactName::OF_A_NAME.contains(&name) => {
            Some("a fact is called so")
        }
        "step" | "drop" | "collect" | "reload" | "c_import" | "import_module" | "spy"
        | "resolve" | "write_file" | "remove_file" | "invalidate_caches" | "original" => {
            Some("steps use it")
        }
        "python" | "matrix" | "raises" => Some("it is a word of `expect`"),
        "missing" => Some("it is a value of the fact `cache`"),
        _ => None,
    }
}

/// Every name that occurs in Python text, whatever it is there.
pub(super) fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| is_identifier(word))
}

/// What the steps so far have bound.
#[derive(Default)]
struct Scope {
    /// Bound for certain, and whether to a snapshot.
    bound: Vec<(String, bool)>,
    /// Occurs in raw Python or in a step that could not be read, so may be bound.
    perhaps: BTreeSet<String>,
    /// Deleted by the step of that number.
    deleted: Vec<(String, usize)>,
}

/// Says which steps use a binding or a snapshot before any step binds it.
pub(super) fn check(
    steps: &[&Parsed<'_>],
    body_of: Option<&str>,
    modules: &[Module],
    log: &mut Log<'_>,
) {
    let mut scope = Scope::default();
    if let Some(package) = body_of {
        // The import system binds submodules in the namespace of their package.
        let below = format!("{package}.");
        let names = modules
            .iter()
            .filter_map(|one| one.name.strip_prefix(&below));
        scope.perhaps.extend(names.map(str::to_owned));
    }
    for (index, step) in steps.iter().enumerate() {
        let Some(action) = &step.action else {
            step.at.node.each_text(&mut |text| scope.take_all(text));
            continue;
        };
        let before = log.found.len();
        let everywhere = step.when.is_none() && !matches!(action, Action::PerVersion(_));
        for action in action.each() {
            scope.take(action, (step, index + 1, everywhere), modules, log);
        }
        if log.found.len() > before {
            // Said once; the steps after it may take the name for bound.
            step.at.node.each_text(&mut |text| scope.take_all(text));
        }
    }
}

impl Scope {
    /// Says what the action uses and is not bound, and takes down what it binds and deletes. `place`: the step, its number, and whether
    /// the action is run everywhere.
    fn take(
        &mut self,
        action: &Action,
        place: (&Parsed<'_>, usize, bool),
        modules: &[Module],
        log: &mut Log<'_>,
    ) {
        let (step, number, everywhere) = place;
        match action {
            Action::Delete(Delete::Binding(name)) => {
                self.uses(name, step, log);
                if everywhere {
                    self.drop(name, number);
                }
            }
            Action::Delete(Delete::Attribute(name)) | Action::Reload { name } => {
                self.uses(name, step, log);
            }
            Action::Set {
                to: SetTo::Expression(text),
                ..
            }
            | Action::Swap(SwapTo::Expression(text))
                if is_dotted(text)
                    && text.split('.').next() != Some("sys")
                    && !BUILTINS.contains(&text.as_str()) =>
            {
                self.uses(text, step, log);
            }
            Action::Swap(SwapTo::Snapshot(name))
            | Action::Restore { name }
            | Action::Delete(Delete::NewSince { snapshot: name, .. }) => {
                self.uses_snapshot(name, step, log);
            }
            Action::Snapshot { name } => self.bind(name, true),
            // Returns what no name of that spelling can hold, so nothing is bound.
            Action::Import {
                module,
                alias: None,
                via: Via::ImportModule | Via::CApi,
                ..
            } if module.contains('.') => {}
            Action::Import {
                module,
                from,
                alias,
                ..
            } => {
                let name = match (alias, from) {
                    (Some(alias), _) => alias,
                    (None, Some(_)) => module,
                    (None, None) => module.split('.').next().unwrap_or_default(),
                };
                self.bind(name, false);
            }
            Action::Run(text) => {
                self.take_all(text);
                if text.contains("import *") {
                    // Binds what the module has, whichever module it is.
                    for module in modules {
                        self.take_body(module);
                    }
                }
            }
            Action::Entry(name) => {
                // The steps go on in the namespace of the module that ran.
                let main = format!("{name}.__main__");
                let ran = |module: &&Module| module.name == *name || module.name == main;
                modules
                    .iter()
                    .filter(ran)
                    .for_each(|module| self.take_body(module));
            }
            _ => {}
        }
    }

    fn bind(&mut self, name: &str, snapshot: bool) {
        self.bound.retain(|(bound, _)| bound != name);
        self.bound.push((name.to_owned(), snapshot));
    }

    fn drop(&mut self, name: &str, step: usize) {
        self.bound.retain(|(bound, _)| bound != name);
        self.perhaps.remove(name);
        self.deleted.push((name.to_owned(), step));
    }

    fn take_all(&mut self, text: &str) {
        self.perhaps.extend(identifiers(text).map(str::to_owned));
    }

    /// Whatever a module's body mentions.
    fn take_body(&mut self, module: &Module) {
        match &module.body {
            ModuleBody::Text(text) => self.take_all(text),
            ModuleBody::Steps(steps) => {
                for step in steps {
                    self.take_all(&step.action.to_string());
                    step.action
                        .texts()
                        .into_iter()
                        .for_each(|text| self.take_all(text));
                }
            }
            ModuleBody::Namespace => {}
        }
    }

    fn uses(&self, name: &str, step: &Parsed<'_>, log: &mut Log<'_>) {
        let name = name.split('.').next().unwrap_or_default();
        if self.perhaps.contains(name) || self.bound.iter().any(|(bound, _)| bound == name) {
            return;
        }
        let message = match self.deletion(name) {
            Some(number) => format!("`{name}` was deleted in step {number} and not bound again"),
            None => format!("`{name}` is used before any step binds it"),
        };
        if matches!(name, "none" | "null" | "nil") {
            log.say(
                &step.subject,
                message,
                "Python's own is written `None`, or in YAML `null`",
            );
            return;
        }
        let help = did_you_mean(name, self.bound.iter().map(|(bound, _)| bound.as_str()))
            .unwrap_or_else(|| format!("bind it first, for instance by `import: {name}`"));
        log.say(&step.subject, message, help);
    }

    fn uses_snapshot(&self, name: &str, step: &Parsed<'_>, log: &mut Log<'_>) {
        let bound = self.bound.iter().find(|(bound, _)| bound == name);
        let (message, help) = match (bound, self.deletion(name)) {
            (Some((_, true)), _) => return,
            _ if self.perhaps.contains(name) => return,
            (Some((_, false)), _) => (
                format!("`{name}` is not a snapshot; an import bound it"),
                String::new(),
            ),
            (None, Some(number)) => (
                format!("the snapshot `{name}` was deleted in step {number}"),
                String::new(),
            ),
            (None, None) => (
                format!("no earlier step takes a snapshot `{name}`"),
                match name {
                    _ if SWAPS.contains(&name) => format!("write `swap: {{to: {name}}}`"),
                    _ => format!("take one first: `snapshot: {name}`"),
                },
            ),
        };
        let snapshots = self.bound.iter().filter(|(_, snapshot)| *snapshot);
        let help = did_you_mean(name, snapshots.map(|(bound, _)| bound.as_str())).unwrap_or(help);
        log.say(&step.subject, message, help);
    }

    fn deletion(&self, name: &str) -> Option<usize> {
        let mut deletions = self.deleted.iter().rev();
        deletions.find_map(|(deleted, step)| (deleted == name).then_some(*step))
    }
}
