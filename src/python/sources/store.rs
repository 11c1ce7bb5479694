//! The Microsoft Store. `python.exe` and `python3.exe` in `%LOCALAPPDATA%\Microsoft\WindowsApps` are app execution aliases:
//! they start a Python that was installed from the Store, or, where none is, open the Store. Nothing in the file tells
//! which (it has no bytes), so they are never started. The aliases in the folder of an installed package are its own.

use std::path::{Path, PathBuf};

use super::{Collector, Environment, PythonSource, System, is_python_path};

/// The folders of installed packages are `PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0`.
const PACKAGE: &str = "PythonSoftwareFoundation.Python.";

/// Every Python of the Store, and the aliases, which are rejected.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    let Some(folder) = folder(environment) else {
        return;
    };
    collector.scan_dir(&folder, PythonSource::Store);
    for package in collector.list_dir(&folder, PythonSource::Store) {
        let name = package.file_name().unwrap_or_default();
        if name.to_string_lossy().starts_with(PACKAGE) {
            collector.scan_dir(&package, PythonSource::Store);
        }
    }
}

fn folder(environment: &Environment) -> Option<PathBuf> {
    if environment.system != System::Windows {
        return None;
    }
    let local = environment.folder_variable("LOCALAPPDATA")?;
    Some(local.join("Microsoft").join("WindowsApps"))
}

/// Whether it is one of the aliases, on `PATH` or anywhere; WSL has them on `PATH`, too. Another user's folder has the same
/// name.
pub(in crate::python) fn is_alias(path: &Path) -> bool {
    let is_named = |folder: &Path, name: &str| {
        folder
            .file_name()
            .is_some_and(|known| known.to_string_lossy().eq_ignore_ascii_case(name))
    };
    let in_folder = |folder: &Path| {
        is_named(folder, "WindowsApps")
            && folder
                .parent()
                .is_some_and(|above| is_named(above, "Microsoft"))
    };
    is_python_path(path) && path.parent().is_some_and(in_folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::Machine;
    use crate::python::fake::{rejections_of, seen};
    use crate::python::sources::path;

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
        let collector = seen(&windows, discover);
        assert_eq!(collector.candidates.len(), 1);
        assert_eq!(collector.candidates[0].path, machine.at(&package));
        assert_eq!(rejections_of(&machine, &collector), [reason.as_str()]);
        windows.variables.set("PATH", machine.at(apps));
        let collector = seen(&windows, path::discover);
        assert_eq!(rejections_of(&machine, &collector), [reason]);
        assert!(seen(&machine.environment(), discover).rejected.is_empty());
    }
}
