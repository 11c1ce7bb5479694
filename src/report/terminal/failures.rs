//! Failures, each once for all versions and rows that share it.

use std::fmt::Write;

use super::style::{Style, Tone};
use crate::compare::Comparison;
use crate::compare::failures::Failure;
use crate::compare::unstable::{VaryingFact, find_varying_facts};
use crate::report::wording::{MAY_BE_CHANCE, render_output};
use crate::text::{and_more, joined, visible};

/// Facts of an unstable case that are shown, and values of each.
const MAX_FACTS: usize = 6;
const MAX_VALUES: usize = 4;

/// The failures, in the order of the report.
pub fn render_failures(comparison: &Comparison<'_>, style: Style) -> String {
    let failures = comparison.failures.iter();
    let blocks = failures.map(|failure| render_failure(comparison, failure, style));
    blocks.collect()
}

fn render_failure(comparison: &Comparison<'_>, failure: &Failure<'_>, style: Style) -> String {
    let case = failure.first.case;
    let mut out = format!(
        "{} {} on {}\n",
        style.paint(case.verdict.word(), Tone::Bad),
        visible(&case.case),
        comparison.ranges(&failure.first.versions)
    );
    let mut lines = case.reasons.clone();
    lines.extend(failure.describe_others());
    let varying = find_varying_facts(comparison.report, case);
    lines.extend(describe_varying_facts(&varying));
    if comparison.failed_in_threads(case) {
        lines.push(MAY_BE_CHANCE.to_owned());
    }
    for line in lines {
        let _ = writeln!(out, "     {}", visible(&line));
    }
    if let Some(scenario) = comparison.scenario(&case.scenario) {
        let _ = writeln!(out, "     in {}", style.file(&scenario.file));
    }
    out + &render_output(case)
}

/// The facts of an unstable case below their steps: `value: 1 or 2`.
fn describe_varying_facts(facts: &[VaryingFact]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut last_step = "";
    for fact in facts.iter().take(MAX_FACTS) {
        if fact.step != last_step {
            lines.push(fact.step.clone());
            last_step = &fact.step;
        }
        let rest = (fact.values.len() > MAX_VALUES).then_some("others");
        let values = fact.values.iter().map(String::as_str).take(MAX_VALUES);
        let values = joined(values.chain(rest), " or ");
        lines.push(format!("  {}: {values}", fact.fact));
    }
    lines.extend(and_more(facts.len(), MAX_FACTS, "").map(|more| format!("  {more}")));
    lines
}
