//! What the views of a report say, and the exit code, is the same.

use proptest::prelude::*;

use super::Exit;
use super::exit::exit_for_report;
use crate::compare::Comparison;
use crate::record::Verdict;
use crate::record::fake;
use crate::record::{BaselineMatch, BaselineStatus, Unfinished};
use crate::report::context::RenderContext;
use crate::report::github::{Level, annotations};
use crate::report::terminal::render_failures;
use crate::report::terminal::style::{Style, Tone};
use crate::report::{html, junit, markdown};

const STATUSES: [Option<BaselineStatus>; 6] = [
    None,
    Some(BaselineStatus::AsBaseline),
    Some(BaselineStatus::NewVersion),
    Some(BaselineStatus::NewScenario),
    Some(BaselineStatus::Stale),
    Some(BaselineStatus::Drift),
];

#[test]
fn every_view_fails_on_what_the_exit_code_fails_on() {
    for verdict in Verdict::ALL {
        let report = fake::report(&[
            ("swap/a", "3.13.0", verdict, "a"),
            ("swap/b", "3.13.0", Verdict::Pass, "a"),
        ]);
        let fails = exit_for_report(&report, false) != Exit::Success;
        assert_eq!(verdict.fails(), fails, "{verdict:?}");
        assert_eq!(Tone::from(verdict) == Tone::Bad, fails, "{verdict:?}");
        let comparison = Comparison::new(&report);
        let context = RenderContext::STORED;
        let failures = render_failures(&comparison, Style::PLAIN);
        assert_eq!(!failures.is_empty(), fails, "{verdict:?}");
        let page = markdown::render_page(&comparison, &context, 1_000_000).unwrap();
        assert_eq!(page.starts_with("## modswap: failed"), fails, "{verdict:?}");
        let page = html::render_page(&comparison, &context);
        assert_eq!(
            page.contains("<span class=\"badge bad\">"),
            fails,
            "{verdict:?}"
        );
        let button = format!(
            "<button type=\"button\" class=\"bad\" data-verdict=\"{}\"",
            verdict.word()
        );
        assert_eq!(page.contains(&button), fails, "{verdict:?}");
        let is_error = annotations(&comparison, &context)
            .iter()
            .any(|annotation| annotation.level == Level::Error);
        assert_eq!(is_error, fails, "{verdict:?}");
    }
}

proptest! {
    #[test]
    fn the_file_and_the_exit_code_agree(
        cases in prop::collection::vec((0..Verdict::ALL.len(), 0..STATUSES.len()), 1..6),
        strict: bool,
        interrupted: bool,
        stopped: bool,
    ) {
        let verdicts = cases.iter().map(|(verdict, _)| Verdict::ALL[*verdict]);
        let rows: Vec<_> = verdicts.map(|verdict| ("swap/a", "3.13.0", verdict, "a")).collect();
        let mut report = fake::report(&rows);
        for (case, (_, status)) in report.cases.iter_mut().zip(&cases) {
            // Only what ran to an end of its own stands to the baseline somehow.
            let status = STATUSES[*status].or(strict.then_some(BaselineStatus::AsBaseline));
            let status = status.filter(|_| case.behaviour().is_some());
            case.baseline = status.map(|status| Box::new(BaselineMatch { status, was: None, neighbour: None }));
        }
        report.interrupted = interrupted;
        let failed = report.cases.iter().any(|case| case.verdict.is_violation());
        report.stopped = (stopped && failed).then(|| "after 1 failed case".to_owned());
        if interrupted || report.stopped.is_some() {
            let interpreter = report.interpreters[0].key.clone();
            report.unfinished.push(Unfinished { case: "swap/z".into(), interpreter });
        }
        let exit = exit_for_report(&report, strict);
        let faults = (exit == Exit::Nothing).then(|| "nothing could run".to_owned());
        let faults: Vec<String> = faults.into_iter().collect();
        let mut xml = Vec::new();
        let context = RenderContext { strict, faults: &faults, ..RenderContext::STORED };
        junit::write_junit(&Comparison::new(&report), &context, &mut xml).unwrap();
        let xml = String::from_utf8(xml).unwrap();
        let parsed = roxmltree::Document::parse(&xml).unwrap();
        let count = |name| parsed.root_element().attribute(name).unwrap().parse::<usize>().unwrap();
        let (failures, errors) = (count("failures"), count("errors"));
        match exit {
            Exit::Success => prop_assert_eq!((failures, errors), (0, 0)),
            Exit::Violation => prop_assert!(failures > 0 && errors == 0),
            Exit::Nothing => prop_assert!(failures == 0 && errors > 0),
            Exit::Fault | Exit::Interrupted => prop_assert!(errors > 0),
            Exit::Usage => prop_assert!(false, "a report is no wrong usage"),
        }
        let tests = report.cases.len() + report.unfinished.len() + faults.len();
        prop_assert_eq!(count("tests"), tests);
    }
}
