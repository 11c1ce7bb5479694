//! `modswap prune`

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

use super::arguments::PruneArguments;
use super::{Exit, Failure, pager, state};
use crate::baseline::{self, Baseline, Pruned};
use crate::plan::{Ids, Selection};
use crate::runner::select_scenarios::SelectError;
use crate::scenario;
use crate::text::visible;

pub(super) fn run(arguments: &PruneArguments) -> Result<Exit, Failure> {
    if !arguments.dry_run {
        state::check_writable(arguments.allow_ci)?;
    }
    let folder = resolve_folder(arguments)?;
    // A folder that holds none is an error, too.
    let scenarios = scenario::load(std::slice::from_ref(&arguments.scenarios));
    let scenarios = scenarios.map_err(SelectError::from)?;
    let all = baseline::ids(&folder)?;
    let ids = select_ids(&all, &arguments.what)?;
    let known: BTreeSet<&str> = scenarios
        .iter()
        .map(|scenario| scenario.id.0.as_str())
        .collect();
    let is_there = |id: &String| known.contains(id.as_str());
    if arguments.what.is_empty() && !all.is_empty() && !all.iter().any(is_there) {
        let text = format!(
            "no scenario of {} is in the baseline {}; is it the baseline of these? Nothing was removed; ids that are named go \
             all the same",
            arguments.scenarios.display(),
            folder.display()
        );
        return Err(Failure::usage(text));
    }
    let mut baseline = baseline::read(&folder, ids.iter().copied())?;
    let pruned = baseline::prune(&mut baseline, &scenarios);
    if !arguments.dry_run {
        write_pruned(&baseline, &pruned)?;
    }
    pager::print_paged(&render_pruned(&pruned, arguments.dry_run))?;
    Ok(Exit::Success)
}

/// Finds the baseline that was named, or that beside the scenarios. These must be a whole folder: what is not in it goes.
fn resolve_folder(arguments: &PruneArguments) -> Result<PathBuf, Failure> {
    let scenarios = &arguments.scenarios;
    let wrong = |text: String| Err(Failure::usage(text));
    if !scenarios.is_dir() {
        return wrong(format!(
            "no folder {}; without the scenarios nothing is known to be gone",
            scenarios.display()
        ));
    }
    if state::is_below_scenarios(scenarios) {
        return wrong(format!(
            "{} is a part of a folder `scenarios`, and what is not in it would go; name the whole folder",
            scenarios.display()
        ));
    }
    let beside = || state::baseline_of_folder(scenarios);
    arguments.baseline.clone().or_else(beside).ok_or_else(|| {
        let text = format!(
            "{} is not called `scenarios`, so that no baseline is beside it; name it: --baseline FOLDER",
            scenarios.display()
        );
        Failure::usage(text)
    })
}

/// Selects the ids that the words name; all of them without a word.
fn select_ids<'a>(all: &'a [String], words: &[String]) -> Result<BTreeSet<&'a str>, Failure> {
    if words.is_empty() {
        return Ok(all.iter().map(String::as_str).collect());
    }
    let known: Ids = all.iter().cloned().collect();
    let mut ids = BTreeSet::new();
    for word in words {
        let selection = Selection::new(std::slice::from_ref(word), &[], &known);
        let selection = selection.map_err(Failure::usage)?;
        let named = all.iter().filter(|id| selection.names(id, id));
        let named: Vec<_> = named.map(String::as_str).collect();
        if named.is_empty() {
            let text = format!("`{word}` names no scenario of the baseline");
            return Err(Failure::new(Exit::Nothing, text));
        }
        ids.extend(named);
    }
    Ok(ids)
}

/// Writes the files that change, and removes those of which nothing is left.
fn write_pruned(baseline: &Baseline, pruned: &[Pruned]) -> Result<(), Failure> {
    let ids: BTreeSet<&str> = pruned.iter().map(|entry| entry.scenario.as_str()).collect();
    for id in ids {
        match baseline.scenarios.get(id) {
            Some(scenario) => {
                baseline::write(&baseline.folder, scenario)?;
            }
            None => baseline::remove(&baseline.folder, id)?,
        }
    }
    Ok(())
}

fn render_pruned(pruned: &[Pruned], dry_run: bool) -> String {
    let mut out = String::new();
    for entry in pruned {
        let _ = writeln!(out, "{}", visible(&entry.text));
    }
    let count = match pruned.len() {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    let _ = match (pruned.is_empty(), dry_run) {
        (true, _) => writeln!(out, "nothing to remove: all of the baseline still exists"),
        (false, true) => writeln!(out, "would remove {count}; nothing was written"),
        (false, false) => writeln!(out, "removed {count}"),
    };
    out
}
