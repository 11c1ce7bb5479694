//! Interpreters the user names by path, name or command.

use std::path::{Path, PathBuf};

use super::cache::ProbeCache;
use super::classify::{classify, normalize_path};
use super::discover::DiscoverError;
use super::environment::Environment;
use super::interpreter_info::printable;
use super::inventory::Interpreter;
use super::probe_all::{ProbeOptions, apply_command_settings, check_supported, probe_all};
use super::reject::RejectReason;
use super::request::{PythonRequest, RequestTarget};
use super::shim;
use super::source::PythonSource;
use super::sources::pyenv;

/// The interpreters named by path, name or command.
pub(super) async fn probe_requested(
    environment: &Environment,
    requests: &[PythonRequest],
    options: ProbeOptions,
    cache: &mut ProbeCache,
) -> Result<Vec<Interpreter>, DiscoverError> {
    let unusable = |request: &PythonRequest, reason| DiscoverError::Unusable {
        request: request.to_string(),
        reason,
    };
    let mut named = Vec::new();
    for request in requests.iter().filter(|request| !request.is_version()) {
        let command =
            resolve_command(request, environment).map_err(|reason| unusable(request, reason))?;
        named.push((request, command));
    }
    let commands = named.iter().map(|(_, command)| command.clone()).collect();
    let answers = probe_all(commands, options, cache).await;
    named
        .into_iter()
        .zip(answers)
        .map(|((request, command), answer)| {
            let interpreter = check_supported(command, PythonSource::Command.into(), answer)
                .map_err(|reason| unusable(request, reason))?;
            let mut interpreter = apply_command_settings(interpreter, &[], &[]);
            interpreter.key.label.clone_from(&request.label);
            Ok(interpreter)
        })
        .collect()
}

/// The words a request stands for, with relative paths made absolute: interpreters run in folders of their own.
pub(super) fn resolve_command(
    request: &PythonRequest,
    environment: &Environment,
) -> Result<Vec<String>, RejectReason> {
    let absolute = |word: &str| {
        let path = match (word.strip_prefix("~/"), &environment.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => environment.working_directory.join(word),
        };
        // Links stay as the user wrote them.
        normalize_path(&std::path::absolute(&path).unwrap_or(path))
    };
    let text = |path: &Path| {
        path.to_str()
            .map(str::to_owned)
            .ok_or(RejectReason::NotUtf8)
    };
    let file = |reason: &str| RejectReason::File(reason.to_owned());
    // A blank in the path of a file that is there separates no words.
    let whole = request.file.as_deref().map(absolute);
    let path = match (whole.filter(|path| path.is_file()), &request.wanted) {
        (Some(path), _) => path,
        (None, RequestTarget::Command(words)) => {
            let mut words = words.clone();
            if words[0].contains(std::path::is_separator) {
                words[0] = text(&absolute(&words[0]))?;
            }
            // It starts in a folder of its own. Words that say they are paths, and of files that are here, are those; the
            // Python itself may be elsewhere, unless `env` alone stands before it.
            let here = words[0] == "env";
            let last = words.len() - usize::from(!here);
            for word in &mut words[1..last] {
                let is_path = ["./", "../", "~/"]
                    .iter()
                    .any(|start| word.starts_with(start));
                let path = absolute(word);
                if is_path && path.exists() {
                    *word = text(&path)?;
                }
            }
            return Ok(words);
        }
        (None, RequestTarget::Path(path)) => absolute(path),
        (None, RequestTarget::Name(name)) => {
            resolve_name(name, environment).map_err(RejectReason::File)?
        }
        (
            None,
            RequestTarget::Spec { .. }
            | RequestTarget::Prerelease { .. }
            | RequestTarget::Key(_)
            | RequestTarget::Label(_),
        ) => {
            return Err(file("a version, not a command"));
        }
    };
    match classify(&path, environment) {
        Ok(true) => Ok(vec![text(&path)?]),
        Ok(false) if path.exists() => Err(file("not a file")),
        Ok(false) => Err(match &request.no_command {
            Some(error) => RejectReason::File(format!("no such file; {error}")),
            None => file("no such file"),
        }),
        Err(RejectReason::Shim(kind)) => Err(RejectReason::File(format!(
            "a {kind}; name the interpreter behind it"
        ))),
        Err(reason) => Err(reason),
    }
}

/// The executable a bare name means: the first on PATH that is no shim, else the newest of what is behind the shims, else
/// pyenv's newest.
///
/// # Errors
/// Why the name means none.
fn resolve_name(name: &str, environment: &Environment) -> Result<PathBuf, String> {
    let found: Vec<_> = which::which_in_all(
        name,
        environment.variable("PATH"),
        &environment.working_directory,
    )
    .into_iter()
    .flatten()
    .collect();
    let starts = |path: &Path| matches!(classify(path, environment), Ok(true));
    let on_path = found.iter().find(|path| starts(path));
    let in_pyenv = || {
        let shims = found.iter().filter_map(|path| shim::detect_shim(path));
        let roots: Vec<_> = shims
            .filter_map(|shim| shim.root().map(shim::install_dirs))
            .collect();
        let folders = roots.into_iter().flatten().map(|(folder, _)| folder);
        folders
            .chain(pyenv::folders(environment))
            .flat_map(|folder| pyenv::bins(&folder, environment))
            .map(|bin| bin.join(name))
            .find(|path| starts(path))
    };
    on_path
        .cloned()
        .or_else(in_pyenv)
        .ok_or_else(|| match found.first() {
            Some(path) => {
                let shown = printable(&path.to_string_lossy());
                match classify(path, environment) {
                    Err(RejectReason::Shim(kind)) => {
                        format!(
                            "only {shown} has that name, a {kind}; name the interpreter behind it"
                        )
                    }
                    Err(reason) => format!("only {shown} has that name: {reason}"),
                    Ok(_) => format!("only {shown} has that name, which is not a file"),
                }
            }
            None => "no such executable on PATH or in pyenv".to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn a_path_may_have_blanks_and_quotes() {
        let machine = Machine::new();
        let environment = machine.environment();
        let read = |text: &str| resolve_command(&text.parse().unwrap(), &environment);
        for path in [
            "my dir/bin/python",
            "my dir/own build",
            "it's/python3",
            "a b",
        ] {
            let place = machine.python(path, Answer::cpython("3.9.18"));
            let words = [place.to_str().unwrap().to_owned()];
            for text in [
                words[0].clone(),
                format!("./{path}"),
                format!("own={}", words[0]),
            ] {
                assert_eq!(read(&text).unwrap(), words, "{text}");
            }
        }
        let quoted = format!("'{}'", machine.text("my dir/bin/python"));
        assert_eq!(read(&quoted).unwrap(), [machine.text("my dir/bin/python")]);
        // Without such a file they are words.
        assert_eq!(
            read("./your dir/bin/python").unwrap(),
            [machine.text("your"), "dir/bin/python".to_owned()]
        );
        let error = read("./your dir/own").unwrap_err().to_string();
        assert!(
            error.starts_with("no such file; the command `./your dir/own` ends in `dir/own`"),
            "{error}"
        );
    }

    #[test]
    fn a_path_is_without_detours() {
        let machine = Machine::new();
        let python = machine.python("usr/bin/python3", Answer::cpython("3.9.18"));
        std::fs::create_dir(machine.at("home")).unwrap();
        let request = "~/../usr/./bin/python3".parse().unwrap();
        let words = resolve_command(&request, &machine.environment()).unwrap();
        assert_eq!(Path::new(&words[0]), python);
    }

    #[test]
    #[cfg_attr(windows, ignore = "looks for programs by names without an extension")]
    fn a_name_passes_over_shims() {
        let machine = Machine::new();
        let mut environment = machine.environment();
        let path = std::env::join_paths([machine.at("shims"), machine.at("usr/bin")]).unwrap();
        environment.variables.set("PATH", path);
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
        assert_eq!(resolve_name("python3", &environment).unwrap(), system);
        assert_eq!(
            resolve_name("python3.9", &environment).unwrap(),
            machine.at("home/.pyenv/versions/3.9.18/bin/python3.9")
        );
        // One in no usual place.
        machine.script("shims/python3.5", "exec pyenv exec python3.5");
        let behind = ["3.5.9", "3.5.10"].map(|version| {
            let path = format!("versions/{version}/bin/python3.5");
            machine.python(&path, Answer::cpython(version))
        });
        assert_eq!(resolve_name("python3.5", &environment).unwrap(), behind[1]);
        machine.script("shims/python3.8", "exec pyenv exec python3.8");
        let error = resolve_name("python3.8", &environment).unwrap_err();
        assert!(
            error.contains("shims/python3.8 has that name, a pyenv shim"),
            "{error}"
        );
        assert_eq!(
            resolve_name("python3.7", &environment).unwrap_err(),
            "no such executable on PATH or in pyenv"
        );
    }
}
