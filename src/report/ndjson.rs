//! Events of a run, as lines of JSON for programs that look on.
//!
//! A line is one object, written when it happens. Its `event` says what it is; a reader passes over events and fields that it does
//! not know, and over a last line without a line break, which a full disk can cut off. New ones may come within a version; what
//! is there keeps its meaning.
//!
//! The first line is `run-started`, with the version of the format. A case that cannot fit an interpreter is finished, as skipped,
//! without being started; one that an interruption ends is started and never finished. A stream without `run-finished` is that
//! of a run that was killed, or that the harness failed.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use crate::plan::Plan;
use crate::python::version::InterpreterKey;
use crate::record::{BaselineMatch, CaseReport, RunReport, Verdict};

/// The version of the format that this program writes.
pub const SCHEMA_VERSION: u32 = 1;

/// An event of a run.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum RunEvent<'a> {
    /// The Pythons are found, and cases are about to run.
    RunStarted {
        /// Of this format.
        schema_version: u32,
        /// Name and version of the program that writes.
        tool: &'a str,
        /// When, UTC, RFC 3339. The report's time is earlier by what finding the Pythons took.
        started: String,
        /// The part that ran, of how many, as in the report.
        partition: String,
        /// Keys of the columns, by version.
        interpreters: Vec<&'a InterpreterKey>,
        /// How many cases there are, those that are skipped included.
        cases: usize,
    },
    /// A case starts.
    CaseStarted {
        /// Id of the row.
        case: &'a str,
        /// Key of the column.
        interpreter: &'a InterpreterKey,
    },
    /// Packages that a case requires are being installed, which may take a while.
    Installing {
        /// Id of the row.
        case: &'a str,
        /// Key of the column.
        interpreter: &'a InterpreterKey,
        /// The packages, in words.
        text: &'a str,
    },
    /// A case is over and judged; the fields are those of the report.
    CaseFinished {
        /// Id of the row.
        case: &'a str,
        /// Id of the scenario.
        scenario: &'a str,
        /// Key of the column.
        interpreter: &'a InterpreterKey,
        /// The verdict.
        verdict: Verdict,
        /// Why, in sentences.
        reasons: &'a [String],
        /// Number of the step that the first reason is about.
        #[serde(skip_serializing_if = "Option::is_none")]
        step: Option<usize>,
        /// How the process ended; nothing for a case that did not run.
        #[serde(skip_serializing_if = "Option::is_none")]
        end: Option<&'a str>,
        /// Wall time of the case in milliseconds.
        duration_ms: f64,
        /// Digest of its trace, which the report has.
        #[serde(skip_serializing_if = "Option::is_none")]
        trace: Option<&'a str>,
        /// How it stands to the baseline.
        #[serde(skip_serializing_if = "Option::is_none")]
        baseline: Option<&'a BaselineMatch>,
    },
    /// Nothing runs any more.
    RunFinished {
        /// Cases by verdict; a verdict that no case has is not there.
        counts: BTreeMap<&'static str, usize>,
        /// Cases that did not finish.
        unfinished: usize,
        /// True if the run was interrupted.
        interrupted: bool,
        /// Why no more cases were started, where the user had set a limit.
        #[serde(skip_serializing_if = "Option::is_none")]
        stopped: Option<&'a str>,
        /// Wall time in seconds.
        elapsed_s: f64,
        /// The exit code that the results ask for. It is another one only where results could not be written.
        exit: u8,
    },
}

impl<'a> RunEvent<'a> {
    /// The beginning of a run of this plan.
    pub fn run_started(plan: &'a Plan, started: jiff::Timestamp) -> Self {
        let interpreters = plan.interpreters.iter();
        Self::RunStarted {
            schema_version: SCHEMA_VERSION,
            tool: crate::record::TOOL,
            started: started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            partition: plan.shard.to_string(),
            interpreters: interpreters.map(|known| &known.key).collect(),
            cases: plan.cases.len(),
        }
    }

    /// The end of a case.
    pub fn case_finished(case: &'a CaseReport) -> Self {
        Self::CaseFinished {
            case: &case.case,
            scenario: &case.scenario,
            interpreter: &case.interpreter,
            verdict: case.verdict,
            reasons: &case.reasons,
            step: case.step,
            end: case.end.as_deref(),
            duration_ms: case.duration_ms,
            trace: case.trace.as_deref(),
            baseline: case.baseline.as_deref(),
        }
    }

    /// The end of a run, which asks for this exit code.
    pub fn run_finished(report: &'a RunReport, exit: u8) -> Self {
        let mut counts = BTreeMap::new();
        for case in &report.cases {
            *counts.entry(case.verdict.word()).or_default() += 1;
        }
        Self::RunFinished {
            counts,
            unfinished: report.unfinished.len(),
            interrupted: report.interrupted,
            stopped: report.stopped.as_deref(),
            elapsed_s: report.elapsed_s,
            exit,
        }
    }

    /// The event as a line of JSON, with its line break.
    pub fn line(&self) -> String {
        let mut text = serde_json::to_string(self).expect("an event has text keys only");
        text.push('\n');
        text
    }
}

/// Writes what is left of the events of a run in its report: its beginning, the ends of its cases in the order of the report, and
/// its end. `exit` is the exit code that it asks for.
///
/// # Errors
/// When it cannot be written.
pub fn write_events(report: &RunReport, exit: u8, out: &mut dyn io::Write) -> io::Result<()> {
    let started = RunEvent::RunStarted {
        schema_version: SCHEMA_VERSION,
        tool: &report.tool,
        started: report.started.clone(),
        partition: report.partition.clone(),
        interpreters: report.keys().collect(),
        cases: report.cases.len() + report.unfinished.len(),
    };
    let cases = report.cases.iter().map(RunEvent::case_finished);
    let finished = RunEvent::run_finished(report, exit);
    let mut events = std::iter::once(started).chain(cases).chain([finished]);
    events.try_for_each(|event| out.write_all(event.line().as_bytes()))
}
