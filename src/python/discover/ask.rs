//! Asking many at once what they are, and judging whether modswap can run on them.

use std::time::Duration;

use tokio::task::JoinSet;

use super::{Candidate, Environment, Sources, Unusable};
use crate::python::cache::Cache;
use crate::python::facts::Facts;
use crate::python::inventory::{Interpreter, Rejected};
use crate::python::probe::{ProbeError, probe};

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
            timeout: Duration::from_secs(30),
            jobs: std::thread::available_parallelism().map_or(1, Into::into),
        }
    }
}

/// What candidates turned out to be.
pub(super) struct Asked {
    pub(super) interpreters: Vec<Interpreter>,
    pub(super) rejected: Vec<Rejected>,
}

/// Asks each candidate; those that cannot be used are rejected.
pub(super) async fn ask(
    candidates: Vec<Candidate>,
    environment: &Environment,
    options: ProbeOptions,
    cache: &mut Cache,
) -> Asked {
    let commands: Vec<_> = candidates
        .iter()
        .map(|one| vec![one.path.to_string_lossy().into_owned()])
        .collect();
    let answers = probe_all(commands.clone(), options, cache).await;
    let mut asked = Asked {
        interpreters: Vec::new(),
        rejected: Vec::new(),
    };
    for ((candidate, command), answer) in candidates.into_iter().zip(commands).zip(answers) {
        let Candidate { path, sources } = candidate;
        match judged(command, sources.clone(), answer) {
            Ok(interpreter) => asked.interpreters.push(interpreter),
            Err(reason) => {
                let rejected = Rejected::new(&path, &reason, sources, environment);
                tracing::debug!(path = rejected.path, reason = rejected.reason, "rejected");
                asked.rejected.push(rejected);
            }
        }
    }
    asked
}

/// The interpreter that gave an answer, if modswap can run on it.
pub(super) fn judged(
    command: Vec<String>,
    sources: Sources,
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
            flags: Vec::new(),
            env: Vec::new(),
            sources,
            facts,
        }),
    }
}

/// The answers to the commands, in their order; at most `jobs` are asked at a time, and none whose answer is known.
pub(super) async fn probe_all(
    commands: Vec<Vec<String>>,
    options: ProbeOptions,
    cache: &mut Cache,
) -> Vec<Result<Facts, ProbeError>> {
    let mut answers: Vec<_> = commands
        .iter()
        .map(|command| cache.answer(command).map(Ok))
        .collect();
    let unknown = |(index, _): &(usize, Vec<String>)| answers[*index].is_none();
    let mut waiting: Vec<_> = commands.into_iter().enumerate().filter(unknown).collect();
    waiting.reverse();
    let mut running = JoinSet::new();
    loop {
        while running.len() < options.jobs.max(1) {
            let Some((index, command)) = waiting.pop() else {
                break;
            };
            let stamp = cache.stamp(&command);
            running.spawn(async move {
                let answer = probe(&command, options.timeout).await;
                (index, command, stamp, answer)
            });
        }
        match running.join_next().await {
            Some(Ok((index, command, stamp, answer))) => {
                if let (Ok(facts), Some(stamp)) = (&answer, stamp) {
                    cache.remember(&command, stamp, facts);
                }
                answers[index] = Some(answer);
            }
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
