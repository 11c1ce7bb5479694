//! The detail that `modswap review` opens: all steps of a row that changed.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::step_table::render_step_table;
use super::style::Style;
use crate::compare::changes::{ChangeGroup, ChangeKind, ChangedCase};
use crate::compare::step_columns::StepColumn;
use crate::compare::step_table::StepTable;
use crate::compare::{Comparison, group_by_key};
use crate::record::VariantId;
use crate::text::{visible, wrapped};
use crate::trace::difference::BehaviourTrace;

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
        // What changed is equal in all cases of the row, and what stayed need not be.
        let cases = group.cases.iter().filter(|case| case.case == row);
        let groups = group_by_key(cases.map(|case| ((case.was, case.now), case))).into_iter();
        let columns = groups.map(|(_, cases)| was_and_now(comparison, &cases));
        columns.map(|pair| StepTable::new(notes, pair)).collect()
    };
    for table in &tables {
        let _ = writeln!(out, "\n{}", render_step_table(table, style));
    }
    out
}

/// A column for each side of equal cases.
fn was_and_now<'a>(comparison: &Comparison<'_>, cases: &[&ChangedCase<'a>]) -> Vec<StepColumn<'a>> {
    let versions: Vec<_> = cases.iter().map(|case| case.key).collect();
    let now = format!("now: {}", comparison.ranges(&versions));
    let neighbour = cases[0].neighbour.map(|key| format!(": {key}"));
    let was = format!("was{}", neighbour.unwrap_or_default());
    let column = |heading, side: BehaviourTrace<'a>| StepColumn {
        heading,
        behaviour: None,
        trace: side.trace,
        end: side.end.to_owned(),
        cases: Vec::new(),
    };
    let was = cases[0].was.map(|side| column(was, side));
    let now = cases[0].now.map(|side| column(now, side));
    was.into_iter().chain(now).collect()
}
