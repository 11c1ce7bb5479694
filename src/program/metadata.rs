//! What a project says of itself without being built: its name, its version, and the Pythons that it is for.

use std::fs;
use std::path::Path;

use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::PackageName;

use super::git;
use crate::python::interpreter_info::InterpreterInfo;
use crate::python::version::PythonVersion;

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
    /// Of a project in a folder. What cannot be read is left to whoever builds it.
    pub(super) fn of_folder(folder: &Path) -> Self {
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
        let (pyproject, config, script) =
            (read("pyproject.toml"), read("setup.cfg"), read("setup.py"));
        let mut metadata = from_pyproject(&pyproject)
            .or(from_setup_cfg(&config))
            .or(from_setup_py(&script));
        if metadata.version.is_none()
            && [pyproject, config, script]
                .iter()
                .any(|text| git::is_asked(text))
        {
            metadata.version = git::version(folder);
        }
        metadata
    }

    /// Of a wheel, from the name of its file. The Pythons that it is for stand inside, where pip and uv look.
    pub(super) fn of_wheel(file: &str) -> Self {
        let Some(stem) = file.strip_suffix(".whl") else {
            return Self::default();
        };
        let mut parts = stem.split('-');
        Self {
            name: parts.next().and_then(comparable),
            version: parts.next().and_then(normal),
            requires_python: None,
            wheel: Some(file.to_owned()),
        }
    }

    /// Why a Python is none of those that the project, told by a name, is for.
    pub fn misfit(&self, name: &str, python: &InterpreterInfo) -> Option<String> {
        // pip 10 to 20.2 does not look at tags where it installs into a folder.
        if let Some(wheel) = self.wheel.as_ref().filter(|file| !tags_fit(file, python)) {
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

/// Whether the tags in the name of a wheel allow a Python, as far as that is plain: the rest is left to pip.
fn tags_fit(file: &str, python: &InterpreterInfo) -> bool {
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
    let for_python = |tag: &str| is_for(tag, stable, &python.version);
    platforms
        .split('.')
        .any(|tag| tag == "any" || on_system(tag))
        && pythons.split('.').any(for_python)
}

/// `py3`, `py36` (and newer), `cp311` (and newer where the ABI is stable).
fn is_for(tag: &str, stable: bool, python: &PythonVersion) -> bool {
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

fn comparable(name: &str) -> Option<String> {
    let name = PackageName::new(name.to_owned());
    let name = name.ok().map(|name| name.to_string());
    name.filter(|name| !name.is_empty())
}

fn normal(version: &str) -> Option<String> {
    let version: Version = version.parse().ok()?;
    Some(version.to_string())
}

/// `[project]` (PEP 621), and the tables of Poetry before 2.
fn from_pyproject(text: &str) -> Metadata {
    let Ok(root) = text.parse::<toml::Table>() else {
        return Metadata::default();
    };
    let at = |path: &[&str]| {
        let mut tables = path.iter();
        let mut value = root.get(*tables.next()?)?;
        for name in tables {
            value = value.get(*name)?;
        }
        value.as_str()
    };
    let project = Metadata {
        name: at(&["project", "name"]).and_then(comparable),
        version: at(&["project", "version"]).and_then(normal),
        requires_python: at(&["project", "requires-python"]).and_then(|text| text.parse().ok()),
        wheel: None,
    };
    project.or(Metadata {
        name: at(&["tool", "poetry", "name"]).and_then(comparable),
        version: at(&["tool", "poetry", "version"]).and_then(normal),
        requires_python: at(&["tool", "poetry", "dependencies", "python"]).and_then(from_caret),
        wheel: None,
    })
}

/// Poetry's `^3.8`, which is `>=3.8,<4`, or a specifier as all others write it.
fn from_caret(text: &str) -> Option<VersionSpecifiers> {
    let Some(lowest) = text.strip_prefix('^') else {
        return text.parse().ok();
    };
    let major: u64 = lowest.split('.').next()?.parse().ok()?;
    format!(">={lowest},<{}", major + 1).parse().ok()
}

/// `[metadata]` and `[options]` of setuptools; `attr:` and `file:` say where a version is, not which.
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
            ("metadata", "name") => metadata.name = comparable(value),
            ("metadata", "version") => metadata.version = normal(value),
            ("metadata" | "options", "python_requires" | "requires_python") => {
                metadata.requires_python = value.parse().ok();
            }
            _ => {}
        }
    }
    metadata
}

/// A literal `python_requires` in a program that only setuptools can run.
fn from_setup_py(text: &str) -> Metadata {
    let literal = |line: &str| {
        let (before, rest) = line.split_once("python_requires")?;
        let value = rest.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, _) = value[1..].split_once(quote)?;
        value.parse().ok().filter(|_| !before.contains('#'))
    };
    Metadata {
        requires_python: text.lines().find_map(literal),
        ..Metadata::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::Answer;

    fn told(metadata: &Metadata) -> [String; 3] {
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
            fs::write(folder.path().join(file), text).unwrap();
            assert_eq!(
                told(&Metadata::of_folder(folder.path())),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn the_first_file_that_says_something_counts() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write(
            "pyproject.toml",
            "[project]\nname = 'own'\nrequires-python = '>=3.9'\n",
        );
        write("setup.py", "setup(name='x', python_requires='>=3.6')");
        assert_eq!(
            told(&Metadata::of_folder(folder.path())),
            ["own", "", ">=3.9"]
        );
    }

    #[test]
    fn a_wheel_is_called_what_it_holds() {
        let wheel = Metadata::of_wheel("Own_Lib-1.0-py3-none-any.whl");
        assert_eq!(told(&wheel), ["own-lib", "1.0", ""]);
        assert_eq!(Metadata::of_wheel("own-1.0.tar.gz"), Metadata::default());
    }

    #[test]
    fn a_misfit_is_told_as_a_cause() {
        let metadata = from_pyproject("[project]\nname = 'mylib'\nrequires-python = '>=3.9'\n");
        let facts = |version: &str| Answer::cpython(version).info();
        let misfit = |version: &str| metadata.misfit(".", &facts(version));
        assert_eq!(misfit("2.7.18").unwrap(), "mylib requires Python >=3.9");
        assert_eq!(misfit("3.9.0"), None);
        assert_eq!(misfit("3.9.0rc1"), None);
        assert_eq!(from_pyproject("").misfit(".", &facts("2.7.18")), None);
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
            let wheel = Metadata::of_wheel(&format!("own-1.0-{tags}.whl"));
            let misfit = wheel.misfit(".", &Answer::cpython(version).info());
            assert_eq!(
                misfit.is_none(),
                expected,
                "{tags} on {version}: {misfit:?}"
            );
        }
    }
}
