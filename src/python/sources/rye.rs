//! What rye downloaded: `~/.rye/py/cpython@3.12.1/bin`.

use std::path::PathBuf;

use super::{Collector, Environment, PythonSource};

/// Every Python of it. rye is no longer made, but its Pythons are still there.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    for folder in folders(environment) {
        for toolchain in collector.list_dir(&folder, PythonSource::Rye) {
            collector.scan_prefix(&toolchain, PythonSource::Rye);
            // The layout of its early downloads, which kept that of python-build-standalone.
            collector.scan_prefix(&toolchain.join("install"), PythonSource::Rye);
        }
    }
}

/// Where its Pythons are.
pub(in crate::python) fn folders(environment: &Environment) -> Vec<PathBuf> {
    let root = environment
        .folder_variable("RYE_HOME")
        .or_else(|| environment.at_home(".rye"));
    root.into_iter().map(|root| root.join("py")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn both_layouts() {
        let machine = Machine::new();
        let paths = [
            "home/.rye/py/cpython@3.11.1/install/bin/python3",
            "home/.rye/py/cpython@3.12.1/bin/python3",
        ];
        for path in paths {
            machine.python(path, Answer::cpython("3.12.1"));
        }
        assert_eq!(
            paths_seen(&machine, &machine.environment(), discover),
            paths
        );
    }
}
