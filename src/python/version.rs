//! Versions of CPython, and the keys interpreters are known by.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Major and minor number of a feature release: 3 and 13.
pub type FeatureVersion = (u64, u64);

/// `major.minor.micro`, and what follows it on a prerelease (`a2`, `b1`, `rc1`; a trailing `+` is kept).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PythonVersion {
    /// 2 or 3.
    pub major: u64,
    /// The feature release.
    pub minor: u64,
    /// The bug-fix release.
    pub micro: u64,
    /// Prerelease suffix; empty on a final release.
    pub suffix: String,
}

/// A version text that is not `X.Y.Z` with an optional suffix.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a Python version such as 3.13.0")]
pub struct VersionError(String);

impl PythonVersion {
    /// Creates a final version.
    pub fn new(major: u64, minor: u64, micro: u64) -> Self {
        Self {
            major,
            minor,
            micro,
            suffix: String::new(),
        }
    }

    /// Returns the number of its feature release.
    pub fn feature(&self) -> FeatureVersion {
        (self.major, self.minor)
    }

    /// True for an alpha, beta or release candidate; a `+` alone is a build of what follows a release.
    pub fn is_prerelease(&self) -> bool {
        !matches!(self.suffix.as_str(), "" | "+")
    }

    /// Returns the version as PEP 440 has it; a build of what follows a version (`3.15.0a2+`) counts as that version.
    pub(super) fn to_pep440(&self) -> pep440_rs::Version {
        let text = self.to_string();
        let parsed = text.trim_end_matches('+').parse();
        parsed.unwrap_or_else(|_| self.to_pep440_release())
    }

    /// Returns the final version that it is or precedes, as PEP 440 has it.
    pub(super) fn to_pep440_release(&self) -> pep440_rs::Version {
        pep440_rs::Version::new([self.major, self.minor, self.micro])
    }
}

impl FromStr for PythonVersion {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let end = text
            .find(|c: char| c != '.' && !c.is_ascii_digit())
            .unwrap_or(text.len());
        let (numbers, suffix) = text.split_at(end);
        let numbers: Result<Vec<u64>, _> = numbers.split('.').map(str::parse).collect();
        match numbers.as_deref() {
            Ok(&[major, minor, micro]) => Ok(Self {
                suffix: suffix.to_owned(),
                ..Self::new(major, minor, micro)
            }),
            _ => Err(VersionError(text.to_owned())),
        }
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor, micro, suffix) = (self.major, self.minor, self.micro, &self.suffix);
        write!(f, "{major}.{minor}.{micro}{suffix}")
    }
}

impl Ord for PythonVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        // A final release follows its prereleases: `rc1` < ``; `a2` < `b1` < `rc1` is alphabetical.
        fn rank(version: &PythonVersion) -> (FeatureVersion, u64, bool, &str) {
            let is_final = !version.is_prerelease();
            (version.feature(), version.micro, is_final, &version.suffix)
        }
        rank(self).cmp(&rank(other))
    }
}

impl PartialOrd for PythonVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The name of an interpreter in tables, baselines and reports: `3.13.0`, `3.14.0t`, `3.11.2d`.
/// Two interpreters that would share a key are told apart by a label: `3.12.1@conda`.
///
/// Keys are ordered by version, then build, then label.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InterpreterKey {
    /// Its version.
    pub version: PythonVersion,
    /// Built without the GIL (PEP 703): suffix `t`.
    pub free_threaded: bool,
    /// Built with `--with-pydebug`: suffix `d`.
    pub debug: bool,
    /// The word that sets it apart from another one with the same version and build.
    pub label: Option<String>,
}

impl InterpreterKey {
    /// Returns the letters of the build: `t`, `d`, `td` or nothing.
    pub fn build_suffix(&self) -> &'static str {
        match (self.free_threaded, self.debug) {
            (false, false) => "",
            (true, false) => "t",
            (false, true) => "d",
            (true, true) => "td",
        }
    }

    /// Returns the key with version and build alone: a label is a name that one machine gave.
    #[must_use]
    pub fn without_label(&self) -> Self {
        Self {
            label: None,
            ..self.clone()
        }
    }

    /// Returns feature release and build, the head of its column in a table: `3.14t`.
    pub fn series(&self) -> String {
        let (major, minor) = self.version.feature();
        format!("{major}.{minor}{}", self.build_suffix())
    }
}

impl fmt::Display for InterpreterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.version, self.build_suffix())?;
        match &self.label {
            Some(label) => write!(f, "@{label}"),
            None => Ok(()),
        }
    }
}

impl FromStr for InterpreterKey {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let (unlabelled, label) = match text.split_once('@') {
            Some((unlabelled, label)) => (unlabelled, Some(label.to_owned())),
            None => (text, None),
        };
        let without_debug = unlabelled.strip_suffix('d');
        let with_threads = without_debug.unwrap_or(unlabelled);
        let without_threads = with_threads.strip_suffix('t');
        let version = without_threads.unwrap_or(with_threads).parse();
        Ok(Self {
            version: version.map_err(|_| VersionError(text.to_owned()))?,
            free_threaded: without_threads.is_some(),
            debug: without_debug.is_some(),
            label,
        })
    }
}

/// Lets serde write and read types as their text.
macro_rules! serialize_as_text {
    ($($type:ty),*) => {$(
        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

serialize_as_text!(PythonVersion, InterpreterKey);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_round_trip() {
        let keys = "2.7.18 3.14.0t 3.11.2d 3.15.0b1td 3.14.0a2+ 3.12.1@conda";
        for text in keys.split(' ') {
            let key: InterpreterKey = text.parse().unwrap();
            assert_eq!(key.to_string(), text);
        }
        assert!("3.13".parse::<InterpreterKey>().is_err());
    }

    #[test]
    fn order_is_by_version_then_build() {
        let sorted = "2.7.18 3.9.18 3.10.13 3.13.0rc1 3.13.0 3.13.0d 3.13.0t";
        let parse = |text: &str| text.parse::<InterpreterKey>().unwrap();
        let mut keys: Vec<_> = sorted.split(' ').rev().map(parse).collect();
        keys.sort();
        let texts: Vec<_> = keys.iter().map(ToString::to_string).collect();
        assert_eq!(texts.join(" "), sorted);
    }
}
