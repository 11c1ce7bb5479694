//! What Homebrew installed, on Apple silicon, on Intel Macs and on Linux.

use std::path::{Path, PathBuf};

use super::{Collector, Environment, PythonSource};

/// Its three prefixes. In `/usr/local` others install as well.
const PREFIXES: [&str; 3] = ["opt/homebrew", "home/linuxbrew/.linuxbrew", "usr/local"];

/// Every Python of its formulas: `opt/python@3.12/bin`, `opt/python-freethreading/bin`, also the unversioned names in
/// `libexec/bin`, and versions that are in the `Cellar` but no longer linked.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    let mut prefixes = environment.folder_variables(&["HOMEBREW_PREFIX"]);
    prefixes.extend(PREFIXES.map(|prefix| environment.at(prefix)));
    let shared = environment.at("usr/local");
    for prefix in prefixes {
        if prefix != shared {
            collector.scan_dir(&prefix.join("bin"), PythonSource::Homebrew);
        }
        let mut kegs = formulas(&prefix.join("opt"), collector);
        for formula in formulas(&prefix.join("Cellar"), collector) {
            kegs.extend(collector.list_dir(&formula, PythonSource::Homebrew));
        }
        for keg in kegs {
            collector.scan_dir(&keg.join("bin"), PythonSource::Homebrew);
            collector.scan_dir(&keg.join("libexec/bin"), PythonSource::Homebrew);
        }
    }
}

/// The formulas of Python in a folder: `python@3.12`, `python-freethreading`, `python3`.
fn formulas(folder: &Path, collector: &mut Collector) -> Vec<PathBuf> {
    let mut all = collector.list_dir(folder, PythonSource::Homebrew);
    all.retain(|path| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().starts_with("python")
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn three_prefixes() {
        let machine = Machine::new();
        let paths = [
            "opt/homebrew/bin/python3",
            "opt/homebrew/opt/python-freethreading/bin/python3.13t",
            "opt/homebrew/opt/python@3.12/libexec/bin/python",
            "opt/homebrew/Cellar/python@3.9/3.9.18/bin/python3.9",
            "home/linuxbrew/.linuxbrew/bin/python3",
            "usr/local/opt/python@3.11/bin/python3.11",
        ];
        for path in paths {
            machine.python(path, Answer::cpython("3.12.1"));
        }
        machine.python("usr/local/bin/python3", Answer::cpython("3.12.1"));
        machine.python(
            "opt/homebrew/opt/other/bin/python3",
            Answer::cpython("3.12.1"),
        );
        assert_eq!(paths_seen(&machine, &machine.mac(), discover), paths);
    }
}
