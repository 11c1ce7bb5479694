//! What a row shows when it is opened.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::Serialize;

use super::Block;
use super::matrix::tone;
use super::scripts::Scripts;
use crate::compare::Row;
use crate::compare::step_table::{self, Step, cut};
use crate::program::script;
use crate::python::version::InterpreterKey;
use crate::record::Verdict;
use crate::record::ranges::ranges;
use crate::record::{BaselineStatus, CaseReport, RunReport, ScenarioReport};
use crate::report::links::Links;
use crate::report::terminal::steps::columns;
use crate::scenario;
use crate::scenario::model::{Scenario, ScenarioId};
use crate::text::{short, visible};

/// Cases up to which the page holds the plain script of each; those of more would make a page that no browser opens.
/// `modswap script` prints any of them.
const MOST_SCRIPTS: usize = 10_000;
/// Characters that are shown of what a case wrote. Who wants all of it has the report.
const MOST_OF_OUTPUT: usize = 20_000;

/// A scenario, for all of its rows.
#[derive(Serialize)]
struct Prose<'a> {
    id: String,
    title: String,
    about: Option<String>,
    refs: Vec<String>,
    changes: Vec<[String; 2]>,
    file: String,
    link: Option<String>,
    text: Option<&'a str>,
}

/// A row.
#[derive(Serialize)]
struct Detail {
    scenario: usize,
    /// Heads of the behaviours: letter and versions.
    heads: Vec<String>,
    /// Of each interpreter the behaviour that it shows; −1 where it shows none.
    column_of: Vec<i64>,
    steps: Vec<Step>,
    ends: Vec<String>,
    reasons: Vec<Reason>,
    /// Scripts by interpreter.
    scripts: BTreeMap<usize, usize>,
    packages: Vec<String>,
    /// Which of the scenario's notes are on releases that changed it.
    changes: Vec<usize>,
}

/// Why something is as it is, and what was written, once for all versions that share it.
#[derive(Serialize)]
struct Reason {
    verdict: &'static str,
    /// As the row has it.
    tone: &'static str,
    versions: String,
    reasons: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    stdout: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    stderr: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'static str>,
}

/// Blocks of all scenarios and rows, and of the scripts.
pub(super) fn blocks(
    report: &RunReport,
    rows: &[Row<'_>],
    links: &Links,
    write: &mut dyn FnMut(Block) -> fmt::Result,
) -> fmt::Result {
    let has_scripts = report.cases.len() <= MOST_SCRIPTS;
    let mut scripts = Scripts::default();
    let scenarios: HashMap<&str, (usize, &ScenarioReport)> = report
        .scenarios
        .iter()
        .enumerate()
        .map(|(at, one)| (&*one.id, (at, one)))
        .collect();
    for (at, one) in report.scenarios.iter().enumerate() {
        write(Block::new(format!("scenario-{at}"), &about(one, links)))?;
    }
    // Rows of a scenario follow each other: it is read once for all of them.
    let mut last: Option<(&str, Option<Scenario>)> = None;
    for (at, row) in rows.iter().enumerate() {
        let id = row.case.scenario();
        let Some((number, scenario)) = scenarios.get(id) else {
            continue;
        };
        if has_scripts && last.as_ref().is_none_or(|(known, _)| *known != id) {
            last = Some((id, read(scenario)));
        }
        let source = last.as_ref().and_then(|(_, source)| source.as_ref());
        let mut detail = detail(report, row, scenario, *number);
        if let Some(source) = source {
            detail.scripts = written(&mut scripts, source, row);
        }
        write(Block::new(format!("row-{at}"), &detail))?;
    }
    write(Block::new("scripts", &scripts))
}

fn about<'a>(one: &'a ScenarioReport, links: &Links) -> Prose<'a> {
    let changes = one.changes.iter();
    Prose {
        id: visible(&one.id),
        title: visible(&one.title),
        about: one.about.as_deref().map(visible),
        refs: one.refs.iter().map(|text| visible(text)).collect(),
        changes: changes
            .map(|change| [visible(&change.since), visible(&change.note)])
            .collect(),
        file: visible(&one.file),
        link: links.to(&one.file),
        text: one.text.as_deref(),
    }
}

/// The scenario that the stored text says, if it is the one that ran.
fn read(scenario: &ScenarioReport) -> Option<Scenario> {
    let text = scenario.text.as_deref()?;
    let id = ScenarioId(scenario.id.clone());
    let read = scenario::read(&scenario.file, id, text).ok()?;
    (read.digest == scenario.digest).then_some(read)
}

/// The scripts of a row, by interpreter; those that were skipped have none.
fn written(scripts: &mut Scripts, scenario: &Scenario, row: &Row<'_>) -> BTreeMap<usize, usize> {
    let mut variants = scenario.variants.iter();
    let variant = variants.find(|one| one.id == *row.case);
    let Some(variant) = variant else {
        return BTreeMap::new();
    };
    let ran = row.cells.iter().enumerate().filter_map(|(at, cell)| {
        let case = cell.as_ref()?.case;
        (case.verdict != Verdict::Skipped).then_some((at, &case.interpreter))
    });
    ran.map(|(at, key)| {
        let text = script::render(scenario, variant, &key.without_label().to_string());
        (at, scripts.add(&text))
    })
    .collect()
}

fn detail(report: &RunReport, row: &Row<'_>, scenario: &ScenarioReport, number: usize) -> Detail {
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let columns = columns(row, &all);
    let shown = |cell: &Option<crate::compare::Cell<'_>>| {
        let case = cell.as_ref()?.case;
        let own = |column: &&crate::report::terminal::steps::Column<'_>| {
            (column.trace, column.end) == (case.trace.as_deref(), case.end.as_deref())
        };
        columns
            .iter()
            .position(|column| own(&column))
            .filter(|_| case.trace.is_some())
    };
    let column_of = row.cells.iter().map(|cell| {
        let at = shown(cell).and_then(|at| i64::try_from(at).ok());
        at.unwrap_or(-1)
    });
    let column_of = column_of.collect();
    Detail {
        scenario: number,
        column_of,
        ends: step_table::ends(&columns),
        heads: columns.iter().map(|column| visible(&column.head)).collect(),
        steps: step_table::steps(report, scenario, &columns),
        reasons: reasons(row, &all),
        scripts: BTreeMap::new(),
        packages: packages(row, &all),
        changes: seen_notes(row, scenario),
    }
}

fn seen_notes(row: &Row<'_>, scenario: &ScenarioReport) -> Vec<usize> {
    let seen = row.seen_notes();
    let notes = scenario.changes.iter().enumerate();
    let notes = notes.filter(|(_, note)| seen.contains(note));
    notes.map(|(at, _)| at).collect()
}

/// What each verdict is for, where there is something to say.
fn reasons(row: &Row<'_>, all: &[&InterpreterKey]) -> Vec<Reason> {
    let mut told: Vec<(&CaseReport, Vec<&InterpreterKey>)> = Vec::new();
    let worth = |case: &&CaseReport| {
        !case.reasons.is_empty()
            || !case.stdout.is_empty()
            || !case.stderr.is_empty()
            || case.is_unaccepted()
    };
    let cases = row.cells.iter().flatten().map(|cell| cell.case);
    for case in cases.filter(worth) {
        let what = |case: &CaseReport| {
            let status = case.baseline.as_ref().map(|one| one.status);
            (
                case.verdict,
                case.reasons.clone(),
                case.stdout.clone(),
                case.stderr.clone(),
                status,
            )
        };
        match told.iter_mut().find(|(known, _)| what(known) == what(case)) {
            Some((_, keys)) => keys.push(&case.interpreter),
            None => told.push((case, vec![&case.interpreter])),
        }
    }
    let reason = |(case, keys): (&CaseReport, Vec<&InterpreterKey>)| Reason {
        verdict: case.verdict.word(),
        tone: tone(case.verdict),
        versions: ranges(&keys, all),
        reasons: case.reasons.iter().map(|text| cut(text)).collect(),
        stdout: visible(&short(&case.stdout, MOST_OF_OUTPUT)),
        stderr: visible(&short(&case.stderr, MOST_OF_OUTPUT)),
        standing: case.baseline.as_ref().and_then(|one| match one.status {
            BaselineStatus::AsBaseline => None,
            BaselineStatus::NewVersion => Some("a version that the baseline does not know"),
            BaselineStatus::NewScenario => Some("not in the baseline"),
            BaselineStatus::Stale => Some("the text of the scenario changed since it was accepted"),
            BaselineStatus::Drift => Some("this version behaved otherwise before"),
        }),
    };
    told.into_iter().map(reason).collect()
}

/// Which versions of packages there were: `numpy 1.16.6 on 2.7`.
fn packages(row: &Row<'_>, all: &[&InterpreterKey]) -> Vec<String> {
    let mut versions: BTreeMap<(&String, &String), Vec<&InterpreterKey>> = BTreeMap::new();
    for case in row.cells.iter().flatten().map(|cell| cell.case) {
        for package in &case.packages {
            versions.entry(package).or_default().push(&case.interpreter);
        }
    }
    let mut lines: Vec<_> = versions.into_iter().collect();
    lines.sort_by_key(|((name, _), keys)| (*name, keys.first().copied()));
    let line = |((name, version), keys): ((&String, &String), Vec<&InterpreterKey>)| {
        visible(&format!("{name} {version} on {}", ranges(&keys, all)))
    };
    lines.into_iter().map(line).collect()
}
