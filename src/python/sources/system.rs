//! The usual folders, whether or not they are on `PATH`.

use super::{Collector, Environment, System};

/// Below the root. Debian's and deadsnakes' names, and `altinstall`s of source builds, are in these.
const BINS: [&str; 6] = [
    "usr/local/bin",
    "usr/bin",
    "bin",
    "usr/sbin",
    "sbin",
    "snap/bin",
];

/// Below the root, with installations of their own, as source builds get with `--prefix`: `/opt/python3.12/bin`,
/// `/usr/local/python3.9/bin`.
const PREFIX_PARENTS: [&str; 3] = ["opt", "usr/local", "usr/lib"];

/// Below the home folder: what `make install` and `uv python install` of a user link.
const USER_BINS: [&str; 2] = [".local/bin", "bin"];

/// Below the folder for data: what programs downloaded that have no source of their own, in the layout of rye.
const DOWNLOADS: [&str; 3] = ["pypoetry/python", "pdm/python", "pipx/py"];

/// Collects every Python in them.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    if environment.system == System::Windows {
        return;
    }
    for bin in BINS {
        collector.scan_dir(&environment.at(bin));
    }
    for parent in PREFIX_PARENTS {
        for prefix in collector.list_starting_with(&environment.at(parent), "python") {
            collector.scan_prefix(&prefix);
        }
    }
    // Software collections of Red Hat: /opt/rh/rh-python38/root/usr/bin.
    for collection in collector.list_dir(&environment.at("opt/rh")) {
        collector.scan_dir(&collection.join("root/usr/bin"));
    }
    for bin in USER_BINS
        .iter()
        .filter_map(|path| environment.at_home(path))
    {
        collector.scan_dir(&bin);
    }
    if let Some(data) = environment.data() {
        for downloads in DOWNLOADS {
            collector.scan_prefixes_in(&data.join(downloads));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::System;

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
        machine.pythons(&paths);
        machine.pythons(&["srv/bin/python3"]);
        assert_eq!(machine.find(&machine.environment(), System), paths);
        assert!(machine.find(&machine.windows(), System).is_empty());
    }
}
