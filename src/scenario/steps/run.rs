//! `run: statements` — raw Python, or one text per version.

use schemars::JsonSchema;

use super::by_version::{PerVersion, parse_by_version};
use super::description::join_lines;
use super::{Action, Description, Operation, PythonCode, StepKind};
use crate::scenario::schema::words::Text;
use crate::scenario::scope::Scope;
use crate::yaml::cursor::Cursor;
use crate::yaml::node::Node;

/// Raw Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The Python text.
    pub statements: String,
}

pub(super) static KIND: StepKind = StepKind::new::<RunValue>(
    "run",
    "Python statements, as they are; or such a text per version: `{\"<3\": …, \">=3\": …}`, the first that fits.",
    |value| match value.cursor.node {
        Node::Map(_) => parse_by_version(value.cursor, "run", &parse_text),
        _ => parse_text(value.cursor),
    },
);

fn parse_text(cursor: &Cursor<'_>) -> Option<Action> {
    let statements = cursor.text("`run`")?.to_owned();
    Some(Run { statements }.into())
}

impl Operation for Run {
    fn subject(&self) -> Option<&str> {
        Some(&self.statements)
    }

    fn describe(&self) -> Description {
        Description::new(KIND.word, join_lines(&self.statements))
    }

    fn python(&self, _: &dyn Fn(&str) -> String) -> PythonCode {
        PythonCode::new(self.statements.trim_end(), &[])
    }

    fn python_texts(&self) -> Vec<&str> {
        vec![&self.statements]
    }

    fn check_names(&self, scope: &mut Scope<'_>) {
        scope.mention_words_of(&self.statements);
        if self.statements.contains("import *") {
            // Binds what the module has, whichever module it is.
            scope.mention_modules(|_| true);
        }
    }
}

/// Raw Python.
#[derive(JsonSchema)]
#[schemars(untagged, rename = "Run")]
#[allow(dead_code, reason = "the schema is its only use")]
enum RunValue {
    Text(Text),
    PerVersion(PerVersion<Text>),
}
