//! `modswap run`

use std::collections::HashSet;
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use super::arguments::{BASELINE, Common, Regression, RunArguments};
use super::corpus::{is_check, load_scenarios};
use super::exit::exit_for_report;
use super::left_out::{LeftOut, render_unset};
use super::results::Destinations;
use super::run_scenarios::{RunOptions, run_scenarios};
use super::watch::watch;
use super::{Exit, Failure, events, state, stdout_style, tell_user, warn_user};
use crate::builtin::is_builtin_baseline;
use crate::exec::Installs;
use crate::plan::Shard;
use crate::record::id::CaseId;
use crate::report::context::{RenderContext, ReportOrigin};
use crate::report::format::Format;
use crate::runner;
use crate::runner::select_scenarios::ScenarioSelection;
use crate::scenario::model::Scenario;

pub(super) async fn run(arguments: RunArguments, common: &Common) -> Result<Exit, Failure> {
    if arguments.watch {
        return watch(arguments, common).await;
    }
    let failed = arguments.regression.failed_from.as_deref();
    let only = failed.map(read_failed_cases).transpose()?;
    let mut selection = ScenarioSelection::from(&arguments.scenarios);
    let rows = only.iter().flatten().map(|case| case.variant.clone());
    selection.rows = rows.collect();
    let scenarios = load_scenarios(&selection)?;
    run_selected(&selection, scenarios, only, &arguments, common).await
}

/// Runs these of the selected scenarios, or only some cases of them, and does with the report what the arguments say.
pub(super) async fn run_selected(
    selection: &ScenarioSelection,
    scenarios: Vec<Scenario>,
    only: Option<HashSet<CaseId>>,
    arguments: &RunArguments,
    common: &Common,
) -> Result<Exit, Failure> {
    let style = stdout_style(common);
    if only.as_ref().is_some_and(HashSet::is_empty) {
        tell_user("nothing failed in that report");
        return Ok(Exit::Success);
    }
    // The checks of `modswap vet` are its business, unless they are named.
    let is_named = !selection.paths_and_ids().1.is_empty();
    let checks = scenarios.iter().filter(|one| !is_named && is_check(one));
    let checks: Vec<String> = checks.map(|one| one.id.0.clone()).collect();
    let (scenarios, unset) = selection.leave_out_unset(scenarios)?;
    let unset = unset.and_then(|unset| unset.without(&checks));
    // Of what failed, everything says its values.
    let unset = unset.filter(|_| only.is_none());
    let roots = selection.roots_of(&scenarios);
    let baseline = state::baseline_folder(&scenarios, &arguments.execution.baseline);
    let strict = arguments.regression.strict;
    let mut options = run_options(&arguments.regression, only);
    // Before anything runs: a name that cannot be written is known at once.
    let mut destinations = Destinations::check(&arguments.results, arguments.github)?;
    let sinks = destinations.take_event_sinks().into_iter();
    let (observers, writers): (Vec<_>, Vec<_>) =
        sinks.map(|sink| events::start_writer(sink, strict)).unzip();
    options.observers = observers;
    let (left_out, observer) = LeftOut::watch();
    options.observers.push(observer);
    if !arguments.packages && !selection.picks_scenarios() {
        options.installs = Installs::Own;
    }
    options.draws_progress =
        arguments.results.format != Format::Ndjson || !std::io::stdout().is_terminal();
    let run = run_scenarios(scenarios, &roots, &arguments.execution, options).await?;
    let report = &run.report;
    if let Some(folder) = &baseline {
        state::save_run(folder, report);
    } else if !arguments.execution.baseline.no_baseline {
        for root in &roots {
            state::save_run(root, report);
        }
    }
    let mut exit = exit_for_report(report, strict);
    let mut faults = Vec::new();
    if exit == Exit::Nothing {
        let text = "nothing could run: every case was skipped; the results say why";
        warn_user(text);
        faults.push(text.to_owned());
    }
    let links = arguments.results.links();
    let context = RenderContext {
        strict,
        faults: &faults,
        links: &links,
        read_scripts: runner::read_stored_scripts,
        origin: ReportOrigin::Run {
            baseline: baseline
                .as_deref()
                .filter(|folder| *folder != Path::new(BASELINE))
                .filter(|folder| !is_builtin_baseline(folder)),
        },
    };
    let written = destinations.write_report(report, &run.with_recorded(), &context, style);
    for writer in writers {
        exit = writer.finish(exit).await;
    }
    let unset = unset.as_ref().map(render_unset);
    for line in unset.into_iter().chain(left_out.render()) {
        tell_user(&line);
    }
    written.map(|()| exit)
}

fn run_options(arguments: &Regression, only: Option<HashSet<CaseId>>) -> RunOptions {
    RunOptions {
        shard: arguments.shard.unwrap_or(Shard::WHOLE),
        only,
        repeat: usize::from(arguments.repeat.unwrap_or(1)),
        max_failures: arguments
            .max_fail
            .map(|most| usize::try_from(most).unwrap_or(usize::MAX)),
        strict: arguments.strict,
        ..RunOptions::default()
    }
}

/// Reads the cases of a stored report that failed or did not finish.
fn read_failed_cases(file: &Path) -> Result<HashSet<CaseId>, Failure> {
    let report = state::read_report(file)?;
    let failed = report.cases.into_iter().filter(|case| case.verdict.fails());
    let failed = failed.map(|case| CaseId {
        variant: case.case,
        interpreter: Arc::unwrap_or_clone(case.interpreter),
    });
    let open = report.unfinished.into_iter();
    let open = open.map(|case| CaseId {
        variant: case.case,
        interpreter: case.interpreter,
    });
    Ok(failed.chain(open).collect())
}
