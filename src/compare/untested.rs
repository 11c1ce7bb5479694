//! Which feature releases a report is without.

use std::fmt;

use crate::python::releases::{are_neighbours, supported_on};
use crate::python::version::{FeatureVersion, InterpreterKey};
use crate::record::RunReport;
use crate::record::ranges::holes;
use crate::text::joined;

/// Feature releases that a report is without; shown as `3.14, 3.15; older: 3.4, 3.5`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UntestedReleases<'a> {
    /// Releases that were supported when the run began, with the prerelease that ran instead, if one did.
    pub current: Vec<(FeatureVersion, Option<&'a InterpreterKey>)>,
    /// Older ones between the first and the last that ran.
    pub older: Vec<FeatureVersion>,
}

/// The feature releases that were not run. Nothing where nothing was, or where only one feature release was run, and nothing is recorded of others: then they
/// were not wanted.
pub(super) fn find_untested(report: &RunReport) -> Option<UntestedReleases<'_>> {
    let keys: Vec<&InterpreterKey> = report.keys_here().collect();
    if keys.is_empty() {
        return None;
    }
    let release = |key: &InterpreterKey| key.version.feature();
    let is_alone = keys.iter().all(|key| release(key) == release(keys[0]));
    if is_alone && report.keys().count() == keys.len() {
        return None;
    }
    let began = report.started.parse::<jiff::Timestamp>().ok();
    let day = began.map(|time| time.to_zoned(jiff::tz::TimeZone::UTC).date());
    let supported: Vec<_> = day.map_or_else(Vec::new, |day| {
        supported_on(day).map(|release| release.version).collect()
    });
    let current = supported.iter().filter_map(|wanted| {
        let of_release = keys.iter().filter(|key| release(key) == *wanted);
        let is_prerelease = |key: &&InterpreterKey| key.version.is_prerelease();
        let is_untested = of_release.clone().copied().all(|key| is_prerelease(&key));
        is_untested.then(|| (*wanted, of_release.copied().last()))
    });
    let all: Vec<&InterpreterKey> = report.keys().collect();
    let mut older = holes(&keys);
    let recorded = all.iter().map(|key| release(key));
    older.extend(recorded.filter(|hole| !keys.iter().any(|key| release(key) == *hole)));
    older.sort_unstable();
    older.dedup();
    let older = older.into_iter();
    let untested = UntestedReleases {
        current: current.collect(),
        older: older.filter(|hole| !supported.contains(hole)).collect(),
    };
    let is_complete = untested.current.is_empty() && untested.older.is_empty();
    (!is_complete).then_some(untested)
}

impl fmt::Display for UntestedReleases<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |(major, minor): &FeatureVersion| format!("{major}.{minor}");
        let current = self.current.iter().map(|(release, prerelease)| {
            let only = prerelease.map(|prerelease| format!(" (only {prerelease})"));
            number(release) + &only.unwrap_or_default()
        });
        let current = joined(current, ", ");
        let older = self.older.chunk_by(|a, b| are_neighbours(*a, *b));
        let older = older.map(|run| match run {
            [first, .., last] if run.len() > 2 => format!("{}–{}", number(first), number(last)),
            _ => joined(run.iter().map(number), ", "),
        });
        let older = joined(older, ", ");
        match (current.is_empty(), older.is_empty()) {
            (false, false) => write!(f, "{current}; older: {older}"),
            _ => write!(f, "{current}{older}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Verdict;
    use crate::record::fake;

    /// Of a run in November 2026.
    fn describe(keys: &str) -> String {
        let cases = keys.split_whitespace();
        let cases: Vec<_> = cases.map(|key| ("a", key, Verdict::Pass, "a")).collect();
        let report = fake::report(&cases);
        find_untested(&report).map_or_else(String::new, |untested| untested.to_string())
    }

    #[test]
    fn what_is_current_comes_first() {
        for (keys, missing) in [
            (
                "2.7.18 3.6.15 3.7.16 3.8.18 3.9.18 3.10.13 3.11.7 3.12.1 3.13.0",
                "3.14, 3.15; older: 3.4, 3.5",
            ),
            ("3.11.7 3.12.1 3.13.0", "3.14, 3.15"),
            ("3.9.18 3.11.7 3.12.1 3.13.0 3.14.0 3.15.0", "3.10"),
            ("3.10.13 3.11.7 3.12.1 3.13.0t 3.14.0d 3.15.0", ""),
            (
                "3.11.7 3.12.1 3.13.0 3.14.0 3.15.0b1 3.16.0a1",
                "3.15 (only 3.15.0b1)",
            ),
            ("3.13.0 3.13.0t", ""),
            ("", ""),
        ] {
            assert_eq!(describe(keys), missing, "{keys}");
        }
    }
}
