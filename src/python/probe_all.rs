//! Asking many at once what they are, and judging whether modswap can run on them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::cache::ProbeCache;
use super::collector::Candidate;
use super::environment::Environment;
use super::interpreter_info::InterpreterInfo;
use super::inventory::{Interpreter, Rejected};
use super::probe::{ProbeError, probe};
use super::reject::RejectReason;
use super::source::Sources;

/// How long one that is asked keeps others from being asked. Whatever takes longer hardly computes, it waits.
const SLOT_TIMEOUT: Duration = Duration::from_millis(if cfg!(test) { 100 } else { 1000 });

/// How many times `jobs` may be under way in all, those included that wait.
const MAX_PENDING_PER_JOB: usize = 16;

/// How interpreters are asked what they are.
#[derive(Clone, Copy, Debug)]
pub struct ProbeOptions {
    /// How long one may take.
    pub timeout: Duration,
    /// How many are asked at the same time, beside those that have not answered for a second; 0 is taken as 1.
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
pub(super) async fn probe_candidates(
    candidates: Vec<Candidate>,
    environment: &Environment,
    options: ProbeOptions,
    cache: &mut ProbeCache,
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
        match check_supported(command, sources.clone(), answer) {
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
pub(super) fn check_supported(
    command: Vec<String>,
    sources: Sources,
    answer: Result<InterpreterInfo, ProbeError>,
) -> Result<Interpreter, RejectReason> {
    let info = answer?;
    if info.implementation != "cpython" {
        return Err(RejectReason::Implementation(info.implementation_name()));
    }
    let key = info.key();
    match (key.version.major, key.version.minor) {
        (0..=1, _) | (2, 0..=6) | (3, 0..=3) => Err(RejectReason::TooOld(key)),
        _ => Ok(Interpreter {
            key,
            command,
            flags: Vec::new(),
            env: Vec::new(),
            sources,
            info,
        }),
    }
}

/// The interpreter with what its command, which the user named, does to a Python: whatever is measured there is started with
/// the same flags, and, where the command is a script of this machine, with the same variables. What they are behind any other
/// command may be the doing of wherever it leads to. `flags` and `env` are what a list says beside the command.
pub(super) fn apply_command_settings(
    mut interpreter: Interpreter,
    flags: &[String],
    env: &[(String, String)],
) -> Interpreter {
    let info = &interpreter.info;
    interpreter.flags = info.flags.iter().chain(flags).cloned().collect();
    let is_listed = |name: &String| env.iter().any(|(known, _)| known == name);
    let others = info.variables.iter().filter(|(name, _)| !is_listed(name));
    if interpreter.command.len() == 1 {
        interpreter.env = others.chain(env).cloned().collect();
    } else {
        interpreter.env = env.to_vec();
        for (name, _) in others {
            tracing::warn!(
                "`{}` sets {name}, which does not reach what is measured there; list it in a pythons.yaml, with `env: {{{name}: …}}`",
                interpreter.command.join(" ")
            );
        }
    }
    interpreter
}

/// The answers to the commands, in their order; at most `jobs` are asked at a time, and none whose answer is known. One that
/// does not answer soon makes room for the next, so that those that hang wait together.
pub(super) async fn probe_all(
    commands: Vec<Vec<String>>,
    options: ProbeOptions,
    cache: &mut ProbeCache,
) -> Vec<Result<InterpreterInfo, ProbeError>> {
    let mut answers: Vec<_> = commands
        .iter()
        .map(|command| cache.answer(command).map(Ok))
        .collect();
    let unknown = |(index, _): &(usize, Vec<String>)| answers[*index].is_none();
    let mut waiting: Vec<_> = commands.into_iter().enumerate().filter(unknown).collect();
    waiting.reverse();
    let jobs = options.jobs.max(1);
    let slots = Arc::new(Semaphore::new(jobs));
    let mut running = JoinSet::new();
    loop {
        let room = !waiting.is_empty() && running.len() < jobs * MAX_PENDING_PER_JOB;
        // Nothing closes `slots`; and a probe that panicked has no answer.
        tokio::select! {
            Ok(slot) = Arc::clone(&slots).acquire_owned(), if room => {
                let Some((index, command)) = waiting.pop() else {
                    continue;
                };
                let stamp = cache.stamp(&command);
                running.spawn(async move {
                    let answer = answer(&command, options.timeout, slot).await;
                    (index, command, stamp, answer)
                });
            }
            Some(ended) = running.join_next() => {
                if let Ok((index, command, stamp, answer)) = ended {
                    if let (Ok(info), Some(stamp)) = (&answer, stamp) {
                        cache.remember(&command, stamp, info);
                    }
                    answers[index] = Some(answer);
                }
            }
            else => break,
        }
    }
    answers
        .into_iter()
        .map(|answer| answer.unwrap_or(Err(ProbeError::NoAnswer)))
        .collect()
}

/// The answer of one that is asked; it gives its slot back when it has answered, or has not for long.
async fn answer(
    command: &[String],
    limit: Duration,
    slot: OwnedSemaphorePermit,
) -> Result<InterpreterInfo, ProbeError> {
    let answer = probe(command, limit);
    tokio::pin!(answer);
    if let Ok(answer) = timeout(SLOT_TIMEOUT, &mut answer).await {
        return answer;
    }
    drop(slot);
    tracing::info!(
        command = command.join(" "),
        "has not answered for {SLOT_TIMEOUT:?}"
    );
    answer.await
}
