//! What pyenv and pyenv-win installed: `$PYENV_ROOT/versions/*`.

use std::path::{Path, PathBuf};

use super::{Collector, Environment, System};

/// Collects every Python of every version, and of the environments in it (of a conda that pyenv installed, or of
/// pyenv-virtualenv, whose entry among the versions is a link). The Python of a virtual environment turns out to be that of
/// its base.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    for dir in version_dirs(environment) {
        let mut versions = collector.list_dir(&dir);
        versions.sort_by_cached_key(|path| parse_numbers(path));
        collector.scan_conda_like(&versions);
    }
}

/// Returns the folders with executables in a folder of versions, newest version first.
pub(in crate::python) fn list_bins(dir: &Path, environment: &Environment) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut versions: Vec<_> = entries.map(|entry| entry.path()).collect();
    versions.sort_by_cached_key(|path| parse_numbers(path));
    let newest_first = versions.iter().rev();
    newest_first.map(|path| environment.bin(path)).collect()
}

/// Returns the folders of versions: those of every root that a variable names (pyenv-win has some of its own), and of the
/// usual one. The first is the one in use; but a variable may be set for one program and `PATH` for another.
pub(in crate::python) fn version_dirs(environment: &Environment) -> Vec<PathBuf> {
    let usual = match environment.system {
        System::Windows => ".pyenv/pyenv-win",
        _ => ".pyenv",
    };
    let mut roots = environment.folder_variables(&["PYENV_ROOT", "PYENV", "PYENV_HOME"]);
    roots.extend(environment.at_home(usual));
    let dirs = roots.into_iter().map(|root| root.join("versions"));
    dirs.collect()
}

/// Returns what versions are sorted by: the numbers that a name begins with, then the name.
fn parse_numbers(path: &Path) -> (Vec<u64>, String) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let numbers = name.split('.').map_while(|part| part.parse().ok());
    (numbers.collect(), name.clone().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Pyenv;

    #[test]
    fn versions_in_order_from_the_root_that_is_set_and_the_usual_one() {
        let machine = Machine::new();
        let in_root = |root: &str| {
            ["envy", "3.9.18", "3.10.13"].map(|name| format!("{root}/versions/{name}/bin/python"))
        };
        let (usual, set) = (in_root("home/.pyenv"), in_root("elsewhere"));
        for path in usual.iter().chain(&set) {
            machine.pythons(&[path]);
        }
        machine.script("home/.pyenv/shims/python", "exec pyenv exec python");
        let mut environment = machine.environment();
        assert_eq!(machine.find(&environment, Pyenv), usual);
        let root = machine.at("elsewhere");
        environment.variables.set("PYENV_ROOT", root);
        assert_eq!(machine.find(&environment, Pyenv), [set, usual].concat());
    }

    #[test]
    fn a_conda_that_pyenv_installed_has_environments() {
        let machine = Machine::new();
        let path = "home/.pyenv/versions/miniforge3/envs/new/bin/python";
        machine.pythons(&[path]);
        assert_eq!(machine.find(&machine.environment(), Pyenv), [path]);
    }

    #[test]
    fn pyenv_win_has_no_bin() {
        let machine = Machine::new();
        let usual = "home/.pyenv/pyenv-win/versions/3.9.13/python.exe";
        let set = "p/versions/3.8.10/python.exe";
        machine.pythons(&[usual, set]);
        let mut environment = machine.windows();
        assert_eq!(machine.find(&environment, Pyenv), [usual]);
        environment.variables.set("PYENV", machine.at("p"));
        assert_eq!(machine.find(&environment, Pyenv), [set, usual]);
    }

    #[test]
    fn no_pyenv_is_no_problem() {
        let environment = Environment {
            home: None,
            ..Machine::new().environment()
        };
        assert!(version_dirs(&environment).is_empty());
        assert!(list_bins(Path::new("/no/such/folder"), &environment).is_empty());
    }
}
