//! The schema of a step, from the registry.

use std::borrow::Cow;

use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema, json_schema};
use serde_json::{Map, Value, json};

use super::{STEP_KINDS, StepKey};
use crate::scenario::schema::conditions::Xfail;
use crate::scenario::schema::expect::Expect;
use crate::scenario::schema::words::{Spec, Text};

/// A step: one action, and what may stand beside it.
pub(crate) struct Step;

/// Keys that may stand beside every action.
pub(super) static COMMON_KEYS: [StepKey; 4] = [
    StepKey::new::<Spec>(
        "when",
        "Only on these Pythons, quoted: `\">=3.4\"`. Elsewhere the step is not run.",
    ),
    StepKey::new::<Expect>("expect", "Facts that must hold after the step."),
    StepKey::new::<Xfail>(
        "xfail",
        "A known violation of what this step expects, with the issue that reports it.",
    ),
    StepKey::new::<Text>("note", "A remark for readers."),
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
        let keys = modifiers.chain(&COMMON_KEYS);
        let keys = keys.map(|key| (key.word, key.doc, key.schema));
        let mut properties = Map::new();
        for (word, doc, make) in actions.chain(keys) {
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

/// The keys that another key needs beside it: a modifier its action, `xfail` an expectation.
fn needed_keys() -> Value {
    let modifiers = STEP_KINDS.iter().flat_map(|kind| {
        let modifiers = kind.modifiers.iter();
        modifiers.map(|modifier| (modifier.word.to_owned(), json!([kind.word])))
    });
    let xfail = ("xfail".to_owned(), json!(["expect"]));
    modifiers.chain([xfail]).collect()
}
