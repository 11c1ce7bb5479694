//! `modswap report`

use std::path::Path;

use super::arguments::{Common, ReportArguments, When};
use super::results::Destinations;
use super::{Exit, Failure, state, stdout_style};
use crate::record::read;
use crate::report::context::{RenderContext, ReportOrigin};
use crate::runner;

/// Writes the report again. What it says was the exit code of the command that made it: here, only reading and writing count.
pub(super) fn run(arguments: &ReportArguments, common: &Common) -> Result<Exit, Failure> {
    let file = arguments.file.as_path();
    let is_input = file == Path::new("-");
    let report = if is_input {
        read::input()
    } else {
        read::report(file)
    };
    let report = report.map_err(Failure::usage)?;
    state::warn_of_older(&report, &crate::text::path(file));
    let destinations = Destinations::check(&arguments.results, When::Never)?;
    let links = arguments.results.links();
    let context = RenderContext {
        strict: arguments.strict,
        faults: &[],
        links: &links,
        read_scripts: runner::read_stored_scripts,
        origin: ReportOrigin::Stored {
            file: (!is_input).then_some(file),
        },
    };
    destinations.write_report(&report, &report, &context, stdout_style(common))?;
    Ok(Exit::Success)
}
