//! Specifiers: which Pythons are meant.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

use pep440_rs::{Operator, VersionSpecifier};

use super::releases::RELEASES;
use super::version::{InterpreterKey, PythonVersion};

/// Which Pythons are meant: PEP 440 specifiers (`>=3.6,<3.12`), a bare version (`2.7`, every micro release of it;
/// `2.7.18`, that one), and the builds `free-threaded` and `debug`, each also with `not` before it; parts joined by commas
/// must all hold.
///
/// A prerelease counts as the release it precedes: `>=3.15` holds on 3.15.0b1, because scenarios describe feature
/// releases, and PEP 440's rule would hide every prerelease from them. A specifier that names a prerelease itself, such as
/// `>=3.15.0rc3`, tells prereleases apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionSpec(Arc<ParsedSpec>);

#[derive(Debug, PartialEq, Eq)]
struct ParsedSpec {
    text: String,
    versions: Vec<VersionSpecifier>,
    free_threaded: Option<bool>,
    debug: Option<bool>,
}

/// A specifier that cannot be read.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum SpecError {
    /// An empty text.
    #[error("an empty version specifier; expected something like \">=3.6,<3.12\"")]
    Empty,
    /// Two versions that none can have at once.
    #[error(
        "`{0}` can never hold: parts joined by commas must all hold, and these are two versions, which are given one by one"
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
        let text = text.trim();
        if text.is_empty() {
            return Err(SpecError::Empty);
        }
        let mut spec = ParsedSpec {
            text: text.to_owned(),
            versions: Vec::new(),
            free_threaded: None,
            debug: None,
        };
        let mut bare_versions = 0;
        for part in text.split(',').map(str::trim) {
            let without_not = part.strip_prefix("not ");
            match without_not.unwrap_or(part) {
                "free-threaded" => spec.free_threaded = Some(without_not.is_none()),
                "debug" => spec.debug = Some(without_not.is_none()),
                _ => {
                    let is_bare = part.starts_with(|c: char| c.is_ascii_digit());
                    bare_versions += usize::from(is_bare);
                    if bare_versions > 1 {
                        return Err(SpecError::Never(text.to_owned()));
                    }
                    let specifier = match part.split('.').count() {
                        _ if !is_bare => part.to_owned(),
                        1 | 2 => format!("=={part}.*"),
                        _ => format!("=={part}"),
                    };
                    let unreadable = |_| SpecError::Unreadable(part.to_owned());
                    spec.versions.push(specifier.parse().map_err(unreadable)?);
                }
            }
        }
        spec.versions.shrink_to_fit();
        Ok(Self(Arc::new(spec)))
    }
}

impl VersionSpec {
    /// True if it names nothing but builds (`free-threaded`, `not debug`).
    pub fn is_build_only(&self) -> bool {
        self.0.versions.is_empty()
    }

    /// True if the interpreter is among those meant.
    pub fn matches(&self, key: &InterpreterKey) -> bool {
        let spec = &self.0;
        let is_or_unset = |wanted: Option<bool>, is| wanted.is_none_or(|wanted| wanted == is);
        is_or_unset(spec.free_threaded, key.free_threaded)
            && is_or_unset(spec.debug, key.debug)
            && (spec.versions.is_empty() || self.means(&key.version))
    }

    fn means(&self, version: &PythonVersion) -> bool {
        let candidate = Candidate::new(version);
        (self.0.versions.iter()).all(|specifier| candidate.fits(specifier))
    }

    /// Returns the versions that it names, and those next to them: whatever it tells apart lies between two of these.
    fn named_versions(&self) -> Vec<PythonVersion> {
        let mut versions = Vec::new();
        for specifier in &self.0.versions {
            let number = |index| specifier.version().release().get(index).copied();
            let [major, minor, micro] = [0, 1, 2].map(|index| number(index).unwrap_or(0));
            let named = PythonVersion::new(major, minor, micro);
            if let Some(pre) = specifier.version().pre() {
                for number in [pre.number.saturating_sub(1), pre.number, pre.number + 1] {
                    let suffix = format!("{}{number}", pre.kind);
                    let version = named.clone();
                    versions.push(PythonVersion { suffix, ..version });
                }
            }
            versions.extend([
                PythonVersion::new(major, minor, micro.saturating_sub(1)),
                named,
                PythonVersion::new(major, minor, micro + 1),
                PythonVersion::new(major, minor + 1, 0),
                PythonVersion::new(major + 1, 0, 0),
            ]);
        }
        versions
    }
}

/// A version in the two forms that specifiers are held to.
struct Candidate {
    exact: pep440_rs::Version,
    /// The final version that it is or precedes.
    release: pep440_rs::Version,
}

impl Candidate {
    fn new(version: &PythonVersion) -> Self {
        Self {
            exact: version.to_pep440(),
            release: version.to_pep440_release(),
        }
    }

    /// True if a specifier means it; only one that names a prerelease tells prereleases from their release.
    fn fits(&self, specifier: &VersionSpecifier) -> bool {
        if !specifier.version().any_prerelease() {
            return specifier.contains(&self.release);
        }
        match specifier.operator() {
            // pep440_rs 0.7.3 leaves out every prerelease of that release, also where the specifier names one.
            Operator::LessThan => self.exact < *specifier.version(),
            _ => specifier.contains(&self.exact),
        }
    }
}

/// Some versions of every feature release.
static RELEASE_CANDIDATES: LazyLock<Vec<Candidate>> = LazyLock::new(|| {
    let versions = RELEASES.iter().flat_map(|release| {
        let (major, minor) = release.version;
        [0, 1, 50].map(|micro| PythonVersion::new(major, minor, micro))
    });
    versions.map(|version| Candidate::new(&version)).collect()
});

/// True if there is, or may come to be, a Python from 2.7 on that all the specifiers mean. Tried are some versions of every
/// feature release, the versions that the specifiers name, and those next to them.
pub fn can_overlap(specs: &[&VersionSpec]) -> bool {
    let agree = |wanted: fn(&ParsedSpec) -> Option<bool>| {
        let mut wanted = specs.iter().filter_map(|spec| wanted(&spec.0));
        let first = wanted.next();
        wanted.all(|other| Some(other) == first)
    };
    let fits_all = |candidate: &Candidate| {
        let mut specifiers = specs.iter().flat_map(|spec| &spec.0.versions);
        specifiers.all(|specifier| candidate.fits(specifier))
    };
    let fits_named = || {
        let named = specs.iter().flat_map(|spec| spec.named_versions());
        let mut known = named.filter(|version| version.feature() >= RELEASES[0].version);
        known.any(|version| fits_all(&Candidate::new(&version)))
    };
    agree(|spec| spec.free_threaded)
        && agree(|spec| spec.debug)
        && (RELEASE_CANDIDATES.iter().any(fits_all) || fits_named())
}

impl fmt::Display for VersionSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers_match_versions_and_builds() {
        for (text, holds, fails) in [
            (">=3.6,<3.12", "3.6.15", "3.12.0"),
            ("<3", "2.7.18", "3.4.0"),
            ("2.7", "2.7.18", "3.7.16"),
            ("3.13.0", "3.13.0", "3.13.1"),
            (">=3.15", "3.15.0b1", "3.14.10"),
            ("free-threaded,>=3.13", "3.14.0t", "3.14.0 3.12.0t"),
            ("debug", "3.11.2d", "3.11.2"),
            (">=3.11,not debug", "3.11.2", "3.11.2d"),
            ("not free-threaded", "3.13.0", "3.13.0t"),
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
            let spec: VersionSpec = text.parse().unwrap();
            let matches = |key: &str| spec.matches(&key.parse().unwrap());
            assert!(holds.split(' ').all(matches), "{text}: {holds}");
            assert!(!fails.split(' ').any(matches), "{text}: {fails}");
        }
    }

    #[test]
    fn what_is_no_specifier_is_an_error() {
        for (text, error) in [
            ("latest", SpecError::Unreadable("latest".into())),
            (" ", SpecError::Empty),
            ("2.7,3.5", SpecError::Never("2.7,3.5".into())),
        ] {
            assert_eq!(text.parse::<VersionSpec>(), Err(error));
        }
    }

    #[test]
    fn specifiers_overlap_where_one_python_can_be_all() {
        for (texts, overlap) in [
            (&[][..], true),
            (&["<3", "2.7"], true),
            (&[">=3.6.1,<3.6.4", "!=3.6.1", "!=3.6.2"], true),
            (&[">=3.13", "free-threaded", "debug"], true),
            (&[">=3.99"], true),
            (&["3.15.0"], true),
            (&[">3.6.3,<3.6.5"], true),
            (&["3.15.0rc1"], true),
            (&[">=3.15", ">3.15.0rc1,<3.15.0rc3"], true),
            (&["<3", ">=3"], false),
            (&[">=3.8,<3.7"], false),
            (&["<2.7"], false),
            (&["free-threaded", "not free-threaded"], false),
            (&["3.6", "<3.6"], false),
            (&[">3.6.3,<3.6.4"], false),
            (&["3.15.0rc1", "<3.15.0b4"], false),
        ] {
            let specs: Vec<VersionSpec> = texts.iter().map(|text| text.parse().unwrap()).collect();
            let specs: Vec<_> = specs.iter().collect();
            assert_eq!(can_overlap(&specs), overlap, "{texts:?}");
        }
    }
}
