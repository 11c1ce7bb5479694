//! Interpreters that are named by path, name or command, with `--python` or in a `pythons.yaml`.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};

use super::classify::{FileKind, classify, normalize_path};
use super::collector::parse_numbers;
use super::discover::{DiscoverError, Search};
use super::environment::Environment;
use super::inventory::{Interpreter, Rejected};
use super::probe_queue::probe_all;
use super::pythons_yaml::NamedPython;
use super::reject::RejectReason;
use super::request::{PythonRequest, RequestTarget};
use super::shim;
use super::source::PythonSource;
use super::sources::version_dirs;
use crate::text::printable;

impl NamedPython {
    /// Creates the one that `--python` names.
    pub(super) fn requested(request: &PythonRequest, environment: &Environment) -> Self {
        Self {
            request: request.clone(),
            flags: Vec::new(),
            env: Vec::new(),
            required: true,
            is_on_demand: false,
            location: None,
            folder: environment.working_directory.clone(),
        }
    }

    /// Returns the source that names it.
    fn source(&self) -> PythonSource {
        match self.location {
            Some(_) => PythonSource::Listed,
            None => PythonSource::Command,
        }
    }

    /// Returns the words that start it.
    fn resolve(&self, environment: &Environment) -> Result<Vec<String>, RejectReason> {
        let in_folder = Environment {
            working_directory: self.folder.clone(),
            ..environment.clone()
        };
        Ok(self.command(resolve_command(&self.request, &in_folder)?))
    }

    /// Labels the interpreter, and adds what its command does to a Python: whatever is measured there is started with the same
    /// flags, and, where the command is a script of this machine, with the same variables. What they are behind any other
    /// command may be the doing of wherever it leads to. The entry of a list adds flags, and its variables win.
    fn configure(&self, mut interpreter: Interpreter) -> Interpreter {
        interpreter.key.label.clone_from(&self.request.label);
        interpreter.env.clone_from(&self.env);
        let info = &interpreter.info;
        interpreter.flags = info.flags.iter().chain(&self.flags).cloned().collect();
        let is_listed = |name: &String| self.env.iter().any(|(known, _)| known == name);
        let mut of_command = info.variables.clone();
        of_command.retain(|(name, _)| !is_listed(name));
        if interpreter.command.len() == 1 {
            interpreter.env.splice(0..0, of_command);
            return interpreter;
        }
        for (name, _) in of_command {
            tracing::warn!(
                "`{}` sets {name}, which does not reach what is measured there; list it in a pythons.yaml, with `env: {{{name}: …}}`",
                interpreter.command_line()
            );
        }
        interpreter
    }
}

impl Search<'_> {
    /// Probes named Pythons. Those that cannot be used are rejected.
    ///
    /// # Errors
    /// [`DiscoverError::Unusable`] if one is required and cannot be used; the first whose command cannot be, else the first that
    /// gives no fitting answer.
    pub(super) async fn probe_named(
        &mut self,
        named: Vec<NamedPython>,
    ) -> Result<Vec<Interpreter>, DiscoverError> {
        let (mut commands, mut interpreters) = (Vec::new(), Vec::new());
        for python in named {
            match python.resolve(self.environment) {
                Ok(command) => commands.push((python, command)),
                Err(reason) => self.reject_named(&python, reason)?,
            }
        }
        for (python, command, answer) in probe_all(commands, self.options, &mut self.cache).await {
            match Interpreter::from_probe(command, python.source(), answer) {
                Ok(interpreter) => interpreters.push(python.configure(interpreter)),
                Err(reason) => self.reject_named(&python, reason)?,
            }
        }
        Ok(interpreters)
    }

    /// Adds a named Python to the rejected, unless it is required.
    fn reject_named(
        &mut self,
        python: &NamedPython,
        reason: RejectReason,
    ) -> Result<(), DiscoverError> {
        let request = python.name();
        if python.required {
            return Err(DiscoverError::Unusable { request, reason });
        }
        let sources = python.source().into();
        let mut rejected = Rejected::new(request.as_ref(), &reason, sources, self.environment);
        if matches!(reason, RejectReason::NoFile(_)) {
            "mend its entry, or take it out".clone_into(&mut rejected.help);
        }
        self.rejected.push(rejected);
        Ok(())
    }
}

/// Returns the words a request stands for, with relative paths made absolute: interpreters run in folders of their own.
fn resolve_command(
    request: &PythonRequest,
    environment: &Environment,
) -> Result<Vec<String>, RejectReason> {
    let to_absolute = |word: &str| {
        let path = match (word.strip_prefix("~/"), &environment.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => environment.working_directory.join(word),
        };
        // Links stay as the user wrote them.
        normalize_path(&std::path::absolute(&path).unwrap_or(path))
    };
    let to_text = |path: &Path| {
        let text = path.to_str().map(str::to_owned);
        text.ok_or(RejectReason::NotUtf8)
    };
    let no_file = |reason: &str| RejectReason::NoFile(reason.to_owned());
    // A blank in the path of a file that is there separates no words.
    let whole_path = request.file.as_deref().map(to_absolute);
    let path = match (whole_path.filter(|path| path.is_file()), &request.target) {
        (Some(path), _) => path,
        (None, RequestTarget::Command(words)) => {
            let mut words = words.clone();
            if words[0].contains(std::path::is_separator) {
                words[0] = to_text(&to_absolute(&words[0]))?;
            }
            // It starts in a folder of its own. Words that say they are paths, and of files that are here, are those; the
            // Python itself may be elsewhere, unless `env` alone stands before it.
            let end = words.len() - usize::from(words[0] != "env");
            for word in &mut words[1..end] {
                let mut starts = ["./", "../", "~/"].iter();
                let path = to_absolute(word);
                if starts.any(|start| word.starts_with(start)) && path.exists() {
                    *word = to_text(&path)?;
                }
            }
            return Ok(words);
        }
        (None, RequestTarget::Path(path)) => to_absolute(path),
        (None, RequestTarget::Name(name)) => {
            resolve_name(name, environment).map_err(RejectReason::NoFile)?
        }
        (None, _) => return Err(no_file("a version, not a command")),
    };
    match classify(&path, environment) {
        Ok(FileKind::Executable) => Ok(vec![to_text(&path)?]),
        Ok(FileKind::Other) => Err(no_file("not a file")),
        Ok(FileKind::Absent) => Err(match &request.no_command {
            Some(error) => RejectReason::NoFile(format!("no such file; {error}")),
            None => no_file("no such file"),
        }),
        Err(RejectReason::Shim(shim)) => Err(RejectReason::NoFile(format!(
            "a {shim}; name the interpreter behind it"
        ))),
        Err(reason) => Err(reason),
    }
}

/// Returns the executable a bare name means: the first on PATH that is no shim, else the newest of what is behind the shims,
/// else pyenv's newest.
///
/// # Errors
/// Why the name means none.
fn resolve_name(name: &str, environment: &Environment) -> Result<PathBuf, String> {
    let path_list = environment.variable("PATH");
    let found = which::which_in_all(name, path_list, &environment.working_directory);
    let found: Vec<_> = found.into_iter().flatten().collect();
    let is_executable =
        |path: &PathBuf| matches!(classify(path, environment), Ok(FileKind::Executable));
    let behind_shims = || {
        let shims = found.iter().filter_map(|path| shim::detect_shim(path));
        let roots: Vec<_> = shims
            .filter_map(|shim| shim.root().map(shim::install_dirs))
            .collect();
        let dirs = roots.into_iter().flatten().map(|(dir, _)| dir);
        dirs.chain(version_dirs(PythonSource::Pyenv, environment))
            .flat_map(|dir| list_bins(&dir, environment))
            .map(|bin| bin.join(name))
            .find(is_executable)
    };
    let on_path = found.iter().find(|path| is_executable(path)).cloned();
    on_path.or_else(behind_shims).ok_or_else(|| {
        let Some(path) = found.first() else {
            return "no such executable on PATH or in pyenv".to_owned();
        };
        let reason = match classify(path, environment) {
            Err(RejectReason::Shim(shim)) => {
                format!(", a {shim}; name the interpreter behind it")
            }
            Err(reason) => format!(": {reason}"),
            Ok(_) => ", which is not a file".to_owned(),
        };
        let path = printable(&path.to_string_lossy());
        format!("only {path} has that name{reason}")
    })
}

/// Returns the folders with executables in a folder of versions, newest version first.
fn list_bins(dir: &Path, environment: &Environment) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut versions: Vec<_> = entries.map(|entry| entry.path()).collect();
    versions.sort_by_cached_key(|path| Reverse(parse_numbers(path)));
    versions.iter().map(|path| environment.bin(path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn a_path_may_have_blanks_and_quotes() {
        let machine = Machine::new();
        let environment = machine.environment();
        let resolve = |text: &str| resolve_command(&text.parse().unwrap(), &environment);
        for path in [
            "my dir/bin/python",
            "my dir/own build",
            "it's/python3",
            "a b",
        ] {
            let absolute = machine.python(path, Answer::cpython("3.9.18"));
            let words = [absolute.to_str().unwrap().to_owned()];
            for text in [
                words[0].clone(),
                format!("./{path}"),
                format!("own={}", words[0]),
            ] {
                assert_eq!(resolve(&text).unwrap(), words, "{text}");
            }
        }
        let quoted = format!("'{}'", machine.text("my dir/bin/python"));
        assert_eq!(
            resolve(&quoted).unwrap(),
            [machine.text("my dir/bin/python")]
        );
        // Without such a file they are words.
        let words = [machine.text("your"), "dir/bin/python".to_owned()];
        assert_eq!(resolve("./your dir/bin/python").unwrap(), words);
        let error = resolve("./your dir/own").unwrap_err().to_string();
        let start = "no such file; the command `./your dir/own` ends in `dir/own`";
        assert!(error.starts_with(start), "{error}");
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
        environment.set("PATH", path);
        for name in ["python3", "python3.9", "python3.5", "python3.8"] {
            machine.script(&format!("shims/{name}"), &format!("exec pyenv exec {name}"));
        }
        for path in [
            "usr/bin/python3",
            "home/.pyenv/versions/3.9.2/bin/python3.9",
            "home/.pyenv/versions/3.9.18/bin/python3.9",
            // In no usual place, but beside the shims.
            "versions/3.5.9/bin/python3.5",
            "versions/3.5.10/bin/python3.5",
        ] {
            machine.python(path, Answer::cpython("3.9.18"));
        }
        for (name, path) in [
            ("python3", "usr/bin/python3"),
            ("python3.9", "home/.pyenv/versions/3.9.18/bin/python3.9"),
            ("python3.5", "versions/3.5.10/bin/python3.5"),
        ] {
            assert_eq!(resolve_name(name, &environment).unwrap(), machine.at(path));
        }
        for (name, reason) in [
            ("python3.8", "shims/python3.8 has that name, a pyenv shim"),
            ("python3.7", "no such executable on PATH or in pyenv"),
        ] {
            let error = resolve_name(name, &environment).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }
}
