//! `expect`: facts and the values they must have.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, json_schema};
use serde_json::{Value, json};

use super::conditions::Known;
use super::words::{self, OneOrMore, OrCondition, Scalar, Spec, TextOrNone};

/// Facts that must hold, or a list of such maps for different Pythons and variants; all that apply must hold.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(in crate::scenario) enum Expect {
    One(Box<Expectation>),
    Several(#[schemars(length(min = 1))] Vec<Expectation>),
}

/// Facts and their values, where `python` and `matrix` apply.
#[derive(JsonSchema)]
#[schemars(transform = facts_about_names)]
pub(in crate::scenario) struct Expectation {
    /// Only on these Pythons, quoted: `">=3.6,<3.12"`, `"2.7"`, `"free-threaded"`.
    python: Option<Spec>,
    /// Only in variants with these values: `{via: c_api}`, `{via: [c_api, statement]}`.
    matrix: Option<BTreeMap<String, OneOrMore<Scalar>>>,
    /// It is violated somewhere, and known to be.
    known: Option<Known>,
    /// The type of the exception that ends the step; short for `outcome`.
    raises: Option<OrCondition<TextOrNone>>,
    /// `ok`, or the type of the exception (`KeyError`).
    outcome: Option<OrCondition<TextOrNone>>,
    /// The message of the exception. Compared only where an expectation asks.
    message: Option<OrCondition<TextOrNone>>,
    /// The fixture modules whose bodies ran in this step, in order, each by the name that it ran under: `[demo, __main__]`, `[]`.
    ran: Option<OrCondition<Vec<TextOrNone>>>,
    /// What `eval` gave: a text as it is, or in Python's quotes where it would read as something else (`"'None'"`); a number, a list, a
    /// dict; `<…>` or `name(…)` for other objects. Or a condition: `one_of`, `not`, `contains`, `matches`, `equals`.
    value: Option<Value>,
    /// What `sys.modules` is: `original`, a snapshot's name, `cache#2`, `missing`, or a value.
    cache: Option<Value>,
    /// Labels of objects that were freed in this step: `[demo#1]`, `[]`.
    died: Option<OrCondition<Vec<TextOrNone>>>,
    /// Categories of the warnings in this step: `[ImportWarning]`, `[]`.
    warned: Option<OrCondition<Vec<TextOrNone>>>,
    /// Category and text of the warnings in this step: `["UserWarning: careful"]`. Compared only where an expectation asks.
    warning_messages: Option<OrCondition<Vec<TextOrNone>>>,
    /// With a spy as `sys.modules`: what the import system did with it, in order: `[get demo, __setitem__ demo]`.
    lookups: Option<OrCondition<Vec<TextOrNone>>>,
    /// How the process ended: `exit 0`, `exit 3`, `signal SIGSEGV` or `timeout`.
    end: Option<OrCondition<TextOrNone>>,
    /// What the case wrote to standard output until its process was gone, without the newlines at its end. In the last step.
    stdout: Option<OrCondition<TextOrNone>>,
    /// What the case wrote to standard error, likewise.
    stderr: Option<OrCondition<TextOrNone>>,
    #[schemars(flatten)]
    bindings: BTreeMap<String, Binding>,
}

/// What a name is bound to: a label (`demo#1`), `unbound`, `None`, or a value as in `value`.
#[derive(JsonSchema)]
struct Binding(Value);

/// Words of an expectation that are not facts.
const FILTERS: [&str; 3] = ["python", "matrix", "known"];

/// `cached(pkg.sub)` and its like, what else a fact may be called, and that there must be one.
fn facts_about_names(schema: &mut Schema) {
    let kinds = [
        (
            r"^cached\(",
            "What `sys.modules` holds under this key: a label (`demo#1`), `absent`, `None`, or a value; \
             `unreadable` where it is no dict.",
        ),
        (
            r"^original\(",
            "What the dict that was `sys.modules` at the start holds under this key, which C code reads: a label, \
             `absent`, `None`, or a value.",
        ),
        (
            r"^attribute\(",
            "What the parent module has under this name: a label, `absent`, or a value.",
        ),
        (
            r"^resolve\(",
            "What this spelling of `resolve` gave: a label, `absent`, a value (a text in quotes), or the type of the exception. \
             Spellings are `attribute`, `cached`, `import_as`, `from`, `import_module` and `__import__`.",
        ),
    ];
    let patterns = kinds.map(|(pattern, description)| {
        let fact = json!({"description": description});
        (pattern.to_owned(), fact)
    });
    schema.insert("patternProperties".to_owned(), Value::from_iter(patterns));
    let names = json_schema!({
        "pattern": words::fact_name(),
        "patternErrorMessage": "expected a fact, such as `outcome`, `demo` or `cached(pkg.sub)`",
    });
    schema.insert("propertyNames".to_owned(), names.to_value());
    let nothing_but_filters = json!({"propertyNames": {"enum": FILTERS}});
    schema.insert("not".to_owned(), nothing_but_filters);
}
