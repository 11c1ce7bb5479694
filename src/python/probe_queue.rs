//! Asking many interpreters at once what they are.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::cache::ProbeCache;
use super::interpreter_info::InterpreterInfo;
use super::probe::{ProbeError, probe};
use crate::limits::max_children;

/// The time for which a probe keeps others from being started. Whatever takes longer hardly computes, it waits.
const SLOT_TIMEOUT: Duration = Duration::from_millis(if cfg!(test) { 100 } else { 1000 });

/// The factor of `jobs` that gives how many probes may be under way in all, those included that wait.
const MAX_PENDING_PER_JOB: usize = 16;

/// Settings of probes.
#[derive(Clone, Copy, Debug)]
pub struct ProbeOptions {
    /// The time that one may take.
    pub timeout: Duration,
    /// The number of those that are asked at the same time, beside those that have not answered for a second; 0 is taken as 1.
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

/// Asks commands what they are; the answers come in their order, with what each command stands for, from the cache as far as
/// it has them. One that does not answer soon makes way for the next, so that those that hang wait together.
pub(super) async fn probe_all<T>(
    commands: Vec<(T, Vec<String>)>,
    options: ProbeOptions,
    cache: &mut ProbeCache,
) -> Vec<(T, Vec<String>, Result<InterpreterInfo, ProbeError>)> {
    let jobs = options.jobs.clamp(1, max_children());
    let slots = Arc::new(Semaphore::new(jobs));
    let pending = (jobs * MAX_PENDING_PER_JOB).min(max_children());
    let pending = Arc::new(Semaphore::new(pending));
    let mut answers: Vec<_> = commands
        .iter()
        .map(|(_, command)| cache.get(command).map(Ok))
        .collect();
    let mut probes = JoinSet::new();
    for (index, (_, command)) in commands.iter().enumerate() {
        if answers[index].is_some() {
            continue;
        }
        let (command, stamp) = (command.clone(), cache.stamp(command));
        let (slots, pending) = (Arc::clone(&slots), Arc::clone(&pending));
        probes.spawn(async move {
            // Nothing closes the semaphores.
            let _pending = pending.acquire().await;
            let slot = slots.acquire_owned().await.ok();
            let answer = probe_releasing_slot(&command, options.timeout, slot).await;
            (index, command, stamp, answer)
        });
    }
    while let Some(ended) = probes.join_next().await {
        // A probe that panicked has no answer.
        let Ok((index, command, stamp, answer)) = ended else {
            continue;
        };
        if let (Ok(info), Some(stamp)) = (&answer, stamp) {
            cache.insert(&command, stamp, info);
        }
        answers[index] = Some(answer);
    }
    let answers = answers.into_iter();
    let answers = answers.map(|answer| answer.unwrap_or(Err(ProbeError::NoAnswer)));
    commands
        .into_iter()
        .zip(answers)
        .map(|((subject, command), answer)| (subject, command, answer))
        .collect()
}

/// Probes a command, and gives its slot back when it has answered, or has not for [`SLOT_TIMEOUT`].
async fn probe_releasing_slot(
    command: &[String],
    limit: Duration,
    slot: Option<OwnedSemaphorePermit>,
) -> Result<InterpreterInfo, ProbeError> {
    let answer = probe(command, limit);
    tokio::pin!(answer);
    if let Ok(answer) = timeout(SLOT_TIMEOUT, &mut answer).await {
        return answer;
    }
    drop(slot);
    let command = command.join(" ");
    tracing::info!(command, "has not answered for {SLOT_TIMEOUT:?}");
    answer.await
}
