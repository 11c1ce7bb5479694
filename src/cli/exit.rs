//! Exit codes, and the failures that lead to them.

use std::fmt;

use crate::baseline::BaselineError;
use crate::plan::Shard;
use crate::record::{CaseReport, RunReport, Verdict};
use crate::runner::RunError;
use crate::runner::resolve_pythons::ResolveError;
use crate::runner::select_scenarios::SelectError;
use crate::scenario::LoadErrors;

/// How the program ends. Documented in `docs/exit-codes.md`; scripts rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything as expected.
    Success = 0,
    /// An expectation was violated.
    Violation = 1,
    /// Wrong usage, or a wrong scenario; nothing ran.
    Usage = 2,
    /// A required interpreter is missing, or nothing was selected.
    Nothing = 3,
    /// A case could not be judged, because the harness failed.
    Fault = 4,
    /// Ended by Ctrl-C, or a signal that asks to stop.
    Interrupted = crate::interrupt::EXIT_CODE as isize,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Decides the exit code that a report asks for. With `strict`, what was not accepted fails.
pub(super) fn exit_for_report(report: &RunReport, strict: bool) -> Exit {
    let any = |wanted: &dyn Fn(&CaseReport) -> bool| report.cases.iter().any(wanted);
    if report.interrupted {
        Exit::Interrupted
    } else if any(&|case| case.verdict == Verdict::Error) {
        Exit::Fault
    } else if any(&|case| case.verdict.is_violation() || strict && case.is_unaccepted()) {
        Exit::Violation
    } else if any(&|case| case.verdict != Verdict::Skipped) {
        Exit::Success
    } else if report.cases.is_empty() && report.partition != Shard::WHOLE.to_string() {
        // A part may be empty; whether the whole is, the merge sees.
        Exit::Success
    } else {
        Exit::Nothing
    }
}

/// The early end of a command: text for standard error, and the exit code.
#[derive(Debug)]
pub struct Failure {
    pub(super) exit: Exit,
    pub(super) text: String,
}

impl Failure {
    pub(super) fn new(exit: Exit, text: impl fmt::Display) -> Self {
        Self {
            exit,
            text: text.to_string(),
        }
    }

    pub(super) fn usage(text: impl fmt::Display) -> Self {
        Self::new(Exit::Usage, text)
    }

    /// One of several, which says them all; none of none.
    pub(super) fn join(failures: Vec<Self>) -> Result<(), Self> {
        let Some(exit) = failures.iter().map(|failure| failure.exit).max() else {
            return Ok(());
        };
        let texts: Vec<_> = failures.into_iter().map(|failure| failure.text).collect();
        Err(Self::new(exit, texts.join("\n")))
    }

    /// Says what is wrong in files that were to be loaded.
    pub(super) fn wrong_files(what: &str, errors: &LoadErrors) -> Self {
        let width = usize::from(super::stdout_width());
        let problems = errors.render(width, false);
        Self::usage(format!("{what}; nothing was run\n\n{problems}"))
    }
}

impl From<SelectError> for Failure {
    fn from(error: SelectError) -> Self {
        match error {
            SelectError::Wrong(errors) => Self::wrong_files("wrong scenarios", &errors),
            SelectError::NoMatch { .. }
            | SelectError::NoTag { .. }
            | SelectError::NothingLeft(_) => Self::new(Exit::Nothing, error),
            error => Self::usage(error),
        }
    }
}

impl From<ResolveError> for Failure {
    fn from(error: ResolveError) -> Self {
        match error {
            ResolveError::WrongList(errors) => Self::wrong_files("wrong list of Pythons", &errors),
            ResolveError::Missing(_) | ResolveError::NotInstalled(_) => {
                Self::new(Exit::Nothing, error)
            }
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Pythons(error) => error.into(),
            RunError::Project(_) => Self::usage(error),
            RunError::NoInterpreter | RunError::NothingToRepeat => Self::new(Exit::Nothing, error),
            RunError::Interrupted => Self::new(Exit::Interrupted, error),
            RunError::Scheduler(_) | RunError::Incomplete => Self::new(Exit::Fault, error),
        }
    }
}

impl From<BaselineError> for Failure {
    fn from(error: BaselineError) -> Self {
        let exit = if error.is_unwritten() {
            Exit::Fault
        } else {
            Exit::Usage
        };
        Self::new(exit, error)
    }
}
