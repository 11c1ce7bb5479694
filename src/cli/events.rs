//! `--events FILE`

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::exit::exit_for_report;
use super::outputs::create_file;
use super::{Exit, Failure, warn_user};
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

/// The thread that writes the lines: a reader of a pipe may be slow, and Ctrl-C must be heard all the same.
pub(super) struct EventWriter(Option<JoinHandle<io::Result<()>>>);

/// Opens the file before anything runs, and starts the thread that writes what the observer sends.
///
/// # Errors
/// When it cannot be written.
pub(super) fn open_events(
    path: Option<&Path>,
    strict: bool,
) -> Result<(Option<Box<dyn RunObserver>>, EventWriter), Failure> {
    let Some(path) = path else {
        return Ok((None, EventWriter(None)));
    };
    let file = create_file(path)?;
    let (lines, received) = unbounded_channel();
    let path = path.to_owned();
    let writing = tokio::task::spawn_blocking(move || write_lines(&path, file, received));
    let events = Events { lines, strict };
    Ok((Some(Box::new(events)), EventWriter(Some(writing))))
}

/// Writes each line at once and whole. The user hears at once of what cannot be written, and the run goes on.
fn write_lines(
    path: &Path,
    mut file: File,
    mut lines: UnboundedReceiver<String>,
) -> io::Result<()> {
    while let Some(line) = lines.blocking_recv() {
        if let Err(error) = file.write_all(line.as_bytes()) {
            warn_user(&format!(
                "{}: cannot be written: {error}; the run goes on without events",
                path.display()
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
        let Some(writing) = self.0 else { return exit };
        let written = tokio::select! {
            written = writing => written,
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
