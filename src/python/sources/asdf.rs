//! What asdf installed: `~/.asdf/installs/python/*`.

use std::path::PathBuf;

use super::{Collector, Environment};

/// Collects every Python it installed.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    collector.scan_versions_in(version_dirs(environment));
}

/// Returns where it installs Pythons; the first is the one in use. (`ASDF_DIR` is its program, and held its data before 0.9.)
pub(in crate::python) fn version_dirs(environment: &Environment) -> Vec<PathBuf> {
    let mut roots = environment.folder_variables(&["ASDF_DATA_DIR", "ASDF_DIR"]);
    roots.extend(environment.at_home(".asdf"));
    let dirs = roots.into_iter().map(|root| root.join("installs/python"));
    dirs.collect()
}

#[cfg(test)]
mod tests {
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Asdf;

    #[test]
    fn installs() {
        let machine = Machine::new();
        let usual = "home/.asdf/installs/python/3.12.1/bin/python3.12";
        let set = "data/installs/python/3.9.18/bin/python";
        let conda = "data/installs/python/miniconda3-4.7.12/envs/old/bin/python";
        machine.pythons(&[usual, set, conda]);
        let mut environment = machine.environment();
        assert_eq!(machine.find(&environment, Asdf), [usual]);
        let data = machine.at("data");
        environment.variables.set("ASDF_DATA_DIR", data);
        assert_eq!(machine.find(&environment, Asdf), [set, conda, usual]);
    }
}
