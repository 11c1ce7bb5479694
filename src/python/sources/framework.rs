//! macOS frameworks: python.org's installer fills `Python.framework`, and since 3.13 `PythonT.framework` with the
//! free-threaded build.

use super::{Collector, Environment, PythonSource, System};

/// For all users, for one, and Apple's own 2.7 (up to macOS 12.2).
const LIBRARIES: [&str; 2] = ["Library/Frameworks", "System/Library/Frameworks"];

/// Every version of each; `Current` is a link to one of them.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    if environment.system != System::Macos {
        return;
    }
    let system = LIBRARIES.map(|path| environment.at(path));
    for library in system.into_iter().chain(environment.at_home(LIBRARIES[0])) {
        for framework in ["Python.framework", "PythonT.framework"] {
            let versions = library.join(framework).join("Versions");
            collector.scan_each_prefix(&versions, PythonSource::Framework);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::python::fake::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    #[cfg_attr(
        windows,
        ignore = "makes symbolic links, which not every user of Windows may"
    )]
    fn both_frameworks() {
        let machine = Machine::new();
        let paths = [
            "Library/Frameworks/Python.framework/Versions/3.13/bin/python3.13",
            "Library/Frameworks/PythonT.framework/Versions/3.13/bin/python3.13t",
            "System/Library/Frameworks/Python.framework/Versions/2.7/bin/python2.7",
            "home/Library/Frameworks/Python.framework/Versions/3.9/bin/python3",
        ];
        for path in paths {
            machine.python(path, Answer::cpython("3.13.1"));
        }
        let current = "Library/Frameworks/Python.framework/Versions/Current";
        machine.link(current, Path::new("3.13"));
        assert_eq!(paths_seen(&machine, &machine.mac(), discover), paths);
        assert!(paths_seen(&machine, &machine.environment(), discover).is_empty());
    }
}
