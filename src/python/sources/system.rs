//! The usual folders, whether or not they are on `PATH`.

use super::{Collector, Environment, PythonSource, System};

/// Below the root. Debian's and deadsnakes' names, and `altinstall`s of source builds, are in these.
const FOLDERS: [&str; 6] = [
    "usr/local/bin",
    "usr/bin",
    "bin",
    "usr/sbin",
    "sbin",
    "snap/bin",
];

/// Installations of their own, as source builds get with `--prefix`: `/opt/python3.12/bin`, `/usr/local/python3.9/bin`.
const PARENTS: [&str; 3] = ["opt", "usr/local", "usr/lib"];

/// Below the home folder: what `make install` and `uv python install` of a user link.
const AT_HOME: [&str; 2] = [".local/bin", "bin"];

/// Below the folder for data: what programs downloaded that have no source of their own, in the layout of rye.
const DOWNLOADED: [&str; 3] = ["pypoetry/python", "pdm/python", "pipx/py"];

/// Every Python in them.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    if environment.system == System::Windows {
        return;
    }
    for folder in FOLDERS {
        collector.scan_dir(&environment.at(folder), PythonSource::System);
    }
    for parent in PARENTS {
        for prefix in collector.list_dir(&environment.at(parent), PythonSource::System) {
            let name = prefix.file_name().unwrap_or_default();
            if name.to_string_lossy().to_lowercase().starts_with("python") {
                collector.scan_prefix(&prefix, PythonSource::System);
            }
        }
    }
    // Software collections of Red Hat: /opt/rh/rh-python38/root/usr/bin.
    for collection in collector.list_dir(&environment.at("opt/rh"), PythonSource::System) {
        collector.scan_dir(&collection.join("root/usr/bin"), PythonSource::System);
    }
    for folder in AT_HOME.iter().filter_map(|path| environment.at_home(path)) {
        collector.scan_dir(&folder, PythonSource::System);
    }
    let data = environment.data();
    for folder in data
        .iter()
        .flat_map(|data| DOWNLOADED.map(|path| data.join(path)))
    {
        collector.scan_each_prefix(&folder, PythonSource::System);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn folders_and_prefixes() {
        let machine = Machine::new();
        let paths = [
            "usr/local/bin/python3",
            "usr/bin/python3.11",
            "opt/Python-3.12.1/bin/python3.12",
            "opt/python3.7/bin/python3.7",
            "opt/rh/rh-python38/root/usr/bin/python3.8",
            "home/.local/bin/python3.13",
            "home/.local/share/pypoetry/python/cpython@3.12.1/bin/python3",
            "home/.local/share/pdm/python/cpython@3.9.18/bin/python3",
        ];
        for path in paths {
            machine.python(path, Answer::cpython("3.11.2"));
        }
        machine.python("srv/bin/python3", Answer::cpython("3.11.2"));
        assert_eq!(
            paths_seen(&machine, &machine.environment(), discover),
            paths
        );
        assert!(paths_seen(&machine, &machine.windows(), discover).is_empty());
    }
}
