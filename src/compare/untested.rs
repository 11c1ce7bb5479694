//! Which feature releases a report is without.

use crate::python::support;
use crate::python::version::InterpreterKey;
use crate::record::RunReport;
use crate::record::ranges::holes;

/// Current feature releases that were not run, then older ones between the first and the last that was:
/// `3.14, 3.15; older: 3.4, 3.5`. Nothing where only one feature release was run: others were not wanted.
pub(crate) fn releases(report: &RunReport) -> Option<String> {
    let keys: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let release = |key: &InterpreterKey| (key.version.major, key.version.minor);
    if keys.iter().all(|key| release(key) == release(keys[0])) {
        return None;
    }
    let began = report.started.parse::<jiff::Timestamp>().ok();
    let day = began.map(|time| time.to_zoned(jiff::tz::TimeZone::UTC).date());
    let current: Vec<_> = day.map_or_else(Vec::new, |day| support::current(day).collect());
    let word = |(major, minor): &(u64, u64)| format!("{major}.{minor}");
    let missing = current.iter().filter_map(|wanted| {
        let of_it = keys.iter().filter(|key| release(key) == *wanted);
        let of_it: Vec<_> = of_it.collect();
        let is_there = of_it.iter().any(|key| !key.version.is_prerelease());
        (!is_there).then(|| match of_it.last() {
            Some(prerelease) => format!("{} (only {prerelease})", word(wanted)),
            None => word(wanted),
        })
    });
    let missing: Vec<String> = missing.collect();
    let older = holes(&keys).into_iter();
    let older = older.filter(|hole| !current.contains(hole));
    let older: Vec<String> = older.map(|hole| word(&hole)).collect();
    match (missing.is_empty(), older.is_empty()) {
        (true, true) => None,
        (true, false) => Some(older.join(", ")),
        (false, true) => Some(missing.join(", ")),
        (false, false) => Some(format!(
            "{}; older: {}",
            missing.join(", "),
            older.join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Verdict;
    use crate::record::fake;

    /// Of a run in November 2026.
    fn told(keys: &str) -> String {
        let cases = keys.split_whitespace();
        let cases: Vec<_> = cases.map(|key| ("a", key, Verdict::Pass, "a")).collect();
        releases(&fake::report(&cases)).unwrap_or_default()
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
            assert_eq!(told(keys), missing, "{keys}");
        }
    }
}
