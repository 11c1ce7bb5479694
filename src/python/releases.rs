//! Which feature releases CPython's developers support.

use jiff::civil::{Date, date};

use super::inventory::{Interpreter, MissingReason, MissingVersion};
use super::version::InterpreterKey;

/// Feature release of 3.x, its first day, and the last day of its support. From <https://peps.python.org/api/release-cycle.json>
/// (PEPs 619, 664, 693, 719, 745, 790, 826); a month without a day counts to its end.
const RELEASES: [(u64, Date, Date); 7] = [
    (10, date(2021, 10, 4), date(2026, 10, 31)),
    (11, date(2022, 10, 24), date(2027, 10, 31)),
    (12, date(2023, 10, 2), date(2028, 10, 31)),
    (13, date(2024, 10, 7), date(2029, 10, 31)),
    (14, date(2025, 10, 7), date(2030, 10, 31)),
    (15, date(2026, 10, 1), date(2031, 10, 31)),
    (16, date(2027, 10, 6), date(2032, 10, 31)),
];

/// The feature releases supported on a day, oldest first, with the last day.
fn supported(day: Date) -> impl Iterator<Item = ((u64, u64), Date)> {
    let supported = RELEASES.into_iter();
    let supported = supported.filter(move |(_, first, last)| (*first..=*last).contains(&day));
    supported.map(|(minor, _, last)| ((3, minor), last))
}

/// The feature releases supported on a day, oldest first.
pub fn current(day: Date) -> impl Iterator<Item = (u64, u64)> {
    supported(day).map(|(release, _)| release)
}

/// The feature releases supported on a day that none of the interpreters has, in whatever build. A prerelease is not its release.
pub fn missing(found: &[Interpreter], today: Date) -> Vec<MissingVersion> {
    let here = |release| {
        let mut versions = found.iter().map(|one| &one.key.version);
        versions.any(|one| (one.major, one.minor) == release && !one.is_prerelease())
    };
    supported(today)
        .filter(|(release, _)| !here(*release))
        .map(|((major, minor), last)| MissingVersion {
            wanted: format!("{major}.{minor}"),
            reason: MissingReason::Supported {
                until: last.strftime("%B %Y").to_string(),
            },
        })
        .collect()
}

/// Whether the feature release of an interpreter got no more fixes on a day. Those before 3.10 get none since October 2025 (PEP 596).
pub fn is_ended(key: &InterpreterKey, day: Date) -> bool {
    let version = &key.version;
    if (version.major, version.minor) < (3, RELEASES[0].0) {
        return true;
    }
    let mut known = RELEASES.into_iter();
    let known = known.find(|(minor, _, _)| (version.major, version.minor) == (3, *minor));
    known.is_some_and(|(_, _, last)| last < day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::Answer;
    use crate::python::source::PythonSource;

    #[test]
    fn releases_end() {
        let ended = |key: &str, day| is_ended(&key.parse().unwrap(), day);
        assert!(ended("2.7.18", date(2026, 11, 1)));
        assert!(ended("3.9.18", date(2026, 11, 1)));
        assert!(!ended("3.10.13", date(2026, 10, 31)));
        assert!(ended("3.10.13", date(2026, 11, 1)));
        assert!(!ended("3.15.2d", date(2026, 11, 1)));
        assert!(
            !ended("4.0.0", date(2026, 11, 1)),
            "what is not known says nothing"
        );
    }

    #[test]
    fn what_is_supported_depends_on_the_day() {
        // A prerelease does not stand for its release; a build of what follows a release does.
        let found = ["3.13.0+", "3.15.0b1"].map(|version| {
            let info = Answer::cpython(version).info();
            Interpreter {
                flags: vec![],
                env: vec![],
                key: info.key(),
                command: vec!["python".into()],
                sources: PythonSource::Path.into(),
                info,
            }
        });
        let on = |day| {
            let missing = missing(&found, day).into_iter();
            missing.map(|one| one.wanted).collect::<Vec<_>>()
        };
        assert_eq!(on(date(2026, 9, 30)), ["3.10", "3.11", "3.12", "3.14"]);
        assert_eq!(
            on(date(2026, 10, 1)),
            ["3.10", "3.11", "3.12", "3.14", "3.15"]
        );
        assert_eq!(on(date(2026, 11, 1)), ["3.11", "3.12", "3.14", "3.15"]);
        assert_eq!(on(date(2033, 1, 1)), [""; 0]);
        assert_eq!(
            missing(&found, date(2026, 11, 1))[0].reason.to_string(),
            "supported by its developers until October 2027"
        );
    }
}
