//! Finding the Pythons of a command, and what is said when one that must be there is not.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::arguments::Pythons;
use super::{Exit, Failure, say};
use crate::python::discover::{DiscoverError, Environment, Origin, ProbeOptions, discover};
use crate::python::facts::printable;
use crate::python::inventory::{Inventory, Rejected};
use crate::python::listed::ListedPython;
use crate::python::request::PythonRequest;
use crate::python::require;
use crate::report::terminal::style::Style;
use crate::scenario;

const HINT: &str = "`modswap pythons` shows what was found and what was rejected";

/// Finds the Pythons that were asked for; without a request, all of them, and those that are listed beside the scenarios.
/// All that is required must be among them.
pub(super) async fn find_pythons(
    wanted: &Pythons,
    scenarios: &[PathBuf],
    style: Style,
) -> Result<Inventory, Failure> {
    let environment = environment(wanted);
    let listed = listed(wanted, scenarios, style)?;
    let options = probe_options(wanted);
    let found = discover(&environment, &wanted.python, &listed, options).await;
    let inventory = found.map_err(|error| not_found(&error, &environment))?;
    hold(wanted, &inventory)?;
    // Whoever lists a Python expects a column of it.
    let listed = |one: &&Rejected| one.sources.first() == Some(Origin::Listed);
    for one in inventory.rejected.iter().filter(listed) {
        let path = printable(&one.path);
        say(&format!("not used: {path}: {}; {}", one.reason, one.help));
    }
    Ok(inventory)
}

/// How Pythons are asked what they are.
pub(super) fn probe_options(wanted: &Pythons) -> ProbeOptions {
    let usual = ProbeOptions::default();
    ProbeOptions {
        timeout: wanted.probe_timeout.unwrap_or(usual.timeout),
        ..usual
    }
}

/// The Pythons of the lists that are named, or else of those beside the scenarios.
pub(super) fn listed(
    wanted: &Pythons,
    scenarios: &[PathBuf],
    style: Style,
) -> Result<Vec<ListedPython>, Failure> {
    let lists = if wanted.lists.is_empty() {
        scenario::lists_beside(scenarios)
    } else {
        wanted.lists.clone()
    };
    scenario::listed(&lists).map_err(|errors| {
        let problems = errors.render(usize::from(style.width), false);
        let text = format!("wrong list of Pythons; nothing was run\n\n{problems}");
        Failure::new(Exit::Usage, text)
    })
}

/// This process' environment, without a cache if that is wanted.
pub(super) fn environment(wanted: &Pythons) -> Environment {
    let mut environment = Environment::current();
    if wanted.no_cache {
        environment.cache = None;
    }
    environment
}

/// Why what was asked for is not there.
pub(super) fn not_found(error: &DiscoverError, environment: &Environment) -> Failure {
    let mut text = error.to_string();
    if let DiscoverError::NoMatch { rejected, .. } = error {
        text.push_str(&told(rejected));
    }
    if let Some(help) = error.help(environment) {
        let _ = write!(text, "\n  {help}");
    }
    Failure::new(Exit::Nothing, format!("{text}\n{HINT}"))
}

/// Whether all that is required is there.
///
/// # Errors
/// The list of what is not, and what might have been it.
pub(super) fn hold(wanted: &Pythons, inventory: &Inventory) -> Result<(), Failure> {
    let keys: Vec<_> = inventory.interpreters.iter().map(|one| &one.key).collect();
    let unmet = require::unmet(&wanted.require, &keys);
    if unmet.is_empty() {
        return Ok(());
    }
    let texts: Vec<_> = unmet.iter().map(|one| format!("`{one}`")).collect();
    let keys: Vec<_> = keys.iter().map(ToString::to_string).collect();
    let found = if keys.is_empty() {
        "none".to_owned()
    } else {
        keys.join(", ")
    };
    let unmet: Vec<PythonRequest> = unmet.into_iter().cloned().collect();
    let text = format!(
        "required and missing: {}; here: {found}{}\n{HINT}",
        texts.join(", "),
        told(&inventory.like(&unmet))
    );
    Err(Failure::new(Exit::Nothing, text))
}

/// Whether every Python that a list requires is there.
///
/// # Errors
/// The first that is not.
pub(super) fn hold_listed(listed: &[ListedPython], inventory: &Inventory) -> Result<(), Failure> {
    let required = listed.iter().filter(|one| one.required);
    let is_lost = |name: &String| inventory.rejected.iter().any(|one| one.path == *name);
    let names = required.map(|one| format!("{} ({})", one.name(), one.place));
    match names.into_iter().find(is_lost) {
        None => Ok(()),
        Some(name) => Err(Failure::new(
            Exit::Nothing,
            format!("required and cannot be used: {name}"),
        )),
    }
}

/// What was rejected and might have been what is missing.
fn told(rejected: &[Rejected]) -> String {
    let mut text = String::new();
    for one in rejected {
        let path = printable(&one.path);
        let _ = write!(text, "\n  {path}: {}\n    {}", one.reason, one.help);
    }
    text
}
