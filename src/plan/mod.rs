//! The plan of a run: every selected variant on every interpreter, and why some cases are skipped.

mod selection;
mod shard;

use std::collections::BTreeSet;

pub use selection::{Ids, Selection, SelectionError, collect_ids};
pub use shard::{Shard, ShardError};

use crate::python::inventory::Interpreter;
use crate::python::specifier::VersionSpec;
use crate::python::version::InterpreterKey;
use crate::record::id::{CaseId, VariantId};
use crate::scenario::model::{Action, Import, NumberedStep, Requires, Scenario, Variant, Via};

/// One variant on one interpreter. Numbers are indices into the lists of the [`Plan`].
#[derive(Clone, Debug)]
pub struct Case {
    /// Its row.
    pub variant_id: VariantId,
    /// Index of the scenario.
    pub scenario: usize,
    /// Index of the variant in its scenario.
    pub variant: usize,
    /// Index of the interpreter.
    pub interpreter: usize,
    /// Why it does not run, known before anything runs.
    pub skip: Option<String>,
}

/// All cases of a run, ordered by scenario, variant and version.
#[derive(Debug)]
pub struct Plan {
    /// The selected scenarios.
    pub scenarios: Vec<Scenario>,
    /// Sorted by key.
    pub interpreters: Vec<Interpreter>,
    /// Rows times columns, or what is left of them.
    pub cases: Vec<Case>,
    /// Which part of the rows these are.
    pub shard: Shard,
}

impl Plan {
    /// Plans every variant on every interpreter.
    pub fn new(scenarios: Vec<Scenario>, interpreters: Vec<Interpreter>) -> Self {
        let mut cases = Vec::new();
        for (scenario_index, scenario) in scenarios.iter().enumerate() {
            for (variant_index, variant) in scenario.variants.iter().enumerate() {
                for (interpreter_index, interpreter) in interpreters.iter().enumerate() {
                    cases.push(Case {
                        variant_id: variant.id.clone(),
                        scenario: scenario_index,
                        variant: variant_index,
                        interpreter: interpreter_index,
                        skip: find_unmet_requirement(variant, interpreter),
                    });
                }
            }
        }
        Self {
            scenarios,
            interpreters,
            cases,
            shard: Shard::WHOLE,
        }
    }

    /// Keeps only the rows of a shard. All interpreters stay, even those that it leaves nothing to do: they ran this part.
    #[must_use]
    pub fn sharded(mut self, shard: Shard) -> Self {
        self.cases.retain(|case| shard.has(&case.variant_id));
        self.shard = shard;
        self
    }

    /// Keeps only the wanted cases, and the interpreters that they run on.
    #[must_use]
    pub fn only(mut self, wanted: impl Fn(&CaseId) -> bool) -> Self {
        let cases = std::mem::take(&mut self.cases).into_iter();
        self.cases = cases.filter(|case| wanted(&self.id_of(case))).collect();
        let used: BTreeSet<usize> = self.cases.iter().map(|case| case.interpreter).collect();
        let used: Vec<usize> = used.into_iter().collect();
        for case in &mut self.cases {
            case.interpreter = used.partition_point(|index| *index < case.interpreter);
        }
        let mut index = 0..;
        self.interpreters
            .retain(|_| index.next().is_some_and(|index| used.contains(&index)));
        self
    }

    /// The scenarios that have a case.
    pub fn used_scenarios(&self) -> impl Iterator<Item = &Scenario> {
        let used: BTreeSet<usize> = self.cases.iter().map(|case| case.scenario).collect();
        let all = self.scenarios.iter().enumerate();
        all.filter_map(move |(index, scenario)| used.contains(&index).then_some(scenario))
    }

    /// The identity of a case.
    pub fn id_of(&self, case: &Case) -> CaseId {
        CaseId {
            variant: case.variant_id.clone(),
            interpreter: self.interpreters[case.interpreter].key.clone(),
        }
    }

    /// The variant that a case runs.
    pub fn variant(&self, case: &Case) -> &Variant {
        &self.scenarios[case.scenario].variants[case.variant]
    }
}

/// Why nothing runs on a Python of Windows. (One of another system behind a command can be run on from there.)
const NO_WORKERS: &str = "the workers need fork and POSIX pipes, which Windows does not have";

/// Says why a variant cannot run on an interpreter, as far as that is known before it is asked.
fn find_unmet_requirement(variant: &Variant, interpreter: &Interpreter) -> Option<String> {
    let platform = &interpreter.info.platform;
    let system = match platform.split('-').next().unwrap_or_default() {
        "darwin" => "macos",
        "win32" => "windows",
        system => system,
    };
    if system == "windows" {
        return Some(NO_WORKERS.to_owned());
    }
    let os = &variant.requires.os;
    let other = !os.is_empty() && !os.iter().any(|known| known == system);
    find_misfit_version(variant, &interpreter.key)
        .or_else(|| other.then(|| format!("requires {}", os.join(" or "))))
}

/// Says why a variant cannot run on a version or build, if it cannot.
pub fn find_misfit_version(variant: &Variant, key: &InterpreterKey) -> Option<String> {
    let Requires { python, build, .. } = &variant.requires;
    let unfit = |spec: &&VersionSpec| !spec.matches(key);
    if let Some(spec) = python.as_ref().filter(unfit) {
        return Some(format!("requires Python {spec}"));
    }
    if let Some(spec) = build.as_ref().filter(unfit) {
        return Some(format!("requires a build that is {spec}"));
    }
    let is_lazy = |numbered: &NumberedStep<'_>| {
        let action = numbered.step.action.on(key);
        numbered.step.is_run_on(key)
            && matches!(action, Some(Action::Import(Import { via: Via::Lazy, .. })))
    };
    let has_lazy = (key.version.major, key.version.minor) >= (3, 15);
    let lazy = !has_lazy && variant.numbered().iter().any(is_lazy);
    lazy.then(|| "requires Python >=3.15 (`via: lazy`)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::Answer;
    use crate::python::inventory::PythonSource;
    use crate::record::id::{Choices, ScenarioId};
    use crate::scenario::model::Conditions;

    pub(super) fn scenario(id: &str, tags: &[&str], via: &[&str]) -> Scenario {
        let scenario = ScenarioId(id.into());
        let variant = |choices: Choices| Variant {
            id: VariantId::new(&scenario, &choices),
            choices,
            modules: vec![],
            entry: None,
            steps: vec![],
            watch: vec![],
            requires: Requires::default(),
            timeout: None,
            interpreter: Conditions::default(),
            compare: vec![],
            is_judged: false,
            xfail_marks: vec![],
        };
        let choices = via
            .iter()
            .map(|via| Choices(vec![("via".into(), (*via).into())]));
        Scenario {
            id: scenario.clone(),
            file: String::new(),
            title: String::new(),
            about: None,
            refs: vec![],
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            changes: vec![],
            parameters: vec![],
            unset: vec![],
            variants: if via.is_empty() {
                vec![variant(Choices::default())]
            } else {
                choices.map(variant).collect()
            },
            digest: String::new(),
            text: "".into(),
        }
    }

    #[test]
    fn nothing_runs_on_a_python_of_windows() {
        let interpreter = |platform: &str| {
            let info = Answer::cpython("3.13.0").with("platform", platform).info();
            Interpreter {
                key: info.key(),
                command: vec!["python".into()],
                flags: vec![],
                env: vec![],
                sources: PythonSource::Path.into(),
                info,
            }
        };
        let mut scenario = scenario("a", &[], &["b", "c"]);
        scenario.variants[1].requires.os = vec!["windows".into()];
        let skips = |platform: &str| {
            let plan = Plan::new(vec![scenario.clone()], vec![interpreter(platform)]);
            let skips = plan.cases.into_iter().map(|case| case.skip);
            skips.collect::<Vec<_>>()
        };
        for platform in ["win32-x86_64", "win32"] {
            assert_eq!(
                skips(platform),
                [Some(NO_WORKERS.into()), Some(NO_WORKERS.into())]
            );
        }
        assert_eq!(
            skips("linux-x86_64"),
            [None, Some("requires windows".into())]
        );
    }
}
