//! Needs of a row: of the interpreter, and of its fixtures.

use super::super::fixtures::list_files;
use super::Step;
use crate::scenario::model::{Action, ModuleBody, Variant};

/// Flags of the interpreter. `-S` keeps modules of the library unloaded, where the row looks at them.
pub(super) fn flags(variant: &Variant) -> Vec<String> {
    let is_bare = is_about_library(variant) && !variant.interpreter.site;
    let bare = is_bare.then(|| "-S".to_owned());
    // A file that was compiled would be found without its source.
    let steps = variant.numbered().into_iter().map(|numbered| numbered.step);
    let changes_files = steps
        .flat_map(|step| step.action.alternatives())
        .any(|action| {
            matches!(action, Action::Write(_) | Action::Remove(_))
                || action
                    .operation()
                    .python_texts()
                    .iter()
                    .any(|text| text.contains("remove(") || text.contains("pyc"))
        });
    let no_bytecode = changes_files.then(|| "-B".to_owned());
    bare.into_iter()
        .chain(no_bytecode)
        .chain(variant.interpreter.flags.iter().cloned())
        .collect()
}

/// True if anything but the file itself has the name of its top module.
pub(super) fn is_mentioned(path: &str, variant: &Variant) -> bool {
    let top = path.split(['/', '.']).next().unwrap_or(path);
    let bodies = variant
        .modules
        .iter()
        .filter(|module| module.name.split('.').next() != Some(top));
    let mut bodies = bodies.filter_map(|module| match &module.body {
        ModuleBody::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let mut steps = variant.numbered().into_iter().map(|numbered| numbered.step);
    steps.any(|step| {
        let mut texts = step.action.alternatives().into_iter();
        texts.any(|action| action.operation().python(&str::to_owned).text.contains(top))
    }) || bodies.any(|text| text.contains(top))
}

/// True if the row looks at modules other than the fixtures and the packages: with `-S` they are as a bare interpreter has them.
pub(super) fn is_about_library(variant: &Variant) -> bool {
    // What the start of the interpreter, or `tempfile`, adds to.
    const SHARED: [&str; 3] = ["meta_path", "path_hooks", "lazy_modules"];
    let files = list_files(&variant.modules);
    let mut texts = variant.python_texts();
    let is_shared = texts.any(|text| SHARED.iter().any(|name| text.contains(name)));
    let mut watched = variant.watched_modules().into_iter();
    variant.requires.packages.is_empty()
        && (is_shared
            || watched.any(|name| {
                let top = name.split('.').next().unwrap_or_default();
                let is_fixture =
                    |path: &str| path.trim_end_matches(".py").split('/').next() == Some(top);
                !files.iter().any(|(path, _)| is_fixture(path))
            }))
}

pub(super) fn uses_sys(step: &Step<'_>) -> bool {
    let code = step.code.as_deref().unwrap_or_default();
    step.is_own_text && code.contains("sys.")
}
