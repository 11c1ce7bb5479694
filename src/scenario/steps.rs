//! One step: its action and its modifiers.

use super::actions;
use super::conditions;
use super::expect::{self, Expected, Reading};
use super::model::Action;
use crate::python::specifier::VersionSpec;
use crate::trace::fact::FactName;
use crate::yaml::cursor::{At, Entry, Log, Words, one_of, quoted};
use crate::yaml::node::Node;
use crate::yaml::span::Hop;

/// Every word of a step: the actions, then what may stand beside them.
const WORDS: [&str; 21] = [
    "import",
    "resolve",
    "snapshot",
    "swap",
    "restore",
    "delete",
    "set",
    "reload",
    "eval",
    "run",
    "write",
    "remove",
    "invalidate_caches",
    "collect",
    "from",
    "as",
    "via",
    "when",
    "expect",
    "known",
    "note",
];
/// Every action there is.
pub(super) const ACTIONS: &[&str] = WORDS.split_at(14).0;
const IMPORT_MODIFIERS: [&str; 3] = ["from", "as", "via"];

pub(super) const STEP: Words = Words { known: &WORDS };

/// A step as far as it could be read.
#[derive(Debug)]
pub(super) struct Parsed<'a> {
    /// The step.
    pub(super) at: At<'a>,
    /// What it does; `None` if that is wrong or not known yet.
    pub(super) action: Option<Action>,
    /// Where the name stands that the action is about.
    pub(super) subject: Vec<Hop>,
    /// Where it is run.
    pub(super) when: Option<VersionSpec>,
    /// What it expects.
    pub(super) expect: Vec<Expected>,
    /// Its remark.
    pub(super) note: Option<String>,
}

/// Reads one entry of `steps`.
pub(super) fn step<'a>(at: &At<'a>, reading: &mut Reading<'_>, log: &mut Log<'_>) -> Parsed<'a> {
    let mut parsed = Parsed {
        at: at.clone(),
        action: None,
        subject: at.path.clone(),
        when: None,
        expect: Vec::new(),
        note: None,
    };
    if let Node::Text(word) = at.node {
        let message = format!("a step must be a map, not the text {}", quoted(word));
        log.say(
            &at.path,
            message,
            "expected an action and what it is about, as in `import: demo`",
        );
        return parsed;
    }
    let Some(entries) = at.entries("a step", log) else {
        return parsed;
    };
    let mut known = true;
    for entry in &entries {
        let fact = entry.name == "raises" || FactName::FIXED.contains(&entry.name);
        if fact {
            let message = format!("`{}` is no key of a step", entry.name);
            let help = format!("it belongs into `expect: {{{}: …}}`", entry.name);
            log.say(&entry.key.path, message, help);
            known = false;
        } else {
            known &= STEP.knows("a step", entry, log);
        }
    }
    let is_action = |entry: &&Entry<'_>| ACTIONS.contains(&entry.name);
    let actions: Vec<_> = entries.iter().filter(is_action).collect();
    if let [first, second, ..] = actions[..] {
        let message = format!(
            "two actions in one step: `{}` and `{}`",
            first.name, second.name
        );
        log.say(&second.key.path, message, "make them two steps");
    } else if let [action] = actions[..] {
        parsed.subject.clone_from(&action.value.path);
        let modifiers = Modifiers::of(&entries);
        if action.name != "import" {
            modifiers.refuse(action.name, log);
        }
        parsed.action = actions::read(action, &modifiers, &mut parsed.subject, log);
    } else if known {
        let help = format!("expected one of {}", one_of(ACTIONS));
        log.say(&at.path, "a step without an action", help);
    }
    let named = |name| entries.iter().find(|entry| entry.name == name);
    let mark = named("known").and_then(|entry| conditions::mark(&entry.value, reading, false, log));
    if let (Some(entry), None) = (named("known"), named("expect")) {
        let message = "`known` without an expectation";
        log.say(&entry.key.path, message, "it marks what `expect` expects");
    }
    for entry in &entries {
        match entry.name {
            "expect" => parsed.expect = expect::read(&entry.value, reading, log),
            "when" => parsed.when = conditions::python(&entry.value, log),
            "note" => parsed.note = entry.value.text("`note`", log).map(str::to_owned),
            _ => {}
        }
    }
    for expected in &mut parsed.expect {
        expected.expectation.known.extend(mark);
    }
    parsed
}

/// What may stand beside `import`.
pub(super) struct Modifiers<'e, 'a> {
    /// `from: pkg`
    pub(super) from: Option<&'e Entry<'a>>,
    /// `as: x`
    pub(super) alias: Option<&'e Entry<'a>>,
    /// `via: c_api`
    pub(super) via: Option<&'e Entry<'a>>,
}

impl<'e, 'a> Modifiers<'e, 'a> {
    fn of(entries: &'e [Entry<'a>]) -> Self {
        let named = |name| entries.iter().find(|entry| entry.name == name);
        let [from, alias, via] = IMPORT_MODIFIERS.map(named);
        Self { from, alias, via }
    }

    fn refuse(&self, action: &str, log: &mut Log<'_>) {
        for entry in [self.from, self.alias, self.via].into_iter().flatten() {
            let message = format!("`{}` does not go with `{action}`", entry.name);
            log.say(&entry.key.path, message, "it belongs to `import`");
        }
    }
}
