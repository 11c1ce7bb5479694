//! Finding interpreters: [`discover`] asks what the sources found and what the user named, and makes the [`Inventory`].

use std::path::Path;

use super::cache::ProbeCache;
use super::collector::{Candidate, Collector};
use super::environment::Environment;
use super::identity::{exclude_known_files, merge_by_build, merge_by_file};
use super::inventory::{Interpreter, Inventory, MergeReason, MergedName, Rejected, Sources};
use super::probe_queue::{ProbeOptions, probe_all};
use super::pythons_yaml::NamedPython;
use super::reject::RejectReason;
use super::releases::RELEASES;
use super::request::PythonRequest;
use super::sources::{PLACES, search};
use super::version::InterpreterKey;
use crate::text::nearest;

/// The reason for which there is no inventory. Either way an interpreter that was asked for is missing.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// No interpreter found has the version.
    #[error("no interpreter matches `{request}`; {}found: {}", suggest_release(.request), join_keys(.found))]
    NoMatch {
        /// The `--python` text.
        request: String,
        /// The keys of those that were found.
        found: Vec<InterpreterKey>,
        /// Those that would perhaps match if they could be used.
        rejected: Vec<Rejected>,
    },
    /// An interpreter named by path or command cannot be used.
    #[error("`{request}` cannot be used: {reason}")]
    Unusable {
        /// The `--python` text, or the entry of a list.
        request: String,
        /// The reason.
        #[source]
        reason: RejectReason,
    },
}

impl DiscoverError {
    /// Returns what to do about it, where there is more to say than the error itself does.
    pub fn help(&self, environment: &Environment) -> Option<String> {
        match self {
            Self::NoMatch { .. }
            | Self::Unusable {
                reason: RejectReason::NoFile(_),
                ..
            } => None,
            Self::Unusable { request, reason } => {
                let path = environment.working_directory.join(request);
                Some(reason.help(&path, environment))
            }
        }
    }
}

/// The release that was probably meant by one that there is not: `3.13` by `3.31`.
fn suggest_release(request: &str) -> String {
    let known = RELEASES.map(|release| format!("{}.{}", release.version.0, release.version.1));
    let is_known = known.iter().any(|known| known == request);
    let newest_first = known.iter().rev().map(String::as_str);
    let near = nearest(request, newest_first).filter(|_| !is_known);
    // Of one digit another is no mistake.
    let near = near.filter(|near| near.len() == request.len() && near.len() > "3.9".len());
    near.map_or_else(String::new, |near| format!("did you mean `{near}`? "))
}

/// Joins keys by commas, for messages.
pub fn join_keys<'a>(keys: impl IntoIterator<Item = &'a InterpreterKey>) -> String {
    let keys: Vec<_> = keys.into_iter().map(ToString::to_string).collect();
    if keys.is_empty() {
        return "none".to_owned();
    }
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
    listed: &[NamedPython],
    options: ProbeOptions,
) -> Result<Inventory, DiscoverError> {
    let inventory = discover_all(environment, requests, listed, options).await?;
    let selected = inventory.select(requests);
    let Some(missing) = selected.missing.first() else {
        return Ok(selected);
    };
    let is_missing = |request: &&PythonRequest| request.to_string() == missing.wanted;
    let unmet = requests.iter().find(is_missing).cloned();
    let keys = inventory.interpreters.iter().map(|found| found.key.clone());
    Err(DiscoverError::NoMatch {
        request: missing.wanted.clone(),
        found: keys.collect(),
        rejected: inventory.find_rejected_like(unmet.as_slice()),
    })
}

/// Finds all interpreters as far as the requests need them, before versions select from them: those that are named by path or
/// command, and, if a version is asked for or nothing is, those that the sources find and those that are listed. Of a list that
/// nobody named, a command is started where its label is asked for, and otherwise only for a version that nothing else has.
///
/// # Errors
/// [`DiscoverError::Unusable`] if what is named cannot be used, or, without requests, what is listed as required.
pub async fn discover_all(
    environment: &Environment,
    requests: &[PythonRequest],
    listed: &[NamedPython],
    options: ProbeOptions,
) -> Result<Inventory, DiscoverError> {
    let is_search = requests.is_empty() || requests.iter().any(PythonRequest::is_version);
    let executables = requests.iter().filter(|request| !request.is_version());
    let to_named = |request| NamedPython::requested(request, environment);
    let mut named: Vec<_> = executables.map(to_named).collect();
    let listed = listed.iter().filter(|_| is_search);
    let listed = listed.map(|python| NamedPython {
        required: python.required && requests.is_empty(),
        ..python.clone()
    });
    let (asked, others): (Vec<_>, Vec<_>) =
        listed.partition(|python| python.is_asked_for(requests));
    named.extend(asked);
    let mut search = Search {
        environment,
        options,
        cache: ProbeCache::load(environment),
        rejected: Vec::new(),
        merged: Vec::new(),
    };
    let mut interpreters = search.probe_named(named).await?;
    if is_search {
        interpreters.extend(search.search_sources().await);
    }
    let is_unmet = |request: &PythonRequest| {
        let mut found = interpreters.iter();
        request.is_version() && !found.any(|interpreter| request.matches(&interpreter.key))
    };
    if requests.iter().any(is_unmet) {
        let listed = search.probe_named(others).await?;
        interpreters.splice(0..0, listed);
    }
    search.cache.save();
    let (interpreters, twins) = merge_by_build(interpreters);
    search.merged.extend(twins);
    Ok(Inventory::new(interpreters, search.rejected, search.merged))
}

/// A search under way: what it depends on, and what became of that which is no interpreter of its own.
pub(super) struct Search<'a> {
    pub(super) environment: &'a Environment,
    pub(super) options: ProbeOptions,
    pub(super) cache: ProbeCache,
    pub(super) rejected: Vec<Rejected>,
    merged: Vec<MergedName>,
}

impl Search<'_> {
    /// Finds the interpreters of the sources; each file is probed once.
    async fn search_sources(&mut self) -> Vec<Interpreter> {
        let mut collector = Collector::new(self.environment);
        for place in PLACES {
            search(place, self.environment, &mut collector);
        }
        collector.resolve_shims();
        self.rejected.extend(collector.rejected);
        let (files, names) = merge_by_file(collector.candidates);
        self.merged.extend(names);
        let mut interpreters = self.probe_candidates(files.clone()).await;
        // A virtual environment counts as its base, which may lie where nothing was looked for.
        let bases = interpreters.iter().filter_map(|interpreter| {
            Some(Candidate {
                path: interpreter.info.base_executable.as_ref()?.into(),
                sources: interpreter.sources.clone(),
            })
        });
        let (bases, _) = merge_by_file(exclude_known_files(bases.collect(), &files));
        interpreters.extend(self.probe_candidates(bases).await);
        let (interpreters, twins) = merge_by_build(interpreters);
        self.merged.extend(twins);
        let (environments, interpreters): (Vec<_>, Vec<_>) = interpreters
            .into_iter()
            .partition(|interpreter| interpreter.info.environment.is_some());
        for virtualenv in environments {
            // One that has another build than its base is a copy that was made before an upgrade.
            let base = virtualenv.info.base_executable.as_deref();
            let is_base = |found: &&Interpreter| Some(&*found.info.executable) == base;
            let (path, sources) = (virtualenv.command_line(), virtualenv.sources);
            if let Some(base) = interpreters.iter().find(is_base) {
                self.merged.push(MergedName {
                    path,
                    into: base.command_line(),
                    reason: MergeReason::VirtualEnvironment,
                    sources,
                });
            } else {
                let reason = RejectReason::NoBase(virtualenv.info.base_executable);
                self.reject(path.as_ref(), &reason, sources);
            }
        }
        interpreters
    }

    /// Probes candidates, and adds those that cannot be used to the rejected.
    async fn probe_candidates(&mut self, candidates: Vec<Candidate>) -> Vec<Interpreter> {
        let commands = candidates.into_iter().map(|candidate| {
            let command = vec![candidate.path.to_string_lossy().into_owned()];
            (candidate, command)
        });
        let answers = probe_all(commands.collect(), self.options, &mut self.cache).await;
        let mut interpreters = Vec::new();
        for (candidate, command, answer) in answers {
            match Interpreter::from_probe(command, candidate.sources.clone(), answer) {
                Ok(interpreter) => interpreters.push(interpreter),
                Err(reason) => self.reject(&candidate.path, &reason, candidate.sources),
            }
        }
        interpreters
    }

    /// Adds a path that cannot be used to the rejected.
    fn reject(&mut self, path: &Path, reason: &RejectReason, sources: Sources) {
        let entry = Rejected::new(path, reason, sources, self.environment);
        tracing::debug!(path = entry.path, reason = entry.reason, "rejected");
        self.rejected.push(entry);
    }
}

#[cfg(test)]
#[path = "discover_tests.rs"]
mod tests;
