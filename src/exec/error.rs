//! Why a worker can fail, and what the user is told of it.

use std::io;
use std::time::Duration;

use super::decode::DecodeError;
use super::protocol;
use crate::limits::Explained;
use crate::text::visible;

/// Why a worker could not do its job. None of these says anything about the scenario.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The command does not exist, is not executable, …
    #[error("cannot start `{command}`: {}", Explained(.error))]
    Start {
        /// The words, joined.
        command: String,
        /// The error of the system.
        error: io::Error,
    },
    /// There is no place for the folder that it starts in.
    #[error("cannot make a folder for a worker in {}, which TMPDIR names: {}", std::env::temp_dir().display(), Explained(.0))]
    StartFolder(io::Error),
    /// The channel closed before the answer was complete.
    #[error("the worker ended without an answer{0}")]
    Ended(StderrTail),
    /// The Python came to the end of its input before anything was sent.
    #[error(
        "the standard input does not reach the Python: the command must pass it on (docker run needs -i)"
    )]
    NoInput,
    /// The answer took too long.
    #[error("the worker gave no answer for {0:?}{1}")]
    Timeout(Duration, StderrTail),
    /// Something came that is no frame.
    #[error("{0}{1}")]
    NotAFrame(protocol::FrameError, StderrTail),
    /// A frame longer than any of its kind that the supervisor sends.
    #[error("the worker announced a frame of {0} bytes, more than it may send at once")]
    TooLong(usize),
    /// More frames than any request is answered with.
    #[error("the worker sent more than a whole answer may have")]
    TooMuch,
    /// The Python at the end of the command is another one than the probe saw.
    #[error("the worker runs Python {found}, but {expected} was found there before")]
    OtherVersion {
        /// The version that the probe saw.
        expected: String,
        /// The version that the supervisor runs on.
        found: String,
    },
    /// The recorder's lines cannot be decoded.
    #[error(transparent)]
    Lines(#[from] DecodeError),
    /// The end of the case cannot be read.
    #[error("the worker sent an end that cannot be read: {0}")]
    End(String),
    /// The case broke what cases share, or the supervisor failed at it; the text says which.
    #[error("{0}")]
    Fault(String),
}

/// The end of what a worker wrote on its standard error; a message quotes its last line.
#[derive(Debug)]
pub struct StderrTail(pub(super) String);

impl std::fmt::Display for StderrTail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let last = self.0.lines().rev().find(|line| !line.trim().is_empty());
        last.map_or(Ok(()), |line| {
            write!(f, "; its last words: {}", shorten(line))
        })
    }
}

/// Puts foreign text on one line of at most 300 characters.
pub(super) fn shorten(text: &str) -> String {
    visible(text.trim())
        .replace('\n', " ")
        .chars()
        .take(300)
        .collect()
}
