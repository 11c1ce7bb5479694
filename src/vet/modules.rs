//! The modules of a distribution: which one is imported, and which are its own beside it.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::{RunReport, Verdict};
use crate::trace::fact::FactValue;
use crate::trace::notation::unquote;

/// A scenario with the parameter `package`, whose last step lists the distributions that are there with it.
pub const LIST_MODULES: &str = include_str!("modules.yaml");

/// Names of modules that are hardly what a distribution is for.
const ASIDE: [&str; 6] = ["test", "tests", "testing", "docs", "examples", "benchmarks"];

/// Why it is not known what to import.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModulesError {
    /// The package is installed nowhere, or says nothing of its files.
    #[error("nothing says which modules {0} brings; name one with `--module`")]
    Unknown(String),
    /// The package brings none.
    #[error("{0} brings no module that can be imported; name one with `--module`")]
    None(String),
}

/// A distribution that is installed.
struct Distribution {
    modules: Vec<String>,
    is_given: bool,
    is_required: bool,
}

/// Chooses of what a run of [`LIST_MODULES`] found: the name of the distribution, and its modules with commas between them, the one to
/// import first. `wanted` is the name that was asked for; a project says its own.
///
/// # Errors
/// When it brings no modules, or nothing says which.
pub fn choose_modules(
    report: &RunReport,
    package: &str,
    wanted: Option<&str>,
) -> Result<(String, String), ModulesError> {
    let unknown = || ModulesError::Unknown(package.to_owned());
    let mut all = BTreeSet::new();
    let mut name = None;
    // The newest Python last: its word counts.
    for case in report
        .cases
        .iter()
        .filter(|case| case.verdict != Verdict::Skipped)
    {
        let steps = report.trace_of(case).map_or(&[][..], |trace| trace.steps);
        let value = steps.last().and_then(|step| step.fact("value"));
        let found = value.map(read_distributions).unwrap_or_default();
        let known = wanted.map(str::to_owned).or_else(|| find_given(&found));
        if let Some((known, distribution)) = known.and_then(|name| found.get_key_value(&name)) {
            name = Some(known.clone());
            all.extend(distribution.modules.iter().cloned());
        }
    }
    let name = name.ok_or_else(unknown)?;
    let first = choose_first(&name, &all).ok_or_else(|| ModulesError::None(name.clone()))?;
    let others = all
        .iter()
        .filter(|module| **module != first && !ASIDE.contains(&module.as_str()));
    let modules: Vec<&str> = std::iter::once(&first)
        .chain(others)
        .map(String::as_str)
        .collect();
    Ok((name, modules.join(",")))
}

/// The distribution that came from a path: the one that says so, or the only one that no other requires.
fn find_given(found: &BTreeMap<String, Distribution>) -> Option<String> {
    let only = |is_wanted: fn(&Distribution) -> bool| {
        let mut names = found
            .iter()
            .filter(|(_, distribution)| is_wanted(distribution))
            .map(|(name, _)| name.clone());
        names.next().filter(|_| names.next().is_none())
    };
    only(|distribution| distribution.is_given)
        .or_else(|| only(|distribution| !distribution.is_required))
}

/// The module that is imported: the one that is called as the distribution is, else the first public one.
fn choose_first(name: &str, modules: &BTreeSet<String>) -> Option<String> {
    let plain = |text: &str| text.replace(['-', '_', '.'], "").to_lowercase();
    let is_called_so = |module: &&String| {
        let last = module.rsplit('.').next().unwrap_or(module);
        plain(module) == plain(name) || plain(last) == plain(name)
    };
    let is_public = |module: &&String| {
        !module.split('.').any(|part| part.starts_with('_')) && !ASIDE.contains(&module.as_str())
    };
    let mut by_name = modules.iter().filter(is_called_so);
    let private = by_name.clone().next();
    let found = by_name
        .find(is_public)
        .or(private)
        .or_else(|| modules.iter().find(is_public))
        .or_else(|| modules.first());
    found.cloned()
}

fn read_distributions(value: &FactValue) -> BTreeMap<String, Distribution> {
    let FactValue::Map(entries) = value else {
        return BTreeMap::new();
    };
    let plain = |text: &str| unquote(text).unwrap_or_else(|| text.to_owned());
    let distributions = entries.iter().filter_map(|(name, value)| {
        let FactValue::Map(fields) = value else {
            return None;
        };
        let field = |name: &str| {
            fields
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value)
        };
        let modules = match field("modules") {
            Some(FactValue::List(items)) => {
                items.iter().map(|item| plain(&item.to_string())).collect()
            }
            _ => Vec::new(),
        };
        let is = |name| matches!(field(name), Some(FactValue::Bool(true)));
        Some((
            plain(name),
            Distribution {
                modules,
                is_given: is("given"),
                is_required: is("required"),
            },
        ))
    });
    distributions.collect()
}
