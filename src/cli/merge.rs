//! `modswap merge`

use std::path::Path;

use super::arguments::{Common, Format, MergeArguments};
use super::execute::exit_of;
use super::output::Outputs;
use super::{Exit, Failure, print, style};
use crate::report::merge::Merger;
use crate::report::merge::holes::{Hole, holes};
use crate::report::model::RunReport;
use crate::report::summary::plural;
use crate::report::whole::{self, Made};
use crate::report::{self, read};

pub(super) fn run(arguments: &MergeArguments, common: &Common) -> Result<Exit, Failure> {
    let report = merged(&arguments.files)?;
    let style = style(common);
    let strict = arguments.strict;
    // Only now: a file that was written by an earlier merge may be among those that were read.
    let outputs = Outputs::open(&arguments.output)?;
    outputs.write(&report)?;
    // Other kinds of files and annotations of the merged report belong here.
    let file = arguments.output.first().map(AsRef::as_ref);
    match arguments.format {
        Format::Json => print(&report::json(&report))?,
        Format::Table => print(&whole::render(
            &report,
            strict,
            Made::Merged { file },
            style,
        ))?,
    }
    let holes = holes(&report, &arguments.require);
    tell(&holes, arguments.allow_incomplete);
    let unheld = unheld(&report).filter(|_| strict);
    if let Some(unheld) = &unheld {
        eprintln!("modswap: --strict: {unheld}");
    }
    // What was seen outranks what was not.
    Ok(match exit_of(&report, strict) {
        Exit::Success if unheld.is_some() => Exit::Violation,
        Exit::Success if !holes.is_empty() && !arguments.allow_incomplete => Exit::Nothing,
        exit => exit,
    })
}

/// The union, taken in one report after the other.
fn merged(files: &[impl AsRef<Path>]) -> Result<RunReport, Failure> {
    let mut merger = Merger::default();
    for file in files.iter().map(AsRef::as_ref) {
        let report = read::report(file).map_err(|error| Failure::new(Exit::Usage, error))?;
        let added = merger.add(report);
        added.map_err(|error| Failure::new(Exit::Usage, format!("{}: {error}", file.display())))?;
    }
    Ok(merger.finish())
}

/// Names what is missing, where standard output has only the report.
fn tell(holes: &[Hole], are_allowed: bool) {
    if holes.is_empty() {
        return;
    }
    let allowed = if are_allowed { ", as is allowed" } else { "" };
    eprintln!("modswap: incomplete{allowed}:");
    for hole in holes {
        eprintln!("  {hole}");
    }
    if !are_allowed {
        eprintln!("  --allow-incomplete lets this pass");
    }
}

/// What strictness cannot be held to: nobody knows whether it was accepted.
fn unheld(report: &RunReport) -> Option<String> {
    let cases = report.cases.iter();
    let unheld = cases.filter(|case| case.behaviour().is_some() && case.baseline.is_none());
    let count = unheld.count();
    let was = if count == 1 { "was" } else { "were" };
    (count > 0).then(|| {
        format!(
            "{} {was} held against no baseline; run them with `--strict` or `--baseline FOLDER`, too",
            plural(count, "case")
        )
    })
}
