//! Interpreters the user names by path, name or command.

use std::path::{Path, PathBuf};

use super::ask::{Unusable, judged, probe_all};
use super::candidate::usable;
use super::{DiscoverError, Environment, Origin, ProbeOptions, shim};
use crate::python::facts::printable;
use crate::python::inventory::Interpreter;
use crate::python::request::{PythonRequest, Wanted};

/// The interpreters named by path, name or command.
pub(super) async fn asked_for(
    environment: &Environment,
    requests: &[PythonRequest],
    options: ProbeOptions,
) -> Result<Vec<Interpreter>, DiscoverError> {
    let unusable = |request: &PythonRequest, reason| DiscoverError::Unusable {
        request: request.to_string(),
        reason,
    };
    let mut named = Vec::new();
    for request in requests.iter().filter(|request| !request.is_version()) {
        let command = command(request, environment)
            .map_err(|reason| unusable(request, Unusable::File(reason)))?;
        named.push((request, command));
    }
    let commands = named.iter().map(|(_, command)| command.clone()).collect();
    let answers = probe_all(commands, options).await;
    named
        .into_iter()
        .zip(answers)
        .map(|((request, command), answer)| {
            let mut interpreter = judged(command, Origin::Command, answer)
                .map_err(|reason| unusable(request, reason))?;
            interpreter.key.label.clone_from(&request.label);
            Ok(interpreter)
        })
        .collect()
}

/// The words a request stands for, with relative paths made absolute: interpreters run in folders of their own.
fn command(request: &PythonRequest, environment: &Environment) -> Result<Vec<String>, String> {
    let absolute = |word: &str| {
        let path = match (word.strip_prefix("~/"), &environment.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => environment.working_directory.join(word),
        };
        // Without `.` and `..` there is nothing to resolve, and links stay as the user wrote them.
        std::path::absolute(&path).unwrap_or(path)
    };
    let text = |path: &Path| {
        path.to_str()
            .map(str::to_owned)
            .ok_or_else(|| "the path is not UTF-8".to_owned())
    };
    let path = match &request.wanted {
        Wanted::Command(words) => {
            let mut words = words.clone();
            if words[0].contains(std::path::is_separator) {
                words[0] = text(&absolute(&words[0]))?;
            }
            return Ok(words);
        }
        Wanted::Path(path) => absolute(path),
        Wanted::Name(name) => named(name, environment)?,
        Wanted::Spec { .. } | Wanted::Key(_) => return Err("a version, not a command".to_owned()),
    };
    if !path.exists() {
        return Err("no such file".to_owned());
    }
    if !path.is_file() {
        return Err("not a file".to_owned());
    }
    if let Some(kind) = shim::shim(&path) {
        return Err(format!("a {kind}; name the interpreter behind it"));
    }
    Ok(vec![text(&path)?])
}

/// The executable a bare name means: the first on PATH that is no shim, else pyenv's newest.
///
/// # Errors
/// Why the name means none.
fn named(name: &str, environment: &Environment) -> Result<PathBuf, String> {
    let found: Vec<_> = which::which_in_all(
        name,
        environment.path.as_ref(),
        &environment.working_directory,
    )
    .into_iter()
    .flatten()
    .collect();
    let on_path = found.iter().find(|path| shim::shim(path).is_none());
    let in_pyenv = || {
        super::pyenv::bins(environment)
            .into_iter()
            .rev()
            .map(|bin| bin.join(name))
            .find(|path| usable(path) == Ok(true))
    };
    on_path
        .cloned()
        .or_else(in_pyenv)
        .ok_or_else(|| match found.first() {
            Some(path) => format!(
                "only {} has that name, a {}; name the interpreter behind it",
                printable(&path.to_string_lossy()),
                shim::shim(path).unwrap_or_default()
            ),
            None => "no such executable on PATH or in pyenv".to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn a_name_passes_over_shims() {
        let machine = Machine::new();
        let environment = Environment {
            path: Some(std::env::join_paths([machine.at("shims"), machine.at("usr/bin")]).unwrap()),
            ..machine.environment()
        };
        machine.script("shims/python3", "exec pyenv exec python3");
        machine.script("shims/python3.9", "exec pyenv exec python3.9");
        let answer = Answer::cpython("3.9.18");
        for old in ["3.9.2", "3.9.18"] {
            machine.python(
                &format!("home/.pyenv/versions/{old}/bin/python3.9"),
                answer.clone(),
            );
        }
        let system = machine.python("usr/bin/python3", answer);
        assert_eq!(named("python3", &environment).unwrap(), system);
        assert_eq!(
            named("python3.9", &environment).unwrap(),
            machine.at("home/.pyenv/versions/3.9.18/bin/python3.9")
        );
        machine.script("shims/python3.8", "exec pyenv exec python3.8");
        let error = named("python3.8", &environment).unwrap_err();
        assert!(
            error.contains("shims/python3.8 has that name, a pyenv shim"),
            "{error}"
        );
        assert_eq!(
            named("python3.7", &environment).unwrap_err(),
            "no such executable on PATH or in pyenv"
        );
    }
}
