//! The Microsoft Store. `python.exe` and `python3.exe` in `%LOCALAPPDATA%\Microsoft\WindowsApps` are app execution aliases:
//! they start a Python that was installed from the Store, or, where none is, open the Store. Nothing in the file tells
//! which (it has no bytes), so they are never started. The aliases in the folder of an installed package are its own.

use std::path::Path;

use super::{Collector, Environment, System, is_python_path};

/// The folders of installed packages are `PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0`; here in lower case.
const PACKAGE: &str = "pythonsoftwarefoundation.python.";

/// Collects every Python of the Store, and the aliases, which are rejected.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    let data = environment.folder_variable("LOCALAPPDATA");
    let Some(data) = data.filter(|_| environment.system == System::Windows) else {
        return;
    };
    let aliases = data.join("Microsoft").join("WindowsApps");
    collector.scan_dir(&aliases);
    for package in collector.list_starting_with(&aliases, PACKAGE) {
        collector.scan_dir(&package);
    }
}

/// Whether it is one of the aliases, on `PATH` or anywhere; WSL has them on `PATH`, too. Another user's folder has the same
/// name.
pub(in crate::python) fn is_alias(path: &Path) -> bool {
    let mut dirs = path.ancestors().skip(1).map(Path::file_name);
    let mut is_next = |expected: &str| {
        let name = dirs.next().flatten();
        name.is_some_and(|name| name.eq_ignore_ascii_case(expected))
    };
    is_next("WindowsApps") && is_next("Microsoft") && is_python_path(path)
}

#[cfg(test)]
mod tests {
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::{Path, Store};

    #[test]
    fn aliases_are_rejected_and_packages_are_not() {
        let machine = Machine::new();
        let apps = "local/Microsoft/WindowsApps";
        let package =
            format!("{apps}/PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0/python3.12.exe");
        let alias = format!("{apps}/python3.exe");
        for path in [&package, &alias] {
            machine.script(path, "touch ../started");
        }
        let mut windows = machine.windows();
        let reason = format!("{alias}: alias of the Microsoft Store, not started");
        assert_eq!(machine.find(&windows, Store), [package]);
        assert_eq!(machine.find_rejected(&windows, Store), [reason.as_str()]);
        windows.variables.set("PATH", machine.at(apps));
        assert_eq!(machine.find_rejected(&windows, Path), [reason]);
        assert!(
            machine
                .find_rejected(&machine.environment(), Store)
                .is_empty()
        );
    }
}
