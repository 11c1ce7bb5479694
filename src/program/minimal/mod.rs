//! The reproducer that one posts: fixtures, steps and prints as plain Python, without anything that watches.

mod code;
mod comments;
mod conditions;
mod expressions;
mod files;
mod helpers;
mod labels;
mod layout;
mod looks;
mod select;
mod step;
mod tags;

use std::collections::BTreeMap;

use crate::python::version::InterpreterKey;
use crate::scenario::model::{Action, Expectation, Scenario, Variant};
use crate::trace::StepRecord;

/// A behaviour that was recorded of a row, and the versions that showed it.
#[derive(Clone, Debug)]
pub struct Seen<'a> {
    /// The versions.
    pub versions: Vec<&'a InterpreterKey>,
    /// The steps.
    pub steps: &'a [StepRecord],
}

/// A reproducer.
#[derive(Clone, Debug)]
pub struct Minimal {
    /// The Python text.
    pub text: String,
    /// The versions for which the steps are these, each group with the lines that it prints and that begin with `step`.
    pub printed: Vec<(Vec<InterpreterKey>, Vec<String>)>,
    /// True if the bodies of modules say that they run.
    pub tells_bodies: bool,
    /// Flags with which it is started, as its first lines say.
    pub flags: Vec<String>,
}

/// A step as the reproducer has it.
struct Step<'a> {
    number: usize,
    /// The module in whose body it stands.
    body: Option<&'a str>,
    /// Its Python; nothing where the version does not run it.
    code: Option<String>,
    helpers: Vec<&'static str>,
    /// True for an expression.
    is_eval: bool,
    /// True if a person wrote the text.
    is_own_text: bool,
    expect: &'a [Expectation],
    /// The remark on it.
    note: Option<&'a str>,
}

/// The words that start the Python of a version: `python3.13`.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The version, for steps that differ.
    pub key: &'a InterpreterKey,
    /// The command.
    pub command: &'a str,
}

/// Renders the reproducer of a row. `seen` is what is recorded of it; without that, comments have what the scenario expects.
///
/// # Errors
///
/// Says why the row has none: then the whole script is for it.
pub fn render_minimal(
    scenario: &Scenario,
    variant: &Variant,
    target: Target<'_>,
    seen: &[Seen<'_>],
) -> Result<Minimal, &'static str> {
    let steps = list_steps(variant, target.key);
    if variant.entry.is_some() {
        return Err("it starts with -m, and its steps go on in that module");
    }
    if let Some(obstacle) = find_obstacle(&steps) {
        return Err(obstacle);
    }
    let has = |helper| steps.iter().any(|step| step.helpers.contains(&helper));
    if has("spy") {
        return Err("it notes every operation on sys.modules");
    }
    if has("resolve") {
        return Err("one step tries every spelling of an import");
    }
    let alike: Vec<Seen<'_>> = seen
        .iter()
        .filter_map(|seen| keep_alike(variant, &steps, seen))
        .collect();
    let known: Vec<&Seen<'_>> = alike.iter().collect();
    let chosen = select::choose_facts(&steps, &known);
    let mut looks = looks::Looks::new(variant, &steps, &known, &chosen);
    let mut drop = DROPPED_WHERE_LONG.iter();
    let (text, lines) = loop {
        let tags = tags::Tags::new(&steps, &known, &looks);
        let lines = known
            .iter()
            .map(|seen| tags.print_lines(&steps, seen, &looks));
        let lines: Vec<tags::Printed> = lines.collect();
        let row = Row {
            variant,
            steps: &steps,
            seen: &known,
            looks: &looks,
            tags: &tags,
            printed: &lines,
        };
        let text = layout::write(scenario, target, row);
        if text.lines().count() <= MAX_LINES {
            break (text, lines);
        }
        match drop.next() {
            Some(kind) => looks.drop_constant(&known, &[kind]),
            None => break (text, lines),
        }
    };
    let versions = alike
        .iter()
        .map(|seen| seen.versions.iter().copied().cloned().collect());
    Ok(Minimal {
        text,
        printed: versions
            .zip(lines.into_iter().map(|printed| printed.lines))
            .collect(),
        tells_bodies: looks.bodies,
        flags: conditions::flags(variant),
    })
}

/// Lines that a reproducer should not be longer than.
const MAX_LINES: usize = 40;
/// Kinds of facts that a longer one does without where they are alike on all versions, one after the other.
const DROPPED_WHERE_LONG: [&str; 8] = [
    "original",
    "attribute",
    "warned",
    "cache",
    "cached",
    "died",
    "ran",
    "binding",
];

/// All that is known of a row.
#[derive(Clone, Copy)]
struct Row<'a> {
    variant: &'a Variant,
    steps: &'a [Step<'a>],
    seen: &'a [&'a Seen<'a>],
    looks: &'a looks::Looks,
    tags: &'a tags::Tags,
    printed: &'a [tags::Printed],
}

/// The first thing that steps do which would take a print away.
fn find_obstacle(steps: &[Step<'_>]) -> Option<&'static str> {
    let codes = steps.iter().filter(|step| step.is_own_text);
    let codes = codes.filter_map(|step| step.code.as_deref());
    let has = |part: &str| codes.clone().any(|code| code.contains(part));
    if has("stdout = ") {
        return Some("a step takes away what prints go to");
    }
    if has("vars(") && has(").clear()") {
        return Some("a step empties a namespace, and its tag with it");
    }
    has("def __eq__").then_some("a key that raises would end the prints, too")
}

/// Lists the steps, those in the bodies of modules last.
fn list_steps<'a>(variant: &'a Variant, key: &InterpreterKey) -> Vec<Step<'a>> {
    let numbered = variant.numbered().into_iter();
    let steps = numbered.map(|numbered| {
        let step = numbered.step;
        let action = step.action.on(key).filter(|_| step.is_run_on(key));
        let python = action.map(|action| action.operation().python(&str::to_owned));
        Step {
            number: numbered.number,
            body: numbered.body.map(|(module, _)| module),
            is_eval: matches!(action, Some(Action::Eval(_))),
            is_own_text: matches!(action, Some(Action::Eval(_) | Action::Run(_))),
            helpers: python
                .as_ref()
                .map(|python| python.helpers.clone())
                .unwrap_or_default(),
            code: python.map(|python| python.text),
            expect: &step.expect,
            note: step.note.as_deref(),
        }
    });
    steps.collect()
}

/// The behaviour of those versions for which the steps are the same.
fn keep_alike<'a>(variant: &Variant, steps: &[Step<'_>], seen: &Seen<'a>) -> Option<Seen<'a>> {
    let is_alike = |key: &&&InterpreterKey| {
        let others = list_steps(variant, key);
        let mut pairs = steps.iter().zip(&others);
        pairs.all(|(step, other)| step.code == other.code)
    };
    let versions: Vec<_> = seen.versions.iter().filter(is_alike).copied().collect();
    (!versions.is_empty()).then_some(Seen {
        versions,
        steps: seen.steps,
    })
}

/// Facts by the number of their step.
type ByStep<T> = BTreeMap<usize, Vec<T>>;
