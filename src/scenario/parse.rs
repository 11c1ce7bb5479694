//! The text of one file to a scenario, or to everything that is wrong with it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::conditions;
use super::digest::digest_scenario;
use super::expect::Reading;
use super::fixtures::{self, Fixture};
use super::matrix::{Matrix, Row};
use super::model::{
    Conditions, Module, ModuleBody, Requires, Scenario, ScenarioId, Step, Variant, VariantId,
};
use super::names;
use super::possible::{Place as StepPlace, Recorded};
use super::requires;
use super::steps::{self, Parsed};
use crate::yaml::cursor::{At, Entry, Log, Words};
use crate::yaml::diagnostics::Problem;
use crate::yaml::file::{locate_problems, parse_document};
use crate::yaml::node::Node;

pub(super) const TOP: Words = Words {
    known: &[
        "title",
        "about",
        "refs",
        "tags",
        "changes",
        "modules",
        "steps",
        "watch",
        "matrix",
        "requires",
        "interpreter",
        "timeout",
        "known",
        "compare",
    ],
};

/// Reads the scenario `id` from the text of `file`.
pub(super) fn scenario(file: &str, id: ScenarioId, text: &str) -> Result<Scenario, Vec<Problem>> {
    // Editors on Windows put a byte order mark there; libyaml skips it without counting it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = parse_document(file, text)?;
    let mut log = Log::new(text);
    match read(file, id, &document, &mut log) {
        Some(scenario) if log.found.is_empty() => Ok(scenario),
        _ => Err(locate_problems(file, text, &log)),
    }
}

fn read(file: &str, id: ScenarioId, document: &Node, log: &mut Log<'_>) -> Option<Scenario> {
    let root = At::root(document);
    if *document == Node::Null {
        log.say(
            &[],
            "the file is empty",
            "a scenario needs at least `title` and `steps`",
        );
        return None;
    }
    let entries = root.entries("a scenario", log)?;
    for entry in &entries {
        TOP.knows("a scenario", entry, log);
    }
    let named = |name: &str| {
        entries
            .iter()
            .find(|entry| entry.name == name)
            .map(|entry| &entry.value)
    };
    for needed in ["title", "steps"] {
        if named(needed).is_none() {
            log.say(
                &[],
                format!("`{needed}` is missing"),
                "a scenario needs at least `title` and `steps`",
            );
        }
    }
    let matrix_at = named("matrix");
    let mut matrix = Matrix::read(matrix_at, log);
    let title = named("title").and_then(|at| {
        at.text("`title`", log)
            .map(|text| (at, text.trim().to_owned()))
    });
    if let Some((at, title)) = &title {
        if title.contains('\n') {
            log.say(
                &at.path,
                "`title` has several lines",
                "prose belongs to `about`",
            );
        }
        for key in &matrix.keys {
            if title.contains(&format!("${{{key}}}")) {
                log.say(
                    &at.path,
                    format!("`${{{key}}}` in the title"),
                    "all variants share the title",
                );
            }
        }
    }
    let about = named("about").and_then(|at| at.text("`about`", log));
    let refs = named("refs").map(|at| at.texts("`refs`", log));
    let tags = named("tags").map(|at| at.texts("`tags`", log));
    let changes = named("changes").map(|at| conditions::changes(at, log));
    let mut variants = Vec::with_capacity(matrix.rows.len());
    for row in matrix.rows.clone() {
        variants.push(variant(&id, &entries, &mut matrix, &row, log));
    }
    log.settle();
    let compare = named("compare").map(|at| conditions::compare(at, log));
    let compare = compare.unwrap_or_default();
    let is_judged = variants.iter().any(|variant| {
        let mut numbered = variant.numbered().into_iter();
        numbered.any(|one| !one.step.expect.is_empty())
    });
    for variant in &mut variants {
        variant.compare.clone_from(&compare);
        variant.is_judged = is_judged;
    }
    if let Some(at) = matrix_at {
        matrix.unused(at, log);
    }
    Some(Scenario {
        id,
        file: file.to_owned(),
        title: title?.1,
        about: about.map(str::to_owned),
        refs: refs.unwrap_or_default(),
        tags: tags.unwrap_or_default(),
        changes: changes.unwrap_or_default(),
        digest: digest_scenario(&variants),
        variants,
        text: log.text().into(),
    })
}

/// One variant: the sections with the values of its row filled in, read and checked.
fn variant(
    scenario: &ScenarioId,
    entries: &[Entry<'_>],
    matrix: &mut Matrix,
    row: &Row,
    log: &mut Log<'_>,
) -> Variant {
    const SECTIONS: [&str; 7] = [
        "modules",
        "steps",
        "requires",
        "timeout",
        "watch",
        "interpreter",
        "known",
    ];
    let filled = SECTIONS.map(|name| {
        let at = &entries.iter().find(|entry| entry.name == name)?.value;
        // Most sections have nothing to fill in, and need not be copied for it.
        let node = if at.node.has_text("${") {
            Cow::Owned(matrix.fill(at, row, log))
        } else {
            Cow::Borrowed(at.node)
        };
        Some((node, at.path.clone()))
    });
    let [modules, steps, requires, timeout, watch, interpreter, known] =
        filled.each_ref().map(|section| {
            let (node, path) = section.as_ref()?;
            Some(At {
                node,
                path: path.clone(),
            })
        });
    let mut reading = Reading {
        matrix,
        row,
        marks: Vec::new(),
        snapshots: [&modules, &steps]
            .into_iter()
            .flatten()
            .flat_map(|at| at.node.values_of("snapshot"))
            .collect(),
    };
    // Names that something unreadable may have brought: they are not to be complained about as well.
    let mut guessed = BTreeSet::new();
    let mut guess = |at: &At<'_>| {
        at.node
            .each_text(&mut |text| guessed.extend(dotted_words(text)));
    };
    if let Some(at) = &known {
        conditions::mark(at, &mut reading, true, log);
    }
    let before = log.found.len();
    let fixtures = modules
        .as_ref()
        .map_or_else(Vec::new, |at| fixtures::modules(at, &mut reading, log));
    if let (Some(at), true) = (&modules, log.found.len() > before) {
        guess(at);
    }
    let (conditions, entry) = match &interpreter {
        Some(at) => requires::interpreter(at, &mut reading, log),
        None => (Conditions::default(), None),
    };
    let items = steps.as_ref().and_then(|at| at.items("`steps`", log));
    if let (Some(at), Some([])) = (&steps, items.as_deref()) {
        log.say(
            &at.path,
            "`steps` is an empty list",
            "a scenario needs at least one step",
        );
    }
    let parsed: Vec<Parsed<'_>> = items
        .iter()
        .flatten()
        .map(|item| steps::step(item, &mut reading, log))
        .collect();
    let (marks, snapshots) = (reading.marks, reading.snapshots);
    for step in parsed
        .iter()
        .chain(fixtures.iter().flat_map(|one| &one.steps))
    {
        if step.action.is_none() {
            guess(&step.at);
        }
    }
    let modules: Vec<Module> = fixtures.iter().map(module).collect();
    let choices = row.choices();
    let variant = Variant {
        id: VariantId::new(scenario, &choices),
        choices,
        modules,
        entry: entry.as_ref().and_then(step_of),
        steps: all_of(&parsed),
        watch: watch.map_or_else(Vec::new, |at| watched(&at, log)),
        requires: requires.map_or_else(Requires::default, |at| requires::requires(&at, log)),
        timeout: timeout.and_then(|at| conditions::timeout(&at, log)),
        interpreter: conditions,
        compare: Vec::new(),
        is_judged: false,
        known: marks,
    };
    let all: Vec<&Parsed<'_>> = entry.iter().chain(&parsed).collect();
    names::check(&all, None, &variant.modules, log);
    for fixture in &fixtures {
        let steps: Vec<_> = fixture.steps.iter().collect();
        names::check(&steps, Some(&fixture.name), &variant.modules, log);
    }
    check_expectations(&variant, &all, &fixtures, &snapshots, &guessed, log);
    variant
}

/// Says which expectations of the variant can never hold. `all`: the entry and the steps.
fn check_expectations(
    variant: &Variant,
    all: &[&Parsed<'_>],
    fixtures: &[Fixture<'_>],
    snapshots: &[String],
    guessed: &BTreeSet<String>,
    log: &mut Log<'_>,
) {
    let recorded = Recorded::new(variant, snapshots, guessed);
    let first = usize::from(variant.entry.is_none());
    for (at, step) in all.iter().enumerate() {
        let place = StepPlace {
            step,
            number: Some(first + at),
            last: at + 1 == all.len(),
        };
        recorded.check(&place, log);
    }
    for step in fixtures.iter().flat_map(|fixture| &fixture.steps) {
        let place = StepPlace {
            step,
            number: None,
            last: false,
        };
        recorded.check(&place, log);
    }
}

/// The steps that could be read. There may be many scenarios: no more room than they need.
fn all_of(parsed: &[Parsed<'_>]) -> Vec<Step> {
    let mut steps = Vec::with_capacity(parsed.len());
    steps.extend(parsed.iter().filter_map(step_of));
    steps
}

/// A step that could be read.
fn step_of(parsed: &Parsed<'_>) -> Option<Step> {
    let expect = parsed
        .expect
        .iter()
        .map(|expected| expected.expectation.clone());
    Some(Step {
        action: parsed.action.clone()?,
        when: parsed.when.clone(),
        expect: expect.collect(),
        note: parsed.note.clone(),
    })
}

fn module(fixture: &Fixture<'_>) -> Module {
    let body = match &fixture.body {
        ModuleBody::Steps(_) => ModuleBody::Steps(all_of(&fixture.steps)),
        body => body.clone(),
    };
    Module {
        name: fixture.name.clone(),
        body,
    }
}

/// `watch: [json.decoder]`
fn watched(at: &At<'_>, log: &mut Log<'_>) -> Vec<String> {
    let items = at.items("`watch`", log).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| conditions::dotted(item, "a name in `watch`", log))
        .collect()
}

/// Everything in a text that could be a dotted name.
fn dotted_words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.')
        .map(str::to_owned)
}
