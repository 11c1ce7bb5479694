//! `resolve: a.b` — every spelling of an import at once.

use super::{Operation, PythonCode, StepKind};
use crate::literal::text_literal;
use crate::scenario::identifiers::parse_dotted_name;
use crate::scenario::schema::words::Dotted;

/// Every spelling of an import of the dotted name, binding nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolve {
    /// The dotted name.
    pub name: String,
}

pub(super) static KIND: StepKind = StepKind {
    helpers: &["resolve"],
    ..StepKind::new::<Dotted>(
        "resolve",
        "Every spelling of an import of `a.b.c` at once, binding nothing. The facts are `resolve(attribute)`, \
         `resolve(cached)`, `resolve(import_as)`, `resolve(from)`, `resolve(import_module)` and `resolve(__import__)`.",
        |value| {
            let name = parse_dotted_name(value.cursor, "`resolve`")?;
            Some(Resolve { name }.into())
        },
    )
};

impl Operation for Resolve {
    fn subject(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn python(&self, _: &dyn Fn(&str) -> String) -> PythonCode {
        PythonCode::new(
            format!("resolve({})", text_literal(&self.name)),
            KIND.helpers,
        )
    }

    fn modules(&self) -> Vec<String> {
        vec![self.name.clone()]
    }
}
