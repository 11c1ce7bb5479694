//! The kinds of steps, one to a file.
//!
//! To add a kind, write `steps/<kind>.rs` with its [`StepKind`] (the word, what editors show, the schema, the parser) and its
//! [`Operation`] (words, digest, names, Python), and name it below: as a module, and in the registry. Parser, JSON Schema,
//! `check`'s suggestions and reserved names follow from there. A helper that its Python needs is a function of
//! `src/harness/recorder/helpers.py`, for what plain Python cannot say, because the text is what people read in `modswap script`.
//! Complaints about it are cases in `scenario/tests/bad.txt`; `tests/integration/schema/` has documents that parser and schema
//! must both take or refuse.

mod by_version;
mod collect;
mod delete;
mod description;
mod entry;
mod eval;
mod import;
mod invalidate_caches;
mod parse;
mod reload;
mod remove;
mod resolve;
mod restore;
mod run;
pub(super) mod schema;
mod set;
mod snapshot;
mod swap;
mod write;

use std::fmt;

use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use super::schema::optional;
use super::scope::Scope;
use crate::python::version::InterpreterKey;
use crate::yaml::cursor::{Cursor, Entries};
use crate::yaml::span::Segment;

pub use delete::Cache;
pub use import::Via;
pub use set::SetTo;
pub use swap::SwapWord;
pub use write::Mtime;

pub(super) use description::Description;
pub(super) use parse::{ParsedStep, parse_step, to_steps};
pub(super) use swap::swap_words;
#[cfg(test)]
pub(super) use {
    delete::KEYS as DELETE_KEYS, parse::step_keys, set::KEYS as SET_KEYS, swap::KEYS as SWAP_KEYS,
    write::KEYS as WRITE_KEYS,
};

/// The registry: the kinds that a file can write, in the order of messages and of the schema, and those that it says otherwise.
macro_rules! step_kinds {
    (
        written: [$($module:ident::$Kind:ident),* $(,)?],
        implied: [$($implied:ident::$Implied:ident = $word:literal),* $(,)?],
    ) => {
        $(pub use $module::$Kind;)*
        $(pub use $implied::$Implied;)*

        /// The action of one step.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is documented where it is defined")]
        pub enum Action {
            $($Kind($Kind),)*
            $($Implied($Implied),)*
        }

        /// The kinds that a file can write.
        pub(super) static STEP_KINDS: &[&StepKind] = &[$(&$module::KIND),*];

        impl Action {
            /// Returns the operation of the step, whatever its kind.
            pub(crate) fn operation(&self) -> &dyn Operation {
                match self {
                    $(Self::$Kind(operation) => operation,)*
                    $(Self::$Implied(operation) => operation,)*
                }
            }
        }

        $(impl From<$Kind> for Action {
            fn from(operation: $Kind) -> Self {
                Self::$Kind(operation)
            }
        }

        impl OfKind for $Kind {
            fn word(&self) -> &'static str {
                $module::KIND.word
            }
        })*

        $(impl From<$Implied> for Action {
            fn from(operation: $Implied) -> Self {
                Self::$Implied(operation)
            }
        }

        impl OfKind for $Implied {
            fn word(&self) -> &'static str {
                $word
            }
        })*
    };
}

step_kinds! {
    written: [
        import::Import,
        resolve::Resolve,
        snapshot::Snapshot,
        swap::Swap,
        restore::Restore,
        delete::Delete,
        set::Set,
        reload::Reload,
        eval::Eval,
        run::Run,
        write::Write,
        remove::Remove,
        invalidate_caches::InvalidateCaches,
        collect::Collect,
    ],
    implied: [entry::Entry = "entry", by_version::ByVersion = "by_version"],
}

/// A kind of step as scenario files have it.
pub(super) struct StepKind {
    /// The key that makes a step one of this kind.
    pub(super) word: &'static str,
    /// The text that editors show at the key.
    pub(super) doc: &'static str,
    /// The schema of its value.
    pub(super) schema: fn(&mut SchemaGenerator) -> Schema,
    /// Keys that may stand beside it, and beside no other kind.
    pub(super) modifiers: &'static [StepKey],
    /// Adds rules that no property can say to the schema of a step.
    pub(super) add_rules: fn(&mut Schema),
    /// Names of the functions that its Python may call; no step may bind one of them.
    pub(super) helpers: &'static [&'static str],
    /// Parses its value.
    pub(super) parse: fn(&mut StepValue<'_, '_>) -> Option<Action>,
}

impl StepKind {
    /// A kind with a value of one schema, to be filled in.
    const fn new<T: JsonSchema>(word: &'static str, doc: &'static str, parse: ParseStep) -> Self {
        Self {
            word,
            doc,
            schema: optional::<T>,
            modifiers: &[],
            add_rules: |_| {},
            helpers: &[],
            parse,
        }
    }
}

type ParseStep = fn(&mut StepValue<'_, '_>) -> Option<Action>;

/// A key that may stand beside the word of a step.
pub(super) struct StepKey {
    /// The key.
    pub(super) word: &'static str,
    /// The text that editors show at the key.
    pub(super) doc: &'static str,
    /// The schema of its value.
    pub(super) schema: fn(&mut SchemaGenerator) -> Schema,
}

impl StepKey {
    const fn new<T: JsonSchema>(word: &'static str, doc: &'static str) -> Self {
        let schema = optional::<T>;
        Self { word, doc, schema }
    }
}

/// The value of a step's word, and what stands beside it.
pub(super) struct StepValue<'e, 'a> {
    /// The value.
    cursor: &'e Cursor<'a>,
    /// All entries of the step.
    entries: &'e Entries<'a>,
    /// Where the name stands that the step is about. It is the value, unless the parser finds it further below.
    subject: Vec<Segment>,
}

/// Python text of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PythonCode {
    /// The text.
    pub(crate) text: String,
    /// Names that it uses and that the scenario did not bind.
    pub(crate) helpers: Vec<&'static str>,
}

impl PythonCode {
    fn new(text: impl Into<String>, helpers: &[&'static str]) -> Self {
        Self {
            text: text.into(),
            helpers: helpers.to_vec(),
        }
    }
}

/// A step of one kind.
pub(crate) trait OfKind {
    /// The word of its kind.
    fn word(&self) -> &'static str;
}

/// The operation of a step of one kind.
pub(crate) trait Operation: OfKind {
    /// The text that it is about, if it is about nothing else.
    fn subject(&self) -> Option<&str> {
        None
    }

    /// Describes the step: the one spelling that tables, traces, scripts and messages use.
    fn describe(&self) -> Description {
        match self.subject() {
            Some(subject) => Description::new(self.word(), subject),
            None => Description::of_word(self.word()),
        }
    }

    /// Writes the form that digests cover: the longest in which a file could say it, so that neither a shorthand nor a name in this
    /// program changes a digest.
    fn canonical_form(&self) -> Value {
        json!({self.word(): self.subject()})
    }

    /// Writes the Python that it stands for, on a single version. `add_report` adds the line to Python source that reports that it runs.
    fn python(&self, add_report: &dyn Fn(&str) -> String) -> PythonCode;

    /// Modules that it speaks of, whose state is recorded.
    fn modules(&self) -> Vec<String> {
        Vec::new()
    }

    /// Python text that a person wrote, whatever it is for.
    fn python_texts(&self) -> Vec<&str> {
        Vec::new()
    }

    /// The name that it binds beside the top of a module's own.
    fn bound_name(&self) -> Option<&str> {
        None
    }

    /// True if the step is an import that binds the name.
    fn is_binding(&self, name: &str) -> bool {
        self.bound_name() == Some(name)
    }

    /// Complains about names that it uses and nothing has bound, and takes down those that it binds and deletes.
    fn check_names(&self, _scope: &mut Scope<'_>) {}
}

impl Action {
    /// The action on an interpreter; `None` where none is meant for it.
    pub fn on(&self, key: &InterpreterKey) -> Option<&Self> {
        match self {
            Self::ByVersion(by_version) => by_version.on(key),
            action => Some(action),
        }
    }

    /// The actions of all versions; most have one only.
    pub(crate) fn alternatives(&self) -> Vec<&Self> {
        match self {
            Self::ByVersion(by_version) => by_version.actions().collect(),
            action => vec![action],
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.operation().describe().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_key_of_a_step_is_one_thing() {
        let keys = step_keys();
        let distinct: BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len());
        assert!(STEP_KINDS.iter().all(|kind| !kind.doc.is_empty()));
    }
}
