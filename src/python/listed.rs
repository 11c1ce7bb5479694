//! Interpreters that a `pythons.yaml` lists.

use std::path::Path;

use super::cache::Cache;
use super::discover::DiscoverError;
use super::environment::Environment;
use super::inventory::{Interpreter, Rejected};
use super::named::command;
use super::probe_all::{ProbeOptions, as_named, judged, probe_all};
use super::pythons_yaml::ListedPython;
use super::reject::Unusable;
use super::source::Origin;

/// Asks each what it is. One that cannot be used is rejected, and one without which nothing may run an error, if `hold`.
pub(super) async fn ask(
    environment: &Environment,
    listed: &[ListedPython],
    hold: bool,
    options: ProbeOptions,
    cache: &mut Cache,
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
        let origin = Origin::Listed.into();
        let mut one = Rejected::new(Path::new(&place), &reason, origin, environment);
        if matches!(reason, Unusable::File(_)) {
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
        match command(&one.request, &there) {
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
        match judged(command, Origin::Listed.into(), answer) {
            Ok(interpreter) => {
                let mut interpreter = as_named(interpreter, &one.flags, &one.env);
                interpreter.key.label.clone_from(&one.request.label);
                interpreters.push(interpreter);
            }
            Err(reason) => unusable(one, reason)?,
        }
    }
    Ok((interpreters, rejected))
}
