//! A variant as a program: each step becomes the Python it stands for.

use std::collections::BTreeSet;

use super::fixture;
use super::lent::{SYS, steps_with_sys};
use super::{Mode, Program, ProgramStep};
use crate::python::version::InterpreterKey;
use crate::scenario::model::{Action, Numbered, Variant};

/// The program of a variant on an interpreter.
pub fn emit(variant: &Variant, key: &InterpreterKey) -> Program {
    let numbered = variant.numbered();
    let with_sys = steps_with_sys(variant, key);
    let (bodies, steps): (Vec<_>, Vec<_>) = numbered
        .iter()
        .map(|one| {
            let mut step = emit_step(variant, one, key);
            if with_sys.contains(&one.number) && !step.helpers.contains(&"sys") {
                step.helpers.push(SYS);
            }
            (one.body.is_some(), step)
        })
        .partition(|(in_body, _)| *in_body);
    let [bodies, steps] =
        [bodies, steps].map(|part| part.into_iter().map(|(_, step)| step).collect::<Vec<_>>());
    let snapshots = numbered.iter().filter_map(|one| match &one.step.action {
        Action::Snapshot(snapshot) => Some(snapshot.name.clone()),
        _ => None,
    });
    let renamed = variant.renamed();
    let aliases: BTreeSet<String> = renamed.into_iter().map(|(_, name)| name).collect();
    let mut needs = variant.requires.modules.clone();
    if steps
        .iter()
        .chain(&bodies)
        .any(|step| step.helpers.contains(&"c_import"))
    {
        needs.push("_ctypes".to_owned());
    }
    Program {
        watched: variant.watched(),
        bound: variant.bound_names(),
        aliases: aliases.into_iter().collect(),
        snapshots: snapshots.collect(),
        files: fixture::files(&variant.modules, &bodies),
        needs,
        packages: variant.requires.packages.clone(),
        launch: variant.interpreter.clone(),
        compares: variant.compared_output(),
        owns_process: variant.owns_process(),
        steps,
        bodies,
    }
}

fn emit_step(variant: &Variant, numbered: &Numbered<'_>, key: &InterpreterKey) -> ProgramStep {
    let step = numbered.step;
    let action = step.action.on(key);
    let (code, helpers) = match action.filter(|_| step.is_run_on(key)) {
        Some(action) => {
            let python = action.python(&fixture::reporting);
            (Some(python.text), python.helpers)
        }
        None => (None, vec![]),
    };
    let source = match action {
        Some(Action::Eval(_)) => Some(Mode::Eval),
        Some(Action::Run(_)) => Some(Mode::Exec),
        _ => None,
    };
    ProgramStep {
        source,
        number: numbered.number,
        action: numbered.action(),
        mode: source.unwrap_or(Mode::Exec),
        code,
        helpers,
        compares: variant.compared_of_step(step),
    }
}
