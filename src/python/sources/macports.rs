//! What MacPorts installed: `/opt/local/bin`.

use super::framework::VERSIONS;
use super::{Collector, Environment, System};

/// Collects every Python it installed, also those that `port select` links to no name.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    if environment.system != System::Macos {
        return;
    }
    collector.scan_dir(&environment.at("opt/local/bin"));
    let frameworks = environment.at("opt/local/Library/Frameworks");
    for versions in VERSIONS {
        collector.scan_prefixes_in(&frameworks.join(versions));
    }
}

#[cfg(test)]
mod tests {
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Macports;

    #[test]
    fn links_and_frameworks() {
        let machine = Machine::new();
        let paths = [
            "opt/local/bin/python3.12",
            "opt/local/Library/Frameworks/Python.framework/Versions/3.12/bin/python3.12",
        ];
        machine.pythons(&paths);
        assert_eq!(machine.find(&machine.mac(), Macports), paths);
    }
}
