//! The usual folders of Windows, also of Pythons that were installed without an entry in the registry.

use super::{Collector, Environment, System};

/// Where installers for all users put programs. On 64-bit Windows the first is the folder of the program that asks, the second
/// that of 64-bit ones.
const PROGRAM_DIRS: [&str; 3] = ["ProgramFiles", "ProgramW6432", "ProgramFiles(x86)"];

/// Collects what python.org's installers install (`%LOCALAPPDATA%\Programs\Python\Python312`, `%ProgramFiles%\Python312`,
/// `C:\Python27`), and the Python install manager that succeeds them (`%LOCALAPPDATA%\Python\pythoncore-3.14-64`).
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    if environment.system != System::Windows {
        return;
    }
    let mut parents = Vec::new();
    if let Some(data) = environment.folder_variable("LOCALAPPDATA") {
        parents.extend([data.join("Programs").join("Python"), data.join("Python")]);
    }
    parents.extend(environment.folder_variables(&PROGRAM_DIRS));
    parents.push(environment.root.clone());
    for parent in parents {
        for prefix in collector.list_starting_with(&parent, "python") {
            collector.scan_dir(&prefix);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Windows;

    #[test]
    fn installers_and_the_install_manager() {
        let machine = Machine::new();
        let paths = [
            "local/Programs/Python/Python312/python.exe",
            "local/Python/pythoncore-3.14t-64/python3.14t.exe",
            "programs/Python39/python.exe",
            "Python27/python.exe",
        ];
        machine.pythons(&paths);
        let mut windows = machine.windows();
        let programs = machine.at("programs");
        windows.variables.set("PROGRAMFILES", programs);
        assert_eq!(machine.find(&windows, Windows), paths);
        assert!(machine.find(&machine.environment(), Windows).is_empty());
    }
}
