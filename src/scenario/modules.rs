//! `modules`: the fixture modules, whose bodies are text or steps.

use std::collections::HashSet;

use super::expect::VariantContext;
use super::identifiers::is_dotted;
use super::model::{Module, ModuleBody};
use super::steps::{ParsedStep, parse_step, to_steps};
use crate::yaml::cursor::{Cursor, Entry};
use crate::yaml::node::Node;
use crate::yaml::suggest::quoted;

pub(super) const BODY_KEYS: &[&str] = &["steps"];

/// The end of the name of a module that is a package, whatever is below it.
const INIT: &str = ".__init__";

/// A fixture module, and its steps as they were parsed: they are still to be checked.
pub(super) struct ParsedModule<'a> {
    pub(super) module: Module,
    pub(super) steps: Vec<ParsedStep<'a>>,
}

/// Parses `modules: {demo: …}`.
pub(super) fn parse_modules<'a>(
    cursor: &Cursor<'a>,
    context: &mut VariantContext<'_>,
) -> Vec<ParsedModule<'a>> {
    let mut modules: Vec<ParsedModule<'a>> = Vec::new();
    let mut names = HashSet::new();
    for entry in cursor.entries("`modules`").unwrap_or_default() {
        let (name, namespace) = match entry.name.strip_suffix('/') {
            Some(name) => (name, true),
            None => (entry.name, false),
        };
        let (name, is_package) = match name.strip_suffix(INIT) {
            Some(name) if !namespace => (name, true),
            _ => (name, false),
        };
        if !is_dotted(name) {
            let name = quoted(entry.name);
            let message = format!("a module must have a dotted name, not {name}");
            let help = "expected `demo`, `pkg.sub`, `pkg.__init__` for a package with nothing below, or `pkg/` for a portion of a namespace package";
            entry.key.report(message, help);
        } else if names.contains(name) {
            let message = format!("the module `{name}` is there twice");
            let help = "keep one of the module, the package and the namespace portion";
            entry.key.report(message, help);
        } else if let Some((body, steps)) = parse_body(&entry, namespace, context) {
            names.insert(name);
            let name = name.to_owned();
            let module = Module {
                name,
                is_package,
                body,
            };
            modules.push(ParsedModule { module, steps });
        }
    }
    modules
}

/// Parses the body of a module, and the steps where it consists of them.
fn parse_body<'a>(
    entry: &Entry<'a>,
    namespace: bool,
    context: &mut VariantContext<'_>,
) -> Option<(ModuleBody, Vec<ParsedStep<'a>>)> {
    let cursor = &entry.value;
    let name = entry.name;
    let (message, help) = match cursor.node {
        Node::Null if namespace => return Some((ModuleBody::Namespace, Vec::new())),
        Node::Text(text) if namespace && text.trim().is_empty() => {
            return Some((ModuleBody::Namespace, Vec::new()));
        }
        _ if namespace => (
            format!("`{name}` is a folder without code"),
            "leave its value empty",
        ),
        Node::Text(text) => return Some((ModuleBody::Text(text.clone()), Vec::new())),
        Node::Null => (
            format!("the module `{name}` has no text"),
            "write `\"\"` for an empty module",
        ),
        Node::Map(_) => {
            let steps = parse_body_steps(cursor, context)?;
            return Some((ModuleBody::Steps(to_steps(&steps)), steps));
        }
        node => (
            format!("the body of a module must be text, not {}", node.kind()),
            "write Python source behind `|`, or `{steps: [...]}`",
        ),
    };
    cursor.report(message, help);
    None
}

/// Parses the body `{steps: [...]}`.
fn parse_body_steps<'a>(
    cursor: &Cursor<'a>,
    context: &mut VariantContext<'_>,
) -> Option<Vec<ParsedStep<'a>>> {
    let entries = cursor.entries("the body of a module")?;
    let are_known = entries.are_known("the body of a module", BODY_KEYS);
    let help = "write `\"\"` for an empty module";
    let Some(steps) = entries.value("steps") else {
        if are_known {
            cursor.report("the body of a module is empty", help);
        }
        return None;
    };
    let items = steps.items("`steps`")?;
    if items.is_empty() {
        steps.report("`steps` is an empty list", help);
    }
    Some(items.iter().map(|item| parse_step(item, context)).collect())
}
