//! Every view says what the comparison says: counts, failures, marks, the baseline, commands.

use super::context::RenderContext;
use super::github::annotations;
use super::terminal::style::Style;
use super::wording::{headline, mark_of, render_baseline_summary, render_totals, verdict_word};
use super::{html, junit, markdown, terminal};
use crate::compare::Comparison;
use crate::record::{BaselineMatch, BaselineStatus, BehaviourId, RunReport, Verdict, fake};

/// Wide enough that no line is wrapped.
const STYLE: Style = Style {
    width: 200,
    all: true,
    ..Style::PLAIN
};

/// A row for each verdict, and a stale row, a new row and a new version.
fn report() -> RunReport {
    let ids: Vec<String> = Verdict::ALL
        .iter()
        .map(|verdict| format!("verdict/{}", verdict.word()))
        .collect();
    let mut cases: Vec<(&str, &str, Verdict, &str)> = Vec::new();
    for (id, verdict) in ids.iter().zip(Verdict::ALL) {
        let trace = if verdict == Verdict::Skipped { "" } else { "b" };
        cases.push((id, "3.12.1", Verdict::Pass, "a"));
        cases.push((id, "3.13.0", verdict, trace));
    }
    cases.push(("baseline/stale", "3.13.0", Verdict::Pass, "a"));
    cases.push(("baseline/new-row", "3.13.0", Verdict::Pass, "a"));
    cases.push(("baseline/new-version", "3.14.0", Verdict::Pass, "a"));
    let mut report = fake::report(&cases);
    for case in &mut report.cases {
        let is_plain = matches!(case.verdict, Verdict::Pass);
        if !is_plain {
            case.reasons = vec![format!("why it is {}", case.verdict.word())];
        }
        let status = match &*case.case {
            "baseline/stale" => BaselineStatus::Stale,
            "baseline/new-row" => BaselineStatus::NewScenario,
            "baseline/new-version" => BaselineStatus::NewVersion,
            _ if case.verdict == Verdict::Drift => BaselineStatus::Drift,
            _ if case.behaviour().is_none() => continue,
            _ => BaselineStatus::AsBaseline,
        };
        let is_drift = status == BaselineStatus::Drift;
        let was = is_drift.then(|| BehaviourId::new("a", "exit 0"));
        let is_new = status == BaselineStatus::NewVersion;
        let neighbour = is_new.then(|| "3.13.0".parse().expect("a key"));
        case.baseline = Some(Box::new(BaselineMatch {
            status,
            was,
            neighbour,
        }));
    }
    report
}

/// The views that show a whole report to people, as texts without marks of their own.
fn views(comparison: &Comparison<'_>, context: &RenderContext<'_>) -> [(&'static str, String); 3] {
    let (overview, rest) = terminal::render_report(comparison, context, STYLE);
    let markdown = markdown::render_page(comparison, context, usize::MAX);
    let html = html::render_page(comparison, context);
    [
        ("terminal", format!("{overview}\n{rest}")),
        ("markdown", markdown.expect("a page without a limit")),
        ("html", html),
    ]
}

#[test]
fn views_print_the_same_totals_and_baseline() {
    let report = report();
    let comparison = Comparison::new(&report);
    for strict in [false, true] {
        let context = RenderContext {
            strict,
            ..RenderContext::STORED
        };
        let headline = headline(&comparison, &context);
        let totals = render_totals(&comparison, context.origin, true);
        let baseline = render_baseline_summary(&comparison, &context, 200);
        assert!(baseline.contains("1 stale") && totals.contains("next: "));
        for (view, text) in views(&comparison, &context) {
            for line in totals.lines().chain(baseline.lines()) {
                assert!(text.contains(line), "{view} lacks {line:?}");
            }
            assert!(view == "terminal" || text.contains(&headline), "{view}");
        }
    }
}

#[test]
fn views_show_every_failure_and_how_to_see_it() {
    let report = report();
    let comparison = Comparison::new(&report);
    let context = RenderContext::STORED;
    let failing = Verdict::ALL.iter().filter(|verdict| verdict.fails());
    assert_eq!(comparison.failures.len(), failing.count());
    let mut xml = Vec::new();
    junit::write_junit(&comparison, &context, &mut xml).expect("a vector can be written to");
    let xml = String::from_utf8(xml).expect("XML is text");
    let annotations = annotations(&comparison, &context);
    for failure in &comparison.failures {
        let case = failure.first.case;
        for (view, text) in views(&comparison, &context) {
            assert!(text.contains(&case.reasons[0]), "{view}: {}", case.case);
        }
        assert!(xml.contains(&case.reasons[0]), "{}", case.case);
        let command = comparison.show_command(case);
        assert!(xml.contains(&command), "{}", case.case);
        let mut messages = annotations.iter().map(|annotation| &annotation.message);
        assert!(
            messages.any(|text| *text == case.reasons[0]),
            "{}",
            case.case
        );
    }
}

#[test]
fn tables_have_the_same_marks_and_verdicts() {
    let report = report();
    let comparison = Comparison::new(&report);
    let [(_, terminal), (_, markdown), (_, html)] = views(&comparison, &RenderContext::STORED);
    for row in &comparison.rows {
        let mark = mark_of(row, 1);
        let mut finding = terminal
            .lines()
            .skip_while(|line| !line.trim().starts_with(row.id.scenario()))
            .take_while(|line| !line.is_empty());
        let beginning = format!("{} ", mark.text);
        let is_marked = finding.any(|line| {
            let line = line.trim();
            line.starts_with(&beginning) && line.contains("3.13")
        });
        assert!(is_marked, "no {beginning} of {} in {terminal}", row.id);
        let title = format!("title=\"{}\"", row.id);
        let line = html.lines().find(|line| line.contains(&title));
        let line = line.unwrap_or_else(|| panic!("no {} in the page", row.id));
        let cell = format!(">{}<", mark.text);
        assert!(line.contains(&cell), "{line} lacks {cell}");
        // What passed has no badge.
        let badge = format!(">{}</span>", verdict_word(row));
        assert_eq!(line.contains(&badge), badge != ">pass</span>", "{line}");
        // Markdown has the rows that differ or fail only, without letters.
        let id = format!("<sub>`{}`</sub>", row.id);
        let line = markdown.lines().find(|line| line.contains(&id));
        if let Some(line) = line {
            assert!(line.contains("3.13**"), "{line}");
            assert!(line.contains(mark.spoken), "{line}");
            let verdict = format!("**{}**", verdict_word(row));
            assert!(
                row.verdict() == Verdict::Pass || line.contains(&verdict),
                "{line}"
            );
        } else {
            assert!(!row.differs() && !row.verdict().fails(), "{}", row.id);
        }
    }
}
