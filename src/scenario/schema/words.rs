//! Texts of a certain form. In each of them a `${key}` of the matrix may stand for a part or for the whole.
//!
//! `patternErrorMessage` is what the language servers of VS Code say instead of showing the pattern.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::trace::fact::FactName;

/// A `${key}` in a pattern.
const KEY: &str = r"\$\{[^}]+\}";
/// The first character of a Python name, and any other one: what is not ASCII may be a letter.
const FIRST: &str = r"[^\x00-@\[-^`{-\x7f]";
const REST: &str = r"[^\x00-/:-@\[-^`{-\x7f]";

fn name() -> String {
    format!("(?:{FIRST}|{KEY})(?:{REST}|{KEY})*")
}

fn dotted() -> String {
    let name = name();
    format!(r"{name}(?:\.{name})*")
}

/// The names that fixture modules have.
pub(crate) fn module_name() -> String {
    format!("^{}/?$", dotted())
}

/// The names that facts have: `demo`, `cached(pkg.sub)`, `resolve(import_as)`.
pub(crate) fn fact_name() -> String {
    let (name, dotted) = (name(), dotted());
    let (kinds, spellings) = (FactName::OF_A_NAME.join("|"), FactName::RESOLVE.join("|"));
    format!(r"^(?:{name}|(?:{kinds})\({dotted}\)|resolve\((?:{spellings}|{KEY})\))$")
}

/// Text that says something.
#[derive(JsonSchema)]
#[schemars(extend("patternErrorMessage" = "there is nothing in this text"))]
pub(crate) struct Text(#[schemars(regex(pattern = r"\S"))] String);

/// A Python name.
#[derive(JsonSchema)]
#[schemars(extend("patternErrorMessage" = "expected a Python name: letters, digits and `_`, no dots"))]
pub(crate) struct Name(#[schemars(regex(pattern = format!("^{}$", name())))] String);

/// Python names joined by dots.
#[derive(JsonSchema)]
#[schemars(extend("patternErrorMessage" = "expected identifiers joined by dots, such as `pkg.sub`"))]
pub(crate) struct Dotted(#[schemars(regex(pattern = format!("^{}$", dotted())))] String);

/// A dotted name that has a dot.
#[derive(JsonSchema)]
#[schemars(extend("patternErrorMessage" = "expected `module.name`"))]
pub(crate) struct Attribute(#[schemars(regex(pattern = attribute()))] String);

fn attribute() -> String {
    format!(
        r"^(?:{name}\.{dotted}|{KEY})$",
        name = name(),
        dotted = dotted()
    )
}

/// A dotted name, or one with `.**` behind it for everything below as well.
#[derive(JsonSchema)]
#[schemars(extend("patternErrorMessage" = "expected a dotted name such as `pkg.sub`, or `pkg.**`"))]
pub(crate) struct Tree(#[schemars(regex(pattern = format!(r"^{}(?:\.\*\*)?$", dotted())))] String);

/// Versions and builds of Python, quoted: PEP 440 specifiers, bare versions, `free-threaded`, `debug`, `not debug`;
/// parts joined by commas must all hold.
#[derive(JsonSchema)]
#[schemars(extend("patternErrorMessage" =
    "expected something like \">=3.6,<3.12\", \"2.7\", \"free-threaded\" or \"debug\""))]
pub(crate) struct Spec(#[schemars(regex(pattern = format!("^{}$", spec())))] String);

/// A version specifier in a pattern.
pub(crate) fn spec() -> String {
    let version = format!(r"(?:===?|~=|!=|<=?|>=?)?\s*(?:v?\d|{KEY})(?:[\w.*+!-]|{KEY})*");
    let part = format!(r"\s*(?:(?:not )?(?:free-threaded|debug)|{version})\s*");
    format!("{part}(?:,{part})*")
}

/// Builds: `free-threaded`, `debug`, and `not` before them.
#[derive(JsonSchema)]
#[schemars(extend("patternErrorMessage" = "expected `free-threaded`, `debug`, or `not` and one of them"))]
pub(crate) struct Builds(#[schemars(regex(pattern = builds()))] String);

fn builds() -> String {
    let part = format!(r"\s*(?:(?:not )?(?:free-threaded|debug)|{KEY})\s*");
    format!("^{part}(?:,{part})*$")
}

/// A package as pip takes it: a requirement (PEP 508), or a path that begins with `.`, `/` or `~/`.
#[derive(JsonSchema)]
#[schemars(extend("patternErrorMessage" = "expected something like `numpy`, `numpy>=1.16,<3` or, for a project of one's own, `.`"))]
pub(crate) struct Package(#[schemars(regex(pattern = package()))] String);

fn package() -> String {
    let name = format!("(?:[A-Za-z0-9]|{KEY})(?:[A-Za-z0-9._-]|{KEY})*");
    format!(r"^\s*(?:{name}\s*(?:[\[<>=!~;@(].*)?|\.\.?(?:/.*)?|(?:~)?/.*)$")
}

/// `-m` and the name of a module.
#[derive(JsonSchema)]
#[schemars(extend("patternErrorMessage" = "expected `-m` and the name of a module, as in `-m pkg.foo`"))]
pub(crate) struct Entry(
    #[schemars(regex(pattern = format!(r"^(?:-m\s+{}\s*|{KEY})$", dotted())))] String,
);

/// A path below the folder of the fixture modules, with `/`.
#[derive(JsonSchema)]
#[schemars(extend("patternErrorMessage" = "expected something like `demo.py` or `pkg/sub.py`"))]
pub(crate) struct File(#[schemars(regex(pattern = r"^[^/\\:]+(?:/[^/\\:]+)*$"))] String);

/// A whole number and a unit: `500ms`, `10s` or `1m`.
#[derive(JsonSchema)]
#[schemars(extend("patternErrorMessage" =
    "expected a whole number and a unit: `500ms`, `10s` or `1m`"))]
pub(crate) struct Duration(
    #[schemars(regex(pattern = format!(r"^(?:\d+(?:ms|s|m)|.*{KEY}.*)$")))] String,
);

/// `${key}`: a value of the matrix, with the type it has there.
#[derive(JsonSchema)]
pub(crate) struct Key(#[schemars(regex(pattern = format!("^{KEY}$")))] String);

// The next two have no doc comments: the description is that of the property.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub(crate) enum OrKey<T> {
    Value(T),
    Key(Key),
}

#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub(crate) enum OneOrMore<T> {
    One(T),
    More(#[schemars(length(min = 1))] Vec<T>),
}

#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub(crate) enum OrCondition<T> {
    Value(T),
    Condition(Condition),
}

/// A type by the schema it stands for. None is inline, because what a property is by itself may not be `null`.
macro_rules! plain {
    ($type:ident, $($schema:tt)*) => {
        pub(crate) struct $type(String);

        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($($schema)*)
            }
        }
    };
}

// What a fact must be, where that is not one value.
plain!(Condition, {
    "type": "object",
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": false,
    "properties": {
        "one_of": {"type": "array", "minItems": 1, "description": "One of these: values, or conditions."},
        "not": {"description": "Anything but this value, or what this condition says."},
        "contains": {"description": "Has it in the sense of Python's `in`: a text that part, a list that item, a dict that key."},
        "matches": {"type": "string", "description": "A text, some part of which this regular expression fits."},
        "equals": {"description": "This value: a dict that would read as a condition."},
    },
});
plain!(True, {"const": true});
plain!(Scalar, {"type": ["string", "number", "boolean", "null"]});
plain!(Seconds, {"type": "integer", "minimum": 0, "maximum": u32::MAX});
plain!(TextOrNone, {"type": ["string", "null"]});
plain!(Nothing, {"type": ["string", "null"], "pattern": r"^\s*$"});
