//! Subjects of steps by version: `import: {"<3": cPickle, ">=3": pickle}`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::{Value, json};

use super::{Action, Description, Operation, PythonCode};
use crate::python::specifier::VersionSpec;
use crate::python::version::InterpreterKey;
use crate::scenario::schema::words;
use crate::scenario::scope::Scope;
use crate::scenario::version_specs::{parse_spec, refuse_unquoted_version};
use crate::yaml::cursor::Cursor;
use crate::yaml::node::Node;

/// Actions of one kind that differ in what they are about (a text, a module, a binding): the first whose specifier fits counts;
/// where none does, the step is not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByVersion {
    /// Never empty.
    pub alternatives: Vec<(VersionSpec, Action)>,
}

impl ByVersion {
    /// The action on an interpreter, if one is meant for it.
    pub(super) fn on(&self, key: &InterpreterKey) -> Option<&Action> {
        let mut alternatives = self.alternatives.iter();
        alternatives.find_map(|(spec, action)| spec.matches(key).then_some(action))
    }

    /// The actions of all versions.
    pub(super) fn actions(&self) -> impl Iterator<Item = &Action> {
        self.alternatives.iter().map(|(_, action)| action)
    }

    fn operations(&self) -> impl Iterator<Item = &dyn Operation> {
        self.actions().map(Action::operation)
    }
}

/// True if a map whose keys may be words has a version among them.
pub(super) fn has_version_keys(cursor: &Cursor<'_>) -> bool {
    let Node::Map(entries) = cursor.node else {
        return false;
    };
    entries.iter().any(|(key, _)| match key {
        Node::Text(text) => text.parse::<VersionSpec>().is_ok(),
        key => matches!(key, Node::Int(_) | Node::Float(_)),
    })
}

/// Parses the map behind `word`; `parse` makes an action of what stands behind a specifier.
pub(super) fn parse_by_version(
    cursor: &Cursor<'_>,
    word: &str,
    parse: &dyn Fn(&Cursor<'_>) -> Option<Action>,
) -> Option<Action> {
    if refuse_unquoted_version(cursor) {
        return None;
    }
    let entries = cursor.entries(&format!("`{word}`"))?;
    if entries.is_empty() {
        let help = if word == "run" {
            "expected a text, or a text per version as in `run: {\"<3\": …, \">=3\": …}`".to_owned()
        } else {
            format!(
                "expected a name, or a name per version as in `{word}: {{\"<3\": cPickle, \">=3\": pickle}}`"
            )
        };
        cursor.report(format!("`{word}` is empty"), help);
        return None;
    }
    let alternatives: Vec<_> = entries
        .iter()
        .map(|entry| {
            let spec = parse_spec(&entry.key);
            let action = parse(&entry.value);
            Some((spec?, action?))
        })
        .collect();
    let alternatives = alternatives.into_iter().collect::<Option<_>>()?;
    Some(ByVersion { alternatives }.into())
}

impl Operation for ByVersion {
    fn describe(&self) -> Description {
        let mut parts = self
            .alternatives
            .iter()
            .map(|(spec, action)| (spec, action.operation().describe()));
        let (spec, mut all) = parts.next().expect("never empty");
        all.subject = format!("{} ({spec})", all.subject);
        for (spec, part) in parts {
            all.subject = format!("{} / {} ({spec})", all.subject, part.subject);
            all.after = part.after;
        }
        all
    }

    fn canonical_form(&self) -> Value {
        let forms = self.alternatives.iter();
        let forms = forms
            .map(|(spec, action)| json!([spec.to_string(), action.operation().canonical_form()]));
        json!({"by_version": forms.collect::<Vec<_>>()})
    }

    fn python(&self, _: &dyn Fn(&str) -> String) -> PythonCode {
        unreachable!("`Action::on` gives the action of a version")
    }

    fn python_texts(&self) -> Vec<&str> {
        self.operations()
            .flat_map(Operation::python_texts)
            .collect()
    }

    /// One for all versions.
    fn bound_name(&self) -> Option<&str> {
        self.operations().next()?.bound_name()
    }

    fn check_names(&self, scope: &mut Scope<'_>) {
        for operation in self.operations() {
            operation.check_names(scope);
        }
    }
}

/// Specifier: what it is about there. The first that fits counts; where none does, the step is not run.
#[derive(JsonSchema)]
#[schemars(extend("minProperties" = 1, "propertyNames" = {
    "pattern": format!("^{}$", words::spec()),
    "patternErrorMessage": "expected something like \"<3\" or \">=3.6,<3.12\"",
}))]
#[allow(dead_code, reason = "the schema is its only use")]
pub(super) struct PerVersion<T>(BTreeMap<String, T>);
