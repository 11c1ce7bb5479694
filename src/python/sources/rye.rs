//! What rye downloaded: `~/.rye/py/cpython@3.12.1/bin`.

use std::path::PathBuf;

use super::{Collector, Environment};

/// Collects every Python it downloaded. rye is no longer made, but its Pythons are still there.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    for dir in version_dirs(environment) {
        for toolchain in collector.list_dir(&dir) {
            collector.scan_prefix(&toolchain);
            // The layout of its early downloads, which kept that of python-build-standalone.
            collector.scan_prefix(&toolchain.join("install"));
        }
    }
}

/// Returns where its Pythons are.
pub(in crate::python) fn version_dirs(environment: &Environment) -> Vec<PathBuf> {
    let set = environment.folder_variable("RYE_HOME");
    let root = set.or_else(|| environment.at_home(".rye"));
    root.into_iter().map(|root| root.join("py")).collect()
}

#[cfg(test)]
mod tests {
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Rye;

    #[test]
    fn both_layouts() {
        let machine = Machine::new();
        let paths = [
            "home/.rye/py/cpython@3.11.1/install/bin/python3",
            "home/.rye/py/cpython@3.12.1/bin/python3",
        ];
        machine.pythons(&paths);
        assert_eq!(machine.find(&machine.environment(), Rye), paths);
    }
}
