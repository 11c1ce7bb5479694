//! Tool caches of hosted CI runners (GitHub Actions, Azure Pipelines): `Python/3.12.1/x64/bin`, `…/x64-freethreaded/bin`.

use std::path::PathBuf;

use super::{Collector, Environment, PythonSource, System};

/// What `actions/setup-python` sets to the one it chose, for programs and for CMake.
const CHOSEN: [&str; 4] = [
    "pythonLocation",
    "Python_ROOT_DIR",
    "Python3_ROOT_DIR",
    "Python2_ROOT_DIR",
];

/// The chosen one, then every Python of every cache. (PyPy and GraalPy lie beside them in folders of their own.)
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    for prefix in environment.folder_variables(&CHOSEN) {
        collector.scan_prefix(&prefix, PythonSource::Toolcache);
    }
    for cache in caches(environment) {
        for version in collector.list_dir(&cache.join("Python"), PythonSource::Toolcache) {
            collector.scan_each_prefix(&version, PythonSource::Toolcache);
        }
    }
}

/// What the runner says, and where GitHub's images have it.
fn caches(environment: &Environment) -> Vec<PathBuf> {
    let mut caches = environment.folder_variables(&["RUNNER_TOOL_CACHE", "AGENT_TOOLSDIRECTORY"]);
    caches.push(environment.at(match environment.system {
        System::Windows => "hostedtoolcache/windows",
        System::Macos => "Users/runner/hostedtoolcache",
        _ => "opt/hostedtoolcache",
    }));
    caches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn caches_and_the_chosen_one() {
        let machine = Machine::new();
        let paths = [
            "chosen/bin/python",
            "cache/Python/3.13.1/x64-freethreaded/bin/python3.13t",
            "cache/Python/3.9.18/x64/bin/python3.9",
            "opt/hostedtoolcache/Python/3.8.1/x64/bin/python",
        ];
        for path in paths {
            machine.python(path, Answer::cpython("3.12.1"));
        }
        machine.python("cache/PyPy/3.9/x64/bin/python", Answer::cpython("3.9.1"));
        let mut environment = machine.environment();
        environment
            .variables
            .set("RUNNER_TOOL_CACHE", machine.at("cache"));
        environment
            .variables
            .set("pythonLocation", machine.at("chosen"));
        assert_eq!(paths_seen(&machine, &environment, discover), paths);
        let windows = "hostedtoolcache/windows/Python/3.7.9/x86/python.exe";
        machine.python(windows, Answer::cpython("3.7.9"));
        assert_eq!(
            paths_seen(&machine, &machine.windows(), discover),
            [windows]
        );
    }
}
