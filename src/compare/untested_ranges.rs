//! The releases that exist between two versions and were not run, in words.

use std::collections::BTreeSet;

use crate::python::releases::{between, last_micro};
use crate::python::version::{FeatureVersion, InterpreterKey, PythonVersion};
use crate::text::joined;

/// Releases that were not run, in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UntestedRange {
    /// Whole feature releases, at least one: `3.9–3.11`.
    Releases(Vec<FeatureVersion>),
    /// Bug-fix releases, the first and the last: `3.8.0–3.8.17`.
    Micros(FeatureVersion, u64, u64),
    /// Bug-fix releases from one on, of a feature release whose last one is not out: `3.12.2 and later of 3.12`.
    Later(FeatureVersion, u64),
    /// Prereleases of a version, of which nobody keeps count: `other prereleases of 3.15.0`.
    Prereleases(String),
}

/// The releases between two versions of one build that were not run, oldest first; those of `run` were, though they have no behaviour.
pub fn find_untested_ranges<'a>(
    before: &InterpreterKey,
    after: &InterpreterKey,
    run: impl IntoIterator<Item = &'a InterpreterKey>,
) -> Vec<UntestedRange> {
    let run: BTreeSet<(FeatureVersion, u64)> = run
        .into_iter()
        .filter(|key| !key.version.is_prerelease())
        .map(|key| (key.version.feature(), key.version.micro))
        .collect();
    let (before, after) = (&before.version, &after.version);
    let (first, last) = (before.feature(), after.feature());
    // A prerelease comes before the release that it is one of.
    let next = before
        .micro
        .saturating_add(u64::from(!before.is_prerelease()));
    let mut ranges = Vec::new();
    if release_number(before) == release_number(after) {
        add_prereleases(&mut ranges, before, after);
        return ranges;
    }
    if first == last {
        add_micros(&mut ranges, first, next..after.micro, &run);
    } else {
        if before.is_prerelease() {
            ranges.push(UntestedRange::Prereleases(release_number(before)));
        }
        add_rest_of_series(&mut ranges, first, next, &run);
        for whole in between(first, last) {
            if run.iter().any(|(other, _)| *other == whole) {
                add_rest_of_series(&mut ranges, whole, 0, &run);
            } else if let Some(UntestedRange::Releases(all)) = ranges.last_mut() {
                all.push(whole);
            } else {
                ranges.push(UntestedRange::Releases(vec![whole]));
            }
        }
        add_micros(&mut ranges, last, 0..after.micro, &run);
    }
    // The first alpha is the first of its version.
    if after.is_prerelease() && !after.suffix.starts_with("a1") {
        ranges.push(UntestedRange::Prereleases(release_number(after)));
    }
    ranges
}

fn release_number(version: &PythonVersion) -> String {
    format!("{}.{}.{}", version.major, version.minor, version.micro)
}

/// Adds the bug-fix releases of a feature release from one on.
fn add_rest_of_series(
    ranges: &mut Vec<UntestedRange>,
    of: FeatureVersion,
    from: u64,
    run: &BTreeSet<(FeatureVersion, u64)>,
) {
    if let Some(last) = last_micro(of) {
        add_micros(ranges, of, from..last + 1, run);
        return;
    }
    let seen = run.range((of, from)..=(of, u64::MAX)).next_back();
    let next = seen.map_or(from, |(_, micro)| micro.saturating_add(1));
    add_micros(ranges, of, from..next, run);
    ranges.push(UntestedRange::Later(of, next));
}

/// Adds the bug-fix releases of a range, in pieces around those that were run.
fn add_micros(
    ranges: &mut Vec<UntestedRange>,
    of: FeatureVersion,
    range: std::ops::Range<u64>,
    run: &BTreeSet<(FeatureVersion, u64)>,
) {
    if range.is_empty() {
        return;
    }
    let mut from = range.start;
    for (_, seen) in run.range((of, range.start)..(of, range.end)) {
        if from < *seen {
            ranges.push(UntestedRange::Micros(of, from, seen - 1));
        }
        from = seen + 1;
    }
    if from < range.end {
        ranges.push(UntestedRange::Micros(of, from, range.end - 1));
    }
}

/// Adds the prereleases between two versions of one release, at least one of which is a prerelease.
fn add_prereleases(ranges: &mut Vec<UntestedRange>, before: &PythonVersion, after: &PythonVersion) {
    let split = |version: &PythonVersion| {
        let letters = version
            .suffix
            .trim_end_matches(|c: char| c.is_ascii_digit());
        let number: Option<u64> = version.suffix[letters.len()..].parse().ok();
        (letters.to_owned(), number)
    };
    let ((kind, number), (next_kind, next_number)) = (split(before), split(after));
    let follows =
        kind == next_kind && number.is_some() && number.map(|number| number + 1) == next_number;
    if before.is_prerelease() && !follows {
        ranges.push(UntestedRange::Prereleases(release_number(before)));
    }
}

/// Describes ranges in words, with the letters of the build: `3.7.17, 3.8.0–3.8.17`; nothing where there is none.
pub fn describe_ranges(ranges: &[UntestedRange], build: &str) -> Option<String> {
    let words = ranges.iter().map(|range| describe_range(range, build));
    (!ranges.is_empty()).then(|| joined(words, ", "))
}

fn describe_range(range: &UntestedRange, build: &str) -> String {
    let ends = |first: String, last: String, is_pair: bool| {
        let join = if is_pair { ", " } else { "–" };
        if first == last {
            format!("{first}{build}")
        } else {
            format!("{first}{build}{join}{last}{build}")
        }
    };
    match range {
        UntestedRange::Releases(all) => {
            let word = |(major, minor): FeatureVersion| format!("{major}.{minor}");
            ends(word(all[0]), word(all[all.len() - 1]), all.len() == 2)
        }
        UntestedRange::Micros((major, minor), first, last) => {
            let word = |micro: &u64| format!("{major}.{minor}.{micro}");
            ends(word(first), word(last), last - first == 1)
        }
        UntestedRange::Later((major, minor), first) => {
            format!("{major}.{minor}.{first}{build} and later of {major}.{minor}")
        }
        UntestedRange::Prereleases(version) => format!("other prereleases of {version}{build}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(before: &str, after: &str, run: &str) -> String {
        let key = |text: &str| text.parse::<InterpreterKey>().unwrap();
        let run: Vec<_> = run.split_whitespace().map(key).collect();
        let (before, after) = (key(before), key(after));
        let ranges = find_untested_ranges(&before, &after, &run);
        describe_ranges(&ranges, before.build_suffix()).unwrap_or_else(|| "nothing".to_owned())
    }

    /// Checks lines of an older version, a newer one and versions without a behaviour, and of the releases that are named.
    fn check(lines: &[&str]) {
        for line in lines {
            let (versions, hole) = line.split_once(": ").unwrap();
            let mut words = versions.splitn(3, ' ');
            let [before, after, run] = [(); 3].map(|()| words.next().unwrap_or_default());
            assert_eq!(between(before, after, run), hole, "{line}");
        }
    }

    #[test]
    fn a_hole_is_named() {
        check(&[
            "3.7.16 3.8.18: 3.7.17, 3.8.0–3.8.17",
            "3.7.17 3.8.18: 3.8.0–3.8.17",
            "3.7.17 3.8.0: nothing",
            "3.8.17 3.8.18: nothing",
            "3.8.16 3.8.18: 3.8.17",
            "3.8.15 3.8.18: 3.8.16, 3.8.17",
            "2.7.18 3.6.0: 3.4, 3.5",
            "2.7.18 3.4.10: 3.4.0–3.4.9",
            "3.4.9 3.5.1: 3.4.10, 3.5.0",
            "2.7.10 3.6.1: 2.7.11–2.7.18, 3.4, 3.5, 3.6.0",
            "2.7.18 3.7.1: 3.4–3.6, 3.7.0",
            "3.5.10 3.10.1: 3.6–3.9, 3.10.0",
            "3.12.1 3.13.0: 3.12.2 and later of 3.12",
            "3.12.1 3.14.1: 3.12.2 and later of 3.12, 3.13, 3.14.0",
            "3.13.0t 3.15.2t: 3.13.1t and later of 3.13, 3.14t, 3.15.0t, 3.15.1t",
            "3.5.10d 3.9.3d: 3.6d–3.8d, 3.9.0d–3.9.2d",
            // Of later times than this program knows of.
            "3.15.9 3.19.0: 3.15.10 and later of 3.15, 3.16–3.18",
            // More than the last one: nothing is left of that series.
            "3.7.99 3.8.1: 3.8.0",
        ]);
    }

    #[test]
    fn prereleases_come_before_their_release() {
        check(&[
            "3.14.0 3.15.0b1: 3.14.1 and later of 3.14, other prereleases of 3.15.0",
            "3.14.0 3.15.0a1: 3.14.1 and later of 3.14",
            "3.15.0a1 3.15.0a2: nothing",
            "3.15.0a1 3.15.0a3: other prereleases of 3.15.0",
            "3.15.0a7 3.15.0b1: other prereleases of 3.15.0",
            "3.15.0rc1 3.15.0: other prereleases of 3.15.0",
            "3.15.0rc1 3.15.2: 3.15.0, 3.15.1",
            "3.9.0rc1 3.10.0: other prereleases of 3.9.0, 3.9.0–3.9.25",
            "3.13.0 3.13.0+: nothing",
            "3.13.0+ 3.13.2: 3.13.1",
        ]);
    }

    #[test]
    fn what_was_run_without_a_behaviour_is_no_hole() {
        check(&[
            "3.8.20 3.10.0 3.9.18: 3.9.0–3.9.17, 3.9.19–3.9.25",
            "3.8.20 3.10.0 3.9.0 3.9.25: 3.9.1–3.9.24",
            "3.8.18 3.8.20 3.8.19: nothing",
            "3.12.1 3.13.0 3.12.4: 3.12.2, 3.12.3, 3.12.5 and later of 3.12",
            "3.12.1 3.14.0 3.13.1: 3.12.2 and later of 3.12, 3.13.0, 3.13.2 and later of 3.13",
        ]);
    }

    #[test]
    fn absurd_versions_take_no_time() {
        let huge = format!("3.{}.{}", u64::MAX, u64::MAX);
        assert!(between("3.8.1", &huge, "").contains("3.9–3.79"));
        assert_eq!(
            between("2.7.18", &format!("2.7.{}", u64::MAX), "2.7.19"),
            format!("2.7.20–2.7.{}", u64::MAX - 1)
        );
        assert_eq!(
            between(&format!("2.7.{}", u64::MAX), "3.4.0", ""),
            "nothing"
        );
        assert!(between("3.8.1", &huge, &format!("3.12.{}", u64::MAX)).contains("later"));
    }
}
