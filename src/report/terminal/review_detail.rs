//! What `modswap review` opens: all steps of a row that changed.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::steps::{StepColumn, columns, side_by_side, steps_text};
use super::style::Style;
use crate::compare;
use crate::compare::changes::{Changed, Group, Kind};
use crate::python::version::InterpreterKey;
use crate::record::RunReport;
use crate::record::VariantId;
use crate::record::ranges::ranges;
use crate::text::{visible, wrapped};

/// All steps of a row of a change, what was beside what is; of one that is new, its behaviours.
pub fn render(report: &RunReport, group: &Group<'_>, row: &VariantId, style: Style) -> String {
    let scenarios = report.scenarios.iter();
    let mut scenarios = scenarios.filter(|one| row.scenario() == one.id);
    let scenario = scenarios.next();
    let none = BTreeMap::new();
    let notes = scenario.map_or(&none, |one| &one.notes);
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let mut out = format!("{}\n", style.strong(&visible(row)));
    if let Some(scenario) = scenario {
        let title = wrapped(&visible(&scenario.title), usize::from(style.width));
        let _ = writeln!(out, "{title}");
    }
    if group.kind == Kind::NewScenario {
        let rows = compare::rows(report);
        for row in rows.iter().filter(|one| one.case == row) {
            let steps = steps_text(report, notes, &columns(row, &all), style);
            let _ = writeln!(out, "\n{steps}");
        }
        return out;
    }
    for cases in alike(group, row) {
        let told = told(&cases, &all);
        let _ = writeln!(out, "\n{}", side_by_side(notes, &told, style));
    }
    out
}

/// The cases of a row, those with equal traces on both sides together: what changed is equal, and what stayed need not be.
fn alike<'a, 'b>(group: &'b Group<'a>, row: &str) -> Vec<Vec<&'b Changed<'a>>> {
    let mut found: Vec<Vec<&Changed<'_>>> = Vec::new();
    for one in group.cases.iter().filter(|one| one.case == row) {
        let same = |known: &Changed<'_>| (known.was, known.now) == (one.was, one.now);
        match found.iter_mut().find(|known| same(known[0])) {
            Some(known) => known.push(one),
            None => found.push(vec![one]),
        }
    }
    found
}

/// A column for each side.
fn told<'a>(cases: &[&Changed<'a>], all: &[&InterpreterKey]) -> Vec<StepColumn<'a>> {
    let keys: Vec<_> = cases.iter().map(|one| one.key).collect();
    let now = format!("now: {}", ranges(&keys, all));
    let was = match cases[0].neighbour {
        Some(key) => format!("was: {key}"),
        None => "was".to_owned(),
    };
    let sides = [(was, cases[0].was), (now, cases[0].now)].into_iter();
    let told = sides.filter_map(|(head, shown)| {
        Some(StepColumn {
            head,
            trace: shown?.trace,
            end: shown?.end.to_owned(),
            cases: Vec::new(),
        })
    });
    told.collect()
}
