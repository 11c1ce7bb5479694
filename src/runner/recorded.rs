//! Recorded behaviours of Pythons that are not here, as columns beside those that ran.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;

use super::build_report::{actions, choices, scenario_report, without_words};
use crate::baseline::{Baseline, ScenarioBaseline, VariantBaseline};
use crate::python::version::{FeatureVersion, InterpreterKey};
use crate::record::{
    CaseReport, InterpreterReport, RunReport, SCHEMA_VERSION, TOOL, VariantId, Verdict,
};
use crate::scenario::model::Scenario;
use crate::trace::Steps;

/// Where a column of the baseline comes from.
const ORIGIN: &str = "baseline";

/// A feature release and a build of it.
type Series = (FeatureVersion, bool, bool);

/// Adds a column for each Python of the baseline of whose feature release and build none took part. Its cases are recorded: they
/// have a behaviour and no verdict. What was recorded of another text of a scenario is left out.
pub fn add_recorded(report: &mut RunReport, baseline: &Baseline) {
    let here: BTreeSet<Series> = report.keys().map(series).collect();
    let digests = report.scenarios.iter();
    let digests: BTreeMap<&str, &str> = digests
        .map(|scenario| (scenario.id.as_str(), scenario.digest.as_str()))
        .collect();
    let mut cases: Vec<CaseReport> = Vec::new();
    for row in report.cases.chunk_by(|a, b| a.case == b.case) {
        let name = RecordedRow::of(&row[0]);
        let mut row = row.to_vec();
        let is_current =
            |file: &ScenarioBaseline| digests.get(&*name.scenario) == Some(&&*file.digest);
        let known = baseline.row(&name.scenario, &name.case);
        if let Some((_, known)) = known.filter(|(file, _)| is_current(file)) {
            row.extend(name.build_cases(known, &here, &mut report.traces));
        }
        cases.extend(row);
    }
    report.cases = cases;
    complete_columns(report);
}

/// The recorded behaviours of scenarios, as a report in which nothing ran. Of parameters that are not set, the recorded values count.
pub fn build_recorded_report(scenarios: &[Scenario], baseline: &Baseline) -> RunReport {
    let scenarios = scenarios
        .iter()
        .map(|scenario| with_recorded_values(scenario, baseline));
    let scenarios: Vec<Cow<'_, Scenario>> = scenarios.collect();
    let mut report = RunReport {
        schema_version: SCHEMA_VERSION,
        tool: TOOL.to_owned(),
        started: String::new(),
        elapsed_s: 0.0,
        partition: "1/1".to_owned(),
        parts: BTreeMap::new(),
        platform: String::new(),
        interpreters: Vec::new(),
        rejected: Vec::new(),
        scenarios: scenarios.iter().map(|one| scenario_report(one)).collect(),
        cases: Vec::new(),
        traces: BTreeMap::new(),
        actions: BTreeMap::new(),
        baseline: BTreeMap::new(),
        interrupted: false,
        stopped: None,
        unfinished: Vec::new(),
    };
    for scenario in &scenarios {
        for variant in &scenario.variants {
            let known = baseline.row(&scenario.id.0, &variant.id);
            let known = known.filter(|(file, _)| file.digest == scenario.digest);
            let Some((file, row)) = known else { continue };
            let name = RecordedRow {
                case: variant.id.clone(),
                scenario: scenario.id.0.as_str().into(),
                variant: choices(variant),
            };
            let cases = name.build_cases(row, &BTreeSet::new(), &mut report.traces);
            report.cases.extend(cases);
            report.actions.insert(variant.id.clone(), actions(variant));
            let behaviours = row.known(file, &scenario.digest);
            report.baseline.insert(variant.id.clone(), behaviours);
        }
    }
    complete_columns(&mut report);
    report
}

/// A scenario with the rows that are recorded of it, where its parameters are not set.
fn with_recorded_values<'s>(scenario: &'s Scenario, baseline: &Baseline) -> Cow<'s, Scenario> {
    if scenario.unset.is_empty() {
        return Cow::Borrowed(scenario);
    }
    let file = baseline.scenarios.get(&scenario.id.0);
    let rows = file.into_iter().flat_map(|file| &file.variants);
    let filled = rows.filter_map(|row| scenario.with_values_of_row(&row.case));
    let variants = filled.flat_map(|filled| filled.variants).collect();
    Cow::Owned(Scenario {
        variants,
        ..scenario.clone()
    })
}

/// Adds the Pythons of recorded cases, and to each row cases for those of which it has none.
fn complete_columns(report: &mut RunReport) {
    let recorded = report.cases.iter();
    let recorded = recorded.filter(|case| case.verdict == Verdict::Recorded);
    let keys: BTreeSet<Arc<InterpreterKey>> =
        recorded.map(|case| Arc::clone(&case.interpreter)).collect();
    let rows = report.cases.chunk_by(|a, b| a.case == b.case);
    let rows = rows.map(|row| {
        let is_missing =
            |key: &&Arc<InterpreterKey>| !row.iter().any(|case| case.interpreter == **key);
        let missing = keys.iter().filter(is_missing);
        let missing = missing.map(|key| RecordedRow::of(&row[0]).build_case(Arc::clone(key)));
        let mut cases: Vec<CaseReport> = row.iter().cloned().chain(missing).collect();
        cases.sort_by(|a, b| a.interpreter.cmp(&b.interpreter));
        cases
    });
    report.cases = rows.flatten().collect();
    let new = keys
        .iter()
        .map(|key| recorded_interpreter(InterpreterKey::clone(key)));
    report.interpreters.extend(new);
    report.interpreters.sort_by(|a, b| a.key.cmp(&b.key));
}

fn series(key: &InterpreterKey) -> Series {
    (key.version.feature(), key.free_threaded, key.debug)
}

/// A row, as each of its cases names it.
struct RecordedRow {
    case: VariantId,
    scenario: SmolStr,
    variant: Vec<(SmolStr, serde_json::Value)>,
}

impl RecordedRow {
    fn of(case: &CaseReport) -> Self {
        Self {
            case: case.case.clone(),
            scenario: case.scenario.clone(),
            variant: case.variant.clone(),
        }
    }

    /// A case of which nothing is recorded.
    fn build_case(&self, key: Arc<InterpreterKey>) -> CaseReport {
        let (case, scenario) = (self.case.clone(), self.scenario.clone());
        CaseReport::new(case, scenario, self.variant.clone(), key, Verdict::Recorded)
    }

    /// The cases of the row on Pythons that are not here. Their steps go to the traces.
    fn build_cases(
        &self,
        known: &VariantBaseline,
        here: &BTreeSet<Series>,
        traces: &mut BTreeMap<SmolStr, Steps>,
    ) -> Vec<CaseReport> {
        let mut cases = Vec::new();
        for behaviour in &known.behaviours {
            let digest = SmolStr::from(&behaviour.digest);
            for key in &behaviour.versions {
                if here.contains(&series(key)) {
                    continue;
                }
                let steps = || Steps::pack(&without_words(behaviour.trace.clone()));
                traces.entry(digest.clone()).or_insert_with(steps);
                cases.push(CaseReport {
                    end: Some(SmolStr::from(&behaviour.end)),
                    trace: Some(digest.clone()),
                    ..self.build_case(Arc::new(key.clone()))
                });
            }
        }
        cases
    }
}

/// A Python of which only the baseline tells.
fn recorded_interpreter(key: InterpreterKey) -> InterpreterReport {
    InterpreterReport {
        version: key.version.to_string(),
        free_threaded: key.free_threaded,
        debug: key.debug,
        origin: ORIGIN.to_owned(),
        sources: Vec::new(),
        command: Vec::new(),
        build: String::new(),
        flags: Vec::new(),
        recorded: true,
        env: BTreeMap::new(),
        key,
    }
}
