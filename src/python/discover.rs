//! Finding interpreters: the sources, one file each, and [`discover`], which asks what they found and what the user
//! named, and makes the [`Inventory`].

use super::cache::ProbeCache;
use super::collector::{Candidate, Collector};
use super::environment::Environment;
use super::identity;
use super::inventory::{Interpreter, Inventory, MergeReason, MergedName, Rejected};
use super::probe_all::{ProbeOptions, probe_candidates};
use super::pythons_yaml::ListedPython;
use super::reject::RejectReason;
use super::request::PythonRequest;
use super::sources::SOURCES;
use super::version::InterpreterKey;
use super::{listed, named};

/// Why there is no inventory. Either way an interpreter that was asked for is missing.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// No interpreter found has the version.
    #[error("no interpreter matches `{request}`; found: {}", join_keys(.found))]
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
        reason: RejectReason,
    },
}

fn join_keys(keys: &[InterpreterKey]) -> String {
    if keys.is_empty() {
        return "none".to_owned();
    }
    let keys: Vec<_> = keys.iter().map(ToString::to_string).collect();
    keys.join(", ")
}

impl DiscoverError {
    /// What to do about it, where there is more to say than the error itself does.
    pub fn help(&self, environment: &Environment) -> Option<String> {
        match self {
            Self::NoMatch { .. }
            | Self::Unusable {
                reason: RejectReason::File(_),
                ..
            } => None,
            Self::Unusable { request, reason } => {
                let path = environment.working_directory.join(request);
                Some(reason.help(&path, environment))
            }
        }
    }
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
    listed: &[ListedPython],
    options: ProbeOptions,
) -> Result<Inventory, DiscoverError> {
    let inventory = discover_all(environment, requests, listed, options).await?;
    let selected = inventory.select(requests);
    let Some(missing) = selected.missing.first() else {
        return Ok(selected);
    };
    let of_missing = |request: &&PythonRequest| request.to_string() == missing.wanted;
    let unmet: Vec<_> = requests
        .iter()
        .filter(of_missing)
        .take(1)
        .cloned()
        .collect();
    let keys = inventory.interpreters.iter().map(|one| one.key.clone());
    Err(DiscoverError::NoMatch {
        request: missing.wanted.clone(),
        found: keys.collect(),
        rejected: inventory.find_rejected_like(&unmet),
    })
}

/// Everything there is as far as the requests need it, before versions select from it: what is named by path or command,
/// and, if a version is asked for or nothing is, what is listed and what the sources find.
///
/// # Errors
/// [`DiscoverError::Unusable`] if what is named cannot be used, or, without requests, what is listed as required.
pub async fn discover_all(
    environment: &Environment,
    requests: &[PythonRequest],
    listed: &[ListedPython],
    options: ProbeOptions,
) -> Result<Inventory, DiscoverError> {
    let mut cache = ProbeCache::load(environment);
    let mut interpreters =
        named::probe_requested(environment, requests, options, &mut cache).await?;
    let mut found = Inventory::default();
    if requests.is_empty() || requests.iter().any(PythonRequest::is_version) {
        let hold = requests.is_empty();
        let (named, rejected) =
            listed::probe_listed(environment, listed, hold, options, &mut cache).await?;
        interpreters.extend(named);
        found = search_sources(environment, options, &mut cache).await;
        found.rejected.extend(rejected);
    }
    cache.store();
    interpreters.extend(found.interpreters);
    let (interpreters, twins) = identity::merge_by_build(interpreters);
    found.merged.extend(twins);
    Ok(Inventory::new(interpreters, found.rejected, found.merged))
}

/// Everything the sources find, each file asked once.
async fn search_sources(
    environment: &Environment,
    options: ProbeOptions,
    cache: &mut ProbeCache,
) -> Inventory {
    let mut collector = Collector::new(environment);
    for discover in SOURCES {
        discover(environment, &mut collector);
    }
    collector.resolve_shims();
    let Collector {
        candidates,
        mut rejected,
        ..
    } = collector;
    let (files, mut merged) = identity::merge_by_file(candidates);
    let asked = probe_candidates(files.clone(), environment, options, cache).await;
    let mut interpreters = asked.interpreters;
    rejected.extend(asked.rejected);
    // A virtual environment counts as its base, which may lie where nothing was looked for.
    let bases = interpreters.iter().filter_map(|one| {
        Some(Candidate {
            path: one.info.base_executable.as_ref()?.into(),
            sources: one.sources.clone(),
        })
    });
    let (bases, _) =
        identity::merge_by_file(identity::exclude_known_files(bases.collect(), &files));
    let asked = probe_candidates(bases, environment, options, cache).await;
    interpreters.extend(asked.interpreters);
    rejected.extend(asked.rejected);
    let (interpreters, twins) = identity::merge_by_build(interpreters);
    merged.extend(twins);
    let (environments, interpreters): (Vec<_>, Vec<_>) = interpreters
        .into_iter()
        .partition(|one| one.info.environment.is_some());
    for one in environments {
        match find_base(&one, &interpreters) {
            Some(base) => merged.push(MergedName {
                path: one.command.join(" "),
                into: base.command.join(" "),
                reason: MergeReason::VirtualEnvironment,
                sources: one.sources,
            }),
            None => rejected.push(reject_orphan(one, environment)),
        }
    }
    Inventory {
        interpreters,
        rejected,
        merged,
        ..Inventory::default()
    }
}

/// The base of a virtual environment that has another build than its base: a copy made before an upgrade.
fn find_base<'a>(environment: &Interpreter, found: &'a [Interpreter]) -> Option<&'a Interpreter> {
    let base = environment.info.base_executable.as_deref()?;
    found.iter().find(|one| one.info.executable == base)
}

/// What is said of a virtual environment without a usable base.
fn reject_orphan(one: Interpreter, environment: &Environment) -> Rejected {
    let reason = RejectReason::NoBase(one.info.base_executable);
    let path = one.command.join(" ");
    Rejected::new(path.as_ref(), &reason, one.sources, environment)
}

#[cfg(test)]
#[path = "discover_request_tests.rs"]
mod request_tests;
#[cfg(test)]
#[path = "discover_tests.rs"]
mod tests;
