//! The feature releases of CPython that modswap supports: the one table, and what follows from it.

use jiff::civil::{Date, date};

use super::version::{FeatureVersion, PythonVersion};

/// The versions that modswap runs on, for messages.
pub(super) const SUPPORTED: &str = "2.7 and 3.4 or newer";

/// A feature release of CPython: all versions that share `major.minor`.
#[derive(Clone, Copy, Debug)]
pub struct FeatureRelease {
    /// `major.minor`
    pub version: FeatureVersion,
    /// The day of its first final version.
    pub first_release: Date,
    /// The last day on which its developers fix bugs or security problems.
    pub end_of_life: Date,
    /// The micro number of its last version; none while more may follow.
    pub last_micro: Option<u64>,
}

/// Oldest first. The dates are those of <https://peps.python.org/api/release-cycle.json>, which is made from the release
/// schedules (PEPs 373, 429, 478, 494, 537, 569, 596, 619, 664, 693, 719, 745, 790 and 826) and shown at
/// <https://devguide.python.org/versions/>; a month without a day counts to its end. The last versions are those of the PEPs.
pub const RELEASES: [FeatureRelease; 14] = [
    release((2, 7), date(2010, 7, 3), date(2020, 1, 1), Some(18)),
    release((3, 4), date(2014, 3, 16), date(2019, 3, 18), Some(10)),
    release((3, 5), date(2015, 9, 13), date(2020, 9, 30), Some(10)),
    release((3, 6), date(2016, 12, 23), date(2021, 12, 23), Some(15)),
    release((3, 7), date(2018, 6, 27), date(2023, 6, 27), Some(17)),
    release((3, 8), date(2019, 10, 14), date(2024, 10, 7), Some(20)),
    release((3, 9), date(2020, 10, 5), date(2025, 10, 31), Some(25)),
    release((3, 10), date(2021, 10, 4), date(2026, 10, 31), None),
    release((3, 11), date(2022, 10, 24), date(2027, 10, 31), None),
    release((3, 12), date(2023, 10, 2), date(2028, 10, 31), None),
    release((3, 13), date(2024, 10, 7), date(2029, 10, 31), None),
    release((3, 14), date(2025, 10, 7), date(2030, 10, 31), None),
    release((3, 15), date(2026, 10, 1), date(2031, 10, 31), None),
    release((3, 16), date(2027, 10, 6), date(2032, 10, 31), None),
];

/// The newest feature release that is believed in. A report may come from later times than this program, and may hold any
/// number; what lies between `3.8` and `3.18446744073709551615` is not counted to its end.
const MAX_MINOR: u64 = 79;

/// Creates a row of the table.
const fn release(
    version: FeatureVersion,
    first_release: Date,
    end_of_life: Date,
    last_micro: Option<u64>,
) -> FeatureRelease {
    FeatureRelease {
        version,
        first_release,
        end_of_life,
        last_micro,
    }
}

/// Returns the feature release of that number; none if the table does not have it.
fn find_release(version: FeatureVersion) -> Option<&'static FeatureRelease> {
    RELEASES.iter().find(|release| release.version == version)
}

/// True if the version is older than the table knows, or was left out of it. What is newer is not known to be either.
fn is_omitted(version: FeatureVersion) -> bool {
    find_release(version).is_none() && version < RELEASES[RELEASES.len() - 1].version
}

/// True if modswap does not run on the version: 2.6 and older, 3.0 to 3.3.
pub(super) fn is_too_old(version: &PythonVersion) -> bool {
    is_omitted(version.feature())
}

/// Iterates over the feature releases that CPython's developers support on a day, oldest first.
pub fn supported_on(day: Date) -> impl Iterator<Item = &'static FeatureRelease> {
    RELEASES
        .iter()
        .filter(move |release| (release.first_release..=release.end_of_life).contains(&day))
}

/// Iterates over the feature releases that there are on a day, oldest first.
pub fn released_on(day: Date) -> impl Iterator<Item = &'static FeatureRelease> {
    let releases = RELEASES.iter();
    releases.filter(move |release| release.first_release <= day)
}

/// True if the feature release of a version gets no more fixes on a day. One that the table does not know yet is not over.
pub fn has_ended(version: &PythonVersion, day: Date) -> bool {
    let feature = version.feature();
    find_release(feature).map_or(is_omitted(feature), |release| release.end_of_life < day)
}

/// Returns the micro number of the last version of a feature release that gets no more: 18 of 2.7.
pub fn last_micro(version: FeatureVersion) -> Option<u64> {
    find_release(version)?.last_micro
}

/// Iterates over the feature releases between two, both excluded; those that are to come are counted on from the table's last.
pub fn between(
    first: FeatureVersion,
    last: FeatureVersion,
) -> impl Iterator<Item = FeatureVersion> {
    let (_, newest) = RELEASES[RELEASES.len() - 1].version;
    let to_come = (newest + 1..=MAX_MINOR).map(|minor| (3, minor));
    let known = RELEASES.iter().map(|release| release.version);
    let all = known.chain(to_come);
    all.filter(move |version| first < *version && *version < last)
}

/// True if no feature release lies between two: 3.4 follows 2.7.
pub fn are_neighbours(first: FeatureVersion, second: FeatureVersion) -> bool {
    first < second && between(first, second).next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> PythonVersion {
        text.parse().unwrap()
    }

    #[test]
    fn the_table_ascends() {
        for pair in RELEASES.windows(2) {
            let [older, newer] = pair else { panic!() };
            assert!(older.version < newer.version && older.first_release < newer.first_release);
            // Those without a last version come after those with one.
            assert!(older.last_micro.is_some() || newer.last_micro.is_none());
        }
    }

    #[test]
    fn releases_end_on_their_day() {
        for (text, day, ended) in [
            ("2.7.18", date(2019, 12, 31), false),
            ("2.7.18", date(2026, 11, 1), true),
            ("3.3.7", date(2026, 11, 1), true),
            ("3.9.18", date(2025, 10, 31), false),
            ("3.9.18", date(2026, 11, 1), true),
            ("3.10.13", date(2026, 10, 31), false),
            ("3.10.13", date(2026, 11, 1), true),
            ("3.15.2", date(2026, 11, 1), false),
            ("4.0.0", date(2026, 11, 1), false),
        ] {
            assert_eq!(has_ended(&version(text), day), ended, "{text} on {day}");
        }
    }

    #[test]
    fn what_the_table_leaves_out_is_too_old() {
        assert_eq!(SUPPORTED, "2.7 and 3.4 or newer");
        for text in ["1.5.2", "2.6.9", "3.0.1", "3.3.7"] {
            assert!(is_too_old(&version(text)), "{text}");
        }
        for text in ["2.7.0", "3.4.0", "3.16.0a0", "3.17.0a1", "4.0.0"] {
            assert!(!is_too_old(&version(text)), "{text}");
        }
    }

    #[test]
    fn neighbours_have_nothing_between_them() {
        assert!(are_neighbours((2, 7), (3, 4)) && are_neighbours((3, 16), (3, 17)));
        assert!(!are_neighbours((3, 6), (3, 8)) && !are_neighbours((3, 7), (3, 6)));
        let between: Vec<_> = between((3, 14), (3, 18)).collect();
        assert_eq!(between, [(3, 15), (3, 16), (3, 17)]);
    }
}
