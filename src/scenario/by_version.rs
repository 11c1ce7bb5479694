//! What an action is about, by version: `import: {"<3": cPickle, ">=3": pickle}`.

use super::conditions::{python, unquoted_version};
use super::model::Action;
use crate::python::specifier::VersionSpec;
use crate::yaml::cursor::{At, Log};
use crate::yaml::node::Node;

/// Whether a map whose keys may be words has a version among them.
pub(super) fn is_meant(at: &At<'_>) -> bool {
    let Node::Map(entries) = at.node else {
        return false;
    };
    entries.iter().any(|(key, _)| match key {
        Node::Text(text) => text.parse::<VersionSpec>().is_ok(),
        key => matches!(key, Node::Int(_) | Node::Float(_)),
    })
}

/// Reads the map behind `word`; `read` makes an action of what stands behind a specifier.
pub(super) fn read(
    at: &At<'_>,
    word: &str,
    log: &mut Log<'_>,
    read: &dyn Fn(&At<'_>, &mut Log<'_>) -> Option<Action>,
) -> Option<Action> {
    if unquoted_version(at, log) {
        return None;
    }
    let entries = at.entries(&format!("`{word}`"), log)?;
    if entries.is_empty() {
        let expected = match word {
            "run" => {
                "a text, or a text per version as in `run: {\"<3\": …, \">=3\": …}`".to_owned()
            }
            _ => format!(
                "a name, or a name per version as in `{word}: {{\"<3\": cPickle, \">=3\": pickle}}`"
            ),
        };
        let help = format!("expected {expected}");
        log.say(&at.path, format!("`{word}` is empty"), help);
        return None;
    }
    let actions: Vec<_> = entries
        .iter()
        .map(|entry| {
            let spec = python(&entry.key, log);
            let action = read(&entry.value, log);
            Some((spec?, action?))
        })
        .collect();
    let actions: Option<Vec<_>> = actions.into_iter().collect();
    actions.map(Action::PerVersion)
}
