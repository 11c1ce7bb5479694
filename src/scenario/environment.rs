//! What must be there for a case to run (`requires`), and how its interpreter is started (`interpreter`).

use super::expect::{VariantContext, parse_expect};
use super::identifiers::{is_dotted, parse_dotted_name};
use super::model::{Action, Conditions, Isolation, Requires};
use super::package::Package;
use super::steps::{Entry, ParsedStep};
use super::version_specs::parse_spec;
use crate::python::launch_settings::{parse_flags, parse_variables};
use crate::yaml::cursor::Cursor;
use crate::yaml::diagnostics::Diagnostics;
use crate::yaml::node::Node;
use crate::yaml::suggest::{quoted, suggest};

pub(super) const REQUIRES_KEYS: &[&str] = &["python", "modules", "packages", "build", "os"];
pub(super) const INTERPRETER_KEYS: &[&str] =
    &["flags", "env", "site", "isolation", "entry", "expect"];
pub(super) const SYSTEMS: [&str; 3] = ["linux", "macos", "windows"];

/// Parses `requires: {python: ">=3.4", modules: [_decimal], packages: ["numpy>=1.16"], build: not debug, os: linux}`
pub(super) fn parse_requires(cursor: &Cursor<'_>, diagnostics: &mut Diagnostics<'_>) -> Requires {
    let mut requires = Requires::default();
    for entry in cursor
        .entries("`requires`", diagnostics)
        .unwrap_or_default()
    {
        if !entry.is_known("`requires`", REQUIRES_KEYS, diagnostics) {
            continue;
        }
        let items = |what: &str, diagnostics: &mut Diagnostics<'_>| {
            entry.value.items(what, diagnostics).unwrap_or_default()
        };
        match entry.name {
            "python" => requires.python = parse_spec(&entry.value, diagnostics),
            "modules" => {
                for item in items("`requires.modules`", diagnostics) {
                    let module = parse_dotted_name(&item, "a module in `requires`", diagnostics);
                    requires.modules.extend(module);
                }
            }
            "packages" => {
                for item in items("`requires.packages`", diagnostics) {
                    requires.packages.extend(parse_package(&item, diagnostics));
                }
            }
            "build" => {
                let spec = parse_spec(&entry.value, diagnostics);
                if spec.as_ref().is_some_and(|spec| !spec.is_build_only()) {
                    let help = "expected `free-threaded`, `debug`, or `not` and one of them; versions belong to `python`";
                    diagnostics.report(&entry.value.path, "`build` speaks of versions", help);
                }
                requires.build = spec;
            }
            _ => requires.os = parse_systems(&entry.value, diagnostics),
        }
    }
    requires
}

/// Parses one system, or a list of them.
fn parse_systems(cursor: &Cursor<'_>, diagnostics: &mut Diagnostics<'_>) -> Vec<String> {
    let items = match cursor.node {
        Node::List(_) => cursor.items("`os`", diagnostics).unwrap_or_default(),
        _ => vec![cursor.clone()],
    };
    let mut systems = Vec::new();
    for item in items {
        let Some(text) = item.text("`os`", diagnostics) else {
            continue;
        };
        if SYSTEMS.contains(&text) {
            systems.push(text.to_owned());
        } else {
            let message = format!("unknown system {}", quoted(text));
            diagnostics.report(&item.path, message, suggest(text, &SYSTEMS));
        }
    }
    systems
}

/// Parses a package, such as `numpy>=1.16` or `.`.
fn parse_package(cursor: &Cursor<'_>, diagnostics: &mut Diagnostics<'_>) -> Option<Package> {
    let text = cursor.text("a package in `requires`", diagnostics)?;
    match text.parse::<Package>() {
        Ok(package) => Some(package),
        Err(error) => {
            let message = format!("{} names no package", quoted(text.trim()));
            diagnostics.report(&cursor.path, message, error.help);
            None
        }
    }
}

/// Parses the section `interpreter`, with the step that its `entry` stands for.
pub(super) fn parse_interpreter<'a>(
    cursor: &Cursor<'a>,
    context: &mut VariantContext<'_>,
    diagnostics: &mut Diagnostics<'_>,
) -> (Conditions, Option<ParsedStep<'a>>) {
    let mut conditions = Conditions::default();
    let mut entry = None;
    let entries = cursor
        .entries("`interpreter`", diagnostics)
        .unwrap_or_default();
    for setting in entries.iter() {
        if !setting.is_known("`interpreter`", INTERPRETER_KEYS, diagnostics) {
            continue;
        }
        let value = &setting.value;
        match setting.name {
            "flags" => conditions.flags = parse_flags(value, diagnostics),
            "env" => conditions.env = parse_variables(value, diagnostics),
            "site" => match value.node {
                Node::Bool(site) => conditions.site = *site,
                _ => diagnostics.report(&value.path, "`site` must be true or false", ""),
            },
            "isolation" => conditions.isolation = parse_isolation(value, diagnostics),
            "entry" => {
                entry = parse_entry(value, diagnostics)
                    .map(|entry| ParsedStep::new(value, Some(Action::Entry(entry))));
            }
            _ => {}
        }
    }
    if let Some(wanted) = entries.get("expect") {
        let expected = parse_expect(&wanted.value, context, diagnostics);
        match &mut entry {
            Some(entry) => entry.expect = expected,
            None if entries.get("entry").is_none() => {
                let help = "it says what is seen when the `entry` has run; other expectations belong to steps";
                diagnostics.report(&wanted.key.path, "`expect` without an `entry`", help);
            }
            None => {}
        }
    }
    (conditions, entry)
}

/// Parses `fork` or `spawn`.
fn parse_isolation(cursor: &Cursor<'_>, diagnostics: &mut Diagnostics<'_>) -> Option<Isolation> {
    match cursor.text("`isolation`", diagnostics)? {
        "fork" => Some(Isolation::Fork),
        "spawn" => Some(Isolation::Spawn),
        word => {
            let message = format!("unknown isolation {}", quoted(word));
            diagnostics.report(&cursor.path, message, "expected `fork` or `spawn`");
            None
        }
    }
}

/// Parses `-m pkg.name`.
fn parse_entry(cursor: &Cursor<'_>, diagnostics: &mut Diagnostics<'_>) -> Option<Entry> {
    let text = cursor.text("`entry`", diagnostics)?;
    let name = text.strip_prefix("-m ").map(str::trim);
    if let Some(name) = name.filter(|name| is_dotted(name)) {
        let module = name.to_owned();
        return Some(Entry { module });
    }
    let message = format!("{} is no entry", quoted(text));
    diagnostics.report(
        &cursor.path,
        message,
        "expected `-m` and the name of a module, as in `entry: -m pkg.foo`",
    );
    None
}
