//! The usual folders of Windows, also of Pythons that were installed without an entry in the registry.

use std::path::PathBuf;

use super::{Collector, Environment, PythonSource, System};

/// python.org's installers: `%LOCALAPPDATA%\Programs\Python\Python312`, `%ProgramFiles%\Python312`, `C:\Python27`; the
/// Python install manager that succeeds them: `%LOCALAPPDATA%\Python\pythoncore-3.14-64`.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    if environment.system != System::Windows {
        return;
    }
    for folder in folders(environment) {
        for prefix in collector.list_dir(&folder, PythonSource::Windows) {
            let name = prefix.file_name().unwrap_or_default();
            if name.to_string_lossy().to_lowercase().starts_with("python") {
                collector.scan_dir(&prefix, PythonSource::Windows);
            }
        }
    }
}

fn folders(environment: &Environment) -> Vec<PathBuf> {
    let local = environment.folder_variable("LOCALAPPDATA");
    let mut folders: Vec<_> = local
        .iter()
        .flat_map(|local| [local.join("Programs").join("Python"), local.join("Python")])
        .collect();
    // On 64-bit Windows the first is the one of the program that asks, the second that of 64-bit ones.
    folders.extend(environment.folder_variables(&[
        "ProgramFiles",
        "ProgramW6432",
        "ProgramFiles(x86)",
    ]));
    folders.push(environment.root.clone());
    folders
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn installers_and_the_install_manager() {
        let machine = Machine::new();
        let paths = [
            "local/Programs/Python/Python312/python.exe",
            "local/Python/pythoncore-3.14t-64/python3.14t.exe",
            "programs/Python39/python.exe",
            "Python27/python.exe",
        ];
        for path in paths {
            machine.python(path, Answer::cpython("3.12.1"));
        }
        let mut windows = machine.windows();
        windows
            .variables
            .set("PROGRAMFILES", machine.at("programs"));
        assert_eq!(paths_seen(&machine, &windows, discover), paths);
        assert!(paths_seen(&machine, &machine.environment(), discover).is_empty());
    }
}
