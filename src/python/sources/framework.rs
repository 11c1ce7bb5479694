//! macOS frameworks: python.org's installer fills `Python.framework`, and since 3.13 `PythonT.framework` with the
//! free-threaded build.

use super::{Collector, Environment, System};

/// The frameworks of the plain and of the free-threaded build; `Current` among their versions is a link to another.
pub(super) const VERSIONS: [&str; 2] = ["Python.framework/Versions", "PythonT.framework/Versions"];

/// For all users, for one, and Apple's own 2.7 (up to macOS 12.2).
const LIBRARIES: [&str; 2] = ["Library/Frameworks", "System/Library/Frameworks"];

/// Collects every version of each framework.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    if environment.system != System::Macos {
        return;
    }
    let system = LIBRARIES.map(|path| environment.at(path));
    for library in system.into_iter().chain(environment.at_home(LIBRARIES[0])) {
        for versions in VERSIONS {
            collector.scan_prefixes_in(&library.join(versions));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Framework;

    #[test]
    #[cfg_attr(windows, ignore = "makes symbolic links")]
    fn both_frameworks() {
        let machine = Machine::new();
        let paths = [
            "Library/Frameworks/Python.framework/Versions/3.13/bin/python3.13",
            "Library/Frameworks/PythonT.framework/Versions/3.13/bin/python3.13t",
            "System/Library/Frameworks/Python.framework/Versions/2.7/bin/python2.7",
            "home/Library/Frameworks/Python.framework/Versions/3.9/bin/python3",
        ];
        machine.pythons(&paths);
        let current = "Library/Frameworks/Python.framework/Versions/Current";
        machine.link(current, Path::new("3.13"));
        assert_eq!(machine.find(&machine.mac(), Framework), paths);
        assert!(machine.find(&machine.environment(), Framework).is_empty());
    }
}
