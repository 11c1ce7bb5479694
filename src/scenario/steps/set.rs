//! `set: {cached: demo, to: null}` — an entry of `sys.modules` gets a value.

use schemars::JsonSchema;
use serde_json::{Value, json};

use super::description::join_lines;
use super::{Action, Description, Operation, PythonCode, StepKind, StepValue};
use crate::literal::text_literal;
use crate::scenario::identifiers::parse_dotted_name;
use crate::scenario::schema::words::{Dotted, Scalar};
use crate::scenario::scope::Scope;
use crate::yaml::node::Node;

/// `sys.modules["demo"] = …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// The key.
    pub cached: String,
    /// The new value.
    pub to: SetTo,
}

/// The value that a `set` step stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetTo {
    /// `None`: blocks the import.
    None,
    /// A new, empty module object of that name.
    Module,
    /// A Python expression, evaluated in the namespace of the steps; a bound name is the simplest one.
    Expression(String),
}

pub(super) static KIND: StepKind =
    StepKind::new::<SetValue>("set", "`sys.modules[\"demo\"] = …`", parse);

pub(crate) const KEYS: &[&str] = &["cached", "to"];

fn parse(value: &mut StepValue<'_, '_>) -> Option<Action> {
    let entries = value.cursor.entries("`set`")?;
    let are_known = entries.are_known("`set`", KEYS);
    let (Some(cached), Some(to)) = (entries.value("cached"), entries.value("to")) else {
        if are_known {
            let help = "expected `set: {cached: demo, to: null}`; `to` may be `null`, `module` or a Python expression";
            value.cursor.report("`set` needs `cached` and `to`", help);
        }
        return None;
    };
    value.subject.clone_from(&to.path);
    let cached = parse_dotted_name(cached, "`cached`");
    let to = match to.node {
        Node::Null => SetTo::None,
        Node::Text(word) if word == "module" => SetTo::Module,
        _ => SetTo::Expression(super::swap::parse_expression(to)?),
    };
    let cached = cached?;
    Some(Set { cached, to }.into())
}

impl Operation for Set {
    fn describe(&self) -> Description {
        let to = match &self.to {
            SetTo::None => "None",
            SetTo::Module => "a new module",
            SetTo::Expression(text) => &join_lines(text),
        };
        Description::new(KIND.word, format!("cached({}) to {to}", self.cached))
    }

    fn canonical_form(&self) -> Value {
        let to = match &self.to {
            SetTo::None => json!("none"),
            SetTo::Module => json!("module"),
            SetTo::Expression(text) => json!({"expression": text}),
        };
        json!({"set": {"cached": self.cached}, "to": to})
    }

    fn python(&self, _: &dyn Fn(&str) -> String) -> PythonCode {
        let key = text_literal(&self.cached);
        let value = match &self.to {
            SetTo::None => "None",
            SetTo::Module => &format!("type(sys)({key})"),
            SetTo::Expression(text) => text.trim(),
        };
        PythonCode::new(format!("sys.modules[{key}] = {value}"), &["sys"])
    }

    fn modules(&self) -> Vec<String> {
        vec![self.cached.clone()]
    }

    fn python_texts(&self) -> Vec<&str> {
        match &self.to {
            SetTo::Expression(text) => vec![text],
            _ => Vec::new(),
        }
    }

    fn check_names(&self, scope: &mut Scope<'_>) {
        if let SetTo::Expression(text) = &self.to {
            scope.use_expression(text);
        }
    }
}

/// An entry of `sys.modules`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Set")]
#[allow(dead_code, reason = "the schema is its only use")]
struct SetValue {
    /// The key: a module's full name.
    cached: Dotted,
    /// The value: `null` (Python's `None`, which blocks the import), `module`, or a Python expression.
    to: SetToValue,
}

#[derive(JsonSchema)]
#[schemars(untagged, inline)]
#[allow(dead_code, reason = "the schema is its only use")]
enum SetToValue {
    Word(SetWord),
    /// A Python expression, evaluated in the namespace of the steps.
    Expression(Scalar),
}

/// What has a word of its own.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[allow(dead_code, reason = "the schema is its only use")]
enum SetWord {
    /// A new, empty module object of that name.
    Module,
}
