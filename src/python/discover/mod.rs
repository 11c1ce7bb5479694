//! Finding interpreters: the sources, one file each, and [`discover`], which asks what they found and what the user
//! named, and makes the [`Inventory`].

mod ask;
mod candidate;
mod environment;
mod named;
mod path;
mod pyenv;
mod shim;
mod system;

use self::ask::ask;
pub use self::ask::{ProbeOptions, Unusable};
use self::candidate::Sightings;
pub(crate) use self::candidate::is_python_path;
pub use self::candidate::{Candidate, Origin};
pub use self::environment::Environment;
use super::facts::printable;
use super::identity;
use super::inventory::{Interpreter, Inventory, MergeReason, Merged, Rejected};
use super::request::PythonRequest;
use super::version::InterpreterKey;

/// Why there is no inventory. Either way an interpreter that was asked for is missing.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// No interpreter found has the version.
    #[error("no interpreter matches `{request}`; found: {}", list(.found))]
    NoMatch {
        /// The `--python` text.
        request: String,
        /// What there is instead.
        found: Vec<InterpreterKey>,
        /// What would perhaps match if it could be used.
        rejected: Vec<Rejected>,
    },
    /// An interpreter named by path or command cannot be used.
    #[error("`{request}` cannot be used: {reason}")]
    Unusable {
        /// The `--python` text.
        request: String,
        /// Why.
        #[source]
        reason: Unusable,
    },
}

fn list(keys: &[InterpreterKey]) -> String {
    if keys.is_empty() {
        return "none".to_owned();
    }
    let keys: Vec<_> = keys.iter().map(ToString::to_string).collect();
    keys.join(", ")
}

/// Finds the interpreters that are asked for; without requests, every one there is.
///
/// Versions select from what the sources find, which is searched only if a version is asked for or nothing is. A path,
/// name or command is used as given, beside what the versions select.
///
/// # Errors
/// [`DiscoverError::NoMatch`] if a version selects nothing, [`DiscoverError::Unusable`] if what was named otherwise
/// cannot be used. What is named is asked first; of several errors of a kind it is that of the first request.
pub async fn discover(
    environment: &Environment,
    requests: &[PythonRequest],
    options: ProbeOptions,
) -> Result<Inventory, DiscoverError> {
    let mut interpreters = named::asked_for(environment, requests, options).await?;
    let mut rejected = Vec::new();
    let mut merged = Vec::new();
    if requests.is_empty() || requests.iter().any(PythonRequest::is_version) {
        let found = search(environment, options).await;
        interpreters.extend(found.interpreters);
        rejected = found.rejected;
        merged = found.merged;
    }
    let (interpreters, twins) = identity::by_build(interpreters);
    merged.extend(twins);
    let mut inventory = Inventory::new(interpreters, rejected, merged);
    if requests.is_empty() {
        return Ok(inventory);
    }
    // Keys are made unique before they are selected from, so that they do not depend on the selection.
    for request in requests.iter().filter(|request| request.is_version()) {
        let mut keys = inventory.interpreters.iter().map(|one| &one.key);
        if !keys.any(|key| request.matches(key)) {
            return Err(DiscoverError::NoMatch {
                request: request.to_string(),
                found: inventory
                    .interpreters
                    .into_iter()
                    .map(|one| one.key)
                    .collect(),
                rejected: inventory.rejected,
            });
        }
    }
    inventory.interpreters.retain(|one| {
        one.origin == Origin::Command || requests.iter().any(|request| request.matches(&one.key))
    });
    Ok(inventory)
}

/// Everything the sources find, each file asked once.
async fn search(environment: &Environment, options: ProbeOptions) -> Inventory {
    let mut sightings = Sightings::default();
    pyenv::look(environment, &mut sightings);
    path::look(environment, &mut sightings);
    system::look(environment, &mut sightings);
    let Sightings {
        candidates,
        mut rejected,
        ..
    } = sightings;
    let (files, mut merged) = identity::by_file(candidates);
    let mut interpreters = ask(files.clone(), options, &mut rejected).await;
    // A virtual environment counts as its base, which may lie where nothing was looked for.
    let bases = interpreters.iter().filter_map(|one| {
        Some(Candidate {
            path: one.facts.base_executable.as_ref()?.into(),
            origin: one.origin,
        })
    });
    let (bases, _) = identity::by_file(identity::unknown(bases.collect(), &files));
    interpreters.extend(ask(bases, options, &mut rejected).await);
    let (interpreters, twins) = identity::by_build(interpreters);
    merged.extend(twins);
    let (environments, interpreters): (Vec<_>, Vec<_>) = interpreters
        .into_iter()
        .partition(|one| one.facts.environment.is_some());
    for environment in environments {
        match base_of(&environment, &interpreters) {
            Some(base) => merged.push(Merged {
                path: environment.command.join(" "),
                into: base.command.join(" "),
                reason: MergeReason::VirtualEnvironment,
            }),
            None => rejected.push(orphan(environment)),
        }
    }
    Inventory {
        interpreters,
        rejected,
        merged,
    }
}

/// The base of a virtual environment that has another build than its base: a copy made before an upgrade.
fn base_of<'a>(environment: &Interpreter, found: &'a [Interpreter]) -> Option<&'a Interpreter> {
    let base = environment.facts.base_executable.as_deref()?;
    found.iter().find(|one| one.facts.executable == base)
}

/// What is said of a virtual environment without a usable base.
fn orphan(environment: Interpreter) -> Rejected {
    let reason = match environment.facts.base_executable {
        Some(base) => format!(
            "virtual environment of {}, which cannot be used",
            printable(&base)
        ),
        None => "virtual environment whose base is gone".to_owned(),
    };
    Rejected {
        path: environment.command.join(" "),
        reason,
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_requests;
