//! Versions of CPython, the keys interpreters are known by, and the specifiers that select them.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

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

impl FromStr for PythonVersion {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let error = || VersionError(text.to_owned());
        let end = text
            .find(|c: char| c != '.' && !c.is_ascii_digit())
            .unwrap_or(text.len());
        let (numbers, suffix) = text.split_at(end);
        let parts: Vec<u64> = numbers
            .split('.')
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map_err(|_| error())?;
        let [major, minor, micro] = parts[..] else {
            return Err(error());
        };
        Ok(Self {
            major,
            minor,
            micro,
            suffix: suffix.to_owned(),
        })
    }
}

impl PythonVersion {
    /// As PEP 440 has it; a build of what follows a version (`3.15.0a2+`) counts as that version.
    fn to_pep440(&self) -> pep440_rs::Version {
        let text = self.to_string();
        let whole = text.trim_end_matches('+').parse();
        whole.unwrap_or_else(|_| pep440_rs::Version::new([self.major, self.minor, self.micro]))
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{}.{}{}",
            self.major, self.minor, self.micro, self.suffix
        )
    }
}

impl PythonVersion {
    /// Whether it is an alpha, beta or release candidate; a `+` alone is a build of what follows a release.
    pub fn is_prerelease(&self) -> bool {
        !matches!(self.suffix.as_str(), "" | "+")
    }
}

impl Ord for PythonVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        // A final release follows its prereleases: `rc1` < ``; `a2` < `b1` < `rc1` is alphabetical.
        let suffix = |version: &Self| (!version.is_prerelease(), version.suffix.clone());
        (self.major, self.minor, self.micro)
            .cmp(&(other.major, other.minor, other.micro))
            .then_with(|| suffix(self).cmp(&suffix(other)))
    }
}

impl PartialOrd for PythonVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What an interpreter is called in tables, baselines and reports: `3.13.0`, `3.14.0t`, `3.11.2d`.
/// Two interpreters that would share a key are told apart by a label: `3.12.1@conda`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InterpreterKey {
    /// Its version.
    pub version: PythonVersion,
    /// Built without the GIL (PEP 703): suffix `t`.
    pub free_threaded: bool,
    /// Built with `--with-pydebug`: suffix `d`.
    pub debug: bool,
    /// What sets it apart from another one with the same version and build.
    pub label: Option<String>,
}

impl InterpreterKey {
    /// `t`, `d`, `td` or nothing.
    pub fn build_suffix(&self) -> &'static str {
        match (self.free_threaded, self.debug) {
            (false, false) => "",
            (true, false) => "t",
            (false, true) => "d",
            (true, true) => "td",
        }
    }

    /// Version and build alone: a label is a name that one machine gave.
    #[must_use]
    pub fn without_label(&self) -> Self {
        Self {
            label: None,
            ..self.clone()
        }
    }

    /// Feature release and build, the head of its column in a table: `3.14t`.
    pub fn series(&self) -> String {
        format!(
            "{}.{}{}",
            self.version.major,
            self.version.minor,
            self.build_suffix()
        )
    }
}

impl fmt::Display for InterpreterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.version, self.build_suffix())?;
        self.label
            .as_ref()
            .map_or(Ok(()), |label| write!(f, "@{label}"))
    }
}

impl FromStr for InterpreterKey {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let (rest, label) = match text.split_once('@') {
            Some((rest, label)) => (rest, Some(label.to_owned())),
            None => (text, None),
        };
        let (rest, debug) = rest
            .strip_suffix('d')
            .map_or((rest, false), |rest| (rest, true));
        let (rest, free_threaded) = rest
            .strip_suffix('t')
            .map_or((rest, false), |rest| (rest, true));
        let version = rest.parse().map_err(|_| VersionError(text.to_owned()))?;
        Ok(Self {
            version,
            free_threaded,
            debug,
            label,
        })
    }
}

impl Ord for InterpreterKey {
    fn cmp(&self, other: &Self) -> Ordering {
        let rest = |key: &Self| (key.free_threaded, key.debug, key.label.clone());
        self.version
            .cmp(&other.version)
            .then_with(|| rest(self).cmp(&rest(other)))
    }
}

impl PartialOrd for InterpreterKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for InterpreterKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for InterpreterKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Which Pythons are meant: PEP 440 specifiers (`>=3.6,<3.12`), a bare version (`2.7`, every micro release of it;
/// `2.7.18`, that one), and the builds `free-threaded` and `debug`, each also with `not` before it; parts joined by commas
/// must all hold.
///
/// A prerelease counts as the release it precedes: `>=3.15` holds on 3.15.0b1, because scenarios describe feature
/// releases, and PEP 440's rule would hide every prerelease from them. A specifier that names a prerelease itself, such as
/// `>=3.15.0rc3`, tells prereleases apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionSpec(Arc<Parts>);

#[derive(Debug, PartialEq, Eq)]
struct Parts {
    text: String,
    versions: Vec<pep440_rs::VersionSpecifier>,
    free_threaded: Option<bool>,
    debug: Option<bool>,
}

/// A specifier that cannot be read.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum SpecError {
    /// Nothing there.
    #[error("an empty version specifier; expected something like \">=3.6,<3.12\"")]
    Empty,
    /// Two versions that none can have at once.
    #[error(
        "`{0}` can never hold: parts joined by commas must all hold, and these are two versions"
    )]
    Never(String),
    /// Neither PEP 440 nor one of our words.
    #[error(
        "`{0}` is not a version specifier; expected something like \">=3.6,<3.12\", \"2.7\", \"free-threaded\" or \"debug\""
    )]
    Unreadable(String),
}

impl FromStr for VersionSpec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        if text.trim().is_empty() {
            return Err(SpecError::Empty);
        }
        let mut spec = Parts {
            text: text.trim().to_owned(),
            versions: Vec::new(),
            free_threaded: None,
            debug: None,
        };
        let mut one = None;
        for part in text.split(',').map(str::trim) {
            match part {
                "free-threaded" => spec.free_threaded = Some(true),
                "not free-threaded" => spec.free_threaded = Some(false),
                "debug" => spec.debug = Some(true),
                "not debug" => spec.debug = Some(false),
                _ => {
                    let bare = part.starts_with(|c: char| c.is_ascii_digit());
                    if bare && one.replace(part).is_some() {
                        return Err(SpecError::Never(text.trim().to_owned()));
                    }
                    let written = match part.split('.').count() {
                        _ if !bare => part.to_owned(),
                        1 | 2 => format!("=={part}.*"),
                        _ => format!("=={part}"),
                    };
                    spec.versions.push(
                        written
                            .parse()
                            .map_err(|_| SpecError::Unreadable(part.to_owned()))?,
                    );
                }
            }
        }
        spec.versions.shrink_to_fit();
        Ok(Self(Arc::new(spec)))
    }
}

impl VersionSpec {
    /// Whether it speaks of nothing but builds (`free-threaded`, `not debug`).
    pub fn is_build_only(&self) -> bool {
        self.0.versions.is_empty()
    }

    /// Whether the interpreter is among those meant.
    pub fn matches(&self, key: &InterpreterKey) -> bool {
        let version = &key.version;
        let release = pep440_rs::Version::new([version.major, version.minor, version.micro]);
        let contains = |specifier: &pep440_rs::VersionSpecifier| {
            if specifier.version().any_prerelease() {
                let version = version.to_pep440();
                match specifier.operator() {
                    // pep440_rs 0.7.3 leaves out every prerelease of that release, also where the specifier names one.
                    pep440_rs::Operator::LessThan => version < *specifier.version(),
                    _ => specifier.contains(&version),
                }
            } else {
                specifier.contains(&release)
            }
        };
        let spec = &self.0;
        spec.free_threaded
            .is_none_or(|wanted| wanted == key.free_threaded)
            && spec.debug.is_none_or(|wanted| wanted == key.debug)
            && spec.versions.iter().all(contains)
    }
}

impl Serialize for VersionSpec {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for VersionSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> InterpreterKey {
        text.parse().unwrap()
    }

    fn spec(text: &str) -> VersionSpec {
        text.parse().unwrap()
    }

    #[test]
    fn keys_round_trip() {
        for text in [
            "2.7.18",
            "3.14.0t",
            "3.11.2d",
            "3.15.0b1td",
            "3.14.0a2+",
            "3.12.1@conda",
        ] {
            assert_eq!(key(text).to_string(), text);
        }
        assert!("3.13".parse::<InterpreterKey>().is_err());
    }

    #[test]
    fn order_is_by_version_then_build() {
        let mut keys: Vec<_> = [
            "3.13.0",
            "3.9.18",
            "3.13.0t",
            "2.7.18",
            "3.13.0rc1",
            "3.10.13",
        ]
        .map(key)
        .to_vec();
        keys.sort();
        let texts: Vec<_> = keys.iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [
                "2.7.18",
                "3.9.18",
                "3.10.13",
                "3.13.0rc1",
                "3.13.0",
                "3.13.0t"
            ]
        );
    }

    #[test]
    fn specifiers() {
        assert!(spec(">=3.6,<3.12").matches(&key("3.6.15")));
        assert!(!spec(">=3.6,<3.12").matches(&key("3.12.0")));
        assert!(spec("<3").matches(&key("2.7.18")));
        assert!(spec("2.7").matches(&key("2.7.18")) && !spec("2.7").matches(&key("3.7.16")));
        assert!(spec("3.13.0").matches(&key("3.13.0")) && !spec("3.13.0").matches(&key("3.13.1")));
        assert!(spec(">=3.15").matches(&key("3.15.0b1")));
        assert!(spec("free-threaded,>=3.13").matches(&key("3.14.0t")));
        assert!(!spec("free-threaded").matches(&key("3.14.0")));
        assert!(spec("debug").matches(&key("3.11.2d")));
        assert!(!spec(">=3.11,not debug").matches(&key("3.11.2d")));
        assert!(
            spec("not debug").matches(&key("3.11.2"))
                && spec("not free-threaded").matches(&key("3.13.0"))
        );
        for (text, holds, fails) in [
            (
                ">=3.15.0rc3",
                "3.15.0rc3 3.15.0 3.15.2 3.16.0a0",
                "3.15.0rc2 3.14.10",
            ),
            (
                ">=3.15,!=3.16.0a0",
                "3.15.0rc1 3.15.2 3.16.0a1",
                "3.16.0a0 3.16.0a0+",
            ),
            (
                "<3.15.0rc3",
                "3.15.0rc2 3.15.0b4 3.14.10",
                "3.15.0rc3 3.15.0",
            ),
            ("3.15.0b4", "3.15.0b4 3.15.0b4d", "3.15.0b3 3.15.0"),
        ] {
            let matches = |one: &str| spec(text).matches(&key(one));
            assert!(holds.split(' ').all(matches), "{text}: {holds}");
            assert!(!fails.split(' ').any(matches), "{text}: {fails}");
        }
        assert_eq!(
            "latest".parse::<VersionSpec>(),
            Err(SpecError::Unreadable("latest".into()))
        );
        assert_eq!(" ".parse::<VersionSpec>(), Err(SpecError::Empty));
        assert_eq!(
            "2.7,3.5".parse::<VersionSpec>(),
            Err(SpecError::Never("2.7,3.5".into()))
        );
    }
}
