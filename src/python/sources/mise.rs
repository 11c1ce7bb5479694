//! What mise (once rtx) installed: `~/.local/share/mise/installs/python/*`.

use std::path::PathBuf;

use super::{Collector, Environment, System};

/// Collects every Python it installed; `3.12` and `latest` are links to others.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    collector.scan_versions_in(version_dirs(environment));
}

/// Returns where it installs Pythons; the first is the one in use.
pub(in crate::python) fn version_dirs(environment: &Environment) -> Vec<PathBuf> {
    let data = match environment.system {
        System::Windows => environment.folder_variable("LOCALAPPDATA"),
        _ => environment.data(),
    };
    let mut roots = environment.folder_variables(&["MISE_DATA_DIR", "RTX_DATA_DIR"]);
    let usual = data.map(|data| [data.join("mise"), data.join("rtx")]);
    roots.extend(usual.into_iter().flatten());
    let dirs = roots.into_iter().map(|root| root.join("installs/python"));
    dirs.collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Mise;

    #[test]
    #[cfg_attr(windows, ignore = "makes symbolic links")]
    fn installs_and_not_their_links() {
        let machine = Machine::new();
        let usual = "home/.local/share/mise/installs/python/3.12.1/bin/python3.12";
        let set = "data/installs/python/3.9.18/bin/python";
        machine.pythons(&[usual, set]);
        let link = "home/.local/share/mise/installs/python/latest";
        machine.link(link, Path::new("3.12.1"));
        let mut environment = machine.environment();
        assert_eq!(machine.find(&environment, Mise), [usual]);
        let data = machine.at("data");
        environment.variables.set("MISE_DATA_DIR", data);
        assert_eq!(machine.find(&environment, Mise), [set, usual]);
    }
}
