//! Reading stored reports.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use super::older;
use crate::fs::{Sources, decode, read_limited, read_source};
use crate::python::version::InterpreterKey;
use crate::record::{RunReport, SCHEMA_VERSION};
use crate::text;

/// The most bytes that a report may have. One of a hundred thousand cases has a tenth of it.
pub(crate) const MAX_REPORT: u64 = 1 << 30;

/// Why a stored report cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("{}: cannot be read: {source}{}", path.display(), suggest_file(path, source))]
    Io {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The path is that of a folder.
    #[error("{}: a folder; name the reports in it, as {}", path.display(), path.join("*.json").display())]
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// The file does not hold a report.
    #[error("{}:{}:{}: not a report of modswap: {}", path.display(), source.line(), source.column(), without_place(source))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The error of the JSON parser, with line and column.
        source: serde_json::Error,
    },
    /// An interpreter is there more than once: no table could tell its columns apart.
    #[error("{}: damaged: the interpreter {key} is there twice", path.display())]
    Twice {
        /// The file.
        path: PathBuf,
        /// The key of the interpreter.
        key: InterpreterKey,
    },
    /// A newer modswap wrote the report.
    #[error("{}: a report of schema {found}, and this modswap knows {SCHEMA_VERSION}; use the modswap that wrote it or a newer one", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u64,
    },
}

/// The file that was probably meant where there is none of this name.
fn suggest_file(path: &Path, error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        text::did_you_mean_file(path)
    } else {
        String::new()
    }
}

/// The message of a JSON error, without line and column.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

/// Reads a report of this schema or an older one from a file, or from a pipe such as `/dev/stdin`.
///
/// # Errors
/// When it cannot be read, is no report, or is of a newer schema.
pub fn report(path: &Path) -> Result<RunReport, ReadError> {
    let io = |source| {
        let path = path.to_owned();
        if path.is_dir() {
            ReadError::Folder { path }
        } else {
            ReadError::Io { path, source }
        }
    };
    let bytes = read_source(path, Sources::FilesAndPipes, MAX_REPORT);
    parse(path, &bytes.and_then(decode).map_err(io)?)
}

/// Reads a report from standard input.
///
/// # Errors
/// As [`report`] does.
pub fn input() -> Result<RunReport, ReadError> {
    let path = Path::new("<stdin>");
    let bytes = read_limited(io::stdin().lock(), MAX_REPORT);
    let text = bytes.and_then(decode).map_err(|source| ReadError::Io {
        path: path.to_owned(),
        source,
    })?;
    parse(path, &text)
}

/// Reads a report from the text of a file.
///
/// # Errors
/// As [`report`] does.
pub(crate) fn parse(path: &Path, text: &str) -> Result<RunReport, ReadError> {
    let damaged = |source| ReadError::Damaged {
        path: path.to_owned(),
        source,
    };
    let report = serde_json::from_str::<RunReport>(text);
    let version = if let Ok(report) = &report {
        Some(u64::from(report.schema_version))
    } else {
        // A newer one may lack what this one must have: its version is what counts.
        let document: serde_json::Value = serde_json::from_str(text).map_err(damaged)?;
        document["schema_version"].as_u64()
    };
    if let Some(found) = version.filter(|found| *found > u64::from(SCHEMA_VERSION)) {
        let path = path.to_owned();
        return Err(ReadError::Newer { path, found });
    }
    let report = report.map_err(damaged)?;
    let mut keys = HashSet::new();
    if let Some(key) = report.keys().find(|key| !keys.insert(*key)) {
        return Err(ReadError::Twice {
            path: path.to_owned(),
            key: key.clone(),
        });
    }
    Ok(older::renew(report))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Verdict, fake};

    /// Found by fuzzing.
    #[test]
    fn an_interpreter_is_there_once() {
        let mut report = fake::report(&[("a", "3.13.0", Verdict::Pass, "a")]);
        let again = report.interpreters[0].clone();
        report.interpreters.push(again);
        let text = serde_json::to_string(&report).unwrap();
        let error = parse(Path::new("r.json"), &text).unwrap_err();
        let expected = "r.json: damaged: the interpreter 3.13.0 is there twice";
        assert_eq!(error.to_string(), expected);
    }
}
