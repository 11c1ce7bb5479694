//! What Homebrew installed, on Apple silicon, on Intel Macs and on Linux.

use super::{Collector, Environment};

/// Its three prefixes. In `/usr/local` others install as well.
const PREFIXES: [&str; 3] = ["opt/homebrew", "home/linuxbrew/.linuxbrew", "usr/local"];

/// Collects every Python of its formulas (`python@3.12`, `python-freethreading`): `opt/python@3.12/bin`, also the unversioned
/// names in `libexec/bin`, and versions that are in the `Cellar` but no longer linked.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    let mut prefixes = environment.folder_variables(&["HOMEBREW_PREFIX"]);
    prefixes.extend(PREFIXES.map(|prefix| environment.at(prefix)));
    let shared = environment.at("usr/local");
    for prefix in prefixes {
        if prefix != shared {
            collector.scan_dir(&prefix.join("bin"));
        }
        let mut kegs = collector.list_starting_with(&prefix.join("opt"), "python");
        for formula in collector.list_starting_with(&prefix.join("Cellar"), "python") {
            kegs.extend(collector.list_dir(&formula));
        }
        for keg in kegs {
            collector.scan_dir(&keg.join("bin"));
            collector.scan_dir(&keg.join("libexec/bin"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Homebrew;

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
        machine.pythons(&paths);
        machine.pythons(&[
            "usr/local/bin/python3",
            "opt/homebrew/opt/other/bin/python3",
        ]);
        assert_eq!(machine.find(&machine.mac(), Homebrew), paths);
    }
}
