//! `reload: demo` — a module runs again in its own namespace.

use super::{Operation, PythonCode, StepKind};
use crate::scenario::identifiers::parse_dotted_name;
use crate::scenario::schema::words::Dotted;
use crate::scenario::scope::Scope;

/// `reload(demo)`, wherever that Python keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reload {
    /// The bound name of the module, dotted for an attribute.
    pub name: String,
}

pub(super) static KIND: StepKind = StepKind {
    helpers: &["reload"],
    ..StepKind::new::<Dotted>(
        "reload",
        "`reload(demo)`, wherever that Python has it.",
        |value| {
            let name = parse_dotted_name(value.cursor, "`reload`")?;
            Some(Reload { name }.into())
        },
    )
};

impl Operation for Reload {
    fn subject(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn python(&self, _: &dyn Fn(&str) -> String) -> PythonCode {
        PythonCode::new(format!("reload({})", self.name), KIND.helpers)
    }

    fn check_names(&self, scope: &mut Scope<'_>) {
        scope.use_name(&self.name);
    }
}
