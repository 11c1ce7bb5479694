//! Tool caches of hosted CI runners (GitHub Actions, Azure Pipelines): `Python/3.12.1/x64/bin`, `…/x64-freethreaded/bin`.

use super::{Collector, Environment, System};

/// What `actions/setup-python` sets to the one it chose, for programs and for CMake.
const CHOSEN: [&str; 4] = [
    "pythonLocation",
    "Python_ROOT_DIR",
    "Python3_ROOT_DIR",
    "Python2_ROOT_DIR",
];

/// Collects the chosen Python, then every Python of every cache. (PyPy and GraalPy lie beside them in folders of their own.)
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    for prefix in environment.folder_variables(&CHOSEN) {
        collector.scan_prefix(&prefix);
    }
    // What the runner says, and where GitHub's images have it.
    let mut caches = environment.folder_variables(&["RUNNER_TOOL_CACHE", "AGENT_TOOLSDIRECTORY"]);
    caches.push(environment.at(match environment.system {
        System::Windows => "hostedtoolcache/windows",
        System::Macos => "Users/runner/hostedtoolcache",
        _ => "opt/hostedtoolcache",
    }));
    for cache in caches {
        for version in collector.list_dir(&cache.join("Python")) {
            collector.scan_prefixes_in(&version);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Toolcache;

    #[test]
    fn caches_and_the_chosen_one() {
        let machine = Machine::new();
        let paths = [
            "chosen/bin/python",
            "cache/Python/3.13.1/x64-freethreaded/bin/python3.13t",
            "cache/Python/3.9.18/x64/bin/python3.9",
            "opt/hostedtoolcache/Python/3.8.1/x64/bin/python",
        ];
        let windows = "hostedtoolcache/windows/Python/3.7.9/x86/python.exe";
        machine.pythons(&paths);
        machine.pythons(&["cache/PyPy/3.9/x64/bin/python", windows]);
        let mut environment = machine.environment();
        for (name, dir) in [("RUNNER_TOOL_CACHE", "cache"), ("pythonLocation", "chosen")] {
            environment.variables.set(name, machine.at(dir));
        }
        assert_eq!(machine.find(&environment, Toolcache), paths);
        assert_eq!(machine.find(&machine.windows(), Toolcache), [windows]);
    }
}
