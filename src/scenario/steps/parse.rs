//! Parses one entry of `steps`: its action, and what stands beside it.

use super::schema::COMMON_KEYS;
use super::{Action, STEP_KINDS, StepKind, StepValue};
use crate::python::specifier::VersionSpec;
use crate::scenario::expect::{ParsedExpectation, VariantContext, parse_expect};
use crate::scenario::model::Step;
use crate::scenario::sections::parse_xfail;
use crate::scenario::version_specs::parse_spec;
use crate::trace::fact::FactName;
use crate::yaml::cursor::{Cursor, Entries};
use crate::yaml::node::Node;
use crate::yaml::span::Segment;
use crate::yaml::suggest::{one_of, quoted};

/// A step as far as it could be read.
#[derive(Debug)]
pub(crate) struct ParsedStep<'a> {
    /// The step in its document.
    pub(crate) cursor: Cursor<'a>,
    /// The action; `None` where that is wrong.
    pub(crate) action: Option<Action>,
    /// Where the name stands that the action is about.
    pub(crate) subject: Vec<Segment>,
    /// Where it is run; `None` is everywhere.
    pub(crate) when: Option<VersionSpec>,
    /// The expectations.
    pub(crate) expect: Vec<ParsedExpectation>,
    /// Its remark.
    pub(crate) note: Option<String>,
}

impl<'a> ParsedStep<'a> {
    /// A step of which nothing was read but, perhaps, its action.
    pub(crate) fn new(cursor: &Cursor<'a>, action: Option<Action>) -> Self {
        Self {
            cursor: cursor.clone(),
            action,
            subject: cursor.path.clone(),
            when: None,
            expect: Vec::new(),
            note: None,
        }
    }

    /// The step, if it could be read.
    pub(crate) fn to_step(&self) -> Option<Step> {
        let expect = self.expect.iter();
        Some(Step {
            action: self.action.clone()?,
            when: self.when.clone(),
            expect: expect.map(|parsed| parsed.expectation.clone()).collect(),
            note: self.note.clone(),
        })
    }
}

/// The steps that could be read. There may be many scenarios: no more room than they need.
pub(crate) fn to_steps(parsed: &[ParsedStep<'_>]) -> Vec<Step> {
    let mut steps = Vec::with_capacity(parsed.len());
    steps.extend(parsed.iter().filter_map(ParsedStep::to_step));
    steps
}

/// The words of all actions.
fn action_words() -> Vec<&'static str> {
    STEP_KINDS.iter().map(|kind| kind.word).collect()
}

/// Every key of a step: the actions, then what may stand beside them.
pub(crate) fn step_keys() -> Vec<&'static str> {
    let modifiers = STEP_KINDS.iter().flat_map(|kind| kind.modifiers);
    let mut keys = action_words();
    keys.extend(modifiers.chain(&COMMON_KEYS).map(|key| key.word));
    keys
}

/// Parses one entry of `steps`, and complains about all that is wrong with it.
pub(crate) fn parse_step<'a>(
    cursor: &Cursor<'a>,
    context: &mut VariantContext<'_>,
) -> ParsedStep<'a> {
    let mut parsed = ParsedStep::new(cursor, None);
    if let Node::Text(word) = cursor.node {
        let message = format!("a step must be a map, not the text {}", quoted(word));
        let help = "expected an action and what it is about, as in `import: demo`";
        cursor.report(message, help);
        return parsed;
    }
    let Some(entries) = cursor.entries("a step") else {
        return parsed;
    };
    let are_known = check_keys(&entries);
    let actions = entries.iter().filter_map(|entry| {
        let kind = STEP_KINDS.iter().find(|kind| kind.word == entry.name)?;
        Some((*kind, entry))
    });
    let actions: Vec<_> = actions.collect();
    match actions[..] {
        [] if are_known => {
            let help = format!("expected one of {}", one_of(&action_words()));
            cursor.report("a step without an action", help);
        }
        [] => {}
        [(kind, entry)] => {
            refuse_modifiers(kind, &entries);
            let mut value = StepValue {
                cursor: &entry.value,
                entries: &entries,
                subject: entry.value.path.clone(),
            };
            parsed.action = (kind.parse)(&mut value);
            parsed.subject = value.subject;
        }
        [(first, _), (second, entry), ..] => {
            let (first, second) = (first.word, second.word);
            let message = format!("two actions in one step: `{first}` and `{second}`");
            entry.key.report(message, "make them two steps");
        }
    }
    let mark = entries.value("xfail");
    let mark = mark.and_then(|mark| parse_xfail(mark, context, false));
    if let (Some(mark), None) = (entries.get("xfail"), entries.get("expect")) {
        let message = "`xfail` without an expectation";
        mark.key.report(message, "it marks what `expect` expects");
    }
    if let Some(expect) = entries.value("expect") {
        parsed.expect = parse_expect(expect, context);
    }
    if let Some(when) = entries.value("when") {
        parsed.when = parse_spec(when);
    }
    if let Some(note) = entries.value("note") {
        parsed.note = note.text("`note`").map(str::to_owned);
    }
    for expected in &mut parsed.expect {
        expected.expectation.xfail_marks.extend(mark);
    }
    parsed
}

/// True if all keys are those of a step; complains about each that is not.
fn check_keys(entries: &Entries<'_>) -> bool {
    let keys = step_keys();
    entries.all_are(|entry| {
        let is_fact = entry.name == "raises" || FactName::FIXED.contains(&entry.name);
        if is_fact {
            let message = format!("`{}` is no key of a step", entry.name);
            let help = format!("it belongs into `expect: {{{}: …}}`", entry.name);
            entry.key.report(message, help);
        }
        !is_fact && entry.is_known("a step", &keys)
    })
}

/// Complains about keys that go with another kind of step.
fn refuse_modifiers(kind: &StepKind, entries: &Entries<'_>) {
    for other in STEP_KINDS.iter().filter(|other| other.word != kind.word) {
        let modifiers = other.modifiers.iter();
        for entry in modifiers.filter_map(|modifier| entries.get(modifier.word)) {
            let message = format!("`{}` does not go with `{}`", entry.name, kind.word);
            let help = format!("it belongs to `{}`", other.word);
            entry.key.report(message, help);
        }
    }
}

impl StepValue<'_, '_> {
    /// `Some` where the value is `true`; complains about anything else.
    pub(super) fn expect_true(&self, word: &str) -> Option<()> {
        if *self.cursor.node == Node::Bool(true) {
            return Some(());
        }
        let message = format!("`{word}` takes nothing but `true`");
        self.cursor.report(message, "");
        None
    }
}
