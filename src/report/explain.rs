//! The explanation of one scenario: what it is about, what changed between which versions and why, and the sources.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::model::{CaseReport, ChangeReport, RunReport, ScenarioReport};
use super::style::Style;
use super::summary::plural;
use super::trace::{noted, reproduce};
use crate::compare::Row;
use crate::python::version::{InterpreterKey, PythonVersion};
use crate::text::{visible, wrapped};
use crate::trace::fact::FactValue;

/// Differences that are shown of one variant at one boundary.
const MOST: usize = 8;

/// Rows that changed between two versions, each with the cases before and after.
type Crossing<'a> = Vec<(&'a Row<'a>, &'a CaseReport, &'a CaseReport)>;

/// Title, prose, boundaries with their notes and what differs across them, sources, and how to see it oneself.
pub fn render(
    report: &RunReport,
    scenario: &ScenarioReport,
    rows: &[Row<'_>],
    style: Style,
) -> String {
    let (bold, plain) = if style.colour {
        ("\x1b[1m", "\x1b[0m")
    } else {
        ("", "")
    };
    let width = usize::from(style.width).min(100);
    let mut out = String::new();
    let _ = writeln!(out, "{bold}{}{plain}", visible(&scenario.id));
    let _ = writeln!(out, "{}", visible(&scenario.title));
    if let Some(about) = &scenario.about {
        let _ = writeln!(out, "\n{}", wrapped(&visible(about), width));
    }
    let mut boundaries: BTreeMap<(&InterpreterKey, &InterpreterKey), Crossing<'_>> =
        BTreeMap::new();
    for row in rows {
        for (before, after) in row.crossings() {
            let pair = (&before.case.interpreter, &after.case.interpreter);
            boundaries
                .entry(pair)
                .or_default()
                .push((row, before.case, after.case));
        }
    }
    let mut ordered: Vec<_> = boundaries.into_iter().collect();
    ordered.sort_by_key(|((before, after), _)| (*after, *before));
    let mut told: Vec<&str> = Vec::new();
    for ((before, after), crossing) in &ordered {
        let _ = writeln!(out, "\n{bold}{before} → {after}{plain}");
        for change in between(scenario, before, after) {
            noted(&mut out, "  ", change, style);
            told.push(&change.since);
        }
        differences(&mut out, report, crossing, rows.len());
    }
    let rest = scenario.changes.iter();
    let rest: Vec<_> = rest
        .filter(|change| !told.contains(&change.since.as_str()))
        .collect();
    if ordered.is_empty() && rest.is_empty() && report.interpreters.len() > 1 {
        out.push_str("\nthe same on every interpreter that was run\n");
    }
    if !rest.is_empty() {
        let _ = writeln!(
            out,
            "\n{bold}not seen between the Pythons that were run{plain}"
        );
        for change in rest {
            noted(&mut out, "  ", change, style);
        }
    }
    if !scenario.refs.is_empty() {
        let _ = writeln!(out, "\n{bold}sources{plain}");
        for source in &scenario.refs {
            let _ = writeln!(out, "  {}", visible(source));
        }
    }
    reproduce(&mut out, report, rows);
    let _ = writeln!(out, "\nscenario file: {}", visible(&scenario.file));
    out
}

/// The changes that came behind one version and not behind the other.
fn between<'a>(
    scenario: &'a ScenarioReport,
    before: &InterpreterKey,
    after: &InterpreterKey,
) -> impl Iterator<Item = &'a ChangeReport> {
    let (before, after) = (before.version.clone(), after.version.clone());
    scenario.changes.iter().filter(move |change| {
        let parts = change.since.split('.').count();
        let whole = if parts == 2 {
            format!("{}.0", change.since)
        } else {
            change.since.clone()
        };
        whole
            .parse::<PythonVersion>()
            .is_ok_and(|since| before < since && since <= after)
    })
}

/// What differs, by variant; variants that differ alike share the lines.
fn differences(out: &mut String, report: &RunReport, crossing: &Crossing<'_>, rows: usize) {
    let mut groups: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
    for (row, before, after) in crossing {
        let lines = difference(report, before, after);
        match groups.iter_mut().find(|(known, _)| *known == lines) {
            Some((_, cases)) => cases.push(row.case),
            None => groups.push((lines, vec![row.case])),
        }
    }
    for (lines, cases) in groups {
        if rows > 1 {
            let variants = cases.iter().map(|case| {
                let variant = case.split_once('[').map_or(*case, |(_, variant)| variant);
                visible(variant.trim_end_matches(']'))
            });
            let _ = writeln!(out, "  in {}", variants.collect::<Vec<_>>().join("; "));
        }
        for line in lines.iter().take(MOST) {
            let _ = writeln!(out, "    {}", visible(line));
        }
        if lines.len() > MOST {
            let more = plural(lines.len() - MOST, "difference");
            let _ = writeln!(out, "    and {more} more; see `modswap show`");
        }
    }
}

/// Facts that differ, each where it begins to: `step 3 import: demo: outcome ok → KeyError`.
fn difference(report: &RunReport, before: &CaseReport, after: &CaseReport) -> Vec<String> {
    let trace = |case: &CaseReport| {
        let digest = case.trace.as_ref();
        digest.and_then(|digest| report.traces.get(digest))
    };
    let (Some(was), Some(now)) = (trace(before), trace(after)) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    let mut told: BTreeMap<&str, (Option<&FactValue>, Option<&FactValue>)> = BTreeMap::new();
    for record in now {
        let twin = was
            .iter()
            .find(|other| (other.step, other.inside) == (record.step, record.inside));
        let Some(twin) = twin else { continue };
        let names = twin.facts.iter().chain(&record.facts);
        let mut seen: Vec<&str> = Vec::new();
        let mut parts = Vec::new();
        for (name, _) in names {
            let name = name.0.as_str();
            if seen.contains(&name) {
                continue;
            }
            seen.push(name);
            let pair = (twin.fact(name), record.fact(name));
            let old = told.insert(name, pair);
            if pair.0 != pair.1 && old != Some(pair) {
                let word = |value: Option<&FactValue>| {
                    value.map_or_else(|| "—".to_owned(), ToString::to_string)
                };
                parts.push(format!("{name} {} → {}", word(pair.0), word(pair.1)));
            }
        }
        let place = format!("step {} {}", record.step, record.action);
        lines.extend(parts.into_iter().map(|part| format!("{place}: {part}")));
    }
    if before.end != after.end {
        let word = |case: &CaseReport| case.end.clone().unwrap_or_else(|| "—".to_owned());
        lines.push(format!(
            "end of the process: {} → {}",
            word(before),
            word(after)
        ));
    }
    lines
}
