//! What must be there for a case to run (`requires`), and how its interpreter is started (`interpreter`).

use super::expect::{VariantContext, parse_expect};
use super::identifiers::{is_dotted, parse_dotted_name};
use super::model::{Action, Conditions, Isolation, Requires};
use super::package::Package;
use super::steps::{Entry, ParsedStep};
use super::version_specs::parse_spec;
use crate::python::launch_settings::{parse_flags, parse_variables};
use crate::yaml::cursor::Cursor;
use crate::yaml::node::Node;
use crate::yaml::suggest::{quoted, suggest};

pub(super) const REQUIRES_KEYS: &[&str] = &["python", "modules", "packages", "build", "os"];
pub(super) const INTERPRETER_KEYS: &[&str] =
    &["flags", "env", "site", "isolation", "entry", "expect"];
pub(super) const SYSTEMS: [&str; 3] = ["linux", "macos", "windows"];

/// Parses `requires: {python: ">=3.4", modules: [_decimal], packages: ["numpy>=1.16"], build: not debug, os: linux}`
pub(super) fn parse_requires(cursor: &Cursor<'_>) -> Requires {
    let mut requires = Requires::default();
    for entry in cursor.entries("`requires`").unwrap_or_default() {
        if !entry.is_known("`requires`", REQUIRES_KEYS) {
            continue;
        }
        let items = |what: &str| entry.value.items(what).unwrap_or_default();
        match entry.name {
            "python" => requires.python = parse_spec(&entry.value),
            "modules" => {
                let items = items("`requires.modules`").into_iter();
                let parse = |item| parse_dotted_name(&item, "a module in `requires`");
                requires.modules = items.filter_map(parse).collect();
            }
            "packages" => {
                let items = items("`requires.packages`");
                requires.packages = items.iter().filter_map(parse_package).collect();
            }
            "build" => {
                let spec = parse_spec(&entry.value);
                if spec.as_ref().is_some_and(|spec| !spec.is_build_only()) {
                    let help = "expected `free-threaded`, `debug`, or `not` and one of them; versions belong to `python`";
                    entry.value.report("`build` speaks of versions", help);
                }
                requires.build = spec;
            }
            _ => requires.os = parse_systems(&entry.value),
        }
    }
    requires
}

/// Parses one system, or a list of them.
fn parse_systems(cursor: &Cursor<'_>) -> Vec<String> {
    let items = match cursor.node {
        Node::List(_) => cursor.items("`os`").unwrap_or_default(),
        _ => vec![cursor.clone()],
    };
    let texts = items.iter().filter_map(|item| {
        let text = item.text("`os`")?;
        if !SYSTEMS.contains(&text) {
            let message = format!("unknown system {}", quoted(text));
            item.report(message, suggest(text, &SYSTEMS));
        }
        Some(text.to_owned())
    });
    texts.collect()
}

/// Parses a package, such as `numpy>=1.16` or `.`.
fn parse_package(cursor: &Cursor<'_>) -> Option<Package> {
    let text = cursor.text("a package in `requires`")?;
    let package = text.parse::<Package>().map_err(|error| {
        let message = format!("{} names no package", quoted(text.trim()));
        cursor.report(message, error.help);
    });
    package.ok()
}

/// Parses the section `interpreter`, with the step that its `entry` stands for.
pub(super) fn parse_interpreter<'a>(
    cursor: &Cursor<'a>,
    context: &mut VariantContext<'_>,
) -> (Conditions, Option<ParsedStep<'a>>) {
    let mut conditions = Conditions::default();
    let mut entry = None;
    let entries = cursor.entries("`interpreter`").unwrap_or_default();
    for setting in entries.iter() {
        if !setting.is_known("`interpreter`", INTERPRETER_KEYS) {
            continue;
        }
        let value = &setting.value;
        match setting.name {
            "flags" => conditions.flags = parse_flags(value),
            "env" => conditions.env = parse_variables(value),
            "site" => match value.node {
                Node::Bool(site) => conditions.site = *site,
                _ => value.report("`site` must be true or false", ""),
            },
            "isolation" => conditions.isolation = parse_isolation(value),
            "entry" => {
                entry = parse_entry(value)
                    .map(|entry| ParsedStep::new(value, Some(Action::Entry(entry))));
            }
            _ => {}
        }
    }
    if let Some(wanted) = entries.get("expect") {
        let expected = parse_expect(&wanted.value, context);
        match &mut entry {
            Some(entry) => entry.expect = expected,
            None if entries.get("entry").is_none() => {
                let help = "it says what is seen when the `entry` has run; other expectations belong to steps";
                wanted.key.report("`expect` without an `entry`", help);
            }
            None => {}
        }
    }
    (conditions, entry)
}

/// Parses `fork` or `spawn`.
fn parse_isolation(cursor: &Cursor<'_>) -> Option<Isolation> {
    match cursor.text("`isolation`")? {
        "fork" => Some(Isolation::Fork),
        "spawn" => Some(Isolation::Spawn),
        word => {
            let message = format!("unknown isolation {}", quoted(word));
            cursor.report(message, "expected `fork` or `spawn`");
            None
        }
    }
}

/// Parses `-m pkg.name`.
fn parse_entry(cursor: &Cursor<'_>) -> Option<Entry> {
    let text = cursor.text("`entry`")?;
    let name = text.strip_prefix("-m ").map(str::trim);
    if let Some(name) = name.filter(|name| is_dotted(name)) {
        let module = name.to_owned();
        return Some(Entry { module });
    }
    let message = format!("{} is no entry", quoted(text));
    let help = "expected `-m` and the name of a module, as in `entry: -m pkg.foo`";
    cursor.report(message, help);
    None
}
