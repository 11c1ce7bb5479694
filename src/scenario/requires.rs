//! What must be there for a case to run (`requires`), and how its interpreter is started (`interpreter`).

use super::conditions::{dotted, python};
use super::expect::{self, Reading};
use super::model::{Action, Conditions, Isolation, Requires};
use super::package::Package;
use super::steps::Parsed;
use crate::python::launch_settings::{parse_flags, parse_variables};
use crate::yaml::cursor::{At, Log, Words, did_you_mean, one_of, quoted};
use crate::yaml::node::Node;

pub(super) const REQUIRES: Words = Words {
    known: &["python", "modules", "packages", "build", "os"],
};
pub(super) const INTERPRETER: Words = Words {
    known: &["flags", "env", "site", "isolation", "entry", "expect"],
};
pub(super) const SYSTEMS: [&str; 3] = ["linux", "macos", "windows"];

/// `requires: {python: ">=3.4", modules: [_decimal], packages: ["numpy>=1.16"], build: not debug, os: linux}`
pub(super) fn requires(at: &At<'_>, log: &mut Log<'_>) -> Requires {
    let mut requires = Requires::default();
    for entry in at.entries("`requires`", log).unwrap_or_default() {
        if !REQUIRES.knows("`requires`", &entry, log) {
            continue;
        }
        let items =
            |what: &str, log: &mut Log<'_>| entry.value.items(what, log).unwrap_or_default();
        match entry.name {
            "python" => requires.python = python(&entry.value, log),
            "modules" => {
                for item in items("`requires.modules`", log) {
                    let module = dotted(&item, "a module in `requires`", log);
                    requires.modules.extend(module);
                }
            }
            "packages" => {
                for item in items("`requires.packages`", log) {
                    requires.packages.extend(package(&item, log));
                }
            }
            "build" => {
                let spec = python(&entry.value, log);
                if spec.as_ref().is_some_and(|spec| !spec.is_build_only()) {
                    let help = "expected `free-threaded`, `debug`, or `not` and one of them; versions belong to `python`";
                    log.say(&entry.value.path, "`build` speaks of versions", help);
                }
                requires.build = spec;
            }
            _ => requires.os = systems(&entry.value, log),
        }
    }
    requires
}

/// One system, or a list of them.
fn systems(at: &At<'_>, log: &mut Log<'_>) -> Vec<String> {
    let items = match at.node {
        Node::List(_) => at.items("`os`", log).unwrap_or_default(),
        _ => vec![at.clone()],
    };
    let mut systems = Vec::new();
    for item in items {
        let Some(text) = item.text("`os`", log) else {
            continue;
        };
        if SYSTEMS.contains(&text) {
            systems.push(text.to_owned());
        } else {
            let help = did_you_mean(text, SYSTEMS)
                .unwrap_or_else(|| format!("expected {}", one_of(&SYSTEMS)));
            log.say(&item.path, format!("unknown system {}", quoted(text)), help);
        }
    }
    systems
}

/// `numpy>=1.16`, `.`
fn package(at: &At<'_>, log: &mut Log<'_>) -> Option<Package> {
    let text = at.text("a package in `requires`", log)?;
    match text.parse::<Package>() {
        Ok(package) => Some(package),
        Err(error) => {
            let message = format!("{} names no package", quoted(text.trim()));
            log.say(&at.path, message, error.help);
            None
        }
    }
}

/// The section `interpreter`, with the step that its `entry` stands for.
pub(super) fn interpreter<'a>(
    at: &At<'a>,
    reading: &mut Reading<'_>,
    log: &mut Log<'_>,
) -> (Conditions, Option<Parsed<'a>>) {
    let mut conditions = Conditions::default();
    let mut entry = None;
    let entries = at.entries("`interpreter`", log).unwrap_or_default();
    for one in &entries {
        if !INTERPRETER.knows("`interpreter`", one, log) {
            continue;
        }
        let value = &one.value;
        match one.name {
            "flags" => conditions.flags = parse_flags(value, log),
            "env" => conditions.env = parse_variables(value, log),
            "site" => match value.node {
                Node::Bool(site) => conditions.site = *site,
                _ => log.say(&value.path, "`site` must be true or false", ""),
            },
            "isolation" => conditions.isolation = isolation(value, log),
            "entry" => {
                entry = module_of_entry(value, log).map(|module| Parsed {
                    at: value.clone(),
                    action: Some(Action::Entry(module)),
                    subject: value.path.clone(),
                    when: None,
                    expect: Vec::new(),
                    note: None,
                });
            }
            _ => {}
        }
    }
    let named = |name| entries.iter().find(|entry| entry.name == name);
    if let Some(wanted) = named("expect") {
        let expected = expect::read(&wanted.value, reading, log);
        match &mut entry {
            Some(entry) => entry.expect = expected,
            None if named("entry").is_none() => {
                let help = "it says what is seen when the `entry` has run; other expectations belong to steps";
                log.say(&wanted.key.path, "`expect` without an `entry`", help);
            }
            None => {}
        }
    }
    (conditions, entry)
}

fn isolation(at: &At<'_>, log: &mut Log<'_>) -> Option<Isolation> {
    match at.text("`isolation`", log)? {
        "fork" => Some(Isolation::Fork),
        "spawn" => Some(Isolation::Spawn),
        word => {
            let message = format!("unknown isolation {}", quoted(word));
            log.say(&at.path, message, "expected `fork` or `spawn`");
            None
        }
    }
}

fn module_of_entry(at: &At<'_>, log: &mut Log<'_>) -> Option<String> {
    let text = at.text("`entry`", log)?;
    let name = text.strip_prefix("-m ").map(str::trim);
    if let Some(name) = name.filter(|name| super::names::is_dotted(name)) {
        return Some(name.to_owned());
    }
    let message = format!("{} is no entry", quoted(text));
    log.say(
        &at.path,
        message,
        "expected `-m` and the name of a module, as in `entry: -m pkg.foo`",
    );
    None
}
