//! Lines of JSON that a run writes while it goes on: `--format ndjson` and `--output FILE.ndjson`.

use std::io::{self, ErrorKind, Write};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::exit::exit_for_report;
use super::{Exit, warn_user};
use crate::plan::Plan;
use crate::record::{CaseReport, RunReport};
use crate::report::ndjson::RunEvent;
use crate::runner::observer::RunObserver;
use crate::runner::shutdown::shutdown_requested;

/// Sends a line of JSON for everything that happens.
struct Events {
    lines: UnboundedSender<String>,
    strict: bool,
}

/// Where lines go: its name for people, and what takes them.
pub(super) type EventSink = (String, Box<dyn Write + Send>);

/// The thread that writes the lines: a reader of a pipe may be slow, and Ctrl-C must be heard all the same.
pub(super) struct EventWriter(JoinHandle<io::Result<()>>);

/// Starts the thread that writes what the observer sends.
pub(super) fn start_writer(sink: EventSink, strict: bool) -> (Box<dyn RunObserver>, EventWriter) {
    let (lines, received) = unbounded_channel();
    let writing = tokio::task::spawn_blocking(move || write_lines(sink, received));
    (Box::new(Events { lines, strict }), EventWriter(writing))
}

/// Writes each line at once and whole. The user hears at once of what cannot be written, and the run goes on.
fn write_lines((name, mut out): EventSink, mut lines: UnboundedReceiver<String>) -> io::Result<()> {
    while let Some(line) = lines.blocking_recv() {
        if let Err(error) = out.write_all(line.as_bytes()) {
            warn_user(&format!(
                "{name}: cannot be written: {error}; the run goes on without events"
            ));
            // Whoever stops reading knows why.
            let is_left = error.kind() == ErrorKind::BrokenPipe;
            return if is_left { Ok(()) } else { Err(error) };
        }
    }
    Ok(())
}

impl EventWriter {
    /// Waits until all is written. Returns the exit code of the run, or that of a fault where something is missing in the file.
    pub(super) async fn finish(self, exit: Exit) -> Exit {
        let written = tokio::select! {
            written = self.0 => written,
            () = shutdown_requested() => return Exit::Interrupted,
        };
        match written {
            Ok(Ok(())) => exit,
            _ if exit == Exit::Interrupted => exit,
            _ => Exit::Fault,
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
