//! Installations in the Windows registry: `Software\Python\COMPANY\TAG\InstallPath` (PEP 514), for the user and for all
//! users, in the views of 64-bit and of 32-bit programs.

use std::path::PathBuf;

use super::{Collector, Environment};

/// A Python that the registry knows of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistryEntry {
    /// The company that registered it: `PythonCore`, `ContinuumAnalytics`, `Astral`.
    pub company: String,
    /// `ExecutablePath` of its `InstallPath`, which 3.4 and older do not write.
    pub executable: Option<PathBuf>,
    /// The default value of its `InstallPath`: the folder of `python.exe`.
    pub folder: Option<PathBuf>,
}

/// PEP 514 reserves the name for the launcher `py`, which is no Python.
const LAUNCHER: &str = "PyLauncher";

/// Collects every registered executable. One that is gone is rejected: uninstallers leave entries behind.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    for entry in &environment.registry {
        let in_folder = || Some(entry.folder.as_ref()?.join("python.exe"));
        let executable = entry.executable.clone().or_else(in_folder);
        if let Some(path) = executable.filter(|_| entry.company != LAUNCHER) {
            collector.add_candidate(&path);
        }
    }
}

/// Returns what the registry of this machine holds; nothing where there is none.
#[cfg(not(windows))]
pub(in crate::python) fn read_registry() -> Vec<RegistryEntry> {
    Vec::new()
}

#[cfg(windows)]
pub(in crate::python) use reader::read_registry;

#[cfg(windows)]
mod reader {
    use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE};

    use super::RegistryEntry;

    /// `KEY_WOW64_64KEY` and `KEY_WOW64_32KEY` of `winnt.h`: a program sees the view of its own kind otherwise, and a
    /// 64-bit one no 32-bit Python of all users.
    const VIEWS: [u32; 2] = [0x0100, 0x0200];

    /// Returns the entries of the user, then those of all users. Below `HKEY_CURRENT_USER` both views are one, and a
    /// repetition does no harm.
    pub(in crate::python) fn read_registry() -> Vec<RegistryEntry> {
        let mut found = Vec::new();
        for hive in [CURRENT_USER, LOCAL_MACHINE] {
            for view in VIEWS {
                let root = hive.options().read().access(view).open("Software\\Python");
                if let Ok(root) = root {
                    found.extend(read_companies(&root, view));
                }
            }
        }
        found
    }

    /// Returns the entries of all companies below a root key.
    fn read_companies(root: &Key, view: u32) -> Vec<RegistryEntry> {
        let mut found = Vec::new();
        for (company, tags) in open_subkeys(root, view) {
            for (_, key) in open_subkeys(&tags, view) {
                let Ok(install_path) = open(&key, "InstallPath", view) else {
                    continue;
                };
                let path = |name| {
                    install_path
                        .get_string(name)
                        .ok()
                        .filter(|path| !path.is_empty())
                };
                found.push(RegistryEntry {
                    company: company.clone(),
                    executable: path("ExecutablePath").map(Into::into),
                    folder: path("").map(Into::into),
                });
            }
        }
        found
    }

    /// Returns the subkeys that can be read, by name.
    fn open_subkeys(key: &Key, view: u32) -> Vec<(String, Key)> {
        let names = key.keys().into_iter().flatten();
        names
            .filter_map(|name| Some((name.clone(), open(key, &name, view).ok()?)))
            .collect()
    }

    /// Opens a subkey for reading.
    fn open(key: &Key, name: &str, view: u32) -> windows_registry::Result<Key> {
        key.options().read().access(view).open(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Registry;

    #[test]
    fn executables_and_folders_but_no_launcher() {
        let machine = Machine::new();
        let paths = [
            "py/312/python.exe",
            "py/34/python.exe",
            "py/313t/python3.13t.exe",
        ];
        machine.pythons(&paths);
        machine.pythons(&["py/launcher/python.exe"]);
        let entry = |company: &str, executable: Option<&str>, folder: &str| RegistryEntry {
            company: company.into(),
            executable: executable.map(|path| machine.at(path)),
            folder: Some(machine.at(folder)),
        };
        let environment = Environment {
            registry: vec![
                entry("PythonCore", Some("py/312/python.exe"), "py/312"),
                entry("PythonCore", None, "py/34"),
                entry("PythonCore", Some("py/313t/python3.13t.exe"), "py/313t"),
                entry("PyLauncher", None, "py/launcher"),
                entry("Gone", None, "py/gone"),
            ],
            ..machine.windows()
        };
        assert_eq!(machine.find(&environment, Registry), paths);
        assert_eq!(
            machine.find_rejected(&environment, Registry),
            ["py/gone/python.exe: registered, but no such file"]
        );
    }
}
