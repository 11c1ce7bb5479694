//! `modswap merge`

use std::path::Path;

use super::arguments::{Common, MergeArguments};
use super::exit::exit_for_report;
use super::results::Destinations;
use super::{Exit, Failure, state, stdout_style, warn_user};
use crate::record::RunReport;
use crate::report::context::{RenderContext, ReportOrigin};
use crate::report::format::Format;
use crate::runner;
use crate::runner::merge::Merger;
use crate::runner::merge::missing_coverage::find_missing_coverage;
use crate::text::plural;

pub(super) fn run(arguments: &MergeArguments, common: &Common) -> Result<Exit, Failure> {
    let report = merge_files(&arguments.files)?;
    let strict = arguments.strict;
    let destinations = Destinations::check(&arguments.results, arguments.github)?;
    let missing = find_missing_coverage(&report, &arguments.require);
    warn_of_missing(&missing, arguments.allow_incomplete);
    let uncompared = describe_uncompared(&report).filter(|_| strict);
    if let Some(uncompared) = &uncompared {
        warn_user(uncompared);
    }
    let counted = missing.iter().filter(|_| !arguments.allow_incomplete);
    let faults = counted.map(|lack| format!("incomplete: {lack}"));
    let faults: Vec<String> = faults.chain(uncompared.clone()).collect();
    let outputs = arguments.results.output.iter().map(AsRef::as_ref);
    // The one that the commands named below can read.
    let file = outputs
        .clone()
        .find(|file| Format::from_path(file) == Some(Format::Json));
    let links = arguments.results.links();
    let context = RenderContext {
        strict,
        faults: &faults,
        links: &links,
        read_scripts: runner::read_stored_scripts,
        origin: ReportOrigin::Merged { file },
    };
    destinations.write_report(&report, &report, &context, stdout_style(common))?;
    // What was seen outranks what was not.
    Ok(match exit_for_report(&report, strict) {
        Exit::Success if uncompared.is_some() => Exit::Violation,
        Exit::Success if !missing.is_empty() && !arguments.allow_incomplete => Exit::Nothing,
        exit => exit,
    })
}

/// Merges files, one after the other: only the union and the one that is read are in memory.
fn merge_files(files: &[impl AsRef<Path>]) -> Result<RunReport, Failure> {
    let mut merger = Merger::default();
    for file in files.iter().map(AsRef::as_ref) {
        let report = state::read_report(file)?;
        let added = merger.add(report);
        added.map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
    }
    Ok(merger.finish())
}

/// Names what is missing, where standard output has only the report.
fn warn_of_missing(missing: &[String], are_allowed: bool) {
    if missing.is_empty() {
        return;
    }
    let allowed = if are_allowed { ", as is allowed" } else { "" };
    let mut lines = vec![format!("incomplete{allowed}:")];
    lines.extend_from_slice(missing);
    if !are_allowed {
        lines.push("--allow-incomplete lets this pass".to_owned());
    }
    warn_user(&lines.join("\n  "));
}

/// Says how many cases were compared with no baseline, so that nobody knows whether they were accepted.
fn describe_uncompared(report: &RunReport) -> Option<String> {
    let cases = report.cases.iter();
    let uncompared = cases.filter(|case| case.behaviour().is_some() && case.baseline.is_none());
    let count = uncompared.count();
    let was = if count == 1 { "was" } else { "were" };
    (count > 0).then(|| {
        format!(
            "--strict: {} {was} held against no baseline; run them with `--strict` or `--baseline FOLDER`, too",
            plural(count, "case")
        )
    })
}
