//! Packages that cases import: `requires: {packages: ["numpy>=1.16", "."]}` and `--with numpy`.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::{
    MarkerEnvironment, MarkerEnvironmentBuilder, Requirement, VerbatimUrl, VersionOrUrl,
};

use crate::python::interpreter_info::InterpreterInfo;

/// A distribution from an index, or a project of one's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Package {
    text: String,
    name: Option<String>,
}

/// A text that names no package.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` names no package")]
pub struct PackageError {
    text: String,
    /// The way out: the forms of a package.
    pub help: String,
}

/// The help where a text is no package.
pub const FORMS: &str =
    "expected something like `numpy`, `numpy>=1.16,<3` or, for a project of one's own, `.`";

impl FromStr for Package {
    type Err = PackageError;

    fn from_str(text: &str) -> Result<Self, PackageError> {
        let text = text.trim();
        // pip takes it so, too.
        let file = (is_wheel(text) && !is_path(text)).then(|| format!("./{text}"));
        let text = file.as_deref().unwrap_or(text);
        let package = |name| Self {
            text: text.to_owned(),
            name,
        };
        if is_path(text) {
            return Ok(package(None));
        }
        let help = if text.contains(|c: char| c.is_control()) {
            "a package is one line".to_owned()
        } else if !names_are_whole(text) {
            FORMS.to_owned()
        } else if let Ok(read) = text.parse::<Requirement<VerbatimUrl>>() {
            return Ok(package(Some(read.name.to_string())));
        } else if text.contains("://") && !text.contains('@') {
            format!("an address needs the name of its distribution: `NAME @ {text}`")
        } else {
            FORMS.to_owned()
        };
        let text = text.to_owned();
        Err(PackageError { text, help })
    }
}

impl Package {
    /// The argument for pip, as the user wrote it: a requirement of PEP 508, or a path.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name of a distribution in the form in which names are compared (PEP 503): `typing-extensions`. A project's is
    /// not known before it is built.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The requirement, unless it is a path.
    fn requirement(&self) -> Option<Requirement<VerbatimUrl>> {
        self.text.parse().ok()
    }

    /// The name, unless a marker may leave the distribution out.
    pub fn certain_name(&self) -> Option<&str> {
        let read = self.requirement()?;
        self.name().filter(|_| read.marker.is_true())
    }

    /// True if the package is an address of something that a Python could only build, unless a marker leaves it out there.
    pub fn is_built(&self, python: &InterpreterInfo) -> bool {
        let Some(read) = self.requirement() else {
            return false;
        };
        let Some(VersionOrUrl::Url(url)) = &read.version_or_url else {
            return false;
        };
        let is_for_it = || markers(python).is_none_or(|all| read.marker.evaluate(&all, &[]));
        !url.path().to_ascii_lowercase().ends_with(".whl") && is_for_it()
    }

    /// Joins two requirements of the same distribution that speak of versions alone: old pips refuse to be given one
    /// distribution twice.
    #[must_use]
    pub fn joined_with(&self, other: &Self) -> Option<Self> {
        let name_and_versions = |package: &Self| Some((package.name.clone()?, package.versions()?));
        let (name, versions) = name_and_versions(self)?;
        let (other_name, other_versions) = name_and_versions(other)?;
        if name != other_name {
            return None;
        }
        let mut parts: Vec<_> = versions.iter().map(ToString::to_string).collect();
        for part in other_versions.iter().map(ToString::to_string) {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        let text = format!("{name}{}", parts.join(","));
        let name = Some(name);
        Some(Self { text, name })
    }

    /// The versions, if it speaks of nothing else.
    fn versions(&self) -> Option<VersionSpecifiers> {
        let read = self.requirement()?;
        if !read.extras.is_empty() || !read.marker.is_true() {
            return None;
        }
        match read.version_or_url {
            None => Some(VersionSpecifiers::empty()),
            Some(VersionOrUrl::VersionSpecifier(versions)) => Some(versions),
            Some(VersionOrUrl::Url(_)) => None,
        }
    }

    /// True if a version of the distribution will do. A requirement by address is met by what was got there alone.
    pub fn allows(&self, version: &str) -> bool {
        let Some(read) = self.requirement() else {
            return false;
        };
        match &read.version_or_url {
            None => true,
            Some(VersionOrUrl::VersionSpecifier(versions)) => version
                .parse::<Version>()
                .is_ok_and(|version| versions.contains(&version)),
            Some(VersionOrUrl::Url(_)) => false,
        }
    }
}

/// Returns the values that markers (PEP 508) can ask for, as far as they are known of a Python.
fn markers(python: &InterpreterInfo) -> Option<MarkerEnvironment> {
    let version = &python.version;
    let short = format!("{}.{}", version.major, version.minor);
    let full = format!("{short}.{}", version.micro);
    let (system, machine) = python.platform.split_once('-').unwrap_or_default();
    let system_name = match system {
        "linux" => "Linux",
        "darwin" => "Darwin",
        _ => "",
    };
    let builder = MarkerEnvironmentBuilder {
        implementation_name: "cpython",
        implementation_version: &full,
        os_name: "posix",
        platform_machine: machine,
        platform_python_implementation: "CPython",
        platform_release: "",
        platform_system: system_name,
        platform_version: "",
        python_full_version: &full,
        python_version: &short,
        sys_platform: match system {
            "linux" if version.major == 2 => "linux2",
            _ => system,
        },
    };
    builder.try_into().ok()
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// True if the name and those of extras begin and end with a letter or a digit; the parser panics where they do not.
fn names_are_whole(text: &str) -> bool {
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let (name, rest) = text.split_at(text.find(|c| !in_name(c)).unwrap_or(text.len()));
    let extras = rest.trim_start().strip_prefix('[');
    let extras = extras.and_then(|rest| rest.split(']').next());
    let extras = extras.into_iter().flat_map(|all| all.split(','));
    let is_whole = |name: &str| {
        let edge = |c: char| c.is_ascii_alphanumeric();
        name.is_empty() || name.starts_with(edge) && name.ends_with(edge)
    };
    is_whole(name) && extras.map(str::trim).all(is_whole)
}

/// True if the text is the path of a project's folder or of a file, rather than a requirement: pip's own rule, but for bare names.
fn is_path(text: &str) -> bool {
    let starts = ["./", "../", "/", "~/"];
    matches!(text, "." | "..") || starts.iter().any(|start| text.starts_with(start))
}

/// True if a text is the name of a wheel, and no address of one.
fn is_wheel(text: &str) -> bool {
    let is_named = Path::new(text).extension().is_some_and(|end| end == "whl");
    is_named && !text.contains(|c: char| c == '@' || c.is_control()) && !text.contains("://")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(text: &str) -> Package {
        text.parse().unwrap()
    }

    #[test]
    fn requirements_have_a_name_and_versions() {
        for (text, name, fits, unfit) in [
            ("numpy", "numpy", "1.16.6", None),
            (
                "Typing_Extensions >= 4, < 5",
                "typing-extensions",
                "4.12",
                Some("5.0"),
            ),
            ("requests[socks]~=2.0", "requests", "2.31", Some("3.0")),
            (
                "numpy==1.16.6; python_version<'3'",
                "numpy",
                "1.16.6",
                Some("1.16.5"),
            ),
        ] {
            let read = package(text);
            assert_eq!((read.text(), read.name()), (text, Some(name)));
            assert!(read.allows(fits), "{text}");
            assert!(!unfit.is_some_and(|version| read.allows(version)), "{text}");
        }
        assert!(!package("pip @ https://example.org/pip-24.0-py3-none-any.whl").allows("24.0"));
    }

    #[test]
    fn an_address_of_no_wheel_is_built_where_its_marker_holds() {
        let python = crate::python::fake::Answer::cpython("3.9.18").info();
        for (text, expected) in [
            ("six @ file:///srv/six", true),
            ("six @ https://example.org/six-1.16.0.tar.gz", true),
            ("six @ git+https://example.org/six@1.16.0", true),
            (
                "six @ https://example.org/six-1.16.0.tar.gz ; python_version < '3'",
                false,
            ),
            (
                "six @ https://example.org/six-1.16.0.tar.gz ; python_version >= '3.9'",
                true,
            ),
            (
                "six @ https://example.org/six-1.16.0-py2.py3-none-any.whl#sha256=0",
                false,
            ),
            ("six>=1.16", false),
            (".", false),
        ] {
            assert_eq!(package(text).is_built(&python), expected, "{text}");
        }
    }

    #[test]
    fn two_about_one_distribution_become_one() {
        let both = |one: &str, other: &str| {
            package(one)
                .joined_with(&package(other))
                .map(|one| one.text)
        };
        assert_eq!(both("Demo_Pkg<2", "demo-pkg").unwrap(), "demo-pkg<2");
        assert_eq!(both("a>1", "a<3,>1").unwrap(), "a>1,<3");
        for (one, other) in [
            ("a", "b"),
            ("a", "a[x]"),
            ("a", "a; python_version<'3'"),
            ("a", "."),
        ] {
            assert_eq!(both(one, other), None, "{one} {other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_package_or_an_error(text in "[a.b_\\-1]{0,4}[\\[\\],;@ <>=!~'\"()a.b:/1-]{0,12}") {
            let _ = text.parse::<Package>();
        }
    }

    #[test]
    fn a_marker_may_leave_it_out() {
        assert_eq!(package("Some.Name>=1").certain_name(), Some("some-name"));
        assert_eq!(package("a; python_version<'3'").certain_name(), None);
        assert_eq!(package(".").certain_name(), None);
    }

    #[test]
    fn paths_are_projects() {
        for text in [
            ".",
            "..",
            "./dist/x-1.0-py3-none-any.whl",
            "~/own",
            "/srv/own",
        ] {
            assert_eq!(package(text).name(), None, "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_a_way_out() {
        for text in [
            "",
            "x y",
            "-a",
            "--index-url=x",
            "num/py",
            "numpy>=",
            "numpy>=x",
            "numpy.",
            "numpy-[a]",
            "numpy[a.]",
        ] {
            let error = text.parse::<Package>().unwrap_err();
            assert_eq!(error.to_string(), format!("`{text}` names no package"));
            assert_eq!(error.help, FORMS, "{text}");
        }
        let file = package("dist/x-1.0-py3-none-any.whl");
        assert_eq!(file.text(), "./dist/x-1.0-py3-none-any.whl");
        assert_eq!(file.name(), None);
        assert_eq!(
            "https://example.org/x.whl"
                .parse::<Package>()
                .unwrap_err()
                .help,
            "an address needs the name of its distribution: `NAME @ https://example.org/x.whl`"
        );
        assert_eq!(
            "a\nb".parse::<Package>().unwrap_err().help,
            "a package is one line"
        );
    }
}
