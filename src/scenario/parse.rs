//! Parses the text of one file: a scenario, or everything that is wrong with it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::digest::{digest_scenario, digest_template};
use super::environment::{parse_interpreter, parse_requires};
use super::expect::VariantContext;
use super::expectation_checks::{ExpectationChecks, StepPosition};
use super::identifiers::parse_dotted_name;
use super::matrix::{Matrix, Row};
use super::model::{Conditions, Requires, Scenario, ScenarioId, Variant, VariantId};
use super::modules::parse_modules;
use super::parameters::{ValueSource, adapt_complaints, collect_texts, parse_parameters};
use super::scope::check_bindings;
use super::sections::{parse_changes, parse_compare, parse_timeout, parse_xfail};
use super::steps::{ParsedStep, parse_step, to_steps};
use crate::text::{first_few, nearest};
use crate::yaml::cursor::{Cursor, Entries};
use crate::yaml::diagnostics::{Diagnostic, Diagnostics};
use crate::yaml::file::parse_document;
use crate::yaml::node::Node;
use crate::yaml::suggest::quoted;

pub(super) const TOP_KEYS: &[&str] = &[
    "title",
    "about",
    "refs",
    "tags",
    "changes",
    "modules",
    "steps",
    "watch",
    "parameters",
    "matrix",
    "requires",
    "interpreter",
    "timeout",
    "xfail",
    "compare",
];

const NEEDED_KEYS: [&str; 2] = ["title", "steps"];
const NEEDED: &str = "a scenario needs at least `title` and `steps`";

/// Parses the scenario `id` from the text of `file`.
pub(super) fn parse_scenario(
    file: &str,
    id: ScenarioId,
    text: &str,
    source: ValueSource<'_>,
) -> Result<Scenario, Vec<Diagnostic>> {
    // Editors on Windows put a byte order mark there; libyaml skips it without counting it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = parse_document(file, text).map_err(|problems| {
        let foreign = (!names_sections(text)).then(|| describe_foreign_text(&problems));
        foreign.map_or(problems, |message| {
            vec![Diagnostic::of_file(file, message, None)]
        })
    })?;
    if let Some(message) = find_foreign(&document) {
        return Err(vec![Diagnostic::of_file(file, message, None)]);
    }
    let diagnostics = Diagnostics::new(text);
    match parse_root(file, id, &Cursor::root(&document, &diagnostics), source) {
        Some(scenario) if diagnostics.is_empty() => Ok(scenario),
        _ => Err(diagnostics.in_file(file)),
    }
}

/// The most keys that are named of a file that is no scenario.
const MAX_KEYS_NAMED: usize = 3;

/// Says of a document that is no scenario at all what it is: one line does for it.
fn find_foreign(document: &Node) -> Option<String> {
    let Node::Map(entries) = document else {
        let is_other = matches!(document, Node::List(_)) || document.scalar_text().is_some();
        let is_other = is_other && *document != Node::Null;
        return is_other.then(|| format!("no scenario: {}", document.kind()));
    };
    let keys: Vec<String> = entries
        .iter()
        .filter_map(|(key, _)| key.scalar_text())
        .collect();
    let is_needed = |key: &String| nearest(key, NEEDED_KEYS).is_some();
    let is_known = |key: &String| TOP_KEYS.contains(&key.as_str());
    if keys.iter().any(is_needed) || keys.iter().all(is_known) {
        return None;
    }
    let keys: Vec<_> = keys.iter().map(|key| quoted(key)).collect();
    let keys = first_few(&keys, MAX_KEYS_NAMED);
    Some(format!("no scenario: a map of {keys}"))
}

/// Says of a text that is no YAML and names no section of a scenario where it stops being YAML.
fn describe_foreign_text(problems: &[Diagnostic]) -> String {
    let first = &problems[0];
    let line = first.location.as_ref().map_or(1, |location| location.line);
    format!("no scenario: {} (line {line})", first.message)
}

/// True if a line of the text begins with a key that every scenario has.
fn names_sections(text: &str) -> bool {
    text.lines().any(|line| {
        let word = line.split(':').next().unwrap_or_default();
        let word = word.trim_matches(|c: char| matches!(c, '{' | '"' | '\'') || c.is_whitespace());
        line.contains(':') && NEEDED_KEYS.contains(&word)
    })
}

fn parse_root(
    file: &str,
    id: ScenarioId,
    root: &Cursor<'_>,
    source: ValueSource<'_>,
) -> Option<Scenario> {
    if *root.node == Node::Null {
        root.report("the file is empty", NEEDED);
        return None;
    }
    let entries = root.entries("a scenario")?;
    entries.are_known("a scenario", TOP_KEYS);
    for needed in NEEDED_KEYS {
        if entries.get(needed).is_none() {
            root.report(format!("`{needed}` is missing"), NEEDED);
        }
    }
    let section = |name| entries.value(name);
    let mut matrix = Matrix::parse(section("matrix"));
    let parameters = section("parameters").map_or_else(Vec::new, |section| {
        let names = parse_parameters(section, &matrix);
        matrix.multiply_by_parameters(&names, |name| source.values_of(name), section);
        names
    });
    let title = section("title").and_then(|title| parse_title(title, &matrix));
    let about = section("about").and_then(|about| about.text("`about`"));
    let refs = section("refs").map(|refs| refs.texts("`refs`"));
    let tags = section("tags").map(|tags| tags.texts("`tags`"));
    let changes = section("changes").map(parse_changes);
    let filled = FILLED_SECTIONS.iter().filter_map(|name| section(name));
    let matrix_or_all = section("matrix").unwrap_or(root);
    if !matrix.is_fit_to_fill(filled.map(|filled| filled.node), matrix_or_all) {
        return None;
    }
    let is_template = matches!(source, ValueSource::Placeholders) && !parameters.is_empty();
    if is_template {
        // Whether a `${key}` is known does not depend on values.
        for row in matrix.rows.clone() {
            for section in FILLED_SECTIONS.iter().filter_map(|name| section(name)) {
                matrix.fill(section, &row);
            }
        }
    }
    let independent = root.diagnostics.found();
    let mut variants = Vec::with_capacity(matrix.rows.len());
    for row in matrix.rows.clone() {
        variants.push(parse_variant(&id, &entries, &mut matrix, &row, root));
    }
    root.diagnostics.settle();
    adapt_complaints(root, &parameters, source, &independent);
    let compare = section("compare").map_or_else(Vec::new, parse_compare);
    let is_judged = variants.iter().any(|variant| variant.is_judged);
    for variant in &mut variants {
        variant.compare.clone_from(&compare);
        variant.is_judged = is_judged;
        if is_template {
            variant.choices.0.drain(..parameters.len());
            variant.id = VariantId::new(&id, &variant.choices);
        }
    }
    if let Some(section) = section("matrix") {
        matrix.report_unused_keys(section);
    }
    if let Some(section) = section("parameters") {
        matrix.report_unused_parameters(section);
    }
    let digest = if is_template {
        let mut texts = Vec::new();
        for section in FILLED_SECTIONS.iter().filter_map(|name| section(name)) {
            collect_texts(section.node, &parameters, &mut texts);
        }
        texts.sort();
        digest_template(&variants, &parameters, &texts)
    } else {
        digest_scenario(&variants)
    };
    Some(Scenario {
        id,
        file: file.to_owned(),
        title: title?,
        about: about.map(str::to_owned),
        refs: refs.unwrap_or_default(),
        tags: tags.unwrap_or_default(),
        changes: changes.unwrap_or_default(),
        unset: if is_template {
            parameters.clone()
        } else {
            Vec::new()
        },
        parameters,
        digest,
        variants,
        text: root.diagnostics.text().into(),
    })
}

/// Parses the title, which is one line, and the same in all variants.
fn parse_title(cursor: &Cursor<'_>, matrix: &Matrix) -> Option<String> {
    let title = cursor.text("`title`")?.trim();
    if title.contains('\n') {
        let message = "`title` has several lines";
        cursor.report(message, "prose belongs to `about`");
    }
    for key in &matrix.keys {
        let token = format!("${{{key}}}");
        if title.contains(&token) {
            let message = format!("`{token}` in the title");
            cursor.report(message, "all variants share the title");
        }
    }
    Some(title.to_owned())
}

/// Sections in which `${key}` may stand.
const FILLED_SECTIONS: [&str; 7] = [
    "modules",
    "steps",
    "requires",
    "timeout",
    "watch",
    "interpreter",
    "xfail",
];

/// Parses one variant: the sections with the values of its row filled in, read and checked.
fn parse_variant(
    scenario: &ScenarioId,
    entries: &Entries<'_>,
    matrix: &mut Matrix,
    row: &Row,
    root: &Cursor<'_>,
) -> Variant {
    let diagnostics = root.diagnostics;
    let filled = FILLED_SECTIONS.map(|name| {
        let section = entries.value(name)?;
        // Most sections have nothing to fill in, and need not be copied for it.
        let node = if section.node.contains_text("${") {
            Cow::Owned(matrix.fill(section, row))
        } else {
            Cow::Borrowed(section.node)
        };
        Some((node, section.path.clone()))
    });
    let [modules, steps, requires, timeout, watch, interpreter, known] =
        filled.each_ref().map(|section| {
            let (node, path) = section.as_ref()?;
            Some(Cursor {
                node,
                path: path.clone(),
                diagnostics,
            })
        });
    let mut context = VariantContext {
        matrix,
        row,
        marks: Vec::new(),
        is_judged: false,
        snapshots: [&modules, &steps]
            .into_iter()
            .flatten()
            .flat_map(|section| section.node.texts_of_key("snapshot"))
            .collect(),
    };
    // Names that something unreadable may have brought: they are not to be complained about as well.
    let mut guessed = BTreeSet::new();
    let mut guess = |node: &Node| {
        node.for_each_text(&mut |text| guessed.extend(dotted_words(text)));
    };
    if let Some(section) = &known {
        parse_xfail(section, &mut context, true);
    }
    let before = diagnostics.len();
    let parsed_modules = match &modules {
        Some(section) => parse_modules(section, &mut context),
        None => Vec::new(),
    };
    if let (Some(section), true) = (&modules, diagnostics.len() > before) {
        guess(section.node);
    }
    let (conditions, entry) = match &interpreter {
        Some(section) => parse_interpreter(section, &mut context),
        None => (Conditions::default(), None),
    };
    let items = steps.as_ref().and_then(|section| section.items("`steps`"));
    if let (Some(section), Some([])) = (&steps, items.as_deref()) {
        let help = "a scenario needs at least one step";
        section.report("`steps` is an empty list", help);
    }
    let items = items.iter().flatten();
    let parsed_steps: Vec<_> = items.map(|item| parse_step(item, &mut context)).collect();
    let is_judged = context.is_judged;
    let (marks, snapshots) = (context.marks, context.snapshots);
    let bodies = parsed_modules.iter().flat_map(|module| &module.steps);
    for step in parsed_steps.iter().chain(bodies) {
        if step.action.is_none() {
            guess(step.cursor.node);
        }
    }
    let modules = parsed_modules.iter().map(|parsed| parsed.module.clone());
    let choices = row.choices();
    let variant = Variant {
        id: VariantId::new(scenario, &choices),
        choices,
        modules: modules.collect(),
        entry: entry.as_ref().and_then(ParsedStep::to_step),
        steps: to_steps(&parsed_steps),
        watch: watch.as_ref().map_or_else(Vec::new, parse_watch),
        requires: requires
            .as_ref()
            .map_or_else(Requires::default, parse_requires),
        timeout: timeout.as_ref().and_then(parse_timeout),
        interpreter: conditions,
        compare: Vec::new(),
        is_judged,
        xfail_marks: marks,
    };
    let all_steps: Vec<&ParsedStep<'_>> = entry.iter().chain(&parsed_steps).collect();
    let modules = &variant.modules;
    check_bindings(&all_steps, None, modules, diagnostics);
    for module in &parsed_modules {
        let steps: Vec<_> = module.steps.iter().collect();
        check_bindings(&steps, Some(&module.module.name), modules, diagnostics);
    }
    let checks = ExpectationChecks::new(&variant, &snapshots, &guessed);
    for (index, step) in all_steps.iter().enumerate() {
        let is_last = index + 1 == all_steps.len();
        checks.check_step(step, StepPosition::Top { index, is_last });
    }
    for step in parsed_modules.iter().flat_map(|module| &module.steps) {
        checks.check_step(step, StepPosition::Body);
    }
    variant
}

/// Parses `watch: [json.decoder]`.
fn parse_watch(cursor: &Cursor<'_>) -> Vec<String> {
    cursor.parse_items("`watch`", |item| {
        parse_dotted_name(item, "a name in `watch`")
    })
}

/// Everything in a text that could be a dotted name.
fn dotted_words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.')
        .map(str::to_owned)
}
