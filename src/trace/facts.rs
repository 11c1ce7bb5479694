//! The one table of facts: what is recorded after every step.
//!
//! To add a fact, record it in the harness (`recorder`) and give it a line here. The schema, `check`, the reserved names and what
//! tables show follow from it.

use super::detail::Detail;
use super::fact::{FactName, FactValue};

/// A fact, or a kind of facts about names.
#[derive(Debug)]
pub struct Fact {
    /// Its name, or of `cached(demo)` what stands before the parenthesis.
    pub name: &'static str,
    /// How its values are written.
    pub form: FactForm,
    /// True if the fact happens in a step, so that tables show it where it is recorded; a state is shown where it changes.
    pub is_event: bool,
    /// The value that is not worth a line, as it is written; empty where every value is.
    pub default: &'static str,
    /// The text that is recorded of every case, where the fact is one only when a scenario asks for it.
    pub detail: Option<Detail>,
    /// The text that editors show.
    pub doc: &'static str,
}

/// How the values of a fact are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactForm {
    /// Text as it is.
    Text,
    /// A list of texts as they are.
    List,
    /// In the notation of Python values: see [`notation`](super::notation).
    Value,
}

/// Facts that every step has or may have, whatever is watched, in the order in which tables show them. A binding of such a name could
/// not be told from them.
pub static FIXED_FACTS: [Fact; 12] = [
    Fact::event("outcome", FactForm::Text, "ok",
        "`ok`, or the type of the exception (`KeyError`)."),
    Fact::event("message", FactForm::Text, "",
        "The message of the exception. Compared only where an expectation asks.")
        .compared_as(Detail::Message),
    Fact::event("value", FactForm::Value, "",
        "What `eval` gave: a text as it is, or in Python's quotes where it would read as something else (`\"'None'\"`); a number, a \
         list, a dict; `<…>` or `name(…)` for other objects. Or a condition: `one_of`, `not`, `contains`, `matches`, `equals`."),
    Fact::event("ran", FactForm::List, "",
        "The fixture modules whose bodies ran in this step, in order, each by the name that it ran under: `[demo, __main__]`, `[]`."),
    Fact::state("cache", FactForm::Value, "original",
        "What `sys.modules` is: `original`, a snapshot's name, `cache#2`, `missing`, or a value."),
    Fact::event("died", FactForm::List, "",
        "Labels of objects that were freed in this step: `[demo#1]`, `[]`."),
    Fact::event("warned", FactForm::List, "",
        "Categories of the warnings in this step: `[ImportWarning]`, `[]`."),
    Fact::state("warning_messages", FactForm::List, "",
        "Category and text of the warnings in this step: `[\"UserWarning: careful\"]`. Compared only where an expectation asks.")
        .compared_as(Detail::WarningMessages),
    Fact::event("lookups", FactForm::List, "[]",
        "With a spy as `sys.modules`: what the import system did with it, in order: `[get demo, __setitem__ demo]`."),
    Fact::state("end", FactForm::Text, "",
        "How the process ended: `exit 0`, `exit 3`, `signal SIGSEGV` or `timeout`."),
    Fact::state("stdout", FactForm::Text, "",
        "What the case wrote to standard output until its process was gone, without the newlines at its end. In the last step.")
        .compared_as(Detail::Stdout),
    Fact::state("stderr", FactForm::Text, "",
        "What the case wrote to standard error, likewise.")
        .compared_as(Detail::Stderr),
];

/// Facts about a watched name, written `cached(demo)`.
pub static NAME_FACTS: [Fact; 3] = [
    Fact::state(
        "cached",
        FactForm::Value,
        "absent",
        "What `sys.modules` holds under this key: a label (`demo#1`), `absent`, `None`, or a value; `unreadable` where it is no dict.",
    ),
    Fact::state(
        "original",
        FactForm::Value,
        "absent",
        "What the dict that was `sys.modules` at the start holds under this key, which C code reads: a label, `absent`, `None`, or \
              a value.",
    ),
    Fact::state(
        "attribute",
        FactForm::Value,
        "absent",
        "What the parent module has under this name: a label, `absent`, or a value.",
    ),
];

/// Facts of a `resolve` step, written `resolve(import_as)`.
pub static RESOLVE_FACT: Fact = Fact::event(
    "resolve",
    FactForm::Value,
    "",
    "What this spelling of `resolve` gave: a label, `absent`, a value (a text in quotes), or the type of the exception. \
          Spellings are `attribute`, `cached`, `import_as`, `from`, `import_module` and `__import__`.",
);

/// The binding of a name, written `demo`.
pub static BINDING_FACT: Fact = Fact::state(
    "",
    FactForm::Value,
    "unbound",
    "What a name is bound to: a label (`demo#1`), `unbound`, `None`, or a value as in `value`.",
);

impl Fact {
    /// A fact that happens in a step.
    const fn event(
        name: &'static str,
        form: FactForm,
        default: &'static str,
        doc: &'static str,
    ) -> Self {
        Self {
            name,
            form,
            is_event: true,
            default,
            detail: None,
            doc,
        }
    }

    /// A fact that goes on.
    const fn state(
        name: &'static str,
        form: FactForm,
        default: &'static str,
        doc: &'static str,
    ) -> Self {
        let mut fact = Self::event(name, form, default, doc);
        fact.is_event = false;
        fact
    }

    /// A fact only where a scenario asks for the text.
    const fn compared_as(mut self, detail: Detail) -> Self {
        self.detail = Some(detail);
        self
    }

    /// The line of the table for a name such as `outcome`, `cached(demo)` or `demo`.
    pub fn of(name: &str) -> &'static Self {
        let Some((kind, _)) = name.split_once('(') else {
            let fixed = FIXED_FACTS.iter().find(|fact| fact.name == name);
            return fixed.unwrap_or(&BINDING_FACT);
        };
        let mut named = NAME_FACTS.iter().chain([&RESOLVE_FACT]);
        named
            .find(|fact| fact.name == kind)
            .unwrap_or(&BINDING_FACT)
    }

    /// True if the value is always a list.
    pub fn is_list(&self) -> bool {
        self.form == FactForm::List
    }

    /// True if texts stand as they are, and not in the notation of Python values.
    pub fn is_raw(&self) -> bool {
        self.form != FactForm::Value
    }

    /// True if a value is the one that is not worth a line.
    pub fn is_default(&self, value: &FactValue) -> bool {
        !self.default.is_empty() && value.to_string() == self.default
    }
}

/// The place of a fact among those of a step: events in the order of the table, then all others.
pub(super) fn rank(name: &str) -> usize {
    let mut events = FIXED_FACTS.iter().filter(|fact| fact.is_event);
    events
        .position(|fact| fact.name == name)
        .unwrap_or(FIXED_FACTS.len())
}

impl FactName {
    /// Names of the facts that every step has or may have.
    pub const FIXED: [&'static str; FIXED_FACTS.len()] = names(&FIXED_FACTS);
    /// Kinds of facts about a name, written `cached(demo)`.
    pub const OF_A_NAME: [&'static str; NAME_FACTS.len()] = names(&NAME_FACTS);
    /// Spellings that a `resolve` step has a fact of each, written `resolve(import_as)`, in the order of their turns.
    pub const RESOLVE: [&'static str; 6] = [
        "attribute",
        "cached",
        "import_as",
        "from",
        "import_module",
        "__import__",
    ];
}

/// The names of a table.
const fn names<const N: usize>(facts: &[Fact; N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut index = 0;
    while index < N {
        names[index] = facts[index].name;
        index += 1;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_line() {
        for name in FactName::FIXED {
            assert_eq!(Fact::of(name).name, name);
        }
        assert_eq!(Fact::of("cached(a.b)").default, "absent");
        assert_eq!(Fact::of("demo").default, "unbound");
        assert!(Fact::of("resolve(from)").is_event);
        assert!(Fact::of("outcome").is_default(&FactValue::text("ok")));
        assert!(Fact::of("lookups").is_default(&FactValue::List(vec![])));
        assert!(!Fact::of("message").is_default(&FactValue::text("")));
    }

    #[test]
    fn events_come_first() {
        let mut names = ["demo", "lookups", "ran", "value", "outcome"];
        names.sort_by_key(|name| rank(name));
        assert_eq!(names, ["outcome", "value", "ran", "lookups", "demo"]);
    }
}
