//! Where the behaviour of a scenario changes over all versions that are known, in a form that can go into a bug report.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::explain::{render_differences, render_sources};
use super::show::{render_heading, render_note};
use super::style::Style;
use crate::compare::bisect::{
    VersionBehaviour, choose_middle, find_change_points, versions_without_behaviour,
};
use crate::compare::boundaries::notes_between;
use crate::compare::history::{History, Records};
use crate::compare::name_on_command_line;
use crate::compare::untested_ranges::describe_ranges;
use crate::compare::{Boundary, group_by_key};
use crate::python::version::InterpreterKey;
use crate::record::{BehaviourId, ScenarioReport, VariantId};
use crate::text::{joined, plural, shell_word, visible, wrapped};
use crate::trace::difference::find_differences;

/// The content of the page of change points.
pub struct BisectionPage<'a> {
    /// The scenario or row, as it was named.
    pub id: &'a VariantId,
    /// The scenario, where its file or a report has it.
    pub scenario: Option<&'a ScenarioReport>,
    /// Where what is known comes from.
    pub records: Records<'a>,
    /// Its rows.
    pub histories: &'a [History],
    /// Pythons that could be run, if some were asked for.
    pub given: Option<AvailablePythons<'a>>,
}

/// Pythons that could be run on.
pub struct AvailablePythons<'a> {
    /// Their keys.
    pub keys: &'a BTreeSet<InterpreterKey>,
    /// The Pythons that this command ran on already.
    pub tried: &'a BTreeSet<InterpreterKey>,
    /// How each is asked for with `--python`, and the rest of the command behind it.
    pub request: &'a dyn Fn(&InterpreterKey) -> String,
}

/// Title, what is known of each row, its change points with what differs across them, what to try next, the sources, and how to
/// see it oneself. Rows of which the same is known share it.
pub fn render_bisection(page: &BisectionPage<'_>, style: Style) -> String {
    let mut out = match page.scenario {
        Some(scenario) => render_heading(scenario, style),
        None => format!("{}\n", style.strong(&visible(page.id))),
    };
    let histories = page.histories.iter();
    let texts = histories.map(|history| (render_history(page, history, style), history));
    for (text, histories) in group_by_key(texts) {
        out.push('\n');
        if histories.iter().any(|history| history.case != *page.id) {
            for history in histories {
                let _ = writeln!(out, "{}", style.strong(&visible(&history.case)));
            }
        }
        out.push_str(&text);
    }
    render_next(&mut out, page);
    if let Some(scenario) = page.scenario {
        out.push_str(&render_sources(scenario, style));
        render_reproduction(&mut out, page, scenario);
        let _ = writeln!(out, "\nscenario file: {}", visible(&scenario.file));
    }
    out
}

/// The behaviours of a row by version, its change points, and versions without a behaviour.
fn render_history(page: &BisectionPage<'_>, history: &History, style: Style) -> String {
    let width = style.prose_width();
    let mut out = String::new();
    for (seen, keys) in group_stretches(history) {
        render_stretch(&mut out, history.letter(seen), &joined(keys, ", "), width);
    }
    let changes = find_change_points(history);
    for change in &changes {
        render_change(&mut out, page, history, change, style);
    }
    if changes.is_empty() {
        let text = match history.behaviours().count() {
            0 if history.seen.is_empty() => {
                let file = page.scenario.map(|scenario| &*scenario.file);
                let words = name_on_command_line(file, runnable_id(page, history));
                format!("nothing is known of what it does now; `modswap run {words}` runs it")
            }
            0 => "no version has a behaviour of its own".to_owned(),
            1 => "no other version is known".to_owned(),
            _ => "no change between versions that are known".to_owned(),
        };
        let _ = writeln!(out, "{text}");
    }
    let unclear = versions_without_behaviour(history);
    let unclear = joined(
        unclear.map(|(key, why)| format!("{key} {}", visible(why))),
        ", ",
    );
    let old = joined(&history.stale, ", ");
    for (is_any, text) in [
        (!unclear.is_empty(), format!("no behaviour: {unclear}")),
        (
            !old.is_empty(),
            format!("left out: {old}; the scenario did something else when it ran there"),
        ),
    ] {
        if is_any {
            let _ = writeln!(out, "\n{}", wrapped(&text, width));
        }
    }
    out
}

/// Neighbours that behave alike, by build.
fn group_stretches(history: &History) -> Vec<(&BehaviourId, Vec<&InterpreterKey>)> {
    let mut shown: Vec<_> = history.behaviours().collect();
    let build = |key: &InterpreterKey| (key.free_threaded, key.debug);
    shown.sort_by_key(|(key, _)| build(key));
    let mut stretches: Vec<(&BehaviourId, Vec<&InterpreterKey>)> = Vec::new();
    for (key, seen) in shown {
        match stretches.last_mut() {
            Some((known, keys)) if *known == seen && build(keys[0]) == build(key) => keys.push(key),
            _ => stretches.push((seen, vec![key])),
        }
    }
    stretches
}

/// A letter, and versions in lines that stand below each other.
fn render_stretch(out: &mut String, letter: &str, text: &str, width: usize) {
    const LETTER: usize = 3;
    let letters = std::iter::once(letter).chain(std::iter::repeat(""));
    for (letter, line) in letters.zip(wrapped(text, width - LETTER).lines()) {
        let _ = writeln!(out, "{letter:LETTER$}{line}");
    }
}

/// A change point, the hole in it, why, and what differs.
fn render_change(
    out: &mut String,
    page: &BisectionPage<'_>,
    history: &History,
    change: &Boundary<VersionBehaviour<'_>>,
    style: Style,
) {
    let ((before, was), (after, now)) = (change.before, change.after);
    let hole = describe_ranges(&change.untested_ranges(history), before.build_suffix());
    let is_near = before.version.major == after.version.major;
    let hole = match hole {
        Some(hole) => format!("{hole} not run"),
        None if is_near => "no release in between".to_owned(),
        None => "no supported release in between".to_owned(),
    };
    let [old, new] = [was, now].map(|id| history.letter(id));
    let text = format!("changed between {before} ({old}) and {after} ({new}); {hole}");
    let lines = wrapped(&text, style.prose_width());
    let lines = lines.lines().map(|line| style.strong(line) + "\n");
    let _ = write!(out, "\n{}", lines.collect::<String>());
    if let Some(scenario) = page.scenario {
        let notes = notes_between(&scenario.changes, before, after);
        out.extend(notes.map(|note| render_note(note, style)));
    }
    let behaviour = |id| page.records.behaviour(&history.case, id);
    match (behaviour(was), behaviour(now)) {
        (Some(was), Some(now)) => {
            out.push_str(&render_differences(&find_differences(was, now), style));
        }
        _ => out.push_str("    what differs is in no report that was read\n"),
    }
}

/// The commands that run next, on Pythons that are given.
fn render_next(out: &mut String, page: &BisectionPage<'_>) {
    let Some(given) = &page.given else { return };
    let file = page.scenario.map(|scenario| &*scenario.file);
    let open = || given.keys.iter().filter(|key| !given.tried.contains(*key));
    let mut shown: BTreeSet<(&VariantId, Vec<&InterpreterKey>)> = BTreeSet::new();
    let mut lines = String::new();
    for history in page.histories {
        for change in find_change_points(history) {
            let candidates = change.candidates(history, open());
            let Some(middle) = choose_middle(&candidates) else {
                continue;
            };
            let id = runnable_id(page, history);
            if !shown.insert((id, candidates.clone())) {
                continue;
            }
            let count = candidates.len();
            let what = match &candidates[..] {
                [version] => format!("{version} lies"),
                [first, .., last] if count > 6 => {
                    format!("{first} to {last}, {}, lie", plural(count, "Python"))
                }
                all => format!("{} lie", joined(all, ", ")),
            };
            let (before, after) = (change.before.0, change.after.0);
            let _ = writeln!(
                lines,
                "next: modswap run {} --python {}\n  ({what} between {before} and {after})",
                name_on_command_line(file, id),
                (given.request)(middle),
            );
        }
    }
    out.push('\n');
    if lines.is_empty() {
        if !given.tried.is_empty() {
            let _ = write!(out, "ran on {}; ", joined(given.tried, ", "));
        }
        let given = plural(given.keys.len(), "Python");
        let _ = writeln!(
            out,
            "nothing is left to try: of {given} given none lies in such a hole"
        );
    } else {
        out.push_str(&lines);
        out.push_str("with --run this command does so, until nothing is left to try\n");
    }
}

/// The id under which a command runs what the page is about: with parameters that of a row, which says their values.
fn runnable_id<'p>(page: &BisectionPage<'p>, history: &'p History) -> &'p VariantId {
    let has_parameters = |scenario: &&ScenarioReport| !scenario.parameters.is_empty();
    match page.scenario.filter(has_parameters) {
        Some(_) => &history.case,
        None => page.id,
    }
}

/// How to see the last change of the first row that has one without this program.
fn render_reproduction(out: &mut String, page: &BisectionPage<'_>, scenario: &ScenarioReport) {
    let mut changed = page.histories.iter();
    let last = changed.find_map(|history| Some((history, find_change_points(history).pop()?)));
    let Some((history, change)) = last else {
        return;
    };
    let name = name_on_command_line(Some(&scenario.file), &history.case);
    out.push_str("\nreproduce it without modswap\n");
    for ((key, _), file) in [(change.before, "before.py"), (change.after, "after.py")] {
        let key = shell_word(&key.to_string());
        let _ = writeln!(out, "  modswap script {name} --python {key} > {file}");
    }
    out.push_str("  (their first lines say how they are run)\n");
}
