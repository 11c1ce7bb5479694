//! Why a worker can fail, in words for people.

use std::io;
use std::time::Duration;

use crate::exec::decode::DecodeError;
use crate::program::protocol;
use crate::text::visible;

/// Why a worker could not do its job. None of these says anything about the scenario.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The command does not exist, is not executable, …
    #[error("cannot start `{command}`: {error}")]
    Start {
        /// The words, joined.
        command: String,
        /// What the system says.
        error: io::Error,
    },
    /// The channel closed in the middle.
    #[error("the worker ended without an answer{0}")]
    Ended(Said),
    /// The Python came to the end of its input before anything was sent.
    #[error(
        "the standard input does not reach the Python: the command must pass it on (docker run needs -i)"
    )]
    Deaf,
    /// Nothing came in time.
    #[error("the worker gave no answer for {0:?}{1}")]
    Silent(Duration, Said),
    /// Something came that is no frame.
    #[error("{0}{1}")]
    Garbage(protocol::FrameError, Said),
    /// A frame longer than any the supervisor sends.
    #[error("the worker announced a frame of {0} bytes")]
    TooLong(usize),
    /// The Python at the end of the command is another one than the probe saw.
    #[error("the worker runs Python {found}, but {expected} was found there before")]
    OtherVersion {
        /// What the probe said.
        expected: String,
        /// What the supervisor says.
        found: String,
    },
    /// The recorder's lines make no sense.
    #[error(transparent)]
    Lines(#[from] DecodeError),
    /// The end of the case makes no sense.
    #[error("the worker sent an end that cannot be read: {0}")]
    End(String),
    /// The supervisor itself failed.
    #[error("the worker failed: {0}")]
    Fault(String),
}

/// The last lines a worker wrote on its standard error, for messages.
#[derive(Debug)]
pub struct Said(pub(super) String);

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let last = self.0.lines().rev().find(|line| !line.trim().is_empty());
        last.map_or(Ok(()), |line| {
            write!(f, "; its last words: {}", printable(line))
        })
    }
}

/// Foreign text on one line, cut short.
pub(super) fn printable(text: &str) -> String {
    visible(text.trim())
        .replace('\n', " ")
        .chars()
        .take(300)
        .collect()
}
