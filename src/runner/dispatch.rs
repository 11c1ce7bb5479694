//! One place that selects over what the scheduler reports and over signals, until nothing runs any more.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};

use super::RunError;
use super::build_report::{ReportBuilder, RunEnd};
use super::observer::RunObserver;
use crate::exec::{self, Event, Options};
use crate::plan::Plan;
use crate::python::inventory::Rejected;
use crate::record::RunReport;
use crate::text::plural;

/// A run that goes on.
pub(super) struct Dispatcher<'a> {
    plan: &'a Arc<Plan>,
    builder: ReportBuilder<'a>,
    observers: Vec<Box<dyn RunObserver>>,
    max_failures: Option<usize>,
    failures: usize,
    end: RunEnd,
}

impl<'a> Dispatcher<'a> {
    pub(super) fn new(
        plan: &'a Arc<Plan>,
        builder: ReportBuilder<'a>,
        observers: Vec<Box<dyn RunObserver>>,
        max_failures: Option<usize>,
    ) -> Self {
        Self {
            plan,
            builder,
            observers,
            max_failures,
            failures: 0,
            end: RunEnd::default(),
        }
    }

    /// Starts the scheduler and handles its events until nothing runs any more.
    pub(super) async fn follow(
        &mut self,
        options: Options,
        mut shutdown: std::pin::Pin<&mut impl Future<Output = ()>>,
    ) -> Result<(), RunError> {
        let (sender, mut events) = mpsc::unbounded_channel();
        let (cancel, cancelled) = watch::channel(false);
        let scheduler = exec::execute(Arc::clone(self.plan), options, sender, cancelled);
        let scheduler = tokio::spawn(scheduler);
        self.notify(|observer, plan| observer.planned(plan));
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    None => break,
                    Some(event) => self.handle_event(event),
                },
                () = &mut shutdown, if !self.end.interrupted => self.end.interrupted = true,
            }
            if self.end != RunEnd::default() {
                let _ = cancel.send(true);
            }
        }
        self.notify(|observer, _| observer.closed());
        let joined = scheduler.await.map_err(io::Error::other);
        joined.map_err(RunError::Scheduler)
    }

    fn handle_event(&mut self, event: Event) {
        match event {
            Event::Started(case) => self.notify(|observer, plan| observer.started(plan, case)),
            Event::Installing(case, text) => {
                self.notify(|observer, plan| observer.installing(plan, case, &text));
            }
            Event::LeftOut(case) => self.notify(|observer, plan| observer.left_out(plan, case)),
            Event::Finished(case, outcomes) => {
                let report = self.builder.add_outcomes(case, outcomes);
                for observer in &mut self.observers {
                    observer.finished(report);
                }
                self.failures += usize::from(report.verdict.fails());
                self.stop_after_failures();
            }
        }
    }

    /// Ends the run when as many cases have failed as may.
    fn stop_after_failures(&mut self) {
        if let Some(max) = self.max_failures.filter(|max| self.failures >= *max) {
            let failed = plural(self.failures, "failed case");
            let stopped = format!("after {failed} (--max-fail {max})");
            self.end.stopped.get_or_insert(stopped);
        }
    }

    fn notify(&mut self, event: impl Fn(&mut dyn RunObserver, &Plan)) {
        for observer in &mut self.observers {
            event(&mut **observer, self.plan);
        }
    }

    /// Builds the report of what has run.
    pub(super) fn finish(
        mut self,
        rejected: &[Rejected],
        times: (Timestamp, Duration),
    ) -> Result<RunReport, RunError> {
        let is_complete = self.end == RunEnd::default();
        let report = self.builder.build(rejected, times, self.end);
        if is_complete && !report.unfinished.is_empty() {
            return Err(RunError::Incomplete);
        }
        for observer in &mut self.observers {
            observer.reported(&report);
        }
        Ok(report)
    }
}
