//! What each action means: the value of an action's key to an [`Action`].

use super::by_version;
use super::conditions::dotted;
use super::files;
use super::import::{free, identifier, import};
use super::model::{Action, Delete, SetTo, SwapTo};
use super::names::{is_dotted, is_keyword};
use super::steps::Modifiers;
use crate::yaml::cursor::{At, Entry, Log, Words, did_you_mean, one_of, quoted};
use crate::yaml::node::Node;
use crate::yaml::span::Hop;

pub(super) const DELETE: Words = Words {
    known: &["cached", "new_since", "attribute", "in"],
};
pub(super) const SET: Words = Words {
    known: &["cached", "to"],
};
pub(super) const SWAP: Words = Words { known: &["to"] };
/// What `sys.modules` may be swapped to by a word; anything else is an expression.
pub(super) const SWAPS: [&str; 6] = ["copy", "empty", "subclass", "spy", "original", "missing"];

/// Reads the value of an action. `subject` becomes the place of the name that the action is about.
pub(super) fn read(
    action: &Entry<'_>,
    modifiers: &Modifiers<'_, '_>,
    subject: &mut Vec<Hop>,
    log: &mut Log<'_>,
) -> Option<Action> {
    let at = &action.value;
    let text = |what: &str, log: &mut Log<'_>| at.text(what, log).map(str::to_owned);
    match action.name {
        "import" => import(at, modifiers, log),
        "snapshot" => {
            let name = identifier(at, "a snapshot's name", log)?;
            free(&name, at, "choose another name", log)?;
            if name == "sys" {
                let message = "the name `sys` is reserved: the step itself uses it";
                log.say(&at.path, message, "choose another name");
                return None;
            }
            Some(Action::Snapshot { name })
        }
        "swap" => swap(at, log),
        "restore" => identifier(at, "a snapshot's name", log).map(|name| Action::Restore { name }),
        "delete" => delete(at, subject, log),
        "set" => set(at, subject, log),
        "reload" => dotted(at, "`reload`", log).map(|name| Action::Reload { name }),
        "eval" => text("`eval`", log).map(Action::Eval),
        "run" if matches!(at.node, Node::Map(_)) => by_version::read(at, "run", log, &|at, log| {
            Some(Action::Run(at.text("`run`", log)?.to_owned()))
        }),
        "run" => text("`run`", log).map(Action::Run),
        "resolve" => dotted(at, "`resolve`", log).map(Action::Resolve),
        "write" => files::write(at, subject, log),
        "remove" => files::path(at, "`remove`", log).map(Action::Remove),
        name => {
            if *at.node != Node::Bool(true) {
                let message = format!("`{name}` takes nothing but `true`");
                log.say(&at.path, message, "");
                return None;
            }
            Some(if name == "collect" {
                Action::Collect
            } else {
                Action::InvalidateCaches
            })
        }
    }
}

fn swap(at: &At<'_>, log: &mut Log<'_>) -> Option<Action> {
    if let Node::Text(_) = at.node {
        let name = identifier(at, "a snapshot's name", log)?;
        return Some(Action::Swap(SwapTo::Snapshot(name)));
    }
    let entries = at.entries("`swap`", log)?;
    let mut known = true;
    for entry in &entries {
        known &= SWAP.knows("`swap`", entry, log);
    }
    let Some(to) = entries.iter().find(|entry| entry.name == "to") else {
        if known {
            let help = format!(
                "expected a snapshot's name, or `to` with {} or an expression",
                SWAPS.map(|word| format!("`{word}`")).join(", ")
            );
            log.say(&at.path, "`swap` does not say to what", help);
        }
        return None;
    };
    let to = &to.value;
    let swap = match to.node {
        Node::Text(_) => match to.text("`to`", log)? {
            "copy" => SwapTo::Copy,
            "empty" => SwapTo::Empty,
            "original" => SwapTo::Original,
            "subclass" => SwapTo::Subclass,
            "spy" => SwapTo::Spy,
            "missing" => SwapTo::Missing,
            word => {
                if is_dotted(word)
                    && let Some(help) = did_you_mean(word, SWAPS)
                    && !is_keyword(word)
                {
                    // A name alone may be an expression; one letter off, it is a slip.
                    log.say(&to.path, format!("unknown word {}", quoted(word)), help);
                    return None;
                }
                SwapTo::Expression(word.to_owned())
            }
        },
        node => match node.scalar() {
            Some(text) => SwapTo::Expression(text),
            None => SwapTo::Expression(expression(to, log)?),
        },
    };
    Some(Action::Swap(swap))
}

fn delete(at: &At<'_>, subject: &mut Vec<Hop>, log: &mut Log<'_>) -> Option<Action> {
    if let Node::Text(_) = at.node {
        return binding(at, log);
    }
    if by_version::is_meant(at) {
        return by_version::read(at, "delete", log, &binding);
    }
    let entries = at.entries("`delete`", log)?;
    let mut known = true;
    for entry in &entries {
        known &= DELETE.knows("`delete`", entry, log);
    }
    let inside = entries.iter().find(|entry| entry.name == "in");
    let targets: Vec<_> = entries
        .iter()
        .filter(|entry| entry.name != "in" && DELETE.known.contains(&entry.name))
        .collect();
    let [target] = targets[..] else {
        if known {
            let message = "`delete` needs exactly one thing to delete";
            let help = format!(
                "expected a binding, or one of {}",
                one_of(&DELETE.known[..3])
            );
            log.say(&at.path, message, help);
        }
        return None;
    };
    subject.clone_from(&target.value.path);
    let in_original = match inside.map(|entry| (entry, entry.value.node)) {
        None => false,
        Some((entry, Node::Text(word))) if word == "original" => {
            if target.name == "attribute" {
                let message = "`in` does not go with `attribute`";
                log.say(
                    &entry.key.path,
                    message,
                    "it belongs to `cached` and `new_since`",
                );
                return None;
            }
            true
        }
        Some((entry, _)) => {
            let help = "expected `original`; without `in` it is what `sys.modules` is now";
            log.say(&entry.value.path, "`in` names no cache", help);
            return None;
        }
    };
    match target.name {
        "cached" if matches!(target.value.node, Node::Map(_)) => {
            by_version::read(&target.value, "cached", log, &|at, log| {
                cached(at, in_original, log)
            })
        }
        "cached" => cached(&target.value, in_original, log),
        "new_since" => Some(Action::Delete(Delete::NewSince {
            snapshot: identifier(&target.value, "a snapshot's name", log)?,
            in_original,
        })),
        _ => {
            let name = dotted(&target.value, "`attribute`", log)?;
            if !name.contains('.') {
                let message = format!("`attribute` needs a dot, not {}", quoted(&name));
                let help =
                    format!("expected `module.name`; the binding is deleted by `delete: {name}`");
                log.say(&target.value.path, message, help);
                return None;
            }
            Some(Action::Delete(Delete::Attribute(name)))
        }
    }
}

/// `delete: demo`
fn binding(at: &At<'_>, log: &mut Log<'_>) -> Option<Action> {
    if let Node::Text(name) = at.node
        && name.contains('.')
        && is_dotted(name)
    {
        let message = format!("a binding has no dots: {}", quoted(name));
        let help = format!("write `delete: {{attribute: {name}}}` or `delete: {{cached: {name}}}`");
        log.say(&at.path, message, help);
        return None;
    }
    let name = identifier(at, "a binding", log)?;
    Some(Action::Delete(Delete::Binding(name)))
}

/// `delete: {cached: demo}`
fn cached(at: &At<'_>, in_original: bool, log: &mut Log<'_>) -> Option<Action> {
    let text = at.text("`cached`", log)?;
    let (name, tree) = match text.strip_suffix(".**") {
        Some(name) => (name, true),
        None => (text, false),
    };
    if !is_dotted(name) {
        dotted(at, "`cached`", log);
        return None;
    }
    Some(Action::Delete(Delete::Cached {
        name: name.to_owned(),
        tree,
        in_original,
    }))
}

fn set(at: &At<'_>, subject: &mut Vec<Hop>, log: &mut Log<'_>) -> Option<Action> {
    let entries = at.entries("`set`", log)?;
    let mut known = true;
    for entry in &entries {
        known &= SET.knows("`set`", entry, log);
    }
    let named = |name| entries.iter().find(|entry| entry.name == name);
    let (Some(cached), Some(to)) = (named("cached"), named("to")) else {
        if known {
            let help = "expected `set: {cached: demo, to: null}`; `to` may be `null`, `module` or a Python expression";
            log.say(&at.path, "`set` needs `cached` and `to`", help);
        }
        return None;
    };
    subject.clone_from(&to.value.path);
    let cached = dotted(&cached.value, "`cached`", log);
    let to = match to.value.node {
        Node::Null => SetTo::None,
        Node::Text(word) if word == "module" => SetTo::Module,
        Node::Text(_) => SetTo::Expression(to.value.text("`to`", log)?.to_owned()),
        node => match node.scalar() {
            Some(text) => SetTo::Expression(text),
            None => SetTo::Expression(expression(&to.value, log)?),
        },
    };
    Some(Action::Set {
        cached: cached?,
        to,
    })
}

/// A list or a map where an expression belongs: Python writes them the same way, YAML takes them for its own.
fn expression(at: &At<'_>, log: &mut Log<'_>) -> Option<String> {
    let message = format!("a Python expression must be text, not {}", at.node.kind());
    log.say(&at.path, message, "quote it, as in `to: \"[]\"`");
    None
}
