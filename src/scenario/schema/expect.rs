//! `expect`: facts and the values they must have.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema, json_schema};
use serde_json::{Value, json};

use super::conditions::Xfail;
use super::optional;
use super::words::{self, OneOrMore, OrCondition, Scalar, Spec, TextOrNone};
use crate::trace::facts::{BINDING_FACT, FIXED_FACTS, FactForm, NAME_FACTS, RESOLVE_FACT};

/// Facts that must hold, or a list of such maps for different Pythons and variants; all that apply must hold.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(crate) enum Expect {
    One(Box<Expectation>),
    Several(#[schemars(length(min = 1))] Vec<Expectation>),
}

/// Facts and their values, where `python` and `matrix` apply.
pub(crate) struct Expectation;

// Keys of an expectation that are not facts: where it applies, and whether it is known to be violated. (A doc comment would be in the
// schema.)
#[derive(JsonSchema)]
struct Filters {
    /// Only on these Pythons, quoted: `">=3.6,<3.12"`, `"2.7"`, `"free-threaded"`.
    python: Option<Spec>,
    /// Only in variants with these values: `{via: c_api}`, `{via: [c_api, statement]}`.
    matrix: Option<BTreeMap<String, OneOrMore<Scalar>>>,
    /// A known violation, with the issue that reports it.
    xfail: Option<Xfail>,
    /// The type of the exception that ends the step; short for `outcome`.
    raises: Option<OrCondition<TextOrNone>>,
}

impl JsonSchema for Expectation {
    fn schema_name() -> Cow<'static, str> {
        "Expectation".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Filters::json_schema(generator);
        let facts = FIXED_FACTS.iter().map(|fact| {
            let mut property = match fact.form {
                FactForm::Text => optional::<OrCondition<TextOrNone>>(generator),
                FactForm::List => optional::<OrCondition<Vec<TextOrNone>>>(generator),
                FactForm::Value => optional::<Value>(generator),
            };
            property.insert("description".to_owned(), fact.doc.into());
            (fact.name.to_owned(), property.to_value())
        });
        let facts: Vec<_> = facts.collect();
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.extend(facts);
        }
        let binding = generator.subschema_for::<Binding>();
        schema.insert("additionalProperties".to_owned(), binding.to_value());
        let text = "Facts and their values, where `python` and `matrix` apply.";
        schema.insert("description".to_owned(), text.into());
        add_facts_about_names(&mut schema);
        schema
    }
}

/// The value of a binding.
struct Binding;

impl JsonSchema for Binding {
    fn schema_name() -> Cow<'static, str> {
        "Binding".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"description": BINDING_FACT.doc})
    }
}

/// Words of an expectation that are not facts.
const FILTERS: [&str; 3] = ["python", "matrix", "xfail"];

/// Adds `cached(pkg.sub)` and its like, what else a fact may be called, and that there must be one.
fn add_facts_about_names(schema: &mut Schema) {
    let patterns = NAME_FACTS.iter().chain([&RESOLVE_FACT]).map(|fact| {
        let pattern = format!(r"^{}\(", fact.name);
        (pattern, json!({"description": fact.doc}))
    });
    schema.insert("patternProperties".to_owned(), patterns.collect());
    let names = json_schema!({
        "pattern": words::fact_name(),
        "patternErrorMessage": "expected a fact, such as `outcome`, `demo` or `cached(pkg.sub)`",
    });
    schema.insert("propertyNames".to_owned(), names.to_value());
    let nothing_but_filters = json!({"propertyNames": {"enum": FILTERS}});
    schema.insert("not".to_owned(), nothing_but_filters);
}
