//! From arguments to a run: what `run`, `show`, `explain` and `bisect` share.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::PathBuf;

use super::arguments::{Execution, OneScenario, Pythons, Scenarios, ShowArguments};
use super::configuration::usual_scenarios;
use super::corpus::{corpus, load_scenario};
use super::progress::Progress;
use super::{Failure, state};
use crate::baseline::Baseline;
use crate::exec::{Installs, Isolation, PackageOptions};
use crate::plan::Shard;
use crate::record::{CaseId, RunReport, VariantId};
use crate::runner::observer::RunObserver;
use crate::runner::resolve_pythons::PythonSelection;
use crate::runner::select_scenarios::ScenarioSelection;
use crate::runner::{self, RunRequest};
use crate::scenario::model::Scenario;

/// Options of a run that only some commands have.
pub(super) struct RunOptions {
    /// Which part of the rows.
    pub(super) shard: Shard,
    /// Only these cases, if given.
    pub(super) only: Option<HashSet<CaseId>>,
    /// How often each case runs.
    pub(super) repeat: usize,
    /// How many cases may fail before no more are started.
    pub(super) max_failures: Option<usize>,
    /// True if the rest is skipped on a Python whose first case does not end in time.
    pub(super) first_must_end: bool,
    /// True if the baseline counts where there is no folder of one yet.
    pub(super) strict: bool,
    /// Which packages may be installed, unless `--offline` says none.
    pub(super) installs: Installs,
    /// Observers beside the line of progress.
    pub(super) observers: Vec<Box<dyn RunObserver>>,
    /// True if a line of progress may be drawn: not where the terminal shows something else meanwhile.
    pub(super) draws_progress: bool,
    /// How cases are called in it.
    pub(super) names: fn(&VariantId) -> String,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            shard: Shard::WHOLE,
            only: None,
            repeat: 1,
            max_failures: None,
            first_must_end: false,
            strict: false,
            installs: Installs::All,
            observers: Vec::new(),
            draws_progress: true,
            names: |id| id.to_string(),
        }
    }
}

impl From<&Pythons> for PythonSelection {
    fn from(arguments: &Pythons) -> Self {
        Self {
            requests: arguments.python.clone(),
            lists: arguments.lists.clone(),
            required: arguments.require.clone(),
            get: arguments.get.clone(),
            probe_timeout: arguments.probe_timeout,
            no_cache: arguments.no_cache,
        }
    }
}

impl From<&Scenarios> for ScenarioSelection {
    fn from(arguments: &Scenarios) -> Self {
        Self {
            corpus: corpus(arguments.builtin),
            words: arguments.what.clone(),
            tags: arguments.tag.clone(),
            usual: usual_scenarios(),
            values: arguments.parameters.set.clone(),
            rows: Vec::new(),
        }
    }
}

impl From<&OneScenario> for ScenarioSelection {
    fn from(arguments: &OneScenario) -> Self {
        Self {
            corpus: corpus(arguments.builtin),
            words: arguments.what.clone(),
            tags: Vec::new(),
            usual: usual_scenarios(),
            values: arguments.parameters.set.clone(),
            rows: Vec::new(),
        }
    }
}

/// The files and folders beside which `pythons.yaml` is looked for.
pub(super) fn list_roots() -> Vec<PathBuf> {
    let usual = ScenarioSelection {
        usual: usual_scenarios(),
        ..ScenarioSelection::default()
    };
    usual
        .roots()
        .into_iter()
        .filter(|root| root.exists())
        .collect()
}

/// A run, and what is recorded of its scenarios.
pub(super) struct CompletedRun {
    /// The run alone: what is stored.
    pub(super) report: RunReport,
    /// The record of its scenarios, if every Python that was found took part.
    record: Option<Baseline>,
}

impl CompletedRun {
    /// The run with what is recorded of Pythons that are not here, unless only some were wanted.
    pub(super) fn with_recorded(&self) -> Cow<'_, RunReport> {
        let Some(record) = &self.record else {
            return Cow::Borrowed(&self.report);
        };
        let mut report = self.report.clone();
        runner::add_recorded(&mut report, record);
        Cow::Owned(report)
    }
}

/// Runs scenarios that came from these files and folders.
pub(super) async fn run_scenarios(
    scenarios: Vec<Scenario>,
    roots: &[PathBuf],
    execution: &Execution,
    options: RunOptions,
) -> Result<CompletedRun, Failure> {
    let baseline = state::load_baseline(&scenarios, &execution.baseline, options.strict)?;
    let request = RunRequest {
        scenarios,
        roots,
        pythons: &PythonSelection::from(&execution.cases.pythons),
        with: &execution.cases.with,
        packages: PackageOptions {
            installs: if execution.cases.offline {
                Installs::Nothing
            } else {
                options.installs
            },
            build: execution.cases.build,
            ..PackageOptions::default()
        },
        baseline: baseline.as_ref(),
        shard: options.shard,
        only: options.only,
        jobs: execution.cases.jobs.map(usize::from),
        timeout: execution.cases.timeout,
        isolation: execution.cases.isolation.unwrap_or(Isolation::Fork),
        repeat: options.repeat,
        max_failures: options.max_failures,
        first_must_end: options.first_must_end,
    };
    let mut observers: Vec<Box<dyn RunObserver>> = vec![Box::new(Progress::new(
        options.draws_progress,
        options.names,
    ))];
    observers.extend(options.observers);
    let report = runner::run(request, observers).await?;
    let is_of_all_pythons = execution.cases.pythons.python.is_empty();
    let record = if is_of_all_pythons && !execution.baseline.no_baseline {
        let ids = report.scenarios.iter().map(|scenario| scenario.id.as_str());
        let baseline = baseline.unwrap_or_default();
        Some(state::add_builtin_record(
            baseline,
            ids,
            &execution.baseline,
        )?)
    } else {
        None
    };
    Ok(CompletedRun { report, record })
}

/// Runs one scenario, and that alone.
pub(super) async fn run_one(arguments: &ShowArguments) -> Result<CompletedRun, Failure> {
    let selection = ScenarioSelection::from(&arguments.scenario);
    let scenario = load_scenario(&selection)?;
    let mut roots = selection.roots_of(std::slice::from_ref(&scenario));
    if !scenario.is_builtin() {
        roots.push(PathBuf::from(&scenario.file));
    }
    let options = RunOptions {
        repeat: usize::from(arguments.repeat.unwrap_or(1)),
        ..RunOptions::default()
    };
    run_scenarios(vec![scenario], &roots, &arguments.execution, options).await
}
