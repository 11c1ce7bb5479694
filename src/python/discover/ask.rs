//! Asking many at once what they are, and judging whether modswap can run on them.

use std::time::Duration;

use tokio::task::JoinSet;

use super::{Candidate, Origin};
use crate::python::facts::{Facts, printable};
use crate::python::inventory::{Interpreter, Rejected};
use crate::python::probe::{ProbeError, probe};
use crate::python::version::InterpreterKey;

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

/// Asks each candidate; those that cannot be used go to the rejected.
pub(super) async fn ask(
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
pub(super) fn judged(
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
pub(super) async fn probe_all(
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
