//! Asking a Python what it is: `COMMAND -E -s -S -B -c PROBE`, within a time and an amount of output.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::time::timeout;

use super::interpreter_info::{self as info, AnswerError, InterpreterInfo, TAG, printable};
use crate::process::{self, Group};

/// The program that answers; it runs on every Python from 2.7 on.
pub const PROBE: &str = include_str!("probe.py");

/// How much of either stream is kept.
const OUTPUT_LIMIT: usize = 1 << 20;

/// How long a process that has answered, or whose streams outlive it, may take to finish.
const GRACE: Duration = Duration::from_millis(500);

/// Variables beside `PYTHON*` that would make the interpreter, or what stands before it, another one.
const MISLEADING: [&str; 6] = [
    "PYENV_VERSION",
    "PYENV_DIR",
    "PYENV_VIRTUAL_ENV",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "__PYVENV_LAUNCHER__",
];

/// Why a command gave no facts.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// No words at all.
    #[error("an empty command")]
    Empty,
    /// The operating system did not start it.
    #[error("cannot start `{program}`: {source}")]
    Start {
        /// The first word.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// No answer within the time; it and the processes of its group were killed.
    #[error("timed out after {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// It ended with a failure and without an answer.
    #[error("{}{}", end(*.status), last.as_ref().map(|line| format!(": {line}")).unwrap_or_default())]
    Failed {
        /// How it ended.
        status: ExitStatus,
        /// The last line it wrote to standard error.
        last: Option<String>,
    },
    /// It ended well, or wrote more than is read, without an answer.
    #[error("does not answer like a Python: no answer found in its output")]
    NoAnswer,
    /// Something that looks like an answer and is none.
    #[error("answered garbage: {0}")]
    Garbage(String),
}

fn end(status: ExitStatus) -> String {
    status.code().map_or_else(
        || format!("ended by {status}"),
        |code| format!("exited with {code}"),
    )
}

/// The words to start: the command, then `added`, quoted where a remote shell splits them again (`ssh HOST python3`).
pub fn append_arguments(command: &[String], added: &[&str]) -> Vec<String> {
    // `env A=B ssh HOST python3` and `nice ssh HOST python3` are such commands, too.
    let is_ssh = |word: &String| {
        Path::new(word)
            .file_stem()
            .is_some_and(|name| name == "ssh")
    };
    let remote = command.iter().any(is_ssh);
    let quoted = |word: &&str| match shlex::try_quote(word) {
        Ok(quoted) if remote => quoted.into_owned(),
        // Only a NUL cannot be quoted, and starting a process with one fails anyway.
        _ => (*word).to_owned(),
    };
    command
        .iter()
        .cloned()
        .chain(added.iter().map(quoted))
        .collect()
}

/// The variables of this process that must not reach an interpreter: `PYTHON*`, and what version managers and
/// virtual environments set.
pub fn misleading_variables() -> Vec<OsString> {
    std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| {
            let name = name.to_string_lossy();
            name.starts_with("PYTHON") || MISLEADING.contains(&&*name)
        })
        .collect()
}

/// Runs the probe and reads its answer. The process has its own group, an empty working directory where one can be
/// made (so a relative path in `command` does not work), no standard input and no misleading variable; whether it answers or not, nothing of its
/// group is left afterwards, not even when this future is dropped.
///
/// # Errors
/// One variant of [`ProbeError`] per way of not answering.
pub async fn probe(command: &[String], limit: Duration) -> Result<InterpreterInfo, ProbeError> {
    let words = append_arguments(command, &["-E", "-s", "-S", "-B", "-c", PROBE]);
    if command.is_empty() {
        return Err(ProbeError::Empty);
    }
    // Without a folder for temporary files (a TMPDIR that does not exist) any that is there will do: nothing is written.
    let folder = tempfile::tempdir();
    let place = folder.as_ref().map_or(Path::new("/"), TempDir::path);
    let mut running =
        ProbeProcess::start(&words, place).map_err(|source| start_error(command, source))?;
    let answer = timeout(limit, running.answer())
        .await
        .unwrap_or(Err(ProbeError::TimedOut(limit)));
    if cfg!(windows) {
        running.end().await;
    }
    answer
}

fn start_error(command: &[String], source: io::Error) -> ProbeError {
    ProbeError::Start {
        program: printable(&command[0]),
        source,
    }
}

/// A started probe.
struct ProbeProcess(Group);

impl ProbeProcess {
    fn start(words: &[String], folder: &Path) -> io::Result<Self> {
        process::start(process::command(words, folder, Stdio::null())?).map(Self)
    }

    /// Ends it and waits until it is gone: Windows does not remove a folder that a process is in.
    async fn end(&mut self) {
        let child = &mut self.0.0;
        // Fails when nothing is left to kill.
        let _ = child.start_kill();
        let _ = timeout(GRACE, child.wait()).await;
    }

    async fn answer(&mut self) -> Result<InterpreterInfo, ProbeError> {
        let child = &mut self.0.0;
        let mut stdout = CappedReader::new(child.stdout().take());
        let mut stderr = CappedReader::new(child.stderr().take());
        let mut status = None;
        loop {
            tokio::select! {
                biased;
                more = stdout.read(), if !stdout.closed => {
                    // An interpreter that answers and then hangs or crashes at exit has answered.
                    if more && stdout.has_answer() {
                        break;
                    }
                }
                _ = stderr.read(), if !stderr.closed => {}
                ended = child.wait() => {
                    status = ended.ok();
                    // A child that was left behind holds the pipes open.
                    let _ = child.start_kill();
                    break;
                }
            }
            if stdout.full() {
                return Err(ProbeError::NoAnswer);
            }
        }
        // What is still in the pipes belongs to the answer; what a left-over child adds later does not.
        let rest = async {
            while stdout.read().await {}
            while stderr.read().await {}
        };
        let _ = timeout(GRACE, rest).await;
        match (info::read(&stdout.text()), status) {
            (Ok(info), _) => Ok(info),
            (Err(AnswerError::Garbage(error)), _) => {
                Err(ProbeError::Garbage(printable(&error.to_string())))
            }
            (Err(AnswerError::Missing), Some(status)) if !status.success() => {
                let last = stderr
                    .text()
                    .lines()
                    .map(printable)
                    .rfind(|line| !line.is_empty());
                Err(ProbeError::Failed { status, last })
            }
            (Err(AnswerError::Missing), _) => Err(ProbeError::NoAnswer),
        }
    }
}

/// The first [`OUTPUT_LIMIT`] bytes of a stream.
struct CappedReader<R> {
    stream: Option<R>,
    bytes: Vec<u8>,
    closed: bool,
}

impl<R: AsyncRead + Unpin> CappedReader<R> {
    fn new(stream: Option<R>) -> Self {
        Self {
            closed: stream.is_none(),
            stream,
            bytes: Vec::new(),
        }
    }

    /// Reads some more; false at the end. Nothing is lost when the future is dropped.
    async fn read(&mut self) -> bool {
        let full = self.full();
        let count = match &mut self.stream {
            Some(stream) if !full => {
                self.bytes.reserve(8192);
                stream.read_buf(&mut self.bytes).await.unwrap_or(0)
            }
            _ => 0,
        };
        self.closed = count == 0;
        count > 0
    }

    fn full(&self) -> bool {
        self.bytes.len() >= OUTPUT_LIMIT
    }

    /// Whether a whole tagged line is there.
    fn has_answer(&self) -> bool {
        let text = self.text();
        text.find(TAG)
            .is_some_and(|start| text[start..].contains('\n'))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

#[cfg(test)]
#[path = "probe_tests.rs"]
mod tests;
