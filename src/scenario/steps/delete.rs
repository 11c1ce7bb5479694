//! `delete: demo`, `delete: {cached: pkg.**}` — a binding, keys of the cache or an attribute go.

use schemars::JsonSchema;
use serde_json::{Value, json};

use super::by_version::{PerVersion, has_version_keys, parse_by_version};
use super::{Action, Description, Operation, PythonCode, StepKind, StepValue};
use crate::literal::text_literal;
use crate::scenario::identifiers::{is_dotted, parse_dotted_name, parse_identifier};
use crate::scenario::schema::words::{Attribute, Name, OrKey, Tree};
use crate::scenario::scope::Scope;
use crate::yaml::cursor::{Cursor, Entries, Entry};
use crate::yaml::node::Node;
use crate::yaml::suggest::{one_of, quoted};

/// The target of a `delete` step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delete {
    /// `del demo`
    Binding(String),
    /// `del sys.modules["demo"]`
    Cached(String, Cache),
    /// The same, and everything below as well (`pkg.**`).
    Tree(String, Cache),
    /// Every key that the snapshot of this name lacks.
    NewSince(String, Cache),
    /// `del pkg.sub`
    Attribute(String),
}

/// The dict that a `delete` step takes keys from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// What `sys.modules` is now.
    Current,
    /// The dict the interpreter started with.
    Original,
}

pub(crate) const KEYS: &[&str] = &["cached", "new_since", "attribute", "in"];

pub(super) static KIND: StepKind = StepKind {
    helpers: &["original", "drop"],
    ..StepKind::new::<DeleteValue>(
        "delete",
        "`del demo` for a name; or one of `{cached: demo}`, `{cached: pkg.**}`, `{new_since: before}` and \
         `{attribute: pkg.sub}`. A binding, and what is cached, may be a name per version: `{\"<3\": …, \">=3\": …}`, the first that fits.",
        parse,
    )
};

fn parse(value: &mut StepValue<'_, '_>) -> Option<Action> {
    let cursor = value.cursor;
    if let Node::Text(_) = cursor.node {
        return parse_binding(cursor);
    }
    if has_version_keys(cursor) {
        return parse_by_version(cursor, "delete", &parse_binding);
    }
    let entries = cursor.entries("`delete`")?;
    let are_known = entries.are_known("`delete`", KEYS);
    let is_target = |entry: &&Entry<'_>| KEYS[..3].contains(&entry.name);
    let targets: Vec<_> = entries.iter().filter(is_target).collect();
    let [target] = targets[..] else {
        if are_known {
            let message = "`delete` needs exactly one thing to delete";
            let help = format!("expected a binding, or one of {}", one_of(&KEYS[..3]));
            cursor.report(message, help);
        }
        return None;
    };
    value.subject.clone_from(&target.value.path);
    let cache = parse_in(&entries, target.name)?;
    match target.name {
        "cached" if matches!(target.value.node, Node::Map(_)) => {
            parse_by_version(&target.value, "cached", &|cursor| {
                parse_cached(cursor, cache)
            })
        }
        "cached" => parse_cached(&target.value, cache),
        "new_since" => {
            let snapshot = parse_identifier(&target.value, "a snapshot's name")?;
            Some(Delete::NewSince(snapshot, cache).into())
        }
        _ => {
            let name = parse_dotted_name(&target.value, "`attribute`")?;
            if !name.contains('.') {
                let message = format!("`attribute` needs a dot, not {}", quoted(&name));
                let help =
                    format!("expected `module.name`; the binding is deleted by `delete: {name}`");
                target.value.report(message, help);
                return None;
            }
            Some(Delete::Attribute(name).into())
        }
    }
}

/// Parses `in: original`.
fn parse_in(entries: &Entries<'_>, target: &str) -> Option<Cache> {
    let Some(entry) = entries.get("in") else {
        return Some(Cache::Current);
    };
    if !matches!(entry.value.node, Node::Text(word) if word == "original") {
        let help = "expected `original`; without `in` it is what `sys.modules` is now";
        entry.value.report("`in` names no cache", help);
        return None;
    }
    if target == "attribute" {
        let message = "`in` does not go with `attribute`";
        let help = "it belongs to `cached` and `new_since`";
        entry.key.report(message, help);
        return None;
    }
    Some(Cache::Original)
}

/// Parses the name of a binding, as in `delete: demo`.
fn parse_binding(cursor: &Cursor<'_>) -> Option<Action> {
    if let Node::Text(name) = cursor.node
        && name.contains('.')
        && is_dotted(name)
    {
        let message = format!("a binding has no dots: {}", quoted(name));
        let help = format!("write `delete: {{attribute: {name}}}` or `delete: {{cached: {name}}}`");
        cursor.report(message, help);
        return None;
    }
    let name = parse_identifier(cursor, "a binding")?;
    Some(Delete::Binding(name).into())
}

/// Parses a key of the cache, as in `delete: {cached: demo}`, with `.**` behind it for all below.
fn parse_cached(cursor: &Cursor<'_>, cache: Cache) -> Option<Action> {
    let text = cursor.text("`cached`")?;
    match text.strip_suffix(".**") {
        Some(name) if is_dotted(name) => Some(Delete::Tree(name.to_owned(), cache).into()),
        _ => Some(Delete::Cached(parse_dotted_name(cursor, "`cached`")?, cache).into()),
    }
}

impl Cache {
    /// The Python expression, and the helper that it needs.
    fn python(self) -> (&'static str, &'static str) {
        match self {
            Self::Current => ("sys.modules", "sys"),
            Self::Original => ("original", "original"),
        }
    }
}

impl Operation for Delete {
    fn describe(&self) -> Description {
        let (before, subject, after) = match self {
            Self::Binding(name) => ("", name.clone(), ""),
            Self::Cached(name, _) => ("cached(", name.clone(), ")"),
            Self::Tree(name, _) => ("cached(", format!("{name}.**"), ")"),
            Self::NewSince(snapshot, _) => ("new since ", snapshot.clone(), ""),
            Self::Attribute(name) => ("attribute(", name.clone(), ")"),
        };
        let cache = match self {
            Self::Cached(_, Cache::Original)
            | Self::Tree(_, Cache::Original)
            | Self::NewSince(_, Cache::Original) => " in original",
            _ => "",
        };
        let description = Description::new(KIND.word, subject);
        let mut description = description.followed_by(format!("{after}{cache}"));
        description.before += before;
        description
    }

    fn canonical_form(&self) -> Value {
        let is_original = |cache: &Cache| *cache == Cache::Original;
        let what = match self {
            Self::Binding(name) => json!({"binding": name}),
            Self::Cached(name, cache) | Self::Tree(name, cache) => {
                let tree = matches!(self, Self::Tree(..));
                json!({"cached": name, "tree": tree, "in_original": is_original(cache)})
            }
            Self::NewSince(snapshot, cache) => {
                json!({"new_since": snapshot, "in_original": is_original(cache)})
            }
            Self::Attribute(name) => json!({"attribute": name}),
        };
        json!({"delete": what})
    }

    fn python(&self, _: &dyn Fn(&str) -> String) -> PythonCode {
        match self {
            Self::Binding(name) | Self::Attribute(name) => {
                PythonCode::new(format!("del {name}"), &[])
            }
            Self::Cached(name, cache) => {
                let ((cache, helper), key) = (cache.python(), text_literal(name));
                PythonCode::new(format!("del {cache}[{key}]"), &[helper])
            }
            Self::Tree(name, cache) => {
                let ((cache, helper), key) = (cache.python(), text_literal(name));
                PythonCode::new(format!("drop({cache}, under={key})"), &[helper, "drop"])
            }
            Self::NewSince(snapshot, cache) => {
                let (cache, helper) = cache.python();
                let text = format!("drop({cache}, lacking={snapshot})");
                PythonCode::new(text, &[helper, "drop"])
            }
        }
    }

    fn modules(&self) -> Vec<String> {
        match self {
            Self::Cached(name, _) | Self::Tree(name, _) | Self::Attribute(name) => {
                vec![name.clone()]
            }
            Self::Binding(_) | Self::NewSince(..) => Vec::new(),
        }
    }

    fn check_names(&self, scope: &mut Scope<'_>) {
        match self {
            Self::Binding(name) => {
                scope.use_name(name);
                scope.delete(name);
            }
            Self::Attribute(name) => scope.use_name(name),
            Self::NewSince(snapshot, _) => scope.use_snapshot(snapshot),
            Self::Cached(..) | Self::Tree(..) => {}
        }
    }
}

/// What is deleted.
#[derive(JsonSchema)]
#[schemars(untagged, rename = "Delete")]
#[allow(dead_code, reason = "the schema is its only use")]
enum DeleteValue {
    Binding(Name),
    PerVersion(PerVersion<Name>),
    Other(DeleteOther),
}

/// Anything but a binding; one of `cached`, `new_since` and `attribute`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend(
    "oneOf" = [{"required": ["cached"]}, {"required": ["new_since"]}, {"required": ["attribute"]}],
    "dependentSchemas" = {"attribute": {"not": {"required": ["in"]}}},
))]
#[allow(dead_code, reason = "the schema is its only use")]
struct DeleteOther {
    /// `del sys.modules["demo"]`; `pkg.**` is `pkg` with everything below it.
    cached: Option<Cached>,
    /// Every key of `sys.modules` that this snapshot lacks.
    new_since: Option<Name>,
    /// `del pkg.sub`
    attribute: Option<Attribute>,
    /// `original`: in the dict of the start, not in what `sys.modules` is now.
    r#in: Option<OrKey<In>>,
}

/// A key of the cache, or with `.**` also what is below it.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code, reason = "the schema is its only use")]
enum Cached {
    Name(Tree),
    PerVersion(PerVersion<Tree>),
}

/// The other cache.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[allow(dead_code, reason = "the schema is its only use")]
enum In {
    /// The dict that `sys.modules` was at the start.
    Original,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_and_new_keys_are_dropped_by_a_helper() {
        assert_eq!(
            Delete::Tree("pkg".into(), Cache::Original).python(&str::to_owned),
            PythonCode::new("drop(original, under=\"pkg\")", &["original", "drop"])
        );
        assert_eq!(
            Delete::NewSince("before".into(), Cache::Current)
                .python(&str::to_owned)
                .text,
            "drop(sys.modules, lacking=before)"
        );
    }
}
