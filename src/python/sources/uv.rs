//! What uv installed: `~/.local/share/uv/python/cpython-3.12.1-linux-x86_64-gnu/bin`.

use std::path::PathBuf;

use super::{Collector, Environment, System};

/// Collects every Python in uv's store. Links such as `cpython-3.12-linux-x86_64-gnu` lead to folders that are there anyway.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    for store in stores(environment) {
        for prefix in collector.list_dir(&store) {
            collector.scan_prefix(&prefix);
            // The layout before uv 0.2.
            collector.scan_prefix(&prefix.join("install"));
        }
    }
}

/// Returns `UV_PYTHON_INSTALL_DIR`, or where uv keeps its data: <https://docs.astral.sh/uv/reference/storage/>. On macOS it was
/// the system's folder before it was the one of XDG, and installed Pythons stayed there.
fn stores(environment: &Environment) -> Vec<PathBuf> {
    if let Some(set) = environment.folder_variable("UV_PYTHON_INSTALL_DIR") {
        return vec![set];
    }
    let data = environment.data();
    let in_data = |path: &str| data.as_ref().map(|data| data.join(path));
    let usual = match environment.system {
        System::Windows => [in_data("uv/data/python"), in_data("uv/python")],
        System::Macos => [
            in_data("uv/python"),
            environment.at_home("Library/Application Support/uv/python"),
        ],
        _ => [in_data("uv/python"), None],
    };
    usual.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Uv;

    #[test]
    fn the_store_by_system_and_variable() {
        let machine = Machine::new();
        let linux = "home/.local/share/uv/python/cpython-3.13.1+freethreaded-linux-x86_64-gnu/bin/python3.13t";
        let mac = "home/Library/Application Support/uv/python/cpython-3.12.1-macos-aarch64-none/install/bin/python3";
        let windows = "roaming/uv/data/python/cpython-3.12.1-windows-x86_64-none/python.exe";
        let set = "store/cpython-3.8.1-linux-x86_64-gnu/bin/python3.8";
        machine.pythons(&[linux, mac, windows, set]);
        let mut environment = machine.environment();
        assert_eq!(machine.find(&environment, Uv), [linux]);
        assert_eq!(machine.find(&machine.mac(), Uv), [linux, mac]);
        assert_eq!(machine.find(&machine.windows(), Uv), [windows]);
        let store = machine.at("store");
        environment.variables.set("UV_PYTHON_INSTALL_DIR", store);
        assert_eq!(machine.find(&environment, Uv), [set]);
    }
}
