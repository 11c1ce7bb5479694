//! `modswap merge`

use std::path::Path;

use super::arguments::{Common, MergeArguments};
use super::exit::exit_for_report;
use super::results::Destinations;
use super::{Exit, Failure, state, style, warn_user};
use crate::record::RunReport;
use crate::report::context::{RenderContext, ReportOrigin};
use crate::report::format::Format;
use crate::runner;
use crate::runner::merge::Merger;
use crate::runner::merge::holes::{MissingCoverage, holes};
use crate::text::plural;

pub(super) fn run(arguments: &MergeArguments, common: &Common) -> Result<Exit, Failure> {
    let report = merged(&arguments.files)?;
    let strict = arguments.strict;
    // Only now: a file that was written by an earlier merge may be among those that were read.
    let destinations = Destinations::open(&arguments.results, arguments.github)?;
    let holes = holes(&report, &arguments.require);
    tell(&holes, arguments.allow_incomplete);
    let unheld = unheld(&report).filter(|_| strict);
    if let Some(unheld) = &unheld {
        warn_user(unheld);
    }
    let counted = holes.iter().filter(|_| !arguments.allow_incomplete);
    let faults = counted.map(|hole| format!("incomplete: {hole}"));
    let faults: Vec<String> = faults.chain(unheld.clone()).collect();
    let outputs = arguments.results.output.iter().map(AsRef::as_ref);
    // The one that the commands named below can read.
    let file = outputs
        .clone()
        .find(|file| Format::of(file) == Some(Format::Json));
    let links = arguments.results.links();
    let context = RenderContext {
        strict,
        faults: &faults,
        links: &links,
        read_scripts: runner::read_stored_scripts,
        origin: ReportOrigin::Merged { file },
    };
    destinations.take(&report, &context, style(common))?;
    // What was seen outranks what was not.
    Ok(match exit_for_report(&report, strict) {
        Exit::Success if unheld.is_some() => Exit::Violation,
        Exit::Success if !holes.is_empty() && !arguments.allow_incomplete => Exit::Nothing,
        exit => exit,
    })
}

/// The union, taken in one report after the other.
fn merged(files: &[impl AsRef<Path>]) -> Result<RunReport, Failure> {
    let mut merger = Merger::default();
    for file in files.iter().map(AsRef::as_ref) {
        let report = state::read_report(file)?;
        let added = merger.add(report);
        added.map_err(|error| Failure::new(Exit::Usage, format!("{}: {error}", file.display())))?;
    }
    Ok(merger.finish())
}

/// Names what is missing, where standard output has only the report.
fn tell(holes: &[MissingCoverage], are_allowed: bool) {
    if holes.is_empty() {
        return;
    }
    let allowed = if are_allowed { ", as is allowed" } else { "" };
    let mut lines = vec![format!("incomplete{allowed}:")];
    lines.extend(holes.iter().map(ToString::to_string));
    if !are_allowed {
        lines.push("--allow-incomplete lets this pass".to_owned());
    }
    warn_user(&lines.join("\n  "));
}

/// What strictness cannot be held to: nobody knows whether it was accepted.
fn unheld(report: &RunReport) -> Option<String> {
    let cases = report.cases.iter();
    let unheld = cases.filter(|case| case.behaviour().is_some() && case.baseline.is_none());
    let count = unheld.count();
    let was = if count == 1 { "was" } else { "were" };
    (count > 0).then(|| {
        format!(
            "--strict: {} {was} held against no baseline; run them with `--strict` or `--baseline FOLDER`, too",
            plural(count, "case")
        )
    })
}
