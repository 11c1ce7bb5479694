//! The text of one file to a scenario, or to everything that is wrong with it.

use std::collections::BTreeSet;

use serde_json::json;

use super::conditions;
use super::cursor::{At, Entry, Log, Words};
use super::expect;
use super::matrix::{Matrix, Row};
use super::model::{Requires, Scenario, ScenarioId, Step, Variant};
use super::names;
use super::place;
use super::problem::{Place, Problem, printable};
use super::steps::{self, Parsed};
use super::yaml::{self, Node};
use crate::trace::short_hash;

const TOP: Words = Words {
    known: &[
        "title", "about", "refs", "tags", "modules", "steps", "matrix", "requires", "timeout",
    ],
    later: &["watch", "interpreter", "known"],
};

/// Reads the scenario `id` from the text of `file`.
pub(super) fn scenario(file: &str, id: ScenarioId, text: &str) -> Result<Scenario, Vec<Problem>> {
    // Editors on Windows put a byte order mark there; libyaml skips it without counting it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let problem = |span, message: &str, help: Option<&str>| Problem {
        file: printable(file),
        place: Some(Place::new(text, span)),
        message: printable(message),
        help: help.map(printable),
    };
    let document = yaml::document(text).map_err(|error| {
        let found = text[error.offset..].chars().next();
        let span = place::Span {
            offset: error.offset,
            length: found.map_or(0, char::len_utf8),
        };
        let help = (found == Some('\t')).then_some("YAML is indented by spaces, not tabs");
        vec![problem(span, &format!("not YAML: {}", error.message), help)]
    })?;
    let mut log = Log::new(text);
    let scenario = read(file, id, &document, &mut log);
    if let (Some(scenario), true) = (scenario, log.found.is_empty()) {
        return Ok(scenario);
    }
    let mut problems: Vec<Problem> = log
        .found
        .iter()
        .map(|finding| {
            let span = place::find(text, &finding.path);
            problem(span, &finding.message, finding.help.as_deref())
        })
        .collect();
    problems.sort_by_key(|problem| {
        problem
            .place
            .as_ref()
            .map(|place| (place.line, place.column))
    });
    Err(problems)
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
    let mut variants = Vec::new();
    for row in matrix.rows.clone() {
        variants.push(variant(&entries, &mut matrix, &row, log));
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
        digest: digest(&variants),
        variants,
    })
}

/// One variant: the sections with the values of its row filled in, read and checked.
fn variant(entries: &[Entry<'_>], matrix: &mut Matrix, row: &Row, log: &mut Log<'_>) -> Variant {
    let [modules, steps, requires, timeout] =
        ["modules", "steps", "requires", "timeout"].map(|name| {
            let at = &entries.iter().find(|entry| entry.name == name)?.value;
            Some((matrix.fill(at, row, log), at.path.clone()))
        });
    let [modules, steps, requires, timeout] =
        [&modules, &steps, &requires, &timeout].map(|section| {
            let (node, path) = section.as_ref()?;
            Some(At {
                node,
                path: path.clone(),
            })
        });
    // Names that something unreadable may have brought: they are not to be complained about as well.
    let mut guessed = BTreeSet::new();
    let mut guess = |at: &At<'_>| {
        at.node
            .each_text(&mut |text| guessed.extend(dotted_words(text)));
    };
    let before = log.found.len();
    let fixtures = modules.as_ref().map(|at| conditions::modules(at, log));
    if let (Some(at), true) = (&modules, log.found.len() > before) {
        guess(at);
    }
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
        .map(|item| steps::step(item, matrix, row, log))
        .collect();
    let fixtures = fixtures.unwrap_or_default();
    names::check(&parsed, &fixtures, log);
    let mut variant = Variant {
        id: row.id(),
        modules: fixtures,
        steps: Vec::new(),
        requires: requires.map_or_else(Requires::default, |at| conditions::requires(&at, log)),
        timeout: timeout.and_then(|at| conditions::timeout(&at, log)),
    };
    for step in &parsed {
        let Some(action) = step.action.clone() else {
            guess(&step.at);
            continue;
        };
        let expect = step
            .expect
            .iter()
            .map(|expected| expected.expectation.clone());
        variant.steps.push(Step {
            action,
            expect: expect.collect(),
            note: step.note.clone(),
        });
    }
    let (watched, bound) = (variant.watched(), variant.bound_names());
    for expected in parsed.iter().flat_map(|step| &step.expect) {
        expect::check(expected, &watched, &bound, &guessed, log);
    }
    variant
}

/// Everything in a text that could be a dotted name.
fn dotted_words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.')
        .map(str::to_owned)
}

/// Sixteen hexadecimal digits over what the scenario does, in a fixed form of JSON.
fn digest(variants: &[Variant]) -> String {
    let of_one = |variant: &Variant| {
        let actions: Vec<_> = variant.steps.iter().map(|step| &step.action).collect();
        json!({
            "id": variant.id.to_string(),
            "modules": variant.modules,
            "steps": actions,
            "python": variant.requires.python.as_ref().map(ToString::to_string),
            "requires": variant.requires.modules,
            "timeout_ms": variant.timeout.map(|timeout| timeout.as_millis().to_string()),
        })
    };
    let all: serde_json::Value = variants.iter().map(of_one).collect();
    short_hash(all.to_string().as_bytes())
}
