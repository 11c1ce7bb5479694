//! What pyenv and pyenv-win installed: `$PYENV_ROOT/versions/*`.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};

use super::{Collector, Environment, PythonSource, System};

/// Every Python of every version, and of the environments in it (of a conda that pyenv installed, or of pyenv-virtualenv,
/// whose entry among the versions is a link). The Python of a virtual environment turns out to be that of its base.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    for folder in folders(environment) {
        let mut versions = collector.list_dir(&folder, PythonSource::Pyenv);
        versions.sort_by_key(|path| numbers(path));
        collector.scan_versions(&versions, PythonSource::Pyenv);
    }
}

/// The folders with executables in a folder of versions, newest version first.
pub(in crate::python) fn bins(folder: &Path, environment: &Environment) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut versions: Vec<_> = entries.map(|entry| entry.path()).collect();
    versions.sort_by_key(|path| Reverse(numbers(path)));
    let bins = versions.iter().map(|path| environment.bin(path));
    bins.collect()
}

/// The folders of versions: those of every root that a variable names (pyenv-win has some of its own), and of the usual one.
/// The first is the one in use; but a variable may be set for one program and `PATH` for another.
pub(in crate::python) fn folders(environment: &Environment) -> Vec<PathBuf> {
    let usual = match environment.system {
        System::Windows => ".pyenv/pyenv-win",
        _ => ".pyenv",
    };
    let mut roots = environment.folder_variables(&["PYENV_ROOT", "PYENV", "PYENV_HOME"]);
    roots.extend(environment.at_home(usual));
    let folders = roots.into_iter().map(|root| root.join("versions"));
    folders.collect()
}

fn numbers(path: &Path) -> (Vec<u64>, String) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let numbers = name.split('.').map_while(|part| part.parse().ok());
    (numbers.collect(), name.clone().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn versions_in_order_from_the_root_that_is_set_and_the_usual_one() {
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
        let below = |root: &str| {
            ["envy", "3.9.18", "3.10.13"]
                .map(|version| format!("{root}/versions/{version}/bin/python"))
        };
        let usual = below("home/.pyenv");
        assert_eq!(paths_seen(&machine, &at_home, discover), usual);
        let both = [below("elsewhere"), usual].concat();
        assert_eq!(paths_seen(&machine, &set, discover), both);
    }

    #[test]
    fn a_conda_that_pyenv_installed_has_environments() {
        let machine = Machine::new();
        let path = "home/.pyenv/versions/miniforge3/envs/new/bin/python";
        machine.python(path, Answer::cpython("3.12.1"));
        let environment = machine.environment();
        assert_eq!(paths_seen(&machine, &environment, discover), [path]);
    }

    #[test]
    fn pyenv_win_has_no_bin() {
        let machine = Machine::new();
        let path = "home/.pyenv/pyenv-win/versions/3.9.13/python.exe";
        machine.python(path, Answer::cpython("3.9.13"));
        assert_eq!(paths_seen(&machine, &machine.windows(), discover), [path]);
        let mut set = machine.windows();
        machine.python("p/versions/3.8.10/python.exe", Answer::cpython("3.8.10"));
        set.variables.set("PYENV", machine.at("p"));
        let found = paths_seen(&machine, &set, discover);
        assert_eq!(found, ["p/versions/3.8.10/python.exe", path]);
    }

    #[test]
    fn no_pyenv_is_no_problem() {
        let environment = Environment {
            home: None,
            ..Machine::new().environment()
        };
        assert!(folders(&environment).is_empty());
        assert!(bins(Path::new("/no/such/folder"), &environment).is_empty());
    }
}
