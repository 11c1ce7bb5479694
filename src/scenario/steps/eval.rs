//! `eval: expression` — its value becomes the fact `value`.

use super::description::join_lines;
use super::{Description, Operation, PythonCode, StepKind};
use crate::scenario::schema::words::Text;

/// An expression whose value, in the notation of facts, becomes the fact `value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eval {
    /// The Python text.
    pub expression: String,
}

pub(super) static KIND: StepKind = StepKind::new::<Text>(
    "eval",
    "A Python expression, whose value becomes the fact `value`.",
    |value| {
        let expression = value.cursor.text("`eval`")?.to_owned();
        Some(Eval { expression }.into())
    },
);

impl Operation for Eval {
    fn subject(&self) -> Option<&str> {
        Some(&self.expression)
    }

    fn describe(&self) -> Description {
        Description::new(KIND.word, join_lines(&self.expression))
    }

    fn python(&self, _: &dyn Fn(&str) -> String) -> PythonCode {
        PythonCode::new(self.expression.trim(), &[])
    }

    fn python_texts(&self) -> Vec<&str> {
        vec![&self.expression]
    }
}
