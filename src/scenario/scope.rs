//! Which names steps have bound when a step uses them.

use std::collections::BTreeSet;

use super::identifiers::{identifiers, is_dotted};
use super::model::{Action, Module, ModuleBody};
use super::steps::{ParsedStep, swap_words};
use crate::yaml::diagnostics::Diagnostics;
use crate::yaml::node::Node;
use crate::yaml::span::Segment;
use crate::yaml::suggest::did_you_mean;

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

/// The names that the steps so far have bound, and the step that is checked.
pub(crate) struct Scope<'s> {
    diagnostics: &'s Diagnostics<'s>,
    modules: &'s [Module],
    /// Bound for certain.
    bound: Vec<Binding>,
    /// Occurs in raw Python or in a step that could not be read, so may be bound.
    perhaps: BTreeSet<String>,
    /// Deleted by the step of that number.
    deleted: Vec<(String, usize)>,
    /// The number of the step, from 1.
    number: usize,
    /// Where the name stands that the step is about.
    subject: &'s [Segment],
    /// True if the step does the same on every Python.
    is_everywhere: bool,
}

struct Binding {
    name: String,
    is_snapshot: bool,
}

/// Complains about steps that use a binding or a snapshot before any step binds it. `body_of`: the module in whose body they stand.
pub(super) fn check_bindings(
    steps: &[&ParsedStep<'_>],
    body_of: Option<&str>,
    modules: &[Module],
    diagnostics: &Diagnostics<'_>,
) {
    let mut scope = Scope {
        diagnostics,
        modules,
        bound: Vec::new(),
        perhaps: BTreeSet::new(),
        deleted: Vec::new(),
        number: 0,
        subject: &[],
        is_everywhere: true,
    };
    if let Some(package) = body_of {
        // The import system binds submodules in the namespace of their package.
        let below = format!("{package}.");
        let modules = modules.iter();
        let names = modules.filter_map(|module| module.name.strip_prefix(&below));
        scope.perhaps.extend(names.map(str::to_owned));
    }
    for step in steps {
        scope.number += 1;
        let Some(action) = &step.action else {
            scope.mention_node(step.cursor.node);
            continue;
        };
        scope.subject = &step.subject;
        scope.is_everywhere = step.when.is_none() && !matches!(action, Action::ByVersion(_));
        let before = scope.diagnostics.len();
        action.operation().check_names(&mut scope);
        if scope.diagnostics.len() > before {
            // Said once; the steps after it may take the name for bound.
            scope.mention_node(step.cursor.node);
        }
    }
}

impl Scope<'_> {
    /// Takes down that the step binds a name, perhaps to a snapshot.
    pub(super) fn bind(&mut self, name: &str, is_snapshot: bool) {
        self.bound.retain(|bound| bound.name != name);
        let name = name.to_owned();
        self.bound.push(Binding { name, is_snapshot });
    }

    /// Takes down that the step deletes a name, unless it does so on some Pythons only.
    pub(super) fn delete(&mut self, name: &str) {
        if self.is_everywhere {
            self.bound.retain(|bound| bound.name != name);
            self.perhaps.remove(name);
            self.deleted.push((name.to_owned(), self.number));
        }
    }

    /// Takes every name in Python text for bound, perhaps.
    pub(super) fn mention_words_of(&mut self, text: &str) {
        self.perhaps.extend(identifiers(text).map(str::to_owned));
    }

    /// Takes every name in the bodies of modules for bound, perhaps.
    pub(super) fn mention_modules(&mut self, is_meant: impl Fn(&str) -> bool) {
        for module in self.modules.iter().filter(|module| is_meant(&module.name)) {
            match &module.body {
                ModuleBody::Text(text) => self.mention_words_of(text),
                ModuleBody::Steps(steps) => {
                    for action in steps.iter().map(|step| &step.action) {
                        self.mention_words_of(&action.to_string());
                        for text in action.operation().python_texts() {
                            self.mention_words_of(text);
                        }
                    }
                }
                ModuleBody::Namespace => {}
            }
        }
    }

    fn mention_node(&mut self, node: &Node) {
        node.for_each_text(&mut |text| self.mention_words_of(text));
    }

    /// Complains about an expression that is nothing but a name which nothing has bound.
    pub(super) fn use_expression(&mut self, text: &str) {
        let is_sys = text.split('.').next() == Some("sys");
        if is_dotted(text) && !is_sys && !BUILTINS.contains(&text) {
            self.use_name(text);
        }
    }

    /// Complains about a name, or the first part of a dotted one, that nothing has bound.
    pub(super) fn use_name(&mut self, name: &str) {
        let name = name.split('.').next().unwrap_or_default();
        if self.perhaps.contains(name) || self.bound.iter().any(|bound| bound.name == name) {
            return;
        }
        let message = match self.deletion_of(name) {
            Some(number) => format!("`{name}` was deleted in step {number} and not bound again"),
            None => format!("`{name}` is used before any step binds it"),
        };
        let help = if matches!(name, "none" | "null" | "nil") {
            "Python's own is written `None`, or in YAML `null`".to_owned()
        } else {
            let known = self.bound.iter().map(|bound| bound.name.as_str());
            did_you_mean(name, known)
                .unwrap_or_else(|| format!("bind it first, for instance by `import: {name}`"))
        };
        self.diagnostics.report(self.subject, message, help);
    }

    /// Complains about a name that is not bound to a snapshot.
    pub(super) fn use_snapshot(&mut self, name: &str) {
        let bound = self.bound.iter().find(|bound| bound.name == name);
        if bound.is_some_and(|bound| bound.is_snapshot) || self.perhaps.contains(name) {
            return;
        }
        let (message, help) = match self.deletion_of(name) {
            _ if bound.is_some() => {
                let message = format!("`{name}` is not a snapshot; an import bound it");
                (message, String::new())
            }
            Some(number) => {
                let message = format!("the snapshot `{name}` was deleted in step {number}");
                (message, String::new())
            }
            None => {
                let help = if swap_words().contains(&name) {
                    format!("write `swap: {{to: {name}}}`")
                } else {
                    format!("take one first: `snapshot: {name}`")
                };
                (format!("no earlier step takes a snapshot `{name}`"), help)
            }
        };
        let snapshots = self.bound.iter().filter(|bound| bound.is_snapshot);
        let near = did_you_mean(name, snapshots.map(|bound| bound.name.as_str()));
        let help = near.unwrap_or(help);
        self.diagnostics.report(self.subject, message, help);
    }

    /// The number of the last step that deleted the name.
    fn deletion_of(&self, name: &str) -> Option<usize> {
        let mut deletions = self.deleted.iter().rev();
        deletions.find_map(|(deleted, number)| (deleted == name).then_some(*number))
    }
}
