//! The needs of a case (`requires`), and how its interpreter is started (`interpreter`).

use super::expect::{VariantContext, parse_expect};
use super::identifiers::{is_dotted, parse_dotted_name};
use super::model::{Conditions, Isolation, Requires};
use super::package::Package;
use super::steps::{Entry, ParsedStep};
use super::version_specs::parse_spec;
use crate::python::launch_settings::{parse_flags, parse_variables};
use crate::python::specifier::VersionSpec;
use crate::yaml::cursor::Cursor;
use crate::yaml::node::Node;
use crate::yaml::suggest::{quoted, suggest};

pub(super) const REQUIRES_KEYS: &[&str] = &["python", "modules", "packages", "build", "os"];
pub(super) const INTERPRETER_KEYS: &[&str] =
    &["flags", "env", "site", "isolation", "entry", "expect"];
pub(super) const SYSTEMS: [&str; 3] = ["linux", "macos", "windows"];

/// Parses `requires: {python: ">=3.4", modules: [_decimal], packages: ["numpy>=1.16"], build: not debug, os: linux}`
pub(super) fn parse_requires(cursor: &Cursor<'_>) -> Requires {
    let entries = cursor.entries("`requires`").unwrap_or_default();
    entries.are_known("`requires`", REQUIRES_KEYS);
    let parse_module = |item: &Cursor<'_>| parse_dotted_name(item, "a module in `requires`");
    let parse_modules = |list: &Cursor<'_>| list.parse_items("`requires.modules`", parse_module);
    let parse_packages = |list: &Cursor<'_>| list.parse_items("`requires.packages`", parse_package);
    Requires {
        python: entries.value("python").and_then(parse_spec),
        modules: entries
            .value("modules")
            .map_or_else(Vec::new, parse_modules),
        packages: entries
            .value("packages")
            .map_or_else(Vec::new, parse_packages),
        build: entries.value("build").and_then(parse_build),
        os: entries.value("os").map_or_else(Vec::new, parse_systems),
    }
}

/// Parses builds, such as `not debug`.
fn parse_build(cursor: &Cursor<'_>) -> Option<VersionSpec> {
    let spec = parse_spec(cursor)?;
    if !spec.is_build_only() {
        let help = "expected `free-threaded`, `debug`, or `not` and one of them; versions belong to `python`";
        cursor.report("`build` speaks of versions", help);
    }
    Some(spec)
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
    let entries = cursor.entries("`interpreter`").unwrap_or_default();
    entries.are_known("`interpreter`", INTERPRETER_KEYS);
    let conditions = Conditions {
        flags: entries.value("flags").map_or_else(Vec::new, parse_flags),
        env: entries.value("env").map_or_else(Vec::new, parse_variables),
        site: entries.value("site").is_some_and(parse_site),
        isolation: entries.value("isolation").and_then(parse_isolation),
    };
    let mut entry = entries.value("entry").and_then(parse_entry);
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

/// Parses `true` or `false`.
fn parse_site(cursor: &Cursor<'_>) -> bool {
    if !matches!(cursor.node, Node::Bool(_)) {
        cursor.report("`site` must be true or false", "");
    }
    *cursor.node == Node::Bool(true)
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

/// Parses `-m pkg.name`, as the step that it stands for.
fn parse_entry<'a>(cursor: &Cursor<'a>) -> Option<ParsedStep<'a>> {
    let text = cursor.text("`entry`")?;
    let name = text.strip_prefix("-m ").map(str::trim);
    if let Some(name) = name.filter(|name| is_dotted(name)) {
        let module = name.to_owned();
        return Some(ParsedStep::new(cursor, Some(Entry { module }.into())));
    }
    let message = format!("{} is no entry", quoted(text));
    let help = "expected `-m` and the name of a module, as in `entry: -m pkg.foo`";
    cursor.report(message, help);
    None
}
