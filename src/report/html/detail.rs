//! The panel of a row, which opens below it.

use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::matrix::{css_class, number_or_none};
use super::scripts::Scripts;
use super::{PageData, write_block};
use crate::compare::step_table::TableStep;
use crate::compare::{Cell, Comparison, Row};
use crate::program::minimal::Seen;
use crate::python::version::InterpreterKey;
use crate::record::{BehaviourId, CaseReport, RunReport, ScenarioReport, Verdict};
use crate::report::links::Links;
use crate::report::wording::describe_status;
use crate::runner::ScriptRenderer;
use crate::text::{short, visible};

/// Cases up to which the page holds the plain script of each; those of more would make a page that no browser opens.
/// `modswap script` prints any of them.
const MAX_CASES_WITH_SCRIPTS: usize = 10_000;
/// Characters that are shown of one value, and of what a case wrote. The report has all of it.
const MAX_VALUE: usize = 4_000;
const MAX_OUTPUT: usize = 20_000;

/// A row.
#[derive(Serialize)]
struct RowDetail {
    scenario: usize,
    /// Headings of the behaviours: letter and versions.
    heads: Vec<String>,
    /// Of each interpreter the behaviour that it shows; −1 where it shows none.
    column_of: Vec<i64>,
    steps: Vec<TableStep>,
    /// How the process ended, by behaviour; empty where all ended as processes always do.
    ends: Vec<String>,
    reasons: Vec<Reason>,
    /// Scripts by interpreter.
    scripts: BTreeMap<usize, usize>,
    packages: Vec<String>,
    /// Indexes of those of the scenario's notes that are about releases that changed it.
    changes: Vec<usize>,
}

/// Why something is as it is, and what was written, once for all versions that share it.
#[derive(Serialize)]
struct Reason {
    verdict: &'static str,
    /// The class of the verdict, as the row has it.
    tone: &'static str,
    versions: String,
    reasons: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    stdout: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    stderr: String,
    /// How it stands to the baseline.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<&'static str>,
}

/// Cuts a value to the characters that are shown of one.
fn cut(text: &str) -> String {
    visible(&short(text, MAX_VALUE))
}

/// Writes the blocks of all scenarios and rows, and of the scripts.
pub(super) fn write_blocks(data: &PageData<'_>, out: &mut dyn Write) -> fmt::Result {
    let comparison = data.comparison;
    let report = comparison.report;
    let scenarios = report.scenarios.iter().enumerate();
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    for (number, scenario) in scenarios {
        numbers.insert(&scenario.id, number);
        let prose = scenario_prose(scenario, data.context.links);
        write_block(out, &format!("scenario-{number}"), &prose)?;
    }
    let has_scripts = report.cases.len() <= MAX_CASES_WITH_SCRIPTS;
    let mut scripts = Scripts::default();
    // Rows of a scenario follow each other: its scripts are read once for all of them.
    let mut last: Option<(&str, Option<ScriptRenderer>)> = None;
    for (index, row) in comparison.rows.iter().enumerate() {
        let id = row.id.scenario();
        let (Some(number), Some(scenario)) = (numbers.get(id), comparison.scenario(id)) else {
            continue;
        };
        if has_scripts && last.as_ref().is_none_or(|(known, _)| *known != id) {
            last = Some((id, (data.context.read_scripts)(scenario)));
        }
        let mut detail = row_detail(comparison, row, scenario, *number);
        if let Some((_, Some(render))) = &last {
            detail.scripts = add_scripts(&mut scripts, render, report, row);
        }
        write_block(out, &format!("row-{index}"), &detail)?;
    }
    write_block(out, "scripts", &scripts)
}

/// A scenario, for all of its rows.
fn scenario_prose(scenario: &ScenarioReport, links: &Links) -> Value {
    let changes = scenario.changes.iter();
    let changes = changes.map(|change| [visible(&change.since), visible(&change.note)]);
    let refs = scenario.refs.iter().map(|text| visible(text));
    json!({
        "id": visible(&scenario.id),
        "title": visible(&scenario.title),
        "about": scenario.about.as_deref().map(visible),
        "refs": refs.collect::<Vec<_>>(),
        "changes": changes.collect::<Vec<_>>(),
        "file": visible(&scenario.file),
        "link": links.to(&scenario.file),
        "text": scenario.text,
    })
}

/// The numbers of the scripts of a row, by interpreter; cases that were skipped have none.
fn add_scripts(
    scripts: &mut Scripts,
    render: &ScriptRenderer,
    report: &RunReport,
    row: &Row<'_>,
) -> BTreeMap<usize, usize> {
    let cells = row.cells.iter().enumerate();
    let cases: Vec<(usize, &CaseReport)> = cells
        .filter_map(|(column, cell)| Some((column, cell.as_ref()?.case)))
        .filter(|(_, case)| case.verdict != Verdict::Skipped)
        .collect();
    let mut seen: Vec<(BehaviourId, Seen<'_>)> = Vec::new();
    for (_, case) in &cases {
        let (Some(id), Some(trace)) = (case.behaviour_id(), report.trace_of(case)) else {
            continue;
        };
        match seen.iter_mut().find(|(known, _)| *known == id) {
            Some((_, seen)) => seen.versions.push(&case.interpreter),
            None => seen.push((
                id,
                Seen {
                    versions: vec![&case.interpreter],
                    steps: trace.steps,
                },
            )),
        }
    }
    let seen: Vec<Seen<'_>> = seen.into_iter().map(|(_, seen)| seen).collect();
    let keys: Vec<&InterpreterKey> = cases.iter().map(|(_, case)| &*case.interpreter).collect();
    let mut numbers = BTreeMap::new();
    for (text, versions) in render(row.id, &keys, &seen) {
        let number = scripts.add(&text);
        let columns = cases
            .iter()
            .filter(|(_, case)| versions.contains(&case.interpreter));
        numbers.extend(columns.map(|(column, _)| (*column, number)));
    }
    numbers
}

fn row_detail<'a>(
    comparison: &Comparison<'a>,
    row: &Row<'a>,
    scenario: &ScenarioReport,
    number: usize,
) -> RowDetail {
    let table = comparison.step_table(row).unwrap_or_default();
    let ends = table.ends();
    let ends = ends.map_or_else(Vec::new, |ends| ends.map(cut).collect());
    let mut steps = table.steps;
    for step in &mut steps {
        step.action = cut(&step.action);
        step.note = step.note.as_deref().map(visible);
        for fact in &mut step.facts {
            fact.name = cut(&fact.name);
            for value in fact.values.iter_mut().flatten() {
                *value = cut(value);
            }
        }
    }
    let column_of = |cell: &Option<Cell<'_>>| {
        let case = cell.as_ref()?.case;
        let shown = Some((case.trace.as_deref()?, case.end.as_deref()?));
        let mut columns = table.columns.iter();
        columns.position(|column| column.behaviour == shown)
    };
    let seen = row.seen_notes();
    let notes = scenario.changes.iter().enumerate();
    let changes = notes.filter(|(_, note)| seen.contains(note));
    let cells = row.cells.iter();
    let columns = table.columns.iter();
    RowDetail {
        scenario: number,
        column_of: cells.map(|cell| number_or_none(column_of(cell))).collect(),
        ends,
        heads: columns.map(|column| visible(&column.heading)).collect(),
        steps,
        reasons: collect_reasons(comparison, row),
        scripts: BTreeMap::new(),
        packages: describe_packages(comparison, row),
        changes: changes.map(|(index, _)| index).collect(),
    }
}

/// The reasons of its verdicts and the outputs, where there are some.
fn collect_reasons(comparison: &Comparison<'_>, row: &Row<'_>) -> Vec<Reason> {
    let is_worth_it = |case: &CaseReport| !case.is_silent() || case.is_unaccepted();
    let groups = row.group_cases(is_worth_it, |case| {
        let written = (&case.stdout, &case.stderr);
        (case.verdict, &case.reasons, written, case.baseline_status())
    });
    let reasons = groups.into_iter().map(|(case, versions)| Reason {
        verdict: case.verdict.word(),
        tone: css_class(case.verdict),
        versions: comparison.ranges(&versions),
        reasons: case.reasons.iter().map(|text| cut(text)).collect(),
        stdout: visible(&short(&case.stdout, MAX_OUTPUT)),
        stderr: visible(&short(&case.stderr, MAX_OUTPUT)),
        baseline: case.baseline_status().and_then(describe_status),
    });
    reasons.collect()
}

/// The versions of packages that its cases had: `numpy 1.16.6 on 2.7`.
fn describe_packages(comparison: &Comparison<'_>, row: &Row<'_>) -> Vec<String> {
    let packages = row.packages().into_iter();
    let lines = packages.map(|((name, version), pythons)| {
        let pythons = comparison.ranges(&pythons);
        visible(&format!("{name} {version} on {pythons}"))
    });
    lines.collect()
}
