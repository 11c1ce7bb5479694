//! One worker: a command that ends in a Python, and the channel to the supervisor that runs in it.

use std::pin::pin;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, BufReader};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};
use tokio::task::JoinHandle;
use tokio::time::{error::Elapsed, timeout};

use super::answer::Answer;
use super::channel::{
    Allowance, Greeting, ReadError, decode_lossy, read_frame, read_greeting, write_data,
};
use super::compiled::CachedSupervisor;
use super::error::{StderrTail, WorkerError, shorten};
use super::marshal::Reader;
use super::packages::{Distribution, Packages};
use super::protocol::{self, FrameKind};
use super::scheduler::Outcome;
use crate::folders::{RunFolder, remove_closed_tree};
use crate::harness::SUPERVISOR;
use crate::process::{self, Group, Heir, Spared};
use crate::program::Program;
use crate::python::inventory::Interpreter;
use crate::python::probe::append_arguments;

/// How long a worker may take to say hello, and to go once its channel is closed.
pub(super) const START_LIMIT: Duration = Duration::from_secs(30);
const LEAVE_LIMIT: Duration = Duration::from_secs(5);
/// How much longer than a case's own limit its answer may take: the far side keeps the limit, this is the second net.
const ANSWER_GRACE: Duration = Duration::from_secs(10);
/// How long to wait for the last lines of standard error of a worker that ends.
const FINAL_STDERR_LIMIT: Duration = Duration::from_secs(1);

/// How many workers this process has started.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A started worker whose supervisor has said hello.
pub(super) struct Worker {
    group: Group,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// The frames and bytes that may still come in answer to the last request.
    allowance: Allowance,
    stderr: Arc<Mutex<String>>,
    stderr_reader: JoinHandle<()>,
    /// Where the command starts: empty, because a Python may look for modules there, and no other worker's, because a
    /// scenario may leave some.
    _start_folder: TempDir,
    /// The name of its folder among the temporary files of its machine.
    folder: String,
    /// To which both belong.
    _run_folder: Arc<RunFolder>,
    pub(super) reader: Reader,
}

impl Worker {
    /// Starts the interpreter's command, and waits for its supervisor.
    ///
    /// # Errors
    /// When it cannot be started, does not answer, or is not the Python it should be.
    pub(super) async fn start(
        interpreter: &Interpreter,
        compiled: Option<&CachedSupervisor>,
    ) -> Result<Self, WorkerError> {
        // A command may lead to another machine, or into another root.
        let compiled = compiled.filter(|_| interpreter.command.len() == 1);
        let words = build_command_line(&interpreter.command, compiled);
        let run_folder = RunFolder::provide().map_err(WorkerError::StartFolder)?;
        let start_folder = tempfile::Builder::new()
            .prefix("start-")
            .tempdir_in(&run_folder.path);
        let start_folder = start_folder.map_err(WorkerError::StartFolder)?;
        let started = process::command(&words, start_folder.path(), Stdio::piped())
            .and_then(|command| process::start(command, Heir::Itself));
        let mut group = started.map_err(|error| WorkerError::Start {
            command: interpreter.command.join(" "),
            error,
        })?;
        let (Some(input), Some(output), Some(talk)) = (
            group.child.stdin().take(),
            group.child.stdout().take(),
            group.child.stderr().take(),
        ) else {
            unreachable!("all three are pipes");
        };
        let stderr = Arc::new(Mutex::new(String::new()));
        let stderr_reader = tokio::spawn(read_stderr(talk, Arc::clone(&stderr)));
        let mut worker = Self {
            group,
            input,
            output: BufReader::new(output),
            allowance: Allowance::default(),
            stderr,
            stderr_reader,
            _start_folder: start_folder,
            folder: run_folder.name_beside(COUNT.fetch_add(1, Ordering::Relaxed)),
            _run_folder: run_folder,
            reader: match interpreter.key.version.major {
                2 => Reader::Two,
                _ => Reader::Three,
            },
        };
        let hello = timeout(START_LIMIT, worker.receive_hello(compiled.is_some())).await;
        let hello =
            hello.map_err(|_: Elapsed| WorkerError::Timeout(START_LIMIT, worker.stderr_tail()))?;
        // What Python says when it reads a length (see `BOOT`) where nothing comes.
        let version = hello.map_err(|error| match error {
            WorkerError::Ended(StderrTail(stderr)) if stderr.contains("int() with base 16: ") => {
                WorkerError::NoInput
            }
            error => error,
        })?;
        let expected = &interpreter.key.version;
        let expected = format!("{}.{}.{}", expected.major, expected.minor, expected.micro);
        if version != expected {
            return Err(WorkerError::OtherVersion {
                expected,
                found: shorten(&version),
            });
        }
        let cache = compiled.map(|compiled| compiled.folder.as_str());
        let setup = protocol::encode_setup(&worker.folder, cache, worker.reader);
        worker.send(&setup).await?;
        Ok(worker)
    }

    /// Runs one case and waits for its end.
    ///
    /// # Errors
    /// When the worker fails, or the scenario broke what cases share. The worker is of no use afterwards.
    pub(super) async fn run(
        &mut self,
        case: usize,
        program: &Program,
        packages: Packages,
        fork: bool,
        limit: Duration,
    ) -> Result<Outcome, WorkerError> {
        self.send(&protocol::encode_case(
            case,
            program,
            &packages.folders,
            fork,
            limit,
            self.reader,
        ))
        .await?;
        let answer_limit = limit + ANSWER_GRACE;
        let answer = self.receive_answer(case, program, packages.distributions);
        timeout(answer_limit, answer)
            .await
            .map_err(|_: Elapsed| WorkerError::Timeout(answer_limit, self.stderr_tail()))?
    }

    /// Closes the channel and waits for the worker to end what it started and to exit. Cleans up after a worker that a scenario ended
    /// or stopped.
    pub(super) async fn shut_down(self) {
        let Self {
            mut group,
            input,
            output,
            folder,
            _start_folder,
            _run_folder,
            ..
        } = self;
        drop((input, output));
        if timeout(LEAVE_LIMIT, group.wait_for_leader()).await.is_err() {
            tracing::warn!("a worker did not go when its channel closed; it is killed");
        }
        drop(group);
        process::end_orphans(Spared::Nothing);
        let folder = std::env::temp_dir().join(folder);
        if folder.symlink_metadata().is_ok_and(|found| found.is_dir())
            && let Err(error) = remove_closed_tree(&folder)
        {
            tracing::warn!(%error, folder = %folder.display(), "cannot remove the folder of a worker");
        }
    }

    async fn receive_answer(
        &mut self,
        case: usize,
        program: &Program,
        packages: Vec<Distribution>,
    ) -> Result<Outcome, WorkerError> {
        let mut answer = Answer::default();
        loop {
            match self.receive_frame_of(case).await? {
                (FrameKind::Skip, payload) => return Ok(Outcome::Skipped(decode_lossy(&payload))),
                (kind, payload) => {
                    if let Some((duration, end)) = answer.add(kind, payload)? {
                        let trace = answer.decode(program, end)?;
                        return Ok(Outcome::Ended {
                            trace,
                            duration,
                            packages,
                        });
                    }
                }
            }
        }
    }

    /// Sends the supervisor, where it is kept only if it is asked for, and waits for it to speak.
    async fn receive_hello(&mut self, is_kept: bool) -> Result<String, WorkerError> {
        if is_kept {
            let reading = read_greeting(&mut self.output);
            match self.group.wait_while_alive(reading).await {
                Ok(Greeting::Want) => {}
                Ok(Greeting::Hello(version)) => return Ok(version),
                Err(error) => return Err(self.explain(error).await),
            }
        }
        let supervisor = protocol::prefix_length(SUPERVISOR.as_bytes());
        let hello = {
            let mut sending = pin!(write_data(&mut self.input, &supervisor));
            let reading = read_greeting(&mut self.output);
            let mut reading = pin!(self.group.wait_while_alive(reading));
            let mut is_sent = false;
            // Both at once: a command that talks before it reads would wait for us, and we for it.
            let hello = loop {
                tokio::select! {
                    // What cannot be sent ends what is read, too.
                    _ = &mut sending, if !is_sent => is_sent = true,
                    hello = &mut reading => break hello,
                }
            };
            if hello.is_ok() && !is_sent {
                let _ = sending.await;
            }
            hello
        };
        match hello {
            Ok(Greeting::Hello(version)) => Ok(version),
            // It was sent.
            Ok(Greeting::Want) => Ok("nothing".to_owned()),
            Err(error) => Err(self.explain(error).await),
        }
    }

    /// Adds to what went wrong on the channel what the worker wrote on standard error.
    async fn explain(&mut self, error: ReadError) -> WorkerError {
        match error {
            ReadError::Closed => WorkerError::Ended(self.final_stderr().await),
            ReadError::TooLong(length) => WorkerError::TooLong(length),
            ReadError::TooMuch => WorkerError::TooMuch,
            ReadError::NotAFrame(error) => WorkerError::NotAFrame(error, self.stderr_tail()),
        }
    }

    /// Receives the next frame about a case, and passes over late ones about cases that were given up.
    ///
    /// # Errors
    /// When the channel fails, or the supervisor did at this case.
    pub(super) async fn receive_frame_of(
        &mut self,
        case: usize,
    ) -> Result<(FrameKind, Vec<u8>), WorkerError> {
        loop {
            let reading = read_frame(&mut self.output, &mut self.allowance);
            let frame = match self.group.wait_while_alive(reading).await {
                Ok(frame) => frame,
                Err(error) => return Err(self.explain(error).await),
            };
            match frame.kind {
                _ if frame.case != case => {}
                FrameKind::Fault => {
                    let text = shorten(&decode_lossy(&frame.payload));
                    return Err(WorkerError::Fault(text));
                }
                kind => return Ok((kind, frame.payload)),
            }
        }
    }

    pub(super) async fn send(&mut self, data: &[u8]) -> Result<(), WorkerError> {
        self.allowance = Allowance::default();
        match write_data(&mut self.input, data).await {
            Ok(()) => Ok(()),
            Err(_) => Err(WorkerError::Ended(self.final_stderr().await)),
        }
    }

    /// Its standard error until it ended, or, where it has not ended or left the pipe to others, until now.
    async fn final_stderr(&mut self) -> StderrTail {
        let over = async {
            // Fails when it is over already.
            let _ = self.group.wait_for_leader().await;
            if !self.stderr_reader.is_finished() {
                let _ = (&mut self.stderr_reader).await;
            }
        };
        let _ = timeout(FINAL_STDERR_LIMIT, over).await;
        self.stderr_tail()
    }

    pub(super) fn stderr_tail(&self) -> StderrTail {
        StderrTail(
            self.stderr
                .lock()
                .map_or_else(|_| String::new(), |stderr| stderr.clone()),
        )
    }
}

/// Appends to a command what makes its Python a worker.
fn build_command_line(command: &[String], compiled: Option<&CachedSupervisor>) -> Vec<String> {
    let boot = compiled.map_or(protocol::BOOT, |compiled| &compiled.boot);
    let added = [&protocol::WORKER_FLAGS[..], &["-c", boot]].concat();
    append_arguments(command, &added)
}

/// Keeps the last few kilobytes of the standard error of a worker.
async fn read_stderr(mut pipe: ChildStderr, stderr: Arc<Mutex<String>>) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = pipe.read(&mut buffer).await {
        let Ok(mut stderr) = stderr.lock() else {
            return;
        };
        stderr.push_str(&String::from_utf8_lossy(&buffer[..count]));
        if stderr.len() > 16 * 1024 {
            let mut from = stderr.len() - 8 * 1024;
            while !stderr.is_char_boundary(from) {
                from += 1;
            }
            stderr.drain(..from);
        }
    }
}
