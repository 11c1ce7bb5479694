//! How a run stands to the baseline: what is as it was, and what is not, in a few lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::baseline::refusal;
use crate::python::version::InterpreterKey;
use crate::record::Verdict;
use crate::record::{BaselineStatus, CaseReport, RunReport};
use crate::report::context::ReportOrigin;
use crate::text::{plural, visible, wrapped};

/// Ids that are named before the rest is only counted.
const NAMED: usize = 3;

/// Columns of lists where no terminal says otherwise.
pub(crate) const WIDE: usize = 100;

/// What the run's cases are to the baseline, with lists in lines of so many columns; nothing where there is none.
pub fn render(report: &RunReport, strict: bool, made: ReportOrigin<'_>, width: usize) -> String {
    let count = |wanted: BaselineStatus| {
        let cases = report.cases.iter();
        cases.filter(|case| status(case) == Some(wanted)).count()
    };
    let mut out = String::new();
    let parts: Vec<String> = [
        (BaselineStatus::AsBaseline, "as accepted"),
        (BaselineStatus::Drift, "drift"),
        (BaselineStatus::NewVersion, "of new versions"),
        (BaselineStatus::NewScenario, "new"),
        (BaselineStatus::Stale, "stale"),
    ]
    .into_iter()
    .filter(|(status, _)| count(*status) > 0)
    .map(|(status, word)| format!("{} {word}", count(status)))
    .collect();
    if parts.is_empty() {
        return out;
    }
    let _ = writeln!(out, "baseline: {}", parts.join(", "));
    for line in new_versions(report) {
        let _ = writeln!(out, "{line}");
    }
    let rows = |wanted: BaselineStatus| -> BTreeSet<&str> {
        let cases = report.cases.iter();
        let cases = cases.filter(|case| status(case) == Some(wanted));
        cases.map(|case| case.case.as_str()).collect()
    };
    let new = rows(BaselineStatus::NewScenario);
    if !new.is_empty() {
        let _ = writeln!(out, "new scenario: {}; not in the baseline", named(&new));
    }
    let stale = rows(BaselineStatus::Stale);
    if !stale.is_empty() {
        let _ = writeln!(
            out,
            "stale: {}; the text changed since it was accepted",
            named(&stale)
        );
    }
    // Of interest to whoever is about to accept something, and to nobody else.
    let kept = kept(report);
    if !kept.is_empty() && next(report).is_some() {
        let kept: Vec<String> = kept.iter().map(ToString::to_string).collect();
        let text = format!(
            "not run {}, kept in the baseline as they are: {}",
            made.here(),
            kept.join(", ")
        );
        let lines = wrapped(&text, width.saturating_sub(2)).replace('\n', "\n  ");
        let _ = writeln!(out, "{lines}");
    }
    let open = open(report);
    if strict && open > 0 {
        let _ = writeln!(
            out,
            "strict: {} not accepted, which fails the run",
            if open == 1 {
                "1 case is".to_owned()
            } else {
                format!("{open} cases are")
            }
        );
    }
    out
}

/// How many cases are not in the baseline, for another reason than drift.
pub(crate) fn open(report: &RunReport) -> usize {
    let open = [
        BaselineStatus::NewVersion,
        BaselineStatus::NewScenario,
        BaselineStatus::Stale,
    ];
    let cases = report.cases.iter().filter_map(status);
    cases.filter(|status| open.contains(status)).count()
}

/// The word for how a case stands to the baseline.
pub(crate) fn status(case: &CaseReport) -> Option<BaselineStatus> {
    case.baseline.as_ref().map(|standing| standing.status)
}

/// A line per version that the baseline does not know.
pub(crate) fn new_versions(report: &RunReport) -> Vec<String> {
    let mut lines = Vec::new();
    let new = report.cases.iter();
    let new = new.filter(|case| status(case) == Some(BaselineStatus::NewVersion));
    let mut versions: BTreeMap<&InterpreterKey, Vec<&CaseReport>> = BTreeMap::new();
    for case in new {
        versions.entry(&case.interpreter).or_default().push(case);
    }
    for (version, cases) in versions {
        let like =
            |case: &&&CaseReport| case.baseline.as_ref().is_some_and(|one| one.was.is_none());
        let alike: Vec<_> = cases.iter().filter(like).collect();
        let mut neighbours: BTreeMap<&InterpreterKey, usize> = BTreeMap::new();
        for case in &alike {
            let neighbour = case
                .baseline
                .as_ref()
                .and_then(|one| one.neighbour.as_ref());
            if let Some(neighbour) = neighbour {
                *neighbours.entry(neighbour).or_default() += 1;
            }
        }
        let mut words: Vec<String> = neighbours
            .iter()
            .map(|(neighbour, rows)| format!("like {neighbour} in {}", plural(*rows, "row")))
            .collect();
        let other: BTreeSet<&str> = cases
            .iter()
            .filter(|case| !like(case))
            .map(|case| case.case.as_str())
            .collect();
        if !other.is_empty() {
            words.push(format!("otherwise in {}", named(&other)));
        }
        lines.push(format!("new version {version}: {}", words.join(", ")));
    }
    lines
}

/// Versions that the baseline has in the rows of this report, and that were not here.
fn kept(report: &RunReport) -> BTreeSet<&InterpreterKey> {
    let here: BTreeSet<InterpreterKey> = report
        .interpreters
        .iter()
        .flat_map(|one| [one.key.clone(), one.key.without_label()])
        .collect();
    let known = report.baseline.values().flatten();
    let known = known.flat_map(|one| one.versions.iter().chain(&one.stale));
    known.filter(|key| !here.contains(*key)).collect()
}

/// What one would type next about the baseline, if it would do something.
pub(crate) fn next(report: &RunReport) -> Option<&'static str> {
    // What cannot be accepted is no reason to try.
    let cases = report.cases.iter();
    let cases: Vec<&CaseReport> = cases.filter(|case| refusal(case).is_none()).collect();
    let any = |wanted: &dyn Fn(&CaseReport) -> bool| cases.iter().any(|case| wanted(case));
    let is = |wanted: BaselineStatus| move |case: &CaseReport| status(case) == Some(wanted);
    let differs = |case: &CaseReport| matches!(case.verdict, Verdict::Drift | Verdict::New);
    let was = |case: &CaseReport| case.baseline.as_ref().is_some_and(|one| one.was.is_some());
    if any(&|case| differs(case) || is(BaselineStatus::NewVersion)(case) && was(case)) {
        Some("modswap review")
    } else if any(&is(BaselineStatus::NewScenario)) || any(&is(BaselineStatus::Stale)) {
        Some("modswap accept")
    } else if any(&is(BaselineStatus::NewVersion)) {
        Some("modswap accept --new-versions")
    } else {
        None
    }
}

/// The first few ids, and how many more there are.
fn named(ids: &BTreeSet<&str>) -> String {
    let shown: Vec<String> = ids.iter().take(NAMED).map(|id| visible(id)).collect();
    match ids.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fake;
    use crate::record::{BaselineMatch, BehaviourId, KnownBehaviour};

    fn told(status: BaselineStatus, width: usize) -> String {
        let mut report = fake::report(&[("a", "3.13.0", Verdict::Pass, "a")]);
        report.cases[0].baseline = Some(Box::new(BaselineMatch {
            status,
            was: None,
            neighbour: None,
        }));
        let known = |key: &str| key.parse().expect("a key");
        report.baseline.insert(
            "a".into(),
            vec![KnownBehaviour {
                letter: "A".into(),
                trace: "a".into(),
                end: "exit 0".into(),
                versions: ["3.12.14", "3.13.0", "3.13.18", "3.14.10d"]
                    .map(known)
                    .into(),
                stale: std::collections::BTreeSet::new(),
            }],
        );
        render(&report, false, ReportOrigin::Here { baseline: None }, width)
    }

    #[test]
    fn what_was_not_run_is_told_to_who_accepts_something() {
        assert_eq!(
            told(BaselineStatus::AsBaseline, 80),
            "baseline: 1 as accepted\n"
        );
        assert_eq!(
            told(BaselineStatus::Stale, 60),
            "baseline: 1 stale\nstale: a; the text changed since it was accepted\n\
             not run here, kept in the baseline as they are: 3.12.14,\n  3.13.18, 3.14.10d\n"
        );
    }

    #[test]
    fn a_command_is_offered_where_it_would_do_something() {
        let next = |verdict, status, differs: bool| {
            let mut report = fake::report(&[("swap/a", "3.14.0", verdict, "a")]);
            let was = differs.then(|| BehaviourId {
                trace: "b".into(),
                end: "exit 0".into(),
            });
            report.cases[0].baseline = Some(Box::new(BaselineMatch {
                status,
                was,
                neighbour: None,
            }));
            super::next(&report)
        };
        let like = Some("modswap accept --new-versions");
        assert_eq!(next(Verdict::Pass, BaselineStatus::NewVersion, false), like);
        assert_eq!(
            next(Verdict::Xfail, BaselineStatus::NewVersion, false),
            like
        );
        let review = Some("modswap review");
        assert_eq!(next(Verdict::New, BaselineStatus::NewVersion, true), review);
        assert_eq!(
            next(Verdict::Xfail, BaselineStatus::NewVersion, true),
            review
        );
        assert_eq!(next(Verdict::Drift, BaselineStatus::Drift, true), review);
        let accept = Some("modswap accept");
        assert_eq!(
            next(Verdict::Pass, BaselineStatus::NewScenario, false),
            accept
        );
        assert_eq!(next(Verdict::Pass, BaselineStatus::Stale, false), accept);
        assert_eq!(next(Verdict::Pass, BaselineStatus::AsBaseline, false), None);
        // A case that violates what is expected is never accepted.
        for status in [
            BaselineStatus::NewVersion,
            BaselineStatus::NewScenario,
            BaselineStatus::Stale,
            BaselineStatus::Drift,
        ] {
            for verdict in [Verdict::Fail, Verdict::Crashed, Verdict::Xpass] {
                assert_eq!(next(verdict, status, false), None);
                assert_eq!(next(verdict, status, true), None);
            }
        }
    }
}
