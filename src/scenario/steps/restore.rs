//! `restore: before` — what a snapshot holds becomes what `sys.modules` holds, in place.

use super::{Operation, PythonCode, StepKind};
use crate::scenario::identifiers::parse_identifier;
use crate::scenario::schema::words::Name;
use crate::scenario::scope::Scope;

/// `sys.modules.clear(); sys.modules.update(before)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restore {
    /// The snapshot.
    pub name: String,
}

pub(super) static KIND: StepKind = StepKind::new::<Name>(
    "restore",
    "In place: `sys.modules.clear(); sys.modules.update(before)`, with a snapshot's name.",
    |value| {
        let name = parse_identifier(value.cursor, "a snapshot's name")?;
        Some(Restore { name }.into())
    },
);

impl Operation for Restore {
    fn subject(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn python(&self, _: &dyn Fn(&str) -> String) -> PythonCode {
        let text = format!("sys.modules.clear()\nsys.modules.update({})", self.name);
        PythonCode::new(text, &["sys"])
    }

    fn check_names(&self, scope: &mut Scope<'_>) {
        scope.use_snapshot(&self.name);
    }
}
