//! How a run stands to the baseline, in a few lines.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::compare::{Comparison, NewVersion};
use crate::python::version::InterpreterKey;
use crate::record::{BaselineStatus, VariantId};
use crate::report::context::RenderContext;
use crate::text::{first_few, joined, plural, visible, wrapped};

/// Ids that are named before the rest is only counted.
const MAX_IDS: usize = 3;

/// The meaning of a status for a case; nothing where all is as it was accepted.
pub(in crate::report) fn describe_status(status: BaselineStatus) -> Option<&'static str> {
    match status {
        BaselineStatus::AsBaseline => None,
        BaselineStatus::NewVersion => Some("a version that the baseline does not know"),
        BaselineStatus::NewScenario => Some("not in the baseline"),
        BaselineStatus::OlderForm => {
            Some("an older modswap accepted it, whose digests had another form")
        }
        BaselineStatus::Stale => Some("the scenario does something else than when it was accepted"),
        BaselineStatus::Drift => Some("this version behaved otherwise before"),
    }
}

/// The summary of how the run's cases stand to the baseline, with lists in lines of so many columns; empty where there is no baseline.
pub(in crate::report) fn render_baseline_summary(
    comparison: &Comparison<'_>,
    context: &RenderContext<'_>,
    width: usize,
) -> String {
    let summary = &comparison.baseline;
    let mut out = String::new();
    let counts = [
        (BaselineStatus::AsBaseline, "as accepted"),
        (BaselineStatus::Drift, "drift"),
        (BaselineStatus::NewVersion, "of new versions"),
        (BaselineStatus::NewScenario, "new"),
        (BaselineStatus::OlderForm, "of an older form"),
        (BaselineStatus::Stale, "stale"),
    ];
    let counts = counts.into_iter();
    let counts: Vec<String> = counts
        .filter_map(|(status, word)| Some(format!("{} {word}", summary.counts.get(&status)?)))
        .collect();
    if counts.is_empty() {
        return out;
    }
    let _ = writeln!(out, "baseline: {}", counts.join(", "));
    for (key, version) in &summary.new_versions {
        let _ = writeln!(out, "{}", describe_new_version(key, version));
    }
    for (title, status) in [
        ("new scenario", BaselineStatus::NewScenario),
        ("stale", BaselineStatus::Stale),
        ("older form", BaselineStatus::OlderForm),
    ] {
        if let Some(rows) = summary.rows.get(&status) {
            let meaning = describe_status(status).unwrap_or_default();
            let _ = writeln!(out, "{title}: {}; {meaning}", name_rows(rows));
        }
    }
    // Of interest to whoever is about to accept something, and to nobody else.
    if !summary.kept_versions.is_empty() && summary.next.is_some() {
        let text = format!(
            "not run {}, kept in the baseline as they are: {}",
            context.origin.place(),
            joined(&summary.kept_versions, ", ")
        );
        let lines = wrapped(&text, width.saturating_sub(2)).replace('\n', "\n  ");
        let _ = writeln!(out, "{lines}");
    }
    if let unaccepted @ 1.. = summary.unaccepted()
        && context.strict
    {
        let are = if unaccepted == 1 { "is" } else { "are" };
        let cases = plural(unaccepted, "case");
        let text = format!("strict: {cases} {are} not accepted, which fails the run");
        let _ = writeln!(out, "{text}");
    }
    out
}

/// `new version 3.14.0: like 3.13.0 in 12 rows, otherwise in swap/a`
pub(in crate::report) fn describe_new_version(
    key: &InterpreterKey,
    version: &NewVersion<'_>,
) -> String {
    let like = version.like.iter();
    let mut parts: Vec<String> = like
        .map(|(neighbour, rows)| format!("like {neighbour} in {}", plural(*rows, "row")))
        .collect();
    if !version.unlike.is_empty() {
        parts.push(format!("otherwise in {}", name_rows(&version.unlike)));
    }
    format!("new version {key}: {}", parts.join(", "))
}

/// The first few ids, and how many more there are.
fn name_rows(ids: &BTreeSet<&VariantId>) -> String {
    let ids: Vec<String> = ids.iter().map(|id| visible(id)).collect();
    first_few(&ids, MAX_IDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fake;
    use crate::record::{BaselineMatch, KnownBehaviour, Verdict};
    use crate::report::context::ReportOrigin;

    fn summary(status: BaselineStatus, width: usize) -> String {
        let mut report = fake::report(&[("a", "3.13.0", Verdict::Pass, "a")]);
        report.cases[0].baseline = Some(Box::new(BaselineMatch {
            status,
            was: None,
            neighbour: None,
        }));
        let key = |key: &str| key.parse().expect("a key");
        report.baseline.insert(
            "a".into(),
            vec![KnownBehaviour {
                letter: "A".into(),
                trace: "a".into(),
                end: "exit 0".into(),
                versions: ["3.12.14", "3.13.0", "3.13.18", "3.14.10d"].map(key).into(),
                stale: std::collections::BTreeSet::new(),
            }],
        );
        let context = RenderContext {
            origin: ReportOrigin::Run { baseline: None },
            ..RenderContext::STORED
        };
        render_baseline_summary(&Comparison::new(&report), &context, width)
    }

    #[test]
    fn what_was_not_run_is_told_to_who_accepts_something() {
        assert_eq!(
            summary(BaselineStatus::AsBaseline, 80),
            "baseline: 1 as accepted\n"
        );
        assert_eq!(
            summary(BaselineStatus::Stale, 60),
            "baseline: 1 stale\nstale: a; the scenario does something else than when it was accepted\n\
             not run here, kept in the baseline as they are: 3.12.14,\n  3.13.18, 3.14.10d\n"
        );
        assert!(summary(BaselineStatus::OlderForm, 200).starts_with(
            "baseline: 1 of an older form\n\
             older form: a; an older modswap accepted it, whose digests had another form\n"
        ));
    }
}
