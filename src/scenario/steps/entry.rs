//! `interpreter: {entry: -m pkg.name}` — a module that runs as `__main__` before the first step. No file writes it as a step.

use super::{Description, Operation, PythonCode};
use crate::literal::text_literal;
use crate::scenario::scope::Scope;

/// A module that runs as `__main__`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its dotted name.
    pub module: String,
}

impl Operation for Entry {
    fn subject(&self) -> Option<&str> {
        Some(&self.module)
    }

    fn describe(&self) -> Description {
        Description::new("entry", format!("-m {}", self.module))
    }

    fn python(&self, _: &dyn Fn(&str) -> String) -> PythonCode {
        // What `python -m` does once the interpreter is up: pymain_run_module() in C.
        let text = format!(
            "__import__(\"sys\").argv[0] = \"-m\"\n__import__(\"runpy\")._run_module_as_main({})",
            text_literal(&self.module)
        );
        PythonCode::new(text, &[])
    }

    fn check_names(&self, scope: &mut Scope<'_>) {
        // The steps go on in the namespace of the module that ran.
        let main = format!("{}.__main__", self.module);
        scope.mention_modules(|name| name == self.module || name == main);
    }
}
