//! `modules`: the fixture modules, whose bodies are text or steps.

use super::expect::Reading;
use super::model::ModuleBody;
use super::names::is_dotted;
use super::steps::{self, Parsed};
use crate::yaml::cursor::{At, Entry, Log, Words, quoted};
use crate::yaml::node::Node;

pub(super) const BODY: Words = Words { known: &["steps"] };

/// A fixture module whose steps, if it has some, are still to be checked.
pub(super) struct Fixture<'a> {
    pub(super) name: String,
    /// With no steps in it yet.
    pub(super) body: ModuleBody,
    pub(super) steps: Vec<Parsed<'a>>,
}

/// `modules: {demo: …}`
pub(super) fn modules<'a>(
    at: &At<'a>,
    reading: &mut Reading<'_>,
    log: &mut Log<'_>,
) -> Vec<Fixture<'a>> {
    let mut modules: Vec<Fixture<'a>> = Vec::new();
    for entry in at.entries("`modules`", log).unwrap_or_default() {
        let (name, namespace) = match entry.name.strip_suffix('/') {
            Some(name) => (name, true),
            None => (entry.name, false),
        };
        if !is_dotted(name) {
            let message = format!(
                "a module must have a dotted name, not {}",
                quoted(entry.name)
            );
            let help = "expected `demo`, `pkg.sub`, or `pkg/` for a portion of a namespace package";
            log.say(&entry.key.path, message, help);
        } else if modules.iter().any(|module| module.name == name) {
            let message = format!("the module `{name}` is there twice");
            log.say(
                &entry.key.path,
                message,
                "keep either the module or the namespace portion",
            );
        } else if let Some((body, steps)) = module_body(&entry, namespace, reading, log) {
            let name = name.to_owned();
            modules.push(Fixture { name, body, steps });
        }
    }
    modules
}

/// The body, and the steps where it consists of them.
fn module_body<'a>(
    entry: &Entry<'a>,
    namespace: bool,
    reading: &mut Reading<'_>,
    log: &mut Log<'_>,
) -> Option<(ModuleBody, Vec<Parsed<'a>>)> {
    let at = &entry.value;
    let name = entry.name;
    let blank = match at.node {
        Node::Null => true,
        Node::Text(text) => text.trim().is_empty(),
        _ => false,
    };
    let (message, help) = match at.node {
        _ if namespace && blank => return Some((ModuleBody::Namespace, Vec::new())),
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
            let steps = body_steps(at, reading, log)?;
            return Some((ModuleBody::Steps(Vec::new()), steps));
        }
        node => (
            format!("the body of a module must be text, not {}", node.kind()),
            "write Python source behind `|`, or `{steps: [...]}`",
        ),
    };
    log.say(&at.path, message, help);
    None
}

/// `{steps: [...]}`
fn body_steps<'a>(
    at: &At<'a>,
    reading: &mut Reading<'_>,
    log: &mut Log<'_>,
) -> Option<Vec<Parsed<'a>>> {
    let entries = at.entries("the body of a module", log)?;
    let mut known = true;
    for entry in &entries {
        known &= BODY.knows("the body of a module", entry, log);
    }
    let Some(steps) = entries.iter().find(|entry| entry.name == "steps") else {
        if known {
            log.say(
                &at.path,
                "the body of a module is empty",
                "write `\"\"` for an empty module",
            );
        }
        return None;
    };
    let items = steps.value.items("`steps`", log)?;
    if items.is_empty() {
        log.say(
            &steps.value.path,
            "`steps` is an empty list",
            "write `\"\"` for an empty module",
        );
    }
    Some(
        items
            .iter()
            .map(|item| steps::step(item, reading, log))
            .collect(),
    )
}
