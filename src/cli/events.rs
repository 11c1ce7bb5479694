//! Lines of JSON that a run writes while it goes on: `--format ndjson` and `--output FILE.ndjson`.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::exit::exit_for_report;
use super::outputs::describe;
use super::{Exit, warn_user};
use crate::fs::{GrowingFile, Target};
use crate::interrupt::shutdown_requested;
use crate::plan::Plan;
use crate::record::{CaseReport, RunReport};
use crate::report::ndjson::RunEvent;
use crate::runner::observer::RunObserver;

/// How long a reader may take for the last lines when somebody has asked us to stop.
const READER_LIMIT: Duration = Duration::from_secs(2);

/// Sends a line of JSON for everything that happens.
struct Events {
    lines: UnboundedSender<String>,
    strict: bool,
}

/// Where lines go.
pub(super) enum EventSink {
    /// Standard output.
    Printed(Box<dyn Write + Send>),
    /// A file, as the user calls it, and what is there. It is opened when there is a line to write.
    Named(PathBuf, Target),
}

/// A sink that is open.
enum Open {
    Stream(Box<dyn Write + Send>),
    File(GrowingFile),
}

/// The thread that writes the lines: a reader of a pipe may be slow, and Ctrl-C must be heard all the same.
pub(super) struct EventWriter {
    name: String,
    thread: JoinHandle<io::Result<Option<Open>>>,
}

/// Starts the thread that writes what the observer sends.
pub(super) fn start_writer(sink: EventSink, strict: bool) -> (Box<dyn RunObserver>, EventWriter) {
    let (lines, received) = unbounded_channel();
    let name = match &sink {
        EventSink::Printed(_) => "standard output".to_owned(),
        EventSink::Named(path, _) => path.display().to_string(),
    };
    let said = name.clone();
    let thread = tokio::task::spawn_blocking(move || {
        let written = write_lines(sink, received);
        if let Err(error) = &written {
            let text = describe(said, error);
            warn_user(&format!("{text}; the run goes on without events"));
        }
        match written {
            // Whoever stops reading knows why.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(None),
            written => written,
        }
    });
    (
        Box::new(Events { lines, strict }),
        EventWriter { name, thread },
    )
}

/// Writes each line at once and whole. Returns what it wrote to, if there was a line.
fn write_lines(sink: EventSink, mut lines: UnboundedReceiver<String>) -> io::Result<Option<Open>> {
    // A run that does not begin changes nothing.
    let Some(first) = lines.blocking_recv() else {
        return Ok(None);
    };
    let mut out = match sink {
        EventSink::Printed(out) => Open::Stream(out),
        EventSink::Named(_, Target::File(path)) => Open::File(GrowingFile::create(&path)?),
        EventSink::Named(_, Target::Stream(path)) => {
            Open::Stream(Box::new(OpenOptions::new().write(true).open(path)?))
        }
    };
    let mut next = Some(first);
    while let Some(line) = next {
        let written = match &mut out {
            Open::Stream(out) => out.write_all(line.as_bytes()),
            Open::File(file) => file.write_all(line.as_bytes()),
        };
        if let Err(error) = written {
            if let Open::File(file) = out {
                file.discard();
            }
            return Err(error);
        }
        next = lines.blocking_recv();
    }
    Ok(Some(out))
}

impl EventWriter {
    /// Waits until all is written. Returns the exit code of the run, or that of a fault where something is missing in the file.
    pub(super) async fn finish(self, exit: Exit) -> Exit {
        // Also if that was before: whoever reads gets a moment for the last lines, and no more.
        let is_over = async {
            shutdown_requested().await;
            tokio::time::sleep(READER_LIMIT).await;
        };
        let written = tokio::select! {
            biased;
            written = self.thread => written,
            () = is_over => return Exit::Interrupted,
        };
        match written {
            Ok(Ok(Some(Open::File(file)))) => match file.finish() {
                Ok(()) => exit,
                Err(error) => {
                    warn_user(&describe(self.name, &error));
                    exit.max(Exit::Fault)
                }
            },
            Ok(Ok(_)) => exit,
            _ => exit.max(Exit::Fault),
        }
    }
}

impl Events {
    fn send(&self, event: &RunEvent<'_>) {
        // Where nobody writes any more, that was told.
        let _ = self.lines.send(event.line());
    }
}

impl RunObserver for Events {
    fn planned(&mut self, plan: &Plan) {
        self.send(&RunEvent::run_started(plan, jiff::Timestamp::now()));
    }

    fn started(&mut self, plan: &Plan, case: usize) {
        let case = &plan.cases[case];
        self.send(&RunEvent::CaseStarted {
            case: &case.variant_id,
            interpreter: &plan.interpreters[case.interpreter].key,
        });
    }

    fn installing(&mut self, plan: &Plan, case: usize, text: &str) {
        let case = &plan.cases[case];
        self.send(&RunEvent::Installing {
            case: &case.variant_id,
            interpreter: &plan.interpreters[case.interpreter].key,
            text,
        });
    }

    fn finished(&mut self, case: &CaseReport) {
        self.send(&RunEvent::case_finished(case));
    }

    fn reported(&mut self, report: &RunReport) {
        let exit = exit_for_report(report, self.strict) as u8;
        self.send(&RunEvent::run_finished(report, exit));
    }
}
