//! `swap: before`, `swap: {to: spy}` — `sys.modules` is rebound.

use schemars::JsonSchema;
use serde_json::{Value, json};

use super::description::join_lines;
use super::{Action, Description, Operation, PythonCode, StepKind, StepValue};
use crate::scenario::identifiers::{is_dotted, is_keyword, parse_identifier};
use crate::scenario::schema::words::{Name, Scalar};
use crate::scenario::scope::Scope;
use crate::yaml::cursor::Cursor;
use crate::yaml::node::Node;
use crate::yaml::suggest::{did_you_mean, quoted};

/// The value that `sys.modules` is rebound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Swap {
    /// A snapshot, by name.
    Snapshot(String),
    /// A value that has a word of its own.
    Word(SwapWord),
    /// A Python expression, evaluated in the namespace of the steps.
    Expression(String),
}

/// What has a word of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum SwapWord {
    /// `sys.modules.copy()`
    Copy,
    /// `{}`
    Empty,
    /// A new object of a subclass of `dict`, with the same entries.
    Subclass,
    /// The same, which records every operation on it as the fact `lookups`.
    Spy,
    /// The dict that it was at the start.
    Original,
    /// `del sys.modules`
    Missing,
}

/// The words of files, what each stands for, and how it is described; anything else is an expression.
const MEANINGS: [(&str, SwapWord, &str); 6] = [
    ("copy", SwapWord::Copy, "a copy"),
    ("empty", SwapWord::Empty, "an empty dict"),
    ("subclass", SwapWord::Subclass, "a subclass of dict"),
    ("spy", SwapWord::Spy, "a spy"),
    ("original", SwapWord::Original, "the original"),
    ("missing", SwapWord::Missing, "missing"),
];

/// The words of what `sys.modules` may be swapped to.
pub(crate) fn swap_words() -> [&'static str; 6] {
    MEANINGS.map(|(word, ..)| word)
}

pub(crate) const KEYS: &[&str] = &["to"];

pub(super) static KIND: StepKind = StepKind {
    helpers: &["original", "spy"],
    ..StepKind::new::<SwapValue>(
        "swap",
        "`sys.modules = before` for a snapshot's name; or `{to: copy}`, `empty`, `subclass`, `spy`, `original`, `missing`, or \
         a Python expression.",
        parse,
    )
};

fn parse(value: &mut StepValue<'_, '_>) -> Option<Action> {
    let cursor = value.cursor;
    if let Node::Text(_) = cursor.node {
        let name = parse_identifier(cursor, "a snapshot's name")?;
        return Some(Swap::Snapshot(name).into());
    }
    let entries = cursor.entries("`swap`")?;
    let are_known = entries.are_known("`swap`", KEYS);
    let Some(to) = entries.value("to") else {
        if are_known {
            let help = format!(
                "expected a snapshot's name, or `to` with {} or an expression",
                swap_words().map(|word| format!("`{word}`")).join(", ")
            );
            cursor.report("`swap` does not say to what", help);
        }
        return None;
    };
    if let Node::Text(text) = to.node
        && let Some((_, word, _)) = MEANINGS.iter().find(|(word, ..)| word == text)
    {
        return Some(Swap::Word(*word).into());
    }
    let text = parse_expression(to)?;
    if matches!(to.node, Node::Text(_))
        && is_dotted(&text)
        && let Some(help) = did_you_mean(&text, swap_words())
        && !is_keyword(&text)
    {
        // A name alone may be an expression; one letter off, it is a slip.
        to.report(format!("unknown word {}", quoted(&text)), help);
        return None;
    }
    Some(Swap::Expression(text).into())
}

/// Parses a Python expression: text, or a scalar that YAML takes for its own. A list or a map is refused: Python writes them the same
/// way, and they must be quoted.
pub(super) fn parse_expression(cursor: &Cursor<'_>) -> Option<String> {
    if let Node::Text(_) = cursor.node {
        return cursor.text("`to`").map(str::to_owned);
    }
    let text = cursor.node.scalar_text();
    if text.is_none() {
        let kind = cursor.node.kind();
        let message = format!("a Python expression must be text, not {kind}");
        cursor.report(message, "quote it, as in `to: \"[]\"`");
    }
    text
}

impl SwapWord {
    /// Its line of the table.
    fn meaning(self) -> (&'static str, Self, &'static str) {
        let mut meanings = MEANINGS.into_iter();
        let found = meanings.find(|(_, word, _)| *word == self);
        found.expect("each has a line")
    }
}

impl Operation for Swap {
    fn describe(&self) -> Description {
        let to = match self {
            Self::Snapshot(name) => name,
            Self::Word(word) => word.meaning().2,
            Self::Expression(text) => &join_lines(text),
        };
        Description::new(KIND.word, to)
    }

    fn canonical_form(&self) -> Value {
        let to = match self {
            Self::Snapshot(name) => json!({"snapshot": name}),
            Self::Word(word) => json!(word.meaning().0),
            Self::Expression(text) => json!({"expression": text}),
        };
        json!({"swap": to})
    }

    fn python(&self, _: &dyn Fn(&str) -> String) -> PythonCode {
        let (value, helpers): (_, &[_]) = match self {
            Self::Snapshot(name) => (name.as_str(), &["sys"]),
            Self::Expression(text) => (text.trim(), &["sys"]),
            Self::Word(word) => match word {
                SwapWord::Copy => ("sys.modules.copy()", &["sys"]),
                SwapWord::Empty => ("{}", &["sys"]),
                SwapWord::Subclass => ("type(\"Subclass\", (dict,), {})(sys.modules)", &["sys"]),
                SwapWord::Spy => ("spy(sys.modules)", &["sys", "spy"]),
                SwapWord::Original => ("original", &["sys", "original"]),
                SwapWord::Missing => return PythonCode::new("del sys.modules", &["sys"]),
            },
        };
        PythonCode::new(format!("sys.modules = {value}"), helpers)
    }

    fn python_texts(&self) -> Vec<&str> {
        match self {
            Self::Expression(text) => vec![text],
            _ => Vec::new(),
        }
    }

    fn check_names(&self, scope: &mut Scope<'_>) {
        match self {
            Self::Snapshot(name) => scope.use_snapshot(name),
            Self::Expression(text) => scope.use_expression(text),
            Self::Word(_) => {}
        }
    }
}

/// What `sys.modules` is rebound to.
#[derive(JsonSchema)]
#[schemars(untagged, rename = "Swap")]
#[allow(dead_code, reason = "the schema is its only use")]
enum SwapValue {
    Snapshot(Name),
    To(SwapTo),
}

/// Anything but a snapshot.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code, reason = "the schema is its only use")]
struct SwapTo {
    /// What `sys.modules` becomes.
    to: SwapToValue,
}

#[derive(JsonSchema)]
#[schemars(untagged, inline)]
#[allow(dead_code, reason = "the schema is its only use")]
enum SwapToValue {
    Word(SwapWord),
    /// A Python expression, evaluated in the namespace of the steps.
    Expression(Scalar),
}
