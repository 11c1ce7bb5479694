//! What `modswap review` opens: all steps of a row that changed.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::step_table::render_step_table;
use super::style::Style;
use crate::compare::Comparison;
use crate::compare::changes::{ChangeGroup, ChangeKind, ChangedCase};
use crate::compare::step_columns::StepColumn;
use crate::compare::step_table::StepTable;
use crate::record::VariantId;
use crate::text::{visible, wrapped};

/// All steps of a row of a change, what was beside what is; of one that is new, its behaviours.
pub fn render_review_detail(
    comparison: &Comparison<'_>,
    group: &ChangeGroup<'_>,
    row: &VariantId,
    style: Style,
) -> String {
    let scenario = comparison.scenario(row.scenario());
    let mut out = format!("{}\n", style.strong(&visible(row)));
    if let Some(scenario) = scenario {
        let title = wrapped(&visible(&scenario.title), usize::from(style.width));
        let _ = writeln!(out, "{title}");
    }
    let tables: Vec<StepTable<'_>> = if group.kind == ChangeKind::NewScenario {
        let rows = comparison.rows.iter().filter(|known| known.id == row);
        rows.filter_map(|row| comparison.step_table(row)).collect()
    } else {
        let none = BTreeMap::new();
        let notes = scenario.map_or(&none, |scenario| &scenario.notes);
        let groups = group_equal_cases(group, row);
        let columns = groups.iter().map(|cases| was_and_now(comparison, cases));
        columns.map(|pair| StepTable::new(notes, pair)).collect()
    };
    for table in &tables {
        let _ = writeln!(out, "\n{}", render_step_table(table, style));
    }
    out
}

/// The cases of a row, those with equal traces on both sides together: what changed is equal, and what stayed need not be.
fn group_equal_cases<'a, 'g>(
    group: &'g ChangeGroup<'a>,
    row: &str,
) -> Vec<Vec<&'g ChangedCase<'a>>> {
    let mut found: Vec<Vec<&ChangedCase<'_>>> = Vec::new();
    for case in group.cases.iter().filter(|case| case.case == row) {
        let is_same = |known: &ChangedCase<'_>| (known.was, known.now) == (case.was, case.now);
        match found.iter_mut().find(|known| is_same(known[0])) {
            Some(known) => known.push(case),
            None => found.push(vec![case]),
        }
    }
    found
}

/// A column for each side of equal cases.
fn was_and_now<'a>(comparison: &Comparison<'_>, cases: &[&ChangedCase<'a>]) -> Vec<StepColumn<'a>> {
    let versions: Vec<_> = cases.iter().map(|case| case.key).collect();
    let now = format!("now: {}", comparison.ranges(&versions));
    let was = match cases[0].neighbour {
        Some(key) => format!("was: {key}"),
        None => "was".to_owned(),
    };
    let sides = [(was, cases[0].was), (now, cases[0].now)].into_iter();
    let columns = sides.filter_map(|(heading, side)| {
        let side = side?;
        Some(StepColumn {
            heading,
            behaviour: None,
            trace: side.trace,
            end: side.end.to_owned(),
            cases: Vec::new(),
        })
    });
    columns.collect()
}
