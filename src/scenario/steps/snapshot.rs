//! `snapshot: before` — a copy of `sys.modules` under a name.

use super::{Operation, PythonCode, StepKind};
use crate::scenario::identifiers::{parse_identifier, refuse_reserved};
use crate::scenario::schema::words::Name;
use crate::scenario::scope::Scope;

/// `before = sys.modules.copy()`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The name it is bound to.
    pub name: String,
}

pub(super) static KIND: StepKind = StepKind::new::<Name>(
    "snapshot",
    "`before = sys.modules.copy()`, under this name.",
    |value| {
        let name = parse_identifier(value.cursor, "a snapshot's name")?;
        refuse_reserved(&name, value.cursor, "choose another name")?;
        if name == "sys" {
            let message = "the name `sys` is reserved: the step itself uses it";
            value.cursor.report(message, "choose another name");
            return None;
        }
        Some(Snapshot { name }.into())
    },
);

impl Operation for Snapshot {
    fn subject(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn python(&self, _: &dyn Fn(&str) -> String) -> PythonCode {
        PythonCode::new(format!("{} = sys.modules.copy()", self.name), &["sys"])
    }

    fn check_names(&self, scope: &mut Scope<'_>) {
        scope.bind(&self.name, true);
    }
}
