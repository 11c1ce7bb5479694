//! A script as the text of a scenario.

use std::collections::BTreeSet;

use serde_yaml::{Mapping, Value};

use super::Script;
use super::steps::escape;
use crate::scenario::LoadErrors;

/// The text of a scenario, and the lines on which its steps begin, from 1.
pub(super) struct WrittenScenario {
    pub(super) text: String,
    steps: Vec<usize>,
}

impl WrittenScenario {
    /// The indices of the steps that something is wrong with.
    pub(super) fn steps_of(&self, errors: &LoadErrors) -> BTreeSet<usize> {
        let locations = errors.diagnostics.iter();
        let locations = locations.filter_map(|diagnostic| diagnostic.location.as_ref());
        let indices = locations
            .filter_map(|location| self.steps.iter().rposition(|start| *start <= location.line));
        indices.collect()
    }
}

/// Writes a script as the text of a scenario.
pub(super) fn write_scenario(
    script: &Script,
    steps: &[Mapping],
    watch: &[String],
) -> WrittenScenario {
    let mut head = Mapping::new();
    let mut add = |key: &str, value: Value| head.insert(key.into(), value);
    add(
        "title",
        format!("{}, statement by statement", script.name).into(),
    );
    if !script.packages.is_empty() {
        let packages = script.packages.iter().map(|package| escape(package));
        let packages = Value::Sequence(packages.map(Value::from).collect());
        add(
            "requires",
            Value::Mapping([("packages".into(), packages)].into_iter().collect()),
        );
    }
    if !script.modules.is_empty() {
        let modules = script.modules.iter();
        let names = modules.clone().map(|(name, _)| name.as_str());
        let names = names.map(|name| name.strip_suffix(".__init__").unwrap_or(name));
        let names: BTreeSet<&str> = names.collect();
        let above = names.iter().flat_map(|name| {
            let dots = name.match_indices('.');
            dots.map(|(dot, _)| &name[..dot])
        });
        let folders: BTreeSet<&str> = above.filter(|name| !names.contains(name)).collect();
        let folders = folders.into_iter();
        let folders = folders.map(|name| (Value::from(format!("{name}/")), Value::Null));
        let modules = modules.map(|(name, text)| (name.as_str().into(), escape(text).into()));
        add("modules", Value::Mapping(folders.chain(modules).collect()));
    }
    if !watch.is_empty() {
        add(
            "watch",
            Value::Sequence(watch.iter().map(|name| name.as_str().into()).collect()),
        );
    }
    let write =
        |value: &Value| serde_yaml::to_string(value).expect("texts, lists and maps can be written");
    let head = write(&Value::Mapping(head));
    // Lists are indented, as those of steps are.
    let lines = head.lines().map(|line| {
        let indent = if line.starts_with("- ") { "  " } else { "" };
        format!("{indent}{line}\n")
    });
    let mut text: String = lines.collect();
    text.push_str("steps:\n");
    let mut line_number = text.matches('\n').count() + 1;
    let mut lines = Vec::new();
    for step in steps {
        lines.push(line_number);
        for line in write(&Value::Sequence(vec![Value::Mapping(step.clone())])).lines() {
            if !line.is_empty() {
                text.push_str("  ");
                text.push_str(line);
            }
            text.push('\n');
            line_number += 1;
        }
    }
    WrittenScenario { text, steps: lines }
}
