//! `modswap report`

use std::path::Path;

use super::arguments::{BaselineArguments, Common, ReportArguments, When};
use super::results::Destinations;
use super::{Exit, Failure, state, stdout_style};
use crate::record::{RunReport, read};
use crate::report::context::{RenderContext, ReportOrigin};
use crate::runner::select_scenarios::{Corpus, ScenarioSelection};
use crate::runner::{self, build_recorded_report};

/// Writes the report again. What it says was the exit code of the command that made it: here, only reading and writing count.
pub(super) fn run(arguments: &ReportArguments, common: &Common) -> Result<Exit, Failure> {
    let file = arguments.file.as_deref();
    let file = file.filter(|file| *file != Path::new("-"));
    let report = if arguments.builtin {
        build_builtin_report()?
    } else {
        let report = file.map_or_else(read::input, read::report);
        report.map_err(Failure::usage)?
    };
    let name = file.unwrap_or(Path::new("-"));
    state::warn_of_older(&report, &crate::text::path(name));
    let destinations = Destinations::check(&arguments.results, When::Never)?;
    let links = arguments.results.links();
    let context = RenderContext {
        strict: arguments.strict,
        faults: &[],
        links: &links,
        read_scripts: runner::read_stored_scripts,
        origin: ReportOrigin::Stored { file },
    };
    destinations.write_report(&report, &report, &context, stdout_style(common))?;
    Ok(Exit::Success)
}

/// The record that the program carries, as a report.
fn build_builtin_report() -> Result<RunReport, Failure> {
    let selection = ScenarioSelection {
        corpus: Corpus::Builtin,
        ..ScenarioSelection::default()
    };
    let scenarios = selection.load()?;
    let record = state::load_record(&scenarios, &BaselineArguments::default())?;
    Ok(build_recorded_report(&scenarios, &record))
}
