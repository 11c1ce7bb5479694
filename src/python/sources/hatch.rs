//! What hatch installed: `~/.local/share/hatch/pythons/3.12/python/bin`.

use super::{Collector, Environment, System};

/// Collects every Python it installed.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    let data = match environment.system {
        System::Macos => environment.at_home("Library/Application Support"),
        System::Windows => environment.folder_variable("LOCALAPPDATA"),
        _ => environment.data(),
    };
    let mut roots = environment.folder_variables(&["HATCH_DATA_DIR"]);
    roots.extend(data.map(|data| data.join("hatch")));
    for root in roots {
        for version in collector.list_dir(&root.join("pythons")) {
            collector.scan_prefix(&version.join("python"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Hatch;

    #[test]
    fn pythons() {
        let machine = Machine::new();
        let linux = "home/.local/share/hatch/pythons/3.12/python/bin/python3";
        let mac = "home/Library/Application Support/hatch/pythons/3.12/python/bin/python3";
        machine.pythons(&[linux, mac]);
        assert_eq!(machine.find(&machine.environment(), Hatch), [linux]);
        assert_eq!(machine.find(&machine.mac(), Hatch), [mac]);
    }
}
