//! An interpreter's answer about itself, parsed from a probe's output.

use serde::{Deserialize, Serialize};

use super::probe::ProbeError;
use super::version::{InterpreterKey, PythonVersion};
use crate::text::printable;

/// The text before the answer in the probe's output; `probe.py` writes it.
pub(crate) const TAG: &str = "modswap-python: ";

/// The answer of an interpreter to the probe. Texts are its own words; see [`printable`] before showing them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterpreterInfo {
    /// `sys.implementation.name`: `cpython`, `pypy`.
    pub implementation: String,
    /// The implementation's own version, `major.minor`: `7.3` of `PyPy`.
    pub implementation_version: Option<String>,
    /// `sys.version_info`, with the `+` of a build between releases.
    pub version: PythonVersion,
    /// Built without the GIL (PEP 703).
    pub free_threaded: bool,
    /// Built with `--with-pydebug`.
    pub debug: bool,
    /// `sys.executable` with symbolic links resolved; empty when the interpreter does not know it.
    pub executable: String,
    /// The folder of the virtual environment the interpreter belongs to.
    pub environment: Option<String>,
    /// The interpreter a virtual environment was made from, where it is still there.
    pub base_executable: Option<String>,
    /// `sys.base_prefix`, or `sys.prefix` where there is none.
    pub base_prefix: String,
    /// `sys.version` on one line without version and time of day: `main, May  9 2026, GCC 12.2.0`.
    pub build: String,
    /// Operating system and the machine it was built for: `linux-x86_64`, also `linux-i686` on a 64-bit kernel.
    pub platform: String,
    /// The C library of Linux: `glibc 2.36`, `musl`.
    #[serde(default)]
    pub libc: Option<String>,
    /// Flags that the command adds to those it is asked with.
    #[serde(default)]
    pub flags: Vec<String>,
    /// Variables that Python reads and that the command sets.
    #[serde(default)]
    pub variables: Vec<(String, String)>,
}

impl InterpreterInfo {
    /// Returns what the interpreter is called, without a label.
    pub fn key(&self) -> InterpreterKey {
        InterpreterKey {
            version: self.version.clone(),
            free_threaded: self.free_threaded,
            debug: self.debug,
            label: None,
        }
    }

    /// Returns the implementation's name as it writes it, with its version: `PyPy 7.3`.
    pub fn implementation_name(&self) -> String {
        let name = match self.implementation.as_str() {
            "cpython" => "CPython",
            "pypy" => "PyPy",
            "graalpy" => "GraalPy",
            "jython" => "Jython",
            "ironpython" => "IronPython",
            "rustpython" => "RustPython",
            other => other,
        };
        let version = self.implementation_version.as_deref().unwrap_or_default();
        printable(&format!("{name} {version}")).trim().to_owned()
    }
}

/// Parses the answer in an output that may hold banners before and after it.
///
/// # Errors
/// [`ProbeError::NoAnswer`] if the tag stands nowhere, [`ProbeError::Garbage`] if what follows is not the expected object.
pub(crate) fn parse_answer(output: &str) -> Result<InterpreterInfo, ProbeError> {
    let mut problem = ProbeError::NoAnswer;
    for line in output.lines() {
        let Some((_, answer)) = line.split_once(TAG) else {
            continue;
        };
        match serde_json::from_str::<InterpreterInfo>(answer.trim()) {
            Ok(mut info) => {
                info.build = summarize_build(&info.build);
                return Ok(info);
            }
            Err(error) => problem = ProbeError::Garbage(printable(&error.to_string())),
        }
    }
    Err(problem)
}

/// Returns `sys.version`, such as `3.11.7 (main, May  9 2026, 21:02:11) [GCC 12.2.0]`, without version, brackets and time of day.
fn summarize_build(version: &str) -> String {
    let one_line = version.replace(['\n', '\r', '\t'], " ");
    let rest = one_line.trim().split_once(' ').map_or("", |(_, rest)| rest);
    let is_time = |part: &str| {
        part.len() == 8
            && part.split(':').count() == 3
            && part.chars().all(|c| c == ':' || c.is_ascii_digit())
    };
    rest.split(['(', ')', '[', ']', '|', ','])
        .map(printable)
        .filter(|part| !part.is_empty() && !is_time(part))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::Answer;

    #[test]
    fn builds_on_one_line() {
        for (version, build) in [
            (
                "3.11.7 (main, May  9 2026, 21:02:11) [GCC 12.2.0]",
                "main, May  9 2026, GCC 12.2.0",
            ),
            (
                "2.7.18 (default, May  9 2026, 21:02:11) \n[GCC 12.2.0]",
                "default, May  9 2026, GCC 12.2.0",
            ),
            (
                "3.12.1 | packaged by conda-forge | (main, Dec 23 2023, 08:03:24) [GCC 12.3.0]",
                "packaged by conda-forge, main, Dec 23 2023, GCC 12.3.0",
            ),
            ("3.11.7", ""),
        ] {
            assert_eq!(summarize_build(version), build);
        }
    }

    #[test]
    fn the_answer_is_found_among_noise() {
        let line = Answer::cpython("3.14.0a2+").line();
        let output = format!(
            "Welcome!\n+ exec python -c 'modswap-' + 'python: '\nbanner {line}\n{TAG}not json\n"
        );
        let info = parse_answer(&output).unwrap();
        assert_eq!(info.key().to_string(), "3.14.0a2+");
        assert_eq!(info.implementation_name(), "CPython 3.14");
    }

    #[test]
    fn no_answer_and_garbage_differ() {
        let missing = parse_answer("Python 3.9\n").unwrap_err();
        assert!(matches!(missing, ProbeError::NoAnswer));
        let truncated = Answer::cpython("3.9.18").line().replace('}', "");
        for garbage in [truncated, Answer::cpython("three").line()] {
            let error = parse_answer(&garbage).unwrap_err();
            assert!(matches!(error, ProbeError::Garbage(_)), "{garbage}");
        }
    }

    #[test]
    fn the_answer_survives_json() {
        let info = Answer::cpython("3.13.0rc1").info();
        let text = serde_json::to_string(&info).unwrap();
        let read: InterpreterInfo = serde_json::from_str(&text).unwrap();
        assert_eq!(read, info);
    }
}
