//! `import` in its spellings, and the names that steps may bind.

use super::by_version;
use super::conditions::dotted;
use super::model::{Action, Via};
use super::names::{is_identifier, is_keyword, reserved};
use super::steps::Modifiers;
use crate::yaml::cursor::{At, Log, did_you_mean, one_of, quoted};
use crate::yaml::node::Node;

/// The spellings of an import.
pub(super) const VIAS: [&str; 5] = ["statement", "import_module", "__import__", "c_api", "lazy"];

/// Reads an `import` and what stands beside it.
pub(super) fn import(
    at: &At<'_>,
    modifiers: &Modifiers<'_, '_>,
    log: &mut Log<'_>,
) -> Option<Action> {
    if let Node::Map(_) = at.node {
        return by_version(at, modifiers, log);
    }
    let module = match modifiers.from {
        None => dotted(at, "an import", log),
        Some(_) => identifier(at, "a name imported `from` a module", log),
    };
    let module = module.and_then(|name| importable(name, at, log));
    let from = modifiers.from.map(|from| {
        let name = dotted(&from.value, "`from`", log)?;
        importable(name, &from.value, log)
    });
    let alias = modifiers.alias.map(|entry| alias(&entry.value, log));
    let via = modifiers
        .via
        .map_or(Some(Via::Statement), |entry| via(&entry.value, log));
    if let (Some(entry), Some(_), Some(_)) = (
        modifiers.via,
        modifiers.from,
        via.filter(|via| !matches!(via, Via::Statement | Via::Lazy)),
    ) {
        let message = "`from` goes only with `via: statement` and `via: lazy`";
        log.say(
            &entry.value.path,
            message,
            "leave out `via`, or import the whole module",
        );
        return None;
    }
    let module = module?;
    if alias.is_none() {
        let bound = module.split('.').next().unwrap_or_default();
        free(bound, at, "bind another name with `as:`", log)?;
    }
    // An `Option` inside means that it is there; outside, that it is right.
    let from = from.map_or(Some(None), |from| from.map(Some))?;
    let alias = alias.map_or(Some(None), |alias| alias.map(Some))?;
    Some(Action::Import {
        module,
        from,
        alias,
        via: via?,
    })
}

/// `import: {"<3": cPickle, ">=3": pickle}`. It needs `as`: facts have the same names on all versions.
fn by_version(at: &At<'_>, modifiers: &Modifiers<'_, '_>, log: &mut Log<'_>) -> Option<Action> {
    let modules = by_version::read(at, "import", log, &|at, log| {
        let module = dotted(at, "an import", log)?;
        Some(Action::Import {
            module: importable(module, at, log)?,
            from: None,
            alias: None,
            via: Via::Statement,
        })
    });
    if let Some(from) = modifiers.from {
        let message = "`from` does not go with an `import` by version";
        let help = "import the whole module, or write the statements: `run: {\"<3\": from …, \">=3\": from …}`";
        log.say(&from.key.path, message, help);
    }
    let name = modifiers.alias.and_then(|entry| alias(&entry.value, log));
    let spelling = modifiers
        .via
        .map_or(Some(Via::Statement), |entry| via(&entry.value, log));
    let Action::PerVersion(mut actions) = modules? else {
        return None;
    };
    if modifiers.alias.is_none() {
        let newest = actions.last().and_then(|(_, action)| match action {
            Action::Import { module, .. } => module.rsplit('.').next(),
            _ => None,
        });
        let message = "an `import` by version needs `as`";
        let newest = newest.unwrap_or("x");
        let help = format!("it binds one name on all versions, such as `as: {newest}`");
        log.say(&at.path, message, help);
    }
    let (name, spelling) = (name?, spelling?);
    for (_, action) in &mut actions {
        if let Action::Import { alias, via, .. } = action {
            *alias = Some(name.clone());
            *via = spelling;
        }
    }
    modifiers
        .from
        .is_none()
        .then_some(Action::PerVersion(actions))
}

/// The name behind `as`.
fn alias(at: &At<'_>, log: &mut Log<'_>) -> Option<String> {
    let name = identifier(at, "`as`", log)?;
    free(&name, at, "choose another name", log)?;
    Some(name)
}

fn via(at: &At<'_>, log: &mut Log<'_>) -> Option<Via> {
    let via = match at.text("`via`", log)? {
        "statement" => Via::Statement,
        "import_module" => Via::ImportModule,
        "__import__" => Via::DunderImport,
        "c_api" => Via::CApi,
        "lazy" => Via::Lazy,
        word => {
            let help =
                did_you_mean(word, VIAS).unwrap_or_else(|| format!("expected {}", one_of(&VIAS)));
            log.say(
                &at.path,
                format!("unknown spelling of an import {}", quoted(word)),
                help,
            );
            return None;
        }
    };
    Some(via)
}

/// A name that can be bound.
pub(super) fn identifier(at: &At<'_>, what: &str, log: &mut Log<'_>) -> Option<String> {
    let text = at.text(what, log)?;
    if is_identifier(text) && !is_keyword(text) {
        return Some(text.to_owned());
    }
    let message = format!("{what} must be a Python name, not {}", quoted(text));
    log.say(
        &at.path,
        message,
        "expected letters, digits and `_`, and no keyword",
    );
    None
}

fn importable(name: String, at: &At<'_>, log: &mut Log<'_>) -> Option<String> {
    let Some(keyword) = name.split('.').find(|part| is_keyword(part)) else {
        return Some(name);
    };
    let message = format!("`{keyword}` is a Python keyword; it cannot be imported");
    log.say(&at.path, message, "");
    None
}

/// Refuses a binding that a fact, or the language itself, already has the name of.
pub(super) fn free(name: &str, at: &At<'_>, help: &str, log: &mut Log<'_>) -> Option<()> {
    let Some(why) = reserved(name) else {
        return Some(());
    };
    log.say(
        &at.path,
        format!("the name `{name}` is reserved: {why}"),
        help,
    );
    None
}
