//! Builds the program of a variant: each step becomes the Python it stands for.

use std::collections::BTreeSet;

use super::fixtures::{add_report, build_files};
use super::injected_sys::{SYS, find_steps_with_sys};
use super::{Mode, Program, ProgramStep};
use crate::python::version::InterpreterKey;
use crate::scenario::model::{Action, NumberedStep, Variant};

/// Builds the program of a variant on an interpreter.
pub fn build_program(variant: &Variant, key: &InterpreterKey) -> Program {
    let numbered = variant.numbered();
    let with_sys = find_steps_with_sys(variant, key);
    let (mut bodies, mut steps) = (Vec::new(), Vec::new());
    for numbered in &numbered {
        let mut step = build_step(variant, numbered, key);
        if with_sys.contains(&step.number) && !step.helpers.contains(&"sys") {
            step.helpers.push(SYS);
        }
        match numbered.body {
            Some(_) => bodies.push(step),
            None => steps.push(step),
        }
    }
    let snapshots = numbered
        .iter()
        .filter_map(|numbered| match &numbered.step.action {
            Action::Snapshot(snapshot) => Some(snapshot.name.clone()),
            _ => None,
        });
    let renamed = variant.imports_by_version();
    let aliases: BTreeSet<String> = renamed.into_iter().map(|(_, name)| name).collect();
    let mut program = Program {
        watched: variant.watched_modules(),
        bound: variant.bound_names(),
        aliases: aliases.into_iter().collect(),
        snapshots: snapshots.collect(),
        files: build_files(&variant.modules, &bodies),
        needs: variant.requires.modules.clone(),
        packages: variant.requires.packages.clone(),
        launch: variant.interpreter.clone(),
        compares: variant.compared_output(),
        owns_process: variant.owns_process(),
        steps,
        bodies,
    };
    if program.helpers().contains(&"c_import") {
        program.needs.push("_ctypes".to_owned());
    }
    program
}

fn build_step(variant: &Variant, numbered: &NumberedStep<'_>, key: &InterpreterKey) -> ProgramStep {
    let step = numbered.step;
    let action = step.action.on(key);
    let (code, helpers) = action
        .filter(|_| step.is_run_on(key))
        .map(|action| action.operation().python(&add_report))
        .map(|python| (python.text, python.helpers))
        .unzip();
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
        helpers: helpers.unwrap_or_default(),
        compares: variant.compared_of_step(step),
    }
}
