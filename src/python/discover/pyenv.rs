//! What pyenv and pyenv-win installed: `$PYENV_ROOT/versions/*`.

use std::path::{Path, PathBuf};

use super::candidate::{Sightings, listed};
use super::{Environment, Origin, System};

/// Every Python of every version, and of the environments in it (of a conda that pyenv installed, or of pyenv-virtualenv,
/// whose entry among the versions is a link). The Python of a virtual environment turns out to be that of its base.
pub(super) fn look(environment: &Environment, sightings: &mut Sightings) {
    for version in versions(environment) {
        sightings.look_below(&version, Origin::Pyenv);
        sightings.look_in_each(&version.join("envs"), Origin::Pyenv);
    }
}

/// The folders with executables, oldest version first.
pub(super) fn bins(environment: &Environment) -> Vec<PathBuf> {
    let versions = versions(environment).into_iter();
    versions.map(|path| environment.bin(&path)).collect()
}

/// The folder of the versions, if it can be told: pyenv-win has variables and a place of its own.
pub(super) fn folders(environment: &Environment) -> Vec<PathBuf> {
    let set = ["PYENV_ROOT", "PYENV", "PYENV_HOME"]
        .into_iter()
        .find_map(|name| environment.folder_variable(name));
    let usual = match environment.system {
        System::Windows => ".pyenv/pyenv-win",
        _ => ".pyenv",
    };
    let root = set.or_else(|| environment.at_home(usual));
    root.into_iter().map(|root| root.join("versions")).collect()
}

/// The installed versions, oldest first.
fn versions(environment: &Environment) -> Vec<PathBuf> {
    let folders = folders(environment);
    let mut versions: Vec<_> = folders.iter().flat_map(|path| listed(path)).collect();
    versions.sort_by_key(|path| numbers(path));
    versions
}

fn numbers(path: &Path) -> (Vec<u64>, String) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let numbers = name.split('.').map_while(|part| part.parse().ok());
    (numbers.collect(), name.clone().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::discover::tests::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn versions_in_order_from_the_root_that_is_set() {
        let machine = Machine::new();
        for version in ["3.9.18", "3.10.13", "envy"] {
            for root in ["home/.pyenv", "elsewhere"] {
                machine.python(
                    &format!("{root}/versions/{version}/bin/python"),
                    Answer::cpython("3.9.18"),
                );
            }
        }
        machine.script("home/.pyenv/shims/python", "exec pyenv exec python");
        let at_home = machine.environment();
        let mut set = machine.environment();
        set.variables.set("PYENV_ROOT", machine.at("elsewhere"));
        for (environment, root) in [(at_home, "home/.pyenv"), (set, "elsewhere")] {
            let expected = ["envy", "3.9.18", "3.10.13"]
                .map(|version| format!("{root}/versions/{version}/bin/python"));
            assert_eq!(paths_seen(&machine, &environment, look), expected);
        }
    }

    #[test]
    fn a_conda_that_pyenv_installed_has_environments() {
        let machine = Machine::new();
        let path = "home/.pyenv/versions/miniforge3/envs/new/bin/python";
        machine.python(path, Answer::cpython("3.12.1"));
        let environment = machine.environment();
        assert_eq!(paths_seen(&machine, &environment, look), [path]);
    }

    #[test]
    fn pyenv_win_has_no_bin() {
        let machine = Machine::new();
        let path = "home/.pyenv/pyenv-win/versions/3.9.13/python.exe";
        machine.python(path, Answer::cpython("3.9.13"));
        assert_eq!(paths_seen(&machine, &machine.windows(), look), [path]);
        let mut set = machine.windows();
        machine.python("p/versions/3.8.10/python.exe", Answer::cpython("3.8.10"));
        set.variables.set("PYENV", machine.at("p"));
        let found = paths_seen(&machine, &set, look);
        assert_eq!(found, ["p/versions/3.8.10/python.exe"]);
    }

    #[test]
    fn no_pyenv_is_no_problem() {
        let environment = Environment {
            home: None,
            ..Machine::new().environment()
        };
        assert!(bins(&environment).is_empty());
    }
}
