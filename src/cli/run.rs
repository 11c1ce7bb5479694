//! `modswap run`

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use super::arguments::{BASELINE, Common, Regression, RunArguments};
use super::execute::{Controls, execute, exit_of};
use super::results::Destinations;
use super::session::{load, roots};
use super::{Exit, Failure, events, memory, say, style};
use crate::plan::Shard;
use crate::record::id::CaseId;
use crate::report::context::{RenderContext, ReportOrigin};

pub(super) async fn run(arguments: RunArguments, common: &Common) -> Result<Exit, Failure> {
    let scenarios = load(&arguments.scenarios, common)?;
    let style = style(common);
    let roots = roots(&arguments.scenarios);
    let baseline = memory::folder(&scenarios, &arguments.execution.baseline);
    let strict = arguments.regression.strict;
    let mut controls = controls(&arguments.regression)?;
    if controls.only.as_ref().is_some_and(HashSet::is_empty) {
        say("nothing failed in that report");
        return Ok(Exit::Success);
    }
    // Before anything runs: a name that cannot be written is known at once.
    let destinations = Destinations::open(&arguments.results, arguments.github)?;
    let (listener, events) = events::open(arguments.events.as_deref(), strict)?;
    controls.listeners.extend(listener);
    let report = execute(scenarios, &roots, &arguments.execution, controls, style).await?;
    if let Some(folder) = &baseline {
        memory::remember(folder, &report);
    } else if !arguments.execution.baseline.no_baseline {
        for root in &roots {
            memory::remember(root, &report);
        }
    }
    let exit = exit_of(&report, strict);
    let mut faults = Vec::new();
    if exit == Exit::Nothing {
        let text = "nothing could run: every case was skipped; the results say why";
        say(text);
        faults.push(text.to_owned());
    }
    let links = arguments.results.links();
    let told = RenderContext {
        report: &report,
        strict,
        faults: &faults,
        links: &links,
        made: ReportOrigin::Here {
            baseline: baseline
                .as_deref()
                .filter(|one| *one != Path::new(BASELINE)),
        },
    };
    destinations.take(told, style)?;
    Ok(events.ended(exit).await)
}

fn controls(arguments: &Regression) -> Result<Controls, Failure> {
    let failed = arguments.failed_from.as_deref().map(failed).transpose()?;
    Ok(Controls {
        shard: arguments.shard.unwrap_or(Shard::WHOLE),
        only: failed,
        repeat: usize::from(arguments.repeat.unwrap_or(1)),
        max_fail: arguments
            .max_fail
            .map(|most| usize::try_from(most).unwrap_or(usize::MAX)),
        strict: arguments.strict,
        listeners: Vec::new(),
    })
}

/// What failed in a stored report, or did not finish.
fn failed(file: &Path) -> Result<HashSet<CaseId>, Failure> {
    let report = memory::read_report(file)?;
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
