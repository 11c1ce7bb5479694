//! From a plan and what became of its cases to a report.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::baseline::{self, Baseline};
use crate::exec::Outcome;
use crate::harness::CASE_FLAGS;
use crate::plan::{Case, Plan};
use crate::python::inventory::{Interpreter, Rejected, Sources};
use crate::python::version::InterpreterKey;
use crate::record::VariantId;
use crate::record::Verdict;
use crate::record::{
    BehaviourId, CaseReport, ChangeReport, InterpreterReport, KnownBehaviour, RejectedReport,
    RunReport, SCHEMA_VERSION, ScenarioReport, TOOL, Unfinished,
};
use crate::scenario::line_of_step;
use crate::scenario::model::{Scenario, Variant};
use crate::trace::difference::BehaviourTrace;
use crate::trace::{Actions, StepAction, StepRecord, Steps, TraceView, digest_trace};
use crate::verdict::judge;
use smol_str::SmolStr;

/// Why a run ended before its last case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RunEnd {
    /// By Ctrl-C or a signal.
    pub interrupted: bool,
    /// By a limit that the user had set, in words.
    pub stopped: Option<String>,
}

/// Puts a report together, case by case as they finish.
#[derive(Debug)]
pub(super) struct ReportBuilder<'a> {
    plan: &'a Plan,
    baseline: Option<&'a Baseline>,
    cases: Vec<Option<CaseReport>>,
    traces: BTreeMap<SmolStr, Steps>,
    /// Keys of the columns, which all cases share.
    keys: Vec<Arc<InterpreterKey>>,
}

impl<'a> ReportBuilder<'a> {
    /// For the cases of a plan, which are held against a baseline if there is one.
    pub(super) fn new(plan: &'a Plan, baseline: Option<&'a Baseline>) -> Self {
        let interpreters = plan.interpreters.iter();
        let keys = interpreters.map(|interpreter| interpreter.key.clone());
        Self {
            plan,
            baseline,
            cases: plan.cases.iter().map(|_| None).collect(),
            traces: BTreeMap::new(),
            keys: keys.map(Arc::new).collect(),
        }
    }

    /// Judges the outcomes of a case, one for each repeat. Cases are named by their index in the plan.
    pub(super) fn add_outcomes(&mut self, index: usize, outcomes: Vec<Outcome>) -> &CaseReport {
        let case = &self.plan.cases[index];
        let key = &self.keys[case.interpreter];
        let mut report = case_report(self.plan, case, key, outcomes, &mut self.traces);
        if let Some(baseline) = self.baseline {
            self.compare_with_baseline(baseline, case, &mut report);
        }
        self.cases[index].insert(report)
    }

    /// Compares a case with the baseline. What the scenario expects comes first.
    fn compare_with_baseline(&mut self, baseline: &Baseline, case: &Case, report: &mut CaseReport) {
        let scenario = &self.plan.scenarios[case.scenario];
        let Some((digest, end)) = report.behaviour() else {
            return;
        };
        let Some(steps) = self.traces.get(digest) else {
            return;
        };
        let actions = actions(self.plan.variant(case));
        let case = baseline::ObservedCase {
            scenario: &scenario.digest,
            key: &report.interpreter,
            digest,
            shown: BehaviourTrace {
                trace: TraceView {
                    steps,
                    actions: &actions,
                },
                end,
            },
        };
        let held =
            baseline::compare_with_baseline(baseline.row(&report.scenario, &report.case), case);
        if let (Some(seen), Some(trace)) = (&held.matched.was, held.was) {
            self.traces
                .entry(seen.trace.clone())
                .or_insert_with(|| Steps::pack(&without_words(trace)));
        }
        if let Some(verdict) = held.verdict.filter(|verdict| *verdict > report.verdict) {
            report.verdict = verdict;
            report.step = held.step;
        }
        report.reasons.extend(held.reason);
        report.baseline = Some(Box::new(held.matched));
    }

    /// Builds the report of a run that began at a time and took so long. Cases that did not finish are listed as such.
    pub(super) fn build(
        self,
        rejected: &[Rejected],
        (started, elapsed): (Timestamp, Duration),
        ended: RunEnd,
    ) -> RunReport {
        let plan = self.plan;
        let open = plan.cases.iter().zip(&self.cases);
        let open = open.filter(|(_, report)| report.is_none());
        let unfinished = open.map(|(case, _)| Unfinished {
            case: case.variant_id.clone(),
            interpreter: plan.interpreters[case.interpreter].key.clone(),
        });
        let unfinished = unfinished.collect();
        // In place: there may be very many.
        let cases: Vec<CaseReport> = self.cases.into_iter().flatten().collect();
        let mut scenarios: Vec<_> = plan.used_scenarios().map(scenario_report).collect();
        locate_failed_steps(&mut scenarios, &cases);
        RunReport {
            schema_version: SCHEMA_VERSION,
            tool: TOOL.to_owned(),
            started: started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            elapsed_s: (elapsed.as_secs_f64() * 1000.0).round() / 1000.0,
            partition: plan.shard.to_string(),
            parts: BTreeMap::new(),
            platform: format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH),
            interpreters: plan.interpreters.iter().map(interpreter_report).collect(),
            rejected: rejected.iter().map(rejected_report).collect(),
            scenarios,
            baseline: self
                .baseline
                .map_or_else(BTreeMap::new, |baseline| known(plan, baseline)),
            unfinished,
            cases,
            traces: self.traces,
            actions: used_actions(plan),
            interrupted: ended.interrupted,
            stopped: ended.stopped,
        }
    }
}

/// Adds to scenarios the lines of the steps in which cases failed, so that whoever points at them need not read YAML.
fn locate_failed_steps(scenarios: &mut [ScenarioReport], cases: &[CaseReport]) {
    let mut failed: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for case in cases.iter().filter(|case| case.verdict.fails()) {
        let steps = failed.entry(&case.scenario).or_default();
        steps.extend(case.step);
    }
    for scenario in scenarios {
        let steps = failed.get(&*scenario.id);
        let Some((steps, text)) = steps.zip(scenario.text.as_deref()) else {
            continue;
        };
        let lines = steps.iter();
        let lines = lines.filter_map(|step| Some((*step, line_of_step(text, *step)?)));
        scenario.lines = lines.collect();
    }
}

/// The first case of every row of a plan.
fn first_cases(plan: &Plan) -> impl Iterator<Item = &Case> {
    // Cases of a row follow each other.
    let rows = plan.cases.chunk_by(|a, b| a.variant_id == b.variant_id);
    rows.filter_map(<[Case]>::first)
}

/// The steps of every row of a plan in words.
fn used_actions(plan: &Plan) -> BTreeMap<VariantId, Actions> {
    first_cases(plan)
        .map(|case| (case.variant_id.clone(), actions(plan.variant(case))))
        .collect()
}

/// The steps of a variant in words.
pub(super) fn actions(variant: &Variant) -> Actions {
    let steps = variant.numbered().into_iter().map(|numbered| {
        let action = StepAction {
            action: numbered.action().into(),
            code: numbered.code().map(SmolStr::from),
            module: numbered.body.map(|(module, _)| module.into()),
        };
        (numbered.number, action)
    });
    steps.collect()
}

/// A trace as reports keep it: rows share it, and each has words of its own.
pub(super) fn without_words(mut steps: Vec<StepRecord>) -> Vec<StepRecord> {
    for record in &mut steps {
        record.action = SmolStr::default();
        record.module = None;
    }
    steps
}

/// The accepted behaviours of the rows of a plan.
fn known(plan: &Plan, baseline: &Baseline) -> BTreeMap<VariantId, Vec<KnownBehaviour>> {
    let rows = first_cases(plan).filter_map(|case| {
        let scenario = &plan.scenarios[case.scenario];
        let (file, row) = baseline.row(&scenario.id.0, &case.variant_id)?;
        Some((case.variant_id.clone(), row.known(file, &scenario.digest)))
    });
    rows.collect()
}

/// A scenario as reports know it.
pub fn scenario_report(scenario: &Scenario) -> ScenarioReport {
    let changes = scenario.changes.iter().map(|change| ChangeReport {
        since: change.since.clone(),
        note: change.note.clone(),
    });
    ScenarioReport {
        id: scenario.id.to_string(),
        title: scenario.title.clone(),
        about: scenario.about.clone(),
        refs: scenario.refs.clone(),
        notes: notes(scenario),
        lines: BTreeMap::new(),
        changes: changes.collect(),
        expects_nothing: scenario.variants.iter().all(|variant| !variant.is_judged),
        digest: scenario.digest.clone(),
        file: scenario.file.clone(),
        text: Some(Arc::clone(&scenario.text)),
        parameters: scenario.parameters.clone(),
        threads: scenario.variants.iter().any(Variant::may_start_threads),
        rows: rows(scenario),
    }
}

/// The rows of a scenario that has several.
fn rows(scenario: &Scenario) -> Vec<VariantId> {
    let variants = scenario
        .variants
        .iter()
        .filter(|_| scenario.variants.len() > 1);
    let ids = variants.map(|variant| variant.id.clone());
    ids.collect()
}

/// The remarks on steps. All variants have the same steps.
fn notes(scenario: &Scenario) -> BTreeMap<usize, String> {
    let numbered = scenario.variants.iter().take(1).flat_map(Variant::numbered);
    let notes =
        numbered.filter_map(|numbered| Some((numbered.number, numbered.step.note.clone()?)));
    notes.collect()
}

/// The words of keys: `pyenv`, `path`.
fn words(sources: &Sources) -> Vec<String> {
    sources.iter().map(|source| source.label()).collect()
}

/// An interpreter as reports know it.
pub fn interpreter_report(interpreter: &Interpreter) -> InterpreterReport {
    InterpreterReport {
        key: interpreter.key.clone(),
        recorded: false,
        version: interpreter.key.version.to_string(),
        free_threaded: interpreter.key.free_threaded,
        debug: interpreter.key.debug,
        origin: interpreter.source().to_string(),
        sources: words(&interpreter.sources),
        command: interpreter.command.clone(),
        build: interpreter.info.build.clone(),
        flags: CASE_FLAGS
            .iter()
            .map(ToString::to_string)
            .chain(interpreter.flags.iter().cloned())
            .collect(),
        env: interpreter.env.iter().cloned().collect(),
    }
}

/// The choices of a matrix as reports keep them.
pub(super) fn choices(variant: &Variant) -> Vec<(SmolStr, serde_json::Value)> {
    let choices = variant.choices.0.iter();
    let choices = choices.map(|(key, value)| (key.into(), value.clone().into()));
    choices.collect()
}

fn rejected_report(rejected: &Rejected) -> RejectedReport {
    RejectedReport {
        path: rejected.path.clone(),
        reason: rejected.reason.clone(),
        help: rejected.help.clone(),
        sources: words(&rejected.sources),
    }
}

fn case_report(
    plan: &Plan,
    case: &Case,
    key: &Arc<InterpreterKey>,
    outcomes: Vec<Outcome>,
    traces: &mut BTreeMap<SmolStr, Steps>,
) -> CaseReport {
    let repeats = outcomes.len();
    let reports = outcomes.into_iter();
    let reports = reports.map(|outcome| one_report(plan, case, key, outcome, traces));
    let mut reports = reports.collect::<Vec<_>>().into_iter();
    let mut first = reports.next().expect("a finished case has an outcome");
    let mut counts: Vec<(Option<BehaviourId>, usize)> = vec![(first.behaviour_id(), 1)];
    for next in reports {
        let shown = next.behaviour_id();
        match counts.iter_mut().find(|(known, _)| *known == shown) {
            Some((_, count)) => *count += 1,
            None => counts.push((shown, 1)),
        }
        // Evidence of the worst one is what one wants to see.
        if next.verdict > first.verdict {
            first = next;
        }
    }
    if counts.len() > 1 && first.verdict != Verdict::Error {
        let shown = first.behaviour_id();
        let times: Vec<String> = counts.iter().map(|(_, count)| count.to_string()).collect();
        first.verdict = Verdict::Unstable;
        first.reasons.insert(
            0,
            format!(
                "{} different behaviours in {repeats} repeats: {} times",
                counts.len(),
                times.join(" and ")
            ),
        );
        let others = counts.into_iter().filter_map(|(seen, _)| seen);
        first.also = others.filter(|seen| Some(seen) != shown.as_ref()).collect();
        first.also.sort();
    }
    first
}

fn one_report(
    plan: &Plan,
    case: &Case,
    key: &Arc<InterpreterKey>,
    outcome: Outcome,
    traces: &mut BTreeMap<SmolStr, Steps>,
) -> CaseReport {
    let variant = plan.variant(case);
    let judgement = judge(variant, key, &outcome);
    let mut report = CaseReport {
        reasons: judgement.reasons,
        step: judgement.step,
        ..CaseReport::new(
            case.variant_id.clone(),
            plan.scenarios[case.scenario].id.0.as_str().into(),
            choices(variant),
            Arc::clone(key),
            judgement.verdict,
        )
    };
    if let Outcome::Ended {
        trace,
        duration,
        packages,
    } = outcome
    {
        let packages = packages.into_iter();
        report.packages = packages.map(|one| (one.name, one.version)).collect();
        let end = trace.end.to_string();
        let name = SmolStr::from(digest_trace(&trace.steps, &end));
        let steps = Steps::pack(&trace.steps);
        report.end = Some(end.into());
        let interrupted = trace.interrupted;
        report.during = interrupted.map(|step| variant.step_label(step).into());
        report.duration_ms = (duration.as_secs_f64() * 1e5).round() / 100.0;
        (report.messages, report.warning_messages) = (trace.messages, trace.warning_messages);
        (report.stdout, report.stderr) = (trace.stdout, trace.stderr);
        traces.entry(name.clone()).or_insert(steps);
        report.trace = Some(name);
    }
    report
}
