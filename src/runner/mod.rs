//! A run: find the Pythons, plan, execute, judge, hold against the baseline, and build the report. Usable without the command line:
//! a caller that draws nothing passes no observers.

mod build_report;
mod dispatch;
mod error;
pub mod merge;
pub mod observer;
mod pack_projects;
mod recorded;
pub mod resolve_pythons;
pub mod select_parameters;
pub mod select_scenarios;
mod stored_scripts;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use build_report::{interpreter_report, scenario_report};
pub use error::RunError;
pub use recorded::{add_recorded, build_recorded_report};
pub use stored_scripts::{ScriptRenderer, read_stored_scripts};

use crate::baseline::Baseline;
use crate::exec::{Isolation, Options, PackageOptions};
use crate::interrupt::shutdown_requested;
use crate::plan::{Plan, Shard};
use crate::record::{CaseId, RunReport};
use crate::scenario::model::Scenario;
use crate::scenario::package::Package;
use build_report::ReportBuilder;
use dispatch::Dispatcher;
use observer::RunObserver;
use pack_projects::prepare_packages;
use resolve_pythons::PythonSelection;

/// Limit for a case when neither its scenario nor the request sets one.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// A run that is asked for.
#[derive(Debug)]
pub struct RunRequest<'a> {
    /// The selected scenarios.
    pub scenarios: Vec<Scenario>,
    /// The files and folders that they came from: `pythons.yaml` is looked for beside them, and projects of their own may lie below.
    pub roots: &'a [PathBuf],
    /// Which Pythons.
    pub pythons: &'a PythonSelection,
    /// Packages that every case can import.
    pub with: &'a [Package],
    /// How packages are installed; the cache folder and the projects are found by the run.
    pub packages: PackageOptions,
    /// The accepted behaviours that cases are held against.
    pub baseline: Option<&'a Baseline>,
    /// Which part of the rows.
    pub shard: Shard,
    /// Only these cases, if given.
    pub only: Option<HashSet<CaseId>>,
    /// Cases at the same time; by default the number of processors.
    pub jobs: Option<usize>,
    /// Limit for a case whose scenario sets none.
    pub timeout: Option<Duration>,
    /// How cases are kept apart.
    pub isolation: Isolation,
    /// How often each case runs; at least once.
    pub repeat: usize,
    /// How many cases may fail before no more are started.
    pub max_failures: Option<usize>,
    /// True if the rest is skipped on a Python whose first case does not end in time.
    pub first_must_end: bool,
}

/// Runs what is asked for and reports it, also where a signal or `max_failures` ends the run early.
///
/// # Errors
/// When nothing can run, or the harness itself fails.
pub async fn run(
    mut request: RunRequest<'_>,
    mut observers: Vec<Box<dyn RunObserver>>,
) -> Result<RunReport, RunError> {
    let packages = prepare_packages(
        &mut request.scenarios,
        request.roots,
        request.with,
        &request.packages,
    )?;
    let started = jiff::Timestamp::now();
    let clock = Instant::now();
    // One for the whole run: a signal that comes between two would be lost.
    let shutdown = shutdown_requested();
    tokio::pin!(shutdown);
    let inventory = tokio::select! {
        found = request.pythons.resolve(request.roots, &mut observers) => found?,
        () = &mut shutdown => return Err(RunError::Interrupted),
    };
    if inventory.interpreters.is_empty() {
        return Err(RunError::NoInterpreter);
    }
    tracing::info!(interpreters = inventory.interpreters.len(), elapsed = ?clock.elapsed(), "found the Pythons");
    let mut plan = Plan::new(request.scenarios, inventory.interpreters).sharded(request.shard);
    if let Some(only) = &request.only {
        plan = plan.only(|case| only.contains(case));
        report_missing_cases(&plan, only, &mut observers)?;
    }
    let plan = Arc::new(plan);
    let options = Options {
        packages,
        jobs: request.jobs.unwrap_or_else(|| {
            std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
        }),
        timeout: request.timeout.unwrap_or(DEFAULT_TIMEOUT),
        isolation: request.isolation,
        repeat: request.repeat,
        first_must_end: request.first_must_end,
    };
    let builder = ReportBuilder::new(&plan, request.baseline);
    let mut dispatcher = Dispatcher::new(&plan, builder, observers, request.max_failures);
    dispatcher.follow(options, shutdown).await?;
    dispatcher.finish(&inventory.rejected, (started, clock.elapsed()))
}

/// Says which of the cases that were asked for by name cannot run here. None of them is an error while others can.
fn report_missing_cases(
    plan: &Plan,
    only: &HashSet<CaseId>,
    observers: &mut [Box<dyn RunObserver>],
) -> Result<(), RunError> {
    let planned: HashSet<CaseId> = plan.cases.iter().map(|case| plan.id_of(case)).collect();
    let mut missing: Vec<_> = only.difference(&planned).collect();
    missing.sort();
    for case in missing {
        let warning = format!(
            "{} on {} cannot be run again here: no such scenario is selected, or no such Python is here",
            crate::text::visible(&case.variant),
            case.interpreter
        );
        observer::warn(observers, &warning);
    }
    if plan.cases.is_empty() {
        return Err(RunError::NothingToRepeat);
    }
    Ok(())
}
