//! What uv installed: `~/.local/share/uv/python/cpython-3.12.1-linux-x86_64-gnu/bin`.

use std::path::PathBuf;

use super::{Collector, Environment, PythonSource, System};

/// Every Python in uv's store. Links such as `cpython-3.12-linux-x86_64-gnu` lead to folders that are there anyway.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    for store in folders(environment) {
        for prefix in collector.list_dir(&store, PythonSource::Uv) {
            collector.scan_prefix(&prefix, PythonSource::Uv);
            // The layout before uv 0.2.
            collector.scan_prefix(&prefix.join("install"), PythonSource::Uv);
        }
    }
}

/// `UV_PYTHON_INSTALL_DIR`, or where uv keeps its data: <https://docs.astral.sh/uv/reference/storage/>. On macOS it was
/// the system's folder before it was the one of XDG, and installed Pythons stayed there.
fn folders(environment: &Environment) -> Vec<PathBuf> {
    if let Some(set) = environment.folder_variable("UV_PYTHON_INSTALL_DIR") {
        return vec![set];
    }
    let data = environment.data();
    let below = |path: &str| data.as_ref().map(|data| data.join(path));
    let usual = match environment.system {
        System::Windows => [below("uv/data/python"), below("uv/python")],
        System::Macos => [
            below("uv/python"),
            environment.at_home("Library/Application Support/uv/python"),
        ],
        _ => [below("uv/python"), None],
    };
    usual.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn the_store_by_system_and_variable() {
        let machine = Machine::new();
        let linux = "home/.local/share/uv/python/cpython-3.13.1+freethreaded-linux-x86_64-gnu/bin/python3.13t";
        let mac = "home/Library/Application Support/uv/python/cpython-3.12.1-macos-aarch64-none/install/bin/python3";
        let windows = "roaming/uv/data/python/cpython-3.12.1-windows-x86_64-none/python.exe";
        let set = "store/cpython-3.8.1-linux-x86_64-gnu/bin/python3.8";
        for path in [linux, mac, windows, set] {
            machine.python(path, Answer::cpython("3.12.1"));
        }
        assert_eq!(
            paths_seen(&machine, &machine.environment(), discover),
            [linux]
        );
        let found = paths_seen(&machine, &machine.mac(), discover);
        assert_eq!(found, [linux, mac]);
        let found = paths_seen(&machine, &machine.windows(), discover);
        assert_eq!(found, [windows]);
        let mut environment = machine.environment();
        environment
            .variables
            .set("UV_PYTHON_INSTALL_DIR", machine.at("store"));
        assert_eq!(paths_seen(&machine, &environment, discover), [set]);
    }
}
