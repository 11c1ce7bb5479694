//! Where the behaviour of a scenario changes over all versions that are known, in a form that can go into a bug report.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::MAX_PROSE_WIDTH;
use super::explain::{render_differences, render_sources};
use super::show::{render_heading, render_note};
use super::style::Style;
use crate::compare::bisect::{
    Change, choose_middle, find_change_points, versions_without_behaviour,
};
use crate::compare::boundaries::notes_between;
use crate::compare::history::{History, Records};
use crate::compare::name_on_command_line;
use crate::compare::untested_ranges::describe_ranges;
use crate::python::version::InterpreterKey;
use crate::record::VariantId;
use crate::record::{BehaviourId, ScenarioReport};
use crate::text::{plural, shell_word, visible, wrapped};
use crate::trace::difference::{BehaviourTrace, differences};

/// What the page of change points shows.
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
    let mut groups: Vec<(String, Vec<&History>)> = Vec::new();
    for history in page.histories {
        let text = render_history(page, history, style);
        match groups.iter_mut().find(|(known, _)| *known == text) {
            Some((_, all)) => all.push(history),
            None => groups.push((text, vec![history])),
        }
    }
    for (text, histories) in &groups {
        out.push('\n');
        if histories.iter().any(|history| history.case != *page.id) {
            for history in histories {
                let _ = writeln!(out, "{}", style.strong(&visible(&history.case)));
            }
        }
        out.push_str(text);
    }
    render_next(&mut out, page);
    if let Some(scenario) = page.scenario {
        out.push_str(&render_sources(scenario, style));
        render_reproduction(&mut out, page, scenario);
        let _ = writeln!(out, "\nscenario file: {}", visible(&scenario.file));
    }
    out
}

/// What is known of a row.
fn render_history(page: &BisectionPage<'_>, history: &History, style: Style) -> String {
    let width = usize::from(style.width).min(MAX_PROSE_WIDTH);
    let mut out = String::new();
    for (seen, keys) in group_stretches(history) {
        let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
        render_stretch(&mut out, history.letter(seen), &keys.join(", "), width);
    }
    let changes = find_change_points(history);
    for change in &changes {
        render_change(&mut out, page, history, change, style);
    }
    if changes.is_empty() {
        let text = match history.shown().count() {
            0 if history.seen.is_empty() => {
                let file = page.scenario.map(|scenario| &*scenario.file);
                let words = name_on_command_line(file, page.id);
                format!("nothing is known of what it does now; `modswap run {words}` runs it")
            }
            0 => "no version has a behaviour of its own".to_owned(),
            1 => "no other version is known".to_owned(),
            _ => "no change between versions that are known".to_owned(),
        };
        let _ = writeln!(out, "{text}");
    }
    let unclear =
        versions_without_behaviour(history).map(|(key, why)| format!("{key} {}", visible(why)));
    let unclear: Vec<String> = unclear.collect();
    if !unclear.is_empty() {
        let text = format!("no behaviour: {}", unclear.join(", "));
        let _ = writeln!(out, "\n{}", wrapped(&text, width));
    }
    if !history.stale.is_empty() {
        let old: Vec<String> = history.stale.iter().map(ToString::to_string).collect();
        let text = format!(
            "left out: {}; the scenario did something else when it ran there",
            old.join(", ")
        );
        let _ = writeln!(out, "\n{}", wrapped(&text, width));
    }
    out
}

/// Neighbours that behave alike, by build.
fn group_stretches(history: &History) -> Vec<(&BehaviourId, Vec<&InterpreterKey>)> {
    let mut shown: Vec<_> = history.shown().collect();
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
    for (at, line) in wrapped(text, width - LETTER).lines().enumerate() {
        let letter = if at == 0 { letter } else { "" };
        let _ = writeln!(out, "{letter:LETTER$}{line}");
    }
}

/// A change point, the hole in it, why, and what differs.
fn render_change(
    out: &mut String,
    page: &BisectionPage<'_>,
    history: &History,
    change: &Change<'_>,
    style: Style,
) {
    let width = usize::from(style.width).min(MAX_PROSE_WIDTH);
    let hole = describe_ranges(
        &change.untested_ranges(history),
        change.before.build_suffix(),
    );
    let hole = hole.map_or_else(
        || {
            let is_near = change.before.version.major == change.after.version.major;
            let supported = if is_near { "" } else { "supported " };
            format!("no {supported}release in between")
        },
        |hole| format!("{hole} not run"),
    );
    let text = format!(
        "changed between {} ({}) and {} ({}); {hole}",
        change.before,
        history.letter(change.was),
        change.after,
        history.letter(change.now)
    );
    let lines = wrapped(&text, width);
    let lines = lines.lines().map(|line| style.strong(line) + "\n");
    let _ = write!(out, "\n{}", lines.collect::<String>());
    if let Some(scenario) = page.scenario {
        for note in notes_between(&scenario.changes, change.before, change.after) {
            out.push_str(&render_note(note, style));
        }
    }
    let shown = |seen: &'_ BehaviourId| page.records.trace(&history.case, seen);
    match (shown(change.was), shown(change.now)) {
        (Some(was), Some(now)) => {
            let was = BehaviourTrace {
                trace: was,
                end: &change.was.end,
            };
            let now = BehaviourTrace {
                trace: now,
                end: &change.now.end,
            };
            out.push_str(&render_differences(&differences(was, now), style));
        }
        _ => out.push_str("    what differs is in no report that was read\n"),
    }
}

/// What to run next, of the Pythons that are given.
fn render_next(out: &mut String, page: &BisectionPage<'_>) {
    let Some(given) = &page.given else { return };
    let file = page.scenario.map(|scenario| &*scenario.file);
    let open = || given.keys.iter().filter(|key| !given.tried.contains(*key));
    let mut shown: BTreeSet<Vec<&InterpreterKey>> = BTreeSet::new();
    let mut lines = String::new();
    for history in page.histories {
        for change in find_change_points(history) {
            let candidates = change.candidates(history, open());
            let Some(middle) = choose_middle(&candidates) else {
                continue;
            };
            if !shown.insert(candidates.clone()) {
                continue;
            }
            let all: Vec<String> = candidates.iter().map(ToString::to_string).collect();
            let what = match &all[..] {
                [version] => format!("{version} lies"),
                [first, .., last] if all.len() > 6 => {
                    format!("{first} to {last}, {}, lie", plural(all.len(), "Python"))
                }
                _ => format!("{} lie", all.join(", ")),
            };
            let _ = writeln!(
                lines,
                "next: modswap run {} --python {}\n  ({what} between {} and {})",
                name_on_command_line(file, page.id),
                (given.request)(middle),
                change.before,
                change.after
            );
        }
    }
    out.push('\n');
    if lines.is_empty() {
        let tried: Vec<String> = given.tried.iter().map(ToString::to_string).collect();
        let tried = match &tried[..] {
            [] => String::new(),
            tried => format!("ran on {}; ", tried.join(", ")),
        };
        let _ = writeln!(
            out,
            "{tried}nothing is left to try: of {} given none lies in such a hole",
            plural(given.keys.len(), "Python")
        );
    } else {
        out.push_str(&lines);
        out.push_str("with --run this command does so, until nothing is left to try\n");
    }
}

/// How to see the last change of the first row that has one without this program.
fn render_reproduction(out: &mut String, page: &BisectionPage<'_>, scenario: &ScenarioReport) {
    let last = page.histories.iter().find_map(|history| {
        let change = find_change_points(history).pop()?;
        Some((&history.case, change.before.clone(), change.after.clone()))
    });
    let Some((case, before, after)) = last else {
        return;
    };
    let name = name_on_command_line(Some(&scenario.file), case);
    out.push_str("\nreproduce it without modswap\n");
    for (key, file) in [(before, "before.py"), (after, "after.py")] {
        let key = shell_word(&key.to_string());
        let _ = writeln!(out, "  modswap script {name} --python {key} > {file}");
    }
    out.push_str("  (their first lines say how they are run)\n");
}
