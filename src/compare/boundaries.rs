//! Where a row changes, and which release changed it: the one answer that every view gives.
//!
//! A change is only known to lie behind one version and not behind the next that ran. Where the scenario has a note for a
//! release in between, that release is named; elsewhere the gap is. Builds and labels are no releases: each is held against the
//! plain build of its release.

use std::collections::BTreeMap;
use std::fmt;

use super::untested_ranges::find_untested_ranges;
use crate::python::version::{InterpreterKey, PythonVersion};
use crate::record::ChangeReport;

/// Builds, each of which is a line of versions; the plain one first.
const BUILDS: [&str; 4] = ["", "t", "d", "td"];

/// An interpreter and the behaviour that it showed.
pub trait Observed: Copy {
    /// The interpreter.
    fn key(&self) -> &InterpreterKey;
    /// True if the other one behaves alike.
    fn is_like(&self, other: &Self) -> bool;
}

impl<B: Copy + PartialEq> Observed for (&InterpreterKey, B) {
    fn key(&self) -> &InterpreterKey {
        self.0
    }

    fn is_like(&self, other: &Self) -> bool {
        self.1 == other.1
    }
}

/// Two observations that differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boundary<T> {
    /// The older version, or the plain build.
    pub before: T,
    /// The newer version, or the other build.
    pub after: T,
}

/// Neighbours that differ among the versions of each build, oldest first, build by build.
pub fn find_along_builds<T: Observed>(observed: &[T]) -> Vec<Boundary<T>> {
    let of_builds = BUILDS.map(|build| versions_of_build(observed, build));
    let pairs = of_builds.iter().flat_map(|versions| versions.windows(2));
    let differing = pairs.filter(|pair| !pair[0].is_like(&pair[1]));
    let boundaries = differing.map(|pair| Boundary {
        before: pair[0],
        after: pair[1],
    });
    boundaries.collect()
}

/// Neighbouring releases that differ. Another build stands for a feature release only where no plain build of it ran.
pub fn find_between_releases<T: Observed>(observed: &[T]) -> Vec<Boundary<T>> {
    let plain = versions_of_build(observed, "");
    let has_plain_build = |key: &InterpreterKey| {
        let mut plain = plain.iter();
        !key.build_suffix().is_empty() && plain.any(|known| is_same_series(known.key(), key))
    };
    let mut found = find_along_builds(observed);
    found.retain(|boundary| !has_plain_build(boundary.after.key()));
    found.sort_by(|a, b| a.after.key().cmp(b.after.key()));
    found
}

/// Builds and labelled interpreters that differ from the plain build of their version, or from the nearest one of its feature
/// release where that version was not run plain.
pub fn find_beside_plain<T: Observed>(observed: &[T]) -> Vec<Boundary<T>> {
    let plain = group_by_version(observed, "");
    let counterpart = |build: &T| {
        let version = &build.key().version;
        let same_version = plain.get(version).map(|group| representative(group));
        let nearest_plain = || {
            let series = versions_of_build(observed, "").into_iter();
            let series = series.filter(|other| is_same_series(other.key(), build.key()));
            series.min_by_key(|other| other.key().version.micro.abs_diff(version.micro))
        };
        let same_build = || {
            let groups = group_by_version(observed, build.key().build_suffix());
            groups.get(version).map(|group| representative(group))
        };
        same_version.or_else(nearest_plain).or_else(same_build)
    };
    let pairs = observed.iter().filter_map(|after| {
        let (before, after) = (counterpart(after)?, *after);
        (!before.is_like(&after)).then_some(Boundary { before, after })
    });
    pairs.collect()
}

/// One observation per version of a build, oldest first. Where interpreters of one version differ and none is without a label,
/// that version is left out.
fn versions_of_build<T: Observed>(observed: &[T], build: &str) -> Vec<T> {
    let groups = group_by_version(observed, build).into_values();
    let representatives = groups.filter_map(|group| {
        let chosen = representative(&group);
        let is_agreed = || group.iter().all(|other| other.is_like(&chosen));
        (chosen.key().label.is_none() || is_agreed()).then_some(chosen)
    });
    representatives.collect()
}

fn group_by_version<'a, T: Observed>(
    observed: &'a [T],
    build: &str,
) -> BTreeMap<&'a PythonVersion, Vec<T>> {
    let mut groups: BTreeMap<_, Vec<T>> = BTreeMap::new();
    let of_build = observed.iter();
    for observation in of_build.filter(|known| known.key().build_suffix() == build) {
        let group = groups.entry(&observation.key().version).or_default();
        group.push(*observation);
    }
    groups
}

/// The interpreter that stands for others of its version and build: the one without a label, or else the first.
fn representative<T: Observed>(group: &[T]) -> T {
    let plain = group.iter().find(|known| known.key().label.is_none());
    *plain.unwrap_or(&group[0])
}

fn is_same_series(a: &InterpreterKey, b: &InterpreterKey) -> bool {
    a.version.feature() == b.version.feature()
}

/// The notes of releases behind the older version, up to the newer one. A prerelease counts as its release: what is new in 3.14
/// may be in 3.14.0a2 already.
pub fn notes_between<'a>(
    changes: &'a [ChangeReport],
    before: &InterpreterKey,
    after: &InterpreterKey,
) -> impl Iterator<Item = &'a ChangeReport> {
    let before = before.version.clone();
    let after = release_numbers(&after.version);
    changes.iter().filter(move |change| {
        parse_since(change).is_some_and(|since| before < since && release_numbers(&since) <= after)
    })
}

/// The release that a note is about.
fn parse_since(change: &ChangeReport) -> Option<PythonVersion> {
    let is_series = change.since.split('.').count() == 2;
    let micro = if is_series { ".0" } else { "" };
    format!("{}{micro}", change.since).parse().ok()
}

fn release_numbers(version: &PythonVersion) -> [u64; 3] {
    [version.major, version.minor, version.micro]
}

/// The release that changed a row: `3.3` from a note, or `3.6.1–3.6.4`, `≤3.6` from what ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangedIn<'a> {
    /// The scenario names it.
    Noted(&'a ChangeReport),
    /// No note names it: it lies behind the first version, up to and with the second.
    Between(&'a InterpreterKey, &'a InterpreterKey),
}

/// The releases that changed a row between two versions: those that its notes name, or else the gap.
pub fn locate_change<'a>(
    changes: &'a [ChangeReport],
    before: &'a InterpreterKey,
    after: &'a InterpreterKey,
) -> Vec<ChangedIn<'a>> {
    let noted = notes_between(changes, before, after).map(ChangedIn::Noted);
    let mut noted: Vec<_> = noted.collect();
    if noted.is_empty() {
        noted.push(ChangedIn::Between(before, after));
    }
    noted.sort_by_key(ChangedIn::sort_key);
    noted
}

impl<'a> ChangedIn<'a> {
    /// The note, where one names the release.
    pub fn note(&self) -> Option<&'a ChangeReport> {
        match self {
            Self::Noted(note) => Some(note),
            Self::Between(..) => None,
        }
    }

    /// The first and the last release that it may be; a prerelease counts as its release.
    pub fn span(&self) -> [[u64; 3]; 2] {
        match self {
            Self::Noted(note) => {
                [parse_since(note).map_or([0; 3], |since| release_numbers(&since)); 2]
            }
            Self::Between(before, after) => {
                let [major, minor, micro] = release_numbers(&before.version);
                let next = u64::from(!before.version.is_prerelease());
                let last = release_numbers(&after.version);
                [[major, minor, micro.saturating_add(next)].min(last), last]
            }
        }
    }

    /// The key to sort by: the release, or the feature release up to which it may be.
    pub fn sort_key(&self) -> ([u64; 3], bool) {
        match self {
            Self::Between(before, after) if !is_same_series(before, after) && !self.is_exact() => {
                ([after.version.major, after.version.minor, 0], false)
            }
            _ => (self.span()[0], true),
        }
    }

    /// True if no other release is between the two. Behind 2.7 there are always some: 3.0 to 3.3, of which gaps do not speak.
    fn is_exact(&self) -> bool {
        let Self::Between(before, after) = self else {
            return false;
        };
        before.version.major == after.version.major
            && find_untested_ranges(before, after, []).is_empty()
    }
}

impl fmt::Display for ChangedIn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = match self {
            Self::Noted(note) => return f.write_str(&note.since),
            Self::Between(before, after) => (before, after),
        };
        let (version, build) = (&after.version, after.build_suffix());
        let [first, last] = self.span();
        if self.is_exact() {
            if version.micro == 0 && version.suffix.is_empty() {
                f.write_str(&after.series())
            } else {
                write!(f, "{version}{build}")
            }
        } else if !is_same_series(before, after) {
            write!(f, "≤{}", after.series())
        } else if first == last || version.is_prerelease() {
            write!(f, "≤{version}{build}")
        } else {
            let [major, minor, micro] = first;
            write!(f, "{major}.{minor}.{micro}{build}–{version}{build}")
        }
    }
}

#[cfg(test)]
#[path = "boundaries_tests.rs"]
mod tests;
