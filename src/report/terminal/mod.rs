//! The views for a terminal.

pub mod bisect;
#[cfg(test)]
mod bisect_tests;
pub mod changes;
pub mod check;
pub mod diff;
pub mod explain;
mod failures;
mod finding;
pub mod inventory;
pub mod list;
pub mod modules;
mod overview;
mod packages;
pub mod review_detail;
pub mod show;
mod step_table;
pub mod style;
pub mod vet;

pub use failures::render_failures;
pub use overview::render_overview;

use super::context::RenderContext;
use super::wording::{render_baseline_summary, render_counts, render_totals};
use crate::compare::Comparison;
use style::Style;

/// Renders the output of `run` and `merge`: the overview, failures, how the run stands to the baseline, totals.
pub fn render_report(
    comparison: &Comparison<'_>,
    context: &RenderContext<'_>,
    style: Style,
) -> (String, String) {
    let failures = render_failures(comparison, style);
    let gap = if failures.is_empty() { "" } else { "\n" };
    let totals = if style.hints {
        render_totals
    } else {
        render_counts
    };
    let rest = format!(
        "{failures}{gap}{}{}",
        render_baseline_summary(comparison, context, usize::from(style.width)),
        totals(comparison, context.origin, style.all)
    );
    (render_overview(comparison, style), rest)
}
