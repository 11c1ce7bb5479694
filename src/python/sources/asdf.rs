//! What asdf installed: `~/.asdf/installs/python/*`.

use std::path::PathBuf;

use super::{Collector, Environment, PythonSource};

/// Every Python it installed.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    for folder in folders(environment) {
        let versions = collector.list_dir(&folder, PythonSource::Asdf);
        collector.scan_versions(&versions, PythonSource::Asdf);
    }
}

/// Where it installs Pythons; the first is the one in use. (`ASDF_DIR` is its program, and held its data before 0.9.)
pub(in crate::python) fn folders(environment: &Environment) -> Vec<PathBuf> {
    let mut roots = environment.folder_variables(&["ASDF_DATA_DIR", "ASDF_DIR"]);
    roots.extend(environment.at_home(".asdf"));
    let below = roots.into_iter().map(|root| root.join("installs/python"));
    below.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn installs() {
        let machine = Machine::new();
        let usual = "home/.asdf/installs/python/3.12.1/bin/python3.12";
        let set = "data/installs/python/3.9.18/bin/python";
        let conda = "data/installs/python/miniconda3-4.7.12/envs/old/bin/python";
        for path in [usual, set, conda] {
            machine.python(path, Answer::cpython("3.12.1"));
        }
        let mut environment = machine.environment();
        assert_eq!(paths_seen(&machine, &environment, discover), [usual]);
        environment
            .variables
            .set("ASDF_DATA_DIR", machine.at("data"));
        assert_eq!(
            paths_seen(&machine, &environment, discover),
            [set, conda, usual]
        );
    }
}
