//! Sections around the steps: fixture modules, `requires`, `timeout`, and version specifiers wherever they stand.

use std::time::Duration;

use super::cursor::{At, Entry, Log, Words, not_yet, quoted};
use super::model::{Module, ModuleBody, Requires};
use super::names::is_dotted;
use super::yaml::Node;
use crate::python::version::VersionSpec;

const REQUIRES: Words = Words {
    known: &["python", "modules"],
    later: &["packages", "build", "os"],
};

/// A version specifier. YAML reads an unquoted 3.10 as the number 3.1, so a number is never taken for one.
pub(super) fn python(at: &At<'_>, log: &mut Log<'_>) -> Option<VersionSpec> {
    if let (Node::Int(_) | Node::Float(_), Some(number)) = (at.node, at.node.scalar()) {
        let written = log.written(&at.path);
        let (message, help) = if written.contains("${") {
            let help = format!("the matrix value {number} is a number; quote it there");
            ("a version must be quoted".to_owned(), help)
        } else {
            let number = number.trim_end_matches(".0");
            let message = format!("a version must be quoted: \"{written}\"");
            (
                message,
                format!("YAML reads {written} as the number {number}"),
            )
        };
        log.say(&at.path, message, help);
        return None;
    }
    let text = at.text("a version specifier", log)?;
    match text.parse() {
        Ok(spec) => Some(spec),
        Err(error) => {
            let error = error.to_string();
            let (message, help) = error.split_once("; ").unwrap_or((&error, ""));
            log.say(&at.path, message, help);
            None
        }
    }
}

/// A text that is no duration.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not a duration; {HELP}")]
pub struct DurationError(String);

const HELP: &str = "expected a whole number and a unit: `500ms`, `10s` or `1m`";

/// Reads `500ms`, `10s` or `1m`, as `timeout:` and `--timeout` have it.
///
/// # Errors
/// When the text is anything else, or no time at all.
pub fn duration(text: &str) -> Result<Duration, DurationError> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: Option<u32> = number.parse().ok();
    let duration = match (number.map(u64::from), unit) {
        (Some(number), "ms") => Some(Duration::from_millis(number)),
        (Some(number), "s") => Some(Duration::from_secs(number)),
        (Some(number), "m") => Some(Duration::from_secs(number * 60)),
        _ => None,
    };
    duration
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| DurationError(quoted(text)))
}

/// `timeout: 10s`
pub(super) fn timeout(at: &At<'_>, log: &mut Log<'_>) -> Option<Duration> {
    if let Node::Int(_) | Node::Float(_) = at.node {
        log.say(&at.path, "a duration needs a unit", HELP);
        return None;
    }
    let text = at.text("`timeout`", log)?;
    let duration = duration(text).ok();
    if duration.is_none() {
        log.say(
            &at.path,
            format!("{} is not a duration", quoted(text)),
            HELP,
        );
    }
    duration
}

/// `requires: {python: ">=3.4", modules: [numpy]}`
pub(super) fn requires(at: &At<'_>, log: &mut Log<'_>) -> Requires {
    let mut requires = Requires::default();
    for entry in at.entries("`requires`", log).unwrap_or_default() {
        if !REQUIRES.knows("`requires`", &entry, log) {
            continue;
        }
        if entry.name == "python" {
            requires.python = python(&entry.value, log);
        } else {
            for item in entry
                .value
                .items("`requires.modules`", log)
                .unwrap_or_default()
            {
                requires
                    .modules
                    .extend(dotted(&item, "a module in `requires`", log));
            }
        }
    }
    requires
}

/// A dotted Python name.
pub(super) fn dotted(at: &At<'_>, what: &str, log: &mut Log<'_>) -> Option<String> {
    let text = at.text(what, log)?;
    if is_dotted(text) {
        return Some(text.to_owned());
    }
    let message = format!("{what} must be a dotted name, not {}", quoted(text));
    log.say(
        &at.path,
        message,
        "expected identifiers joined by dots, such as `pkg.sub`",
    );
    None
}

/// `modules: {demo: …}`
pub(super) fn modules(at: &At<'_>, log: &mut Log<'_>) -> Vec<Module> {
    let mut modules: Vec<Module> = Vec::new();
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
        } else if let Some(body) = module_body(&entry, namespace, log) {
            let name = name.to_owned();
            modules.push(Module { name, body });
        }
    }
    modules
}

fn module_body(entry: &Entry<'_>, namespace: bool, log: &mut Log<'_>) -> Option<ModuleBody> {
    let at = &entry.value;
    let name = entry.name;
    let blank = match at.node {
        Node::Null => true,
        Node::Text(text) => text.trim().is_empty(),
        _ => false,
    };
    let (message, help) = match at.node {
        _ if namespace && blank => return Some(ModuleBody::Namespace),
        _ if namespace => (
            format!("`{name}` is a folder without code"),
            "leave its value empty",
        ),
        Node::Text(text) => return Some(ModuleBody::Text(text.clone())),
        Node::Null => (
            format!("the module `{name}` has no text"),
            "write `\"\"` for an empty module",
        ),
        Node::Map(entries)
            if entries
                .iter()
                .any(|(key, _)| *key == Node::Text("steps".into())) =>
        {
            not_yet(&at.path, "a module body of `steps`", log);
            return None;
        }
        node => (
            format!("the body of a module must be text, not {}", node.kind()),
            "write Python source behind `|`",
        ),
    };
    log.say(&at.path, message, help);
    None
}
