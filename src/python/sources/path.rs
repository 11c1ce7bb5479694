//! The folders of `PATH`.

use super::{Collector, Environment, PythonSource, System, shim};

/// Every `python*` on `PATH`, also those an earlier folder hides, and that of the active virtual environment: its folder is
/// on the `PATH` of the shell it was activated in, though not on that of every program started from there.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    for folder in environment
        .variable("PATH")
        .into_iter()
        .flat_map(std::env::split_paths)
    {
        // An empty entry means the working directory; what lies there is not installed.
        if folder.as_os_str().is_empty() {
            continue;
        }
        let folder = environment.working_directory.join(folder);
        collector.scan_dir(&folder, PythonSource::Path);
        // Often `PATH` is all that says where a version manager is.
        if let Some(root) = shim::manager_root(&folder) {
            collector.add_manager_root(root);
        }
    }
    for active in environment.folder_variables(&["VIRTUAL_ENV"]) {
        let bin = match environment.system {
            System::Windows => active.join("Scripts"),
            _ => active.join("bin"),
        };
        collector.scan_dir(&bin, PythonSource::Path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn every_folder_in_order_but_the_empty_one() {
        let machine = Machine::new();
        for path in ["python3", "one/python3", "two/python3", "two/python2.7"] {
            machine.python(path, Answer::cpython("3.9.18"));
        }
        let mut environment = machine.environment();
        let path = ["two", "", "one", &machine.text("two")];
        let path = std::env::join_paths(path).unwrap();
        environment.variables.set("PATH", path);
        assert_eq!(
            paths_seen(&machine, &environment, discover),
            ["two/python2.7", "two/python3", "one/python3"]
        );
    }

    #[test]
    fn the_active_environment_is_looked_at_wherever_it_is() {
        let machine = Machine::new();
        let paths = ["on-path/python3", "project/env/bin/python"];
        for path in paths {
            machine.python(path, Answer::cpython("3.9.18"));
        }
        let mut environment = machine.environment();
        environment
            .variables
            .set("VIRTUAL_ENV", machine.at("project/env"));
        assert_eq!(paths_seen(&machine, &environment, discover), paths);
    }
}
