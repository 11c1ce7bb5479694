//! Probing a Python: `COMMAND -E -s -S -B -c PROBE` says what it is, within a time and an amount of output.

use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, Take};
use tokio::time::timeout;

use super::interpreter_info::{InterpreterInfo, TAG, parse_answer};
use crate::folders::RunFolder;
use crate::limits::Explained;
use crate::process::{self, Group, Heir};
use crate::text::printable;

/// The program that answers; it runs on every Python from 2.7 on.
pub const PROBE: &str = include_str!("probe.py");

/// The number of bytes of either stream that are kept.
const MAX_OUTPUT_LEN: u64 = 1 << 20;

/// The time that a process that has answered, or whose streams outlive it, has to finish.
const EXIT_TIMEOUT: Duration = Duration::from_millis(500);

/// The reason for which a command gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// No words at all.
    #[error("an empty command")]
    Empty,
    /// The operating system did not start it.
    #[error("cannot start `{program}`: {}", Explained(.source))]
    Start {
        /// The first word.
        program: String,
        /// The error of the system.
        source: io::Error,
    },
    /// No answer within the time; it and the processes of its group were killed.
    #[error("timed out after {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// The process ended with a failure and without an answer.
    #[error("{}{}", describe_exit(*.status), last.as_ref().map(|line| format!(": {line}")).unwrap_or_default())]
    Failed {
        /// Its exit status.
        status: ExitStatus,
        /// The last line it wrote to standard error.
        last: Option<String>,
    },
    /// The process ended well, or wrote more than is read, without an answer.
    #[error("does not answer like a Python: no answer found in its output")]
    NoAnswer,
    /// Something that looks like an answer and is none.
    #[error("answered garbage: {0}")]
    Garbage(String),
}

/// Returns how a process ended, in words.
fn describe_exit(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exited with {code}"),
        None => format!("ended by {status}"),
    }
}

/// Returns the words to start: the command, then the arguments, quoted where a remote shell splits them again (`ssh HOST python3`).
pub fn append_arguments(command: &[String], arguments: &[&str]) -> Vec<String> {
    // `env A=B ssh HOST python3` and `nice ssh HOST python3` are such commands, too.
    let mut names = command.iter().map(|word| Path::new(word).file_stem());
    let is_remote = names.any(|name| name.is_some_and(|name| name == "ssh"));
    let quote = |word: &&str| match shlex::try_quote(word) {
        Ok(quoted) if is_remote => quoted.into_owned(),
        // Only a NUL cannot be quoted, and starting a process with one fails anyway.
        _ => (*word).to_owned(),
    };
    let arguments = arguments.iter().map(quote);
    command.iter().cloned().chain(arguments).collect()
}

/// Runs the probe and returns its answer. The process has its own group, an empty working directory where one can be made (so
/// a relative path in `command` does not work), no standard input and no misleading variable; whether it answers or not,
/// nothing of its group is left afterwards, not even when this future is dropped.
///
/// # Errors
/// One variant of [`ProbeError`] per way of not answering.
pub async fn probe(command: &[String], limit: Duration) -> Result<InterpreterInfo, ProbeError> {
    let Some(program) = command.first() else {
        return Err(ProbeError::Empty);
    };
    let words = append_arguments(command, &["-E", "-s", "-S", "-B", "-c", PROBE]);
    // Without a folder for temporary files (a TMPDIR that does not exist) any that is there will do: nothing is written.
    let run_folder = RunFolder::provide();
    let folder = run_folder
        .as_ref()
        .ok()
        .and_then(|run| tempfile::tempdir_in(&run.path).ok());
    let folder = folder.as_ref().map_or(Path::new("/"), TempDir::path);
    let started = process::command(&words, folder, Stdio::null())
        .and_then(|command| process::start(command, Heir::Us));
    let mut process = ProbeProcess(started.map_err(|source| ProbeError::Start {
        program: printable(program),
        source,
    })?);
    let _undo = process.0.kill_on_sudden_end();
    let answer = timeout(limit, process.read_answer()).await;
    if cfg!(windows) {
        process.kill().await;
    }
    answer.unwrap_or(Err(ProbeError::TimedOut(limit)))
}

/// A started probe.
struct ProbeProcess(Group);

impl ProbeProcess {
    /// Kills it and waits until it is gone: Windows does not remove a folder that a process is in.
    async fn kill(&mut self) {
        let child = &mut self.0.child;
        // Fails when nothing is left to kill.
        let _ = child.start_kill();
        let _ = timeout(EXIT_TIMEOUT, child.wait()).await;
    }

    /// Reads its output until it has answered or ended.
    async fn read_answer(&mut self) -> Result<InterpreterInfo, ProbeError> {
        let child = &mut self.0.child;
        let mut stdout = CappedReader::new(child.stdout().take().expect("a pipe"));
        let mut stderr = CappedReader::new(child.stderr().take().expect("a pipe"));
        let mut status = None;
        loop {
            tokio::select! {
                biased;
                is_more = stdout.read(), if !stdout.is_closed => {
                    // An interpreter that answers and then hangs or crashes at exit has answered.
                    if is_more && stdout.has_answer() {
                        break;
                    }
                }
                _ = stderr.read(), if !stderr.is_closed => stderr.keep_last(),
                ended = self.0.wait_for_leader() => {
                    status = ended.ok();
                    // A child that was left behind holds the pipes open.
                    let _ = self.0.child.start_kill();
                    break;
                }
            }
            if stdout.stream.limit() == 0 {
                return Err(ProbeError::NoAnswer);
            }
        }
        // What is still in the pipes belongs to the answer; what a left-over child adds later does not.
        let rest = async {
            while stdout.read().await {}
            while stderr.read().await {}
        };
        let _ = timeout(EXIT_TIMEOUT, rest).await;
        match (parse_answer(&stdout.text()), status) {
            (Err(ProbeError::NoAnswer), Some(status)) if !status.success() => {
                let text = stderr.text();
                let last = text.lines().map(printable).rfind(|line| !line.is_empty());
                Err(ProbeError::Failed { status, last })
            }
            (answer, _) => answer,
        }
    }
}

/// Keeps at most [`MAX_OUTPUT_LEN`] bytes of a stream.
struct CappedReader<R> {
    stream: Take<R>,
    bytes: Vec<u8>,
    /// How many of them were searched, and where the line begins that had no end there.
    searched: usize,
    line: usize,
    is_closed: bool,
}

impl<R: AsyncRead + Unpin> CappedReader<R> {
    /// Creates the reader of a stream.
    fn new(stream: R) -> Self {
        Self {
            stream: stream.take(MAX_OUTPUT_LEN),
            bytes: Vec::new(),
            searched: 0,
            line: 0,
            is_closed: false,
        }
    }

    /// Reads some more; returns false at the end. Nothing is lost when the future is dropped.
    async fn read(&mut self) -> bool {
        self.bytes.reserve(8192);
        let count = self.stream.read_buf(&mut self.bytes).await.unwrap_or(0);
        self.is_closed = count == 0;
        !self.is_closed
    }

    /// Forgets the first half of what was read, where no more could be: who talks on must not have to wait.
    fn keep_last(&mut self) {
        if self.stream.limit() == 0 {
            let forgotten = self.bytes.len() / 2;
            self.bytes.drain(..forgotten);
            self.stream.set_limit(forgotten as u64);
        }
    }

    /// True if a whole tagged line is there. Looks at every byte once, however few come at a time.
    fn has_answer(&mut self) -> bool {
        let tag = TAG.as_bytes();
        for at in self.searched..self.bytes.len() {
            if self.bytes[at] == b'\n' {
                let line = &self.bytes[self.line..at];
                self.line = at + 1;
                if line.windows(tag.len()).any(|window| window == tag) {
                    self.searched = self.line;
                    return true;
                }
            }
        }
        self.searched = self.bytes.len();
        false
    }

    /// Returns what was read; bytes that are not UTF-8 are replaced.
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

#[cfg(test)]
#[path = "probe_tests.rs"]
mod tests;
