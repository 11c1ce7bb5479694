//! The schema of a step, from the registry.

use std::borrow::Cow;

use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema, json_schema};
use serde_json::{Map, Value, json};

use super::STEP_KINDS;
use crate::scenario::schema::conditions::Xfail;
use crate::scenario::schema::expect::Expect;
use crate::scenario::schema::optional;
use crate::scenario::schema::words::{Spec, Text};

/// A step: one action, and what may stand beside it.
pub(in crate::scenario) struct Step;

type Property = (
    &'static str,
    &'static str,
    fn(&mut SchemaGenerator) -> Schema,
);

/// Keys that may stand beside every action: the word, what editors show, and the schema of the value.
pub(super) const COMMON_KEYS: [Property; 4] = [
    (
        "when",
        "Only on these Pythons, quoted: `\">=3.4\"`. Elsewhere the step is not run.",
        optional::<Spec>,
    ),
    (
        "expect",
        "Facts that must hold after the step.",
        optional::<Expect>,
    ),
    (
        "xfail",
        "A known violation of what this step expects, with the issue that reports it.",
        optional::<Xfail>,
    ),
    ("note", "A remark for readers.", optional::<Text>),
];

impl JsonSchema for Step {
    fn schema_name() -> Cow<'static, str> {
        "Step".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let actions = STEP_KINDS
            .iter()
            .map(|kind| (kind.word, kind.doc, kind.schema));
        let modifiers = STEP_KINDS.iter().flat_map(|kind| kind.modifiers);
        let modifiers = modifiers.map(|modifier| (modifier.word, modifier.doc, modifier.schema));
        let mut properties = Map::new();
        for (word, doc, make) in actions.chain(modifiers).chain(COMMON_KEYS) {
            let mut property = make(generator);
            property.insert("description".to_owned(), doc.into());
            properties.insert(word.to_owned(), property.to_value());
        }
        let mut schema = json_schema!({
            "type": "object",
            "additionalProperties": false,
            "properties": properties,
            "description": "One action, and what may stand beside it.",
        });
        let actions = STEP_KINDS.iter();
        let actions = actions.map(|kind| json!({"required": [kind.word]}));
        schema.insert("oneOf".to_owned(), actions.collect());
        schema.insert("dependentRequired".to_owned(), needed_keys());
        for kind in STEP_KINDS {
            (kind.add_rules)(&mut schema);
        }
        schema
    }
}

/// What a key needs beside it: a modifier its action, `xfail` an expectation.
fn needed_keys() -> Value {
    let modifiers = STEP_KINDS.iter().flat_map(|kind| {
        let modifiers = kind.modifiers.iter();
        modifiers.map(|modifier| (modifier.word.to_owned(), json!([kind.word])))
    });
    let xfail = ("xfail".to_owned(), json!(["expect"]));
    modifiers.chain([xfail]).collect()
}
