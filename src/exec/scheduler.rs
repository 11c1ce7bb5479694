//! The scheduler: a fixed number of jobs, each of which serves one interpreter at a time through one worker.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::compiled::CachedSupervisor;
use super::packages::{Distribution, InstallCache, PackageOptions, PackageRequest};
use super::worker::Worker;
use crate::limits::max_children;
use crate::plan::Plan;
use crate::program::build_program;
pub use crate::scenario::model::Isolation;
use crate::trace::{ProcessEnd, Trace};

/// How cases are run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Workers at the same time.
    pub jobs: usize,
    /// Limit for a case whose scenario sets none.
    pub timeout: Duration,
    /// How cases are kept apart.
    pub isolation: Isolation,
    /// How often each case runs, one time after another; at least once.
    pub repeat: usize,
    /// How packages are installed.
    pub packages: PackageOptions,
    /// True if the rest is skipped on an interpreter whose first case does not end in time, because it would not end, either.
    pub first_must_end: bool,
}

/// How a run of a case came out.
#[derive(Debug)]
pub enum Outcome {
    /// The case ran to some end.
    Ended {
        /// The trace that was recorded.
        trace: Trace,
        /// The case alone, without the start of its worker.
        duration: Duration,
        /// The distributions that it could import because it required them.
        packages: Vec<Distribution>,
    },
    /// The case was not run, with the reason.
    Skipped(String),
    /// The case could not be judged: the harness failed, not the scenario.
    Error(String),
}

/// An event of a run, for observers. Cases are named by their index in the plan.
#[derive(Debug)]
pub enum Event {
    /// A case starts.
    Started(usize),
    /// Packages that a case requires are being installed, which may take a while; in words.
    Installing(usize, String),
    /// A case will be skipped, because its packages are not installed yet, and are to be installed only if that is asked for.
    LeftOut(usize),
    /// A case is over, with an outcome for each time that it ran.
    Finished(usize, Vec<Outcome>),
}

/// Workers that may fail to start in a row before an interpreter is given up.
const MAX_FAILED_STARTS: usize = 3;
/// Cases that must be left for a second worker of the same interpreter to pay for its start.
const MIN_CASES_PER_WORKER: usize = 16;

/// Why cases are skipped behind a first one that does not end.
const FIRST_HANGS: &str = "what was asked first did not end in time";

/// Runs all cases that the plan does not skip. Events come in the order in which things happen; when `cancelled`
/// turns true nothing new is started, running cases are ended, and cases without an event did not run.
pub async fn execute(
    plan: Arc<Plan>,
    mut options: Options,
    events: mpsc::UnboundedSender<Event>,
    cancelled: watch::Receiver<bool>,
) {
    let queues = Arc::new(Queues::new(&plan, &events));
    let compiled = options
        .packages
        .cache
        .as_deref()
        .and_then(CachedSupervisor::new);
    let compiled = Arc::new(compiled);
    let install_cache = Arc::new(InstallCache::new(std::mem::take(&mut options.packages)));
    let mut jobs = JoinSet::new();
    for _ in 0..options.jobs.clamp(1, max_children()) {
        let job = Job {
            plan: Arc::clone(&plan),
            queues: Arc::clone(&queues),
            options: options.clone(),
            install_cache: Arc::clone(&install_cache),
            events: events.clone(),
            cancelled: cancelled.clone(),
            compiled: Arc::clone(&compiled),
        };
        jobs.spawn(job.serve());
    }
    while let Some(joined) = jobs.join_next().await {
        if let Err(error) = joined {
            tracing::error!(%error, "a job of the runner failed");
        }
    }
}

/// The cases that are left, by interpreter.
struct Queues(Mutex<Vec<Queue>>);

struct Queue {
    cases: VecDeque<usize>,
    workers: usize,
}

impl Queues {
    fn new(plan: &Plan, events: &mpsc::UnboundedSender<Event>) -> Self {
        let mut queues: Vec<Queue> = plan
            .interpreters
            .iter()
            .map(|_| Queue {
                cases: VecDeque::new(),
                workers: 0,
            })
            .collect();
        for (at, case) in plan.cases.iter().enumerate() {
            match &case.skip {
                Some(reason) => {
                    _ = events.send(Event::Finished(at, vec![Outcome::Skipped(reason.clone())]));
                }
                None => queues[case.interpreter].cases.push_back(at),
            }
        }
        Self(Mutex::new(queues))
    }

    fn with_lock<T>(&self, change: impl FnOnce(&mut Vec<Queue>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Chooses the interpreter that a free job should serve: the one with most to do and no worker yet, else one with much left.
    fn claim(&self) -> Option<usize> {
        self.with_lock(|queues| {
            let left = |queue: &Queue| queue.cases.len();
            let unserved = |queue: &Queue| queue.workers == 0 && left(queue) > 0;
            let busy = |queue: &Queue| left(queue) >= MIN_CASES_PER_WORKER * (queue.workers + 1);
            let by = |wanted: &dyn Fn(&Queue) -> bool| {
                let fitting = queues.iter().enumerate().filter(|(_, queue)| wanted(queue));
                fitting
                    .max_by_key(|(at, queue)| (left(queue), usize::MAX - at))
                    .map(|(at, _)| at)
            };
            let chosen = by(&unserved).or_else(|| by(&busy))?;
            queues[chosen].workers += 1;
            Some(chosen)
        })
    }

    fn pop_case(&self, interpreter: usize) -> Option<usize> {
        self.with_lock(|queues| queues[interpreter].cases.pop_front())
    }
}

fn is_timeout(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Ended { trace, .. } if trace.end == ProcessEnd::Timeout)
}

struct Job {
    plan: Arc<Plan>,
    queues: Arc<Queues>,
    options: Options,
    install_cache: Arc<InstallCache>,
    events: mpsc::UnboundedSender<Event>,
    cancelled: watch::Receiver<bool>,
    compiled: Arc<Option<CachedSupervisor>>,
}

impl Job {
    async fn serve(mut self) {
        while let Some(interpreter) = self.queues.claim() {
            let mut worker = None;
            let mut failures = 0;
            let (mut is_first, mut hangs) = (true, false);
            while !*self.cancelled.borrow()
                && let Some(case) = self.queues.pop_case(interpreter)
            {
                if hangs {
                    let skipped = vec![Outcome::Skipped(FIRST_HANGS.to_owned())];
                    let _ = self.events.send(Event::Finished(case, skipped));
                    continue;
                }
                let _ = self.events.send(Event::Started(case));
                let mut stop = self.cancelled.clone();
                let outcomes = tokio::select! {
                    _ = stop.wait_for(|stop| *stop) => None,
                    outcomes = self.run_repeatedly(case, &mut worker, &mut failures) => Some(outcomes),
                };
                let Some(outcomes) = outcomes else { break };
                if std::mem::take(&mut is_first) && self.options.first_must_end {
                    hangs = outcomes.iter().any(is_timeout);
                }
                let _ = self.events.send(Event::Finished(case, outcomes));
            }
            if let Some(worker) = worker {
                worker.shut_down().await;
            }
            if *self.cancelled.borrow_and_update() {
                return;
            }
        }
    }

    /// Runs a case as often as it is to run; what did not run once does not run again.
    async fn run_repeatedly(
        &self,
        case_index: usize,
        worker: &mut Option<Worker>,
        failures: &mut usize,
    ) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        while outcomes.len() < self.options.repeat.max(1) {
            outcomes.push(self.run_once(case_index, worker, failures).await);
            if !matches!(outcomes.last(), Some(Outcome::Ended { .. })) {
                break;
            }
        }
        outcomes
    }

    /// Runs a case once, on the worker of the job or a new one.
    async fn run_once(
        &self,
        case_index: usize,
        worker: &mut Option<Worker>,
        failures: &mut usize,
    ) -> Outcome {
        let case = &self.plan.cases[case_index];
        let interpreter = &self.plan.interpreters[case.interpreter];
        if worker.is_none() {
            if *failures >= MAX_FAILED_STARTS {
                return Outcome::Error(format!(
                    "{} could not be started {MAX_FAILED_STARTS} times",
                    interpreter.key
                ));
            }
            let compiled = self.compiled.as_ref().as_ref();
            match Worker::start(interpreter, compiled).await {
                Ok(started) => {
                    tracing::info!(interpreter = %interpreter.key, "started a worker");
                    *worker = Some(started);
                }
                Err(error) => {
                    *failures += 1;
                    return Outcome::Error(error.to_string());
                }
            }
        }
        let Some(running) = worker.as_mut() else {
            unreachable!("started above")
        };
        let limit = self
            .plan
            .variant(case)
            .timeout
            .unwrap_or(self.options.timeout);
        let mut program = build_program(self.plan.variant(case), &interpreter.key);
        let launch = &mut program.launch;
        launch.flags.splice(0..0, interpreter.flags.iter().cloned());
        launch.env.splice(0..0, interpreter.env.iter().cloned());
        let fork = self.options.isolation == Isolation::Fork && !program.owns_process;
        let wanted = PackageRequest {
            case: case_index,
            interpreter,
            interpreter_index: case.interpreter,
            packages: &program.packages,
        };
        let notify = |text: String| {
            tracing::info!("{}: {text}", interpreter.key);
            let _ = self.events.send(Event::Installing(case_index, text));
        };
        let provided = running.provide_packages(&wanted, &self.install_cache, &notify);
        let answer = match provided.await {
            Ok(Ok(packages)) => {
                let ran = running.run(case_index, &program, packages, fork, limit);
                ran.await
            }
            Ok(Err(missing)) => {
                if missing.is_left_out {
                    let _ = self.events.send(Event::LeftOut(case_index));
                }
                Ok(Outcome::Skipped(missing.reason))
            }
            Err(error) => Err(error),
        };
        tracing::debug!(case = %case.variant_id, interpreter = %interpreter.key, ?answer, "ran");
        if matches!(answer, Ok(Outcome::Ended { .. })) {
            *failures = 0;
        }
        match answer {
            Ok(outcome) => outcome,
            Err(error) => {
                if let Some(broken) = worker.take() {
                    broken.shut_down().await;
                }
                Outcome::Error(error.to_string())
            }
        }
    }
}
