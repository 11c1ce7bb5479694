//! The language as a JSON Schema, for editors: the form of the file, by types that serve nothing else.
//!
//! The parser stays the judge. It knows what a schema cannot say (whether a name is bound, a fact watched, a `${key}` in
//! the matrix), so the schema refuses nothing that the parser takes, and tests hold the words of both to be the same. (One
//! thing it does refuse: to expect the binding of a module that is called `xfail`, a word of expectations.)

// The types are read by the derive alone; no value of them is ever made.
#![allow(dead_code, reason = "the schema is their only use")]

pub(super) mod conditions;
pub(super) mod expect;
mod file;
#[cfg(test)]
mod tests;
pub(super) mod words;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, json_schema};
use serde_json::{Map, Value};

/// Where the schema is published, with the documentation.
const ID: &str = "https://OWNER.github.io/modswap/docs/scenario.schema.json";

/// The JSON Schema of format 1, as [SchemaStore](https://www.schemastore.org) takes it: of draft 7, which every editor knows, and
/// without references to anything elsewhere.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft07().with_transform(Tidy);
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<file::Scenario>();
    schema.insert("$id".to_owned(), ID.into());
    schema.insert("title".to_owned(), "modswap scenario, format 1".into());
    // What it is stands first.
    let mut first = Map::new();
    for key in ["$schema", "$id", "title", "description"] {
        first.extend(schema.remove(key).map(|value| (key.to_owned(), value)));
    }
    if let Value::Object(rest) = schema.to_value() {
        first.extend(rest);
    }
    Value::Object(first)
}

/// The schema of a property that may be left out.
pub(super) fn optional<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<Option<T>>()
}

/// What the derive cannot know: a key is there or it is not, so an `Option` does not mean that it may be there with
/// nothing behind it; and comments are broken into lines for this file only.
#[derive(Clone, Debug)]
struct Tidy;

impl Transform for Tidy {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = text.replace("\n\n", "\u{0}").replace('\n', " ");
            *text = text.replace('\u{0}', "\n\n");
        }
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            for property in properties.values_mut() {
                if let Ok(property) = property.try_into() {
                    without_null(property);
                }
            }
        }
        // Draft 7 has one word for both.
        for word in ["dependentRequired", "dependentSchemas"] {
            if let Some(Value::Object(moved)) = schema.remove(word) {
                let dependencies = schema.ensure_object().entry("dependencies");
                let dependencies = dependencies.or_insert_with(|| Map::new().into());
                dependencies
                    .as_object_mut()
                    .expect("an object")
                    .extend(moved);
            }
        }
        transform_subschemas(self, schema);
    }
}

/// Takes back what the derive makes of `Option<T>`.
fn without_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    let null = json_schema!({"type": "null"});
    if let Some(Value::Array(forms)) = schema.get("anyOf")
        && let [Value::Object(form), other] = &forms[..]
        && other == null.as_value()
    {
        let form = form.clone();
        schema.remove("anyOf");
        for (key, value) in form {
            // A description beside the property itself comes first.
            if schema.get(&key).is_none() {
                schema.insert(key, value);
            }
        }
    }
}
