//! What MacPorts installed: `/opt/local/bin`.

use super::{Collector, Environment, PythonSource, System};

/// Every Python, also those that `port select` links to no name.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    if environment.system != System::Macos {
        return;
    }
    collector.scan_dir(&environment.at("opt/local/bin"), PythonSource::Macports);
    for framework in ["Python.framework", "PythonT.framework"] {
        let versions = format!("opt/local/Library/Frameworks/{framework}/Versions");
        collector.scan_each_prefix(&environment.at(&versions), PythonSource::Macports);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn links_and_frameworks() {
        let machine = Machine::new();
        let paths = [
            "opt/local/bin/python3.12",
            "opt/local/Library/Frameworks/Python.framework/Versions/3.12/bin/python3.12",
        ];
        for path in paths {
            machine.python(path, Answer::cpython("3.12.1"));
        }
        assert_eq!(paths_seen(&machine, &machine.mac(), discover), paths);
    }
}
