//! Interpreters that a `pythons.yaml` lists.

use std::path::Path;

use super::cache::ProbeCache;
use super::discover::DiscoverError;
use super::environment::Environment;
use super::inventory::{Interpreter, Rejected};
use super::named::resolve_command;
use super::probe_all::{ProbeOptions, apply_command_settings, check_supported, probe_all};
use super::pythons_yaml::ListedPython;
use super::reject::RejectReason;
use super::source::PythonSource;

/// Asks each what it is. One that cannot be used is rejected, and one without which nothing may run an error, if `hold`.
pub(super) async fn probe_listed(
    environment: &Environment,
    listed: &[ListedPython],
    hold: bool,
    options: ProbeOptions,
    cache: &mut ProbeCache,
) -> Result<(Vec<Interpreter>, Vec<Rejected>), DiscoverError> {
    let mut rejected = Vec::new();
    let mut unusable = |one: &ListedPython, reason| {
        let place = format!("{} ({})", one.name(), one.place);
        if one.required && hold {
            return Err(DiscoverError::Unusable {
                request: place,
                reason,
            });
        }
        let source = PythonSource::Listed.into();
        let mut one = Rejected::new(Path::new(&place), &reason, source, environment);
        if matches!(reason, RejectReason::File(_)) {
            "mend its entry, or take it out".clone_into(&mut one.help);
        }
        rejected.push(one);
        Ok(())
    };
    let (mut asked, mut commands) = (Vec::new(), Vec::new());
    for one in listed {
        let there = Environment {
            working_directory: one.folder.clone(),
            ..environment.clone()
        };
        match resolve_command(&one.request, &there) {
            Ok(words) => {
                asked.push(one);
                commands.push(one.command(words));
            }
            Err(reason) => unusable(one, reason)?,
        }
    }
    let answers = probe_all(commands.clone(), options, cache).await;
    let mut interpreters = Vec::new();
    for ((one, command), answer) in asked.into_iter().zip(commands).zip(answers) {
        match check_supported(command, PythonSource::Listed.into(), answer) {
            Ok(interpreter) => {
                let mut interpreter = apply_command_settings(interpreter, &one.flags, &one.env);
                interpreter.key.label.clone_from(&one.request.label);
                interpreters.push(interpreter);
            }
            Err(reason) => unusable(one, reason)?,
        }
    }
    Ok((interpreters, rejected))
}
