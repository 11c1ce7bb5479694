//! The folders of `PATH`.

use super::{Collector, Environment, System, shim};

/// Collects every `python*` on `PATH`, also those an earlier folder hides, and that of the active virtual environment: its
/// folder is on the `PATH` of the shell it was activated in, though not on that of every program started from there.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    let path = environment.variable("PATH").into_iter();
    // An empty entry means the working directory; what lies there is not installed.
    let dirs = path
        .flat_map(std::env::split_paths)
        .filter(|dir| !dir.as_os_str().is_empty());
    for dir in dirs {
        let dir = environment.working_directory.join(dir);
        collector.scan_dir(&dir);
        // Often `PATH` is all that says where a version manager is.
        if let Some(root) = shim::manager_root(&dir) {
            collector.add_manager_root(root);
        }
    }
    let bin = match environment.system {
        System::Windows => "Scripts",
        _ => "bin",
    };
    if let Some(active) = environment.folder_variable("VIRTUAL_ENV") {
        collector.scan_dir(&active.join(bin));
    }
}

#[cfg(test)]
mod tests {
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Path;

    #[test]
    fn every_folder_in_order_but_the_empty_one() {
        let machine = Machine::new();
        machine.pythons(&["python3", "one/python3", "two/python3", "two/python2.7"]);
        let mut environment = machine.environment();
        let path = std::env::join_paths(["two", "", "one", &machine.text("two")]);
        environment.set("PATH", path.unwrap());
        assert_eq!(
            machine.find(&environment, Path),
            ["two/python2.7", "two/python3", "one/python3"]
        );
    }

    #[test]
    fn the_active_environment_is_looked_at_wherever_it_is() {
        let machine = Machine::new();
        let paths = ["on-path/python3", "project/env/bin/python"];
        machine.pythons(&paths);
        let mut environment = machine.environment();
        let active = machine.at("project/env");
        environment.set("VIRTUAL_ENV", active);
        assert_eq!(machine.find(&environment, Path), paths);
    }
}
