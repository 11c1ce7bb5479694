//! `modswap bisect`

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::arguments::{BisectArguments, Common, Pythons};
use super::corpus::refuse_unset;
use super::run_scenarios::{RunOptions, run_scenarios};
use super::{Exit, Failure, pager, state, stdout_style, tell_user};
use crate::baseline::{self, ScenarioBaseline};
use crate::compare::bisect::next_version;
use crate::compare::history::{History, Records};
use crate::interrupt::shutdown_requested;
use crate::python::inventory::{Interpreter, PythonSource};
use crate::python::version::InterpreterKey;
use crate::record::Verdict;
use crate::record::id::{CaseId, VariantId};
use crate::record::{RunReport, ScenarioReport};
use crate::report::terminal::bisect::{AvailablePythons, BisectionPage, render_bisection};
use crate::runner::RunError;
use crate::runner::resolve_pythons::PythonSelection;
use crate::runner::scenario_report;
use crate::runner::select_scenarios::{ScenarioSelection, SelectError};
use crate::scenario::model::Scenario;
use crate::text::shell_word;

/// All that is known of a scenario, and the files that it takes to know more.
struct Search {
    /// As it was named: of a scenario or of one row.
    id: VariantId,
    /// Where its file is, and the folder of the scenarios.
    roots: Vec<PathBuf>,
    scenario: Option<Scenario>,
    reports: Vec<RunReport>,
    accepted: Option<ScenarioBaseline>,
}

pub(super) async fn run(arguments: BisectArguments, common: &Common) -> Result<Exit, Failure> {
    let style = stdout_style(common);
    let mut search = Search::new(&arguments)?;
    let pythons = &arguments.execution.cases.pythons;
    let given = if arguments.run || selects_pythons(pythons) {
        let selection = PythonSelection::from(pythons);
        // Only a run starts what is listed beside scenarios.
        let roots: &[PathBuf] = if arguments.run { &search.roots } else { &[] };
        tokio::select! {
            found = selection.find(roots) => found?.interpreters,
            () = shutdown_requested() => return Err(RunError::Interrupted.into()),
        }
    } else {
        Vec::new()
    };
    let keys: BTreeSet<InterpreterKey> = given
        .iter()
        .map(|interpreter| interpreter.key.clone())
        .collect();
    let mut tried = BTreeSet::new();
    let mut exit = Exit::Success;
    while arguments.run
        && exit != Exit::Interrupted
        && let Some(key) = next_version(&search.row_histories(), &keys, &tried).cloned()
    {
        exit = exit.max(search.run_on(&arguments, &key).await?);
        tried.insert(key);
    }
    let histories = search.row_histories();
    if histories
        .iter()
        .all(|history| history.behaviours().next().is_none())
    {
        exit = exit.max(Exit::Nothing);
    }
    let options = render_options(&arguments);
    let request = |key: &InterpreterKey| {
        let interpreter = given.iter().find(|interpreter| interpreter.key == *key);
        format!(
            "{}{options}",
            interpreter.map_or_else(|| key.to_string(), render_request)
        )
    };
    let scenario = search.latest_scenario();
    let page = BisectionPage {
        id: &search.id,
        scenario: scenario.as_ref(),
        records: search.records(),
        histories: &histories,
        given: (!keys.is_empty()).then_some(AvailablePythons {
            keys: &keys,
            tried: &tried,
            request: &request,
        }),
    };
    pager::print_paged(&render_bisection(&page, style))?;
    Ok(exit)
}

/// True if the arguments select Pythons.
fn selects_pythons(pythons: &Pythons) -> bool {
    !(pythons.python.is_empty() && pythons.lists.is_empty() && pythons.require.is_empty())
}

/// Renders the `--python` that selects an interpreter: its version where discovery finds it, else its command.
fn render_request(interpreter: &Interpreter) -> String {
    if interpreter.source() != PythonSource::Command {
        return shell_word(&interpreter.key.to_string());
    }
    let words = shlex::try_join(interpreter.command.iter().map(String::as_str));
    let command = words.unwrap_or_else(|_| interpreter.command.join(" "));
    let label = interpreter.key.label.as_ref();
    let label = label.map_or_else(String::new, |label| format!("{label}="));
    shell_word(&format!("{label}{command}"))
}

/// Renders the other options that a run needs to compare with the same baseline.
fn render_options(arguments: &BisectArguments) -> String {
    let baseline = arguments.execution.baseline.baseline.as_ref();
    baseline.map_or_else(String::new, |folder| {
        format!(" --baseline {}", shell_word(&folder.display().to_string()))
    })
}

impl Search {
    fn new(arguments: &BisectArguments) -> Result<Self, Failure> {
        let selection = ScenarioSelection::from(&arguments.scenario);
        let (mut scenario, missing) = match selection.load_one() {
            Ok(scenario) => (Some(scenario), None),
            // What is known of it does not go with its file, unless it is to be run.
            Err(error @ (SelectError::NoFolder | SelectError::NoMatch { .. }))
                if !arguments.run =>
            {
                (None, Some(error))
            }
            Err(error) => return Err(error.into()),
        };
        // What is known of its rows says their values.
        if let (Some(scenario), true) = (&scenario, arguments.run) {
            refuse_unset(scenario)?;
        }
        let (_, ids) = selection.paths_and_ids();
        let named = ids.last().map_or("", String::as_str);
        let mut roots = selection.roots();
        let file = scenario
            .as_ref()
            .map(|scenario| PathBuf::from(&scenario.file));
        let baseline = &arguments.execution.baseline;
        let beside = || {
            let file = file.clone().unwrap_or_else(|| roots[0].join(named));
            state::baseline_of_file(&file)
        };
        let chosen = baseline.baseline.clone().or_else(beside);
        let chosen = chosen.filter(|_| !baseline.no_baseline);
        let mut reports = Vec::new();
        for file in &arguments.report {
            let read = state::read_report(file)?;
            reports.push(read);
        }
        if let (Some(scenario), true) = (&mut scenario, chosen.is_none() && reports.is_empty())
            && !baseline.no_baseline
            && let Some((id, report)) = state::last_run_of(Path::new(&scenario.file))?
        {
            scenario.rename(id);
            reports.push(report);
        }
        let id = match &scenario {
            Some(scenario) => match &scenario.variants[..] {
                [variant] if named.contains('[') => variant.id.clone(),
                _ => VariantId::from(scenario.id.0.as_str()),
            },
            None => VariantId::from(named),
        };
        let name = id.scenario().to_owned();
        let mut accepted = None;
        if let Some(folder) = &chosen {
            if reports.is_empty() {
                reports.extend(state::last_run(folder)?);
            }
            let mut read = baseline::read(folder, [name.as_str()])?;
            accepted = read.scenarios.remove(&name);
        }
        roots.extend(file);
        let search = Self {
            id,
            roots,
            scenario,
            reports,
            accepted,
        };
        if search.row_histories().is_empty() {
            return Err(search.nothing_known(chosen.as_deref(), missing));
        }
        Ok(search)
    }

    fn records(&self) -> Records<'_> {
        Records {
            reports: &self.reports,
            baseline: self.accepted.as_ref(),
        }
    }

    fn scenario_id(&self) -> &str {
        self.id.scenario()
    }

    /// The history of each row.
    fn row_histories(&self) -> Vec<History> {
        let records = self.records();
        let current = self
            .scenario
            .as_ref()
            .map(|scenario| scenario.digest.as_str());
        let Some(digest) = current.or_else(|| records.digest(self.scenario_id())) else {
            return Vec::new();
        };
        let cases = records.rows(self.scenario_id()).into_iter();
        let cases = cases.filter(|case| self.id == self.scenario_id() || *case == &*self.id);
        let histories = cases.map(|case| records.history(self.scenario_id(), case, digest));
        let is_known = |history: &History| !(history.seen.is_empty() && history.stale.is_empty());
        histories.filter(is_known).collect()
    }

    /// The scenario as its file says, else as the newest report does.
    fn latest_scenario(&self) -> Option<ScenarioReport> {
        if let Some(scenario) = &self.scenario {
            return Some(scenario_report(scenario));
        }
        let stored = self.reports.iter().filter_map(|report| {
            let mut all = report.scenarios.iter();
            Some((
                &report.started,
                all.find(|scenario| scenario.id == self.scenario_id())?,
            ))
        });
        let newest = stored.max_by_key(|(started, _)| *started);
        newest.map(|(_, scenario)| scenario.clone())
    }

    /// Says that nothing is known, and what to do.
    fn nothing_known(&self, folder: Option<&Path>, missing: Option<SelectError>) -> Failure {
        let run = if self.reports.is_empty() {
            "no run is remembered"
        } else {
            "no report has it"
        };
        let accepted = folder.map_or_else(
            || "no baseline is known".to_owned(),
            |folder| format!("the baseline {} does not have it", folder.display()),
        );
        let todo = missing.map_or_else(
            || {
                let id = shell_word(&self.id);
                format!("`modswap run {id}` first, or name a stored report with `--report`")
            },
            |missing| missing.to_string(),
        );
        let text = format!(
            "nothing is known of `{}`: {run}, and {accepted}\n  {todo}",
            self.id
        );
        Failure::new(Exit::Nothing, text)
    }

    /// Runs the rows on one interpreter, and adds its report to what is known.
    async fn run_on(
        &mut self,
        arguments: &BisectArguments,
        key: &InterpreterKey,
    ) -> Result<Exit, Failure> {
        let Some(scenario) = self.scenario.clone() else {
            unreachable!("what is run was loaded")
        };
        tell_user(&format!("trying {key}"));
        let cases = scenario.variants.iter().map(|variant| CaseId {
            variant: variant.id.clone(),
            interpreter: key.clone(),
        });
        let options = RunOptions {
            only: Some(cases.collect()),
            ..RunOptions::default()
        };
        let run = run_scenarios(vec![scenario], &self.roots, &arguments.execution, options).await?;
        let report = run.report;
        let is_error = report
            .cases
            .iter()
            .any(|case| case.verdict == Verdict::Error);
        let exit = if report.interrupted {
            Exit::Interrupted
        } else if is_error {
            Exit::Fault
        } else {
            Exit::Success
        };
        self.reports.push(report);
        Ok(exit)
    }
}
