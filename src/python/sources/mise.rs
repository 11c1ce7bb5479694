//! What mise (once rtx) installed: `~/.local/share/mise/installs/python/*`.

use std::path::PathBuf;

use super::{Collector, Environment, PythonSource, System};

/// Every Python it installed; `3.12` and `latest` are links to others.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    for folder in folders(environment) {
        let versions = collector.list_dir(&folder, PythonSource::Mise);
        collector.scan_versions(&versions, PythonSource::Mise);
    }
}

/// Where it installs Pythons; the first is the one in use.
pub(in crate::python) fn folders(environment: &Environment) -> Vec<PathBuf> {
    let data = match environment.system {
        System::Windows => environment.folder_variable("LOCALAPPDATA"),
        _ => environment.data(),
    };
    let mut roots = environment.folder_variables(&["MISE_DATA_DIR", "RTX_DATA_DIR"]);
    roots.extend(
        data.iter()
            .flat_map(|data| [data.join("mise"), data.join("rtx")]),
    );
    let below = roots.into_iter().map(|root| root.join("installs/python"));
    below.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    #[cfg_attr(
        windows,
        ignore = "makes symbolic links, which not every user of Windows may"
    )]
    fn installs_and_not_their_links() {
        let machine = Machine::new();
        let usual = "home/.local/share/mise/installs/python/3.12.1/bin/python3.12";
        let set = "data/installs/python/3.9.18/bin/python";
        for path in [usual, set] {
            machine.python(path, Answer::cpython("3.12.1"));
        }
        machine.link(
            "home/.local/share/mise/installs/python/latest",
            std::path::Path::new("3.12.1"),
        );
        let mut environment = machine.environment();
        assert_eq!(paths_seen(&machine, &environment, discover), [usual]);
        environment
            .variables
            .set("MISE_DATA_DIR", machine.at("data"));
        assert_eq!(paths_seen(&machine, &environment, discover), [set, usual]);
    }
}
