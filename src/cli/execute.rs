//! Running scenarios: find the Pythons, plan, run, judge as cases finish, and report.

use std::collections::HashSet;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

use super::arguments::{Execution, ShowArguments};
use super::find::find_pythons;
use super::interrupted;
use super::progress::Progress;
use super::session::load_one;
use super::{Exit, Failure, memory, packages, say};
use crate::exec::{self, Event, Isolation, Options};
use crate::plan::{Plan, Shard};
use crate::record::Verdict;
use crate::record::id::CaseId;
use crate::record::{CaseReport, RunReport};
use crate::report::terminal::style::Style;
use crate::runner::build::{Builder, Ended, Times};
use crate::runner::observer::Listener;
use crate::runner::shutdown::asked_to_stop;
use crate::scenario::model::Scenario;
use crate::text::{plural, visible};

/// Limit for a case when neither the scenario nor the command line sets one.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What only `run` is told: how much of the plan, how often, until when, and who listens.
pub(super) struct Controls {
    /// Which part of the rows.
    pub(super) shard: Shard,
    /// Only these cases, if some are given.
    pub(super) only: Option<HashSet<CaseId>>,
    /// How often each case runs.
    pub(super) repeat: usize,
    /// How many cases may fail before no more are started.
    pub(super) max_fail: Option<usize>,
    /// Whether the baseline counts where there is no folder of one yet.
    pub(super) strict: bool,
    /// Who is told what happens.
    pub(super) listeners: Vec<Box<dyn Listener>>,
}

impl Default for Controls {
    fn default() -> Self {
        Self {
            shard: Shard::WHOLE,
            only: None,
            repeat: 1,
            max_fail: None,
            strict: false,
            listeners: Vec::new(),
        }
    }
}

/// A finished run of scenarios, and of whatever Pythons are listed beside their files and folders: the report, and whether
/// Ctrl-C ended it.
pub(super) async fn execute(
    mut scenarios: Vec<Scenario>,
    roots: &[PathBuf],
    arguments: &Execution,
    controls: Controls,
    style: Style,
) -> Result<RunReport, Failure> {
    let baseline = memory::baseline(&scenarios, &arguments.baseline, controls.strict)?;
    let packages = packages::prepare(&mut scenarios, roots, arguments)?;
    let started = jiff::Timestamp::now();
    let clock = Instant::now();
    // One for the whole run: a signal that comes between two would be lost.
    let stop = asked_to_stop();
    tokio::pin!(stop);
    let inventory = tokio::select! {
        found = find_pythons(&arguments.pythons, roots, style) => found?,
        () = &mut stop => return Err(interrupted()),
    };
    if inventory.interpreters.is_empty() {
        return Err(Failure::new(
            Exit::Nothing,
            "no CPython found; `modswap pythons` shows what was rejected and why, `--python PATH` names one",
        ));
    }
    tracing::info!(interpreters = inventory.interpreters.len(), elapsed = ?clock.elapsed(), "found the Pythons");
    let mut plan = Plan::new(scenarios, inventory.interpreters).sharded(controls.shard);
    if let Some(only) = &controls.only {
        plan = plan.only(|case| only.contains(case));
        hold_all(&plan, only)?;
    }
    let plan = Arc::new(plan);
    let jobs = arguments.jobs.map_or_else(
        || std::thread::available_parallelism().map_or(1, Into::into),
        usize::from,
    );
    let options = Options {
        packages,
        jobs,
        timeout: arguments.timeout.unwrap_or(TIMEOUT),
        isolation: arguments.isolation.map_or(Isolation::Fork, Into::into),
        repeat: controls.repeat,
    };
    let mut listeners: Vec<Box<dyn Listener>> = vec![Box::new(Progress::new(plan.cases.len()))];
    listeners.extend(controls.listeners);
    let mut run = Run {
        plan: &plan,
        builder: Builder::new(&plan, baseline.as_ref()),
        listeners,
        max_fail: controls.max_fail,
        failed: 0,
        ended: Ended::default(),
    };
    run.follow(options, stop).await?;
    let times = Times {
        started,
        elapsed: clock.elapsed(),
    };
    run.report(&inventory.rejected, times)
}

/// A run of one scenario, and of that alone.
pub(super) async fn execute_one(
    arguments: &ShowArguments,
    style: Style,
) -> Result<RunReport, Failure> {
    let scenario = load_one(&arguments.id, &arguments.scenarios, style)?;
    let roots = [PathBuf::from(&scenario.file), arguments.scenarios.clone()];
    let controls = Controls {
        repeat: usize::from(arguments.repeat.unwrap_or(1)),
        ..Controls::default()
    };
    execute(
        vec![scenario],
        &roots,
        &arguments.execution,
        controls,
        style,
    )
    .await
}

/// Whether the cases that were asked for by name can run here; those that cannot are said, and none is an error.
fn hold_all(plan: &Plan, only: &HashSet<CaseId>) -> Result<(), Failure> {
    let planned: HashSet<CaseId> = plan.cases.iter().map(|case| plan.id_of(case)).collect();
    let mut lost: Vec<_> = only.difference(&planned).collect();
    lost.sort();
    for CaseId {
        variant,
        interpreter,
    } in lost
    {
        let variant = visible(variant);
        say(&format!(
            "{variant} on {interpreter} cannot be run again here: no such scenario is selected, or no such Python is here"
        ));
    }
    if plan.cases.is_empty() {
        let text = "nothing of what failed can be run again here";
        return Err(Failure::new(Exit::Nothing, text));
    }
    Ok(())
}

/// A run that goes on.
struct Run<'a> {
    plan: &'a Arc<Plan>,
    builder: Builder<'a>,
    listeners: Vec<Box<dyn Listener>>,
    max_fail: Option<usize>,
    failed: usize,
    ended: Ended,
}

impl Run<'_> {
    /// Selects over what happens until nothing runs any more.
    async fn follow(
        &mut self,
        options: Options,
        mut stop: std::pin::Pin<&mut impl Future<Output = ()>>,
    ) -> Result<(), Failure> {
        let (events, mut received) = mpsc::unbounded_channel();
        let (cancel, cancelled) = watch::channel(false);
        let running = exec::execute(Arc::clone(self.plan), options, events, cancelled);
        let running = tokio::spawn(running);
        self.tell(|one, plan| one.planned(plan));
        loop {
            tokio::select! {
                event = received.recv() => match event {
                    None => break,
                    Some(event) => self.event(event),
                },
                () = &mut stop, if !self.ended.interrupted => self.ended.interrupted = true,
            }
            if self.ended != Ended::default() {
                let _ = cancel.send(true);
            }
        }
        self.tell(|one, _| one.closed());
        let ended = running
            .await
            .map_err(io::Error::other)
            .and_then(|ended| ended);
        ended.map_err(|error| Failure::new(Exit::Fault, format!("the runner failed: {error}")))
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Started(at) => self.tell(|one, plan| one.started(plan, at)),
            Event::Installing(at, text) => self.tell(|one, plan| one.installing(plan, at, &text)),
            Event::Finished(at, outcomes) => {
                let case = self.builder.finished(at, outcomes);
                let verdict = case.verdict;
                for listener in &mut self.listeners {
                    listener.finished(case);
                }
                self.failed += usize::from(verdict.fails());
                if let Some(most) = self.max_fail.filter(|most| self.failed >= *most) {
                    let failed = plural(self.failed, "failed case");
                    self.ended
                        .stopped
                        .get_or_insert(format!("after {failed} (--max-fail {most})"));
                }
            }
        }
    }

    fn tell(&mut self, what: impl Fn(&mut dyn Listener, &Plan)) {
        for listener in &mut self.listeners {
            what(&mut **listener, self.plan);
        }
    }

    fn report(
        mut self,
        rejected: &[crate::python::inventory::Rejected],
        times: Times,
    ) -> Result<RunReport, Failure> {
        let complete = self.ended == Ended::default();
        let report = self.builder.finish(rejected, times, self.ended);
        if complete && !report.unfinished.is_empty() {
            return Err(Failure::new(
                Exit::Fault,
                "some cases were never run; this is a bug of modswap",
            ));
        }
        for listener in &mut self.listeners {
            listener.reported(&report);
        }
        Ok(report)
    }
}

/// The exit code that a report asks for.
pub(super) fn exit_of(report: &RunReport, strict: bool) -> Exit {
    let any =
        |wanted: &dyn Fn(Verdict) -> bool| report.cases.iter().any(|case| wanted(case.verdict));
    let is_open = |case: &CaseReport| strict && case.is_unaccepted();
    if report.interrupted {
        Exit::Interrupted
    } else if any(&|verdict| verdict == Verdict::Error) {
        Exit::Fault
    } else if any(&Verdict::is_violation) || report.cases.iter().any(is_open) {
        Exit::Violation
    } else if report.cases.is_empty() && report.partition != Shard::WHOLE.to_string() {
        // A part may be empty; whether the whole is, the merge sees.
        Exit::Success
    } else if !any(&|verdict| verdict != Verdict::Skipped) {
        Exit::Nothing
    } else {
        Exit::Success
    }
}
