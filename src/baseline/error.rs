//! Errors of reading and writing a baseline.

use std::io;
use std::path::PathBuf;

use super::SCHEMA_VERSION;
use crate::yaml::diagnostics::Diagnostic;

/// Why a baseline cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// A file does not hold what it should.
    #[error("{}: {}\n  {}", .0.position(), .0.message, .0.help.as_deref().unwrap_or_default())]
    Damaged(Box<Diagnostic>),
    /// A file is of a newer format.
    #[error(
        "{}: a baseline of schema {found}, and this modswap knows {SCHEMA_VERSION}; use the modswap that wrote it or a newer one",
        crate::text::path(path)
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// The file system says no; what was there before is still there.
    #[error("{}: cannot be {verb}: {source}", crate::text::path(path))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// `read`, `written` or `removed`.
        verb: &'static str,
        /// The error of the system.
        source: io::Error,
    },
    /// The baseline of the program was to be changed.
    #[error(
        "the baseline that modswap carries cannot be changed; `modswap export FOLDER` writes it as files"
    )]
    Builtin,
    /// The file to be changed is behind a link to a folder.
    #[error("{}: a link, and nothing in the baseline is written or removed through one; make it a folder", crate::text::path(.0))]
    Link(PathBuf),
    /// The id of a scenario in a foreign report leads out of the folder.
    #[error("`{0}` is no id of a scenario: it would lead out of the baseline's folder")]
    Id(String),
    /// A foreign or hand-made report would make a file that could not be read again.
    #[error("the report is damaged: {message}; nothing of `{scenario}` was written")]
    Unsound {
        /// Id of the scenario.
        scenario: String,
        /// The reason, as a sentence without a full stop.
        message: String,
    },
}

impl BaselineError {
    /// True if something was to be changed and could not be.
    pub fn is_unwritten(&self) -> bool {
        match self {
            Self::Io { verb, .. } => *verb != "read",
            Self::Link(_) => true,
            _ => false,
        }
    }
}
