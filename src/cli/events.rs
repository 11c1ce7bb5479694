//! `--events FILE`

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::exit::exit_for_report;
use super::output::create;
use super::{Exit, Failure, warn_user};
use crate::plan::Plan;
use crate::record::{CaseReport, RunReport};
use crate::report::ndjson::{CaseFinished, RunEvent, RunFinished, RunStarted};
use crate::runner::observer::RunObserver;
use crate::runner::shutdown::shutdown_requested;

/// Makes a line of everything that happens.
struct Events {
    lines: UnboundedSender<String>,
    strict: bool,
}

/// Who writes the lines: a thread of its own, because a reader of a pipe may be slow, and Ctrl-C must be heard all the same.
pub(super) struct Writing(Option<JoinHandle<io::Result<()>>>);

/// Opens the file, before anything runs, and begins to write what its listener hears.
///
/// # Errors
/// When it cannot be written.
pub(super) fn open(
    path: Option<&Path>,
    strict: bool,
) -> Result<(Option<Box<dyn RunObserver>>, Writing), Failure> {
    let Some(path) = path else {
        return Ok((None, Writing(None)));
    };
    let file = create(path)?;
    let (lines, received) = unbounded_channel();
    let path = path.to_owned();
    let writing = tokio::task::spawn_blocking(move || write(&path, file, received));
    let events = Events { lines, strict };
    Ok((Some(Box::new(events)), Writing(Some(writing))))
}

/// Writes each line at once and whole. What cannot be written is told at once, and the run goes on.
fn write(path: &Path, mut file: File, mut lines: UnboundedReceiver<String>) -> io::Result<()> {
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

impl Writing {
    /// Waits until all is written. The exit code of the run, or that of a fault, if the file is not what it should be.
    pub(super) async fn ended(self, exit: Exit) -> Exit {
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
    fn tell(&self, event: &RunEvent<'_>) {
        // Where nobody writes any more, that was told.
        let _ = self.lines.send(event.line());
    }
}

impl RunObserver for Events {
    fn planned(&mut self, plan: &Plan) {
        let started = RunStarted::new(plan, jiff::Timestamp::now());
        self.tell(&RunEvent::RunStarted(started));
    }

    fn started(&mut self, plan: &Plan, case: usize) {
        let case = &plan.cases[case];
        self.tell(&RunEvent::CaseStarted {
            case: &case.variant_id,
            interpreter: &plan.interpreters[case.interpreter].key,
        });
    }

    fn installing(&mut self, plan: &Plan, case: usize, text: &str) {
        let case = &plan.cases[case];
        self.tell(&RunEvent::Installing {
            case: &case.variant_id,
            interpreter: &plan.interpreters[case.interpreter].key,
            text,
        });
    }

    fn finished(&mut self, case: &CaseReport) {
        self.tell(&RunEvent::CaseFinished(CaseFinished::from(case)));
    }

    fn reported(&mut self, report: &RunReport) {
        let exit = exit_for_report(report, self.strict) as u8;
        self.tell(&RunEvent::RunFinished(RunFinished::new(report, exit)));
    }
}
