//! Interpreters that can be run on.

use super::interpreter_info::InterpreterInfo;
use super::probe::ProbeError;
use super::reject::RejectReason;
use super::releases::is_too_old;
use super::source::{PythonSource, Sources};
use super::version::InterpreterKey;

/// An interpreter that can be run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// Its name, unique in its inventory.
    pub key: InterpreterKey,
    /// The words that start it, up to and including the Python. A path is absolute; it is canonical unless the user
    /// gave it.
    pub command: Vec<String>,
    /// Flags of every interpreter that is measured there, before those of a scenario.
    pub flags: Vec<String>,
    /// Variables of every interpreter that is measured there.
    pub env: Vec<(String, String)>,
    /// All ways it became known, those of its other names included; the first names it.
    pub sources: Sources,
    /// Its answer to the probe.
    pub info: InterpreterInfo,
}

impl Interpreter {
    /// Creates the interpreter that says this about itself, without label, flags and variables.
    pub(crate) fn new(
        command: Vec<String>,
        sources: impl Into<Sources>,
        info: InterpreterInfo,
    ) -> Self {
        Self {
            key: info.key(),
            command,
            flags: Vec::new(),
            env: Vec::new(),
            sources: sources.into(),
            info,
        }
    }

    /// Creates the interpreter that gave the answer to a probe.
    ///
    /// # Errors
    /// If there is no answer, or not that of a CPython that modswap runs on.
    pub(super) fn from_probe(
        command: Vec<String>,
        sources: impl Into<Sources>,
        answer: Result<InterpreterInfo, ProbeError>,
    ) -> Result<Self, RejectReason> {
        let info = answer?;
        if info.implementation != "cpython" {
            return Err(RejectReason::Implementation(info.implementation_name()));
        }
        if is_too_old(&info.version) {
            return Err(RejectReason::TooOld(info.key()));
        }
        Ok(Self::new(command, sources, info))
    }

    /// Returns the source that names it.
    pub fn source(&self) -> PythonSource {
        *self.sources.first().expect("it became known somehow")
    }

    /// Returns the words of its command in one line, as messages and reports have them.
    pub fn command_line(&self) -> String {
        self.command.join(" ")
    }
}
