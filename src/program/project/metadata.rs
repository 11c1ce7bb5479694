//! Metadata that a project has without being built: its name, its version, and the Pythons that it is for.

use std::path::Path;

use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::PackageName;
use toml::Value;

use super::git;
use crate::fs::read_text_file;
use crate::program::python_text::{Token, TokenKind, logical_lines};
use crate::python::interpreter_info::InterpreterInfo;
use crate::python::version::PythonVersion;

/// The most bytes that are read of a file; what is longer is left to whoever builds it.
const MAX_FILE: u64 = 4 << 20;

/// The static part of a project's metadata; `None` where it is computed, or not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The name of its distribution, as names are compared (PEP 503).
    pub name: Option<String>,
    /// Its version: as it is written, else as git has it where the project takes it from there.
    pub version: Option<String>,
    /// The Pythons it is for.
    pub requires_python: Option<VersionSpecifiers>,
    /// The file name of a wheel, which says what else it is for.
    pub wheel: Option<String>,
}

impl Metadata {
    /// Reads the metadata of a project in a folder. What cannot be read is left to whoever builds it.
    pub(super) fn from_folder(folder: &Path) -> Self {
        let read = |name: &str| read_text_file(&folder.join(name), MAX_FILE).unwrap_or_default();
        let (pyproject, config, script) =
            (read("pyproject.toml"), read("setup.cfg"), read("setup.py"));
        let mut metadata = from_pyproject(&pyproject)
            .or(from_setup_cfg(&config))
            .or(from_setup_py(&script));
        let texts = [pyproject, config, script];
        if metadata.version.is_none() && texts.iter().any(|text| git::names_version_tool(text)) {
            metadata.version = git::describe_version(folder);
        }
        metadata
    }

    /// Reads the metadata of a wheel from the name of its file. The Pythons that it is for stand inside, where pip and uv look.
    pub(super) fn from_wheel_name(file: &str) -> Self {
        let Some(stem) = file.strip_suffix(".whl") else {
            return Self::default();
        };
        let mut parts = stem.split('-');
        Self {
            name: parts.next().and_then(normalize_name),
            version: parts.next().and_then(normalize_version),
            requires_python: None,
            wheel: Some(file.to_owned()),
        }
    }

    /// Explains why a Python is none of those that the project is for. `name` is what the user calls it.
    pub fn find_misfit(&self, name: &str, python: &InterpreterInfo) -> Option<String> {
        // pip 10 to 20.2 does not look at tags where it installs into a folder.
        let mut wheel = self.wheel.iter();
        if let Some(wheel) = wheel.find(|file| !matches_tags(file, python)) {
            return Some(format!("{wheel} is not for this Python and machine"));
        }
        let python = &python.version;
        let required = self.requires_python.as_ref()?;
        // As pip compares: a release candidate counts as its release.
        let release = Version::new([python.major, python.minor, python.micro]);
        let name = self.name.as_deref().unwrap_or(name);
        (!required.contains(&release)).then(|| format!("{name} requires Python {required}"))
    }

    fn or(self, other: Self) -> Self {
        Self {
            name: self.name.or(other.name),
            version: self.version.or(other.version),
            requires_python: self.requires_python.or(other.requires_python),
            wheel: self.wheel.or(other.wheel),
        }
    }
}

/// True if the tags in the name of a wheel allow a Python, as far as that is plain: the rest is left to pip.
fn matches_tags(file: &str, python: &InterpreterInfo) -> bool {
    let mut tags = file.trim_end_matches(".whl").rsplit('-');
    let (Some(platforms), Some(abis), Some(pythons)) = (tags.next(), tags.next(), tags.next())
    else {
        return true;
    };
    let system = python.platform.split('-').next().unwrap_or_default();
    let on_system = |tag: &str| match system {
        "linux" => tag.contains("linux"),
        "darwin" => tag.starts_with("macosx"),
        _ => true,
    };
    let stable = abis.split('.').any(|abi| abi == "abi3");
    let for_python = |tag: &str| allows_python(tag, stable, &python.version);
    let mut platforms = platforms.split('.');
    platforms.any(|tag| tag == "any" || on_system(tag)) && pythons.split('.').any(for_python)
}

/// True if a tag of a wheel allows a Python: `py3`, `py36` (and newer), `cp311` (and newer where the ABI is stable).
fn allows_python(tag: &str, stable: bool, python: &PythonVersion) -> bool {
    let at_least = match tag.get(..2) {
        Some("py") => true,
        Some("cp") => stable,
        _ => return false,
    };
    let (Some(major), Some(minor)) = (tag.get(2..3), tag.get(3..)) else {
        return false;
    };
    let same_major = major.parse() == Ok(python.major);
    let minor = minor.parse().ok().or_else(|| minor.is_empty().then_some(0));
    let Some(minor) = minor else { return false };
    same_major && (python.minor == minor || (at_least || tag.len() == 3) && python.minor >= minor)
}

/// The name as names are compared (PEP 503).
fn normalize_name(name: &str) -> Option<String> {
    let name = PackageName::new(name.to_owned()).ok()?.to_string();
    Some(name).filter(|name| !name.is_empty())
}

/// The version in the normal form of PEP 440.
fn normalize_version(version: &str) -> Option<String> {
    let version: Version = version.parse().ok()?;
    Some(version.to_string())
}

/// Reads `[project]` (PEP 621), and the tables of Poetry before 2.
fn from_pyproject(text: &str) -> Metadata {
    let Ok(root) = text.parse::<toml::Table>() else {
        return Metadata::default();
    };
    let text = |table: Option<&Value>, key: &str| table?.get(key)?.as_str().map(str::to_owned);
    let read = |table: Option<&Value>, python: Option<VersionSpecifiers>| Metadata {
        name: text(table, "name").and_then(|name| normalize_name(&name)),
        version: text(table, "version").and_then(|version| normalize_version(&version)),
        requires_python: python,
        wheel: None,
    };
    let project = root.get("project");
    let required = text(project, "requires-python").and_then(|text| text.parse().ok());
    let poetry = root.get("tool").and_then(|tools| tools.get("poetry"));
    let dependencies = poetry.and_then(|poetry| poetry.get("dependencies"));
    let python = text(dependencies, "python").and_then(|text| parse_poetry_specifier(&text));
    read(project, required).or(read(poetry, python))
}

/// Parses Poetry's `^3.8`, which is `>=3.8,<4`, or a specifier as all others write it.
fn parse_poetry_specifier(text: &str) -> Option<VersionSpecifiers> {
    let Some(lowest) = text.strip_prefix('^') else {
        return text.parse().ok();
    };
    let major: u64 = lowest.split('.').next()?.parse().ok()?;
    format!(">={lowest},<{}", major + 1).parse().ok()
}

/// Reads `[metadata]` and `[options]` of setuptools; `attr:` and `file:` say where a version is, not which.
fn from_setup_cfg(text: &str) -> Metadata {
    let mut metadata = Metadata::default();
    let mut section = "";
    for line in text.lines() {
        if let Some(name) = line.trim_end().strip_prefix('[') {
            section = name.trim_end_matches(']');
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        let value = value.trim();
        match (section, key.trim_end().replace('-', "_").as_str()) {
            ("metadata", "name") => metadata.name = normalize_name(value),
            ("metadata", "version") => metadata.version = normalize_version(value),
            ("metadata" | "options", "python_requires" | "requires_python") => {
                metadata.requires_python = value.parse().ok();
            }
            _ => {}
        }
    }
    metadata
}

/// Reads a literal `python_requires` in a program that only setuptools can run.
fn from_setup_py(text: &str) -> Metadata {
    let literal = |tokens: &[Token<'_>]| match tokens {
        [name, equals, value] if name.text == "python_requires" && equals.text == "=" => {
            let is_text = matches!(value.kind, TokenKind::Text { .. });
            is_text.then(|| value.prefix_and_body().1.parse().ok())?
        }
        _ => None,
    };
    let lines = logical_lines(text);
    let mut triples = lines.iter().flat_map(|line| line.tokens.windows(3));
    Metadata {
        requires_python: triples.find_map(literal),
        ..Metadata::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::Answer;

    fn summarize(metadata: &Metadata) -> [String; 3] {
        let required = metadata.requires_python.as_ref();
        [
            metadata.name.clone().unwrap_or_default(),
            metadata.version.clone().unwrap_or_default(),
            required.map(ToString::to_string).unwrap_or_default(),
        ]
    }

    #[test]
    fn each_kind_of_file_says_what_it_knows() {
        for (file, text, expected) in [
            (
                "pyproject.toml",
                "[project]\nname = 'My_Lib'\nversion = '1.02'\nrequires-python = '>=3.9'\n",
                ["my-lib", "1.2", ">=3.9"],
            ),
            (
                "pyproject.toml",
                "[project]\nname = 'own'\ndynamic = ['version']\n",
                ["own", "", ""],
            ),
            (
                "pyproject.toml",
                "[tool.poetry]\nname = 'own'\nversion = '2'\n[tool.poetry.dependencies]\npython = '^3.8'\n",
                ["own", "2", ">=3.8, <4"],
            ),
            (
                "setup.cfg",
                "[metadata]\nname = own\nversion = attr: own.version\n[options]\npython_requires = >=3.6, <4\n",
                ["own", "", ">=3.6, <4"],
            ),
            (
                "setup.py",
                "# python_requires='>=2'\nsetup(name='own',\n      python_requires = \">=3.7\")\n",
                ["", "", ">=3.7"],
            ),
            ("pyproject.toml", "[project\nname = 'own'", ["", "", ""]),
            ("setup.py", "setup(python_requires=LOWEST)", ["", "", ""]),
        ] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(file), text).unwrap();
            assert_eq!(
                summarize(&Metadata::from_folder(folder.path())),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn the_first_file_that_says_something_counts() {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write(
            "pyproject.toml",
            "[project]\nname = 'own'\nrequires-python = '>=3.9'\n",
        );
        write("setup.py", "setup(name='x', python_requires='>=3.6')");
        assert_eq!(
            summarize(&Metadata::from_folder(folder.path())),
            ["own", "", ">=3.9"]
        );
    }

    #[test]
    fn a_wheel_is_called_what_it_holds() {
        let wheel = Metadata::from_wheel_name("Own_Lib-1.0-py3-none-any.whl");
        assert_eq!(summarize(&wheel), ["own-lib", "1.0", ""]);
        assert_eq!(
            Metadata::from_wheel_name("own-1.0.tar.gz"),
            Metadata::default()
        );
    }

    #[test]
    fn a_misfit_has_a_cause() {
        let metadata = from_pyproject("[project]\nname = 'mylib'\nrequires-python = '>=3.9'\n");
        let facts = |version: &str| Answer::cpython(version).info();
        let misfit = |version: &str| metadata.find_misfit(".", &facts(version));
        assert_eq!(misfit("2.7.18").unwrap(), "mylib requires Python >=3.9");
        assert_eq!(misfit("3.9.0"), None);
        assert_eq!(misfit("3.9.0rc1"), None);
        assert_eq!(from_pyproject("").find_misfit(".", &facts("2.7.18")), None);
    }

    #[test]
    fn tags_that_are_plainly_for_others_do_not_fit() {
        for (tags, version, expected) in [
            ("py3-none-any", "2.7.18", false),
            ("py3-none-any", "3.9.18", true),
            ("py2.py3-none-any", "2.7.18", true),
            ("py36-none-any", "3.5.10", false),
            ("py36-none-any", "3.9.18", true),
            ("cp39-cp39-manylinux_2_17_x86_64", "3.9.18", true),
            ("cp39-cp39-manylinux_2_17_x86_64", "3.10.0", false),
            (
                "cp39-abi3-manylinux_2_17_x86_64.linux_x86_64",
                "3.13.0",
                true,
            ),
            ("cp39-abi3-win_amd64", "3.13.0", false),
            ("pp39-none-any", "3.9.18", false),
            ("1-py3-none-any", "3.9.18", true),
        ] {
            let wheel = Metadata::from_wheel_name(&format!("own-1.0-{tags}.whl"));
            let misfit = wheel.find_misfit(".", &Answer::cpython(version).info());
            assert_eq!(
                misfit.is_none(),
                expected,
                "{tags} on {version}: {misfit:?}"
            );
        }
    }
}
