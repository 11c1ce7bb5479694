//! Finding the Pythons of a command, and what is said when one that must be there is not.

use std::fmt::Write as _;

use super::arguments::Pythons;
use super::{Exit, Failure};
use crate::python::discover::{DiscoverError, Environment, ProbeOptions, discover};
use crate::python::inventory::{Inventory, Rejected};
use crate::python::request::PythonRequest;
use crate::python::require;

const HINT: &str = "`modswap pythons` shows what was found and what was rejected";

/// Finds the Pythons that were asked for; without a request, all of them. All that is required must be among them.
pub(super) async fn find_pythons(wanted: &Pythons) -> Result<Inventory, Failure> {
    let environment = environment(wanted);
    let found = discover(&environment, &wanted.python, ProbeOptions::default()).await;
    let inventory = found.map_err(|error| not_found(&error, &environment))?;
    hold(wanted, &inventory)?;
    Ok(inventory)
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
    let unmet = require::unmet(&wanted.require, &inventory.interpreters);
    if unmet.is_empty() {
        return Ok(());
    }
    let texts: Vec<_> = unmet.iter().map(|one| format!("`{one}`")).collect();
    let keys = inventory.interpreters.iter().map(|one| one.key.to_string());
    let keys: Vec<_> = keys.collect();
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

/// What was rejected and might have been what is missing.
fn told(rejected: &[Rejected]) -> String {
    let mut text = String::new();
    for one in rejected {
        let _ = write!(text, "\n  {}: {}\n    {}", one.path, one.reason, one.help);
    }
    text
}
