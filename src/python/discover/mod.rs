//! Finding interpreters: the sources, one file each, and [`discover`], which asks what they found and what the user
//! named, and makes the [`Inventory`].

mod candidate;
mod environment;
mod path;
mod pyenv;
mod shim;
mod system;

use std::path::Path;
use std::time::Duration;

use tokio::task::JoinSet;

use self::candidate::Sightings;
pub(crate) use self::candidate::is_python_path;
pub use self::candidate::{Candidate, Origin};
pub use self::environment::Environment;
use super::facts::{Facts, printable};
use super::identity;
use super::inventory::{Interpreter, Inventory, Rejected};
use super::probe::{ProbeError, probe};
use super::request::{PythonRequest, Wanted};
use super::version::InterpreterKey;

/// How interpreters are asked what they are.
#[derive(Clone, Copy, Debug)]
pub struct ProbeOptions {
    /// How long one may take.
    pub timeout: Duration,
    /// How many are asked at the same time; 0 is taken as 1.
    pub jobs: usize,
}

impl Default for ProbeOptions {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            jobs: std::thread::available_parallelism().map_or(1, Into::into),
        }
    }
}

/// Why a file or a command is no interpreter to run on.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// No such executable, a shim, a path that cannot be written down.
    #[error("{0}")]
    File(String),
    /// It does not say what it is.
    #[error(transparent)]
    Probe(#[from] ProbeError),
    /// Not `CPython`.
    #[error("{0}, not CPython")]
    Implementation(String),
    /// Before 2.7, or 3.0 to 3.3.
    #[error("Python {0}, too old: modswap supports 2.7 and 3.4 or newer")]
    TooOld(InterpreterKey),
}

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
/// cannot be used; the first of them in the order of the requests.
pub async fn discover(
    environment: &Environment,
    requests: &[PythonRequest],
    options: ProbeOptions,
) -> Result<Inventory, DiscoverError> {
    let mut interpreters = asked_for(environment, requests, options).await?;
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

/// The interpreters named by path, name or command.
async fn asked_for(
    environment: &Environment,
    requests: &[PythonRequest],
    options: ProbeOptions,
) -> Result<Vec<Interpreter>, DiscoverError> {
    let unusable = |request: &PythonRequest, reason| DiscoverError::Unusable {
        request: request.to_string(),
        reason,
    };
    let mut named = Vec::new();
    for request in requests.iter().filter(|request| !request.is_version()) {
        let command = command(request, environment)
            .map_err(|reason| unusable(request, Unusable::File(reason)))?;
        named.push((request, command));
    }
    let commands = named.iter().map(|(_, command)| command.clone()).collect();
    let answers = probe_all(commands, options).await;
    named
        .into_iter()
        .zip(answers)
        .map(|((request, command), answer)| {
            let mut interpreter = judged(command, Origin::Command, answer)
                .map_err(|reason| unusable(request, reason))?;
            interpreter.key.label.clone_from(&request.label);
            Ok(interpreter)
        })
        .collect()
}

/// The words a request stands for, with relative paths made absolute: interpreters run in folders of their own.
fn command(request: &PythonRequest, environment: &Environment) -> Result<Vec<String>, String> {
    let absolute = |word: &str| {
        let path = match (word.strip_prefix("~/"), &environment.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => environment.working_directory.join(word),
        };
        // Without `.` and `..` there is nothing to resolve, and links stay as the user wrote them.
        std::path::absolute(&path).unwrap_or(path)
    };
    let text = |path: &Path| {
        path.to_str()
            .map(str::to_owned)
            .ok_or_else(|| "the path is not UTF-8".to_owned())
    };
    let path = match &request.wanted {
        Wanted::Command(words) => {
            let mut words = words.clone();
            if words[0].contains(std::path::is_separator) {
                words[0] = text(&absolute(&words[0]))?;
            }
            return Ok(words);
        }
        Wanted::Path(path) => absolute(path),
        Wanted::Name(name) => candidate::named(name, environment)?,
        Wanted::Spec { .. } | Wanted::Key(_) => return Err("a version, not a command".to_owned()),
    };
    if !path.exists() {
        return Err("no such file".to_owned());
    }
    if !path.is_file() {
        return Err("not a file".to_owned());
    }
    if let Some(kind) = shim::shim(&path) {
        return Err(format!("a {kind}; name the interpreter behind it"));
    }
    Ok(vec![text(&path)?])
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
    rejected.extend(environments.into_iter().map(orphan));
    Inventory {
        interpreters,
        rejected,
        merged,
    }
}

/// What is said of a virtual environment that is not that of any interpreter found.
fn orphan(environment: Interpreter) -> Rejected {
    let reason = match environment.facts.base_executable {
        Some(base) => format!(
            "virtual environment of {}, which it does not agree with or which cannot be used",
            printable(&base)
        ),
        None => "virtual environment whose base is gone".to_owned(),
    };
    Rejected {
        path: environment.command.join(" "),
        reason,
    }
}

/// Asks each candidate; those that cannot be used go to the rejected.
async fn ask(
    candidates: Vec<Candidate>,
    options: ProbeOptions,
    rejected: &mut Vec<Rejected>,
) -> Vec<Interpreter> {
    let commands: Vec<_> = candidates
        .iter()
        .map(|one| vec![one.path.to_string_lossy().into_owned()])
        .collect();
    let answers = probe_all(commands.clone(), options).await;
    let mut interpreters = Vec::new();
    for ((candidate, command), answer) in candidates.iter().zip(commands).zip(answers) {
        let path = printable(&command[0]);
        match judged(command, candidate.origin, answer) {
            Ok(interpreter) => interpreters.push(interpreter),
            Err(reason) => {
                let reason = reason.to_string();
                tracing::debug!(path, reason, "rejected");
                rejected.push(Rejected { path, reason });
            }
        }
    }
    interpreters
}

/// The interpreter that gave an answer, if modswap can run on it.
fn judged(
    command: Vec<String>,
    origin: Origin,
    answer: Result<Facts, ProbeError>,
) -> Result<Interpreter, Unusable> {
    let facts = answer?;
    if facts.implementation != "cpython" {
        return Err(Unusable::Implementation(facts.implementation_name()));
    }
    let key = facts.key();
    match (key.version.major, key.version.minor) {
        (0..=1, _) | (2, 0..=6) | (3, 0..=3) => Err(Unusable::TooOld(key)),
        _ => Ok(Interpreter {
            key,
            command,
            origin,
            facts,
        }),
    }
}

/// The answers to the commands, in their order; at most `jobs` are asked at a time.
async fn probe_all(
    commands: Vec<Vec<String>>,
    options: ProbeOptions,
) -> Vec<Result<Facts, ProbeError>> {
    let mut answers: Vec<_> = commands.iter().map(|_| None).collect();
    let mut waiting = commands.into_iter().enumerate();
    let mut running = JoinSet::new();
    loop {
        while running.len() < options.jobs.max(1) {
            let Some((index, command)) = waiting.next() else {
                break;
            };
            running.spawn(async move { (index, probe(&command, options.timeout).await) });
        }
        match running.join_next().await {
            Some(Ok((index, answer))) => answers[index] = Some(answer),
            // A probe that panicked has no answer.
            Some(Err(_)) => {}
            None => break,
        }
    }
    answers
        .into_iter()
        .map(|answer| answer.unwrap_or(Err(ProbeError::NoAnswer)))
        .collect()
}

#[cfg(test)]
mod tests;
