//! Why a run has no report.

use std::io;

use super::resolve_pythons::ResolveError;
use crate::program::project::ProjectError;

/// Why a run has no report.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A project that is to be installed cannot be packed.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The Pythons that were asked for are not there.
    #[error(transparent)]
    Pythons(#[from] ResolveError),
    /// There is no Python at all.
    #[error(
        "no CPython found; `modswap pythons` shows what was rejected and why, `--python PATH` names one"
    )]
    NoInterpreter,
    /// None of the cases that were asked for by name can run here.
    #[error("nothing of what failed can be run again here")]
    NothingToRepeat,
    /// A signal came before anything ran.
    #[error("interrupted while the Pythons were asked what they are")]
    Interrupted,
    /// The scheduler failed.
    #[error("the runner failed: {0}")]
    Scheduler(io::Error),
    /// The scheduler ended without having run everything.
    #[error("some cases were never run; this is a bug of modswap")]
    Incomplete,
}
