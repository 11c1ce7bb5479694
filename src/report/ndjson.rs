//! What happens during a run, as lines of JSON for programs that look on.
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
use crate::record::Verdict;
use crate::record::{BaselineMatch, CaseReport, RunReport};

/// The version of the format that this program writes.
pub const SCHEMA_VERSION: u32 = 1;

/// An event of a run.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum RunEvent<'a> {
    /// The Pythons are found, and cases are about to run.
    RunStarted(RunStarted<'a>),
    /// A case starts.
    CaseStarted {
        /// Id of the row.
        case: &'a str,
        /// Key of the column.
        interpreter: &'a InterpreterKey,
    },
    /// What a case requires is being installed, which may take a while.
    Installing {
        /// Id of the row.
        case: &'a str,
        /// Key of the column.
        interpreter: &'a InterpreterKey,
        /// What is installed, in words.
        text: &'a str,
    },
    /// A case is over and judged.
    CaseFinished(CaseFinished<'a>),
    /// Nothing runs any more.
    RunFinished(RunFinished<'a>),
}

/// `run-started`
#[derive(Debug, Serialize)]
pub struct RunStarted<'a> {
    /// Of this format.
    pub schema_version: u32,
    /// Name and version of the program that writes.
    pub tool: &'a str,
    /// When, UTC, RFC 3339. The report's time is earlier by what finding the Pythons took.
    pub started: String,
    /// Which part of how many, as in the report.
    pub partition: String,
    /// Keys of the columns, by version.
    pub interpreters: Vec<&'a InterpreterKey>,
    /// How many cases there are, those that are skipped included.
    pub cases: usize,
}

/// `case-finished`; the fields are those of the report.
#[derive(Debug, Serialize)]
pub struct CaseFinished<'a> {
    /// Id of the row.
    pub case: &'a str,
    /// Id of the scenario.
    pub scenario: &'a str,
    /// Key of the column.
    pub interpreter: &'a InterpreterKey,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in sentences.
    pub reasons: &'a [String],
    /// Number of the step that the first reason is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<usize>,
    /// How the process ended; nothing for a case that did not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<&'a str>,
    /// Wall time of the case in milliseconds.
    pub duration_ms: f64,
    /// Digest of its trace, which the report has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<&'a str>,
    /// How it stands to the baseline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<&'a BaselineMatch>,
}

/// `run-finished`
#[derive(Debug, Serialize)]
pub struct RunFinished<'a> {
    /// Cases by verdict; a verdict that no case has is not there.
    pub counts: BTreeMap<&'static str, usize>,
    /// Cases that did not finish.
    pub unfinished: usize,
    /// Whether the run was interrupted.
    pub interrupted: bool,
    /// Why no more cases were started, where the user had set a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<&'a str>,
    /// Wall time in seconds.
    pub elapsed_s: f64,
    /// The exit code that the results ask for. It is another one only where results could not be written.
    pub exit: u8,
}

impl<'a> RunStarted<'a> {
    /// The beginning of a run that is over.
    pub fn stored(report: &'a RunReport) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: &report.tool,
            started: report.started.clone(),
            partition: report.partition.clone(),
            interpreters: report.keys().collect(),
            cases: report.cases.len() + report.unfinished.len(),
        }
    }

    /// The beginning of a run of this plan.
    pub fn new(plan: &'a Plan, started: jiff::Timestamp) -> Self {
        let interpreters = plan.interpreters.iter();
        Self {
            schema_version: SCHEMA_VERSION,
            tool: crate::record::TOOL,
            started: started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            partition: plan.shard.to_string(),
            interpreters: interpreters.map(|interpreter| &interpreter.key).collect(),
            cases: plan.cases.len(),
        }
    }
}

impl<'a> From<&'a CaseReport> for CaseFinished<'a> {
    fn from(case: &'a CaseReport) -> Self {
        Self {
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
}

impl<'a> RunFinished<'a> {
    /// The end of a run, which asks for this exit code.
    pub fn new(report: &'a RunReport, exit: u8) -> Self {
        let mut counts = BTreeMap::new();
        for case in &report.cases {
            *counts.entry(case.verdict.word()).or_default() += 1;
        }
        Self {
            counts,
            unfinished: report.unfinished.len(),
            interrupted: report.interrupted,
            stopped: report.stopped.as_deref(),
            elapsed_s: report.elapsed_s,
            exit,
        }
    }
}

/// Writes what is left of the events of a run in its report: its beginning, the ends of its cases in the order of the report, and
/// its end. `exit` is the exit code that it asks for.
///
/// # Errors
/// When it cannot be written.
pub fn write_events(report: &RunReport, exit: u8, out: &mut dyn io::Write) -> io::Result<()> {
    let started = RunEvent::RunStarted(RunStarted::stored(report));
    let cases = report.cases.iter();
    let cases = cases.map(|case| RunEvent::CaseFinished(CaseFinished::from(case)));
    let finished = RunEvent::RunFinished(RunFinished::new(report, exit));
    let mut events = std::iter::once(started).chain(cases).chain([finished]);
    events.try_for_each(|event| out.write_all(event.line().as_bytes()))
}

impl RunEvent<'_> {
    /// The event as a line of JSON, with its line break.
    pub fn line(&self) -> String {
        let mut text = serde_json::to_string(self).expect("an event has text keys only");
        text.push('\n');
        text
    }
}
