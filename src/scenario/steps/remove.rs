//! `remove: demo.py` — a file or folder of the private folder goes.

use super::write::parse_path;
use super::{Operation, PythonCode, StepKind};
use crate::literal::text_literal;
use crate::scenario::schema::words::File;

/// A file or folder of the private folder, gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remove {
    /// Its path below that folder, with `/`.
    pub file: String,
}

pub(super) static KIND: StepKind = StepKind {
    helpers: &["remove_file"],
    ..StepKind::new::<File>(
        "remove",
        "Removes a file or a folder from the fixture modules.",
        |value| {
            let file = parse_path(value.cursor, "`remove`")?;
            Some(Remove { file }.into())
        },
    )
};

impl Operation for Remove {
    fn subject(&self) -> Option<&str> {
        Some(&self.file)
    }

    fn python(&self, _: &dyn Fn(&str) -> String) -> PythonCode {
        let text = format!("remove_file({})", text_literal(&self.file));
        PythonCode::new(text, KIND.helpers)
    }
}
