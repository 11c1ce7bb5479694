//! From a plan and what became of its cases to a report.

use std::collections::BTreeMap;
use std::time::Duration;

use super::model::{
    CaseReport, ChangeReport, InterpreterReport, RejectedReport, RunReport, SCHEMA_VERSION,
    ScenarioReport, Unfinished,
};
use crate::exec::Outcome;
use crate::plan::{Case, Plan};
use crate::program::fixture::without_report;
use crate::program::protocol::CASE_FLAGS;
use crate::python::inventory::{Interpreter, Origin, Rejected, Sources};
use crate::scenario::model::{Scenario, Variant};
use crate::text::without_addresses;
use crate::trace::{StepRecord, digest};
use crate::verdict::judge;

/// When a run began and how long it took.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Its beginning.
    pub started: jiff::Timestamp,
    /// Its wall time.
    pub elapsed: Duration,
}

/// Judges every outcome and puts the report together. `outcomes` holds one entry per case of the plan; `None` is a
/// case that an interrupted run did not finish.
pub fn build(
    plan: &Plan,
    rejected: &[Rejected],
    outcomes: Vec<Option<Outcome>>,
    times: Times,
) -> RunReport {
    let mut traces = BTreeMap::new();
    let open = plan
        .cases
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| outcome.is_none());
    let unfinished: Vec<Unfinished> = open
        .map(|(case, _)| Unfinished {
            case: case.id.to_string(),
            interpreter: plan.interpreters[case.interpreter].key.clone(),
        })
        .collect();
    let finished = plan
        .cases
        .iter()
        .zip(outcomes)
        .filter_map(|(case, outcome)| Some((case, outcome?)));
    let cases = finished
        .map(|(case, outcome)| case_report(plan, case, outcome, &mut traces))
        .collect();
    RunReport {
        schema_version: SCHEMA_VERSION,
        tool: concat!("modswap ", env!("CARGO_PKG_VERSION")).to_owned(),
        started: times.started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        elapsed_s: (times.elapsed.as_secs_f64() * 1000.0).round() / 1000.0,
        partition: "1/1".to_owned(),
        platform: format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH),
        interpreters: plan.interpreters.iter().map(interpreter_report).collect(),
        rejected: rejected
            .iter()
            .map(|one| RejectedReport {
                path: one.path.clone(),
                reason: one.reason.clone(),
                help: one.help.clone(),
                sources: words(&one.sources),
            })
            .collect(),
        scenarios: plan
            .scenarios
            .iter()
            .map(|scenario| ScenarioReport {
                id: scenario.id.to_string(),
                title: scenario.title.clone(),
                about: scenario.about.clone(),
                refs: scenario.refs.clone(),
                notes: notes(scenario),
                changes: scenario
                    .changes
                    .iter()
                    .map(|change| ChangeReport {
                        since: change.since.clone(),
                        note: change.note.clone(),
                    })
                    .collect(),
                digest: scenario.digest.clone(),
                file: scenario.file.clone(),
            })
            .collect(),
        cases,
        traces,
        interrupted: !unfinished.is_empty(),
        unfinished,
    }
}

/// The remarks on steps. All variants have the same steps.
fn notes(scenario: &Scenario) -> BTreeMap<usize, String> {
    let numbered = scenario.variants.iter().take(1).flat_map(Variant::numbered);
    let notes = numbered.filter_map(|one| Some((one.number, one.step.note.clone()?)));
    notes.collect()
}

/// The words of keys: `pyenv`, `path`.
fn words(sources: &Sources) -> Vec<String> {
    let labels = sources.iter().map(Origin::label);
    labels.map(str::to_owned).collect()
}

/// An interpreter as reports know it.
pub fn interpreter_report(interpreter: &Interpreter) -> InterpreterReport {
    InterpreterReport {
        key: interpreter.key.clone(),
        version: interpreter.key.version.to_string(),
        free_threaded: interpreter.key.free_threaded,
        debug: interpreter.key.debug,
        origin: interpreter.origin().to_string(),
        sources: words(&interpreter.sources),
        command: interpreter.command.clone(),
        build: interpreter.facts.build.clone(),
        flags: CASE_FLAGS
            .iter()
            .map(ToString::to_string)
            .chain(interpreter.flags.iter().cloned())
            .collect(),
        env: interpreter.env.iter().cloned().collect(),
    }
}

fn case_report(
    plan: &Plan,
    case: &Case,
    outcome: Outcome,
    traces: &mut BTreeMap<String, Vec<StepRecord>>,
) -> CaseReport {
    let (verdict, reasons) = judge(
        plan.variant(case),
        &plan.interpreters[case.interpreter].key,
        &outcome,
    );
    let variant = plan
        .variant(case)
        .id
        .0
        .iter()
        .map(|(key, value)| (key.clone(), value.clone().into()));
    let mut report = CaseReport {
        case: case.id.to_string(),
        scenario: plan.scenarios[case.scenario].id.to_string(),
        variant: variant.collect(),
        interpreter: plan.interpreters[case.interpreter].key.clone(),
        verdict,
        reasons,
        end: None,
        during: None,
        duration_ms: 0.0,
        trace: None,
        packages: BTreeMap::new(),
        messages: BTreeMap::new(),
        stdout: String::new(),
        stderr: String::new(),
    };
    if let Outcome::Ended {
        trace,
        duration,
        packages,
    } = outcome
    {
        report.packages = packages
            .into_iter()
            .map(|one| (one.name, one.version))
            .collect();
        let name = digest(&trace.steps);
        report.end = Some(trace.end.to_string());
        report.during = trace.interrupted.map(|step| plan.variant(case).named(step));
        report.duration_ms = (duration.as_secs_f64() * 1e5).round() / 100.0;
        report.messages = trace.messages.into_iter().collect();
        if verdict.is_violation() {
            // Two runs must give the same report, and what a case prints may hold addresses.
            let [stdout, stderr] =
                [&trace.stdout, &trace.stderr].map(|text| without_addresses(&without_report(text)));
            (report.stdout, report.stderr) = (stdout, stderr);
        }
        traces.entry(name.clone()).or_insert(trace.steps);
        report.trace = Some(name);
    }
    report
}
